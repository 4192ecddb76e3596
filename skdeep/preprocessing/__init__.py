"""Scaling, imputation, encoding and padding of tables, sequences, images and text.

=========================  ========================================================
``StandardScaler``         mean 0 and standard deviation 1
``MinMaxScaler``           a range, from known or learned bounds
``RobustScaler``           median and quantiles, with smooth clipping
``SampleScaler``           mean 0 and standard deviation 1 within each sample
``Imputer``                missing values of numbers, strings and sequences
``CategoricalEncoder``     categories as codes, which an embedding looks up
``SequenceVectorizer``     texts as sequences of codes
``SequencePadder``         sequences of different lengths as one array
``make_tabular_pipeline``  the chain from a raw data frame to an estimator
=========================  ========================================================

Tables are treated as in scikit-learn. Of sequences (n, time, channels), images (n,
height, width, channels) and lists of arrays (time, channels), each channel is treated
as one feature.
"""

from skdeep.preprocessing.encoding import CategoricalEncoder
from skdeep.preprocessing.imputation import Imputer
from skdeep.preprocessing.min_max import MinMaxScaler
from skdeep.preprocessing.padding import SequencePadder
from skdeep.preprocessing.per_sample import SampleScaler
from skdeep.preprocessing.robust import RobustScaler
from skdeep.preprocessing.standard import StandardScaler
from skdeep.preprocessing.tabular import make_tabular_pipeline
from skdeep.preprocessing.text import SequenceVectorizer

__all__ = [
    "CategoricalEncoder",
    "Imputer",
    "MinMaxScaler",
    "RobustScaler",
    "SampleScaler",
    "SequencePadder",
    "SequenceVectorizer",
    "StandardScaler",
    "make_tabular_pipeline",
]
