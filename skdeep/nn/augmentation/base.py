"""Changes to training samples, made anew every time that they are used."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.configurable import Configurable

# How far each sample was mixed, and with which other; None if not at all.
Mix = tuple[float, np.ndarray] | None


class Augmentation(Configurable):
    """A random change of the inputs of a mini-batch that leaves their meaning.

    Attributes
    ----------
    kind : str or None
        What it changes: "series", "images", or None for samples of any kind.
    keeps_places : bool
        Whether a target of one step or pixel still belongs to it afterwards.
    moves_targets : bool
        Whether ``apply`` moves such targets with what they belong to. It then takes a
        fourth argument, by default nothing: a sequence of arrays of shape (n_samples,
        size, ..., any number) of what belongs to the steps or pixels, such as targets
        and weights. They are changed in place, each place taking the nearest neighbour
        of where it comes from.
    """

    kind: ClassVar[str | None] = None
    keeps_places: ClassVar[bool] = True
    moves_targets: ClassVar[bool] = False

    def check(self, input_shape: tuple[int, ...]) -> None:
        """Check that samples are of the kind that the augmentation changes.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one sample.

        Raises
        ------
        ValueError
            If they are not.
        """
        rank = {None: len(input_shape), "series": 2, "images": 3}[self.kind]
        if len(input_shape) != rank:
            axes = {"series": "(time, channels)", "images": "(height, width, channels)"}
            raise ValueError(
                f"{self!r} changes {self.kind}, and X holds samples of shape "
                f"{input_shape}: give samples of shape {axes[str(self.kind)]}, or "
                "leave it out of augment."
            )

    @abstractmethod
    def apply(
        self,
        x: np.ndarray,
        rng: np.random.Generator,
        sizes: np.ndarray | None = None,
    ) -> Mix:
        """Change a mini-batch in place.

        Parameters
        ----------
        x : ndarray of shape (n_samples, ...)
            Inputs of a mini-batch.
        rng : numpy.random.Generator
            Source of randomness.
        sizes : ndarray of int of shape (n_samples, n_axes) or None, default=None
            How much of each sample is there, where samples differ in size; the rest
            is padding, which may take any value.

        Returns
        -------
        tuple of (float, ndarray of int of shape (n_samples,)) or None
            For a mixture: the share of each sample itself, and the position of the
            sample that makes up the rest. Targets are mixed alike.

        Notes
        -----
        If ``moves_targets``, there is a last argument ``alike=()``: arrays of shape
        (n_samples, size, ..., any number) of what belongs to the steps or pixels of
        ``x``, such as targets and weights. Moved in place as these are, each to the
        nearest neighbour, never interpolated.
        """


def mixed_loss(loss: Any, z: np.ndarray, target: Any, mix: Mix, workspace: Any) -> Any:
    """Return value and gradient of a loss whose targets are mixed.

    Parameters
    ----------
    loss : Loss
        Loss of each sample.
    z : ndarray of shape (n_samples, n_outputs)
        Raw outputs; overwritten with the gradient.
    target : ndarray
        Targets as the loss takes them.
    mix : tuple
        Share, and position of the partners.
    workspace : Workspace
        Reusable buffers.

    Returns
    -------
    value, gradient : ndarray
        ``share * loss(z, y) + (1 - share) * loss(z, y of the partner)``.
    """
    share, partner = mix  # type: ignore[misc]
    again = workspace.empty("z again", z.shape)
    np.copyto(again, z)
    value, dz = loss.value_and_gradient(z, target, workspace)
    value = value * share
    dz *= share
    others, more = loss.value_and_gradient(again, target[partner], workspace)
    value += (1 - share) * others
    more *= 1 - share
    dz += more
    return value, dz
