"""partial_fit: one epoch a call, on whatever data it is given."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.base import clone

from skdeep import MLPClassifier
from tests.estimators.data import (
    BINARY,
    MULTICLASS,
    MULTILABEL,
    REAL,
    TASKS,
    each,
    flat,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

EPOCHS = 6
VARIANTS = {
    "adam": {},
    "sgd": {"solver": "sgd", "learning_rate": "invscaling"},
    "one cycle": {"learning_rate": "one_cycle", "max_iter": EPOCHS},
    "dropout": {"dropout": 0.3},
    "batch norm": {"normalization": "batch"},
    "average": {"averaging": "ema"},
    "last average": {"averaging": "swa", "max_iter": EPOCHS},
}
VARIANT = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())


def small_steps(task, **params):
    """Return an estimator that takes shuffled mini-batches."""
    return task.make(**{"batch_size": 25, "learning_rate_init": 0.02, **params})


def first_classes(task):
    """Return what partial_fit needs in the first call."""
    return {"classes": np.unique(task.y)} if task in (BINARY, MULTICLASS) else {}


def train(model, task, epochs=EPOCHS, pickled=False, **data):
    """Call partial_fit once an epoch."""
    known = {} if hasattr(model, "network_") else first_classes(task)
    for _ in range(epochs):
        model.partial_fit(task.X, task.y, **known, **data)
        known = {}
        if pickled:
            model = pickle.loads(pickle.dumps(model))
    return model


@VARIANT
@each()
def test_calls_of_partial_fit_are_epochs_of_fit(task, variant):
    fitted = small_steps(task, **variant).set_params(max_iter=EPOCHS)
    fitted.fit(task.X, task.y)
    trained = train(small_steps(task, **variant), task)
    assert_array_equal(flat(trained), flat(fitted))
    assert_array_equal(task.output(trained), task.output(fitted))
    assert trained.loss_curve_ == fitted.loss_curve_
    assert trained.t_ == fitted.t_ == EPOCHS * len(task.X)
    assert trained.n_iter_ == 1


@VARIANT
@each([BINARY, REAL])
def test_pickling_between_calls_changes_nothing(task, variant):
    trained = train(small_steps(task, **variant), task)
    pickled = train(small_steps(task, **variant), task, pickled=True)
    assert_array_equal(task.output(pickled), task.output(trained))
    assert pickled.loss_curve_ == trained.loss_curve_


@each()
def test_partial_fit_goes_on_after_fit(task):
    fitted = small_steps(task, max_iter=4).fit(task.X, task.y)
    train(fitted, task, EPOCHS - 4)
    assert_array_equal(flat(fitted), flat(train(small_steps(task), task)))
    assert len(fitted.loss_curve_) == EPOCHS


@each()
def test_fit_forgets_calls_of_partial_fit(task):
    model = small_steps(task, max_iter=3)
    afresh = flat(clone(model).fit(task.X, task.y))
    train(model, task, 2)
    assert_array_equal(flat(model.fit(task.X, task.y)), afresh)
    assert len(model.loss_curve_) == 3


def test_labels_need_no_classes():
    given = MULTILABEL.make()
    given.partial_fit(MULTILABEL.X, MULTILABEL.y, classes=[0, 1, 2])
    left_out = MULTILABEL.make().partial_fit(MULTILABEL.X, MULTILABEL.y)
    sparse = MULTILABEL.make().partial_fit(MULTILABEL.X, csr_matrix(MULTILABEL.y))
    for model in (left_out, sparse):
        assert_array_equal(flat(model), flat(given))
        assert_array_equal(model.classes_, [0, 1, 2])


def test_as_many_labels_as_columns():
    with pytest.raises(ValueError, match="classes has 2 labels but y has 3 columns"):
        MULTILABEL.make().partial_fit(MULTILABEL.X, MULTILABEL.y, classes=[0, 1])


@pytest.mark.parametrize("y", [BINARY.y, BINARY.y.reshape(-1, 1), BINARY.y.tolist()])
def test_the_first_call_needs_classes(y):
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        BINARY.make().partial_fit(BINARY.X, y)


def test_the_same_classes_may_be_given_again():
    model = MULTICLASS.make().partial_fit(MULTICLASS.X, MULTICLASS.y, classes=[0, 1, 2])
    model.partial_fit(MULTICLASS.X, MULTICLASS.y, classes=[2, 1, 0])
    with pytest.raises(ValueError, match="is not the same as on last call"):
        model.partial_fit(MULTICLASS.X, MULTICLASS.y, classes=[0, 1, 2, 3])


def test_classes_may_come_in_any_order_and_late():
    X, y = MULTICLASS.X, np.array(["a", "b", "c"])[MULTICLASS.y]
    model = small_steps(MULTICLASS, learning_rate_init=0.05)
    model.partial_fit(X[y == "b"], y[y == "b"], classes=["c", "a", "b"])
    assert_array_equal(model.classes_, ["a", "b", "c"])
    for _ in range(30):
        for name in ("c", "a", "b"):
            model.partial_fit(X[y == name], y[y == name])
    assert set(model.predict(X)) == {"a", "b", "c"}


def test_an_unknown_class_is_refused():
    model = BINARY.make().partial_fit(BINARY.X, BINARY.y, classes=[0, 1])
    before = flat(model)
    with pytest.raises(ValueError, match="has classes not in"):
        model.partial_fit(BINARY.X, BINARY.y + 1)
    assert_array_equal(flat(model), before)


@pytest.mark.parametrize("class_weight", [{2: 5.0}, {0: 2.0, 2: 5.0}])
def test_a_chunk_may_lack_a_class_that_has_a_weight(class_weight):
    X, y = MULTICLASS.X[MULTICLASS.y < 2], MULTICLASS.y[MULTICLASS.y < 2]
    weights = np.where(y == 0, class_weight.get(0, 1.0), 1.0)
    ours = MULTICLASS.make(class_weight=class_weight)
    ours.partial_fit(X, y, classes=[0, 1, 2])
    theirs = MULTICLASS.make().partial_fit(X, y, weights, classes=[0, 1, 2])
    assert_allclose(flat(ours), flat(theirs))


@pytest.mark.parametrize("size", [1, 7, 300])
def test_chunks_may_have_any_size(size):
    X, y = np.tile(REAL.X, (3, 1)), np.tile(REAL.y, 3)
    model = small_steps(REAL)
    model.partial_fit(X[:50], y[:50])
    model.partial_fit(X[:size], y[:size])
    assert model.t_ == 50 + size
    assert np.isfinite(flat(model)).all()


def test_sample_weights_count():
    kept = np.arange(len(REAL.X)) % 3 > 0
    whole, part = (small_steps(REAL, batch_size=200) for _ in range(2))
    for _ in range(3):
        whole.partial_fit(REAL.X, REAL.y, kept)
        part.partial_fit(REAL.X[kept], REAL.y[kept])
    assert_allclose(flat(whole), flat(part))


def test_lbfgs_has_no_partial_fit():
    assert not hasattr(MLPClassifier(solver="lbfgs"), "partial_fit")
    assert hasattr(MLPClassifier(), "partial_fit")


def test_no_warning_that_one_epoch_is_not_enough(recwarn):
    REAL.make().partial_fit(REAL.X, REAL.y)
    assert not recwarn.list


@each()
def test_validation_data_give_curves(task):
    data = {"X_val": task.X[:30], "y_val": task.y[:30]}
    model = train(small_steps(task, scoring=None), task, **data)
    assert len(model.validation_scores_) == EPOCHS
    assert len(model.validation_loss_curve_) == EPOCHS
    assert model.best_validation_score_ == max(model.validation_scores_)
    # Whoever has validation data gets the weights of the best epoch.
    score = model.score(task.X[:30], task.y[:30])
    assert_allclose(score, model.best_validation_score_)


@pytest.mark.parametrize("pickled", [False, True])
@each(TASKS[:1] + TASKS[-1:])
def test_early_stopping_keeps_the_best_weights(task, pickled):
    data = {"X_val": task.X[80:], "y_val": task.y[80:]}
    params = {"early_stopping": True, "scoring": "loss", "learning_rate_init": 0.05}
    fitted = small_steps(task, **params, max_iter=40, n_iter_no_change=40)
    fitted.fit(task.X, task.y, **data)
    trained = small_steps(task, **params)
    trained = train(trained, task, 40, pickled, **data)
    assert trained.validation_scores_ == fitted.validation_scores_
    assert_array_equal(flat(trained), flat(fitted))
