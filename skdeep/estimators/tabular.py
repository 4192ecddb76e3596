"""Networks for raw tables, with the accuracy of the best networks known for them."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from math import inf
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.callback import with_callbacks
from sklearn.metrics import accuracy_score

from skdeep._documented import documented
from skdeep.architectures.tabular import batch_size_for, epochs_for, tabular
from skdeep.estimators._bagging import fit_again, fit_bags
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._rules import (
    NOTHING,
    YES_NO,
    Choice,
    Columns,
    Instance,
    Integer,
    Number,
    Sizes,
    as_sizes,
    check_hyperparameters,
    hyperparameter,
    with_default,
)
from skdeep.estimators.inputs import EncodedTable
from skdeep.estimators.targets import Labels
from skdeep.nn import ACTIVATIONS, Averaging, Layer, Schedule

# Of fewer rows, a part says too little about the best epoch to do without it, and
# single precision saves no time.
ENOUGH_TO_HOLD_OUT = 200


@dataclass(eq=False, repr=False)
class Tabular(BaseNetwork):
    """Hyperparameters of a network for tables, and what they stand for."""

    hidden_layer_sizes: int | Sequence[int] = hyperparameter(
        (256, 256, 256),
        Integer(1),
        Sizes(),
        text="""int or array-like of int
        Units of each hidden layer. What a search tunes first, with ``n_members`` and
        ``max_iter``.
        """,
    )
    _: KW_ONLY
    activation: str | Layer = hyperparameter(
        "selu",
        Choice(tuple(ACTIVATIONS)),
        Instance(Layer, "a layer of skdeep.nn"),
        text="""str or Layer
        Function of the hidden units, as in :class:`MLPClassifier`.
        """,
    )
    dropout: float = hyperparameter(
        0.0,
        Number(0, 1, "left"),
        text="""float
        Share of hidden units silenced at random at every training step.
        """,
    )
    numerical_embedding: str | None = hyperparameter(
        "periodic",
        Choice((None, "periodic")),
        text="""{'periodic'} or None
        What numbers become before the first layer: 'periodic' adds three learned
        periodic features of each [1]_.
        """,
    )
    n_members: int = hyperparameter(
        1,
        Integer(1),
        text="""int
        Members of the network, which share their weights but for a gain per feature
        and an output of their own; the prediction is their mean [2]_. With 8 members
        of two layers of 128 the error is lower, at two to three times the cost.
        """,
    )
    n_ensembles: int = hyperparameter(
        1,
        Integer(1),
        text="""int
        Networks that are trained apart, each with another part of the samples held
        out; the prediction is their mean. Each sample is held out once, which gives
        ``oob_score_``.
        """,
    )
    refit: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether to train once more, on all samples, for as many epochs as were best by
        the part held out. Curves and scores stay those of the first training.
        """,
    )
    n_jobs: int | None = hyperparameter(
        None,
        NOTHING,
        Integer(-(2**31)),
        text="""int or None
        Processes that train the networks of ``n_ensembles``, as in joblib.
        """,
    )
    categorical_features: Any = hyperparameter(
        "from_dtype",
        NOTHING,
        Choice(("from_dtype",)),
        Columns(),
        text="""'from_dtype', array-like or None
        Which columns are categories. 'from_dtype': strings, categories, objects and
        bools; or names, positions or a mask of the columns that are; None is none.
        """,
    )
    max_one_hot: int = hyperparameter(
        9,
        Integer(0),
        text="""int
        Columns of up to so many categories become one-hot, those of more become
        learned vectors.
        """,
    )
    embedding_dim: int | str = hyperparameter(
        8,
        Choice(("auto",)),
        Integer(1),
        text="""int or 'auto'
        Length of those vectors. 'auto' is ``min(50, round(1.6 * n ** 0.56))`` for a
        column of n categories, missing and unseen included.
        """,
    )
    alpha: float = with_default(BaseNetwork, "alpha", 0.0)
    learning_rate: str | Schedule | Any = with_default(
        BaseNetwork, "learning_rate", "flat_cosine"
    )
    learning_rate_init: float = with_default(BaseNetwork, "learning_rate_init", 0.04)
    max_iter: int | Literal["auto"] = hyperparameter(  # type: ignore[assignment]
        "auto",
        Choice(("auto",)),
        Integer(1),
        kw_only=True,
        text="""int or 'auto'
        Number of epochs, over which the learning rate is planned. 'auto' is 64 up to
        50,000 training samples, and less beyond, down to 32 from 100,000 on.
        """,
    )
    tol: float = with_default(BaseNetwork, "tol", 0.0)
    early_stopping: bool | str = hyperparameter(
        "auto",
        YES_NO,
        Choice(("auto",)),
        kw_only=True,
        text="""bool or 'auto'
        Whether a part of the samples is held out, and the weights of the epoch that
        predicts it best are restored. 'auto' does so from 200 samples on.
        """,
    )
    dtype: str = hyperparameter(
        "auto",
        Choice(("auto", "float32", "float64")),
        kw_only=True,
        text="""{'auto', 'float32', 'float64'}
        Type of weights and arithmetic. 'auto' is float32 from 200 samples on.
        """,
    )
    validation_fraction: Any = with_default(BaseNetwork, "validation_fraction", 0.2)
    n_iter_no_change: float = with_default(BaseNetwork, "n_iter_no_change", inf)
    beta_2: float = with_default(BaseNetwork, "beta_2", 0.95)
    averaging: str | Averaging | None = with_default(BaseNetwork, "averaging", "ema")

    @property
    def partial_fit(self):
        """Not available: the learning rate is planned over ``max_iter`` epochs."""
        raise AttributeError(
            f"{type(self).__name__} has no partial_fit, as its learning rate is "
            "planned over max_iter epochs of one training set: use warm_start, or an "
            "MLPClassifier or MLPRegressor."
        )

    def _network_dtype(self, X):
        if self.dtype == "auto":
            return np.dtype(np.float64 if len(X) < ENOUGH_TO_HOLD_OUT else np.float32)
        return np.dtype(self.dtype)

    def _holds_out(self, n_samples):
        if self.early_stopping == "auto":
            return n_samples >= ENOUGH_TO_HOLD_OUT
        return bool(self.early_stopping)

    _ends_by_schedule: ClassVar[bool] = True
    _auto_batch_size = staticmethod(batch_size_for)
    _auto_epochs = staticmethod(epochs_for)

    def _make_inputs(self):
        chosen = self.categorical_features
        return EncodedTable(
            [] if chosen is None else chosen,
            self.max_one_hot,
            self.embedding_dim,
            self.numerical_embedding,
        )

    def _make_layers(self, n_outputs, input_shape):
        return tabular(
            n_outputs,
            hidden_layer_sizes=as_sizes(self.hidden_layer_sizes),
            activation=self.activation,
            n_members=self.n_members,
            dropout=self.dropout,
        )

    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Fit the network, or several of them, to a table X and targets y.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_samples, n_features)
            The table.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            For a classifier classes of any type, or an indicator matrix of 0 and 1; for
            a regressor real targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : array-like of shape (n_validation, n_features), default=None
            Validation data of your own, in place of a part held out from X.
        y_val : array-like of shape (n_validation,), default=None
            Targets of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.
        groups : array-like of shape (n_samples,), default=None
            Groups for a splitter given as ``validation_fraction``.

        Returns
        -------
        self : estimator
            The fitted estimator.
        """
        validation = (X_val, y_val, sample_weight_val)
        check_hyperparameters(self)
        if self.n_ensembles > 1:
            return fit_bags(self, X, y, sample_weight, validation, groups)
        self.__dict__.pop("estimators_", None)
        self._fit(X, y, sample_weight, validation, groups=groups)
        return fit_again(self, X, y, sample_weight) if self.refit else self

    @property
    def _bags(self) -> list[Any]:
        """The networks trained apart; none if there is one network."""
        return getattr(self, "estimators_", [])

    @property
    def is_categorical_(self) -> np.ndarray:
        """Mask of the categorical columns, shape (n_features_in_,)."""
        return self.inputs_.is_categorical

    @property
    def categories_(self) -> list[np.ndarray]:
        """Categories of each categorical column, sorted."""
        return self.inputs_.categories


@documented
@dataclass(eq=False, repr=False)
class TabularClassifier(Tabular, BaseNetworkClassifier):
    """Network for raw tables that predicts classes or labels.

    X is a table as it comes: a data frame (pandas, polars) of numbers, strings,
    categories and bools with gaps, an array, or a sparse matrix of numbers. Nothing
    has to be scaled, imputed or encoded before; classes may be of any type.
    The defaults are those of RealMLP [1]_, in a quarter of its epochs.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    is_categorical_ : ndarray of bool of shape (n_features_in_,)
        Which columns are categorical.
    categories_ : list of ndarray
        Categories of each categorical column, sorted.
    estimators_ : list of TabularClassifier
        The networks of ``n_ensembles``, if there are several; other attributes are
        those of the first.
    oob_score_ : float
        Accuracy of predictions of each sample by the network that was not trained on
        it; with several ``n_ensembles`` alone, as the next one.
    oob_decision_function_ : ndarray of shape (n_samples, n_classes)
        Those predictions; NaN for a sample that is the only one of its class, or whose
        group is the only one that has it: no network holds it out.
    {attributes}

    See Also
    --------
    TabularRegressor : Predicts numbers.
    MLPClassifier : Takes over from scikit-learn's by a change of the import.
    sklearn.ensemble.HistGradientBoostingClassifier : Gradient boosting, the yardstick.

    Notes
    -----
    Numbers are centred at their median, divided by their interquartile range and
    smoothly clipped at 3; missing ones take the median, and a column tells where they
    were. All statistics are those of the training part. Dense layers are in NTK
    parametrisation, Adam's rate stays at ``learning_rate_init`` for half of the run
    and then falls to 0 along a cosine, and the weights are averaged along the way.
    A part of the samples is held out, and the best epoch by ``scoring`` is restored;
    the run always takes ``max_iter`` epochs, over which the rate is planned.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491.
    .. [2] Y. Gorishniy, A. Kotelnikov and A. Babenko, "TabM: advancing tabular deep
       learning with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skdeep import TabularClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"size": rng.normal(size=300),
    ...                   "colour": rng.choice(["red", "green", None], size=300)})
    >>> y = (X["size"] > 0) ^ (X["colour"] == "red")
    >>> model = TabularClassifier((32, 32), random_state=0).fit(X[:200], y[:200])
    >>> model.score(X[200:], y[200:]) > 0.9
    True
    """

    label_smoothing: float = with_default(BaseNetworkClassifier, "label_smoothing", 0.1)

    def _row_targets(self):
        return Labels(
            self.loss, self.label_smoothing, self.class_weight, self.n_members
        )

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probability of each class or label.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_samples, n_features)
            The table.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``; they sum to 1 unless labels do not
            exclude each other. Of several networks, their mean.
        """
        if self._bags:
            return np.mean([bag.predict_proba(X) for bag in self._bags], axis=0)
        return self._predict(X, lambda z: self.targets_.probabilities(z))

    def predict(self, X: Any) -> np.ndarray:
        """Predict the most probable class, or each label.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_samples, n_features)
            The table.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Classes, or 0 and 1 for each label.
        """
        if not self._bags:
            return self._predict(X, lambda z: self.targets_.decode(z))
        return self._most_probable(self.predict_proba(X))

    def _most_probable(self, probabilities: np.ndarray) -> np.ndarray:
        if self.targets_.kind == "multilabel":
            return (probabilities > 0.5).astype(int)
        return self.classes_[probabilities.argmax(axis=1)]

    def _set_out_of_bag(self, predicted: np.ndarray, y: Any) -> None:
        self.oob_decision_function_ = predicted
        known = ~np.isnan(predicted[:, 0])
        predicted_classes = self._most_probable(predicted[known])
        self.oob_score_ = accuracy_score(y[known], predicted_classes)


