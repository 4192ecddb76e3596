"""Display of the parts of a sample that a prediction rests on."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeep.estimators.protocols import read_inputs
from skdeep.inspection._arguments import check_integer, check_number, head, read_numbers
from skdeep.inspection._unwrap import unwrap
from skdeep.inspection.displays._network_layers import refuse_writers
from skdeep.inspection.displays._panels import draw
from skdeep.nn.ragged import Ragged


class OcclusionDisplay:
    """Fall of a prediction where a part of the sample is covered [1]_.

    Made by :meth:`from_estimator`. Dark is where covering hurts most: what the
    prediction rests on.

    Parameters
    ----------
    sample : ndarray of shape (height, width, n_channels)
        The sample; of a series, of width 1.
    fall : ndarray of shape (height, width)
        Output for the whole sample less that for the sample with the surroundings of
        each pixel or step covered.
    name : str, default=None
        Title.

    Attributes
    ----------
    axes_ : list of matplotlib Axes
        The sample's and the map's.
    figure_ : matplotlib Figure
        Around them.

    References
    ----------
    .. [1] M. Zeiler and R. Fergus, "Visualizing and understanding convolutional
       networks", ECCV 2014, arXiv:1311.2901.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import load_digits
    >>> from skdeep import CNNClassifier
    >>> from skdeep.inspection import OcclusionDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> cnn = CNNClassifier((8, 8), input_shape=(8, 8, 1), early_stopping=True,
    ...                     n_iter_no_change=1, random_state=0)
    >>> OcclusionDisplay.from_estimator(cnn.fit(X / 16, y), X[:1] / 16, size=3)
    <...OcclusionDisplay object at ...>
    >>> plt.close()
    """

    def __init__(
        self, sample: np.ndarray, fall: np.ndarray, *, name: str | None = None
    ):
        self.sample, self.fall, self.name = sample, fall, name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        size: int = 5,
        target: int | None = None,
        value: float | None = None,
    ) -> Self:
        """Cover a sample part by part and draw what becomes of the prediction.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep, or a pipeline or search around one.
        X : array-like of shape (n_samples, ...)
            Samples, as ``predict`` takes them; the first one is looked at.
        size : int, default=5
            Side of the square of pixels, or number of steps, that are covered.
        target : int or None, default=None
            Number of the class or output that is watched; None is the largest.
        value : float or None, default=None
            What the cover is made of, as the network sees it; None is the sample's
            mean.

        Returns
        -------
        OcclusionDisplay
            The picture.
        """
        check_is_fitted(estimator)
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(f"size={size!r} is not allowed: give a positive integer.")
        size = int(size)
        check_number(value, "value")
        found = unwrap(estimator, head(X, 1, "X"))
        model = found.network
        refuse_writers(model)
        network, x = model.network_, read_inputs(model, found.X)
        if isinstance(x, Ragged):
            x, _ = x.pad(np.arange(1))
        if x.ndim < 3:
            raise ValueError(
                f"X holds samples of shape {x.shape[1:]}, and a part can be covered of "
                "series (time, channels) and images (height, width, channels) alone."
            )
        cover = x.mean() if value is None else value
        height, width = (*x.shape[1:-1], 1)[:2]
        covered = np.repeat(x, height * width, axis=0)
        before, after = (size - 1) // 2, size // 2 + 1
        for number, sample in enumerate(covered):
            row, column = divmod(number, width)
            rows = slice(max(0, row - before), row + after)
            if x.ndim == 3:
                sample[rows] = cover
            else:
                sample[rows, max(0, column - before) : column + after] = cover
        whole, parts = (_predict(model, network.forward(a)) for a in (x, covered))
        check_integer(target, "target", 0, whole.shape[1] - 1)
        watched = int(whole[0].argmax()) if target is None else target
        fall = (whole[0, watched] - parts[:, watched]).reshape(height, width)
        sample = x[0] if x.ndim == 4 else x[0][:, np.newaxis]
        return cls(sample, fall, name=_title(model, watched, whole)).plot()

    def plot(self) -> Self:
        """Draw a new figure.

        Returns
        -------
        OcclusionDisplay
            Itself.
        """
        import matplotlib.pyplot as plt

        fall = read_numbers(self.fall, "fall", 2)
        sample = read_numbers(self.sample, "sample", 3)
        is_series = fall.shape[1] == 1
        shape = (2, 1) if is_series else (1, 2)
        self.figure_, axes = plt.subplots(
            *shape, figsize=(6.4, 3.2), layout="constrained", sharex=is_series
        )
        self.axes_ = list(axes)
        draw(self.axes_[0], sample.mean(axis=2), cmap="gray_r")
        self.axes_[0].set_title("sample")
        self.axes_[1].set_title("fall if covered")
        if is_series:
            self.axes_[1].fill_between(np.arange(len(fall)), fall[:, 0], color="0.6")
            self.axes_[1].set_xlabel("step")
        else:
            low = min(0.0, float(fall.min()))
            image = self.axes_[1].imshow(fall, cmap="gray_r", vmin=low)
            self.figure_.colorbar(image, ax=self.axes_[1])
        self.figure_.suptitle(str(self.name or ""))
        return self


def _predict(model: Any, z: np.ndarray) -> np.ndarray:
    """Return probabilities or numbers, one column for each class or output."""
    targets = model.targets_
    predict = targets.probabilities if hasattr(model, "classes_") else targets.decode
    predicted = predict(z)
    return np.reshape(predicted, (len(z), -1))


def _title(model: Any, watched: int, whole: np.ndarray) -> str:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return f"Output {watched}: {whole[0, watched]:.3g}"
    return f"Probability of {classes[watched]}: {whole[0, watched]:.3g}"
