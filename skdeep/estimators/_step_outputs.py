"""Estimators that predict something for every step or pixel, if asked to."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.base import is_classifier

from skdeep.estimators._signal_inputs import SignalInputs
from skdeep.estimators._signals import is_ragged
from skdeep.estimators._steps import (
    STEPS,
    Steps,
    check_sizes,
    read_steps,
    split_rows,
)
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Samples

# What a class for each sample is needed for.
BY_CLASS = ("sampler", "balanced_batches", "prior_correction")


@dataclass(eq=False, repr=False, kw_only=True)
class StepOutputs(SignalInputs):
    """Steps in where targets enter and predictions leave.

    In between, a step is a row like any sample of a table.
    """

    # How errors call what asks for a target at each step, or for one a sample.
    _steps_by: ClassVar[str]
    _one_by: ClassVar[str]

    @abstractmethod
    def _step_axes(self, X: Any) -> int:
        """Return along how many axes of a sample there are outputs; 0 is one each."""

    def _read_targets(self, X: Any, y: Any) -> Any:
        n_axes = self._step_axes(X)
        if n_axes:
            return read_steps(y, n_axes, self._steps_by, self._one_by)
        if is_ragged(y):
            raise ValueError(
                f"y holds an array for each sample: take {self._steps_by} for a "
                "target at each step, or give one value a sample."
            )
        return y

    def _validate(self, X, y, reset):
        return super()._validate(X, self._read_targets(X, y), reset)

    def _check_data(self, X, y, reset):
        if not isinstance(y, Steps):
            return super()._check_data(X, y, reset)
        X, _ = super()._check_data(X, np.zeros(len(y)), reset)
        check_sizes(y, X)
        return X, y

    def _check_classes(self, X, y, classes):
        super()._check_classes(X, _rows(self._read_targets(X, y)), classes)

    def _check_warm_start(self, y):
        super()._check_warm_start(_rows(y))

    def _learn_targets(self, y, classes):
        if isinstance(y, Steps):
            self._check_steps()
        super()._learn_targets(_rows(y), classes)

    def _check_steps(self) -> None:
        for name in BY_CLASS:
            value = getattr(self, name, None)
            if value not in (None, False):
                raise ValueError(
                    f"{name}={value!r} needs one class a sample, and there is one a "
                    f"step ({self._steps_by}): set {name} to its default, and use "
                    "class_weight, which counts steps."
                )
        augmentation = self._augmentation()
        if augmentation is not None and not augmentation.keeps_places:
            raise ValueError(
                f"augment={self.augment!r} moves or mixes samples whose steps have "
                f"targets of their own ({self._steps_by}), which would stay where they "
                "are: take one that changes values in their places, such as 'noise'."
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

    def _prepare_network(self, X, rng, resumes):
        super()._prepare_network(X, rng, resumes)
        plan = self.network_.plan
        self._compare(plan.input_shape[:-1], plan.output_shape[:-1])

    def _check_sizes(self, X):
        super()._check_sizes(X)
        sizes = X.sizes if isinstance(X, Ragged) else np.array([X.shape[1:-1]])
        after = self.network_.layer.sizes_after(sizes)
        if after is not None:
            for before, now in zip(sizes.tolist(), after.tolist(), strict=True):
                self._compare(tuple(before), tuple(now))

    def _compare(self, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        """Check that as many steps or pixels leave the layers as entered them."""
        if after and after != before:
            given, found = (" x ".join(map(str, sizes)) for sizes in (before, after))
            raise ValueError(
                f"The layers make {found} {STEPS[len(before)]}s of {given}, and there "
                "has to be an output for each: keep the size by padding='same' and "
                "strides of 1, or bring it back by ConvTranspose or Upsample; for one "
                f"value a sample, take {self._one_by}."
            )

    def _predict(self, X, decode):
        z = self._raw_output(X)
        if isinstance(z, Ragged):
            values = decode(z.rows())
            return values if self._by_rows else split_rows(values, z.sizes)
        values = decode(z.reshape(-1, z.shape[-1]))
        if self._by_rows or z.ndim == 2:
            return values
        return values.reshape(*z.shape[:-1], *values.shape[1:])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy, or the coefficient of determination.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...), or list of arrays
            The input data.
        y : array-like of shape (n_samples,), or with a value for each step or pixel
            True targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.

        Returns
        -------
        float
            Over samples, or over all steps or pixels that are there.
        """
        steps = self._read_targets(X, y)
        if not isinstance(steps, Steps):
            return super().score(X, y, sample_weight)
        from sklearn.metrics import accuracy_score, r2_score

        check_sizes(steps, self._read(X))
        if sample_weight is not None:
            sample_weight = steps.repeat(np.asarray(sample_weight))
        score = accuracy_score if is_classifier(self) else r2_score
        predicted = self.predict(X)
        return score(
            steps.rows,
            _rows(self._read_targets(X, predicted)),
            sample_weight=sample_weight,
        )


def _rows(y: Any) -> Any:
    return y.rows if isinstance(y, Steps) else y
