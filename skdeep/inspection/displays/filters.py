"""The weights of a convolution as pictures."""

from typing import Any, Self

import numpy as np

from skdeep.inspection._arguments import check_integer, read_numbers
from skdeep.inspection.displays._network_layers import convolution
from skdeep.inspection.displays._panels import MAX_PANELS, draw, panels


class FilterDisplay:
    """The weights of a convolution, one picture for each filter.

    Made by :meth:`from_estimator`. All have one scale, whose middle is zero: what a
    filter looks for is dark, what speaks against it is light. In series, each is a line
    along time.

    Parameters
    ----------
    weights : ndarray of shape (height, width, n_channels, n_filters)
        The weights; of a series, of width 1.
    channel : int or None, default=None
        The input channel to draw; None is the mean over all.

    Attributes
    ----------
    axes_ : list of matplotlib Axes
        One for each filter.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import load_digits
    >>> from skdeep import CNNClassifier
    >>> from skdeep.inspection import FilterDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> cnn = CNNClassifier((8, 8), input_shape=(8, 8, 1), early_stopping=True,
    ...                     n_iter_no_change=1, random_state=0)
    >>> FilterDisplay.from_estimator(cnn.fit(X / 16, y))
    <...FilterDisplay object at ...>
    >>> plt.close()
    """

    def __init__(self, weights: np.ndarray, *, channel: int | None = None):
        self.weights = weights
        self.channel = channel

    @classmethod
    def from_estimator(
        cls, estimator: Any, layer: int = 0, *, channel: int | None = None
    ) -> Self:
        """Draw the filters of a fitted network.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep, or a pipeline or search around one.
        layer : int, default=0
            Which of its convolutions, counted from 0.
        channel : int or None, default=None
            The input channel to draw; None is the mean over all.

        Returns
        -------
        FilterDisplay
            The picture.
        """
        return cls(convolution(estimator, layer), channel=channel).plot()

    def plot(self) -> Self:
        """Draw a new figure.

        Returns
        -------
        FilterDisplay
            Itself.
        """
        weights = read_numbers(self.weights, "weights", 4)[..., :MAX_PANELS]
        check_integer(self.channel, "channel", 0, weights.shape[2] - 1)
        if self.channel is None:
            maps = weights.mean(axis=2)
        else:
            maps = weights[:, :, self.channel]
        bound = float(np.abs(maps).max()) or 1.0
        names = [str(number) for number in range(maps.shape[-1])]
        self.figure_, self.axes_ = panels(len(names), names)
        for ax, values in zip(self.axes_, np.moveaxis(maps, -1, 0), strict=True):
            draw(ax, values, cmap="gray_r", vmin=-bound, vmax=bound)
        which = "mean over channels" if self.channel is None else f"{self.channel}"
        self.figure_.suptitle(f"Filters ({which}), from {-bound:.2g} to {bound:.2g}")
        return self