@documented
@dataclass(eq=False, repr=False)
class TabularRegressor(Tabular, BaseNetworkRegressor):
    """Network for raw tables that predicts numbers.

    X is a table as it comes: a data frame (pandas, polars) of numbers, strings,
    categories and bools with gaps, an array, or a sparse matrix of numbers. Nothing
    has to be scaled, imputed or encoded before; y is standardised inside.
    The defaults are those of RealMLP [1]_, in a quarter of its epochs.

    Parameters
    ----------
    {architecture}
    clip : bool, default=False
        Whether predictions are limited to the range of y in training.
    {training}

    Attributes
    ----------
    is_categorical_ : ndarray of bool of shape (n_features_in_,)
        Which columns are categorical.
    categories_ : list of ndarray
        Categories of each categorical column, sorted.
    estimators_ : list of TabularRegressor
        The networks of ``n_ensembles``, if there are several; other attributes are
        those of the first.
    oob_score_ : float
        Coefficient of determination of predictions of each sample by the network that
        was not trained on it; with several ``n_ensembles`` alone, as the next one.
    oob_prediction_ : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Those predictions.
    {attributes}

    See Also
    --------
    TabularClassifier : Predicts classes or labels.
    MLPRegressor : Takes over from scikit-learn's by a change of the import.
    sklearn.ensemble.HistGradientBoostingRegressor : Gradient boosting, the yardstick.

    Notes
    -----
    Numbers are centred at their median, divided by their interquartile range and
    smoothly clipped at 3; missing ones take the median, and a column tells where they
    were. All statistics are those of the training part. Dense layers are in NTK
    parametrisation, Adam's rate stays at ``learning_rate_init`` for half of the run
    and then falls to 0 along a cosine, and the weights are averaged along the way.
    A part of the samples is held out, and the best epoch by ``scoring`` is restored;
    the run always takes ``max_iter`` epochs, over which the rate is planned.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491.
    .. [2] Y. Gorishniy, A. Kotelnikov and A. Babenko, "TabM: advancing tabular deep
       learning with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skdeep import TabularRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"size": rng.normal(size=300),
    ...                   "colour": rng.choice(["red", "green", None], size=300)})
    >>> y = 100_000 + 50_000 * X["size"] * (X["colour"] == "red")
    >>> model = TabularRegressor((32, 32), random_state=0).fit(X[:200], y[:200])
    >>> model.score(X[200:], y[200:]) > 0.9
    True
    """

    activation: str | Layer = with_default(Tabular, "activation", "mish")
    learning_rate_init: float = with_default(Tabular, "learning_rate_init", 0.07)
    standardize_targets: bool | str = with_default(
        BaseNetworkRegressor, "standardize_targets", True
    )
    clip: bool = hyperparameter(False, YES_NO, kw_only=True)

    def _row_targets(self):
        return self._kind_of_targets(
            self.loss, self.quantile, self.delta, self.n_members, self.clip
        )

    def predict(self, X: Any) -> np.ndarray:
        """Predict targets.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_samples, n_features)
            The table.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs or n_quantiles)
            Predicted mean (median, quantile), by the loss. Of several networks, their
            mean.
        """
        if self._bags:
            return np.mean([bag.predict(X) for bag in self._bags], axis=0)
        return self._predict(X, lambda z: self.targets_.decode(z))

    def _set_out_of_bag(self, predicted: np.ndarray, y: Any) -> None:
        self.oob_prediction_ = predicted
        self.oob_score_ = self._metric(y, predicted)
