"""Base class of all estimators: fit, and the way from X to predictions."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import check_is_fitted

from skdeep._learned import restore
from skdeep._links import LinkedToDocumentation
from skdeep._words import explain_sizes
from skdeep.estimators._data import (
    Data,
    check_weights,
    hold_out,
    make_validation,
    read_validation_data,
)
from skdeep.estimators._hyperparameters import TrainingHyperparameters
from skdeep.estimators._imbalance import Imbalance
from skdeep.estimators._record import (
    EpochObserver,
    describe_data,
    record_curves,
    report,
)
from skdeep.estimators._rules import (
    check_combinations,
    check_hyperparameters,
    check_layers,
    in_plain_words,
)
from skdeep.estimators._training import (
    component,
    count_epochs,
    make_generator,
    make_trainer,
)
from skdeep.estimators.protocols import Inputs, Targets, plan_layers
from skdeep.nn import AUGMENTATIONS, Layer, Network
from skdeep.nn.training import BaseTrainer

# X_val, y_val, sample_weight_val.
Given = tuple[Any, Any, Any]
NOTHING_GIVEN: Given = (None, None, None)


class BaseNetwork(
    CallbackSupportMixin,
    LinkedToDocumentation,
    TrainingHyperparameters,
    BaseEstimator,
):
    """Base of all estimators: a network with inputs and targets."""

    inputs_: Any
    targets_: Any
    network_: Network
    _trainer: BaseTrainer | None
    # Whether a fit is meant to take all epochs, as its learning rate ends at 0.
    _ends_by_schedule: ClassVar[bool] = False
    # What to do, in errors, to predict more than one value for each sample.
    _one_value_each: ClassVar[str] = (
        "give one, or take an RNNClassifier or RNNRegressor for one at every step"
    )

    @staticmethod
    def _auto_batch_size(n_samples: int) -> int:
        """Return the meaning of batch_size='auto'."""
        return min(200, n_samples)

    def _make_inputs(self) -> Inputs:
        """Return what turns X into arrays, not fitted."""
        raise NotImplementedError

    def _make_targets(self, X: Any) -> Targets:
        """Return what turns y into targets of X as its inputs have read it."""
        return self._row_targets()

    def _row_targets(self) -> Targets:
        """Return targets of samples, or of steps if these have targets of their own."""
        raise NotImplementedError

    def _make_layers(self, n_outputs: int, input_shape: tuple[int, ...]) -> list[Layer]:
        """Return the layers of the architecture, the output layer included."""
        raise NotImplementedError

    def _network_shape(self, shape: Any, n_outputs: int) -> Any:
        """Return the shape of a sample with what the network is shown of y."""
        return shape

    def _make_imbalance(self) -> Imbalance:
        """Return what is done about rare classes."""
        return Imbalance()

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what input is accepted."""
        tags = super().__sklearn_tags__()
        self._make_inputs().describe(tags.input_tags)
        return tags

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        given: Given = NOTHING_GIVEN,
        *,
        groups: Any = None,
        incremental: bool = False,
        classes: Any = None,
    ) -> Self:
        check_hyperparameters(self)
        before = dict(vars(self))
        try:
            with in_plain_words(self):
                return self._fit_network(
                    X, y, sample_weight, given, groups, incremental, classes
                )
        except Exception as error:
            restore(self, before)
            explain_sizes(error)
            raise

    def _fit_network(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        given: Given,
        groups: Any,
        incremental: bool,
        classes: Any,
    ) -> Self:
        check_combinations(self, given, incremental)
        resumes = hasattr(self, "network_") and (incremental or self.warm_start)
        rng = make_generator(self.random_state)

        data = self._read(X, y, sample_weight, resumes, incremental, classes)
        imbalance, inputs, targets = self._make_imbalance(), self.inputs_, self.targets_
        imbalance.check(targets)
        augmentation = inputs.adapt(component(self.augment, AUGMENTATIONS))
        targets.check_augmentation(augmentation)
        self._build(data, rng, resumes, incremental)

        train, validation_data = self._hold_out(data, given, groups, rng)
        # Of a large table, one copy less.
        del data
        inputs.learn(train.X, train.weights)
        resampled = imbalance.resample(train, rng, inputs)
        targets.weigh(resampled.y, resampled.weights)
        dtype = self.network_.dtype
        samples, weight_sum = targets.samples(
            inputs.encode(resampled.X, dtype), resampled.y, resampled.weights, dtype
        )
        shares = imbalance.shares(targets, train, samples)
        self.logit_shift_ = imbalance.logit_shift(shares)
        validation = None
        if validation_data is not None:
            weights = imbalance.validation_weights(
                targets, validation_data, shares, dtype
            )
            validation = make_validation(self, validation_data, weights)
        if not resumes:
            self._start_outputs(targets.starting_outputs(samples))
            self.record_ = describe_data(self, samples, weight_sum, validation)
            self.trivial_loss_ = self.record_["trivial_loss"]

        context, n_epochs = None, count_epochs(self, len(samples))
        arguments = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}
        if not incremental:
            context = self._init_callback_context(max_subtasks=n_epochs)
        observer = EpochObserver(self, validation, context, arguments)
        trainer = make_trainer(
            self,
            self.network_,
            targets.loss,
            n_samples=len(samples),
            weight_sum=weight_sum,
            augmentation=augmentation,
            has_validation=validation is not None,
            rng=rng,
        )
        if incremental:
            trainer.carry_on(self._trainer)
        self._trainer, self._keep_trainer = trainer, incremental or self.warm_start
        order = imbalance.order(samples) or inputs.order(samples, self.shuffle)
        result = trainer.run(samples, 1 if incremental else n_epochs, observer, order)

        record_curves(self, observer, result)
        report(self, samples, result, incremental)
        if context is not None:
            context.call_on_fit_task_end(
                estimator=self, reconstruction_attributes=dict, **arguments
            )
        return self

    def _read(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        resumes: bool,
        incremental: bool,
        classes: Any,
    ) -> Data:
        """Check the data; set inputs and targets, which learn what y is."""
        inputs = self._make_inputs()
        if resumes:
            inputs.carry_on(self.inputs_)
        arrays = inputs.read(X, self, self._read_dtype(resumes), reset=not resumes)
        targets = self._make_targets(arrays)
        if resumes:
            targets.carry_on(self.targets_)
        y_read = targets.read(y, arrays, self)
        if sample_weight is not None:
            sample_weight = check_weights(
                sample_weight, arrays, targets, "sample_weight"
            )
            if not resumes:
                arrays = inputs.count_out(arrays, sample_weight == 0)
        if resumes:
            targets.check_again(y_read, classes, incremental)
        else:
            targets.learn(y_read, classes, incremental)
        self.inputs_, self.targets_ = inputs, targets
        asks = self.scoring not in (None, "loss")
        return Data(arrays, y_read, sample_weight, (X, y) if asks else None)

    def _read_dtype(self, resumes: bool) -> Any:
        if resumes:
            return self.network_.dtype
        if self.dtype != "auto":
            return np.dtype(self.dtype)
        return (np.float64, np.float32)

    def _network_dtype(self, X: Any) -> np.dtype:
        return X.dtype if self.dtype == "auto" else np.dtype(self.dtype)

    def _build(
        self, data: Data, rng: np.random.Generator, resumes: bool, incremental: bool
    ) -> None:
        """Make the network, or bring the layers of the present one up to date."""
        n_outputs = self.targets_.n_outputs
        layers, shape = plan_layers(self, data.X.shape[1:], n_outputs, self.inputs_)
        check_layers(self, layers, shape, data.X.shape[0])
        if not (resumes and incremental):
            self.best_validation_score_: float | None = None
        if resumes:
            if not self.network_.replace_layers(layers):
                raise ValueError(
                    "The layers have changed since the last fit, whose weights "
                    "warm_start=True and partial_fit go on with: undo the change, or "
                    "start anew by fit with warm_start=False."
                )
        else:
            self.network_ = Network(layers, shape, self._network_dtype(data.X), rng)
            self.n_outputs_ = n_outputs
            self.out_activation_ = self.targets_.loss.link
            self.t_ = 0
            self.loss_curve_: list[float] = []
            self.validation_loss_curve_: list[float] | None = None
            self.validation_scores_: list[float] | None = None
            self._trainer = None
        self.inputs_.check_network(data.X, self)
        self.targets_.check_network(self.network_, data.X)

    def _holds_out(self, n_samples: int) -> bool:
        """Tell whether a part of the training data is held out."""
        return bool(self.early_stopping) and self.solver != "lbfgs"

    def _hold_out(
        self, data: Data, given: Given, groups: Any, rng: Any
    ) -> tuple[Data, Data | None]:
        X_val, y_val, weight_val = given
        if X_val is not None:
            return data, read_validation_data(self, X_val, y_val, weight_val)
        if not self._holds_out(data.X.shape[0]):
            return data, None
        stratify = self.targets_.stratify(data.y)
        return hold_out(data, self.validation_fraction, stratify, groups, rng)

    def _start_outputs(self, constant: Any) -> None:
        if constant is not None and getattr(self, "initializer", "auto") == "auto":
            self.intercepts_[-1][...] = constant

    def _predict(self, X: Any, decode: Callable[[Any], Any]) -> Any:
        """Check X and return what ``decode`` makes of the raw outputs."""
        check_is_fitted(self)
        network, inputs = self.network_, self.inputs_
        X = inputs.read(X, self, network.dtype)
        self.targets_.check_network(network, X)
        z = self.targets_.forward(network, inputs.encode(X, network.dtype))
        z = self.targets_.loss.combine(z)
        return decode(z if self.logit_shift_ is None else z + self.logit_shift_)

    def _score(
        self, metric: Callable[..., float], X: Any, y: Any, sample_weight: Any
    ) -> float:
        """Return a metric of scikit-learn over samples, steps or pixels."""
        check_is_fitted(self)
        arrays = self.inputs_.read(X, self, self.network_.dtype)
        y = self.targets_.read(y, arrays, self)
        if sample_weight is not None:
            sample_weight = check_weights(
                sample_weight, arrays, self.targets_, "sample_weight", np.float64
            )
        predicted = self.targets_.read(self.predict(X), arrays, self)
        _, y, sample_weight = self.targets_.by_rows(y, sample_weight)
        _, predicted, _ = self.targets_.by_rows(predicted, None)
        try:
            # scikit-learn looks for whole numbers by a cast.
            with np.errstate(invalid="ignore"):
                return metric(y, predicted, sample_weight=sample_weight)
        except TypeError as error:
            raise ValueError(
                f"y cannot be compared with what {type(self).__name__} predicts "
                f"({error}): give targets of the kind that fit was given."
            ) from error

    def __sklearn_is_fitted__(self) -> bool:
        """Tell whether there are weights."""
        return hasattr(self, "network_")

    def __getstate__(self) -> dict[str, Any]:
        """Leave the optimizer's memory out, unless training is to be continued."""
        state: dict[str, Any] = dict(super().__getstate__())
        if not state.get("_keep_trainer"):
            state["_trainer"] = None
        # A snapshot of a callback has it, and with it the data.
        state.pop("training_", None)
        return state

    def _arrays(self, name: str) -> list[np.ndarray]:
        network = vars(self).get("network_")
        if network is None:
            raise AttributeError(
                f"{type(self).__name__} has no weights before it is fitted."
            )
        return network.parameters(name)

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weight matrices, shape (n_inputs, n_units) each, from first to last.

        They are the network's own memory: writing into them changes the model.
        """
        return self._arrays("weight")

    @coefs_.setter
    def coefs_(self, values: Iterable[Any]) -> None:
        for old, new in zip(self.coefs_, values, strict=True):
            old[...] = new

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases, shape (n_units,) each, of the layers that ``coefs_`` lists."""
        self._arrays("weight")
        views = (view.arrays for view in self.network_.params.walk())
        # Normalisation has a gain beside its bias.
        return [v["bias"] for v in views if "bias" in v and "gain" not in v]

    @intercepts_.setter
    def intercepts_(self, values: Iterable[Any]) -> None:
        for old, new in zip(self.intercepts_, values, strict=True):
            old[...] = new

    @property
    def history_(self) -> Any:
        """Loss of each epoch, and loss and score of validation data, a DataFrame."""
        if "network_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no history before a fit.")
        # Here, as pandas is slow to import.
        import pandas as pd

        curves = {
            "loss": self.loss_curve_,
            "validation_loss": self.validation_loss_curve_,
            "validation_score": self.validation_scores_,
        }
        n_epochs = len(self.loss_curve_)
        columns = {
            # Epochs without validation data come first.
            name: [np.nan] * (n_epochs - len(curve)) + list(curve)
            for name, curve in curves.items()
            if curve is not None
        }
        epochs = pd.RangeIndex(1, n_epochs + 1, name="epoch")
        return pd.DataFrame(columns, index=epochs)

    @property
    def n_layers_(self) -> int:
        """Number of layers of units, input and output included."""
        return len(self.coefs_) + 1

    @property
    def sparsity_(self) -> float:
        """Share of penalised weights that are exactly zero, biases aside."""
        self._arrays("weight")
        weights = self.network_.theta[: self.network_.layout.n_penalised]
        return np.count_nonzero(weights == 0) / weights.size
