"""
Drawing from a distribution: names, and digits
==============================================

A recurrent network learns how likely sequences are, and draws new ones: names of
countries in any of six languages, letter by letter, and handwritten digits, column by
column of numbers.

Run it with ``python examples/20_names.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. Names of a language
# ----------------------
# The language is given as a *condition*: a class, or a vector, that starts the state of
# the network. One network learns all of them.

from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skdeep import RNNGenerator

try:
    from babel import Locale
except ImportError:
    raise SystemExit(
        'The names are in the package babel: pip install "scikit-deep[examples]"'
    ) from None

languages = ["English", "Finnish", "French", "Hungarian", "Italian", "Swahili"]
codes = dict(zip(languages, ["en", "fi", "fr", "hu", "it", "sw"], strict=True))
found = [
    (name.lower(), language)
    for language, code in codes.items()
    for kind in ("territories", "languages")
    for name in sorted(set(getattr(Locale(code), kind).values()))
    if name.replace(" ", "").isalpha() and len(name) <= 20
]
# Those that are the same in several languages tell nothing of any of them.
counts = Counter(name for name, _ in set(found))
letters = Counter("".join(counts))
pairs = [
    (name, language)
    for name, language in found
    if counts[name] == 1 and min(letters[letter] for letter in name) >= 20
]
train, test = train_test_split(pairs, test_size=0.2, random_state=0)
(X, of), (X_test, of_test) = (zip(*part, strict=True) for part in (train, test))
print(f"{len(X)} names to learn from, {len(X_test)} to judge by")

writer = RNNGenerator(
    units=96, dropout=0.3, early_stopping=True, max_iter=25, random_state=0
)
writer.fit(X, conditions=of)
perplexity = writer.perplexity(X_test, conditions=of_test)
print(f"of {len(writer.classes_)} letters it wavers between {perplexity:.1f}")

# %%
# None of these names has to exist:

for seed, language in enumerate(languages):
    made = writer.sample(5, temperature=0.7, random_state=seed, conditions=language)
    print(f"{language:>10}: {', '.join(made)}")

# %%
# 2. Temperature
# --------------
# Log probabilities are divided by the *temperature*. Near 0 every draw is the likeliest
# name; above 1 the draws get wild, and unlikely. Names that begin with s:

temperatures = [0.1, 0.4, 0.7, 1.0, 1.3, 1.6]
distinct, bits, shown = [], [], []
for temperature in temperatures:
    made = writer.sample(200, "s", temperature, random_state=0, conditions="Italian")
    log_p = writer.score_samples(made, conditions=["Italian"] * len(made))
    n_letters = sum(len(name) + 1 for name in made)
    bits.append(-log_p.sum() / n_letters / np.log(2))
    distinct.append(len(set(made)) / len(made))
    shown.append([name for name in dict.fromkeys(made) if len(name) < 12][:4])

figure, (upper, lower) = plt.subplots(
    2, 1, figsize=(9, 5), layout="constrained", sharex=True
)
upper.plot(temperatures, distinct, marker="o")
upper.set(ylabel="share of distinct names", ylim=(0, 1.6), yticks=(0, 0.5, 1))
for temperature, names in zip(temperatures, shown, strict=True):
    upper.text(temperature, 1.08, "\n".join(names), fontsize="small", ha="center")
lower.plot(temperatures, bits, marker="o", color="C1")
lower.set(
    xlabel="temperature", ylabel="bits per letter", xlim=(0, 1.75), ylim=(0, None)
)
plt.show()

# %%
# Which language does a name sound like? The likelihoods under all conditions tell: a
# generator is a classifier too (Bayes' theorem).

by_language = np.array(
    [
        writer.score_samples(X_test, conditions=[name] * len(X_test))
        for name in languages
    ]
)
guess = np.array(languages)[by_language.argmax(axis=0)]
print(f"\n{np.mean(guess == of_test):.0%} of unseen names are put into their language")

# %%
# 3. Sequences of numbers
# -----------------------
# Floats make the steps Gaussians, or mixtures of them. An image of a digit is a
# sequence of eight columns, each of eight numbers; what digit it is, the condition.
# Pixels have 17 levels: noise spreads them, as a density of single values is infinite.

digits = load_digits()
rng = np.random.default_rng(0)
columns = digits.images.transpose(0, 2, 1) + rng.uniform(
    size=(len(digits.images), 8, 8)
)
painter = RNNGenerator(units=128, n_components=8, max_iter=25, random_state=0)
painter.fit(columns[:1500], conditions=digits.target[:1500])
unseen = painter.score(columns[1500:], conditions=digits.target[1500:])
print(f"\nlog density of unseen digits: {unseen:.0f}")

# %%
# Three digits of each kind, at temperature 0.5; the last row goes on from the left half
# of a real one.

asked = np.tile(np.arange(10), 3)
drawn = painter.sample(30, temperature=0.5, random_state=0, conditions=asked)
ended = [
    painter.sample(
        1, columns[1500 + i, :4], temperature=0.5, random_state=0, conditions=[digit]
    )[0]
    for i, digit in enumerate(digits.target[1500:1510])
]
figure, axes = plt.subplots(4, 10, figsize=(9, 4), layout="constrained")
for ax, image in zip(axes.ravel(), [*drawn, *ended], strict=True):
    ax.imshow(image.T, cmap="gray_r", vmin=0, vmax=17)
    ax.set_xticks([])
    ax.set_yticks([])
for ax in axes[3]:
    ax.axvline(3.5, color="C1")
plt.show()
