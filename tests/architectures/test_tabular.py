"""The layers of a network for tables."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

from skdeep import NeuralNetworkClassifier
from skdeep.architectures import tabular
from skdeep.architectures.tabular import batch_size_for, epochs_for, quantile_boundaries
from skdeep.nn import (
    ACTIVATIONS,
    SELU,
    ColumnEmbedding,
    Dense,
    Dropout,
    FlatCosine,
    GlobalAveragePool,
    LeakyReLU,
    MemberDense,
    Members,
    Network,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Serial,
)


def kinds(layers):
    return [type(layer) for layer in layers]


def network(n_outputs=2, n_features=5, **params):
    layers = Serial(tabular(n_outputs, **params))
    return Network(layers, (n_features,), np.float64, np.random.default_rng(0))


def test_three_hidden_layers_are_the_default():
    layers = tabular(3)
    assert kinds(layers) == [Dense, SELU] * 3 + [Dense]
    assert [x.units for x in layers[::2]] == [256, 256, 256, 3]


def test_no_hidden_layer_is_a_linear_model():
    assert kinds(tabular(3, hidden_layer_sizes=())) == [Dense]


def test_outputs_start_at_zero_whatever_the_input():
    x = np.random.default_rng(1).normal(size=(4, 5))
    assert_array_equal(network().forward(x), 0)
    assert_array_equal(network(n_members=3).forward(x), 0)


def test_hidden_layers_start_at_unit_scale_and_learn_at_their_own_rates():
    net = network(hidden_layer_sizes=(400,), n_features=100)
    weight, bias = net.parameters("weight")[0], net.parameters("bias")[0]
    assert weight.std() == pytest.approx(0.1, rel=0.02)
    assert bias.std() == pytest.approx(1, rel=0.1)
    rates = {s.rate for s in net.layout.spans}
    assert rates == {1 / 10, 1 / 20, 0.1}


def test_members_share_hidden_layers_and_have_outputs_of_their_own():
    layers = tabular(2, hidden_layer_sizes=(8, 4), n_members=3)
    assert kinds(layers) == [Members, Dense, SELU, Dense, SELU, MemberDense]
    net = network(hidden_layer_sizes=(8, 4), n_members=3)
    assert net.plan.output_shape == (3, 2)
    assert net.theta.size == 3 * 5 + (5 * 8 + 8) + (8 * 4 + 4) + 3 * (4 * 2 + 2)


def test_one_member_is_none():
    assert tabular(2, n_members=1) == tabular(2)


def test_embeddings_come_first_and_numbers_stay_in_front():
    layers = tabular(
        1,
        hidden_layer_sizes=(8,),
        numerical_embedding="periodic",
        n_numbers=2,
        cardinalities=(12, 30),
        embedding_dim=(3, 4),
        n_members=2,
    )
    assert kinds(layers)[:3] == [ColumnEmbedding, PeriodicEmbedding, Members]
    # 2 numbers, 1 column as it is, vectors of 3 and 4, and 3 more for each number.
    assert Serial(layers[:2]).plan((5,)).output_shape == (2 + 1 + 3 + 4 + 2 * 3,)


def test_piecewise_linear_embedding_has_the_boundaries_given():
    layers = tabular(
        1, numerical_embedding="piecewise_linear", boundaries=[(0, 1, 2), (0, 3)]
    )
    assert layers[0] == PiecewiseLinearEmbedding([(0, 1, 2), (0, 3)])


@pytest.mark.parametrize("name", ["periodic", "piecewise_linear"])
def test_table_without_numbers_has_nothing_to_embed(name):
    assert tabular(2, numerical_embedding=name) == tabular(2)


def test_unknown_embedding_is_refused():
    with pytest.raises(ValueError, match="numerical_embedding='periodical' is not"):
        tabular(2, numerical_embedding="periodical", n_numbers=2)


def test_dropout_follows_each_hidden_layer():
    layers = tabular(2, hidden_layer_sizes=(8, 8), dropout=0.2)
    assert kinds(layers) == [Dense, SELU, Dropout] * 2 + [Dense]
    assert layers[2].rate == 0.2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_by_name(name):
    assert type(tabular(1, activation=name)[1]) is ACTIVATIONS[name]


def test_an_activation_is_copied_for_every_layer():
    activation = LeakyReLU(0.3)
    layers = tabular(1, activation=activation)
    assert layers[1] == layers[3] == activation
    assert len({id(activation), id(layers[1]), id(layers[3])}) == 3


def test_batch_size_grows_with_the_table():
    sizes = [batch_size_for(n) for n in (1, 20, 1000, 2000, 5000, 10**6)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 1
    assert all(batch_size_for(n) <= n for n in range(1, 400))


def test_bins_between_quantiles_hold_as_many_samples_each():
    x = np.random.default_rng(0).exponential(size=(1000, 2))
    for column, edges in zip(x.T, quantile_boundaries(x, 8), strict=True):
        counts = np.histogram(column, edges)[0]
        assert len(counts) == 8
        # The outermost edges are rounded to float32.
        assert np.abs(counts - 125).max() <= 2


def test_numbers_that_many_share_have_fewer_bins():
    x = np.repeat([0.0, 1.0, 5.0], [10, 80, 10])[:, np.newaxis]
    assert quantile_boundaries(x, 16) == [(0.0, 1.0, 5.0)]


def test_boundaries_of_any_column_make_an_embedding():
    huge = 1e6 + np.linspace(0, 1e-3, 50)
    x = np.column_stack([np.full(50, 3.0), huge, np.arange(50)])
    boundaries = quantile_boundaries(x)
    layers = tabular(1, numerical_embedding="piecewise_linear", boundaries=boundaries)
    net = Network(Serial(layers), (3,), np.float32, np.random.default_rng(0))
    assert np.isfinite(net.forward(x.astype(np.float32))).all()


LISTS = {
    "periodic": [PeriodicEmbedding(2), Dense(8, rate="ntk", bias_rate=0.1), SELU()],
    "piecewise": [PiecewiseLinearEmbedding([(-1, 0, 1), (-1, 1)]), Dense(8), SELU()],
    # The mean over members of what each has found in the features.
    "members": [Members(4), Dense(8), SELU(), GlobalAveragePool()],
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", LISTS)
def test_layers_for_tables_stand_in_a_users_list_within_reach_of_a_search(name):
    X, y = load_iris(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    search = GridSearchCV(
        NeuralNetworkClassifier(
            Serial(LISTS[name]),
            learning_rate="flat_cosine",
            learning_rate_init=0.03,
            max_iter=40,
            tol=0,
            n_iter_no_change=100,
            random_state=0,
        ),
        {"layers__1__rate": [0.0, 1.0], "learning_rate": [FlatCosine(0.7)]},
        cv=3,
    )
    search.fit(X, y)
    assert search.best_score_ > 0.9
    layers = search.best_estimator_.network_.layer.layers
    assert layers[1].rate == search.best_params_["layers__1__rate"]
    scores = search.cv_results_["mean_test_score"]
    assert scores[0] != scores[1]


def test_more_rows_take_fewer_epochs_and_never_fewer_steps():
    numbers = np.unique(np.geomspace(1, 10**7, 400).astype(int))
    epochs = np.array([epochs_for(n) for n in numbers])
    assert epochs[0] == epochs_for(50_000) == 64
    assert epochs[-1] == epochs_for(100_000) == 32
    assert np.all(np.diff(epochs) <= 0)
    # Rounding to whole epochs aside.
    seen = epochs * numbers
    assert np.all(seen[1:] >= (1 - 1 / 32) * seen[:-1])
