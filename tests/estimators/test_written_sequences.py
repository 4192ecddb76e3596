"""What the estimators that write sequences share with all others."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, cross_val_score

from skdeep import RNNGenerator, Seq2SeqClassifier, Seq2SeqRegressor
from skdeep.inspection import diagnose, summary
from skdeep.persistence import load, save
from tests.estimators.callbacks import Recorder

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

TEXTS = ["ab", "ba", "abab", "b", "aab"] * 8
NUMBERS = [np.linspace(0, 1, 2 + i % 3) * (-1) ** i for i in range(len(TEXTS))]
SETTINGS = {"units": 6, "max_iter": 3, "random_state": 0}
# Estimator, X, and y if there is one.
CASES = {
    "classifier": (Seq2SeqClassifier(**SETTINGS), TEXTS, [t[::-1] for t in TEXTS]),
    "listener": (Seq2SeqClassifier(filters=3, **SETTINGS), NUMBERS, TEXTS),
    "regressor": (Seq2SeqRegressor(**SETTINGS), TEXTS, NUMBERS),
    "generator": (RNNGenerator(**SETTINGS), TEXTS, None),
    "generator of numbers": (RNNGenerator(n_components=2, **SETTINGS), NUMBERS, None),
}
EACH = pytest.mark.parametrize("case", CASES)


def take(values, which):
    return None if values is None else values[which]


def output(model, X):
    """Return predictions, or likelihoods, of whatever form, as lists."""
    predict = getattr(model, "predict", None) or model.score_samples
    return [np.asarray(x).tolist() for x in predict(X)]


def fit(case, **params):
    model, X, y = CASES[case]
    return type(model)(**{**model.get_params(), **params}).fit(X, y)


@EACH
def test_files_keep_predictions(case, tmp_path):
    model, X = fit(case), CASES[case][1]
    path = tmp_path / "model.skdeep"
    save(model, path)
    assert output(load(path), X) == output(model, X)


@EACH
def test_skops_keeps_predictions(case):
    io = pytest.importorskip("skops.io")
    model, X = fit(case), CASES[case][1]
    dumped = io.dumps(model)
    trusted = io.get_untrusted_types(data=dumped)
    assert all(name.startswith(("skdeep.", "numpy.")) for name in trusted)
    assert output(io.loads(dumped, trusted=trusted), X) == output(model, X)


@EACH
def test_callbacks_are_told_of_each_epoch(case):
    recorder = Recorder()
    model, X, y = CASES[case]
    again = type(model)(**model.get_params()).set_callbacks(recorder)
    again.fit(X, y)
    assert recorder.calls.count(("end", "epoch", 1)) == 1
    assert [c for c in recorder.calls if "epoch" in c][-1] == ("end", "epoch", 2)


@EACH
def test_searches_and_cross_validation_run(case):
    model, X, y = CASES[case]
    search = GridSearchCV(model, {"units": [3, 5]}, cv=2, n_jobs=2).fit(X, y)
    assert np.isfinite(search.best_score_)
    assert np.isfinite(cross_val_score(model, X, y, cv=2)).all()


@EACH
def test_early_stopping_keeps_the_best_epoch(case):
    model = fit(case, early_stopping=True, max_iter=5)
    assert len(model.validation_scores_) == model.n_iter_
    _, X, y = CASES[case]
    given = {"X_val": X[30:]} if y is None else {"X_val": X[30:], "y_val": y[30:]}
    model.fit(X[:30], take(y, slice(30)), **given)
    assert model.best_validation_score_ == max(model.validation_scores_)


@EACH
def test_networks_are_summed_up_and_diagnosed(case):
    model = fit(case, early_stopping=True, max_iter=6)
    table = summary(model).table
    assert table["parameters"].sum() >= model.network_.theta.size
    found = diagnose(model)
    assert found.verdict
    assert found.evidence["trivial loss"] > 0


@EACH
def test_networks_are_diagnosed_by_validation_data(case):
    _, X, y = CASES[case]
    if y is None:
        pytest.skip("What is drawn has no y.")
    assert diagnose(fit(case), X, y).verdict


@EACH
def test_samples_of_weight_zero_do_not_count(case):
    _, X, y = CASES[case]
    model = type(CASES[case][0])
    settings = {**CASES[case][0].get_params(), "shuffle": False, "dtype": "float64"}
    settings |= {"batch_size": len(X)}
    weights = np.r_[np.ones(20), np.zeros(20)]
    weighted = model(**settings).fit(X, y, sample_weight=weights)
    alone = model(**settings).fit(X[:20], take(y, slice(20)))
    # Where training starts is found by a search, in some cases.
    assert weighted.loss_curve_ == pytest.approx(alone.loss_curve_, rel=1e-5)


@EACH
def test_the_same_seed_gives_the_same_model(case):
    assert_array_equal(fit(case).network_.theta, fit(case).network_.theta)
