"""Over- and undersampling of anything that can be indexed, with imbalanced-learn.

=====================  =======================================================
RandomUnderSampler     leave samples of the large classes out
RandomOverSampler      repeat samples of the small classes
RandomSampler          leave out and repeat, to given counts
SMOTE                  make samples up between neighbours, from numbers
SMOTENC                likewise, from a table of numbers and categories
=====================  =======================================================
"""

from skdeep.resampling.random import RandomOverSampler, RandomUnderSampler
from skdeep.resampling.random_sampler import RandomSampler
from skdeep.resampling.smote import SMOTE
from skdeep.resampling.smotenc import SMOTENC

__all__ = [
    "SMOTE",
    "SMOTENC",
    "RandomOverSampler",
    "RandomSampler",
    "RandomUnderSampler",
]
