"""The machine room: memory, BLAS and threads. Nothing outside it need know of them.

============  =================================================================
``memory``    arrays that begin a cache line, buffers that are used again
``threads``   shards of a mini-batch, parts of a prediction, threads of BLAS
``products``  matrix products in pieces that suit BLAS
``arrays``    cutting into equal parts, arithmetic along long rows and in tiles
============  =================================================================
"""

from skdeep.nn.compute.arrays import (
    LongRows,
    cut_evenly,
    long_rows,
    rowwise,
)
from skdeep.nn.compute.memory import (
    Buffers,
    aligned_empty,
    aligned_length,
    aligned_like,
    aligned_parts,
)
from skdeep.nn.compute.products import multiply, stacked
from skdeep.nn.compute.threads import (
    Member,
    Team,
    count_shards,
    run_parts,
    single_threaded_blas,
)

__all__ = [
    "Buffers",
    "LongRows",
    "Member",
    "Team",
    "aligned_empty",
    "aligned_length",
    "aligned_like",
    "aligned_parts",
    "count_shards",
    "cut_evenly",
    "long_rows",
    "multiply",
    "rowwise",
    "run_parts",
    "single_threaded_blas",
    "stacked",
]
