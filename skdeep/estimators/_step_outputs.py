"""Estimators that predict something for every step of a sequence, if asked to."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.base import is_classifier

from skdeep.estimators._signal_inputs import SignalInputs
from skdeep.estimators._signals import is_ragged
from skdeep.estimators._steps import Steps, check_lengths, read_steps
from skdeep.estimators._validation import YES_NO, Rule
from skdeep.nn.augmentation import AUGMENTATIONS, MixUp
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Samples

# What a class for each sample is needed for.
BY_CLASS = ("sampler", "balanced_batches", "prior_correction")


@dataclass(eq=False, repr=False, kw_only=True)
class StepOutputs(SignalInputs):
    """Steps in where targets enter and predictions leave.

    In between, a step is a row like any sample of a table.
    """

    return_sequences: bool = False

    _step_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        "return_sequences": (YES_NO,),
    }

    def _validate(self, X, y, reset):
        if self.return_sequences:
            y = read_steps(y)
        elif is_ragged(y):
            raise ValueError(
                "y holds an array for each sample: set return_sequences=True for a "
                "target at each step, or give one value a sample."
            )
        return super()._validate(X, y, reset)

    def _check_data(self, X, y, reset):
        if not isinstance(y, Steps):
            return super()._check_data(X, y, reset)
        X, _ = super()._check_data(X, np.zeros(len(y)), reset)
        check_lengths(y, X)
        return X, y

    def _check_classes(self, y, classes):
        if self.return_sequences:
            y = read_steps(y).rows
        super()._check_classes(y, classes)

    def _check_warm_start(self, y):
        super()._check_warm_start(_rows(y))

    def _learn_targets(self, y, classes):
        if self.return_sequences:
            self._check_steps()
        super()._learn_targets(_rows(y), classes)

    def _check_steps(self) -> None:
        for name in BY_CLASS:
            value = getattr(self, name, None)
            if value not in (None, False):
                raise ValueError(
                    f"{name}={value!r} needs one class a sample, and "
                    f"return_sequences=True gives one a step: set {name} to its "
                    "default, and use class_weight, which counts steps."
                )
        augment = self.augment
        if isinstance(augment, str):
            augment = AUGMENTATIONS[augment]()
        if any(isinstance(a, MixUp) for a in getattr(augment, "inner", [augment])):
            raise ValueError(
                f"augment={self.augment!r} mixes samples whose steps have targets of "
                "their own (return_sequences=True): leave mixup out."
            )

    def _stratify(self, y):
        return None if isinstance(y, Steps) else super()._stratify(y)

    def _learn_class_weights(self, y, sample_weight):
        if isinstance(y, Steps):
            sample_weight = y.repeat(sample_weight)
        super()._learn_class_weights(_rows(y), sample_weight)

    def _samples(self, X, y, sample_weight):
        if not isinstance(y, Steps):
            return super()._samples(X, y, sample_weight)
        rows, weight_sum = super()._samples(X, y.rows, y.repeat(sample_weight))
        # Such that the weights of all steps add up to the number of samples.
        share = len(X) / len(y.rows)
        if rows.weights is None:
            weights: Any = np.full(len(y), share, self.network_.dtype)
            weight_sum = float(len(y.rows))
        else:
            weights = y.split(rows.weights * rows.weights.dtype.type(share))
        return Samples(X, y.split(rows.targets), weights), weight_sum

    def _holdout(self, X, y, sample_weight):
        if isinstance(y, Steps):
            y, sample_weight = y.rows, y.repeat(sample_weight)
        return super()._holdout(X, y, sample_weight)

    def _check_output_shape(self, shape):
        if not self.return_sequences:
            super()._check_output_shape(shape)

    def _predict(self, X, decode):
        z = self._raw_output(X)
        if not isinstance(z, Ragged) and z.ndim == 2:
            return decode(z)
        if isinstance(z, Ragged):
            values, lengths = decode(z.rows()), z.sizes[:, 0]
        else:
            values, lengths = decode(z.reshape(-1, z.shape[-1])), None
        if self._by_rows:
            return values
        if lengths is None:
            return values.reshape(*z.shape[:2], *values.shape[1:])
        return np.split(values, np.cumsum(lengths)[:-1])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy, or the coefficient of determination.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps, n_channels), or list of arrays
            The input data.
        y : array-like of shape (n_samples,), or with return_sequences one value a step
            True targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.

        Returns
        -------
        float
            Over samples, or with return_sequences over all steps that are there.
        """
        if not self.return_sequences:
            return super().score(X, y, sample_weight)
        from sklearn.metrics import accuracy_score, r2_score

        steps = read_steps(y)
        check_lengths(steps, self._read(X))
        if sample_weight is not None:
            sample_weight = steps.repeat(np.asarray(sample_weight))
        score = accuracy_score if is_classifier(self) else r2_score
        predicted = self.predict(X)
        return score(
            steps.rows, _rows(read_steps(predicted)), sample_weight=sample_weight
        )


def _rows(y: Any) -> Any:
    return y.rows if isinstance(y, Steps) else y
