"""Real targets."""

import numpy as np
from sklearn.utils import column_or_1d

from skdeep.estimators._training import check_link, component
from skdeep.estimators.protocols import (
    Targets,
    check_one_value,
    check_targets,
    row_outputs,
)
from skdeep.nn import REGRESSION_LOSSES, Loss, Poisson


class Numbers(Targets):
    """Real targets, one or many.

    Parameters
    ----------
    loss : str or Loss
        The hyperparameter.
    quantile, delta : float
        Of the losses that have them.

    Attributes
    ----------
    is_1d : bool
        Whether predictions have one axis.
    """

    learned = ("n_outputs", "is_1d")

    def __init__(self, loss: str | Loss, quantile: float = 0.5, delta: float = 1.0):
        if not isinstance(loss, str):
            check_link(loss, ("identity", "exp"), "real")
        self.loss = component(loss, REGRESSION_LOSSES, quantile=quantile, delta=delta)

    def read(self, y, X, owner):
        check_one_value(y, owner)
        values = np.asarray(y)
        if values.dtype.kind in "OSU":
            try:
                values.astype(float)
            except ValueError as error:
                raise ValueError(
                    f"y holds text ({error}), and {type(owner).__name__} predicts "
                    "numbers: give numbers, or take the classifier for classes."
                ) from error
        y = check_targets(y, X, owner, y_numeric=True)
        self.check_range(y)
        return y

    def check_range(self, y: np.ndarray) -> None:
        """Check that the loss takes the values of y."""
        if isinstance(self.loss, Poisson) and np.any(np.asarray(y) < 0):
            raise ValueError(
                "loss='poisson' needs y of at least 0 (counts), and y has negative "
                "values: choose another loss, such as 'squared_error'."
            )

    def learn(self, y, classes=None, incremental=False):
        y = _one_column(y)
        self.is_1d = y.ndim == 1
        self.n_outputs = 1 if self.is_1d else y.shape[1]

    def encode(self, y, dtype, name="y"):
        y = _one_column(np.asarray(y))
        # In one order, so that sums do not depend on how a DataFrame lies in memory.
        targets = y.astype(dtype, order="C").reshape(len(y), -1)
        if targets.shape[1] != self.n_outputs:
            raise ValueError(
                f"{name} has {targets.shape[1]} outputs; expected {self.n_outputs} as "
                "in the first fit."
            )
        return targets

    def decode(self, z):
        predicted = self.loss.predict(row_outputs(z))
        return predicted.ravel() if self.is_1d else predicted

    def metric(self, y, sample_weight):
        """Return the coefficient of determination."""
        from sklearn.metrics import r2_score

        return lambda z: r2_score(y, self.decode(z), sample_weight=sample_weight)

    def starting_outputs(self, samples):
        return self.loss.best_constant(*samples.rows())


def _one_column(y: np.ndarray) -> np.ndarray:
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
