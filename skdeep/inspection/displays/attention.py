"""Display of where in a source a network looks while it writes."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeep.inspection._arguments import check_integer, check_names, head, read_numbers
from skdeep.inspection._unwrap import unwrap

# More symbols along an axis would be too small to read.
MAX_TICKS = 60
# And of more steps there are no pictures.
MAX_STEPS = 2**31


class AttentionDisplay:
    """Weights by which each symbol written attends to the steps of the source [1]_.

    Made by :meth:`from_estimator`, or from the weights. A row for each symbol that was
    written, from top to bottom; a column for each step that was read. Dark is where the
    network looks.

    Parameters
    ----------
    weights : ndarray of shape (n_symbols, n_steps)
        As :meth:`skdeep.Seq2SeqClassifier.attention_weights` returns them.
    written : sequence, default=None
        The symbols; None numbers them.
    source : sequence, default=None
        The symbols that were read; None is numbers, whose steps are counted.
    n_source_steps : int, default=None
        Length of the source, where convolutions left fewer steps; None is ``n_steps``.
    name : str, default=None
        Title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        Around it.

    See Also
    --------
    skdeep.Seq2SeqClassifier : Has the weights.

    References
    ----------
    .. [1] D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly
       learning to align and translate", ICLR 2015, arXiv:1409.0473.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from skdeep import Seq2SeqClassifier
    >>> from skdeep.inspection import AttentionDisplay
    >>> X = ["one", "two", "three", "four"] * 8
    >>> model = Seq2SeqClassifier(units=8, max_iter=5, learning_rate_init=0.01,
    ...                           random_state=0).fit(X, X)
    >>> AttentionDisplay.from_estimator(model, ["three"])
    <...AttentionDisplay object at ...>
    >>> plt.close()
    """

    def __init__(
        self,
        weights: np.ndarray,
        *,
        written: Sequence[Any] | None = None,
        source: Sequence[Any] | None = None,
        n_source_steps: int | None = None,
        name: str | None = None,
    ):
        self.weights, self.name = weights, name
        self.written, self.source = written, source
        self.n_source_steps = n_source_steps

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any = None, *, ax: Any = None
    ) -> Self:
        """Draw where a fitted network looks while it writes.

        Parameters
        ----------
        estimator : fitted estimator
            A :class:`skdeep.Seq2SeqClassifier` with attention, or a pipeline or search
            around one.
        X : sequence of str, of token lists or of arrays
            Sources, as ``predict`` takes them; the first one is drawn.
        y : sequence of str, of lists or of arrays, default=None
            What is written; None is what ``predict`` writes.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        AttentionDisplay
            The picture.

        Raises
        ------
        TypeError
            If the network has no attention weights.
        """
        check_is_fitted(estimator)
        found = unwrap(estimator, head(X, 1, "X"))
        model, first = found.network, found.X
        if not hasattr(model, "attention_weights"):
            raise TypeError(
                f"{type(model).__name__} has no attention weights: give a fitted "
                "Seq2SeqClassifier, or a pipeline or search around one."
            )
        written = model.predict(first) if y is None else head(y, 1, "y")
        weights = model.attention_weights(first, written)[0]
        source = _symbols(first, model.inputs_.unit)
        display = cls(
            weights,
            written=_symbols(written, model.targets_.unit),
            source=source,
            n_source_steps=len(_first(first)) if source is None else None,
        )
        return display.plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : display
            Itself.
        """
        import matplotlib.pyplot as plt

        weights = read_numbers(self.weights, "weights", 2)
        n_rows, n_columns = weights.shape
        check_integer(self.n_source_steps, "n_source_steps", 1, MAX_STEPS)
        check_names(self.written, "written", n_rows)
        check_names(self.source, "source", n_columns)
        n_steps = self.n_source_steps or n_columns
        if ax is None:
            wide = np.clip(0.25 * n_columns + 1, 4, 12)
            tall = np.clip(0.25 * n_rows + 1, 2.5, 8)
            _, ax = plt.subplots(figsize=(wide, tall), layout="constrained")
        ax.imshow(
            weights,
            cmap="Blues",
            vmin=0,
            aspect="auto",
            interpolation="nearest",
            extent=(-0.5, n_steps - 0.5, n_rows - 0.5, -0.5),
        )
        if self.source is not None and n_columns <= MAX_TICKS:
            ax.set_xticks(range(n_columns), _labels(self.source))
            ax.set_xlabel("read")
        else:
            ax.set_xlabel("step read")
        if self.written is not None and n_rows <= MAX_TICKS:
            ax.set_yticks(range(n_rows), _labels(self.written))
        ax.set_ylabel("written")
        ax.set_title(str(self.name or ""))
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _first(values: Any) -> Any:
    return values.iloc[0] if hasattr(values, "iloc") else values[0]


def _symbols(values: Any, unit: str) -> list[Any] | None:
    """Return the symbols of the first sample, None if it has none."""
    sample = _first(values)
    if unit == "number":
        return None
    if unit == "word":
        return sample.split()
    return [sample] if unit == "label" else list(sample)


def _labels(symbols: Sequence[Any]) -> list[str]:
    # A blank could not be seen.
    is_blank = [isinstance(symbol, str) and symbol == " " for symbol in symbols]
    pairs = zip(symbols, is_blank, strict=True)
    return ["␣" if blank else str(symbol) for symbol, blank in pairs]
