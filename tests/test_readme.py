"""The example in the README prints what it says."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_example_prints_what_it_says(capsys):
    text = README.read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    printed = re.search(r"```text\n(.*?)```", text, re.DOTALL).group(1)
    exec(code, {})
    assert capsys.readouterr().out == printed
