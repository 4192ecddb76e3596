"""What y may be, what comes out, and what a fitted estimator tells of itself."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import coo_array, csc_matrix, csr_array, csr_matrix, issparse

from skdeep import MLPClassifier, RNNClassifier
from tests.estimators.data import (
    BINARY,
    MULTICLASS,
    MULTILABEL,
    REAL,
    REALS,
    counts,
    each,
    flat,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CLASSIFIERS = [BINARY, MULTICLASS, MULTILABEL]
SOLVERS = pytest.mark.parametrize("solver", ["adam", "lbfgs"])


def fitted(task, X=None, y=None, **params):
    model = task.make(**{"max_iter": 3, "learning_rate_init": 0.01, **params})
    return model.fit(task.X if X is None else X, task.y if y is None else y)


LABELS = {
    "strings": np.array(["no", "yes"]),
    "objects": np.array(["no", "yes"], dtype=object),
    "bool": np.array([False, True]),
    "negative": np.array([-1, 1]),
    "float": np.array([0.0, 2.0]),
    "int8": np.array([3, 100], dtype=np.int8),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS.keys())
def test_classes_may_be_anything(labels):
    model = fitted(BINARY, y=labels[BINARY.y], solver="lbfgs", max_iter=50)
    assert_array_equal(model.classes_, labels)
    assert model.predict(BINARY.X).dtype == labels.dtype
    expected = fitted(BINARY, solver="lbfgs", max_iter=50).predict(BINARY.X)
    assert_array_equal(model.predict(BINARY.X), labels[expected])
    assert model.score(BINARY.X, labels[BINARY.y]) > 0.8


@pytest.mark.parametrize("dtype", ["category", "str", "object"])
def test_classes_may_come_from_pandas(dtype):
    names = np.array(["low", "middle", "high"])
    y = pd.Series(names[MULTICLASS.y]).astype(dtype)
    model = fitted(MULTICLASS, y=y, solver="lbfgs", max_iter=50)
    assert_array_equal(model.classes_, ["high", "low", "middle"])
    assert set(model.predict(MULTICLASS.X)) <= set(names)
    assert model.score(MULTICLASS.X, y) > 0.8


def test_int8_classes_of_many_samples_do_not_overflow():
    # Positions are computed from class numbers times the number of samples.
    y = MULTICLASS.y.astype(np.int8)
    assert_array_equal(flat(fitted(MULTICLASS, y=y)), flat(fitted(MULTICLASS)))


@each([BINARY, MULTICLASS, REAL])
def test_one_column_is_a_vector_with_a_warning(task):
    from sklearn.exceptions import DataConversionWarning

    with pytest.warns(DataConversionWarning) as record:
        model = fitted(task, y=task.y.reshape(-1, 1))
    assert sum("column-vector" in str(w.message) for w in record) == 1
    assert {w.filename for w in record} == {__file__}
    assert_array_equal(flat(model), flat(fitted(task)))
    assert model.predict(task.X).shape == (120,)


@each(CLASSIFIERS)
def test_probabilities(task):
    model = fitted(task)
    proba = model.predict_proba(task.X)
    assert proba.shape == (120, 3 if task is not BINARY else 2)
    assert np.all((proba > 0) & (proba < 1))
    if task is not MULTILABEL:
        assert_allclose(proba.sum(axis=1), 1)
        assert_array_equal(model.predict(task.X), proba.argmax(axis=1))
    else:
        assert np.ptp(proba.sum(axis=1)) > 0.01
        assert_array_equal(model.predict(task.X), proba > 0.5)
    assert_allclose(model.predict_log_proba(task.X), np.log(proba))


def test_a_probability_of_zero_has_a_logarithm_without_warning():
    model = fitted(BINARY, hidden_layer_sizes=())
    model.coefs_[0][...] = 1e6
    assert np.isneginf(model.predict_log_proba(BINARY.X)).any()


def test_sparse_labels_in_and_out():
    model = fitted(MULTILABEL, y=csr_matrix(MULTILABEL.y))
    dense = fitted(MULTILABEL)
    assert_array_equal(flat(model), flat(dense))
    assert issparse(model.predict(MULTILABEL.X))
    assert_array_equal(
        model.predict(MULTILABEL.X).toarray(), dense.predict(MULTILABEL.X)
    )
    assert_array_equal(
        model.predict_proba(MULTILABEL.X), dense.predict_proba(MULTILABEL.X)
    )


def test_shapes_of_real_targets():
    assert fitted(REAL).predict(REAL.X).shape == (120,)
    assert fitted(REALS).predict(REALS.X).shape == (120, 2)
    frame = pd.DataFrame(REALS.y, columns=["a", "b"])
    assert_array_equal(flat(fitted(REALS, y=frame)), flat(fitted(REALS)))


def test_poisson_predicts_what_is_positive():
    X, y = counts()
    model = fitted(REAL, X, y, loss="poisson")
    assert model.out_activation_ == "exp"
    assert model.predict(X).min() > 0


@SOLVERS
@each()
def test_float32_stays_float32(task, solver):
    model = fitted(task, task.X.astype(np.float32), solver=solver)
    assert {a.dtype for a in (*model.coefs_, *model.intercepts_)} == {np.dtype("f4")}
    assert task.output(model, task.X.astype(np.float32)).dtype == np.float32
    assert task.output(model, task.X).dtype == np.float32
    assert_allclose(
        task.output(model), task.output(fitted(task, solver=solver)), atol=1e-3
    )


@SOLVERS
@each()
def test_dtype_decides(task, solver):
    X = task.X.astype(np.float32)
    single = fitted(task, solver=solver, dtype="float32")
    assert_array_equal(flat(single), flat(fitted(task, X, solver=solver)))
    double = fitted(task, X, solver=solver, dtype="float64")
    assert double.coefs_[0].dtype == np.float64
    assert task.output(double, X).dtype == np.float64


@pytest.mark.parametrize("X", [REAL.X.astype(int), (REAL.X * 9).astype(np.uint8)])
def test_whole_numbers_are_computed_with_as_float64(X):
    assert fitted(REAL, X).coefs_[0].dtype == np.float64


@SOLVERS
@pytest.mark.parametrize("sparse", [csr_matrix, csc_matrix, csr_array, coo_array])
@each()
def test_sparse_input_is_dense_input(task, sparse, solver):
    X = np.where(np.abs(task.X) > 1, task.X, 0)
    model = fitted(task, sparse(X), solver=solver)
    dense = fitted(task, X, solver=solver)
    assert_allclose(flat(model), flat(dense), atol=1e-9)
    assert_allclose(task.output(model, sparse(X)), task.output(dense, X), atol=1e-9)


EXPECTED = {
    "binary": ("logistic", 1),
    "multiclass": ("softmax", 3),
    "multilabel": ("logistic", 3),
    "one target": ("identity", 1),
    "two targets": ("identity", 2),
}


@SOLVERS
@each()
def test_attributes(task, solver):
    model = fitted(task, solver=solver, hidden_layer_sizes=(6, 4), batch_size=50)
    out_activation, n_outputs = EXPECTED[task.name]
    assert model.out_activation_ == out_activation
    assert model.n_outputs_ == n_outputs
    assert model.n_layers_ == 4
    assert [w.shape for w in model.coefs_] == [(5, 6), (6, 4), (4, n_outputs)]
    assert [b.shape for b in model.intercepts_] == [(6,), (4,), (n_outputs,)]
    assert model.n_iter_ == len(model.loss_curve_) == 3
    assert model.loss_ == model.loss_curve_[-1]
    assert model.best_loss_ == min(model.loss_curve_)
    assert model.validation_scores_ is None
    assert model.best_validation_score_ is None
    assert model.n_features_in_ == 5
    assert not hasattr(model, "feature_names_in_")
    if solver == "adam":
        assert model.t_ == 3 * 120
        assert model.learning_rate_ == 0.01


@each(CLASSIFIERS)
def test_classes(task):
    assert_array_equal(fitted(task).classes_, [0, 1] if task is BINARY else [0, 1, 2])


def test_sparsity_is_the_share_of_weights_at_zero():
    assert fitted(REAL).sparsity_ == 0
    model = fitted(REAL, alpha=100, l1_ratio=1.0, max_iter=30, learning_rate_init=0.05)
    weights = np.concatenate([w.ravel() for w in model.coefs_])
    assert 0 < model.sparsity_ == np.mean(weights == 0)


def test_sparsity_counts_all_that_is_penalised():
    model = RNNClassifier(units=3, max_iter=1, random_state=0)
    model.fit(REAL.X[:, :, None], BINARY.y)
    weights = model.network_.parameters("recurrent_weight")
    assert model.sparsity_ == 0
    weights[0][...] = 0
    assert model.sparsity_ == 3 * 9 / sum(w.size for w in (*model.coefs_, *weights))


@each()
def test_weights_are_the_model(task):
    model = fitted(task)
    before = task.output(model)
    for array in (*model.coefs_, *model.intercepts_):
        array *= 2
    doubled = task.output(model)
    assert not np.allclose(doubled, before)
    model.coefs_ = [w / 2 for w in model.coefs_]
    model.intercepts_ = [b / 2 for b in model.intercepts_]
    assert_allclose(task.output(model), before)


def test_weights_of_another_shape_are_refused():
    model = fitted(REAL)
    with pytest.raises(ValueError, match="shorter"):
        model.coefs_ = model.coefs_[:1]
    with pytest.raises(ValueError, match="broadcast"):
        model.coefs_ = [np.ones((2, 2)), np.ones((7, 1))]


def test_feature_names_are_checked():
    names = list("abcde")
    model = fitted(REAL, pd.DataFrame(REAL.X, columns=names))
    assert_array_equal(model.feature_names_in_, names)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(pd.DataFrame(REAL.X, columns=names[::-1]))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(REAL.X)


def test_predictions_are_the_same_row_by_row_and_all_at_once():
    model = fitted(MULTICLASS, hidden_layer_sizes=(40,))
    rows = [model.predict_proba(x[np.newaxis]) for x in MULTICLASS.X]
    assert_allclose(np.vstack(rows), model.predict_proba(MULTICLASS.X))


@pytest.mark.parametrize("label", [3, "a", True])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_single_class_is_predicted_with_certainty(label, solver):
    X = np.random.default_rng(0).normal(size=(20, 3))
    model = MLPClassifier((4,), solver=solver, max_iter=3, random_state=0)
    model.fit(X, np.repeat(label, 20))
    assert model.classes_.tolist() == [label]
    assert model.predict(X).tolist() == [label] * 20
    assert_array_equal(model.predict_proba(X), np.ones((20, 1)))
    assert_array_equal(model.predict_log_proba(X), np.zeros((20, 1)))
    assert model.score(X, np.repeat(label, 20)) == 1
