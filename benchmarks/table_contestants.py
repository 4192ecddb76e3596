"""Who takes part in the studies of tables: estimators for raw data frames.

Every ``build_*`` function imports what it needs when it is called, so that the study
runs without the libraries that are not installed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from sklearn.compose import (
    ColumnTransformer,
    TransformedTargetRegressor,
    make_column_selector,
)
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from benchmarks.cache import version_of
from benchmarks.libraries import estimator_class

# What HistGradientBoosting can tell apart; for the others too, as thousands of columns
# of single rows help none of them.
MAX_CATEGORIES = 254
NUMBERS = make_column_selector(dtype_include="number")
CATEGORIES = make_column_selector(dtype_exclude="number")


@dataclass(frozen=True)
class TableContestant:
    """An estimator for tables with all that it needs before it.

    Parameters
    ----------
    name : str
        Name on the command line and in the tables.
    builder : callable
        Takes whether classes are predicted, the seed, and the settings; returns an
        unfitted estimator that takes data frames with categories and gaps.
    settings : mapping of str to object
        Hyperparameters that differ from the defaults.
    packages : tuple of str
        Distributions whose versions decide the result.
    """

    name: str
    builder: Callable
    settings: Mapping = field(default_factory=dict)
    packages: tuple[str, ...] = ("scikit-learn",)

    def build(self, is_classification, seed):
        """Return an unfitted estimator."""
        return self.builder(is_classification, seed, **self.settings)

    def key(self):
        """Return what identifies the contestant in the cache."""
        return {
            "contestant": self.builder.__name__,
            "settings": {name: repr(value) for name, value in self.settings.items()},
            "versions": {package: version_of(package) for package in self.packages},
        }

    def variant(self, settings):
        """Return this contestant with other hyperparameters."""
        changes = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        return replace(
            self,
            name=f"{self.name}, {changes}",
            settings={**self.settings, **settings},
        )


def one_hot():
    """Return the preparation for networks and linear models: scaled, one-hot."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        max_categories=MAX_CATEGORIES,
        sparse_output=False,
    )
    return ColumnTransformer(
        [("numbers", numbers, NUMBERS), ("categories", categories, CATEGORIES)]
    )


def standardised(regressor):
    """Return a regressor that is fitted to the standardised target."""
    return TransformedTargetRegressor(regressor, transformer=StandardScaler())


def build_perceptron(library, is_classification, seed, **settings):
    """Build a perceptron of one of the two libraries."""
    name = "MLPClassifier" if is_classification else "MLPRegressor"
    network = estimator_class(library, name)(random_state=seed, **settings)
    if not is_classification:
        network = standardised(network)
    return make_pipeline(one_hot(), network)


def build_scikit_learn_mlp(is_classification, seed, **settings):
    """Build scikit-learn's perceptron."""
    return build_perceptron("scikit-learn", is_classification, seed, **settings)


def build_skdeep_mlp(is_classification, seed, **settings):
    """Build skdeep's perceptron, prepared in the same way."""
    return build_perceptron("skdeep", is_classification, seed, **settings)


def build_skdeep_mlp_by_score(is_classification, seed, **settings):
    """Build skdeep's perceptron, stopped by accuracy or R²."""
    scoring = "accuracy" if is_classification else "r2"
    return build_skdeep_mlp(is_classification, seed, scoring=scoring, **settings)


def build_tabular(is_classification, seed, **settings):
    """Build skdeep's estimator for raw tables."""
    skdeep = import_module("skdeep")
    name = "TabularClassifier" if is_classification else "TabularRegressor"
    return getattr(skdeep, name)(random_state=seed, **settings)


def build_linear(is_classification, seed, **settings):
    """Build logistic or ridge regression."""
    from sklearn.linear_model import LogisticRegression, Ridge

    if is_classification:
        model = LogisticRegression(max_iter=1000, **settings)
    else:
        model = Ridge(**settings)
    return make_pipeline(one_hot(), model)


def build_boosting(is_classification, seed, **settings):
    """Build histogram gradient boosting with categories as such."""
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
    )

    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        max_categories=MAX_CATEGORIES,
    )
    columns = ColumnTransformer(
        [("categories", codes, CATEGORIES), ("numbers", "passthrough", NUMBERS)]
    ).set_output(transform="pandas")
    boosting = (
        HistGradientBoostingClassifier
        if is_classification
        else HistGradientBoostingRegressor
    )
    return make_pipeline(
        columns,
        FunctionTransformer(codes_to_categories),
        boosting(random_state=seed, **settings),
    )


def codes_to_categories(frame):
    """Give the columns of codes the type by which boosting knows categories."""
    codes = [name for name in frame if name.startswith("categories__")]
    return frame.astype(dict.fromkeys(codes, "category"))


def build_realmlp(is_classification, seed, *, variant, **settings):
    """Build pytabkit's RealMLP (arXiv:2407.04491), which knows categories itself."""
    pytabkit = import_module("pytabkit")
    kind = "Classifier" if is_classification else "Regressor"
    network = getattr(pytabkit, f"RealMLP_{variant}_{kind}")(
        random_state=seed, device="cpu", n_threads=1, **settings
    )
    gaps_filled = ColumnTransformer(
        [
            ("numbers", SimpleImputer(strategy="median"), NUMBERS),
            ("categories", "passthrough", CATEGORIES),
        ]
    ).set_output(transform="pandas")
    return make_pipeline(gaps_filled, network)


def is_available(contestant):
    """Return whether what a contestant needs is installed, or written yet."""
    if contestant.builder is build_realmlp:
        return find_spec("pytabkit") is not None
    if "Tabular" in contestant.name:
        return hasattr(import_module("skdeep"), "TabularClassifier")
    return True


_STOPPED = {"early_stopping": True}
_SKDEEP = ("skdeep", "scikit-learn", "numpy")
_REALMLP = ("pytabkit", "torch", "scikit-learn")
ALL_CONTESTANTS = (
    TableContestant("scikit-learn MLP", build_scikit_learn_mlp, _STOPPED),
    TableContestant("HistGradientBoosting", build_boosting),
    TableContestant("linear", build_linear),
    TableContestant(
        "skdeep MLP", build_skdeep_mlp, {**_STOPPED, "scoring": "loss"}, _SKDEEP
    ),
    TableContestant(
        "skdeep MLP, by score", build_skdeep_mlp_by_score, _STOPPED, _SKDEEP
    ),
    TableContestant("skdeep Tabular", build_tabular, packages=_SKDEEP),
    TableContestant(
        "skdeep Tabular, members",
        build_tabular,
        {"n_members": 8, "hidden_layer_sizes": (128, 128)},
        _SKDEEP,
    ),
    TableContestant("RealMLP TD-S", build_realmlp, {"variant": "TD_S"}, _REALMLP),
    TableContestant("RealMLP TD", build_realmlp, {"variant": "TD"}, _REALMLP),
)
CONTESTANTS = {contestant.name: contestant for contestant in ALL_CONTESTANTS}
