"""From hyperparameters to the engine's components."""

from typing import Any

import numpy as np

from skdeep.estimators._hyperparameters import TrainingHyperparameters, component
from skdeep.nn import (
    OPTIMIZERS,
    SCHEDULES,
    Custom,
    ElasticPenalty,
    Network,
    Optimizer,
    Schedule,
)
from skdeep.nn.augmentation import Augmentation
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


def make_generator(random_state: Any) -> np.random.Generator:
    """Return a generator of its own; the global state is neither read nor changed.

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


def make_optimizer(params: TrainingHyperparameters) -> Optimizer:
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


def make_schedule(params: TrainingHyperparameters) -> Schedule:
    """Return the schedule that ``learning_rate`` names, is, or calls."""
    value = params.learning_rate
    if callable(value) and not isinstance(value, Schedule):
        return Custom(value)
    return component(value, SCHEDULES, power_t=params.power_t)


def make_penalty(
    params: TrainingHyperparameters, network: Network, weight_sum: float
) -> ElasticPenalty:
    """Return the penalty ``alpha / weight_sum`` times the elastic norm."""
    return ElasticPenalty(
        params.alpha / weight_sum, params.l1_ratio, network.layout.n_penalised
    )


def make_batch_size(params: TrainingHyperparameters, n_samples: int) -> int:
    """Return the size of mini-batches."""
    size = 200 if isinstance(params.batch_size, str) else params.batch_size
    return min(size, n_samples)


def make_trainer(
    params: TrainingHyperparameters,
    network: Network,
    loss: Loss,
    *,
    n_samples: int,
    weight_sum: float,
    augmentation: Augmentation | None,
    rng: np.random.Generator,
) -> BaseTrainer:
    """Return the trainer that the hyperparameters describe.

    Parameters
    ----------
    params : TrainingHyperparameters
        The estimator.
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
    rng : numpy.random.Generator
        Order of samples, dropout.

    Returns
    -------
    BaseTrainer
        Ready to run.
    """
    penalty = make_penalty(params, network, weight_sum)
    if params.solver == "lbfgs":
        stopping = Stopping(tol=params.tol)
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
            params.max_iter,
        ),
        Stopping(params.tol, params.n_iter_no_change, params.early_stopping),
        batch_size=batch_size,
        rng=rng,
        averaging=component(params.averaging, AVERAGINGS),
        augmentation=augmentation,
    )
