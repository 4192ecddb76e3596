"""Short trainings of small networks."""

import numpy as np

from skdeep.nn import SGD, ConstantRate, Dense, Network, Serial, SquaredError, Tanh
from skdeep.nn.penalties import ElasticPenalty
from skdeep.nn.schedules import Budget
from skdeep.nn.training import (
    LBFGSTrainer,
    Limits,
    Observer,
    Order,
    Samples,
    Stopping,
    Trainer,
    Update,
    Verdict,
)

LOSS = SquaredError()
NO_LIMITS = Limits()
NEVER = Stopping(tol=-np.inf, patience=np.inf)
NEVER_SATISFIED = Stopping(tol=1e-12, patience=np.inf)


def make_trainer(
    net,
    loss,
    n_samples,
    *,
    optimizer=None,
    strength=0.0,
    l1_ratio=0.0,
    limits=NO_LIMITS,
    schedule=None,
    rate=0.05,
    epochs=10,
    stopping=NEVER,
    batch_size=None,
    seed=0,
    averaging=None,
):
    """Return a trainer of the network, by default with full batches."""
    size = n_samples if batch_size is None else batch_size
    penalty = ElasticPenalty(strength, l1_ratio, net.layout.n_penalised)
    optimizer = SGD() if optimizer is None else optimizer
    return Trainer(
        net,
        loss,
        Update(net, optimizer, penalty, limits),
        ConstantRate() if schedule is None else schedule,
        Budget(rate, -(-n_samples // size), n_samples, epochs),
        stopping,
        batch_size=size,
        rng=np.random.default_rng(seed),
        averaging=averaging,
    )


def make_lbfgs(
    net,
    loss,
    *,
    strength=0.0,
    l1_ratio=0.0,
    stopping=NEVER_SATISFIED,
    max_fun=15000,
    seed=0,
):
    """Return a trainer of the network by L-BFGS."""
    penalty = ElasticPenalty(strength, l1_ratio, net.layout.n_penalised)
    rng = np.random.default_rng(seed)
    return LBFGSTrainer(net, loss, penalty, stopping, max_fun=max_fun, rng=rng)


def train(net, loss, x, y, *, weights=None, epochs=10, shuffle=True, **options):
    """Train the network; return the trainer."""
    trainer = make_trainer(net, loss, len(y), epochs=epochs, **options)
    trainer.run(Samples(x, y, weights), epochs, order=Order(shuffle))
    return trainer


def problem(n_samples=50, n_features=3, n_outputs=2, dtype=np.float64):
    """Draw a regression problem that is not linear."""
    rng = np.random.default_rng(9)
    x = rng.normal(size=(n_samples, n_features))
    y = np.sin(x @ rng.normal(size=(n_features, n_outputs)))
    y += rng.normal(scale=0.1, size=y.shape)
    return x.astype(dtype), y.astype(dtype)


def small_network(*layers, n_features=3, dtype=np.float64, seed=0):
    """Return a network of the layers, by default of one hidden layer."""
    layers = layers or (Dense(5), Tanh(), Dense(2))
    rng = np.random.default_rng(seed)
    return Network(Serial(layers), (n_features,), dtype, rng)


class AfterEpoch(Observer):
    """Calls a function with the loss after each epoch; its result may stop.

    A second function may judge the weights before.
    """

    def __init__(self, function=lambda loss: False, score=lambda: None):
        self.function, self.score = function, score

    def epoch_ended(self, loss):
        return Verdict(self.score(), bool(self.function(loss)))


def weights_by_epoch(trainer, samples, epochs):
    """Train; return the weights after each epoch."""
    seen = []
    observer = AfterEpoch(lambda loss: seen.append(trainer.network.theta.copy()))
    trainer.run(samples, epochs, observer=observer)
    return seen
