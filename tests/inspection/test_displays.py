"""Pictures show what was measured; how they look was looked at."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier
from skdeep.inspection import (
    CapacityDisplay,
    DiagnosisDisplay,
    LossCurveDisplay,
    diagnose,
)
from skdeep.model_selection import capacity_grid, count_parameters
from tests.estimators.data import BINARY, MULTICLASS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, y = MULTICLASS.X, MULTICLASS.y


@pytest.fixture(autouse=True)
def _no_window():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_loss_curves():
    model = MLPClassifier(max_iter=8, early_stopping=True, random_state=0).fit(X, y)
    display = LossCurveDisplay.from_estimator(model)
    drawn = lines(display.ax_)
    assert drawn["training"].get_ydata().tolist() == model.loss_curve_
    assert drawn["validation"].get_ydata().tolist() == model.validation_loss_curve_
    assert set(drawn["constant prediction"].get_ydata()) == {model.trivial_loss_}
    best = 1 + int(np.argmax(model.validation_scores_))
    assert drawn[f"kept: epoch {best}"].get_xdata() == best
    _, ax = plt.subplots()
    assert display.plot(ax).ax_ is ax


def test_loss_curves_of_a_search_are_those_of_its_best_estimator():
    search = GridSearchCV(MLPClassifier(max_iter=3), {"alpha": [0.1, 1.0]}, cv=2)
    display = LossCurveDisplay.from_search(search.fit(X, y))
    assert display.loss_curve == search.best_estimator_.loss_curve_
    assert list(lines(display.ax_)) == ["training", "constant prediction"]


def test_scores_of_a_search_over_capacity():
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=3, random_state=0))
    grid = capacity_grid("mlp", 5, 3, max_parameters=400, prefix="mlpclassifier__")
    grid = [{**rung, "mlpclassifier__alpha": [1e-4, 1e4]} for rung in grid]
    search = GridSearchCV(model, grid, cv=3, return_train_score=True).fit(X, y)
    display = CapacityDisplay.from_search(search)
    sizes = [(), (8,), (32,)]
    assert display.labels == ["linear", "8", "32"]
    counts = [count_parameters(MLPClassifier(s), (5,), 3) for s in sizes]
    assert display.n_parameters.tolist() == counts
    for size, scores in zip(sizes, display.test_scores, strict=True):
        of_size = [
            mean
            for mean, params in zip(
                search.cv_results_["mean_test_score"],
                search.cv_results_["params"],
                strict=True,
            )
            if params["mlpclassifier__hidden_layer_sizes"] == size
        ]
        assert scores.mean() == pytest.approx(max(of_size))
    assert display.train_scores.shape == (3, 3)
    labels = [label.get_text() for label in display.ax_.get_legend().get_texts()]
    assert labels == ["training, ± 1 s.d.", "validation, ± 1 s.d."]


def test_scores_over_capacity_from_an_estimator():
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=2, random_state=0))
    display = CapacityDisplay.from_estimator(
        model, X, y, cv=2, max_parameters=100, scoring="neg_log_loss"
    )
    assert display.labels == ["linear", "8"]
    assert display.ax_.get_ylabel() == "neg_log_loss"


def test_a_diagnosis():
    model = BINARY.make(max_iter=20).fit(BINARY.X, BINARY.y)
    display = DiagnosisDisplay.from_estimator(model, BINARY.X, BINARY.y)
    found = diagnose(model, BINARY.X, BINARY.y)
    assert str(display.diagnosis) == str(found)
    head = str(found).splitlines()[0]
    assert display.figure_.get_suptitle() == head
    assert len(display.axes_) == 3
    names = [label.get_text() for label in display.axes_[1].get_yticklabels()]
    assert names == ["0 Dense", "1 ReLU", "2 Dense"]


def test_a_diagnosis_from_curves_alone():
    search = GridSearchCV(MLPClassifier(max_iter=3), {"alpha": [0.1, 1.0]}, cv=2)
    display = DiagnosisDisplay.from_search(search.fit(X, y))
    assert len(display.axes_) == 1


def test_matplotlib_is_not_imported_before_something_is_drawn():
    code = "import sys, skdeep.inspection; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("kind", [CapacityDisplay, LossCurveDisplay, DiagnosisDisplay])
def test_what_is_no_fitted_search_is_refused(kind):
    model = MLPClassifier(max_iter=2)
    with pytest.raises(
        TypeError, match=f"{kind.__name__}.from_search draws .* got MLP"
    ):
        kind.from_search(model)
    search = GridSearchCV(model, {"alpha": [0.1]}, cv=2, refit=False)
    with pytest.raises(NotFittedError):
        kind.from_search(search)
    with pytest.raises(TypeError, match="fit it with refit=True"):
        kind.from_search(search.fit(X, y))
