"""
Languages: which one is it, from a few letters?
===============================================

*Samoa Americane* is Italian, *Amerikaans-Samoa* is Dutch. We learn to tell eight
languages apart by the names that they give to countries, languages and currencies:
strings of any length, read letter by letter.

Run it with ``python examples/07_languages.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The strings
# --------------
# The Unicode consortium's names, which the package Babel holds. A name that several
# languages share tells nothing and is left out.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import make_pipeline

from skdeep import RNNClassifier
from skdeep.preprocessing import SequenceVectorizer

try:
    from babel import Locale
except ImportError:
    raise SystemExit(
        'The names are in the package babel: pip install "scikit-deep[examples]"'
    ) from None

CODES = ["de", "en", "es", "fi", "fr", "it", "nl", "pl"]
rows = [
    (name, locale.english_name, f"{kind} {key}")
    for locale in map(Locale, CODES)
    for kind in ("territories", "languages", "currencies")
    for key, name in getattr(locale, kind).items()
]
names = pd.DataFrame(rows, columns=["name", "language", "thing"])
names = names.drop_duplicates("name", keep=False)
print(names.sample(6, random_state=1).to_string(index=False))

# %%
# The names of one thing are alike in several languages, so that all of them go either
# into the training part or into the test part.

split = GroupShuffleSplit(1, test_size=0.3, random_state=0)
inside, outside = next(split.split(names, groups=names["thing"]))
train, test = names.iloc[inside], names.iloc[outside]
print(f"\n{len(train)} names to learn from, {len(test)} to judge by")

# %%
# 2. Letters, vectors, and a network that reads both ways
# -------------------------------------------------------
# The vectorizer makes a code of each letter; letters found in fewer than three names
# share the code of the unknown. The network learns a vector for each code.

reader = make_pipeline(
    SequenceVectorizer("char", min_df=3),
    RNNClassifier(
        embedding_dim=16,
        units=48,
        bidirectional=True,
        pooling="max",
        batch_size=64,
        learning_rate_init=0.01,
        learning_rate="cosine",
        max_iter=8,
        dtype="float32",
        random_state=0,
    ),
)
counter = make_pipeline(
    TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
    LogisticRegression(C=10, max_iter=1000),
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    reader.fit(train["name"], train["language"])
counter.fit(train["name"], train["language"])

# %%
# 3. How well, and where not
# --------------------------
# Short names are hard for everybody. With so few names to learn from, counting pieces
# of up to three letters does better than a network that has to find out which letters
# matter together.

length = pd.cut(test["name"].str.len(), [0, 6, 10, 20, 100])
shares = pd.DataFrame(
    {
        name: test["language"]
        .eq(model.predict(test["name"]))
        .groupby(length, observed=True)
        .mean()
        for name, model in {
            "recurrent network": reader,
            "counts of 1 to 3 letters, logistic regression": counter,
        }.items()
    }
)
shares.loc["all"] = [
    accuracy_score(test["language"], model.predict(test["name"]))
    for model in (reader, counter)
]
shares.index.name = "letters"
print("\nAccuracy:")
print(shares.round(3).to_string())

# %%
# Which languages the network takes for one another:

figure, ax = plt.subplots(figsize=(7, 6), layout="constrained")
ConfusionMatrixDisplay.from_estimator(
    reader,
    test["name"],
    test["language"],
    normalize="true",
    values_format=".2f",
    xticks_rotation=45,
    cmap="Blues",
    colorbar=False,
    ax=ax,
)
plt.show()

# %%
# It reads what it has never seen, too.

words = ["Schraubenzieher", "llave inglesa", "tournevis", "ruuvimeisseli", "śrubokręt"]
probabilities = pd.DataFrame(
    reader.predict_proba(words), index=words, columns=reader.classes_
)
print("\nProbabilities:")
print(probabilities.round(2).to_string())
print("\nbest guesses:", dict(zip(words, reader.predict(words).tolist(), strict=True)))
assert np.allclose(probabilities.sum(axis=1), 1)
