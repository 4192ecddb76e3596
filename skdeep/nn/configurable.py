"""Hyperparameters that can be read and set by name."""

import inspect
from functools import cache
from typing import Any, Self


class Configurable:
    """Base of every component: its constructor arguments are its hyperparameters.

    The methods follow scikit-learn's ``get_params`` / ``set_params``, so that
    :func:`sklearn.base.clone` copies a component and a grid search reaches its
    hyperparameters (``solver__beta_2``) although this package does not import
    scikit-learn.

    Examples
    --------
    >>> from skdeep.nn import Adam
    >>> Adam(beta_2=0.95)
    Adam(beta_2=0.95)
    >>> Adam().set_params(beta_1=0.8).get_params()["beta_1"]
    0.8
    """

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        parameters = inspect.signature(cls).parameters
        return {name: parameter.default for name, parameter in parameters.items()}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Hyperparameters by name; with ``deep``, those of components inside too.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add the hyperparameters of components held as values, under
            ``name__inner``.

        Returns
        -------
        dict
            Name to value.
        """
        values = {name: getattr(self, name) for name in self._defaults()}
        if deep:
            for name, value in list(values.items()):
                if isinstance(value, Configurable):
                    inner = value.get_params()
                    values.update({f"{name}__{key}": v for key, v in inner.items()})
        return values

    def set_params(self, **params: Any) -> Self:
        """Set hyperparameters by name, ``inner__name`` for those of a component.

        Parameters
        ----------
        **params : dict
            New values.

        Returns
        -------
        self : Configurable
            The component itself.

        Raises
        ------
        ValueError
            If a name is not a hyperparameter.
        """
        valid = self.get_params()
        # A component comes before the hyperparameters that are meant for it.
        for key, value in sorted(params.items(), key=lambda item: item[0].count("__")):
            name, _, inner = key.partition("__")
            if name not in valid:
                raise ValueError(
                    f"{type(self).__name__} has no hyperparameter {name!r}; "
                    f"it has {sorted(n for n in valid if '__' not in n)}."
                )
            if inner:
                valid[name].set_params(**{inner: value})
            else:
                self._set_param(name, value)
                valid = self.get_params()
        return self

    def _set_param(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        """Components are equal if they are of one class with equal hyperparameters."""
        if type(self) is not type(other):
            return NotImplemented
        return self.get_params(deep=False) == other.get_params(deep=False)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name, default in self._defaults().items()
            if default is inspect.Parameter.empty or getattr(self, name) != default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


class HoldsList:
    """Mixin for components that hold a list of components.

    These are reached by position: ``serial.get_params()["0__units"]``,
    ``serial.set_params(**{"0": Dense(8)})``.
    """

    list_name: str

    @property
    def inner(self) -> tuple[Any, ...]:
        """The components inside."""
        return tuple(getattr(self, self.list_name))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Hyperparameters by name, those of components inside by position.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add the components inside, and their hyperparameters.

        Returns
        -------
        dict
            Name to value.
        """
        params: dict[str, Any] = super().get_params(deep)  # type: ignore[misc]
        if deep:
            for i, part in enumerate(self.inner):
                params[str(i)] = part
                params.update({f"{i}__{k}": v for k, v in part.get_params().items()})
        return params

    def _set_param(self, name: str, value: Any) -> None:
        if name.isdigit():
            parts = list(self.inner)
            parts[int(name)] = value
            name, value = self.list_name, parts
        setattr(self, name, value)
