"""The picture of where a network looks while it writes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skdeep import RNNGenerator, Seq2SeqClassifier
from skdeep.inspection import AttentionDisplay
from tests.estimators.sequences import ragged

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X = ["a b", "ba", "ab a", "bb"] * 10


@pytest.fixture(autouse=True)
def _no_window():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def fit(X=X, y=X, **params):
    settings = {"units": 6, "embedding_dim": 4, "max_iter": 2, "random_state": 0}
    return Seq2SeqClassifier(**{**settings, **params}).fit(X, y)


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_it_shows_the_weights_beside_the_symbols():
    model = fit()
    display = AttentionDisplay.from_estimator(model, ["b a"], ["abb"])
    weights = model.attention_weights(["b a"], ["abb"])[0]
    assert_array_equal(display.weights, weights)
    assert_array_equal(display.ax_.get_images()[0].get_array(), weights)
    assert ticks(display.ax_.xaxis) == ["b", "␣", "a"]
    assert ticks(display.ax_.yaxis) == ["a", "b", "b"]
    predicted = AttentionDisplay.from_estimator(model, ["b a"])
    assert predicted.written == list(model.predict(["b a"])[0])


def test_it_draws_in_given_axes_and_through_pipelines():
    _, ax = plt.subplots()
    chain = make_pipeline(FunctionTransformer(), fit(source="word", target="word"))
    display = AttentionDisplay.from_estimator(chain, ["a b"], ["ba a"], ax=ax)
    assert display.ax_ is ax
    assert ticks(ax.xaxis) == ["a", "b"]
    assert ticks(ax.yaxis) == ["ba", "a"]


def test_steps_of_numbers_are_counted_before_convolutions():
    sources = ragged(40, longest=21)
    model = fit(sources, [[0, 1]] * 40, filters=(3, 3), kernel_size=3)
    display = AttentionDisplay.from_estimator(model, sources, [[1, 0]])
    image = display.ax_.get_images()[0]
    assert image.get_array().shape[1] == -(-len(sources[0]) // 4)
    assert image.get_extent()[1] == len(sources[0]) - 0.5
    assert ticks(display.ax_.yaxis) == ["1", "0"]
    labels = np.where(np.arange(40) % 2, "up", "down")
    one = fit(sources, labels, target="label")
    one = AttentionDisplay.from_estimator(one, sources)
    assert one.written in (["up"], ["down"])


def test_networks_without_attention_are_refused():
    with pytest.raises(TypeError, match="RNNGenerator has no attention weights"):
        AttentionDisplay.from_estimator(RNNGenerator(units=4, max_iter=1).fit(X), X)
    with pytest.raises(ValueError, match="attention=None"):
        AttentionDisplay.from_estimator(fit(attention=None), X)
