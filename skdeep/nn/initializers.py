"""Starting values of weights.

References
----------
.. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
   feedforward neural networks", AISTATS 2010.
.. [2] K. He et al., "Delving deep into rectifiers", ICCV 2015, arXiv:1502.01852.
.. [3] Y. LeCun et al., "Efficient BackProp", 1998.
.. [4] A. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in
   deep linear neural networks", ICLR 2014, arXiv:1312.6120.
"""

from abc import abstractmethod
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from skdeep.nn.configurable import Configurable

Fans = tuple[int, int]


class Initializer(Configurable):
    """Draws the starting values of one parameter."""

    @abstractmethod
    def __call__(
        self, shape: tuple[int, ...], fans: Fans, rng: np.random.Generator
    ) -> np.ndarray | float:
        """Return starting values of ``shape``.

        Parameters
        ----------
        shape : tuple of int
            Shape of the parameter.
        fans : tuple of (int, int)
            Number of inputs that feed one unit, and of units that one input feeds.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray or float
            Values, or one value for all.
        """


@dataclass(repr=False)
class Constant(Initializer):
    """The same value everywhere; zeros for biases, ones for gains.

    Weights of a hidden layer that start equal receive equal gradients and stay
    equal: never use it there.

    Parameters
    ----------
    value : float, default=0.0
        The value.
    """

    value: float = 0.0

    def __call__(self, shape, fans, rng):
        return self.value


@dataclass(repr=False)
class Normal(Initializer):
    """Normal of mean 0 and standard deviation ``scale``.

    Parameters
    ----------
    scale : float, default=0.01
        The standard deviation.
    """

    scale: float = 0.01

    def __call__(self, shape, fans, rng):
        return rng.normal(scale=self.scale, size=shape)


@dataclass(repr=False)
class Uniform(Initializer):
    """Uniform on [-scale, scale].

    Parameters
    ----------
    scale : float, default=0.05
        The bound.
    """

    scale: float = 0.05

    def __call__(self, shape, fans, rng):
        return rng.uniform(-self.scale, self.scale, size=shape)


@dataclass(repr=False)
class VarianceScaling(Initializer):
    """Variance ``gain / fan``, so that signals keep their size through layers.

    Parameters
    ----------
    gain : float, default=1.0
        Variance times fan: 1 for LeCun and Glorot, 2 for He.
    fan : {"in", "out", "average"}, default="average"
        Which fan divides.
    distribution : {"uniform", "normal"}, default="uniform"
        A uniform of variance s^2 has bound s * sqrt(3).
    """

    gain: float = 1.0
    fan: str = "average"
    distribution: str = "uniform"

    def __call__(self, shape, fans, rng):
        fan = {"in": fans[0], "out": fans[1], "average": sum(fans) / 2}[self.fan]
        scale = sqrt(self.gain / max(fan, 1))
        if self.distribution == "normal":
            return rng.normal(scale=scale, size=shape)
        return rng.uniform(-scale * sqrt(3), scale * sqrt(3), size=shape)


@dataclass(repr=False)
class Orthogonal(Initializer):
    """Random orthonormal columns (or rows, whichever are fewer), times ``gain``.

    Parameters
    ----------
    gain : float, default=1.0
        Norm of the columns, or rows.
    """

    gain: float = 1.0

    def __call__(self, shape, fans, rng):
        rows, columns = prod(shape[:-1]), shape[-1]
        normal = rng.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(normal)
        # Signs of the diagonal make the distribution uniform (Mezzadri 2007).
        q *= np.sign(np.diag(r))
        return self.gain * (q if rows >= columns else q.T).reshape(shape)


INITIALIZERS: dict[str, Initializer] = {
    "zeros": Constant(0.0),
    "normal": Normal(),
    "standard_normal": Normal(1.0),
    "uniform": Uniform(),
    "glorot_uniform": VarianceScaling(),
    "glorot_normal": VarianceScaling(distribution="normal"),
    "he_uniform": VarianceScaling(2.0, "in"),
    "he_normal": VarianceScaling(2.0, "in", "normal"),
    "lecun_uniform": VarianceScaling(1.0, "in"),
    "lecun_normal": VarianceScaling(1.0, "in", "normal"),
    "orthogonal": Orthogonal(),
}


def resolve_initializer(initializer: str | Initializer) -> Initializer:
    """Return the initializer of that name, or the instance itself."""
    if isinstance(initializer, str):
        if initializer not in INITIALIZERS:
            raise ValueError(
                f"initializer={initializer!r} is not known: give one of "
                f"{sorted(INITIALIZERS)}, or an instance."
            )
        return INITIALIZERS[initializer]
    return initializer
