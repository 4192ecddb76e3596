"""Dead units and gradients, layer by layer."""

import numpy as np
import pytest
from sklearn.callback import ScoringMonitor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import (
    MLPClassifier,
    NeuralNetworkClassifier,
    RNNClassifier,
    Seq2SeqClassifier,
)
from skdeep.estimators.protocols import read_samples
from skdeep.inspection import layer_report, layer_scores
from skdeep.nn import BatchNorm, Dense, Parallel, ReLU, Residual, Tanh
from skdeep.nn.compute import Buffers
from tests.estimators.data import BINARY, MULTICLASS, TASKS, each
from tests.nn.passes import numeric_gradient

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def mean_loss(model, X, y):
    z = model.network_.forward(X)
    loss = -np.log(model.targets_.loss.predict(z)[np.arange(len(y)), y])
    return loss.mean()


def test_gradients_equal_finite_differences():
    X, y = MULTICLASS.X, MULTICLASS.y
    model = MULTICLASS.make((4, 3), activation="tanh", max_iter=3).fit(X, y)
    report = layer_report(model, X, y)
    assert report["layer"].to_list() == ["Dense", "Tanh", "Dense", "Tanh", "Dense"]
    dense = report[report["layer"] == "Dense"]
    for row, W, b in zip(dense.index, model.coefs_, model.intercepts_, strict=True):
        gradients = [
            numeric_gradient(lambda: mean_loss(model, X, y), array) for array in (W, b)
        ]
        flat = np.concatenate([g.ravel() for g in gradients])
        expected = np.linalg.norm(flat)
        assert report.loc[row, "gradient"] == pytest.approx(expected, rel=1e-6)
        rms = expected / flat.size**0.5
        assert report.loc[row, "gradient_rms"] == pytest.approx(rms, rel=1e-6)
        weights = np.r_[W.ravel(), b]
        assert report.loc[row, "weight"] == pytest.approx(np.sqrt((weights**2).mean()))
    assert report["gradient"].isna().to_list() == [False, True, False, True, False]


@each(TASKS)
def test_dead_units_are_counted(task):
    model = task.make((10,), max_iter=2).fit(task.X, task.y)
    model.intercepts_[0][:3] = -100
    report = layer_report(model, task.X, task.y)
    hidden = task.X @ model.coefs_[0] + model.intercepts_[0]
    assert report.loc[1, "dead"] == (hidden.max(axis=0) <= 0).mean() >= 0.3
    assert report["dead"].isna().to_list() == [True, False, True]


def test_saturated_units_are_dead():
    model = BINARY.make((10,), activation="tanh", max_iter=2).fit(BINARY.X, BINARY.y)
    model.intercepts_[0][:4] = 100
    assert layer_report(model, BINARY.X, BINARY.y).loc[1, "dead"] == 0.4


def test_layers_inside_others_are_seen():
    layers = [
        Residual([Dense(4), BatchNorm(), ReLU()], shortcut=Dense(4)),
        Parallel([Dense(3), Tanh()]),
    ]
    model = NeuralNetworkClassifier(layers, max_iter=2, random_state=0)
    model.fit(MULTICLASS.X, MULTICLASS.y)
    report = layer_report(model, MULTICLASS.X, MULTICLASS.y)
    names = ["Dense", "BatchNorm", "ReLU", "Dense", "Dense", "Tanh", "Dense"]
    assert report["layer"].to_list() == names
    assert report["gradient"].notna().sum() == 5


def written(model, X, y):
    """Return the mean loss of all steps, as training has it."""
    samples = read_samples(model, X, y)
    z = model.network_.forward(samples.inputs).rows()
    rows, weights = samples.rows()
    loss = model.targets_.loss.with_weights(weights)
    values, _ = loss.value_and_gradient(z, rows, Buffers(z.dtype))
    return values @ weights / len(samples)


@pytest.mark.parametrize("attention", ["additive", None])
def test_parts_of_an_encoder_decoder_are_seen(attention):
    X, y = ["ab", "ba", "abab", "b"] * 3, ["ba", "ab", "baba", "b"] * 3
    model = Seq2SeqClassifier(
        3, attention=attention, max_iter=2, dtype="float64", random_state=0
    ).fit(X, y)
    report = layer_report(model, X, y)
    reads, writes = ["ColumnEmbedding", "Bidirectional"], ["ColumnEmbedding", "GRU"]
    joins = ["AdditiveAttention", "Dense", "Tanh"] if attention else []
    assert report["layer"].to_list() == [*reads, *writes, *joins, "Dense"]
    assert report.loc[[1, 3], "units"].to_list() == [6, 6]
    W, b = model.coefs_[-1], model.intercepts_[-1]
    gradients = [
        numeric_gradient(lambda: written(model, X, y), array) for array in (W, b)
    ]
    expected = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    assert report["gradient"].iloc[-1] == pytest.approx(expected, rel=1e-5)
    assert report["gradient"].notna().sum() == len(report) - bool(attention)


def test_both_directions_count():
    X = [np.ones((n, 1)) for n in (2, 3, 4, 5)]
    model = RNNClassifier(2, bidirectional=True, max_iter=1).fit(X, [0, 1, 0, 1])
    report = layer_report(model, X, [0, 1, 0, 1])
    assert report["layer"].to_list() == ["Bidirectional", "Dense"]
    assert report["gradient"].notna().all()


def test_a_pipeline_transforms_first():
    model = make_pipeline(StandardScaler(), BINARY.make(max_iter=2))
    model.fit(BINARY.X, BINARY.y)
    inner = layer_report(model[-1], model[:-1].transform(BINARY.X), BINARY.y)
    assert layer_report(model, BINARY.X, BINARY.y).equals(inner)


def test_a_monitor_keeps_the_history():
    monitor = ScoringMonitor(scoring=layer_scores)
    model = MLPClassifier((5,), max_iter=3, random_state=0).set_callbacks(monitor)
    model.fit(BINARY.X, BINARY.y)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    for epochs, row in enumerate(rows, start=1):
        short = MLPClassifier((5,), max_iter=epochs, random_state=0)
        expected = layer_scores(short.fit(BINARY.X, BINARY.y), BINARY.X, BINARY.y)
        assert {name: row[name] for name in expected} == expected
    assert len(rows) == 3
