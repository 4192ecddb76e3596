"""A diagnosis as a picture."""

from typing import Any, Self

import numpy as np

from skdeep.inspection._unwrap import check_search, unwrap
from skdeep.inspection.diagnosis import Diagnosis, diagnose
from skdeep.inspection.displays.loss_curve import LossCurveDisplay


class DiagnosisDisplay:
    """Verdict, losses and layers of a fitted network.

    Made by :meth:`from_estimator` or :meth:`from_search`: the loss curves with the
    validation loss, gradients and dead units of each layer, and the advice.

    Parameters
    ----------
    diagnosis : Diagnosis
        Of :func:`skdeep.inspection.diagnose`.
    curves : LossCurveDisplay
        Of the same network, not drawn yet.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        Losses, gradients, dead units.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import make_circles
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import DiagnosisDisplay
    >>> X, y = make_circles(600, noise=0.1, factor=0.5, random_state=0)
    >>> mlp = MLPClassifier((16,), learning_rate_init=0.02, tol=0.001, random_state=0)
    >>> display = DiagnosisDisplay.from_estimator(
    ...     mlp.fit(X[:400], y[:400]), X[400:], y[400:]
    ... )
    >>> display.diagnosis.verdict
    'good'
    >>> plt.close()
    """

    def __init__(self, diagnosis: Diagnosis, curves: LossCurveDisplay):
        self.diagnosis = diagnosis
        self.curves = curves

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X_val: Any = None,
        y_val: Any = None,
        *,
        target_loss: float | None = None,
    ) -> Self:
        """Diagnose a fitted network and draw what was found.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep, or a pipeline around one.
        X_val, y_val : array-like, default=None
            Validation data.
        target_loss : float, default=None
            The loss that would be low enough.

        Returns
        -------
        DiagnosisDisplay
            The picture.
        """
        diagnosis = diagnose(estimator, X_val, y_val, target_loss=target_loss)
        network = unwrap(estimator).network
        curves = LossCurveDisplay(
            network.loss_curve_,
            validation_loss_curve=network.validation_loss_curve_,
            trivial_loss=network.trivial_loss_,
            name="losses",
        )
        return cls(diagnosis, curves).plot()

    @classmethod
    def from_search(
        cls,
        search: Any,
        X_val: Any = None,
        y_val: Any = None,
        *,
        target_loss: float | None = None,
    ) -> Self:
        """Diagnose the best estimator of a search.

        Parameters
        ----------
        search : fitted search
            Such as GridSearchCV, with ``refit``.
        X_val, y_val : array-like, default=None
            Validation data.
        target_loss : float, default=None
            The loss that would be low enough.

        Returns
        -------
        DiagnosisDisplay
            The picture.

        Raises
        ------
        TypeError, NotFittedError
            If it is no fitted search with a best estimator.
        """
        best = check_search(search, cls.__name__).best_estimator_
        return cls.from_estimator(best, X_val, y_val, target_loss=target_loss)

    def plot(self) -> Self:
        """Draw.

        Returns
        -------
        DiagnosisDisplay
            Itself.
        """
        import matplotlib.pyplot as plt

        found = self.diagnosis.measured
        n_axes = 1 if found.layers is None else 3
        figure, axes = plt.subplots(
            1,
            n_axes,
            figsize=(4.5 if n_axes == 1 else 10, 4.5),
            width_ratios=[2, 1, 1][:n_axes],
            layout="constrained",
            squeeze=False,
        )
        self.axes_, self.figure_ = axes[0], figure
        self._draw_losses(self.axes_[0])
        if found.layers is not None:
            self._draw_layers(found.layers, *self.axes_[1:])
        head, *lines = str(self.diagnosis).splitlines()
        figure.suptitle(head, weight="bold")
        figure.supxlabel("\n".join(lines), x=0.02, ha="left", size="small")
        return self

    def _draw_losses(self, ax: Any) -> None:
        found = self.diagnosis.measured
        self.curves.plot(ax)
        if found.validation_loss is not None:
            error = 2 * (found.validation_error or 0.0)
            ax.errorbar(
                found.epoch,
                found.validation_loss,
                error,
                fmt="kD",
                capsize=4,
                label="this model, validation ± 2 s.e.",
                zorder=3,
            )
            top = max(ax.get_ylim()[1], found.validation_loss + error)
            ax.set_ylim(top=min(1.05 * top, 20 * found.trivial_loss))
        if found.target_loss is not None:
            ax.axhline(found.target_loss, color="k", linestyle="-.", label="target")
        ax.legend()

    @staticmethod
    def _draw_layers(layers: Any, left: Any, right: Any) -> None:
        names = [f"{i} {name}" for i, name in enumerate(layers["layer"])]
        rows = np.arange(len(layers))
        # A point, not a bar, as a logarithmic axis has no zero.
        left.plot(layers["gradient_rms"], rows, "kD")
        left.hlines(rows, 0, 1, color="0.85", transform=left.get_yaxis_transform())
        left.set(title="gradient, r.m.s.", xscale="log", yticks=rows)
        left.set_yticklabels(names)
        for row in np.flatnonzero(layers["gradient_rms"] == 0):
            left.text(0.02, row, "0", va="center", transform=left.get_yaxis_transform())
        sizes = layers["gradient_rms"]
        sizes = sizes[sizes > 0]
        if len(sizes):
            low, high = np.log10([sizes.min(), sizes.max()])
            left.set_xlim(10.0 ** np.floor(low - 0.2), 10.0 ** np.ceil(high + 0.2))
        left.minorticks_off()
        right.barh(rows, layers["dead"], color="0.6", edgecolor="k", hatch="//")
        right.set(title="dead units", xlim=(0, 1), yticks=rows, yticklabels=[])
        for ax in (left, right):
            ax.set_ylim(len(layers) - 0.5, -0.5)
