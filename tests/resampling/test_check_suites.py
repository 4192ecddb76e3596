"""scikit-learn's and imbalanced-learn's checks, with no expected failures."""

import imblearn.utils.estimator_checks as imbalanced_learn
import pytest
import sklearn.utils.estimator_checks as scikit_learn

from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)

SAMPLERS = [
    RandomOverSampler(random_state=0),
    RandomOverSampler(random_state=0, shrinkage=1.0),
    RandomUnderSampler(random_state=0),
    RandomSampler(random_state=0),
    SMOTE(random_state=0),
    SMOTENC([1], random_state=0),
]


@scikit_learn.parametrize_with_checks(SAMPLERS)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# imbalanced-learn's own decorator hands pytest a generator, which pytest deprecates.
@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pytest.param(*pair, id=f"{pair[0]}-{pair[1].func.__name__}")
        for sampler in SAMPLERS
        for pair in imbalanced_learn.estimator_checks_generator(sampler)
    ],
)
def test_imbalanced_learns_checks(estimator, check):
    check(estimator)
