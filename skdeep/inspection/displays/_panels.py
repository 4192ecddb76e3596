"""Many small pictures in one figure."""

from math import ceil
from typing import Any

import numpy as np

# More would be too small to see.
MAX_PANELS = 64


def panels(count: int, titles: Any, *, size: float = 1.1) -> tuple[Any, list[Any]]:
    """Return a figure with axes for so many pictures, without ticks.

    Parameters
    ----------
    count : int
        Number of pictures.
    titles : sequence of str
        Their titles.
    size : float, default=1.1
        Width of each in inches.

    Returns
    -------
    figure : matplotlib Figure
        The figure.
    axes : list of matplotlib Axes
        One for each.
    """
    import matplotlib.pyplot as plt

    columns = min(count, 8)
    rows = ceil(count / columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(size * columns + 0.2, (size + 0.25) * rows + 0.4),
        squeeze=False,
        layout="constrained",
    )
    flat = list(axes.ravel())
    for ax in flat[count:]:
        ax.set_visible(False)
    for ax, title in zip(flat, titles, strict=False):
        ax.set_title(title, fontsize="x-small")
        ax.set_xticks([])
        ax.set_yticks([])
    return figure, flat[:count]


def draw(ax: Any, values: np.ndarray, **options: Any) -> None:
    """Draw a map (height, width) as a picture, one of width 1 as a line."""
    if values.shape[1] == 1:
        ax.plot(values[:, 0], color="k", linewidth=1)
        if "vmin" in options:
            ax.set_ylim(options["vmin"], options["vmax"])
        return
    ax.imshow(values, **options)
