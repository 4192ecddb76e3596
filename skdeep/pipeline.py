"""Chain transformers, samplers and a network, for callbacks and weights to reach it.

The classes here are imbalanced-learn's with these two things added, and are imported
from this module rather than from ``skdeep`` itself, so that ``import skdeep`` does not
import imbalanced-learn.
"""

from contextlib import nullcontext
from typing import Any

import imblearn.pipeline
from sklearn import get_config
from sklearn.base import BaseEstimator
from sklearn.callback import with_callbacks
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)

from skdeep._links import LinkedToDocumentation

__all__ = ["Pipeline", "make_pipeline"]


class Pipeline(LinkedToDocumentation, imblearn.pipeline.Pipeline):
    """Transformers, samplers and a final estimator, fitted one after the other.

    This is :class:`imblearn.pipeline.Pipeline`, whose ``fit`` also

    - hands the callbacks of scikit-learn (:mod:`sklearn.callback`) on to the final
      estimator: a progress bar set on a :class:`~sklearn.model_selection.GridSearchCV`
      around the pipeline reaches the epochs of the network inside it;
    - hands the weights that a sampler of :mod:`skdeep.resampling` returns on to the
      steps after it;
    - transforms validation data (``X_val``) for the final estimator through the steps
      before it, as X;
    - transforms what ``transform_input`` names for a step right after a sampler too.

    Parameters
    ----------
    steps : list of (str, estimator) tuples
        The steps in their order. All but the last are transformers, samplers (objects
        with ``fit_resample``, which act in ``fit`` only) or ``"passthrough"``.
    transform_input : list of str, default=None
        Names of the metadata to be transformed like ``X`` before they reach the step
        that asked for them, where metadata routing is enabled. None is ``["X_val"]``.
    memory : str or object with the joblib.Memory interface, default=None
        Where to cache the fitted transformers.
    verbose : bool, default=False
        Whether to print the time that each step took.

    Attributes
    ----------
    named_steps : :class:`~sklearn.utils.Bunch`
        The steps by their names.
    classes_ : ndarray of shape (n_classes,)
        The class labels, if the final estimator is a classifier.
    n_features_in_ : int
        Number of features seen by the first step.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of these features, if they had any.

    See Also
    --------
    make_pipeline : Build a pipeline without naming the steps.

    Notes
    -----
    Callbacks take part in ``fit``, the method that searches call. A callback that
    limits how deep it goes counts the search and the pipeline as levels of their own:
    :class:`~sklearn.callback.ProgressBar` shows the epochs of a network inside a
    pipeline inside a search from ``max_propagation_depth=2`` on.

    Validation data are given as they are, ``fit(X, y, mlpclassifier__X_val=X_val,
    mlpclassifier__y_val=y_val)``: transformers fitted to X transform them, samplers
    leave them alone. Only with scikit-learn's own Pipeline they must be transformed
    before, or named in ``transform_input``.

    Weights that are to pass a sampler need metadata routing, a sampler that was told
    ``set_fit_resample_request(sample_weight=True)``, and an estimator that was told
    ``set_fit_request(sample_weight=True)``.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skdeep.pipeline import Pipeline
    >>> from skdeep.resampling import RandomOverSampler
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> pipe = Pipeline(
    ...     [
    ...         ("balance", RandomOverSampler(random_state=0)),
    ...         ("classify", LogisticRegression()),
    ...     ]
    ... )
    >>> pipe.fit(X, y).predict(X).shape
    (100,)
    """

    steps: list[tuple[str, Any]]

    @with_callbacks
    def fit(self, X, y=None, **params):
        """Fit all transformers and samplers, then the final estimator.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame
            Training data, as the first step takes them.
        y : array-like, default=None
            Training targets.
        **params : dict of str to object
            Parameters for the ``fit`` of the steps: ``step__parameter``, or the names
            that the steps asked for where metadata routing is enabled.

        Returns
        -------
        self : Pipeline
            The fitted pipeline.
        """
        context = self._init_callback_context(max_subtasks=1)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        task = context.subcontext(task_name="fit-final-estimator")
        final = self[-1]
        has_final = hasattr(final, "fit")
        routing = bool(params) and get_config()["enable_metadata_routing"]
        self._check_weights(params, routing)
        # imbalanced-learn's fit ends by tearing down the callbacks of the pipeline it
        # runs on, which would be before the ends of the tasks are told: it runs on a
        # twin without callbacks that shares the steps.
        twin = self._twin(self.steps, routing)
        if not routing and any(_is_validation(key) for key in params):
            twin.steps = [
                *self.steps[:-1],
                (self.steps[-1][0], _Validated(final, twin)),
            ]
        with task.propagate_callback_context(final) if has_final else nullcontext():
            task.call_on_fit_task_begin(estimator=self, X=X, y=y)
            twin.fit(X, y, **params)
            task.call_on_fit_task_end(estimator=self, X=X, y=y)
        # Where ``memory`` is set, the fitted transformers are clones.
        self.steps = _flat(twin)
        context.call_on_fit_task_end(estimator=self, X=X, y=y)
        return self

    def _check_weights(self, params: dict[str, Any], routing: bool) -> None:
        """Check that every sampler resamples the weights that steps after it get."""
        weighted = self._weighted_steps(params, routing)
        for i, (sampler, step) in enumerate(self.steps[:-1]):
            if not _is_sampler(step) or (routing and sampler in weighted):
                continue
            after = [name for name, _ in self.steps[i:] if name in weighted]
            if after:
                raise ValueError(
                    f"Step {after[-1]!r} was given one sample_weight per sample of X, "
                    f"but the sampler {sampler!r} changes the samples: for weights to "
                    "be changed alike, enable metadata routing, use a sampler of "
                    "skdeep.resampling and call its set_fit_resample_request("
                    "sample_weight=True)."
                )

    def _weighted_steps(self, params: dict[str, Any], routing: bool) -> set[str]:
        """Return the names of the steps that get a sample_weight when fitted."""
        if not routing:
            keys = [key.split("__") for key in params]
            return {key[0] for key in keys if key[-1] == "sample_weight"}
        routed = process_routing(self, "fit", **params)
        return {
            name
            for name, step in self.steps
            if step not in (None, "passthrough")
            and any("sample_weight" in received for received in routed[name].values())
        }

    def _twin(self, steps: list, routing: bool) -> imblearn.pipeline.Pipeline:
        """Return imbalanced-learn's pipeline of the same steps, to be fitted."""
        for i, (name, step) in enumerate(steps[:-1]):
            if routing and _is_sampler(step):
                rest = self._twin(steps[i + 1 :], routing)
                steps = [*steps[:i], (name, _Resampled(step, rest))]
                break
        transform_input = self.transform_input
        if routing and transform_input is None:
            transform_input = ["X_val"]
        return imblearn.pipeline.Pipeline(
            steps,
            transform_input=transform_input,
            memory=self.memory,
            verbose=self.verbose,
        )


