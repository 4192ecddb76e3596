"""Pictures of the page, drawn from what its tables say."""

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
    for name, (seconds, error, deviation) in points.items():
        color = "C3" if name.startswith("skdeep") else "C0"
        ax.errorbar(seconds, error, deviation, fmt="o", color=color, capsize=3)
        ax.annotate(
            name, (seconds, error), (6, 5), textcoords="offset points", color=color
        )
    ax.set_xscale("log")
    ax.margins(x=0.2, y=0.12)
    ax.grid(alpha=0.3)
    ax.set_xlabel("CPU seconds of a fit to each table, summed")
    ax.set_ylabel(f"error, share of that of {reference}")
    figure.savefig(path, dpi=110)
