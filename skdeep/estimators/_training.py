"""Components of the engine that the hyperparameters of training name."""

import inspect
from typing import Any

import numpy as np

from skdeep._forms import check_call
from skdeep.estimators._rules import plain
from skdeep.nn import (
    OPTIMIZERS,
    SCHEDULES,
    Augmentation,
    Custom,
    ElasticPenalty,
    Network,
    Optimizer,
    Schedule,
)
from skdeep.nn.losses import Loss
from skdeep.nn.schedules import Budget
from skdeep.nn.training import (
    AVERAGINGS,
    BaseTrainer,
    LBFGSTrainer,
    Limits,
    Stopping,
    Trainer,
    Update,
)


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
    known = inspect.signature(kind).parameters
    return kind(**{k: v for k, v in arguments.items() if k in known})


def is_stochastic(estimator: Any) -> bool:
    """Tell whether the solver takes mini-batches, without which no partial_fit."""
    if plain(estimator).solver == "lbfgs":
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not "
            "stochastic."
        )
    return True


def make_generator(random_state: Any) -> np.random.Generator:
    """Return a new generator; the global state is neither read nor changed.

    Parameters
    ----------
    random_state : None, int, RandomState or Generator
        None takes fresh entropy; a RandomState is drawn from, so that a second fit
        differs; a Generator is used itself.

    Returns
    -------
    numpy.random.Generator
        Source of all randomness of a fit.

    Notes
    -----
    An int seeds the same stream as in ``RandomState``, in the modern interface:
    networks then start with the weights of scikit-learn's MLP for that int.
    """
    if random_state is None or isinstance(random_state, np.random.Generator):
        return np.random.default_rng(random_state)
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1, size=4))
    bits = np.random.MT19937(0)
    # Seeds the bits in its own way, and so need not be kept.
    np.random.RandomState(bits).seed(random_state)
    return np.random.Generator(bits)


def make_optimizer(params: Any) -> Optimizer:
    """Return the optimizer that ``solver`` names or is."""
    return component(
        params.solver,
        OPTIMIZERS,
        momentum=params.momentum,
        nesterov=params.nesterovs_momentum,
        beta_1=params.beta_1,
        beta_2=params.beta_2,
        epsilon=params.epsilon,
    )


def make_schedule(params: Any) -> Schedule:
    """Return the schedule that ``learning_rate`` names, is, or calls."""
    value = params.learning_rate
    if callable(value) and not isinstance(value, Schedule):
        check_call(value, "learning_rate", 0)
        return Custom(value)
    return component(value, SCHEDULES, power_t=params.power_t)


def make_penalty(params: Any, network: Network, weight_sum: float) -> ElasticPenalty:
    """Return the penalty ``alpha / weight_sum`` times the elastic norm."""
    return ElasticPenalty(
        params.alpha / weight_sum, params.l1_ratio, network.layout.n_penalised
    )


def make_batch_size(params: Any, n_samples: int) -> int:
    """Return the size of mini-batches."""
    if isinstance(params.batch_size, str):
        return params._auto_batch_size(n_samples)
    return min(params.batch_size, n_samples)


def count_epochs(params: Any, n_samples: int) -> int:
    """Return the largest number of epochs, or of iterations of L-BFGS."""
    if isinstance(params.max_iter, str):
        return params._auto_epochs(n_samples)
    return params.max_iter


def make_trainer(
    params: Any,
    network: Network,
    loss: Loss,
    *,
    n_samples: int,
    weight_sum: float,
    augmentation: Augmentation | None,
    has_validation: bool,
    rng: np.random.Generator,
) -> BaseTrainer:
    """Return the trainer that the hyperparameters describe.

    Parameters
    ----------
    params : estimator
        Its hyperparameters describe training.
    network : Network
        Layers and weights.
    loss : Loss
        Loss of each sample.
    n_samples : int
        Size of the training set.
    weight_sum : float
        Sum of sample weights.
    augmentation : Augmentation or None
        Change of training samples.
    has_validation : bool
        Whether there are validation data, whose best epoch counts in the end.
    rng : numpy.random.Generator
        Order of samples, dropout.

    Returns
    -------
    BaseTrainer
        Ready to run.
    """
    penalty = make_penalty(params, network, weight_sum)
    if params.solver == "lbfgs":
        stopping = Stopping(tol=params.tol, keeps_best=has_validation, by_score=False)
        return LBFGSTrainer(
            network, loss, penalty, stopping, max_fun=params.max_fun, rng=rng
        )
    batch_size = make_batch_size(params, n_samples)
    if augmentation is not None:
        augmentation.check(network.input_shape)
    limits = Limits(params.max_grad_norm, params.max_grad_value, params.max_weight_norm)
    return Trainer(
        network,
        loss,
        Update(network, make_optimizer(params), penalty, limits),
        make_schedule(params),
        Budget(
            params.learning_rate_init,
            -(-n_samples // batch_size),
            n_samples,
            count_epochs(params, n_samples),
        ),
        Stopping(
            params.tol,
            params.n_iter_no_change,
            keeps_best=has_validation,
            by_score=bool(params.early_stopping),
        ),
        batch_size=batch_size,
        rng=rng,
        averaging=component(params.averaging, AVERAGINGS),
        augmentation=augmentation,
    )
