"""Whether predictions tell anything of y, and whether they tell all there is."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skdeep.nn import Loss
from skdeep.nn.compute import Buffers
from skdeep.nn.training import Samples

Losses = Callable[..., np.ndarray]

# Of 100 networks that learned of noise, one passes for one that learned something.
CHANCE = 0.01
PERMUTATIONS = 500
# Samples, and numbers per sample, that are looked at.
MAX_SAMPLES = 2000
MAX_FEATURES = 4000
# Fewer samples than this tell nothing.
MIN_SAMPLES = 40
STEPS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


def chance_of_no_signal(losses: Losses, z: np.ndarray, targets: np.ndarray) -> float:
    """Return how likely so low a loss is if outputs and targets are unrelated.

    A permutation test [1]_: if they are, any other pairing of outputs with targets is
    as good.

    Parameters
    ----------
    losses : callable
        ``losses(z, targets)``, one for each sample.
    z : ndarray of shape (n_samples, n_outputs)
        Raw outputs.
    targets : ndarray
        As the loss takes them.

    Returns
    -------
    float
        At least 1 / 501.

    References
    ----------
    .. [1] M. Ojala and G. Garriga, "Permutation tests for studying classifier
       performance", JMLR 11, 2010.
    """
    rng = np.random.default_rng(0)
    z, targets = z[:MAX_SAMPLES], targets[:MAX_SAMPLES]
    found = losses(z, targets).mean()
    # Rounding must not tell equal losses apart.
    bound = found + 1e-9 * abs(found)
    as_low = sum(
        losses(z, rng.permutation(targets)).mean() <= bound for _ in range(PERMUTATIONS)
    )
    return float((1 + as_low) / (1 + PERMUTATIONS))


def missed_structure(
    loss: Loss, losses: Losses, samples: Samples, z: np.ndarray
) -> tuple[float, float] | None:
    """Return how much of the loss another learner can explain, and its standard error.

    Extremely randomised trees are taught the slope of the loss, as in a step of
    gradient boosting [1]_, by cross-validation: what they predict of samples that they
    have not seen, the network could have learned.

    Parameters
    ----------
    loss : Loss
        Loss of each sample.
    losses : callable
        ``losses(z)``, one for each sample.
    samples : Samples
        Validation data as the network takes them.
    z : ndarray of shape (n_samples, n_outputs)
        Raw outputs.

    Returns
    -------
    (float, float) or None
        None if there are too few samples, or they are no arrays of moderate size.

    References
    ----------
    .. [1] J. Friedman, "Greedy function approximation: a gradient boosting machine",
       Annals of Statistics 29, 2001.
    """
    X: Any = samples.inputs
    if not isinstance(X, np.ndarray) or not np.isfinite(z).all():
        return None
    X = X.reshape(len(X), -1)
    if len(X) < MIN_SAMPLES or X.shape[1] > MAX_FEATURES:
        return None
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.model_selection import KFold, cross_val_predict

    some = np.unique(np.linspace(0, len(X) - 1, min(len(X), MAX_SAMPLES)).astype(int))
    scratch = Buffers(z.dtype)
    _, slope = loss.value_and_gradient(z.copy(), samples.targets, scratch)
    trees = ExtraTreesRegressor(
        100, min_samples_leaf=5, max_features=min(X.shape[1], 32), random_state=0
    )
    folds = KFold(5, shuffle=True, random_state=0)
    taught = -slope[some] if slope.shape[1] > 1 else -slope[some, 0]
    descent = np.zeros_like(z)
    descent[some] = cross_val_predict(trees, X[some], taught, cv=folds).reshape(
        len(some), -1
    )
    before = losses(z)[some]
    gains = [before - losses(z + size * descent)[some] for size in STEPS]
    best = max(gains, key=lambda gain: float(gain.mean()))
    error = best.std(ddof=1) / len(best) ** 0.5
    return float(best.mean()), float(error)


def significant(gain: tuple[float, float] | None) -> float:
    """Return a gain if it is more than twice its standard error, else 0.

    Parameters
    ----------
    gain : (float, float) or None
        Gain and standard error.

    Returns
    -------
    float
        At least 0.
    """
    return 0.0 if gain is None or gain[0] < 2 * gain[1] else max(gain[0], 0.0)
