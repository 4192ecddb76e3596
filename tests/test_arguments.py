"""Arguments of functions, pictures and methods beside fit are checked by a sentence."""

import collections
import datetime
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GroupShuffleSplit

from skdeep import (
    CNNClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNGenerator,
    Seq2SeqClassifier,
    Seq2SeqRegressor,
    TabularClassifier,
)
from skdeep.callbacks import Checkpoint
from skdeep.datasets import make_customers, make_gestures, make_reviews
from skdeep.inspection import (
    AttentionDisplay,
    CapacityDisplay,
    FeatureMapDisplay,
    FilterDisplay,
    LossCurveDisplay,
    OcclusionDisplay,
    SegmentationDisplay,
    flatten_pixels,
    group_report,
    summary,
)
from skdeep.model_selection import LearningRateFinder, capacity_grid, count_parameters
from skdeep.persistence import load, save
from skdeep.preprocessing import (
    CategoricalEncoder,
    Imputer,
    RobustScaler,
    SequenceVectorizer,
    StandardScaler,
)
from skdeep.resampling import SMOTE, SMOTENC, RandomSampler

X, Y = np.random.default_rng(0).normal(size=(12, 3)), np.arange(12) % 2
TEXTS = ["ab", "ba", "a"] * 4
PIXELS = np.zeros((2, 4, 4), int)


