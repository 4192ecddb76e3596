"""Samples with axes of their own, on networks of layers that a user gives."""

import pickle
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdeep import NeuralNetworkClassifier, NeuralNetworkRegressor
from skdeep.nn import Dense, Layer, Tanh
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import valid_steps

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@dataclass(repr=False)
class MeanOverSteps(Layer):
    """The plainest layer that takes samples of any size."""

    at_least: int = 1

    def plan(self, input_shape):
        return Plan(input_shape, input_shape[-1:])

    def sizes_after(self, sizes):
        if (sizes < self.at_least).any():
            raise ValueError(f"MeanOverSteps needs {self.at_least} steps.")
        return None

    def forward(self, x, workspace):
        valid = valid_steps(x.shape, workspace.sizes)[..., np.newaxis].astype(x.dtype)
        axes = tuple(range(1, x.ndim - 1))
        share = valid / valid.sum(axis=axes, keepdims=True)

        def backward(dy):
            return share * dy.reshape(len(dy), *[1] * len(axes), -1)

        return (x * share).sum(axis=axes), backward


def classifier(*layers, **params):
    layers = layers or (Dense(6), Tanh(), MeanOverSteps())
    params = {"max_iter": 3, "random_state": 0, **params}
    return NeuralNetworkClassifier(list(layers), **params)


RNG = np.random.default_rng(0)
Y = np.tile(["a", "b", "c"], 10)
ARRAYS = {
    "sequences": RNG.normal(size=(30, 5, 2)),
    "images": RNG.normal(size=(30, 4, 3, 2)),
    "ragged sequences": [RNG.normal(size=(1 + i % 4, 2)) for i in range(30)],
    "ragged images": [RNG.normal(size=(1 + i % 4, 1 + i % 3, 2)) for i in range(30)],
    "ragged signals": [RNG.normal(size=2 + i % 4) for i in range(30)],
}
EACH_KIND = pytest.mark.parametrize("X", ARRAYS.values(), ids=ARRAYS)
EACH_RAGGED = pytest.mark.parametrize(
    "X", [x for x in ARRAYS.values() if isinstance(x, list)]
)


def object_array(X):
    array = np.empty(len(X), dtype=object)
    array[:] = X
    return array


@EACH_KIND
def test_prediction_does_not_depend_on_company(X):
    model = classifier().fit(X, Y)
    together = model.predict_proba(X)
    alone = np.concatenate([model.predict_proba([x]) for x in X])
    assert_allclose(together, alone, atol=1e-6)
    assert_array_equal(model.predict(X), model.classes_[together.argmax(axis=1)])


@EACH_RAGGED
@pytest.mark.parametrize("form", [tuple, object_array, pd.Series])
def test_every_collection_is_taken_alike(X, form):
    expected = classifier().fit(X, Y).predict_proba(X)
    assert_array_equal(classifier().fit(form(X), Y).predict_proba(form(X)), expected)


def test_samples_of_one_size_in_a_list_are_an_array():
    X = ARRAYS["sequences"]
    one, other = classifier().fit(X, Y), classifier().fit(list(X), Y)
    assert_array_equal(one.predict_proba(X), other.predict_proba(list(X)))
    assert one.input_shape_ == other.input_shape_ == (5, 2)


def test_fitted_shape_leaves_open_what_differs():
    X = [x[:, :1] for x in ARRAYS["ragged images"]]
    assert classifier().fit(X, Y).input_shape_ == (None, 1, 2)


def test_rows_are_reshaped_by_input_shape():
    X = ARRAYS["images"]
    model = classifier(input_shape=(4, 3, 2)).fit(X.reshape(30, -1), Y)
    assert model.n_features_in_ == 24
    expected = classifier().fit(X, Y).predict_proba(X)
    assert_array_equal(model.predict_proba(X.reshape(30, -1)), expected)
    assert_array_equal(model.predict_proba(X), expected)


def test_rows_are_features_without_input_shape():
    X = ARRAYS["sequences"].reshape(30, -1)
    model = classifier(Dense(3), Tanh()).fit(X, Y)
    assert model.input_shape_ == (10,)
    assert model.coefs_[0].shape == (10, 3)


def test_another_size_than_in_fit_is_taken_where_layers_allow_it():
    model = classifier().fit(ARRAYS["sequences"], Y)
    assert model.predict(ARRAYS["ragged sequences"]).shape == (30,)
    assert model.predict(np.ones((4, 9, 2))).shape == (4,)


@EACH_RAGGED
@pytest.mark.parametrize(
    "params",
    [
        {"early_stopping": True, "validation_fraction": 0.2},
        {"early_stopping": True, "validation_fraction": 0.2, "scoring": "accuracy"},
        {"solver": "lbfgs"},
        {"sampler": "over"},
        {"sampler": "under"},
        {"balanced_batches": True},
        {"class_weight": "balanced"},
        {"batch_size": 4},
        {"batch_size": 4, "shuffle": False},
        {"augment": "noise"},
        {"dtype": "float32"},
    ],
)
def test_collections_go_through_all_that_fit_does(X, params):
    y = np.where(np.arange(30) < 9, "rare", "often")
    model = classifier(**params).fit(X, y, sample_weight=np.linspace(0.5, 1.5, 30))
    assert np.isfinite(model.loss_curve_).all()
    assert model.predict_proba(X).shape == (30, 2)


