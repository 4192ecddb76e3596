"""What a fitted estimator shows of its network."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._links import LinkedToDocumentation
from skdeep.nn import Network


class FittedNetworkMixin(LinkedToDocumentation):
    """Weights, sizes and curves under scikit-learn's names."""

    network_: Network
    _sparse_input: ClassVar[bool] = False
    _trainer: Any
    _keep_trainer: bool = False
    _logit_shift: np.ndarray | None = None

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")

    def _raw_output(self, X: Any) -> np.ndarray:
        """Check X and return raw outputs of the network."""
        check_is_fitted(self)
        z = self.network_.forward(self._read(X))
        return z if self._logit_shift is None else z + self._logit_shift

    def _predict(self, X: Any, decode: Callable[[np.ndarray], Any]) -> Any:
        """Check X and return what ``decode`` makes of the raw outputs."""
        return decode(self._raw_output(X))

    def _read(self, X: Any) -> Any:
        """Check X and return it as the network takes it."""
        return validate_data(
            self,
            X,
            accept_sparse="csr" if self._sparse_input else False,
            dtype=self.network_.dtype,
            reset=False,
        )

    def _arrays(self, name: str) -> list[np.ndarray]:
        network = self.__dict__.get("network_")
        if network is None:
            raise AttributeError(
                f"{type(self).__name__} has no weights before it is fitted."
            )
        return network.parameters(name)

    def _assign(self, name: str, values: Iterable[Any]) -> None:
        for old, new in zip(self._arrays(name), values, strict=True):
            old[...] = new

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weight matrices, shape (n_inputs, n_units) each, from first to last.

        They are the network's own memory: writing into them changes the model.
        """
        return self._arrays("weight")

    @coefs_.setter
    def coefs_(self, values: Iterable[Any]) -> None:
        self._assign("weight", values)

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases, shape (n_units,) each, of the layers that ``coefs_`` lists."""
        self._arrays("weight")
        views = (view.arrays for view in self.network_.params.walk())
        # Normalisation has a gain beside its bias.
        return [v["bias"] for v in views if "bias" in v and "gain" not in v]

    @intercepts_.setter
    def intercepts_(self, values: Iterable[Any]) -> None:
        for old, new in zip(self.intercepts_, values, strict=True):
            old[...] = new

    @property
    def n_layers_(self) -> int:
        """Number of layers of units, input and output included."""
        return len(self.coefs_) + 1

    @property
    def sparsity_(self) -> float:
        """Share of penalised weights that are exactly zero: biases are left aside."""
        self._arrays("weight")
        weights = self.network_.theta[: self.network_.layout.n_penalised]
        return np.count_nonzero(weights == 0) / weights.size

    def __getstate__(self) -> dict[str, Any]:
        """Leave the optimizer's memory out, unless training is to be continued."""
        state: dict[str, Any] = dict(super().__getstate__())  # type: ignore[call-overload]
        if not state.get("_keep_trainer"):
            state["_trainer"] = None
        return state
