"""Working memory that threads take turns with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from skdeep.nn.workspace import Workspace


class Spaces:
    """Working memory for prediction chunk by chunk: as much as there are threads.

    New memory for each chunk would take as long as the arithmetic in it.

    Parameters
    ----------
    make : callable
        Returns a new workspace.
    """

    def __init__(self, make: Callable[[], Workspace]):
        self._make, self._free = make, list[Workspace]()

    @contextmanager
    def one(self) -> Iterator[Workspace]:
        """Lend working memory that no other thread uses meanwhile."""
        try:
            space = self._free.pop()
        except IndexError:
            space = self._make()
        yield space
        self._free.append(space)