def test_training_in_padded_mini_batches_is_training_one_by_one():
    X = ARRAYS["ragged sequences"]
    y = RNG.normal(size=30)
    params = {"max_iter": 20, "solver": "sgd", "alpha": 0, "random_state": 0}
    layers = [Dense(6), Tanh(), MeanOverSteps()]
    whole = NeuralNetworkRegressor(layers, batch_size=30, **params).fit(X, y)
    # The gradient of the mean is the mean of the gradients of the samples.
    weighted = NeuralNetworkRegressor(layers, batch_size=30, **params)
    order = np.argsort([len(x) for x in X])
    weighted.fit([X[i] for i in order], y[order])
    assert_allclose(whole.predict(X), weighted.predict(X), rtol=1e-6)


def test_own_validation_data_may_differ_in_size():
    X = ARRAYS["ragged sequences"]
    model = classifier().fit(ARRAYS["sequences"], Y, X_val=X, y_val=Y)
    assert len(model.validation_loss_curve_) == 3


def test_partial_fit_goes_on_with_other_sizes():
    model = classifier()
    model.partial_fit(ARRAYS["sequences"], Y, classes=np.unique(Y))
    model.partial_fit(ARRAYS["ragged sequences"], Y)
    assert len(model.loss_curve_) == 2


def test_search_and_copies_keep_collections():
    X = ARRAYS["ragged sequences"]
    grid = {"alpha": [0.1, 1.0]}
    search = GridSearchCV(classifier(), grid, cv=2, n_jobs=2).fit(X, Y)
    restored = pickle.loads(pickle.dumps(search.best_estimator_))
    assert_array_equal(restored.predict_proba(X), search.predict_proba(X))
    assert clone(classifier(input_shape=(2, 2))).input_shape == (2, 2)


def test_fit_forgets_the_table_of_an_earlier_fit():
    model = classifier(input_shape=None).fit(pd.DataFrame(np.eye(30)), Y)
    model.fit(ARRAYS["sequences"], Y)
    assert not hasattr(model, "n_features_in_")


def test_input_is_not_changed():
    X = [x.copy() for x in ARRAYS["ragged sequences"]]
    classifier(augment="noise", batch_size=30).fit(X, Y)
    for kept, given in zip(ARRAYS["ragged sequences"], X, strict=True):
        assert_array_equal(kept, given)


def test_three_axes_are_announced():
    assert classifier().__sklearn_tags__().input_tags.three_d_array


GOOD = [np.ones((3, 2)), np.ones((4, 2))]
BAD = {
    "empty": ([*GOOD, np.ones((0, 2))], "Sample 2 of X has shape .* leave it out"),
    "channels": ([*GOOD, np.ones((3, 1))], "Sample 2 of X has 1 channels, expected 2"),
    "nan": ([*GOOD, np.array([[1, np.nan]])], "Sample 2 of X contains NaN.*Imputer"),
    "inf": ([*GOOD, np.array([[np.inf, 0]])], "ample 2 contains infinity"),
    "axes": ([*GOOD, np.ones((3, 2, 2))], "Sample 2 of X has shape .* first one has 2"),
    "too many axes": (np.ones((3, 2, 2, 2, 2)), "X has 5 axes"),
    "no values": (np.ones((3, 0, 2)), "which holds no values"),
}


@pytest.mark.parametrize(("X", "message"), BAD.values(), ids=BAD)
def test_bad_samples_are_named(X, message):
    with pytest.raises(ValueError, match=message):
        classifier().fit(X, ["a", "b", "a"])


def test_sizes_that_layers_cannot_take_are_refused_before_training():
    X, sequences = ARRAYS["ragged sequences"], ARRAYS["sequences"]
    with pytest.raises(ValueError, match="MeanOverSteps needs 3 steps"):
        classifier(MeanOverSteps(3)).fit(X, Y)
    model = classifier(MeanOverSteps(3)).fit(sequences, Y)
    with pytest.raises(ValueError, match="MeanOverSteps needs 3 steps"):
        model.predict(sequences[:, :2])


def test_other_channels_than_in_fit_are_refused():
    model = classifier().fit(ARRAYS["sequences"], Y)
    with pytest.raises(ValueError, match=r"shape \(5, 1\).* fitted to .*\(5, 2\)"):
        model.predict(ARRAYS["sequences"][:, :, :1])


def test_input_shape_must_fit():
    with pytest.raises(
        ValueError, match=r"input_shape=\(3, 2\) has 6 values per sample"
    ):
        classifier(input_shape=(3, 2)).fit(np.ones((3, 5)), ["a", "b", "a"])
    with pytest.raises(ValueError, match=r"input_shape=\(3, 2\), and X holds"):
        classifier(input_shape=(3, 2)).fit(ARRAYS["sequences"], Y)


@pytest.mark.parametrize("shape", [(), 28, (1, 2, 3, 4), (0, 1), "28"])
def test_input_shape_is_checked(shape):
    with pytest.raises(ValueError, match="input_shape"):
        classifier(input_shape=shape).fit(ARRAYS["sequences"], Y)


def test_one_target_for_outputs_at_each_step_is_refused():
    with pytest.raises(ValueError, match="there is an output for each step"):
        classifier(Dense(4)).fit(ARRAYS["sequences"], Y)
