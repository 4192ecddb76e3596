"""Raw tables with validation data, weights, samplers, searches and warm starts."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, PredefinedSplit

from skdeep.nn.augmentation import Augmentations, FeatureMask, InputNoise, MixUp
from skdeep.resampling import SMOTENC
from tests.estimators.penguins import (
    SCORE,
    SEX,
    SEX_VAL,
    X_VAL,
    N,
    X,
    changed,
    classifier,
    penguins,
    regressor,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("make", [classifier, regressor])
def test_held_out_rows_are_not_in_the_statistics(make):
    held_out = np.arange(N) % 4 == 0
    split = PredefinedSplit(np.where(held_out, 0, -1))
    y = SEX if make is classifier else SCORE
    weights = []
    for bill in (X["bill"], X["bill"].where(~held_out, 1e4)):
        model = make(early_stopping=True, validation_fraction=split, max_iter=1)
        model.fit(changed(bill=bill), y)
        weights.append(model.network_.theta.copy())
    assert_array_equal(*weights)


@pytest.mark.filterwarnings("ignore:Most categories in")
def test_category_of_held_out_rows_alone_is_unseen():
    held_out = np.arange(N) % 4 == 0
    frame = changed(species=X["species"].where(~held_out, "King"))
    split = PredefinedSplit(np.where(held_out, 0, -1))
    model = classifier(early_stopping=True, validation_fraction=split).fit(frame, SEX)
    results = [model.predict_proba(changed(species=s)) for s in ("King", "Emperor")]
    assert_array_equal(*results)


def test_validation_data_of_ones_own_is_a_raw_table():
    model = classifier(early_stopping=True, scoring=None)
    model.fit(X, SEX, X_val=X_VAL, y_val=SEX_VAL)
    assert model.best_validation_score_ == model.score(X_VAL, SEX_VAL)
    with pytest.raises(ValueError, match="feature names should match"):
        model.fit(X, SEX, X_val=X_VAL.iloc[:, ::-1], y_val=SEX_VAL)


def test_scorer_takes_validation_data_too():
    scores = []
    for scoring in (None, "accuracy"):
        model = classifier(early_stopping=True, scoring=scoring)
        model.fit(X, SEX, X_val=X_VAL, y_val=SEX_VAL)
        scores.append(model.validation_scores_)
    assert_allclose(*scores)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_integer_weights_equal_repeated_rows(make):
    y = SEX if make is classifier else SCORE
    weights = np.random.default_rng(0).integers(1, 4, N)
    rows = np.repeat(np.arange(N), weights)
    params = {"batch_size": 3 * N, "max_iter": 10}
    weighted = make(**params).fit(X, y, sample_weight=weights)
    repeated = make(**params).fit(X.iloc[rows], y[rows])
    theta = weighted.network_.theta, repeated.network_.theta
    assert_allclose(*theta, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "sampler", ["over", "under", SMOTENC([1, 3, 4], random_state=0)]
)
def test_samplers_take_tables(sampler):
    frame = X.dropna() if isinstance(sampler, SMOTENC) else X
    y = SCORE[frame.index] > 1.5
    model = classifier(sampler=sampler, early_stopping=True).fit(frame, y)
    assert model.score(frame, y) > 0.8


@pytest.mark.parametrize("augment", ["mask", Augmentations([FeatureMask(0.3)])])
def test_masked_categories_are_missing(augment):
    frame = X.dropna()
    model = classifier(augment=augment).fit(frame, SEX[frame.index])
    assert all(np.all(table[0] != 0) for table in model.embeddings_)


@pytest.mark.parametrize("make", [classifier, regressor])
@pytest.mark.parametrize(
    "augment",
    ["noise", "mixup", FeatureMask(value=2.0), Augmentations([InputNoise(), MixUp()])],
    ids=str,
)
def test_numbers_are_augmented_beside_categories(make, augment):
    y = SEX if make is classifier else SCORE
    plain, changed_model = make().fit(X, y), make(augment=augment).fit(X, y)
    assert not np.array_equal(changed_model.coefs_[0], plain.coefs_[0])
    assert changed_model.score(X, y) > 0.6
    # No code was made that the data did not have: unseen ones keep their zeros.
    assert all(np.all(table[1] == 0) for table in changed_model.embeddings_)


@pytest.mark.parametrize("copy_of", [clone, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_the_same(copy_of):
    model = classifier()
    expected = clone(model).fit(X, SEX).predict_proba(X)
    assert_array_equal(copy_of(model).fit(X, SEX).predict_proba(X), expected)
    fitted = model.fit(X, SEX)
    if copy_of is not clone:
        assert_array_equal(copy_of(fitted).predict_proba(X), expected)


def test_other_estimators_and_inspection_take_tables():
    calibrated = CalibratedClassifierCV(classifier(), cv=2).fit(X, SEX)
    assert calibrated.score(X, SEX) > 0.8
    result = permutation_importance(calibrated, X, SEX, n_repeats=2, random_state=0)
    importances = dict(zip(X.columns, result.importances_mean, strict=True))
    assert importances["year"] == 0 < importances["species"]


def test_pickle_holds_no_training_data():
    X_many, score = penguins(20_000)
    sizes = [
        len(pickle.dumps(regressor(max_iter=1).fit(X_many[:n], score[:n])))
        for n in (2_000, 20_000)
    ]
    assert sizes[1] < sizes[0] + 100


def test_search_over_length_of_vectors_in_processes():
    grid = {"embedding_dim": ["auto", 1, 3], "categorical_features": ["from_dtype"]}
    search = GridSearchCV(classifier(max_iter=5), grid, cv=2, n_jobs=2)
    search.fit(X, SEX)
    dim = search.best_params_["embedding_dim"]
    assert {t.shape[1] for t in search.best_estimator_.embeddings_} == (
        {3, 4} if dim == "auto" else {dim}
    )


@pytest.mark.filterwarnings("ignore:Most categories in")
def test_warm_start_keeps_categories_and_statistics():
    model = classifier(max_iter=3, warm_start=True).fit(X, SEX)
    before = model.predict_proba(X)
    # Without a step of any size, only what is known of the table could change.
    model.set_params(learning_rate_init=1e-12)
    model.fit(changed(species="King", bill=X["bill"] + 100), SEX)
    assert_allclose(model.predict_proba(X), before, rtol=1e-6)


@pytest.mark.filterwarnings("ignore:Most categories in")
def test_partial_fit_learns_the_table_from_its_first_chunk():
    model = regressor()
    for _ in range(40):
        for start in range(0, N, 80):
            model.partial_fit(X[start : start + 80], SCORE[start : start + 80])
    assert model.score(X, SCORE) > 0.75
    assert_array_equal(
        model.predict(changed(species="King")),
        model.predict(changed(species="Emperor")),
    )
