"""Training from chunks of files and frames, with the statistics of all of them."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.preprocessing import OneHotEncoder

from skdeep import MLPClassifier
from skdeep.preprocessing import StandardScaler

pytest.importorskip("pyarrow")
pytestmark = [
    # Those of the clusters' libraries.
    pytest.mark.filterwarnings("ignore"),
]

rng = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "distance": rng.gamma(2.0, 500.0, 1200),
        "hour": rng.integers(0, 24, 1200),
        "carrier": rng.choice(["AA", "DL", "UA"], 1200),
    }
)
TABLE["late"] = (TABLE["hour"] > 15) ^ (TABLE["carrier"] == "UA")
NUMBERS = ["distance", "hour"]


def from_parquet(folder):
    """Return a function that reads batches of a Parquet file."""
    from pyarrow import parquet

    TABLE.to_parquet(folder / "flights.parquet")
    file = parquet.ParquetFile(folder / "flights.parquet")
    return lambda: (batch.to_pandas() for batch in file.iter_batches(100))


def from_dask(folder):
    """Return a function that computes the partitions of a frame of Dask."""
    frames = pytest.importorskip("dask.dataframe").from_pandas(TABLE, npartitions=12)
    return lambda: (part.compute(scheduler="sync") for part in frames.partitions)


@pytest.mark.parametrize("source", [from_parquet, from_dask])
def test_chunks_are_learned_from_with_the_statistics_of_all(source, tmp_path):
    chunks = source(tmp_path)
    scaler, carriers = StandardScaler(), set()
    for chunk in chunks():
        scaler.partial_fit(chunk[NUMBERS])
        carriers |= set(chunk["carrier"])
    encoder = OneHotEncoder(categories=[sorted(carriers)], sparse_output=False)

    def encode(chunk):
        codes = encoder.fit_transform(chunk[["carrier"]])
        return np.hstack([scaler.transform(chunk[NUMBERS]), codes])

    assert_allclose(scaler.mean_, TABLE[NUMBERS].mean())
    assert_allclose(scaler.var_, TABLE[NUMBERS].var(ddof=0))
    net = MLPClassifier((16,), learning_rate_init=0.01, batch_size=20, random_state=0)
    for _ in range(8):
        for chunk in chunks():
            net.partial_fit(encode(chunk), chunk["late"], classes=[False, True])
    assert net.score(encode(TABLE), TABLE["late"]) > 0.95
