"""Hyperparameters that all estimators share, with their rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Self

import numpy as np

from skdeep.estimators._validation import (
    NOTHING,
    YES_NO,
    Choice,
    Function,
    Having,
    Instance,
    Integer,
    Number,
    Rule,
)
from skdeep.nn import (
    AUGMENTATIONS,
    OPTIMIZERS,
    SCHEDULES,
    Augmentation,
    Averaging,
    Loss,
    Optimizer,
    Schedule,
)
from skdeep.nn.training import AVERAGINGS


@dataclass(eq=False, repr=False, kw_only=True)
class TrainingHyperparameters:
    """How a network is trained, whatever its architecture."""

    solver: str | Optimizer = "adam"
    alpha: float = 0.0001
    l1_ratio: float = 0.0
    batch_size: int | str = "auto"
    learning_rate: str | Schedule | Callable[[int], float] = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | np.random.Generator | None = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: Any = 0.1
    scoring: str | Callable[..., float] | None = None
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    max_grad_norm: float | None = None
    max_grad_value: float | None = None
    max_weight_norm: float | None = None
    averaging: str | Averaging | None = None
    augment: str | Augmentation | None = None
    dtype: str = "auto"

    _rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        "solver": (
            Choice((*OPTIMIZERS, "lbfgs")),
            Instance(Optimizer, "an optimizer of skdeep.nn"),
        ),
        "alpha": (Number(0, inf, "left"),),
        "l1_ratio": (Number(0, 1),),
        "batch_size": (Choice(("auto",)), Integer(1)),
        "learning_rate": (
            Choice(tuple(SCHEDULES)),
            Instance(Schedule, "a schedule of skdeep.nn"),
            Function("a function of the step"),
        ),
        "learning_rate_init": (Number(0, inf, "neither"),),
        "power_t": (Number(0, inf, "left"),),
        "max_iter": (Integer(1),),
        "shuffle": (YES_NO,),
        "random_state": (
            NOTHING,
            Integer(0),
            Instance(
                (np.random.RandomState, np.random.Generator),
                "a RandomState or Generator of NumPy",
            ),
        ),
        "tol": (Number(0, inf, "left"),),
        "verbose": (YES_NO, Integer(0)),
        "warm_start": (YES_NO,),
        "momentum": (Number(0, 1),),
        "nesterovs_momentum": (YES_NO,),
        "early_stopping": (YES_NO,),
        "validation_fraction": (
            Number(0, 1, "neither"),
            Having("split", "a splitter of scikit-learn"),
        ),
        "scoring": (
            NOTHING,
            Instance(str, "'loss' or the name of a scorer of scikit-learn"),
            Function("a scorer(estimator, X, y)"),
        ),
        "beta_1": (Number(0, 1, "left"),),
        "beta_2": (Number(0, 1, "left"),),
        "epsilon": (Number(0, inf, "neither"),),
        "n_iter_no_change": (Number(1, inf),),
        "max_fun": (Integer(1),),
        "max_grad_norm": (NOTHING, Number(0, inf, "neither")),
        "max_grad_value": (NOTHING, Number(0, inf, "neither")),
        "max_weight_norm": (NOTHING, Number(0, inf, "neither")),
        "averaging": (
            Choice((None, *AVERAGINGS)),
            Instance(Averaging, "an averaging of skdeep.nn"),
        ),
        "augment": (
            Choice((None, *AUGMENTATIONS)),
            Instance(Augmentation, "an augmentation of skdeep.nn"),
        ),
        "dtype": (Choice(("auto", "float32", "float64")),),
    }

    def set_params(self, **params: Any) -> Self:
        """Set hyperparameters, those of components by ``component__name``.

        Parameters
        ----------
        **params : dict
            New values.

        Returns
        -------
        self : estimator
            The estimator itself.

        Raises
        ------
        ValueError
            If a name is no hyperparameter.
        """
        for key in params:
            name, _, inner = key.partition("__")
            value = params.get(name, getattr(self, name, None))
            if inner and hasattr(self, name) and not hasattr(value, "set_params"):
                raise ValueError(
                    f"{key} cannot be set, as {name}={value!r} has no hyperparameters "
                    "of its own: give an instance, such as solver=Adam() for "
                    "solver__beta_2 or layers=Serial([...]) for layers__0__units."
                )
        return super().set_params(**params)  # type: ignore[misc]


def loss_rules(names: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of a ``loss`` hyperparameter."""
    return (Choice(tuple(names)), Instance(Loss, "a loss of skdeep.nn"))


def check_link(loss: Loss, allowed: tuple[str, ...], targets: str) -> None:
    """Check that a loss given as an instance suits the targets.

    Parameters
    ----------
    loss : Loss
        The instance.
    allowed : tuple of str
        Links that suit; links of a user's own are not judged.
    targets : str
        How errors call the targets.

    Raises
    ------
    ValueError
        If the loss is made for other targets.
    """
    if loss.link in {"softmax", "logistic", "identity", "exp"}.difference(allowed):
        raise ValueError(
            f"loss={loss!r} has the link {loss.link!r}, but {targets} targets need "
            f"{' or '.join(map(repr, allowed))}: give a loss with that link, or the "
            "name of a loss."
        )


def component(value: Any, named: dict[str, type], **arguments: Any) -> Any:
    """Return the instance itself, or make the one of that name.

    Parameters
    ----------
    value : str or object
        Name or instance.
    named : dict of str to type
        Classes by name.
    **arguments : dict
        Passed to the class as far as it has hyperparameters of these names.

    Returns
    -------
    object
        The component.
    """
    if not isinstance(value, str):
        return value
    kind = named[value]
    known = set(kind().get_params(deep=False))
    return kind(**{k: v for k, v in arguments.items() if k in known})
