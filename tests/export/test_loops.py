"""Loops of ONNX through ONNX Runtime."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.export.file import make_model
from skdeep.export.graph import Graph
from skdeep.export.loops import Iteration, add_loop
from tests.export.onnx_runs import run

pytest.importorskip("onnxruntime")


def doubling(limit=None):
    """Return a graph that doubles x up to six times, or until it is beyond a limit."""
    graph = Graph()
    step = graph.add("Add", "x", np.float32(0))

    def double(body, iteration, carried):
        x, other = carried
        twice = body.add("Add", x, x)
        goes_on = None
        if limit is not None:
            goes_on = body.add("ReduceMax", twice, keepdims=0)
            goes_on = body.add("Less", goes_on, np.float32(limit))
        # What comes from before the loop, and what is handed on unchanged.
        more = body.add("Add", twice, step)
        return Iteration([twice, other], [(more, "float"), (twice, "float")], goes_on)

    carried, kept = add_loop(graph, 6, [("x", "float"), ("x", "float")], double)
    names = ["last", "other", "more", "twice"]
    for tensor, name in zip([*carried, *kept], names, strict=True):
        graph.rename(tensor, name)
    ports = [(name, "float", ("n",)) for name in names[:2]]
    ports += [(name, "float", ("iterations", "n")) for name in names[2:]]
    return make_model(graph, [("x", "float", ("n",))], ports)


@pytest.mark.parametrize(("limit", "n_iterations"), [(None, 6), (20, 3)])
def test_a_loop_repeats_its_operators_until_it_ends(limit, n_iterations):
    x = np.array([1, 3], np.float32)
    found = run(doubling(limit), {"x": x})
    powers = 2.0 ** np.arange(1, n_iterations + 1)[:, np.newaxis]
    assert_array_equal(found["twice"], powers * x)
    assert_array_equal(found["more"], powers * x + x)
    assert_array_equal(found["last"], powers[-1] * x)
    assert_array_equal(found["other"], x)


def test_what_a_loop_sees_is_told_from_its_own():
    graph = Graph()
    outside = graph.add("Neg", "x")

    def add(body, iteration, carried):
        both = body.add("Add", carried[0], outside)
        return Iteration([body.add("Add", both, np.float32(1))])

    add_loop(graph, 3, [("x", "float")], add)
    (body,) = [o.attributes["body"] for o in graph.operations if o.kind == "Loop"]
    assert body.seen() == [outside]
