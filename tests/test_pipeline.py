import pickle
from collections import Counter
from pathlib import Path

import imblearn.pipeline
import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.callback import CallbackSupportMixin, ProgressBar, with_callbacks
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skdeep import MLPClassifier
from skdeep.pipeline import Pipeline, make_pipeline
from skdeep.resampling import RandomOverSampler


class EpochClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):
    """Predicts the commonest class; tells callbacks of each of its epochs."""

    def __init__(self, alpha=0.0, max_iter=3):
        self.alpha = alpha
        self.max_iter = max_iter

    @with_callbacks
    def fit(self, X, y, sample_weight=None, X_val=None):
        context = self._init_callback_context(max_subtasks=self.max_iter)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        self.n_samples_seen_ = len(X)
        self.sample_weight_ = sample_weight
        self.X_val_ = X_val
        self.classes_, counts = np.unique(y, return_counts=True)
        self.commonest_ = self.classes_[counts.argmax()]
        for _ in range(self.max_iter):
            epoch = context.subcontext(task_name="epoch")
            epoch.call_on_fit_task_begin(estimator=self, X=X, y=y)
            epoch.call_on_fit_task_end(estimator=self, X=X, y=y)
        if self.alpha < 0:
            raise ValueError("alpha must not be negative")
        context.call_on_fit_task_end(estimator=self, X=X, y=y)
        return self

    def predict(self, X):
        return np.full(len(X), self.commonest_)


class Recorder:
    """Writes what it is told to a file, so that other processes can take part."""

    max_propagation_depth = None

    def __init__(self, path):
        self.path = str(path)

    def _write(self, event, estimator, context):
        with open(self.path, "a") as file:
            file.write(f"{event} {type(estimator).__name__} {context.task_name}\n")

    def setup(self, estimator, context):
        self._write("setup", estimator, context)

    def on_fit_task_begin(self, estimator, context):
        self._write("begin", estimator, context)

    def on_fit_task_end(self, estimator, context):
        self._write("end", estimator, context)

    def teardown(self, estimator, context):
        self._write("teardown", estimator, context)

    @property
    def events(self):
        return Path(self.path).read_text().splitlines()


@pytest.fixture
def recorder(tmp_path):
    return Recorder(tmp_path / "events")


@pytest.fixture
def data():
    X = np.random.default_rng(0).normal(size=(40, 2))
    return X, np.repeat([0, 1], [30, 10])


def make_steps(**params):
    return [
        ("scale", StandardScaler()),
        ("balance", RandomOverSampler(random_state=0)),
        ("net", EpochClassifier(**params)),
    ]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_callbacks_reach_epochs_inside_a_search(data, recorder, n_jobs):
    search = GridSearchCV(
        Pipeline(make_steps()), {"net__alpha": [0.0, 1.0]}, cv=2, n_jobs=n_jobs
    )
    search.set_callbacks(recorder).fit(*data)

    n_fits = 2 * 2 + 1
    counts = Counter(recorder.events)
    for event in ("begin", "end"):
        assert counts[f"{event} Pipeline fit"] == n_fits
        assert counts[f"{event} EpochClassifier fit"] == n_fits
        assert counts[f"{event} EpochClassifier epoch"] == n_fits * 3
    assert recorder.events[0] == "setup GridSearchCV fit"
    assert recorder.events[-1] == "teardown GridSearchCV fit"
    assert counts["setup GridSearchCV fit"] == counts["teardown GridSearchCV fit"] == 1


def test_progress_bar_shows_epochs(data, capsys):
    search = GridSearchCV(Pipeline(make_steps()), {"net__alpha": [0.0]}, cv=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=2)).fit(*data)
    assert "EpochClassifier - fit" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_callbacks_reach_the_epochs_of_a_network(data, recorder):
    pipe = make_pipeline(StandardScaler(), MLPClassifier((), max_iter=3))
    search = GridSearchCV(pipe, {"mlpclassifier__alpha": [1.0]}, cv=2)
    search.set_callbacks(recorder).fit(*data)
    assert Counter(recorder.events)["end MLPClassifier epoch"] == 3 * 3


