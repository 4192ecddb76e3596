"""diagnose takes convolutional and recurrent networks, too."""

import numpy as np
import pytest
from sklearn.base import clone

from skdeep import CNNClassifier, RNNClassifier, RNNRegressor
from skdeep.inspection import diagnose, layer_report

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def series(n=400, steps=20, seed=0):
    """Draw noise with a bump somewhere, upwards or downwards."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(scale=0.3, size=(n, steps, 1)), rng.integers(2, size=n)
    at = rng.integers(steps - 3, size=n)
    for i in range(n):
        X[i, at[i] : at[i] + 3, 0] += 2 * y[i] - 1
    return X, y


def test_a_convolutional_network():
    X, y = series()
    cnn = CNNClassifier((8,), learning_rate_init=0.02, max_iter=30, random_state=0)
    found = diagnose(cnn.fit(X[:200], y[:200]), X[200:], y[200:])
    assert found.verdict == "good"
    report = layer_report(cnn, X[200:], y[200:])
    assert report["layer"].iloc[0].startswith("Conv")
    assert (report["gradient"].dropna() > 0).all()


def test_inputs_of_a_convolutional_network_that_are_not_scaled():
    X, y = series()
    cnn = CNNClassifier((8,), learning_rate_init=0.02, max_iter=10, random_state=0)
    X = 1e4 * (X + 5)
    model = cnn.fit(X[:200], y[:200])
    found = diagnose(model, X[200:], y[200:])
    assert found.cause == "unscaled inputs"
    better = clone(model).set_params(**found.advice[0].params).fit(X[:200], y[:200])
    after = diagnose(better, X[200:], y[200:])
    assert after.measured.validation_loss < found.measured.validation_loss


@pytest.mark.parametrize("ragged", [False, True])
def test_a_recurrent_network(ragged):
    X, y = series()
    X = [x[: 12 + i % 8] for i, x in enumerate(X)] if ragged else X
    rnn = RNNClassifier(units=(8,), pooling="max", learning_rate_init=0.02, max_iter=20)
    rnn.set_params(random_state=0).fit(X[:200], y[:200])
    found = diagnose(rnn, X[200:], y[200:])
    assert found.measured.validation_level < 0.9
    assert found.measured.layers is not None


def test_targets_at_every_step():
    X, _ = series()
    y = X[:, :, 0].cumsum(axis=1) / 4
    rnn = RNNRegressor(units=(8,), return_sequences=True, learning_rate_init=0.02)
    rnn.set_params(max_iter=20, random_state=0).fit(X[:200], y[:200])
    found = diagnose(rnn, X[200:], y[200:])
    assert found.verdict == "good"
    # In standard deviations of y, as the network sees it.
    residual = (rnn.predict(X[200:]) - y[200:]) / rnn.targets_.rows.scale
    expected = (residual**2).mean() / 2
    assert found.evidence["validation loss"] == pytest.approx(expected, rel=1e-6)
