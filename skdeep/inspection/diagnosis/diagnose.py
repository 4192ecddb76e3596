"""Say whether a network is too small, too big or badly trained, and what to change."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from skdeep.inspection._unwrap import unwrap
from skdeep.inspection.diagnosis.advice import Advice, advise
from skdeep.inspection.diagnosis.evidence import Evidence, gather
from skdeep.inspection.diagnosis.rules import judge


@dataclass(frozen=True)
class Diagnosis:
    """Result of :func:`diagnose`.

    Attributes
    ----------
    verdict : str
        "underfitting", "overfitting", "good", "unlikely" or "not enough evidence".
    cause : str or None
        What is at fault.
    reasons : tuple of str
        What speaks for it.
    evidence : Series
        All that was measured, by name.
    advice : list of Advice
        What to change, the most promising first; ``advice[0].params`` can be given to
        ``set_params`` of the model that was diagnosed.
    measured : Evidence
        The same as ``evidence``, with the shapes of the curves and the layers.
    """

    verdict: str
    cause: str | None
    reasons: tuple[str, ...]
    evidence: pd.Series
    advice: list[Advice]
    measured: Evidence

    def __str__(self) -> str:
        head = self.verdict if self.cause is None else f"{self.verdict}: {self.cause}"
        lines = [head, *(f"  because {reason}" for reason in self.reasons)]
        for rank, advice in enumerate(self.advice, start=1):
            values = ", ".join(f"{k}={v!r}" for k, v in advice.params.items())
            lines.append(f"  {rank}. {values} ({advice.reason})")
        return "\n".join(lines)

    __repr__ = __str__


def diagnose(
    model: Any,
    X_val: Any = None,
    y_val: Any = None,
    *,
    target_loss: float | None = None,
) -> Diagnosis:
    """Say whether a network is too small, too big or badly trained, and what to change.

    Parameters
    ----------
    model : fitted estimator
        A network of skdeep, or a pipeline, search or
        :class:`~sklearn.compose.TransformedTargetRegressor` around one.
    X_val : array-like, default=None
        Validation data that the model was not fitted to, as ``model.predict`` takes
        them. A few hundred samples are enough. Without them there are the curves of
        the fit alone.
    y_val : array-like, default=None
        Their targets.
    target_loss : float, default=None
        The loss that would be low enough, such as that of a person; in the unit of
        ``loss_curve_``.

    Returns
    -------
    Diagnosis
        Verdict, cause, evidence and advice.

    See Also
    --------
    DiagnosisDisplay : The same as a picture.
    layer_report : Signals and gradients of each layer.

    Notes
    -----
    ==============  ===============  ====================  ========================
    training loss   validation loss  verdict               what to do
    ==============  ===============  ====================  ========================
    high            high             ``underfitting``      mend training, or raise
                                                           capacity
    low             high             ``overfitting``       lower capacity, or
                                                           regularise
    low             low              ``good``              measure on test data
    high            low              ``unlikely``          look for a mistake
    ==============  ===============  ====================  ========================

    Losses are read in units of the trivial loss, that of the best constant prediction.
    A training loss is low if it is below ``target_loss``, or below a quarter of the
    trivial loss; or if neither the permutation test nor another learner, taught on the
    validation data what the network missed, finds anything wrong with it. A gap counts
    if it is more than 0.15 and more than twice its standard error.

    Examples
    --------
    >>> from sklearn.datasets import make_circles
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import diagnose
    >>> X, y = make_circles(800, noise=0.1, factor=0.5, random_state=0)
    >>> linear = MLPClassifier((), learning_rate_init=0.01, tol=1e-3, random_state=0)
    >>> found = diagnose(linear.fit(X[:500], y[:500]), X[500:], y[500:])
    >>> found.verdict, found.cause
    ('underfitting', 'network too small')
    >>> found.advice[0].params
    {'hidden_layer_sizes': (64,), 'early_stopping': True, 'scoring': 'loss'}
    >>> better = linear.set_params(**found.advice[0].params).fit(X[:500], y[:500])
    >>> diagnose(better, X[500:], y[500:]).verdict
    'good'
    """
    if (X_val is None) != (y_val is None):
        given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
        raise ValueError(f"{given} was given without {missing}: give both or none.")
    inside = unwrap(model, X_val, y_val)
    measured = gather(inside.network, inside.X, inside.y, target_loss)
    ruling = judge(measured)
    advice = [
        Advice({_prefixed(inside, name): v for name, v in a.params.items()}, a.reason)
        for a in advise(inside.network, inside.outer, ruling.cause, measured)
    ]
    return Diagnosis(
        ruling.verdict,
        ruling.cause,
        ruling.reasons,
        measured.to_series(),
        advice,
        measured,
    )


def _prefixed(inside: Any, name: str) -> str:
    return name if name == "steps" else inside.prefix + name