def test_callbacks_on_the_pipeline_itself(data, recorder):
    pipe = Pipeline(make_steps(max_iter=1)).set_callbacks(recorder).fit(*data)
    assert recorder.events == [
        "setup Pipeline fit",
        "begin Pipeline fit",
        "begin EpochClassifier fit",
        "begin EpochClassifier epoch",
        "end EpochClassifier epoch",
        "end EpochClassifier fit",
        "end Pipeline fit",
        "teardown Pipeline fit",
    ]
    assert not hasattr(pipe[-1], "_skl_callbacks")


def test_callbacks_are_torn_down_when_fit_fails(data, recorder):
    pipe = Pipeline(make_steps(alpha=-1.0)).set_callbacks(recorder)
    with pytest.raises(ValueError, match="alpha must not be negative"):
        pipe.fit(*data)
    assert recorder.events[-1] == "teardown Pipeline fit"
    assert not hasattr(pipe[-1], "_skl_callbacks")


@pytest.mark.parametrize("last", ["passthrough", None])
def test_passthrough_as_last_step(data, recorder, last):
    X, y = data
    pipe = Pipeline([("scale", StandardScaler()), ("last", last)])
    Xt = pipe.set_callbacks(recorder).fit(X, y).transform(X)
    np.testing.assert_allclose(Xt.mean(axis=0), 0, atol=1e-12)
    assert recorder.events[-2] == "end Pipeline fit"


def test_sampler_acts_in_fit_only(data):
    X, y = data
    pipe = Pipeline(make_steps()).fit(X, y)
    assert pipe[-1].n_samples_seen_ == 60
    assert len(pipe.predict(X)) == len(X)


def test_agrees_with_imbalanced_learn(data):
    X, y = data
    steps = [*make_steps()[:2], ("classify", LogisticRegression())]
    ours = Pipeline(clone(imblearn.pipeline.Pipeline(steps)).steps).fit(X, y)
    theirs = imblearn.pipeline.Pipeline(steps).fit(X, y)
    np.testing.assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))


def test_clone_pickle_and_slice_keep_the_class(data):
    X, y = data
    pipe = Pipeline(make_steps()).fit(X, y)
    assert type(clone(pipe)) is Pipeline
    assert type(pipe[:1]) is Pipeline
    np.testing.assert_array_equal(pipe[:1].transform(X), pipe[0].transform(X))
    restored = pickle.loads(pickle.dumps(pipe))
    assert type(restored) is Pipeline
    np.testing.assert_array_equal(restored.predict(X), pipe.predict(X))


def test_memory_keeps_the_fitted_transformers(data, tmp_path):
    X, y = data
    scaler = StandardScaler()
    pipe = make_pipeline(scaler, EpochClassifier(), memory=str(tmp_path)).fit(X, y)
    assert pipe[0] is not scaler
    np.testing.assert_allclose(pipe[0].mean_, X.mean(axis=0))


def test_step_parameters(data):
    X, y = data
    pipe = make_pipeline(StandardScaler(), EpochClassifier())
    pipe.fit(X, y, epochclassifier__sample_weight=np.ones(len(y)))
    assert pipe[-1].sample_weight_.sum() == len(y)


def test_metadata_routing_and_transform_input(data):
    X, y = data
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        net = EpochClassifier().set_fit_request(sample_weight=True, X_val=True)
        pipe = make_pipeline(scaler, net, transform_input=["X_val"])
        pipe.fit(X, y, sample_weight=np.ones(len(y)), X_val=X + 1)
        np.testing.assert_allclose(net.X_val_, pipe[0].transform(X + 1))
    assert net.sample_weight_.sum() == len(y)


def test_callbacks_and_weights_pass_a_sampler(data, recorder):
    with config_context(enable_metadata_routing=True):
        net = EpochClassifier(max_iter=2).set_fit_request(sample_weight=True)
        sampler = RandomOverSampler().set_fit_resample_request(sample_weight=True)
        pipe = make_pipeline(sampler, net).set_callbacks(recorder)
        pipe.fit(*data, sample_weight=np.ones(40))
    assert Counter(recorder.events)["end EpochClassifier epoch"] == 2
    assert recorder.events[-1] == "teardown Pipeline fit"
    assert len(net.sample_weight_) == 60


