import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import ParameterGrid

from skdeep.nn import Adam, AdamW, Cosine, Dense, OneCycle, Orthogonal, ReLU, Warmup


def test_hyperparameters_of_inner_components_are_got():
    params = Warmup(share=0.1, then=Cosine(final=0.2)).get_params()
    assert params == {"share": 0.1, "then": Cosine(0.2), "then__final": 0.2}


def test_shallow_hyperparameters_are_those_of_the_constructor():
    schedule = Warmup(share=0.1, then=Cosine())
    assert schedule.get_params(deep=False) == {"share": 0.1, "then": schedule.then}


def test_hyperparameters_of_inner_components_are_set():
    schedule = Warmup(then=Cosine()).set_params(share=0.5, then__final=0.3)
    assert schedule == Warmup(share=0.5, then=Cosine(final=0.3))


def test_component_can_be_replaced_and_set_at_once():
    schedule = Warmup(then=Cosine()).set_params(then=OneCycle(), then__rise=0.5)
    assert schedule == Warmup(then=OneCycle(rise=0.5))


def test_component_is_replaced_before_it_is_set_whatever_the_order():
    schedule = Warmup(then=Cosine()).set_params(then__rise=0.5, then=OneCycle())
    assert schedule == Warmup(then=OneCycle(rise=0.5))


@pytest.mark.parametrize("name", ["beta_3", "beta_3__x"])
def test_refusal_of_an_unknown_name_tells_what_there_is(name):
    expected = r"Adam has no hyperparameter 'beta_3'; .*'beta_1', 'beta_2', 'epsilon'"
    with pytest.raises(ValueError, match=expected):
        Adam().set_params(**{name: 1.0})


def test_grid_of_hyperparameters_reaches_a_clone_only():
    template = Adam()
    for params in ParameterGrid({"beta_1": [0.5, 0.8], "epsilon": [1e-3]}):
        assert clone(template).set_params(**params).get_params() == {
            "beta_2": 0.999,
            **params,
        }
    assert template == Adam()


def test_equality_needs_the_same_class_and_hyperparameters():
    assert Adam(beta_1=0.5) == Adam(beta_1=0.5)
    assert Adam(beta_1=0.5) != Adam()
    assert Adam() != AdamW()
    assert ReLU() == ReLU()
    assert ReLU() != "relu"


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(Adam()) == "Adam()"
    assert repr(AdamW(beta_2=0.9, weight_decay=0.1)) == (
        "AdamW(beta_2=0.9, weight_decay=0.1)"
    )
    assert repr(Dense(3, Orthogonal(2.0))) == (
        "Dense(units=3, initializer=Orthogonal(gain=2.0))"
    )


def test_numbers_of_numpy_are_kept_as_they_are():
    rate = np.float64(0.5)
    assert Adam(beta_1=rate).get_params()["beta_1"] is rate
