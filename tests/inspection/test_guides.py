"""The code in the guides runs, and gives what they say."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.skipif(not DOCS.exists(), reason="a source distribution has no docs")
@pytest.mark.parametrize(
    "name", ["bias.md", "resampling.md", "preprocessing.md", "tables.md"]
)
def test_guide(name):
    failed, tried = doctest.testfile(
        str(DOCS / name),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
        encoding="utf-8",
    )
    assert tried > 0
    assert failed == 0
