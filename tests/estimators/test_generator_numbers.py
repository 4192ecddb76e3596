"""The generator of sequences of numbers: densities, draws, and their forms."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.stats import kstest
from sklearn.base import clone
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_limits

from skdeep import RNNGenerator
from tests.estimators.sequences import as_object_array

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def steps(n_samples=150, seed=0):
    """Draw walks of one to three steps, the first near -2 or 2, then away from 0."""
    rng = np.random.default_rng(seed)
    walks = []
    for _ in range(n_samples):
        side = rng.choice([-1, 1])
        n = rng.integers(1, 4)
        walks.append(side * (2 + np.arange(n)) + 0.2 * rng.normal(size=n))
    return walks


X = steps()


def make(**params):
    settings = {"units": 12, "max_iter": 4, "batch_size": 16, "random_state": 0}
    return RNNGenerator(**{**settings, **params})


@pytest.fixture(scope="module")
def model():
    settings = {"max_iter": 40, "learning_rate_init": 0.01, "dtype": "float64"}
    return make(n_components=2, **settings).fit(X)


GRID = np.linspace(-12, 12, 2401)


def test_densities_of_all_lengths_add_up_to_one(model):
    def density(walk):
        return float(np.exp(model.score_samples([np.atleast_1d(walk)])[0]))

    alone = quad(density, -12, 12, points=[-2, 2], limit=200)[0]
    # On a grid, for many walks at a time.
    one = np.exp(model.score_samples(GRID.reshape(-1, 1))).sum() * 0.01
    assert alone == pytest.approx(one, rel=1e-5)
    coarse = GRID[::8]
    pairs = np.stack(np.meshgrid(coarse, coarse), axis=-1).reshape(-1, 2)
    two = np.exp(model.score_samples(pairs)).sum() * 0.08**2
    drawn = np.array([len(x) for x in model.sample(3000, random_state=0)])
    shares = [(drawn == n).mean() for n in (1, 2)]
    assert_allclose([one, two], shares, atol=0.03)
    # Of longer ones, as many as there are draws of them.
    assert one + two + (drawn > 2).mean() == pytest.approx(1, abs=0.03)


def test_the_density_of_one_step_integrates_to_one():
    rows = np.random.default_rng(0).normal(7, 3, size=(200, 1))
    model = make(n_components=3, max_iter=2, dtype="float64").fit(rows)
    wide = np.linspace(-60, 80, 20001).reshape(-1, 1)
    total = np.trapezoid(np.exp(model.score_samples(wide)), wide[:, 0])
    assert total == pytest.approx(1, abs=1e-6)
    # Of another length there is nothing.
    assert np.isneginf(model.score_samples([[7.0, 7.0]])).all()


def test_draws_have_the_density_of_one_step():
    rows = [x[:1] for x in steps(400, seed=3)]
    single = make(n_components=2, max_iter=30, learning_rate_init=0.01).fit(rows)
    below = np.cumsum(np.exp(single.score_samples(GRID.reshape(-1, 1)))) * 0.01
    drawn = np.concatenate(single.sample(2000, random_state=0))
    assert kstest(drawn, lambda x: np.interp(x, GRID, below)).pvalue > 0.01


def test_what_was_seen_is_denser(model):
    likely, unlikely = model.score_samples([[2.0, 3.0], [2.0, -3.0]])
    assert likely > unlikely + 2
    assert model.score(X) == pytest.approx(model.score_samples(X).mean())


def test_densities_are_those_of_x_as_it_is():
    """Densities fall by the factor by which numbers are spread."""
    settings = {"max_iter": 5, "dtype": "float64"}
    plain = make(**settings).fit(X)
    large = make(**settings).fit([1000 * x + 5 for x in X])
    sizes = np.array([len(x) for x in X])
    expected = plain.score_samples(X) - sizes * np.log(1000)
    found = large.score_samples([1000 * x + 5 for x in X])
    assert_allclose(found, expected, rtol=1e-6)


def test_a_table_is_learned_as_well_as_by_a_mixture():
    rng = np.random.default_rng(0)
    table = rng.multivariate_normal([1, -1], [[1, 0.9], [0.9, 1]], size=600)
    model = make(units=16, max_iter=40, learning_rate_init=0.01).fit(table[:400])
    best = GaussianMixture(random_state=0).fit(table[:400])
    assert model.score(table[400:]) > best.score(table[400:]) - 0.1
    drawn = model.sample(2000, random_state=0)
    assert drawn.shape == (2000, 2)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.9, abs=0.06)


def test_draws_near_temperature_zero_are_one(model):
    drawn = model.sample(20, temperature=1e-6, random_state=0)
    assert len({len(x) for x in drawn}) == 1
    assert_allclose(np.array(drawn), np.array(drawn[:1]).repeat(20, axis=0), atol=0.01)
    cold, hot = (
        np.std([abs(x[0]) for x in model.sample(300, None, t, random_state=0)])
        for t in (0.5, 4)
    )
    assert cold < hot


def test_draws_go_on_from_a_prompt(model):
    drawn = model.sample(200, prompt=[2.1, 3.2], random_state=0)
    assert all(x[:2].tolist() == [2.1, 3.2] for x in drawn)
    assert all(len(x) > 2 for x in drawn)
    assert np.mean([abs(x[2] - 4) < 1 for x in drawn]) > 0.8


def test_sequences_depend_on_conditions():
    kinds = np.where([x[0] > 0 for x in X], "up", "down")
    model = make(max_iter=20, learning_rate_init=0.01).fit(X, conditions=kinds)
    drawn = model.sample(100, conditions="up", random_state=0)
    assert np.mean([x[0] > 0 for x in drawn]) > 0.9
    found = model.score(X, conditions=kinds)
    assert found > model.score(X, conditions=kinds[::-1])


RNG = np.random.default_rng(0)
FORMS = {
    "a list of arrays": (X, list, (None,)),
    "an object array": (as_object_array(X), list, (None,)),
    "arrays of channels": ([np.c_[x, -x] for x in X], list, (None, 2)),
    "a table": (RNG.normal(size=(40, 3)), np.ndarray, (3,)),
    "a frame": (pd.DataFrame(RNG.normal(size=(40, 3))), np.ndarray, (3,)),
    "an array of channels": (RNG.normal(size=(40, 3, 2)), np.ndarray, (3, 2)),
    "lists of floats": ([[0.5, 1.0], [2.0]] * 20, list, (None,)),
    "float32": (RNG.normal(size=(40, 3)).astype("f"), np.ndarray, (3,)),
}


@pytest.mark.parametrize("form", FORMS)
def test_draws_have_the_form_of_x(form):
    given, kind, shape = FORMS[form]
    model = make(max_iter=1).fit(given)
    assert model.unit_ == "number"
    drawn = model.sample(5, random_state=0)
    assert isinstance(drawn, kind)
    assert len(drawn) == 5
    for x in drawn:
        assert x.ndim == len(shape)
        assert all(n in (None, m) for n, m in zip(shape, x.shape, strict=True))
    assert model.score_samples(given).shape == (len(given),)
    assert np.isfinite(model.score_samples(given)).all()


def test_integers_are_symbols_unless_they_are_to_be_numbers():
    table = np.arange(60).reshape(20, 3) % 4
    assert make(max_iter=1).fit(table).unit_ == "token"
    assert make(max_iter=1).fit(table.astype(float)).unit_ == "number"
    assert make(max_iter=1, unit="number").fit(table).unit_ == "number"
    assert make(max_iter=1, unit="token").fit(table * 1.0).unit_ == "token"


def test_symbols_alone_have_perplexity_top_k_and_classes(model):
    with pytest.raises(ValueError, match="perplexity counts symbols, and X holds num"):
        model.perplexity(X)
    with pytest.raises(ValueError, match="top_k=3 keeps the likeliest symbols"):
        model.sample(top_k=3)
    assert not hasattr(model, "classes_")


def test_early_stopping_searches_and_weights():
    model = make(early_stopping=True, max_iter=8).fit(X)
    assert np.isfinite(model.validation_scores_).all()
    model.fit(X[:100], X_val=X[100:])
    assert len(model.validation_scores_) == model.n_iter_
    grid = {"n_components": [1, 2]}
    search = GridSearchCV(make(), grid, cv=3, n_jobs=2).fit(X)
    assert np.isfinite(search.best_score_)
    settings = {"batch_size": 150, "shuffle": False, "dtype": "float64"}
    weights = np.r_[np.ones(70), np.zeros(80)]
    weighted = make(**settings).fit(X, sample_weight=weights)
    alone = make(**settings).fit(X[:70])
    assert_allclose(weighted.score_samples(X), alone.score_samples(X), rtol=1e-6)


def test_partial_fit_and_warm_start():
    model = make().partial_fit(X[:75])
    assert model.partial_fit(X[75:]).t_ == 150
    warm = make(warm_start=True).fit(X)
    before = warm.loss_
    assert warm.fit(X).loss_ < before


def test_copies_pickles_and_threads_give_the_same_bits(model):
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.score_samples(X), model.score_samples(X))
    drawn = [m.sample(3, random_state=0) for m in (again, model)]
    for a, b in zip(*drawn, strict=True):
        assert_array_equal(a, b)
    assert clone(model).fit(X).loss_curve_ == model.loss_curve_
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(make().fit(X).network_.theta)
    assert_array_equal(*fitted)


BAD = {
    "empty": ([np.array([]), *X[1:]], {}, "Sample 0 of X is empty"),
    "NaN": ([np.array([np.nan]), *X[1:]], {}, "Sample 0 of X contains NaN"),
    "text among them": ([*X[:-1], "up"], {}, "Sample 149 of X is not a sequence of n"),
    "text inside": ([*X[:-1], [1.0, "up"]], {}, "Sample 149 of X is not a sequence"),
    "one axis": (np.arange(9.0), {}, r"one number for each sample.*reshape\(-1, 1\)"),
    "channels": ([np.ones((2, 1)), np.ones((2, 2))], {}, "differing numbers of val"),
    "too long": (X, {"max_length": 2}, "3 steps, and max_length=2"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case):
    given, params, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        make(max_iter=1, **params).fit(given)


def test_bad_prompts_and_scores_get_one_sentence(model):
    with pytest.raises(ValueError, match="prompt has 2 numbers for each step; exp"):
        model.sample(prompt=np.ones((2, 2)))
    with pytest.raises(ValueError, match="X has 2 numbers for each step; expected 1"):
        model.score_samples([np.ones((2, 2))])
    table = make(max_iter=1).fit(np.random.default_rng(0).normal(size=(20, 3)))
    with pytest.raises(ValueError, match="prompt has 3 steps, and all sequences in"):
        table.sample(prompt=[1.0, 2.0, 3.0])
