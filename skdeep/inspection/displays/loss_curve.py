"""The loss of every epoch."""

from typing import Any, Self

import numpy as np

from skdeep.inspection._arguments import check_integer, check_number, read_numbers
from skdeep.inspection._unwrap import check_search, unwrap
from skdeep.inspection.displays._one_axes import OneAxesDisplay


class LossCurveDisplay(OneAxesDisplay):
    """The loss of every epoch, on training and validation data.

    Made by :meth:`from_estimator` or :meth:`from_search`; lines differ by dashes, not
    by colours.

    Parameters
    ----------
    loss_curve : list of float
        Training loss of each epoch.
    validation_loss_curve : list of float, default=None
        Validation loss of each epoch.
    trivial_loss : float, default=None
        Loss of the best constant prediction.
    best_epoch : int, default=None
        Number of the epoch whose weights were kept, counted from 1.
    name : str, default=None
        Title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where the curves are.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import LossCurveDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier(early_stopping=True, learning_rate_init=0.02,
    ...                     random_state=0).fit(X, y)
    >>> LossCurveDisplay.from_estimator(mlp)
    <...LossCurveDisplay object at ...>
    >>> plt.close()
    """

    def __init__(
        self,
        loss_curve: Any,
        *,
        validation_loss_curve: Any = None,
        trivial_loss: float | None = None,
        best_epoch: int | None = None,
        name: str | None = None,
    ):
        self.loss_curve = loss_curve
        self.validation_loss_curve = validation_loss_curve
        self.trivial_loss = trivial_loss
        self.best_epoch = best_epoch
        self.name = name

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> Self:
        """Draw the curves of a fitted network.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep, or a pipeline around one.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LossCurveDisplay
            The picture.
        """
        network = unwrap(estimator).network
        scores, best = network.validation_scores_, None
        if network.early_stopping and scores:
            best = 1 + int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))
        return cls(
            network.loss_curve_,
            validation_loss_curve=network.validation_loss_curve_,
            trivial_loss=network.trivial_loss_,
            best_epoch=best,
            name=type(network).__name__,
        ).plot(ax)

    @classmethod
    def from_search(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the curves of the best estimator of a search.

        Parameters
        ----------
        search : fitted search
            Such as GridSearchCV, with ``refit``.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LossCurveDisplay
            The picture.

        Raises
        ------
        TypeError, NotFittedError
            If it is no fitted search with a best estimator.
        """
        best = check_search(search, cls.__name__).best_estimator_
        return cls.from_estimator(best, ax=ax)

    def _draw(self, ax: Any) -> None:
        losses = read_numbers(self.loss_curve, "loss_curve", 1)
        epochs = np.arange(1, len(losses) + 1)
        ax.plot(epochs, losses, color="k", label="training")
        if self.validation_loss_curve is not None and np.size(
            self.validation_loss_curve
        ):
            curve = read_numbers(self.validation_loss_curve, "validation_loss_curve", 1)
            check_integer(self.best_epoch, "best_epoch", 1, len(curve))
            epochs = np.arange(1, len(curve) + 1)
            ax.plot(epochs, curve, color="0.35", linestyle="--", label="validation")
            if self.best_epoch is not None:
                at = self.best_epoch
                ax.plot(at, curve[at - 1], "ko", label=f"kept: epoch {at}")
        check_number(self.trivial_loss, "trivial_loss")
        if self.trivial_loss is not None:
            ax.axhline(
                self.trivial_loss,
                color="0.5",
                linestyle=":",
                label="constant prediction",
            )
            # A first epoch that went astray must not flatten the rest.
            top = np.nanmax([self.trivial_loss, *losses[1:]])
            ax.set_ylim(bottom=0, top=min(1.1 * float(top), 5 * self.trivial_loss))
        ax.set(xlabel="epoch", ylabel="loss", title=str(self.name or ""))
