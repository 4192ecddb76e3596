"""L-BFGS as a trainer: an iteration over the whole training set is an epoch."""

import numpy as np

from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.optimizers.lbfgs import minimize_lbfgs
from skdeep.nn.penalties import ElasticPenalty
from skdeep.nn.training.base import BaseTrainer, Job, Observer, Outcome
from skdeep.nn.training.progress import Stopping
from skdeep.nn.training.samples import Samples


class LBFGSTrainer(BaseTrainer):
    """Minimises the penalised loss of a network by L-BFGS.

    Parameters
    ----------
    network : Network
        Layers and weights; changed in place.
    loss : Loss
        Loss of each sample.
    penalty : ElasticPenalty
        Penalty on the weights.
    stopping : Stopping
        Its ``tol`` bounds the largest entry of the gradient at the minimum, too. The
        patience is for scores: the training loss improves until it has converged.
    max_fun : int
        Largest number of evaluations of the loss in a run.
    rng : numpy.random.Generator
        Randomness of layers.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        penalty: ElasticPenalty,
        stopping: Stopping,
        *,
        max_fun: int,
        rng: np.random.Generator,
    ):
        super().__init__(network, loss, stopping, rng)
        self.penalty, self.max_fun = penalty, max_fun

    def carry_on(self, before: BaseTrainer | None) -> None:
        """Start anew: between runs L-BFGS remembers nothing but the weights."""

    @property
    def _solver(self) -> str:
        return "L-BFGS"

    def _size_at_once(self, samples: Samples) -> int:
        return len(samples)

    def _train(self, job: Job) -> tuple[Outcome, str]:
        network, penalty, progress = self.network, self.penalty, self.progress
        samples, objective, n = job.samples, job.objective, len(job.samples)
        # Where the line search tries out weights, the last iteration's are kept here.
        theta = network.theta.copy()
        reason: Outcome | None = None

        def value_and_gradient(trial: np.ndarray) -> tuple[float, np.ndarray]:
            network.theta[...] = trial
            value = objective(samples, slice(0, n)) / n
            grad = np.asarray(sum(objective.grads), dtype=np.float64)
            weights = trial[: penalty.n_weights]
            grad[: penalty.n_weights] += penalty.l2 * weights
            return value + 0.5 * penalty.l2 * float(weights @ weights), grad

        def after_iteration(found: np.ndarray, value: float) -> bool:
            nonlocal theta, reason
            theta = found
            network.theta[...] = theta
            job.observer.epoch_begins()
            self._within_epoch = True
            reason = self._reason_to_stop(value, job.observer)
            self._within_epoch = False
            return reason is not None

        try:
            solution = minimize_lbfgs(
                value_and_gradient,
                theta,
                l1=penalty.l1,
                n_penalised=penalty.n_weights,
                max_iter=job.epochs,
                max_fun=self.max_fun,
                tol=self.stopping.tol,
                callback=after_iteration,
            )
            theta = solution.theta
        finally:
            network.theta[...] = theta
        progress.loss, progress.first_loss = solution.value, solution.start
        if reason is not None:
            return reason, reason.value
        outcome = Outcome.FAILED
        if solution.converged:
            outcome = Outcome.CONVERGED
        elif solution.exhausted:
            outcome = Outcome.MAX_EPOCHS
        return outcome, solution.message

    def _reason_to_stop(self, loss: float, observer: Observer) -> Outcome | None:
        stopping = self.stopping
        verdict = self._epoch_ended(loss, observer)
        if verdict.stop:
            return Outcome.STOPPED
        if verdict.score is None or not stopping.by_score:
            return None
        stalled = self.progress.stale_epochs > stopping.patience
        return Outcome.CONVERGED if stalled else None
