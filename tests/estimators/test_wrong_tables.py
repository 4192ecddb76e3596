"""Tables that cannot be taken, and what the messages say."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from skdeep import MLPClassifier
from skdeep.resampling import SMOTE
from tests.estimators.penguins import SCORE, SEX, N, X, changed, classifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize(
    ("params", "frame", "message"),
    [
        ({}, changed(bill=np.inf), "Column 'bill' has infinite values"),
        (
            {},
            changed(day=pd.Timestamp("2020-01-01")),
            "Column 'day' has dtype datetime64.*which is neither number nor category",
        ),
        ({}, X[:0], "Found array with 0 sample"),
        ({"categorical_features": ["spcies"]}, X, "Did you mean 'species'"),
        ({"categorical_features": [6]}, X, "positions from 0 to 5"),
        ({"categorical_features": [-1]}, X, "positions from 0 to 5"),
        ({"categorical_features": [True]}, X, "mask of 1 entries, and X has 6"),
        (
            {"categorical_features": ["island"]},
            X,
            "Column 'species' is taken for numbers, and",
        ),
        ({"categorical_features": ["bill"]}, X.to_numpy(), "not a column of X"),
        ({"categorical_features": "from_dtypes"}, X, "Did you mean 'from_dtype'"),
        ({"categorical_features": [["bill"]]}, X, "a list of names or of positions"),
        ({"categorical_features": [1.5]}, X, "a list of names or of positions"),
        ({"embedding_dim": 0}, X, "embedding_dim=0 is not allowed"),
        ({}, csr_array(np.eye(N)), "A sparse matrix cannot be taken"),
    ],
)
def test_bad_tables_are_refused_in_one_sentence(params, frame, message):
    with pytest.raises(ValueError, match=message):
        classifier(**params).fit(frame, SEX[: frame.shape[0]])


def test_mixed_types_in_one_column_are_refused():
    mixed = ["a" if i % 2 else 1 for i in range(N)]
    with pytest.raises(TypeError, match="Column 'species' mixes things"):
        classifier().fit(changed(species=mixed), SEX)


def test_strings_in_a_column_of_numbers_are_refused_in_prediction():
    model = classifier(max_iter=1).fit(X, SEX)
    with pytest.raises(
        ValueError, match="Column 'bill' is taken for numbers, and not all"
    ):
        model.predict(changed(bill="long"))


def test_sampler_that_interpolates_categories_is_refused():
    frame = X.dropna()
    with pytest.raises(ValueError, match="made categories that do not exist"):
        classifier(sampler=SMOTE(random_state=0)).fit(frame, SCORE[frame.index] > 1.5)


def test_order_of_columns_is_checked():
    model = classifier(max_iter=1).fit(X, SEX)
    with pytest.raises(ValueError, match="must be in the same order"):
        model.predict(X[X.columns[::-1]])
    with pytest.raises(ValueError, match="missing:\n- bill"):
        model.predict(X.drop(columns="bill"))
    with pytest.raises(ValueError, match="unseen at fit time:\n- wing"):
        model.predict(changed(wing=1.0))


def test_attributes_are_absent_without_categorical_features():
    numbers = np.random.default_rng(0).normal(size=(20, 2))
    model = MLPClassifier(max_iter=1).fit(numbers, SEX[:20])
    for name in ("is_categorical_", "categories_", "embeddings_"):
        assert not hasattr(model, name)
        assert not hasattr(classifier(), name)
    with pytest.raises(NotFittedError):
        classifier().predict(X)


def test_words_among_numbers_are_explained_without_categorical_features():
    with pytest.raises(ValueError, match="set categorical_features='from_dtype'") as e:
        MLPClassifier().fit(X, SEX)
    words = [c for c in X if not pd.api.types.is_numeric_dtype(X[c])]
    assert str(words) in str(e.value)
    dates = X[["bill"]].assign(day=pd.date_range("2020", periods=len(X)))
    with pytest.raises(ValueError, match=r"not numbers, \['day'\]: set categorical"):
        MLPClassifier().fit(dates, SEX)
    with pytest.raises(ValueError, match="could not convert string to float"):
        MLPClassifier().fit(X.to_numpy(), SEX)
    with pytest.raises(ValueError, match="contains NaN"):
        MLPClassifier().fit(X.drop(columns=words), SEX)
