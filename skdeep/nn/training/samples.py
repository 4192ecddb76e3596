"""Training samples, and how a mini-batch of them is gathered."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.nn.workspace import Workspace

Batch = tuple[Any, np.ndarray, np.ndarray | None]


@dataclass(frozen=True)
class Samples:
    """Inputs, targets and weights of the training set.

    Parameters
    ----------
    inputs : ndarray or CSR matrix of shape (n_samples, ...)
        What goes into the network, in its dtype.
    targets : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        What should come out, as the loss takes it.
    weights : ndarray of shape (n_samples,) or None
        Weights of mean 1 over the training set; None are ones.
    """

    inputs: Any
    targets: np.ndarray
    weights: np.ndarray | None = None

    def __len__(self) -> int:
        return self.inputs.shape[0]

    def gather(self, which: np.ndarray | slice, workspace: Workspace) -> Batch:
        """Return the inputs, targets and weights of a mini-batch.

        Parameters
        ----------
        which : ndarray of int, or slice
            Positions; a slice gives views.
        workspace : Workspace
            Holds the gathered inputs between steps.

        Returns
        -------
        tuple
            Inputs, targets, and weights or None.
        """
        x, y, w = self.inputs, self.targets, self.weights
        if isinstance(which, slice):
            return x[which], y[which], None if w is None else w[which]
        if not isinstance(x, np.ndarray):
            batch = x[which]
        else:
            # "clip" spares NumPy the copy by which it guards ``out`` against errors.
            buffer = workspace.empty("x", (len(which), *x.shape[1:]))
            batch = x.take(which, axis=0, out=buffer, mode="clip")
        return batch, y.take(which, axis=0), None if w is None else w.take(which)
