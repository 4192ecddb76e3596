"""Tests of the benchmarks' bookkeeping; nothing is timed here."""

import numpy as np
import pytest

from benchmarks.__main__ import parse_arguments, parts_of, reproduction_command
from benchmarks.recurrences import RaggedWorkload
from benchmarks.report import replace_section, table
from benchmarks.timing import Ratio, ratio
from benchmarks.workloads import ALL_WORKLOADS, mlp


def test_flops_of_a_hand_computed_network():
    workload = mlp(
        "by-hand",
        n_samples=8,
        n_features=2,
        n_classes=4,
        hidden=(3,),
        batch_size=5,
        epochs=1,
    )
    forward = 2 * 3 + 3 * 4
    weight_gradients = 2 * 3 + 3 * 4
    input_gradient_of_second_layer = 3 * 4
    multiply_adds = forward + weight_gradients + input_gradient_of_second_layer
    assert workload.flops_per_step == 2 * 5 * multiply_adds
    assert workload.steps_per_epoch == 2


def test_workload_names_are_unique():
    names = [workload.name for workload in ALL_WORKLOADS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("workload", ALL_WORKLOADS, ids=lambda workload: workload.name)
def test_workload_data_has_the_declared_shape(workload):
    if isinstance(workload, RaggedWorkload):
        pytest.importorskip("aeon")
    X, y = workload.data()
    if isinstance(workload, RaggedWorkload):
        length, n_channels = workload.input_shape
        assert len(X) == workload.n_samples
        assert round(np.mean([len(x) for x in X])) == length
        assert {x.shape[1] for x in X} == {n_channels}
    else:
        assert X.shape == (workload.n_samples, *workload.input_shape)
    assert X[0].dtype == "float32"
    assert set(y) == set(range(workload.n_classes))


def test_replacing_a_section_keeps_the_others():
    page = "# Title\n"
    page = replace_section(page, "speed", "old speed")
    page = replace_section(page, "startup", "old startup")
    replaced = replace_section(page, "speed", "new speed")
    assert replaced == page.replace("old speed", "new speed")
    assert "old startup" in replaced


def test_ratio_is_taken_round_by_round():
    assert ratio([1.0, 4.0, 3.0], [2.0, 4.0, 4.0]) == Ratio(0.75, 0.5, 1.0)


def test_table_has_one_line_per_row():
    assert table("a | b", [[1, 2]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_each_kind_of_network_has_a_part_of_its_own():
    options = parse_arguments(["speed", "--workload", "cnn-8x8", "mlp-wide"])
    parts = dict(parts_of("speed", options))
    assert {name: part.workload for name, part in parts.items()} == {
        "speed-dense": ["mlp-wide"],
        "speed-convolutional": ["cnn-8x8"],
    }
    command = reproduction_command(parts["speed-dense"], "speed")
    assert (
        command == "python -m benchmarks speed --rounds 5 --workload mlp-wide --write"
    )


def test_other_sections_have_one_part():
    options = parse_arguments([])
    assert list(parts_of("scaling", options)) == [("scaling", options)]