def fitted(estimator, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.set_params(max_iter=1, random_state=0).fit(*data)


@pytest.fixture(scope="module")
def mlp():
    return fitted(MLPClassifier((3,)), X, Y)


REFUSED = {
    "rows of customers": (lambda: make_customers("5"), "n_samples='5'"),
    "too many customers": (lambda: make_customers(10**30), "n_samples="),
    "no gestures": (lambda: make_gestures(0), "n_samples=0"),
    "a large seed": (lambda: make_reviews(2, random_state=2**32), "random_state="),
    "a duration": (lambda: make_reviews(2, random_state=np.timedelta64(1)), "random_"),
    "bytes to save to": (lambda: save(MLPClassifier(), b"file"), "path=b'file'"),
    "a number to load": (lambda: load(3), "path=3"),
    "an unknown kind": (lambda: capacity_grid(["mlp"], 3), "kind=['mlp']"),
    "a limit of words": (
        lambda: capacity_grid("mlp", 3, max_parameters="many"),
        "max_parameters='many'",
    ),
    "a shape of dates": (
        lambda: count_parameters(MLPClassifier(), (datetime.date(2020, 1, 1),)),
        "is no shape of one sample",
    ),
    "outputs of words": (
        lambda: count_parameters(MLPClassifier(), (3,), "1"),
        "n_outputs='1'",
    ),
    "columns that are not known": (
        lambda: count_parameters(TabularClassifier(), (3,)),
        "fit it first",
    ),
    "a wrong hyperparameter": (
        lambda: summary(RNNClassifier(cell="qrnn"), (5, 2)),
        "cell='qrnn' is not allowed",
    ),
    "an axis too few": (
        lambda: summary(fitted(CNNClassifier(2), np.ones((12, 6, 1)), Y), (3,)),
        "cannot take samples of shape (3,)",
    ),
    "rates of lists": (
        lambda: LearningRateFinder(MLPClassifier(), min_rate=[1]).fit(X, Y),
        "min_rate=[1]",
    ),
    "ragged truth": (lambda: flatten_pixels([[1], 2], 3), "y_pred is a int"),
    "fewer pictures": (lambda: flatten_pixels(PIXELS, PIXELS[:1]), "inconsistent"),
    "weights of one axis": (lambda: AttentionDisplay([1.0]).plot(), "weights has the"),
    "names of two": (
        lambda: AttentionDisplay(np.ones((3, 2)), written=["a"]).plot(),
        "written has 1 entries for 3",
    ),
    "scores of one axis": (lambda: CapacityDisplay([1], [0.5]).plot(), "test_scores"),
    "a map of numbers": (
        lambda: FeatureMapDisplay(np.ones((2, 2, 1)), 0.5).plot(),
        "maps is a float",
    ),
    "a channel too many": (
        lambda: FilterDisplay(np.ones((3, 3, 1, 2)), channel=1).plot(),
        "channel=1 is not allowed",
    ),
    "a loss of words": (lambda: LossCurveDisplay(["a"]).plot(), "loss_curve holds"),
    "an epoch too many": (
        lambda: LossCurveDisplay([1], validation_loss_curve=[1], best_epoch=2).plot(),
        "best_epoch=2",
    ),
    "a complex fall": (
        lambda: OcclusionDisplay(np.ones((2, 2, 1)), np.ones((2, 2)) * 1j).plot(),
        "fall holds complex numbers",
    ),
    "classes too few": (
        lambda: SegmentationDisplay(
            np.ones((2, 4, 4, 1)), PIXELS + 1, PIXELS, classes=["a"]
        ).plot(),
        "classes has 1 entries",
    ),
    "a share of strategies": (
        lambda: RandomSampler(sampling_strategy=lambda y: None).fit_resample(X, Y),
        "sampling_strategy returned None",
    ),
    "a strategy of nothing": (
        lambda: SMOTE(sampling_strategy=lambda: {}).fit_resample(X, Y),
        "sampling_strategy is called with",
    ),
    "classes in frames": (
        lambda: SMOTE().fit_resample(X, [pd.Series([1])] * 6 + [1] * 6),
        "y holds a Series for sample 0",
    ),
    "sparse classes": (
        lambda: SMOTE().fit_resample(X, [csr_matrix([1])] * 6 + [1] * 6),
        "y holds",
    ),
    "half a pattern": (
        lambda: SequenceVectorizer(token_pattern="(").fit(TEXTS),
        "is no regular expression",
    ),
    "all of a normal distribution": (
        lambda: RobustScaler(quantile_range=(0, 100), unit_variance=True).fit(X),
        "no finite width",
    ),
    "a grouped y": (
        lambda: MLPClassifier().fit(X, pd.DataFrame({"a": Y}).groupby("a")),
        "y holds something that is no number",
    ),
    "a queue of sequences": (
        lambda: Seq2SeqRegressor().fit(
            TEXTS, collections.deque([np.ones(1 + i % 2) for i in range(12)])
        ),
        "y holds something that is no number",
    ),
    "sparse steps": (
        lambda: CNNClassifier(dense_prediction=True).fit(
            np.ones((12, 8, 1)), csr_matrix((12, 8))
        ),
        "y is a sparse matrix",
    ),
    "classes of symbols": (
        lambda: Seq2SeqClassifier().partial_fit(TEXTS, TEXTS, classes=object()),
        "classes is a object",
    ),
    "mixed conditions": (
        lambda: RNNGenerator().fit(TEXTS, conditions=[1, datetime.date.today()] * 6),
        "conditions holds",
    ),
    "mixed classes": (
        lambda: MLPClassifier().partial_fit(X, Y, classes=[0, "a", None]),
        "classes are of different types",
    ),
    "sparse classes of a fit": (
        lambda: MLPClassifier().partial_fit(X, Y, classes=csr_matrix([[0, 1]])),
        "classes is a sparse matrix",
    ),
    "tokens of lists": (
        lambda: SequenceVectorizer(analyzer=lambda text: [[text]]).fit(TEXTS),
        "makes no tokens of sample 0",
    ),
    "records to ignore": (
        lambda: flatten_pixels(PIXELS, PIXELS, ignore=[(1, 2)]),
        "give a list of labels",
    ),
    "series beside categories": (
        lambda: MLPClassifier(categorical_features=[0], augment="masking").fit(
            np.abs(X).round(), Y
        ),
        "changes series",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_argument_gets_a_sentence(case):
    call, said = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        call()


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"learning_rate": lambda step: "fast"}, "returned 'fast' for step 0"),
        ({"learning_rate": lambda step: -1.0}, "returned -1.0 for step 0"),
        ({"learning_rate": lambda: 0.1}, "learning_rate is called with (int)"),
        ({"scoring": lambda model, X, y: None}, "scoring returned None"),
        ({"scoring": lambda model, X, y: [1.0]}, "scoring returned [1.0]"),
        ({"scoring": lambda model: 1.0}, "scoring is called with"),
    ],
)
def test_what_users_functions_return_is_checked(params, said):
    model = MLPClassifier((3,), early_stopping=True, validation_fraction=0.4, **params)
    with pytest.raises(ValueError, match=re.escape(said)):
        model.fit(X, Y)


def test_groups_that_cannot_be_sorted_are_explained():
    splitter = GroupShuffleSplit(1, random_state=0)
    model = MLPClassifier(early_stopping=True, validation_fraction=splitter)
    with pytest.raises(ValueError, match="groups are numbers or strings"):
        model.fit(X, Y, groups=np.array([1, pd.Timestamp(0)] * 6, dtype=object))


WEIGHTS = {
    "words": (["a"] * 12, "is no number"),
    "too few": (np.ones(11), "give one weight per sample"),
    "two axes": (np.ones((1, 12)), "give one weight per sample"),
    "zeros": (np.zeros(12), "only zeros"),
    "ragged": ([1.0, (1,)] * 6, "is no number"),
    "a function": (print, "sample_weight is a builtin_function_or_method"),
}


