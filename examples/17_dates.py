"""
Dates in words: where does a translator look?
=============================================

"vendredi 5 mars 2021", "Mar 5, 2021", "5. März 2021": all of them are 2021-03-05. A
network learns from examples alone to write dates in eight languages as numbers, and
shows where in the text it looks for each of them.

Run it with ``python examples/17_dates.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. Data
# -------
# The package babel writes any date in any language, in several formats.

import datetime

import matplotlib.pyplot as plt
import numpy as np

from skdeep import Seq2SeqClassifier
from skdeep.inspection import AttentionDisplay

try:
    from babel.dates import format_date
except ImportError:
    raise SystemExit(
        'Dates are written by the package babel: pip install "scikit-deep[examples]"'
    ) from None

languages = ["en", "de", "fr", "es", "it", "pt", "nl", "sv"]
rng = np.random.default_rng(0)
first, last = (datetime.date(year, 1, 1).toordinal() for year in (1950, 2050))
days = [datetime.date.fromordinal(int(day)) for day in rng.integers(first, last, 5000)]
X = [
    format_date(
        day, str(rng.choice(["medium", "long", "full"])), str(rng.choice(languages))
    )
    for day in days
]
y = [day.isoformat() for day in days]
for text, iso in zip(X[:5], y, strict=False):
    print(f"{text:>32} -> {iso}")

# %%
# 2. Training
# -----------
# Strings go in, and strings come out: nothing has to be encoded.

translator = Seq2SeqClassifier(max_iter=6, random_state=0)
translator.fit(X[:4000], y[:4000])
print(f"\n{translator.score(X[4000:], y[4000:]):.1%} of 1,000 unseen dates are right")

# %%
# Each letter is written with a probability, and so is each text: here are the three
# likeliest readings of a date in a language that it has never seen (Danish).

texts, log_p = translator.predict_n_best(["fredag den 5. marts 2021"], 3)
for text, p in zip(texts[0], np.exp(log_p[0]), strict=False):
    print(f"{text}  {p:.3f}")

# %%
# 3. Attention
# ------------
# For each symbol that it writes (top to bottom), the network weighs the letters of the
# source (left to right). It reads the year first, then the month, then the day, in
# whatever order they stand.

unseen = ["Friday, March 5, 2021", "vendredi 5 mars 2021", "5. März 2021"]
figure, axes = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
for ax, source in zip(axes, unseen, strict=True):
    AttentionDisplay.from_estimator(translator, [source], ax=ax)
    ax.set_title(f"{source}\n{translator.predict([source])[0]}", fontsize="medium")
plt.show()
