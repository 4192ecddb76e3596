"""Windows of convolution and pooling: their places, and who multiplies them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import fill_padding

PADDINGS = ("valid", "same", "causal")
# The padding of windows that go back, from the output to the input. "full" takes all
# windows with at least one tap inside the sample.
REVERSED = {
    "valid": "full",
    "full": "valid",
    "same": "same reversed",
    "causal": "anticausal",
}


@dataclass(frozen=True)
class Axis:
    """Windows along one axis.

    Attributes
    ----------
    kernel, stride, dilation : int
        Taps of a window, distance of windows, and distance of taps.
    padding : str
        One of ``PADDINGS``, or of their reverses.
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
        if self.padding in ("valid", "anticausal"):
            return 0
        if self.padding in ("causal", "full"):
            return self.span - 1
        is_reversed = self.padding == "same reversed"
        return self.span // 2 if is_reversed else (self.span - 1) // 2

    def after(self, size: int) -> int:
        """Return the padding behind an axis of that size."""
        end = (self.windows(size) - 1) * self.stride + self.span - self.before
        return max(0, end - size)

    def windows(self, size: Any) -> Any:
        """Return the number of windows along an axis of ``size``, int or array."""
        if self.padding == "valid":
            return np.maximum((size - self.span) // self.stride + 1, 0)
        if self.padding == "full":
            return size + self.span - 1
        return -(-size // self.stride)

    def reversed(self) -> "Axis":
        """Return the windows over the output in which each input lies, of stride 1."""
        return Axis(self.kernel, 1, self.dilation, REVERSED[self.padding])

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

    def reversed(self) -> "Windows":
        """Return the windows over the output in which each input lies, of stride 1."""
        down, along = self.axes
        return Windows((down.reversed(), along.reversed()), self.rank)

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
        middle = self.middle(out, x.shape[1:3])
        np.copyto(middle, x)
        fill_padding(middle, sizes, value)

    def middle(self, padded: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
        """Return a view of the images of that height and width inside padded ones."""
        (top, left), (height, width) = (axis.before for axis in self.axes), size
        return padded[:, top : top + height, left : left + width]

    def padded_sizes(self, height: int, width: int) -> tuple[int, int]:
        """Return height and width with padding."""
        rows, columns = self.axes
        return (
            height + rows.before + rows.after(height),
            width + columns.before + columns.after(width),
        )


class WindowProducts(ABC):
    """Base of the ways to multiply the windows of images of one size by weights.

    Parameters
    ----------
    windows : Windows
        Where the windows lie.
    height, width : int
        Size of the images.
    scratch : Buffers
        Of the shard. What lasts longer is in buffers of its own, not the layer's: the
        workspace keeps this object, and the two would keep each other in memory.

    Attributes
    ----------
    image : tuple of (int, int)
        Height and width.
    counts : tuple of (int, int)
        Number of windows along height and width.
    """

    def __init__(self, windows: Windows, height: int, width: int, scratch: Buffers):
        self.windows, self.image = windows, (height, width)
        self.counts = windows.counts(height, width)
        self._scratch = scratch
        self._buffers = Buffers(scratch.dtype)

    @abstractmethod
    def forward(
        self,
        x: np.ndarray,
        weight: np.ndarray,
        y: np.ndarray,
        bias: np.ndarray | None = None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the output.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        weight : ndarray of shape (*kernel, n_channels / groups, n_filters)
            Weights.
        y : ndarray of shape (n_samples, *counts, n_filters)
            Output.
        bias : ndarray of shape (n_filters,) or None
            Is added to the output.
        sizes : ndarray or None
            How much of each image is there.
        """

    @abstractmethod
    def gradients(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        weight: np.ndarray,
        grad: np.ndarray,
        dx: np.ndarray | None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the gradients of weights and images, after ``forward`` of the same x.

        Parameters
        ----------
        x, weight, sizes
            As given to ``forward``.
        dy : ndarray of shape (n_samples, *counts, n_filters)
            Gradient of the output, 0 for what is padding.
        grad : ndarray of the shape of ``weight``
            Is overwritten.
        dx : ndarray of the shape of ``x``, or None
            Is overwritten; None skips it.
        """


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
