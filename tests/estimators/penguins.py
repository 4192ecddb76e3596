"""A mixed table with gaps, and the estimators that take it as it is."""

import numpy as np
import pandas as pd

from skdeep import MLPClassifier, MLPRegressor

N = 240
CATEGORICAL = ["species", "island", "tagged"]


def penguins(n_samples=N, seed=0):
    """Draw a mixed table with gaps, and what depends on numbers and categories."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "bill": rng.normal(44, 5, n_samples),
            "species": rng.choice(["Adelie", "Chinstrap", "Gentoo"], n_samples),
            "mass": rng.integers(2700, 6300, n_samples),
            "island": pd.Categorical(rng.choice(["Biscoe", "Dream"], n_samples)),
            "tagged": rng.random(n_samples) < 0.5,
            "year": 2007,
        }
    )
    score = (X["bill"] - 44) / 5 + 2 * (X["species"] == "Gentoo") - X["tagged"]
    X["mass"] = X["mass"].astype("Int64")
    for column in ("bill", "species", "mass", "island"):
        X.loc[rng.random(n_samples) < 0.1, column] = None
    return X, score.to_numpy(dtype=float)


X, SCORE = penguins()
SEX = np.where(SCORE > 0, "male", "female")
X_VAL, SCORE_VAL = penguins(60, seed=1)
SEX_VAL = np.where(SCORE_VAL > 0, "male", "female")


def classifier(**params):
    start = {"learning_rate_init": 0.02, "max_iter": 30, "random_state": 0}
    return MLPClassifier(
        (8,), **{"categorical_features": "from_dtype", **start} | params
    )


def regressor(**params):
    start = {"learning_rate_init": 0.02, "max_iter": 60, "random_state": 0}
    return MLPRegressor(
        (8,), **{"categorical_features": "from_dtype", **start} | params
    )


def changed(frame=X, **columns):
    """Return a copy of a table with other columns."""
    return frame.assign(**columns)
