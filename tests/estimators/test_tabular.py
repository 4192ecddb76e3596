"""TabularClassifier and TabularRegressor: raw tables in, members, networks on bags."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_limits

from skdeep import MLPClassifier, TabularClassifier, TabularRegressor
from tests.estimators.data import BINARY, MULTICLASS, MULTILABEL, REAL, REALS
from tests.estimators.penguins import SCORE, SCORE_VAL, SEX, SEX_VAL, X_VAL, X

FAST = {"hidden_layer_sizes": (16, 16), "max_iter": 20, "random_state": 0}


def classifier(**params):
    return TabularClassifier(**{**FAST, **params})


def regressor(**params):
    return TabularRegressor(**{**FAST, **params})


def from_dtype(**params):
    return MLPClassifier(categorical_features="from_dtype", max_iter=20, **params)


BOTH_TABLES = pytest.mark.parametrize("make", [classifier, from_dtype])
EACH = pytest.mark.parametrize(
    ("make", "y", "y_val"),
    [(classifier, SEX, SEX_VAL), (regressor, SCORE * 1e4 + 1e5, SCORE_VAL * 1e4 + 1e5)],
    ids=["classifier", "regressor"],
)


@EACH
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"n_members": 4},
        {"numerical_embedding": "periodic"},
        {"max_one_hot": 0},
        {"n_ensembles": 3},
        {"max_one_hot": 2, "n_members": 2, "numerical_embedding": "periodic"},
    ],
    ids=str,
)
def test_raw_table_is_learned(make, y, y_val, params):
    before = X.copy()
    model = make(**params).fit(X, y)
    assert model.score(X_VAL, y_val) > 0.7
    pd.testing.assert_frame_equal(X, before)


@EACH
def test_same_seed_gives_the_same_bits(make, y, y_val):
    predictions = []
    for n_threads, n_jobs in ((1, None), (2, None), (2, 2)):
        with threadpool_limits(n_threads):
            model = make(n_ensembles=2, n_members=2, n_jobs=n_jobs).fit(X, y)
            predictions.append(model.predict(X_VAL))
    assert_array_equal(predictions[0], predictions[1])
    assert_array_equal(predictions[0], predictions[2])


@pytest.mark.parametrize("task", [BINARY, MULTICLASS, MULTILABEL], ids=str)
@pytest.mark.parametrize("params", [{"n_members": 3}, {"n_ensembles": 2}], ids=str)
def test_probabilities_of_every_kind_of_classes(task, params):
    model = classifier(**params).fit(task.X, task.y)
    probabilities = model.predict_proba(task.X)
    assert probabilities.shape == (len(task.X), len(model.classes_))
    if task is not MULTILABEL:
        assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        most = model.classes_[probabilities.argmax(axis=1)]
        assert_array_equal(model.predict(task.X), most)
    else:
        assert_array_equal(model.predict(task.X), probabilities > 0.5)


def test_members_predict_their_mean():
    model = classifier(n_members=3).fit(X, SEX)
    inputs = model.inputs_.encode(model.inputs_.read(X, model, np.float32), np.float32)
    z = model.network_.forward(inputs)
    assert z.shape == (len(X), 3, 1)
    mean = (1 / (1 + np.exp(-z[..., 0].astype(float)))).mean(axis=1)
    assert_allclose(model.predict_proba(X)[:, 1], mean, atol=1e-5)


@pytest.mark.parametrize("n_columns", [1, 2])
def test_targets_are_standardised_inside(n_columns):
    y = REAL.y if n_columns == 1 else REALS.y
    plain = regressor().fit(REAL.X, y).predict(REAL.X)
    scaled = regressor().fit(REAL.X, y * 1e6 - 1e8).predict(REAL.X)
    assert_allclose((scaled + 1e8) / 1e6, plain, atol=1e-2)


def test_clip_keeps_predictions_in_the_range_of_training():
    far = np.vstack([REAL.X * 50, REAL.X])
    low, high = REAL.y.min(), REAL.y.max()
    wide = regressor().fit(REAL.X, REAL.y).predict(far)
    assert wide.max() > high
    kept = regressor(clip=True).fit(REAL.X, REAL.y).predict(far)
    assert kept.min() >= low
    assert kept.max() <= high


@EACH
def test_weights_of_bags_and_out_of_bag_predictions(make, y, y_val):
    weight = np.random.default_rng(0).integers(1, 3, len(y)).astype(float)
    model = make(n_ensembles=4).fit(X, y, sample_weight=weight)
    assert len(model.estimators_) == 4
    name = "oob_decision_function_" if make is classifier else "oob_prediction_"
    out_of_bag = getattr(model, name)
    assert np.isfinite(out_of_bag).all()
    assert len(out_of_bag) == len(y)
    assert 0.4 < model.oob_score_ < 1
    assert not hasattr(make().fit(X, y), "oob_score_")
    # One network has nothing left of several.
    model.set_params(n_ensembles=1).fit(X, y)
    assert not hasattr(model, "estimators_")


@pytest.mark.parametrize("groups", [None, np.arange(len(SEX)) // 40], ids=str)
@pytest.mark.parametrize("n_rare", [1, 2])
def test_each_network_knows_each_class(n_rare, groups):
    classes = SEX.astype(object)
    classes[:n_rare] = "unknown"
    model = classifier(n_ensembles=3).fit(X, classes, groups=groups)
    for network in model.estimators_:
        assert list(network.classes_) == list(model.classes_)
    seen = np.isfinite(model.oob_decision_function_).all(axis=1)
    assert seen[n_rare:].all()
    # What no other sample is like is held out by no network.
    assert seen[:n_rare].all() == (n_rare > 1 and groups is None)
    assert np.isfinite(model.oob_score_)


def test_classes_that_would_be_held_out_alone():
    with pytest.raises(ValueError, match="set n_ensembles=1"):
        classifier(n_ensembles=3).fit(X[:8], np.arange(8))


def test_groups_are_held_out_together():
    groups = np.arange(len(SEX)) // 2
    model = classifier(n_ensembles=2).fit(X, SEX, groups=groups)
    assert np.isfinite(model.oob_score_)


def test_frames_of_polars_and_sparse_matrices():
    pl = pytest.importorskip("polars")
    frame = X.drop(columns=["mass"])
    given = pl.DataFrame(
        {
            "bill": frame["bill"].tolist(),
            "species": frame["species"]
            .astype(object)
            .where(frame["species"].notna(), None)
            .tolist(),
        }
    )
    model = classifier().fit(given, SEX)
    assert model.predict(given).shape == SEX.shape
    sparse = classifier().fit(csr_array(BINARY.X), BINARY.y)
    dense = classifier().fit(BINARY.X, BINARY.y)
    assert_array_equal(sparse.predict(BINARY.X), dense.predict(csr_array(BINARY.X)))


@EACH
def test_copies_and_search(make, y, y_val):
    model = make(n_ensembles=2).fit(X, y)
    copied = pickle.loads(pickle.dumps(model))
    assert_array_equal(copied.predict(X_VAL), model.predict(X_VAL))
    grid = {"n_members": [1, 2], "hidden_layer_sizes": [(8,), (8, 8)]}
    search = GridSearchCV(make(max_iter=3), grid, cv=2, n_jobs=2).fit(X, y)
    assert np.isfinite(search.best_score_)
    assert clone(model).get_params() == model.get_params()


def test_inspection_of_scikit_learn_takes_the_frame():
    model = classifier().fit(X, SEX)
    result = permutation_importance(model, X, SEX, n_repeats=2, random_state=0)
    importances = dict(zip(X.columns, result.importances_mean, strict=True))
    assert importances["year"] == 0 < importances["bill"]
    complete = X.assign(mass=X["mass"].astype(float))
    model.fit(complete, SEX)
    found = partial_dependence(model, complete, ["bill"], grid_resolution=5)
    assert np.isfinite(found["average"]).all()


@pytest.mark.parametrize(
    "params",
    [
        {"class_weight": "balanced"},
        {"sampler": "over"},
        {"sampler": "under", "prior_correction": True},
        {"balanced_batches": True},
    ],
    ids=str,
)
def test_rare_classes(params):
    rare = np.where(SCORE > 1.5, "rare", "common")
    model = classifier(**params, n_members=2).fit(X, rare)
    assert np.isfinite(model.predict_proba(X_VAL)).all()


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (X.assign(bill=np.inf), "infinite values"),
        (X.assign(year=pd.Timestamp("2020")), "neither number nor category"),
    ],
    ids=["infinite", "dates"],
)
@pytest.mark.parametrize("n_ensembles", [1, 2])
def test_wrong_columns_are_named(frame, said, n_ensembles):
    with pytest.raises(ValueError, match=said):
        classifier(n_ensembles=n_ensembles).fit(frame, SEX)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@BOTH_TABLES
@pytest.mark.parametrize("empty", [np.nan, None, pd.NA], ids=str)
def test_empty_columns_are_said_and_mean_nothing(make, empty):
    frame = X.assign(bill=empty)
    with pytest.warns(UserWarning, match=r"No value of \['bill'\] is observed"):
        model = make().fit(frame, SEX)
    expected = model.predict_proba(frame)
    assert np.isfinite(expected).all()
    if empty is np.nan:
        # A number later says no more than that none is there.
        assert_array_equal(model.predict_proba(frame.assign(bill=3.0)), expected)


WRITTEN = {
    "dollars": "${:,.2f}",
    "percent": "{:.1f} %",
    "plain": "{:.3f}",
    "kilograms": "{:.1f}kg",
    "decimal comma": "{:.0f},5",
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@BOTH_TABLES
@pytest.mark.parametrize("form", WRITTEN.values(), ids=WRITTEN)
def test_numbers_that_are_written_as_strings_are_said(make, form):
    text = [form.format(v) for v in np.resize(np.arange(1, 41) * 37.25, len(X))]
    with pytest.warns(UserWarning, match="'price' holds strings that look like numb"):
        make().fit(X.assign(price=text), SEX)
    make().fit(X.assign(price=pd.Categorical(text)), SEX)


@pytest.mark.parametrize("form", ["{:05d}", "{}-01-02", "Boeing {}", "N{}", "{}.0.1"])
def test_codes_and_names_are_no_numbers(form):
    text = [form.format(v) for v in np.resize(np.arange(100, 140), len(X))]
    classifier().fit(X.assign(code=text), SEX)


def test_validation_data_and_bags_exclude_each_other():
    with pytest.raises(ValueError, match="leave out X_val and y_val"):
        classifier(n_ensembles=2).fit(X, SEX, X_val=X_VAL, y_val=SEX_VAL)
    with pytest.raises(ValueError, match="at least so many samples"):
        classifier(n_ensembles=500).fit(X, SEX)


def test_one_class_and_constant_columns():
    model = classifier().fit(X.assign(bill=3.0), ["a"] * len(X))
    assert_array_equal(model.predict_proba(X), np.ones((len(X), 1)))


def test_there_is_no_partial_fit():
    assert not hasattr(classifier(), "partial_fit")
    with pytest.raises(AttributeError, match="planned over max_iter epochs"):
        classifier().partial_fit(X, SEX)


def test_few_rows_are_all_trained_on():
    few, many = (classifier().fit(X[:n], SEX[:n]) for n in (199, 200))
    assert few.validation_scores_ is None
    assert few.t_ == 199 * 20
    assert len(many.validation_scores_) == 20
    assert many.t_ == 160 * 20


@EACH
def test_refit_trains_on_all_rows_up_to_the_best_epoch(make, y, y_val):
    first, again = (make(refit=refit).fit(X, y) for refit in (False, True))
    assert again.validation_scores_ == first.validation_scores_
    scores = np.array(first.validation_scores_)
    best = len(scores) - scores[::-1].argmax()
    assert again.t_ == best * len(y)
    assert again.score(X_VAL, y_val) > 0.7
    whole = make(early_stopping=False, max_iter=int(best)).fit(X, y)
    assert_array_equal(again.predict(X_VAL), whole.predict(X_VAL))


def test_arrays_of_numbers_are_read_alike_at_any_time():
    model = classifier().fit(BINARY.X, BINARY.y)
    frame = pd.DataFrame(BINARY.X)
    assert_array_equal(model.predict_proba(frame), model.predict_proba(BINARY.X))
    with pytest.raises(ValueError, match="has infinite values"):
        model.predict(np.full_like(BINARY.X, np.inf))