class _Resampled(BaseEstimator):
    """A sampler and the steps after it, as the last step of a pipeline.

    imbalanced-learn's pipeline takes no weights from a sampler, and cannot transform
    ``X_val`` for a step right after one.
    """

    def __init__(self, sampler, rest):
        self.sampler = sampler
        self.rest = rest

    def get_metadata_routing(self):
        to_sampler = MethodMapping().add(caller="fit", callee="fit_resample")
        to_rest = MethodMapping().add(caller="fit", callee="fit")
        return (
            MetadataRouter(owner=Pipeline.__name__)
            .add(sampler=self.sampler, method_mapping=to_sampler)
            .add(rest=self.rest, method_mapping=to_rest)
        )

    def fit(self, X, y, **params):
        routed = process_routing(self, "fit", **params)
        for_sampler, for_rest = routed["sampler"]["fit_resample"], routed["rest"]["fit"]
        X, y, *weight = self.sampler.fit_resample(X, y, **for_sampler)
        if weight:
            # By identity, as each step may have asked for them by another name.
            given = for_sampler["sample_weight"]
            for_rest = {k: weight[0] if v is given else v for k, v in for_rest.items()}
        self.rest.fit(X, y, **for_rest)
        return self


class _Validated:
    """The last step of a pipeline, which takes validation data as they are."""

    def __init__(self, final, pipeline):
        self.final = final
        self.pipeline = pipeline

    def fit(self, X, y, **params):
        for key in filter(_is_validation, params):
            if params[key] is None:
                continue
            for _, step in self.pipeline.steps[:-1]:
                if hasattr(step, "transform"):
                    params[key] = step.transform(params[key])
        self.final.fit(X, y, **params)
        return self


def _is_validation(parameter: str) -> bool:
    return parameter.split("__")[-1] == "X_val"


def _is_sampler(step: Any) -> bool:
    return hasattr(step, "fit_resample")


def _flat(pipeline: imblearn.pipeline.Pipeline) -> list:
    """Return the steps of a pipeline, and those of any :class:`_Resampled` in it."""
    *before, (name, last) = pipeline.steps
    if isinstance(last, _Resampled):
        return [*before, (name, last.sampler), *_flat(last.rest)]
    if isinstance(last, _Validated):
        return [*before, (name, last.final)]
    return pipeline.steps


def make_pipeline(*steps, memory=None, transform_input=None, verbose=False):
    """Build a :class:`Pipeline` whose steps are named after their classes.

    Parameters
    ----------
    *steps : estimators
        Transformers, samplers and, last, the final estimator.
    memory : str or object with the joblib.Memory interface, default=None
        Where to cache the fitted transformers.
    transform_input : list of str, default=None
        Names of the metadata to be transformed like ``X``.
    verbose : bool, default=False
        Whether to print the time that each step took.

    Returns
    -------
    pipeline : Pipeline
        The pipeline, not fitted.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skdeep.pipeline import make_pipeline
    >>> make_pipeline(StandardScaler(), LogisticRegression())
    Pipeline(steps=[('standardscaler', StandardScaler()),
                    ('logisticregression', LogisticRegression())])
    """
    unnamed = imblearn.pipeline.make_pipeline(
        *steps, memory=memory, transform_input=transform_input, verbose=verbose
    )
    return Pipeline(**unnamed.get_params(deep=False))
