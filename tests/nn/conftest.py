"""Settings shared by the tests of the engine."""

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

from tests.nn.blas_state import blas_threads

# The same examples in every run, however slow the machine is at the moment.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture
def two_blas_threads():
    """Let BLAS use two threads."""
    with threadpool_limits(2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("needs a BLAS whose threads can be set")
        yield
