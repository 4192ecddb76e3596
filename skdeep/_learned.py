"""What an estimator has learned, where a fit fails."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def restore(estimator: Any, before: Mapping[str, Any]) -> None:
    """Let an estimator be as it was before a fit that failed.

    Half of what a fit learns would pass for all of it.

    Parameters
    ----------
    estimator : estimator
        Attributes with a trailing or a leading underscore are what it has learned;
        what callbacks of scikit-learn left stays.
    before : mapping
        Its attributes before the fit.
    """
    state = vars(estimator)
    for name in [name for name in state if _is_learned(name)]:
        del state[name]
    state.update((n, value) for n, value in before.items() if _is_learned(n))


def all_or_nothing(fit: F) -> F:
    """Make a method of fitting leave the estimator as it was if it fails.

    Parameters
    ----------
    fit : function
        A method such as ``fit`` or ``partial_fit``.

    Returns
    -------
    function
        The method.
    """

    @wraps(fit)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return fit(self, *args, **kwargs)
        except Exception:
            restore(self, before)
            raise

    return cast(F, method)


def _is_learned(name: str) -> bool:
    of_callbacks = "callback" in name or name.startswith("_skl")
    return (name.endswith("_") or name.startswith("_")) and not of_callbacks
