"""Parts of blocks of convolutions."""

from dataclasses import dataclass
from typing import Any

from skdeep.architectures.perceptron import NORMALIZATIONS, make_activation
from skdeep.nn import Conv, Initializer, Layer, SeparableConv

# Of these, the largest value is that of the largest input.
INCREASING = {
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
}


def is_one(extent: Any) -> bool:
    """Tell whether a number is 1, of a tuple along every axis."""
    return all(n == 1 for n in extent) if isinstance(extent, tuple) else extent == 1


@dataclass(frozen=True)
class Block:
    """Settings of one block.

    Attributes
    ----------
    filters : int
        Filters of each convolution.
    kernel_size : int, tuple or list
        One for all convolutions, or a list of one for each; in an inception block, of
        those that work side by side. A tuple has a number for each axis.
    n_convs : int
        Number of convolutions in series.
    strides : int or tuple
        Of the first convolution.
    padding : str
        "same", "valid" or "causal".
    dilation_rate : int or tuple
        Distance of the taps of a window.
    activation : str or Layer
        Function of the weighted sums.
    normalization : str or None
        What stands between weighted sums and activation.
    initializer : str or Initializer
        Starting weights.
    use_bias : bool
        Whether the last convolution adds biases.
    """

    filters: int
    kernel_size: Any
    n_convs: int = 1
    strides: Any = 1
    padding: str = "same"
    dilation_rate: Any = 1
    activation: str | Layer = "relu"
    normalization: str | None = None
    initializer: str | Initializer = "he_normal"
    use_bias: bool = True

    @property
    def kernel_sizes(self) -> list[Any]:
        """Extent of the window of each convolution."""
        if not isinstance(self.kernel_size, list):
            return [self.kernel_size] * self.n_convs
        if len(self.kernel_size) != self.n_convs:
            raise ValueError(
                f"kernel_size has {len(self.kernel_size)} entries for one block, "
                f"{self.kernel_size}, but convs_per_block={self.n_convs}: give one "
                "number for the block, or a list of one for each of its convolutions."
            )
        return list(self.kernel_size)

    def conv(
        self,
        number: int,
        kind: type[Conv] | type[SeparableConv] = Conv,
        **changes: Any,
    ) -> Layer:
        """Return the convolution of that number in the block."""
        is_last = number == self.n_convs - 1
        settings: dict[str, Any] = {
            "kernel_size": self.kernel_sizes[number],
            "strides": self.strides if number == 0 else 1,
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "initializer": self.initializer,
            "use_bias": self.normalization != "batch"
            and (self.use_bias or not is_last),
        }
        return kind(self.filters, **{**settings, **changes})

    def normalize(self) -> list[Layer]:
        """Return the normalisation, if there is one."""
        if self.normalization is None:
            return []
        return [NORMALIZATIONS[self.normalization]()]

    def activate(self) -> Layer:
        """Return the activation."""
        return make_activation(self.activation)
