"""Tuning by Optuna, which takes networks for any estimator of scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from skdeep import MLPClassifier, MLPRegressor, RNNClassifier

optuna = pytest.importorskip("optuna")
OptunaSearchCV = pytest.importorskip("optuna_integration").OptunaSearchCV

pytestmark = [
    # Those of Optuna; OptunaSearchCV is experimental.
    pytest.mark.filterwarnings("ignore"),
]
RATES = optuna.distributions.FloatDistribution(1e-4, 0.3, log=True)
X, y = make_classification(120, 6, random_state=0)
SEQUENCES = [row[: 3 + i % 4, np.newaxis] for i, row in enumerate(X)]


def study(**options):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=0), **options
    )


@pytest.mark.parametrize(
    ("model", "samples", "target"),
    [
        (MLPClassifier((8,), max_iter=10, random_state=0), X, y),
        (MLPRegressor((8,), max_iter=10, random_state=0), X, X[:, 0]),
        (RNNClassifier(4, max_iter=10, random_state=0), SEQUENCES, y),
    ],
    ids=lambda value: type(value).__name__,
)
def test_search(model, samples, target):
    search = OptunaSearchCV(
        model, {"learning_rate_init": RATES}, cv=2, n_trials=4, study=study()
    )
    search.fit(samples, target)
    values = [trial.value for trial in search.trials_]
    assert search.best_score_ == max(values) > min(values)
    assert len(search.predict(samples)) == len(samples)


def test_hopeless_trials_are_pruned_epoch_by_epoch():
    pruner = optuna.pruners.MedianPruner(n_startup_trials=2)
    search = OptunaSearchCV(
        MLPClassifier((8,), random_state=0, early_stopping=False),
        {"learning_rate_init": RATES},
        cv=2,
        n_trials=8,
        max_iter=10,
        enable_pruning=True,
        study=study(pruner=pruner),
    )
    search.fit(X, y)
    states = [trial.state.name for trial in search.trials_]
    assert {"PRUNED", "COMPLETE"} <= set(states)
    n_epochs = [len(trial.intermediate_values) for trial in search.trials_]
    assert max(n_epochs) == 10 > min(n_epochs)