def test_make_pipeline_names_steps_and_passes_options():
    pipe = make_pipeline(StandardScaler(), EpochClassifier(), verbose=True)
    assert type(pipe) is Pipeline
    assert [name for name, _ in pipe.steps] == ["standardscaler", "epochclassifier"]
    assert pipe.verbose


def test_steps_are_validated(data):
    with pytest.raises(TypeError, match="implement fit and transform"):
        Pipeline([("a", EpochClassifier()), ("b", EpochClassifier())]).fit(*data)
    with pytest.raises(TypeError, match="Last step of Pipeline should implement fit"):
        Pipeline([("a", StandardScaler()), ("b", 1)]).fit(*data)


def chains():
    """Return chains before a final estimator, and what they make of X_val + 1."""
    X, y = np.random.default_rng(0).normal(3, 2, size=(40, 3)), np.arange(40) // 30
    scaler = StandardScaler()
    sampler = RandomOverSampler(random_state=0)
    return (
        X,
        y,
        {
            "scaler": [scaler],
            "two steps": [scaler, MinMaxScaler()],
            "scaler, sampler": [scaler, sampler],
            "sampler, scaler": [sampler, scaler],
            "passthrough": ["passthrough", scaler],
            "nothing": [],
        },
    )


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("memory", [False, True])
@pytest.mark.parametrize("kind", chains()[2])
def test_validation_data_are_transformed(tmp_path, kind, memory, routing):
    X, y, before = chains()
    net = EpochClassifier()
    with config_context(enable_metadata_routing=routing):
        if routing:
            net.set_fit_request(X_val=True)
        pipe = make_pipeline(
            *before[kind], net, memory=str(tmp_path) if memory else None
        )
        name = "X_val" if routing else "epochclassifier__X_val"
        given = X + 1
        pipe.fit(X, y, **{name: given})
        expected = given
        for _, step in pipe.steps[:-1]:
            assert type(step).__name__ not in ("_Resampled", "_Validated")
            expected = getattr(step, "transform", lambda X: X)(expected)
    np.testing.assert_array_equal(net.X_val_, expected)
    np.testing.assert_array_equal(given, X + 1)
    assert pipe[-1] is net


@pytest.mark.parametrize("kind", ["last", "wrapped"])
def test_validation_data_of_nested_estimators(kind):
    X, y = np.random.default_rng(0).normal(3, 2, size=(40, 3)), np.arange(40) // 30
    net = EpochClassifier()
    if kind == "last":
        inner = make_pipeline(MinMaxScaler(), net)
        pipe = make_pipeline(StandardScaler(), inner)
        pipe.fit(X, y, pipeline__epochclassifier__X_val=X + 1)
        expected = inner[0].transform(pipe[0].transform(X + 1))
    else:
        pipe = make_pipeline(StandardScaler(), FunctionTransformer(), net)
        pipe.fit(X, y, epochclassifier__X_val=None)
        expected = None
    if expected is None:
        assert net.X_val_ is None
    else:
        np.testing.assert_array_equal(net.X_val_, expected)


def test_a_list_without_it_leaves_validation_data_alone():
    X, y = np.ones((40, 3)), np.arange(40) // 30
    with config_context(enable_metadata_routing=True):
        net = EpochClassifier().set_fit_request(X_val=True)
        make_pipeline(StandardScaler(), net, transform_input=[]).fit(X, y, X_val=X + 1)
    np.testing.assert_array_equal(net.X_val_, X + 1)


def test_a_network_is_judged_on_scaled_validation_data():
    X, y = make_classification(400, random_state=0)
    X = 1000 * X + 500
    net = MLPClassifier((16,), early_stopping=True, scoring=None, random_state=0)
    pipe = make_pipeline(StandardScaler(), clone(net))
    pipe.fit(
        X[:300], y[:300], mlpclassifier__X_val=X[300:], mlpclassifier__y_val=y[300:]
    )
    scaler = StandardScaler().fit(X[:300])
    X = scaler.transform(X)
    net.fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    np.testing.assert_array_equal(pipe[-1].predict_proba(X), net.predict_proba(X))
    assert net.score(X[300:], y[300:]) > 0.75
