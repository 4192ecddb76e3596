"""What happens between epochs: curves, printing, callbacks."""

import copy
from typing import Any

from skdeep.estimators._holdout import Holdout
from skdeep.nn.training import Observer, Verdict


class EpochObserver(Observer):
    """Records the loss curve, prints progress and tells scikit-learn's callbacks.

    Parameters
    ----------
    estimator : estimator
        Being fitted.
    holdout : Holdout or None
        Validation data.
    context : sklearn.callback.CallbackContext or None
        Of the fit; None where callbacks take no part.
    data : dict
        ``X``, ``y`` and ``metadata`` for callbacks, as given to fit.
    """

    def __init__(
        self,
        estimator: Any,
        holdout: Holdout | None,
        context: Any = None,
        data: dict[str, Any] | None = None,
    ):
        self.estimator, self.holdout = estimator, holdout
        self.losses: list[float] = []
        self._context, self._data = context, data or {}
        self._epoch: Any = None

    def epoch_begins(self) -> None:
        """Open the epoch's context."""
        if self._context is not None:
            self._epoch = self._context.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self.estimator, **self._data)

    def epoch_ended(self, loss: float) -> Verdict:
        """Record, judge and print; ask callbacks whether to stop."""
        self.losses.append(loss)
        score = None if self.holdout is None else self.holdout.judge()
        if self.estimator.verbose:
            print(self._line(loss))
        stop = False
        if self._epoch is not None:
            stop = self._epoch.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=self._snapshot,
                **self._data,
            )
        early = self.estimator.early_stopping and self.estimator.solver != "lbfgs"
        return Verdict(score if early else None, stop)

    def _line(self, loss: float) -> str:
        line = f"Iteration {len(self.losses)}, loss = {loss:.8f}"
        if self.holdout is not None and self.holdout.losses:
            line += f", validation loss = {self.holdout.losses[-1]:.8f}"
            line += f", validation score: {self.holdout.scores[-1]:.6f}"
        return line

    def _snapshot(self) -> dict[str, Any]:
        # A copy: the weights change as training goes on.
        return {"network_": copy.deepcopy(self.estimator.network_)}
