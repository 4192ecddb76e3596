"""Where the windows of convolution and pooling lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from skdeep.nn.ragged import fill_padding

PADDINGS = ("valid", "same", "causal")


@dataclass(frozen=True)
class Axis:
    """Windows along one axis.

    Attributes
    ----------
    kernel, stride, dilation : int
        Taps of a window, distance of windows, and distance of taps.
    padding : str
        One of ``PADDINGS``.
    """

    kernel: int
    stride: int
    dilation: int
    padding: str

    @property
    def span(self) -> int:
        """Extent of a window, gaps between its taps included."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def before(self) -> int:
        """Padding in front; it does not depend on the size, so that ragged is equal."""
        if self.padding == "valid":
            return 0
        return self.span - 1 if self.padding == "causal" else (self.span - 1) // 2

    def after(self, size: int) -> int:
        """Return the padding behind an axis of that size."""
        end = (self.windows(size) - 1) * self.stride + self.span - self.before
        return max(0, end - size)

    def windows(self, size: Any) -> Any:
        """Return the number of windows along an axis of ``size``, int or array."""
        if self.padding == "valid":
            return np.maximum((size - self.span) // self.stride + 1, 0)
        return -(-size // self.stride)

    def taps(self, count: int) -> list[slice]:
        """Return, for each tap, where it lies in ``count`` windows of a padded axis."""
        reach = (count - 1) * self.stride + 1
        starts = range(0, self.kernel * self.dilation, self.dilation)
        return [slice(start, start + reach, self.stride) for start in starts]


@dataclass(frozen=True)
class Windows:
    """Windows over a series (one axis) or an image (two).

    Attributes
    ----------
    axes : tuple of Axis
        Height and width; a series is an image of width 1.
    rank : int
        How many of the axes the samples have.
    """

    axes: tuple[Axis, Axis]
    rank: int

    @classmethod
    def of(
        cls,
        layer: Any,
        input_shape: tuple[int, ...],
        kernel: str,
        strides: Any,
        dilation: Any = 1,
    ) -> "Windows":
        """Return the windows of a layer.

        Parameters
        ----------
        layer : Layer
            Has the hyperparameters; errors name it.
        input_shape : tuple of int
            Shape of one sample.
        kernel : str
            Name of the hyperparameter that tells the size of a window.
        strides, dilation : int or sequence of int
            One number for all axes, or one for each.

        Returns
        -------
        Windows
            The windows.
        """
        rank = check_rank(layer, input_shape)
        padding = layer.padding
        if padding not in PADDINGS:
            raise ValueError(
                f"{layer!r} got padding={padding!r}; give one of {PADDINGS}."
            )
        size = per_axis(layer, kernel, getattr(layer, kernel), rank)
        stride = per_axis(layer, "strides", strides, rank)
        dilated = per_axis(layer, "dilation_rate", dilation, rank)
        # Causal is a matter of time, the first axis.
        paddings = (padding, "same" if padding == "causal" else padding)
        axes = map(Axis, size, stride, dilated, paddings)
        return cls(tuple(axes), rank)  # type: ignore[arg-type]

    @property
    def kernel(self) -> tuple[int, ...]:
        """Taps along the axes that samples have."""
        return tuple(axis.kernel for axis in self.axes[: self.rank])

    @property
    def pads(self) -> bool:
        """Whether windows may reach beyond the sample."""
        return any(axis.padding != "valid" and axis.span > 1 for axis in self.axes)

    def counts(self, height: int, width: int) -> tuple[int, int]:
        """Return how many windows lie along each axis of an image."""
        rows, columns = self.axes
        return int(rows.windows(height)), int(columns.windows(width))

    def output_sizes(self, layer: Any, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the output without its channels.

        Raises
        ------
        ValueError
            If not one window fits.
        """
        sizes = input_shape[:-1]
        axes = self.axes[: self.rank]
        counts = tuple(int(a.windows(s)) for a, s in zip(axes, sizes, strict=True))
        if min(counts) < 1:
            raise self._too_small(layer, tuple(sizes))
        return counts

    def sizes_after(self, layer: Any, sizes: np.ndarray) -> np.ndarray:
        """Return the sizes of outputs of ragged samples."""
        axes = self.axes[: sizes.shape[1]]
        after = np.stack([a.windows(s) for a, s in zip(axes, sizes.T, strict=True)], 1)
        if after.size and after.min() < 1:
            smallest = sizes[after.min(axis=1).argmin()].tolist()
            raise self._too_small(layer, tuple(smallest))
        return after

    def _too_small(self, layer: Any, sizes: tuple[int, ...]) -> ValueError:
        spans = tuple(axis.span for axis in self.axes[: self.rank])
        return ValueError(
            f"{layer!r} needs windows of {_times(spans)} but its input has only "
            f"{_times(sizes)}, which leaves no output: use fewer or smaller pooling "
            "and strides before it, a smaller window, or padding='same'."
        )

    def pad(
        self,
        x: np.ndarray,
        out: np.ndarray,
        sizes: np.ndarray | None,
        value: float = 0.0,
    ) -> None:
        """Copy images into the middle of ``out``, whose margin is there already.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        out : ndarray of shape (n_samples, padded height, padded width, n_channels)
            Its margin is left alone.
        sizes : ndarray or None
            How much of each image is there; the rest becomes ``value``.
        value : float, default=0.0
            What stands for nothing.
        """
        rows, columns = (axis.before for axis in self.axes)
        middle = out[:, rows : rows + x.shape[1], columns : columns + x.shape[2]]
        np.copyto(middle, x)
        fill_padding(middle, sizes, value)

    def padded_sizes(self, height: int, width: int) -> tuple[int, int]:
        """Return height and width with padding."""
        rows, columns = self.axes
        return (
            height + rows.before + rows.after(height),
            width + columns.before + columns.after(width),
        )


def image_of(x: np.ndarray) -> np.ndarray:
    """Return a view of samples as images; a series is one of width 1."""
    return x if x.ndim == 4 else x[:, :, np.newaxis]


def check_rank(layer: Any, input_shape: tuple[int, ...]) -> int:
    """Return how many axes samples have besides the channels: 1 or 2."""
    rank = len(input_shape) - 1
    if rank not in (1, 2):
        raise ValueError(
            f"{layer!r} cannot take samples of shape {input_shape}: give series "
            "(time, channels) or images (height, width, channels)."
        )
    return rank


def per_axis(layer: Any, name: str, value: Any, rank: int) -> tuple[int, int]:
    """Return one number for height and one for width, which is 1 in a series."""
    values = value
    if isinstance(value, Integral):
        values = (value,) * rank
    if (
        not isinstance(values, Sequence | np.ndarray)
        or len(values) != rank
        or not all(isinstance(v, Integral) and int(v) >= 1 for v in values)
    ):
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r} for samples with {rank} "
            "axes besides the channels: give an integer of at least 1, or one for "
            "each axis."
        )
    return (*map(int, values), 1)[:2]  # type: ignore[return-value]


def _times(sizes: tuple[int, ...]) -> str:
    unit = "steps" if len(sizes) == 1 else "pixels"
    return f"{' x '.join(map(str, sizes))} {unit}"
