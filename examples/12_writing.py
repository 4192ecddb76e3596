"""
Writing: a network that makes up names
======================================

A network that guesses the next letter can write: draw a letter from its guess, put it
at the end of the text, and ask again. Here it learns from the English names of
countries, languages and currencies.

Run it with ``python examples/12_writing.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. A guess at every letter
# --------------------------
# ``^`` stands for the start of a name and ``$`` for its end. What the network reads is
# the name after its start; what it should say at each step is the letter that follows.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skdeep import RNNClassifier
from skdeep.preprocessing import SequenceVectorizer

try:
    from babel import Locale
except ImportError:
    raise SystemExit(
        'The names are in the package babel: pip install "scikit-deep[examples]"'
    ) from None

english = Locale("en")
names = {
    name
    for kind in ("territories", "languages", "currencies")
    for name in getattr(english, kind).values()
    if name.replace(" ", "").isascii() and name.replace(" ", "").isalpha()
}
train, test = train_test_split(sorted(names), test_size=0.2, random_state=0)


def steps(names):
    """Return what is read, and what should be said at each step of it."""
    return ["^" + name for name in names], [np.array([*name, "$"]) for name in names]


X, y = steps(train)
print(f"{len(train)} names to learn from, {len(test)} to judge by")
print(X[0], "->", "".join(y[0]))

# %%
# 2. Training
# -----------
# ``return_sequences=True`` gives an answer at every step. The network reads from left
# to right only: one that also read backwards would know the letter it has to guess.

writer = make_pipeline(
    SequenceVectorizer("char", lowercase=False),
    RNNClassifier(
        embedding_dim=16,
        units=96,
        return_sequences=True,
        dropout=0.2,
        batch_size=32,
        learning_rate_init=0.005,
        learning_rate="one_cycle",
        max_iter=25,
        dtype="float32",
        random_state=0,
    ),
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    writer.fit(X, y)

# %%
# How sure is it of the letters of names that it has never seen? The exponential of the
# log loss, the *perplexity*, is the number of letters between which it is undecided; a
# guess by the frequencies of letters is undecided between many more.

unseen, truth = steps(test)
truth = np.concatenate(truth)
known = np.isin(truth, writer.classes_)
guess = np.concatenate(writer.predict_proba(unseen))[known]
frequencies = pd.Series(np.concatenate(y)).value_counts(normalize=True)
always = np.tile(frequencies[writer.classes_], (known.sum(), 1))
perplexity = {
    name: np.exp(log_loss(truth[known], p, labels=writer.classes_))
    for name, p in {"frequencies": always, "network": guess}.items()
}
print("\nPerplexity:")
print(pd.Series(perplexity).round(1).to_string())

# %%
# What it expects after each letter of a name, from left to right:

read = list("^New Zealand")
expected = pd.DataFrame(
    writer.predict_proba(["".join(read)])[0], columns=writer.classes_, index=read
)
likely = expected.max().nlargest(15).index.sort_values()
figure, ax = plt.subplots(figsize=(7, 5), layout="constrained")
ax.imshow(expected[likely].T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
ax.set_xticks(range(len(expected)), expected.index)
ax.set_yticks(range(len(likely)), [repr(letter)[1:-1] for letter in likely])
ax.set(xlabel="letter read", ylabel="letter expected")
plt.show()

# %%
# 3. Writing
# ----------
# The *temperature* is an exponent: below 1 likely letters become likelier still, which
# gives plain names; above 1 all become more alike, which gives wild ones. The *prompt*
# is how the names begin.


def write(count, prompt="", temperature=1.0, longest=30, seed=0):
    """Return names that begin with the prompt."""
    rng = np.random.default_rng(seed)
    texts = ["^" + prompt] * count
    for _ in range(longest - len(prompt)):
        p = np.array([guesses[-1] for guesses in writer.predict_proba(texts)])
        p = p.astype(float) ** (1 / temperature)
        p /= p.sum(axis=1, keepdims=True)
        letters = [rng.choice(writer.classes_, p=row) for row in p]
        texts = [
            text if text.endswith("$") else text + letter
            for text, letter in zip(texts, letters, strict=True)
        ]
    return [text.strip("^$") for text in texts]


for temperature in (0.5, 1.0, 1.5):
    print(f"\ntemperature {temperature}:", ", ".join(write(6, "", temperature)))
print("\nprompt 'South ':", ", ".join(write(4, "South ", 0.7)))

# %%
# None of these has to exist. How many are copies of what it has read?

made = write(100, seed=1)
copies = np.isin(made, train).mean()
print(f"\n{copies:.0%} of 100 names are names that it was trained on")
