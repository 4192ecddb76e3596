"""The explicit chain from a raw data frame to an estimator."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

from skdeep import MLPClassifier, NeuralNetworkRegressor
from skdeep.pipeline import Pipeline
from skdeep.preprocessing import MinMaxScaler, StandardScaler, make_tabular_pipeline
from skdeep.resampling import SMOTE, RandomOverSampler
from tests.estimators.penguins import SCORE, SCORE_VAL, SEX, SEX_VAL, X_VAL, X, changed

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

NETWORK = MLPClassifier((8,), learning_rate_init=0.02, max_iter=30, random_state=0)


@pytest.mark.parametrize("estimator", [NETWORK, RandomForestClassifier(random_state=0)])
def test_classifiers_learn_from_a_raw_table(estimator):
    before = X.copy(deep=True)
    model = make_tabular_pipeline(estimator).fit(X, SEX)
    pd.testing.assert_frame_equal(X, before)
    assert isinstance(model, Pipeline)
    assert model.score(X_VAL, SEX_VAL) > 0.8


@pytest.mark.parametrize(
    "estimator", [Ridge(), NeuralNetworkRegressor(solver="lbfgs", alpha=1)]
)
def test_regressors_learn_from_a_raw_table(estimator):
    model = make_tabular_pipeline(estimator).fit(X, SCORE)
    assert model.score(X_VAL, SCORE_VAL) > 0.7


def test_numbers_are_imputed_and_scaled_and_categories_are_one_hot():
    columns = make_tabular_pipeline(Ridge()).fit(X, SCORE)[0]
    table = pd.DataFrame(columns.transform(X), columns=columns.get_feature_names_out())
    bill = X["bill"].fillna(X["bill"].median())
    expected = (bill - bill.mean()) / bill.std(ddof=0)
    np.testing.assert_allclose(table["bill"], expected)
    assert_array_equal(table["species_Missing"], X["species"].isna())
    assert_array_equal(table["tagged_True"], X["tagged"])
    assert table["year"].eq(0).all()


def test_category_never_seen_has_zeros_everywhere():
    model = make_tabular_pipeline(Ridge()).fit(X, SCORE)
    with pytest.warns(UserWarning, match=r"Most categories in \['species'\]"):
        table = model[:-1].transform(changed(species="King"))
    names = model[:-1].get_feature_names_out()
    assert not table[:, [name.startswith("species") for name in names]].any()


def test_tables_of_numbers_or_of_categories_alone():
    for names in (["bill", "mass"], ["species", "tagged"]):
        model = make_tabular_pipeline(clone(NETWORK)).fit(X[names], SEX)
        assert model.score(X[names], SEX) > 0.6


def test_steps_have_names_that_a_search_reaches():
    model = make_tabular_pipeline(clone(NETWORK), sampler="passthrough")
    assert list(model.named_steps) == ["columns", "sampler", "mlpclassifier"]
    grid = {
        "sampler": ["passthrough", RandomOverSampler(random_state=0), SMOTE()],
        "columns__numbers__impute__strategy": ["mean", "median"],
        "columns__categories__encode__min_frequency": [None, 20],
        "mlpclassifier__max_iter": [3],
    }
    search = GridSearchCV(model, grid, cv=2, n_jobs=2).fit(X, SCORE > 1.5)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_search_over_everything_with_weights():
    weight = np.random.default_rng(0).uniform(0.5, 1.5, len(X))
    with config_context(enable_metadata_routing=True):
        over = RandomOverSampler(random_state=0)
        over.set_fit_resample_request(sample_weight=True)
        standard = StandardScaler().set_fit_request(sample_weight=True)
        network = clone(NETWORK).set_fit_request(sample_weight=True)
        network.set_score_request(sample_weight=True)
        grid = {
            "sampler": ["passthrough", over],
            "columns__numbers__impute__strategy": ["mean", "median"],
            "columns__numbers__scale": [MinMaxScaler(), standard],
            "mlpclassifier__hidden_layer_sizes": [(), (8,)],
        }
        model = make_tabular_pipeline(network, sampler="passthrough")
        search = GridSearchCV(model, grid, cv=2, n_jobs=2, error_score="raise")
        search.fit(X, SCORE > 1.5, sample_weight=weight)
    assert len(search.cv_results_["params"]) == 16
    assert search.best_score_ > 0.8


def test_without_a_sampler_there_is_no_step():
    assert list(make_tabular_pipeline(Ridge()).named_steps) == ["columns", "ridge"]


def test_columns_that_are_neither_are_refused():
    frame = changed(day=pd.Timestamp("2020-01-01"))
    with pytest.raises(ValueError, match="Column 'day' has dtype datetime64"):
        make_tabular_pipeline(Ridge()).fit(frame, SCORE)


@pytest.mark.parametrize("kind", [pd.DataFrame.to_numpy, lambda X: X.values.tolist()])
def test_what_is_no_frame_is_refused(kind):
    with pytest.raises(ValueError, match="does not tell numbers from categories"):
        make_tabular_pipeline(Ridge()).fit(kind(X), SCORE)
