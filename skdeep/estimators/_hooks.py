"""What one kind of estimator does its own way."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from skdeep.estimators._hyperparameters import component
from skdeep.nn import Layer, Loss, Network
from skdeep.nn.augmentation import AUGMENTATIONS, Augmentation
from skdeep.nn.training import Order, Samples


class Hooks:
    """The steps of a fit that classifiers, regressors and architectures fill in."""

    shuffle: bool
    augment: str | Augmentation | None
    classes_: np.ndarray
    network_: Network
    _loss: Loss
    _targets: Any
    _numeric_targets: ClassVar[bool] = False
    # Whether predictions have one row for each target, whatever the form of y.
    _by_rows: bool = False

    def _layers(self, n_outputs: int) -> list[Layer]:
        """Return the layers, the output layer included."""
        raise NotImplementedError

    def _make_loss(self) -> Loss:
        """Return the loss, once the targets are known."""
        raise NotImplementedError

    def _learn_targets(self, y: Any, classes: Any) -> None:
        """Set ``_targets`` and the public attributes that tell of them."""
        raise NotImplementedError

    def _check_warm_start(self, y: Any) -> None:
        """Check that targets are of the same kind as in the last fit."""

    def _resample(self, X: Any, y: Any, sample_weight: Any, rng: Any) -> list[Any]:
        """Return the training data that a sampler makes of those given."""
        return [X, y, sample_weight]

    def _learn_priors(self, samples: Samples) -> None:
        """Compare the classes' shares in the data with those that the loss sees."""

    def _order(self, samples: Samples) -> Order:
        """Return the order in which epochs take the samples."""
        return Order(self.shuffle)

    def _augmentation(self) -> Augmentation | None:
        """Return the change of training samples that is asked for."""
        return component(self.augment, AUGMENTATIONS)

    def _learn_class_weights(self, y: Any, sample_weight: Any) -> None:
        """Learn from the training set how much each class counts."""

    def _loss_weights(self, y: Any, sample_weight: Any) -> np.ndarray | None:
        """Return the weights of samples in the loss; None are ones."""
        return sample_weight

    def _start_outputs(self, samples: Samples) -> None:
        """Set the output biases of a new network, if the data tell what suits."""

    def _stratify(self, y: Any) -> Any:
        """Return the classes whose shares a split keeps, or None."""
        return None

    def _metric(self, y: Any, sample_weight: Any) -> Callable[[np.ndarray], float]:
        """Return ``metric(z) -> score`` from raw outputs for validation data."""
        raise NotImplementedError
