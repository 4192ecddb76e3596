"""Display of dense predictions beside the truth."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np

from skdeep._forms import check_collection
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import read_inputs
from skdeep.inspection._arguments import check_names, head, read_numbers
from skdeep.inspection._unwrap import unwrap
from skdeep.inspection.segmentation import is_void

COLUMNS = ("sample", "truth", "prediction", "where they differ")
VOID_COLOR, WRONG_COLOR = "0.75", "tab:red"


class SegmentationDisplay:
    """Samples, what is true of their pixels, what is predicted, where both differ.

    Made by :meth:`from_estimator`. Each class has a color, which is light grey
    for a class of more than half of the pixels; void pixels are darker. Numbers are on
    one scale of greys, and differences blue (too low) or red (too high). Of series,
    samples are lines, and classes strips along time.

    Parameters
    ----------
    samples : list of ndarray of shape (height, width, n_channels)
        What went into the network; or of shape (time, n_channels).
    truth, predicted : list of ndarray of shape (height, width)
        Class numbers from 0 on, or numbers; NaN in ``truth`` is void.
    classes : sequence or None, default=None
        What class numbers stand for; None are numbers.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_samples, 4)
        A row for each sample.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from skdeep import CNNClassifier
    >>> from skdeep.inspection import SegmentationDisplay
    >>> X = load_digits().images[..., np.newaxis] / 16
    >>> ink = X[..., 0] > 0.5
    >>> cnn = CNNClassifier(4, dense_prediction=True, learning_rate_init=0.02, tol=0.01,
    ...                     n_iter_no_change=1, random_state=0)
    >>> SegmentationDisplay.from_estimator(cnn.fit(X, ink), X, ink)
    <...SegmentationDisplay object at ...>
    >>> plt.close()
    """

    def __init__(
        self,
        samples: Sequence[np.ndarray],
        truth: Sequence[np.ndarray],
        predicted: Sequence[np.ndarray],
        *,
        classes: Sequence[Any] | None = None,
    ):
        self.samples, self.truth, self.predicted = samples, truth, predicted
        self.classes = classes

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, n_samples: int = 3, ignore: Any = None
    ) -> Self:
        """Predict a few samples and draw them beside the truth.

        Parameters
        ----------
        estimator : fitted estimator
            A network of skdeep with an output for each pixel or step, or a pipeline or
            search around one.
        X : array-like of shape (n_samples, ...) or list of arrays
            Samples, as ``predict`` takes them; the first ones are drawn.
        y : array-like of shape (n_samples, height, width), or list of arrays
            The truth; of series (n_samples, time).
        n_samples : int, default=3
            How many are drawn.
        ignore : label, list of labels or None, default=None
            Labels in y of void pixels; None takes what the network ignores. NaN is
            void, too.

        Returns
        -------
        SegmentationDisplay
            The picture.

        Raises
        ------
        ValueError
            If there is not one prediction for each pixel.
        """
        if not isinstance(n_samples, Integral) or int(n_samples) < 1:
            raise ValueError(
                f"n_samples={n_samples!r} is not allowed: give a positive integer."
            )
        X, y = head(X, int(n_samples), "X"), head(y, int(n_samples), "y")
        found = unwrap(estimator, X)
        x = read_inputs(found.network, found.X)
        samples = list(getattr(x, "arrays", x))
        classes = getattr(found.network, "classes_", None)
        if ignore is None:
            ignore = getattr(found.network, "ignore", None)
        truth, predicted = [], []
        for sample, one, other in zip(samples, y, estimator.predict(X), strict=True):
            one, other = np.asarray(one), np.asarray(other)
            if not one.shape == other.shape == sample.shape[:-1]:
                raise ValueError(
                    f"A sample has shape {sample.shape}, its truth {one.shape} and its "
                    f"prediction {other.shape}: one class or number for each pixel or "
                    "step can be drawn, the channels aside."
                )
            void = is_void(one, ignore)
            if classes is not None:
                with numbers_expected("y"), np.errstate(invalid="ignore"):
                    known = np.where(void, classes[0], one).astype(classes.dtype)
                one, other = (np.searchsorted(classes, a) for a in (known, other))
            truth.append(np.where(void, np.nan, one))
            predicted.append(np.asarray(other, dtype=float))
        return cls(samples, truth, predicted, classes=classes).plot()

    def plot(self) -> Self:
        """Draw a new figure.

        Returns
        -------
        SegmentationDisplay
            Itself.
        """
        import matplotlib.pyplot as plt

        samples, truths, predictions = self._read()
        n = len(samples)
        is_series = truths[0].ndim == 1
        self.figure_, self.axes_ = plt.subplots(
            n,
            len(COLUMNS),
            figsize=(8.4, (1.1 if is_series else 2.1) * n + 0.7),
            squeeze=False,
            layout="constrained",
        )
        for ax, title in zip(self.axes_[0], COLUMNS, strict=True):
            ax.set_title(title, fontsize="small")
        if self.classes is not None:
            show, differ = self._of_classes(truths)
        else:
            show, differ = self._of_numbers([*truths, *predictions])
        for axes, sample, truth, predicted in zip(
            self.axes_, samples, truths, predictions, strict=True
        ):
            for ax in axes:
                ax.set_xticks([])
                ax.set_yticks([])
            self._draw_sample(axes[0], sample)
            show(axes[1], truth)
            show(axes[2], predicted)
            differ(axes[3], truth, predicted)
        return self

    def _read(self) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
        """Return samples, truth and prediction as arrays that fit to each other."""
        given = {"samples": (2, 3), "truth": (1, 2), "predicted": (1, 2)}
        found: list[list[np.ndarray]] = []
        for name, ranks in given.items():
            arrays = head(getattr(self, name), 2**31, name)
            found.append(
                [
                    read_numbers(array, f"{name}[{i}]", *ranks)
                    for i, array in enumerate(arrays)
                ]
            )
        samples, truths, predictions = found
        check_names(truths, "truth", len(samples))
        check_names(predictions, "predicted", len(samples))
        if not samples:
            raise ValueError("samples is empty: give at least one.")
        for i, (one, other) in enumerate(zip(truths, predictions, strict=True)):
            if one.shape != other.shape:
                raise ValueError(
                    f"truth[{i}] has the shape {one.shape} and its prediction "
                    f"{other.shape}: give a class or number for each pixel or step."
                )
        if self.classes is not None:
            check_collection(self.classes, "classes")
            highest = len(self.classes) - 1
            for array in truths + predictions:
                known = array[~np.isnan(array)]
                if known.size and not 0 <= known.min() <= known.max() <= highest:
                    raise ValueError(
                        f"classes has {highest + 1} entries, and truth or predicted "
                        f"holds numbers from {known.min()} to {known.max()}: give the "
                        "positions of classes."
                    )
        return samples, truths, predictions

    @staticmethod
    def _draw_sample(ax: Any, sample: np.ndarray) -> None:
        if sample.ndim == 2:
            ax.plot(sample, linewidth=0.8)
            ax.margins(x=0)
        elif sample.shape[2] == 3:
            low, high = sample.min(), sample.max()
            ax.imshow((sample - low) / (high - low or 1))
        else:
            ax.imshow(sample.mean(axis=2), cmap="gray_r")

    def _of_classes(self, truths: list[np.ndarray]) -> Any:
        """Return what draws class numbers, and what draws where two differ."""
        from matplotlib.colors import ListedColormap
        from matplotlib.patches import Patch

        classes: Any = self.classes
        everything = np.concatenate([truth.ravel() for truth in truths])
        counts = np.bincount(
            everything[~np.isnan(everything)].astype(int), minlength=len(classes)
        )
        background = int(counts.argmax()) if 2 * counts.max() > counts.sum() else None
        colors = _colors(len(classes), background)
        cmap = ListedColormap(colors).with_extremes(bad=VOID_COLOR)
        wrong = ListedColormap(["0.96", WRONG_COLOR]).with_extremes(bad=VOID_COLOR)

        def show(ax: Any, numbers: np.ndarray) -> None:
            _strip(ax, numbers, cmap=cmap, vmin=-0.5, vmax=len(classes) - 0.5)

        def differ(ax: Any, truth: np.ndarray, predicted: np.ndarray) -> None:
            is_wrong = np.where(np.isnan(truth), np.nan, truth != predicted)
            share = np.nanmean(is_wrong) if (~np.isnan(truth)).any() else np.nan
            _strip(ax, is_wrong, cmap=wrong, vmin=0, vmax=1)
            parts = "steps" if truth.ndim == 1 else "pixels"
            ax.set_xlabel(f"{share:.1%} of {parts}", fontsize="x-small")

        patches = [
            Patch(facecolor=color, edgecolor="0.5", linewidth=0.5, label=str(name))
            for color, name in zip(colors, classes, strict=True)
        ]
        self.figure_.legend(
            handles=patches,
            loc="outside lower center",
            ncols=min(len(patches), 11),
            fontsize="x-small",
            handlelength=1,
            columnspacing=1,
            frameon=False,
        )
        return show, differ

    def _of_numbers(self, both: list[np.ndarray]) -> Any:
        """Return what draws numbers, and what draws their difference."""
        low = min(float(np.nanmin(one)) for one in both)
        high = max(float(np.nanmax(one)) for one in both)

        def show(ax: Any, numbers: np.ndarray) -> None:
            _strip(ax, numbers, cmap="gray_r", vmin=low, vmax=high)

        def differ(ax: Any, truth: np.ndarray, predicted: np.ndarray) -> None:
            reach = high - low
            _strip(ax, predicted - truth, cmap="RdBu_r", vmin=-reach, vmax=reach)
            error = np.sqrt(np.nanmean((predicted - truth) ** 2))
            ax.set_xlabel(f"root mean square {error:.2g}", fontsize="x-small")

        return show, differ


def _strip(ax: Any, values: np.ndarray, **options: Any) -> None:
    """Draw a picture; a series as a strip."""
    is_series = values.ndim == 1
    ax.imshow(
        values[np.newaxis] if is_series else values,
        aspect="auto" if is_series else None,
        interpolation="nearest",
        **options,
    )


def _colors(n_classes: int, background: int | None) -> list[Any]:
    """Return a color for each class, of the background, if there is one, light grey."""
    import matplotlib as mpl

    n_colored = n_classes - (background is not None)
    if n_colored <= 10:
        # Without the grey of the ten.
        chosen = [tuple(mpl.colormaps["tab10"](i)) for i in range(10)]
        chosen[7] = (0.1, 0.1, 0.1, 1.0)
    else:
        chosen = list(mpl.colormaps["turbo"](np.linspace(0.05, 0.95, n_classes)))
    colors: list[Any] = chosen[:n_colored]
    if background is not None:
        colors.insert(background, (0.93, 0.93, 0.93))
    return colors
