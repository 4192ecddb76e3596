"""L-BFGS: the whole training set at every step, for small data."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
from scipy.optimize import OptimizeResult, minimize

ValueAndGradient = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Solution:
    """Result of L-BFGS.

    Attributes
    ----------
    theta : ndarray of shape (n_parameters,)
        Weights at the minimum.
    value : float
        Objective there.
    n_iter : int
        Iterations taken.
    converged : bool
        Whether it stopped by itself.
    exhausted : bool
        Whether a bound on iterations or evaluations stopped it.
    message : str
        Why it stopped.
    start : float
        Objective at the starting point.
    """

    theta: np.ndarray
    value: float
    n_iter: int
    converged: bool
    exhausted: bool
    message: str
    start: float


def minimize_lbfgs(
    objective: ValueAndGradient,
    theta: np.ndarray,
    *,
    l1: float = 0.0,
    n_penalised: int = 0,
    max_iter: int = 200,
    max_fun: int = 15000,
    tol: float = 1e-4,
    callback: Callable[[np.ndarray, float], bool] | None = None,
) -> Solution:
    """Minimise ``objective(theta) + l1 |theta[:n_penalised]|`` by L-BFGS-B [1]_.

    With ``l1``, penalised weights are split into positive parts, w = u - v with
    u, v >= 0, which makes the penalty linear and its zeros exact.

    Parameters
    ----------
    objective : callable
        ``objective(theta) -> (value, gradient)``, the smooth part.
    theta : ndarray of shape (n_parameters,)
        Starting point.
    l1 : float, default=0.0
        Strength of the absolute penalty.
    n_penalised : int, default=0
        How many leading weights it applies to.
    max_iter, max_fun : int
        Bounds on iterations and on evaluations of the objective.
    tol : float, default=1e-4
        Bound on the largest entry of the projected gradient.
    callback : callable or None, default=None
        Called with weights and value after every iteration; a true result stops.

    Returns
    -------
    Solution
        The minimum and how it was found.

    References
    ----------
    .. [1] C. Zhu et al., "L-BFGS-B: Fortran subroutines for large-scale
       bound-constrained optimization", ACM TOMS 23, 1997.
    """
    k = n_penalised if l1 else 0

    def join(x: np.ndarray) -> np.ndarray:
        theta = x[k:].copy()
        theta[:k] -= x[:k]
        return theta

    at_start = nan

    def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal at_start
        value, gradient = objective(join(x))
        if k:
            value += l1 * x[: 2 * k].sum()
            gradient = np.concatenate([l1 - gradient[:k], gradient])
            gradient[k : 2 * k] += l1
        if isnan(at_start):
            at_start = value
        return value, gradient

    # SciPy passes the value along to a callback whose argument has this name.
    def on_iteration(intermediate_result: OptimizeResult) -> None:
        found = intermediate_result
        if callback is not None and callback(join(found.x), float(found.fun)):
            raise StopIteration

    start = np.asarray(theta, dtype=np.float64)
    bounds = None
    if k:
        # Layout of x: negative parts, positive parts, weights without penalty.
        negative, positive = np.maximum(-start[:k], 0), np.maximum(start[:k], 0)
        start = np.concatenate([negative, positive, start[k:]])
        bounds = [(0, None)] * (2 * k) + [(None, None)] * (len(start) - 2 * k)
    found = minimize(
        value_and_gradient,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        callback=on_iteration,
        options={
            "maxiter": max_iter,
            "maxfun": max_fun,
            "gtol": tol,
            # SciPy's default, unless so fine a tol needs a finer bound on progress.
            "ftol": min(2.2e-9, tol**2),
        },
    )
    return Solution(
        join(found.x),
        float(found.fun),
        found.nit,
        found.success,
        found.status == 1,
        str(found.message),
        float(at_start),
    )
