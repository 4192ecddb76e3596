"""Hyperparameters of training, the same for every estimator."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Self

import numpy as np

from skdeep.estimators._rules import (
    NOTHING,
    YES_NO,
    Choice,
    Function,
    Having,
    Instance,
    Integer,
    Number,
    ScorerName,
    Several,
    TypeName,
    hyperparameter,
)
from skdeep.nn import (
    AUGMENTATIONS,
    OPTIMIZERS,
    SCHEDULES,
    Augmentation,
    Augmentations,
    Averaging,
    Layer,
    Optimizer,
    Schedule,
    Serial,
)
from skdeep.nn.training import AVERAGINGS

SEVERAL_AUGMENTATIONS = Several(
    Augmentation, AUGMENTATIONS, Augmentations, "a list of names and augmentations"
)
# Hyperparameters that may be lists of components, which a search reaches by position.
IN_LISTS = {
    "augment": SEVERAL_AUGMENTATIONS,
    "layers": Several(Layer, {}, Serial, "a list of layers"),
}


@dataclass(eq=False, repr=False, kw_only=True)
class TrainingHyperparameters:
    """Solver, penalty, schedule, stopping: for every architecture the same."""

    solver: str | Optimizer = hyperparameter(
        "adam",
        Choice((*OPTIMIZERS, "lbfgs")),
        Instance(Optimizer, "an optimizer of skdeep.nn"),
        text="""str or Optimizer
        'adam', 'sgd', 'lbfgs', 'adagrad', 'rmsprop', 'adamw', 'nadam', or an instance
        such as ``AdamW(weight_decay=0.1)``. 'lbfgs' suits small data.
        """,
    )
    alpha: float = hyperparameter(
        0.0001,
        Number(0, inf, "left"),
        text="""float
        Strength of the penalty. The objective is the weighted mean of losses plus
        ``alpha / sum(weights) * ((1 - l1_ratio) / 2 * |w|^2 + l1_ratio * |w|)``,
        whatever the batch size: alpha is that of Ridge, and 1 / C of
        LogisticRegression.
        """,
    )
    l1_ratio: float = hyperparameter(
        0.0,
        Number(0, 1),
        text="""float
        Share of the absolute penalty, which makes weights exactly zero.
        """,
    )
    batch_size: int | str = hyperparameter(
        "auto",
        Choice(("auto",)),
        Integer(1),
        text="""int or 'auto'
        Samples in a mini-batch; 'auto' is ``min(200, n_samples)``. Not used by
        'lbfgs'.
        """,
    )
    learning_rate: str | Schedule | Callable[[int], float] = hyperparameter(
        "constant",
        Choice(tuple(SCHEDULES)),
        Instance(Schedule, "a schedule of skdeep.nn"),
        Function("a function of the step"),
        text="""str, Schedule or callable
        Schedule that begins at learning_rate_init: 'constant', 'invscaling',
        'adaptive' (a fifth whenever progress stalls), 'step', 'exponential',
        'cosine', 'flat_cosine', 'warmup', 'one_cycle', an instance, or a function from
        step to rate. It applies to every solver but 'lbfgs'.
        """,
    )
    learning_rate_init: float = hyperparameter(
        0.001,
        Number(0, inf, "neither"),
        text="""float
        First (or highest) learning rate.
        """,
    )
    power_t: float = hyperparameter(
        0.5,
        Number(0, inf, "left"),
        text="""float
        Exponent of learning_rate='invscaling'.
        """,
    )
    max_iter: int = hyperparameter(
        200,
        Integer(1),
        text="""int
        Largest number of epochs, or of iterations of 'lbfgs'.
        """,
    )
    shuffle: bool = hyperparameter(
        True,
        YES_NO,
        text="""bool
        Whether every epoch takes the samples in a new order.
        """,
    )
    random_state: int | np.random.RandomState | np.random.Generator | None = (
        hyperparameter(
            None,
            NOTHING,
            Integer(0, 2**32 - 1),
            Instance(
                (np.random.RandomState, np.random.Generator),
                "a RandomState or Generator of NumPy",
            ),
            text="""int, RandomState, Generator or None
        Source of all randomness. An int gives the same model at every fit, with any
        number of threads or processes. None takes fresh entropy: NumPy's global state
        is neither read nor changed.
        """,
        )
    )
    tol: float = hyperparameter(
        1e-4,
        Number(0, inf, "left"),
        text="""float
        An epoch that improves loss (or validation score) by less is stale. For
        'lbfgs' the bound on the gradient.
        """,
    )
    verbose: bool | int = hyperparameter(
        False,
        YES_NO,
        Integer(0),
        text="""bool or int
        Whether to print the loss of every epoch.
        """,
    )
    warm_start: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether fit continues with the weights of the last fit.
        """,
    )
    momentum: float = hyperparameter(
        0.9,
        Number(0, 1),
        text="""float
        Share of the last update that 'sgd' carries on.
        """,
    )
    nesterovs_momentum: bool = hyperparameter(
        True,
        YES_NO,
        text="""bool
        Whether 'sgd' uses Nesterov's momentum.
        """,
    )
    early_stopping: bool | str = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether to stop when the validation score stalls, and restore the weights that
        scored best. A part of the data is held out for it (in classification with the
        shares of classes kept), unless fit is given X_val and y_val, which restore the
        best weights in any case. 'lbfgs' ignores it.
        """,
    )
    validation_fraction: Any = hyperparameter(
        0.1,
        Number(0, 1, "neither"),
        Having("split", "a splitter of scikit-learn"),
        text="""float or splitter
        Share of the samples to hold out, or a splitter of scikit-learn whose first
        split is taken (with ``groups`` given to fit, such as GroupShuffleSplit).
        """,
    )
    scoring: str | Callable[..., float] | None = hyperparameter(
        "loss",
        Choice((None, "loss")),
        ScorerName(),
        Function("a scorer(estimator, X, y)"),
        text="""str, callable or None
        What validation data are judged by: 'loss' is minus the weighted loss, None is
        the accuracy (in regression R^2), any other name or callable is a scorer of
        scikit-learn. By accuracy, a network of imbalanced classes stops where it
        predicts the most frequent one alone.
        """,
    )
    beta_1: float = hyperparameter(
        0.9,
        Number(0, 1, "left"),
        text="""float
        Decay of the mean of gradients in 'adam', 'adamw', 'nadam'.
        """,
    )
    beta_2: float = hyperparameter(
        0.999,
        Number(0, 1, "left"),
        text="""float
        Decay of the mean of squared gradients in 'adam', 'adamw', 'nadam'.
        """,
    )
    epsilon: float = hyperparameter(
        1e-8,
        Number(0, inf, "neither"),
        text="""float
        Added to the denominator by the adaptive solvers.
        """,
    )
    n_iter_no_change: float = hyperparameter(
        10,
        Number(1, inf),
        text="""int or inf
        Stale epochs in a row that are tolerated.
        """,
    )
    max_fun: int = hyperparameter(
        15000,
        Integer(1),
        text="""int
        Largest number of evaluations of the objective by 'lbfgs'.
        """,
    )
    max_grad_norm: float | None = hyperparameter(
        None,
        NOTHING,
        Number(0, inf, "neither"),
        text="""float or None
        Norm to which a longer gradient is scaled down.
        """,
    )
    max_grad_value: float | None = hyperparameter(
        None,
        NOTHING,
        Number(0, inf, "neither"),
        text="""float or None
        Bound on each entry of the gradient.
        """,
    )
    max_weight_norm: float | None = hyperparameter(
        None,
        NOTHING,
        Number(0, inf, "neither"),
        text="""float or None
        Bound on the norm of the weights that enter a unit.
        """,
    )
    averaging: str | Averaging | None = hyperparameter(
        None,
        Choice((None, *AVERAGINGS)),
        Instance(Averaging, "an averaging of skdeep.nn"),
        text="""{'ema', 'swa'}, Averaging or None
        Average of weights along the way to predict with, in place of the last ones.
        """,
    )
    augment: str | Augmentation | Sequence[Any] | None = hyperparameter(
        None,
        Choice((None, *AUGMENTATIONS)),
        Instance(Augmentation, "an augmentation of skdeep.nn"),
        SEVERAL_AUGMENTATIONS,
        text="""str, Augmentation, list of them or None
        Random change of training samples, anew in every mini-batch. Of any samples:
        'noise', 'mask' (features replaced by 0), 'mixup' (pairs averaged). Of images:
        'rotate', 'translate', 'scale', 'mirror', 'brightness', 'contrast'. Of series:
        'jitter', 'scaling', 'time_shift', 'window_crop', 'masking'. An instance, or
        a list of names and instances, one after the other, within reach of a search
        (``augment__rotate__degrees``). Scale X first. Not used by 'lbfgs'.
        """,
    )
    dtype: str = hyperparameter(
        "auto",
        TypeName(("auto", "float32", "float64")),
        text="""{'auto', 'float32', 'float64'} or type
        Type of weights and arithmetic. 'auto' follows X: float32 for float32, else
        float64. 'float32' is up to twice as fast, in half the memory.
        """,
    )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return hyperparameters, with ``deep`` those of components too.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add those of components, by ``component__name``, and of
            components in a list, by ``component__0__name``.

        Returns
        -------
        dict
            Name to value.
        """
        found = super().get_params(deep)  # type: ignore[misc]
        if deep:
            for name in IN_LISTS.keys() & found.keys():
                held = _held(name, found[name])
                if held is not None:
                    inner = held.get_params().items()
                    found |= {f"{name}__{key}": value for key, value in inner}
        return found

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
        for key in list(params):
            name, _, inner = key.partition("__")
            value = params.get(name, getattr(self, name, None))
            held = _held(name, value) if inner else None
            if held is not None:
                # A copy: the list, and what it holds, are the user's.
                params[name] = value = copy.deepcopy(held)
            if inner and hasattr(self, name) and not hasattr(value, "set_params"):
                raise ValueError(
                    f"{key} cannot be set, as {name}={value!r} has no hyperparameters "
                    "of its own: give an instance, such as solver=Adam() for "
                    "solver__beta_2 or layers=Serial([...]) for layers__0__units."
                )
        return super().set_params(**params)  # type: ignore[misc]


def _held(name: str, value: Any) -> Any:
    """Return components in a list as one component, if it holds nothing else."""
    rule = IN_LISTS.get(name)
    if rule is None or not rule.accepts(value):
        return None
    return rule.meaning(value)
