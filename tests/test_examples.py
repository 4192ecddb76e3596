"""The examples run from top to bottom, each network for two epochs.

At full length the documentation runs them.
"""

import runpy
import warnings
from pathlib import Path

import pytest

from skdeep.nn.training import Trainer

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("[0-9]*.py"))


@pytest.fixture
def two_epochs(monkeypatch):
    """Train every network for two epochs at most."""
    run = Trainer.run

    def short(self, samples, epochs, *rest):
        return run(self, samples, min(epochs, 2), *rest)

    monkeypatch.setattr(Trainer, "run", short)


@pytest.mark.slow
@pytest.mark.usefixtures("two_epochs")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path, monkeypatch, capsys):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setattr(pyplot, "show", lambda: pyplot.close("all"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            runpy.run_path(str(path))
        except SystemExit as missing:
            pytest.skip(str(missing))
    pyplot.close("all")
    capsys.readouterr()
