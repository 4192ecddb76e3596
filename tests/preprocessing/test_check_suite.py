"""scikit-learn's own checks, on every transformer, with no expected failures."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skdeep.preprocessing import (
    CategoricalEncoder,
    Imputer,
    MinMaxScaler,
    RobustScaler,
    SequencePadder,
    StandardScaler,
)

TRANSFORMERS = [
    CategoricalEncoder(),
    Imputer(),
    Imputer("median", add_indicator=True),
    Imputer("most_frequent"),
    Imputer("constant"),
    MinMaxScaler(),
    MinMaxScaler(bounds=(-10, 10), clip=True),
    RobustScaler(),
    RobustScaler(smooth_clip=3.0),
    SequencePadder(),
    SequencePadder(max_length=3),
    StandardScaler(),
    StandardScaler(with_mean=False),
]


@parametrize_with_checks(TRANSFORMERS)
def test_transformer_passes_all_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_tags_tell_what_is_taken(transformer):
    tags = transformer.__sklearn_tags__().input_tags
    assert tags.allow_nan
    assert tags.two_d_array
    assert tags.three_d_array == (not isinstance(transformer, CategoricalEncoder))
