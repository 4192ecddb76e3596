"""Display of the feature maps of a sample."""

from typing import Any, Self

import numpy as np

from skdeep.estimators.protocols import read_inputs
from skdeep.inspection._arguments import head, read_numbers
from skdeep.inspection._unwrap import unwrap
from skdeep.inspection.displays._network_layers import (
    first_maps,
    output_of_layer,
    refuse_writers,
)
from skdeep.inspection.displays._panels import MAX_PANELS, draw, panels


class FeatureMapDisplay:
    """The output of a layer for one sample, one picture for each channel.

    Made by :meth:`from_estimator`. All have one scale; large values are dark. In
    series, each is a line along time.

    Parameters
    ----------
    sample : ndarray of shape (height, width, n_channels)
        What went into the network; of a series, of width 1.
    maps : ndarray of shape (height, width, n_maps)
        What came out of the layer.
    name : str, default=None
        Title.

    Attributes
    ----------
    axes_ : list of matplotlib Axes
        The sample's first, then one for each map.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import load_digits
    >>> from skdeep import CNNClassifier
    >>> from skdeep.inspection import FeatureMapDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> cnn = CNNClassifier((8, 8), input_shape=(8, 8, 1), early_stopping=True,
    ...                     n_iter_no_change=1, random_state=0)
    >>> FeatureMapDisplay.from_estimator(cnn.fit(X / 16, y), X[:1] / 16)
    <...FeatureMapDisplay object at ...>
    >>> plt.close()
    """

    def __init__(
        self, sample: np.ndarray, maps: np.ndarray, *, name: str | None = None
    ):
        self.sample, self.maps, self.name = sample, maps, name

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, layer: int | None = None) -> Self:
        """Draw the output of a layer of a fitted network for a sample.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep, or a pipeline or search around one.
        X : array-like of shape (n_samples, ...)
            Samples, as ``predict`` takes them; the first one is drawn.
        layer : int or None, default=None
            Number of the layer, as :func:`summary` lists those that are not indented,
            counted from 0; None is the end of the first block of convolutions.

        Returns
        -------
        FeatureMapDisplay
            The picture.

        Raises
        ------
        ValueError
            If the layer's output has no pixels or steps.
        """
        found = unwrap(estimator, head(X, 1, "X"))
        refuse_writers(found.network)
        network = found.network.network_
        x = read_inputs(found.network, found.X)
        number = first_maps(network) if layer is None else layer
        chosen, maps = output_of_layer(network, x, number)
        if maps.ndim < 3:
            raise ValueError(
                f"Layer {number}, {chosen!r}, returns a vector for each sample: choose "
                "an earlier one, whose output has pixels or steps."
            )
        sample, maps = (a[0] if a.ndim == 4 else a[0][:, np.newaxis] for a in (x, maps))
        name = f"Layer {number}: {type(chosen).__name__}"
        return cls(sample, maps, name=name).plot()

    def plot(self) -> Self:
        """Draw a new figure.

        Returns
        -------
        FeatureMapDisplay
            Itself.
        """
        sample = read_numbers(self.sample, "sample", 3)
        maps = read_numbers(self.maps, "maps", 3)
        maps = np.moveaxis(maps[..., : MAX_PANELS - 1], -1, 0)
        names = ["sample", *map(str, range(len(maps)))]
        self.figure_, self.axes_ = panels(len(names), names)
        draw(self.axes_[0], sample.mean(axis=2), cmap="gray_r")
        low, high = float(maps.min()), float(maps.max())
        for ax, values in zip(self.axes_[1:], maps, strict=True):
            draw(ax, values, cmap="gray_r", vmin=low, vmax=high)
        self.figure_.suptitle(f"{self.name}, from {low:.2g} to {high:.2g}")
        return self
