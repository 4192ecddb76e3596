"""Classes that are not equally frequent: weights, samplers, priors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from skdeep.estimators._hooks import Hooks
from skdeep.estimators._sampling import NAMES, class_shares, logit_shift, resample
from skdeep.estimators._validation import (
    NOTHING,
    YES_NO,
    Choice,
    Having,
    Instance,
    Rule,
)
from skdeep.nn.training import BalancedOrder


@dataclass(eq=False, repr=False, kw_only=True)
class ImbalanceMixin(Hooks):
    """What a classifier can do about rare classes."""

    class_weight: Mapping[Any, float] | list[Mapping[Any, float]] | str | None = None
    sampler: Any = None
    balanced_batches: bool = False
    prior_correction: bool = False

    _imbalance_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        "class_weight": (
            NOTHING,
            Choice(("balanced",)),
            Instance((Mapping, list), "a dict from class to weight (a list of them)"),
        ),
        "sampler": (
            Choice((None, *NAMES)),
            Having("fit_resample", "a sampler with fit_resample"),
        ),
        "balanced_batches": (YES_NO,),
        "prior_correction": (YES_NO,),
    }

    def _check_exclusive(self):
        for name in ("sampler", "balanced_batches", "prior_correction"):
            value = getattr(self, name)
            if value not in (None, False) and self._targets.kind == "multilabel":
                raise ValueError(
                    f"{name}={value!r} needs classes that exclude each other, and y "
                    f"is an indicator matrix of labels: set {name} to its default."
                )

    def _resample(self, X, y, sample_weight, rng):
        self._check_exclusive()
        if self.prior_correction:
            classes = self._targets.encode(y, np.intp).ravel()
            n_classes = len(self.classes_)
            self._given_shares = class_shares(classes, sample_weight, n_classes)
        return resample(self.sampler, X, y, sample_weight, rng)

    def _learn_priors(self, samples):
        self._logit_shift = None
        if self.prior_correction:
            classes = samples.targets.astype(np.intp).ravel()
            shares = class_shares(classes, samples.weights, len(self.classes_))
            if self.balanced_batches:
                # Every class comes as often as any other, with its mean weight.
                shares /= class_shares(classes, None, len(self.classes_))
                shares /= shares.sum()
            shift = logit_shift(self._given_shares, shares)
            self._logit_shift = shift.astype(self.network_.dtype)

    def _order(self, samples):
        if not self.balanced_batches:
            return super()._order(samples)
        return BalancedOrder(samples.targets.astype(np.intp).ravel())

    def _learn_class_weights(self, y, sample_weight):
        self._targets.learn_class_weights(self.class_weight, y, sample_weight)

    def _loss_weights(self, y, sample_weight):
        weights = self._targets.class_weights(y)
        if weights is None:
            return sample_weight
        if sample_weight is not None:
            weights = weights * sample_weight
        if not np.any(weights):
            raise ValueError(
                "class_weight times sample_weight leaves no sample with a weight: "
                "give the classes that there are weights above 0."
            )
        return weights.astype(self.network_.dtype)
