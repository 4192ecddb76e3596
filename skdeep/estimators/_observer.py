"""What happens between epochs: curves, printing, callbacks."""

import copy
from collections.abc import Callable
from typing import Any

from skdeep.estimators._holdout import Holdout
from skdeep.nn.training import Observer


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

    @property
    def judge(self) -> Callable[[], float] | None:
        """What decides when to stop; None is the training loss."""
        if self.holdout is None or not self.estimator.early_stopping:
            return None
        return self.holdout.judge

    def epoch_begins(self) -> None:
        """Open the epoch's context."""
        if self._context is not None:
            self._epoch = self._context.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self.estimator, **self._data)

    def epoch_ended(self, loss: float) -> bool:
        """Record and print; ask callbacks whether to stop."""
        self.losses.append(loss)
        if self.holdout is not None and len(self.holdout.losses) < len(self.losses):
            self.holdout.judge()
        if self.estimator.verbose:
            print(self._line(loss))
        if self._epoch is None:
            return False
        return self._epoch.call_on_fit_task_end(
            estimator=self.estimator,
            reconstruction_attributes=self._snapshot,
            **self._data,
        )

    def _line(self, loss: float) -> str:
        line = f"Iteration {len(self.losses)}, loss = {loss:.8f}"
        if self.holdout is not None and self.holdout.losses:
            line += f", validation loss = {self.holdout.losses[-1]:.8f}"
            line += f", validation score: {self.holdout.scores[-1]:.6f}"
        return line

    def _snapshot(self) -> dict[str, Any]:
        # A copy: the weights change as training goes on.
        return {"network_": copy.deepcopy(self.estimator.network_)}
