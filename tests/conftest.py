"""Settings shared by all tests."""

from importlib.util import find_spec

import pytest


def pytest_collection_modifyitems(items):
    """Skip comparisons with PyTorch where it is not installed."""
    if find_spec("torch") is None:
        skip = pytest.mark.skip(reason="needs PyTorch: make test-oracle")
        for item in items:
            if "oracle" in item.keywords:
                item.add_marker(skip)
