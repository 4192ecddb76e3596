"""Pictures of the page, drawn from what its tables say."""

from itertools import cycle

from benchmarks.report import PAGE

FOLDER = PAGE.parent / "images"


def draw_error_against_seconds(points, reference, path):
    """Draw what an error costs.

    Parameters
    ----------
    points : dict of str to (float, float, float)
        Name to CPU seconds of fit, error relative to the reference, and its standard
        error.
    reference : str
        Name of the contestant whose error is 1.
    path : path-like
        Where to save the picture.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    ax = figure.subplots()
    by_seconds = sorted(points.items(), key=lambda point: point[1])
    # Neighbours are labelled above and below, so that their names keep clear.
    for (name, (seconds, error, deviation)), side in zip(
        by_seconds, cycle((1, -1)), strict=False
    ):
        color = "C3" if name.startswith("skdeep") else "C0"
        ax.errorbar(seconds, error, deviation, fmt="o", color=color, capsize=3)
        ax.annotate(
            name,
            (seconds, error + side * deviation),
            (0, side * 5),
            textcoords="offset points",
            horizontalalignment="center",
            verticalalignment="bottom" if side > 0 else "top",
            color=color,
        )
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.margins(x=0.2, y=0.12)
    ax.grid(alpha=0.3)
    ax.set_xlabel("CPU seconds of a fit to each table, summed")
    ax.set_ylabel(f"error, share of that of {reference}")
    figure.savefig(path, dpi=110)