@pytest.mark.parametrize("form", WEIGHTS)
@pytest.mark.parametrize("kind", ["classes", "numbers", "texts", "sequences"])
def test_weights_of_scores_are_those_of_fits(kind, form):
    weights, said = WEIGHTS[form]
    estimator, *data = {
        "classes": (MLPClassifier((3,)), X, Y),
        "numbers": (MLPRegressor((3,)), X, X[:, 0]),
        "texts": (Seq2SeqClassifier(2), TEXTS, TEXTS),
        "sequences": (Seq2SeqRegressor(2), TEXTS, [np.ones(2)] * 12),
    }[kind]
    model = fitted(estimator, *data)
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        model.score(*data, sample_weight=weights)


def test_targets_of_another_type_cannot_be_scored(mlp):
    dates = pd.date_range("2020", periods=12).to_numpy()
    with pytest.raises(ValueError, match="give targets of the kind that fit was given"):
        mlp.score(X, dates)


@pytest.mark.parametrize("first", [True, False])
def test_a_fit_that_fails_leaves_the_model_as_it_was(first):
    model = MLPClassifier((3,), max_iter=1, random_state=0)
    before = None if first else fitted(model, X, Y).predict_proba(X)
    model.set_params(early_stopping=True, scoring=lambda *_: None)
    with pytest.raises(ValueError, match="scoring returned None"):
        model.fit(X[:, :2], Y, X_val=X[:, :2], y_val=Y)
    if first:
        with pytest.raises(NotFittedError):
            model.predict(X)
    else:
        assert (model.predict_proba(X) == before).all()
        assert model.n_features_in_ == 3


@pytest.mark.parametrize(
    "transformer",
    [StandardScaler(), RobustScaler(), Imputer(), CategoricalEncoder()],
    ids=repr,
)
def test_a_transformer_whose_fit_fails_is_not_fitted(transformer):
    wrong = pd.DataFrame({"a": [1, "a", None]})
    if isinstance(transformer, Imputer):
        transformer.set_params(strategy="nonsense")
    with pytest.raises((TypeError, ValueError)):
        transformer.fit(wrong)
    with pytest.raises(NotFittedError):
        transformer.transform(wrong)


@pytest.mark.parametrize("path", [0.5, "a\0b"])
def test_a_path_of_a_checkpoint_is_one(path):
    model = MLPClassifier((3,), max_iter=1).set_callbacks(Checkpoint(path))
    with pytest.raises(ValueError, match="is no path of a file"):
        model.fit(X, Y)


def test_a_report_takes_one_prediction_for_each_sample():
    steps = [np.ones((1 + i % 3, 2)) for i in range(12)]
    y = [np.arange(len(x)) % 2 for x in steps]
    model = fitted(RNNClassifier(2, return_sequences=True), steps, y)
    with pytest.raises(ValueError, match="one for each step or pixel"):
        group_report(model, steps, y, by=Y)


def test_options_of_draws_are_checked():
    model = fitted(RNNGenerator(2), TEXTS)
    with pytest.raises(ValueError, match="random_state=-1 is not allowed"):
        model.sample(random_state=-1)
    with pytest.raises(ValueError, match="asks for a string"):
        model.sample(prompt=np.array(0.5))


def test_predictions_near_the_end_of_the_range_are_finite():
    model = NeuralNetworkRegressor(standardize_targets=True)
    model = fitted(model, X, np.linspace(-1, 1, 12) * 1e153)
    model.targets_.scale = np.array([1e307])
    assert np.isfinite(model.predict(X * 1e6)).all()


@pytest.mark.parametrize(
    "names",
    [
        pd.date_range("2020", periods=3),
        pd.timedelta_range("1h", periods=3),
        pd.interval_range(0, 3),
        pd.Index([1, "a", 2.5], dtype=object),
        pd.Index([(1, 2), (3, 4), (5, 6)], tupleize_cols=False),
    ],
    ids=lambda names: str(names.dtype),
)
def test_categories_of_any_type_are_made_up(names):
    table = pd.DataFrame(
        {"x": X[:, 0], "c": pd.Categorical.from_codes(np.arange(12) % 3, names)}
    )
    y = [0] * 8 + [1] * 4
    more, _ = SMOTENC(k_neighbors=2, random_state=0).fit_resample(table, y)
    assert more.dtypes.equals(table.dtypes)
    assert more["c"][:12].equals(table["c"])
    assert set(more["c"].cat.codes[12:]) <= {0, 1, 2}
