"""Scores over the number of parameters."""

from typing import Any, Self

import numpy as np
from sklearn.base import clone

from skdeep.inspection._arguments import check_names, read_numbers
from skdeep.inspection._unwrap import check_search, unwrap
from skdeep.inspection.displays._one_axes import OneAxesDisplay
from skdeep.model_selection import capacity_grid, count_parameters


class CapacityDisplay(OneAxesDisplay):
    """Training and validation scores of networks from small to large.

    Made by :meth:`from_estimator` or :meth:`from_search`. Where the two part, networks
    begin to overfit; where validation scores stop to rise, larger ones are wasted.

    Parameters
    ----------
    n_parameters : array-like of shape (n_networks,)
        Number of parameters of each network, in ascending order.
    test_scores : array-like of shape (n_networks, n_folds)
        Score on the data left out.
    train_scores : array-like of shape (n_networks, n_folds), default=None
        Score on the data fitted.
    labels : list of str, default=None
        Names of the networks.
    score_name : str, default="score"
        Label of the scores.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where the curves are.
    figure_ : matplotlib Figure
        Around them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import make_moons
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import CapacityDisplay
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> mlp = MLPClassifier(solver="lbfgs", max_iter=50, tol=0.01, random_state=0)
    >>> CapacityDisplay.from_estimator(mlp, X, y, cv=3, max_parameters=500).labels
    ['linear', '8', '32']
    >>> plt.close()
    """

    def __init__(
        self,
        n_parameters: Any,
        test_scores: Any,
        *,
        train_scores: Any = None,
        labels: list[str] | None = None,
        score_name: str = "score",
    ):
        self.n_parameters = n_parameters
        self.test_scores = test_scores
        self.train_scores = train_scores
        self.labels = labels
        self.score_name = score_name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        param_grid: Any = None,
        max_parameters: float | None = None,
        cv: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        ax: Any = None,
    ) -> Self:
        """Fit networks from small to large, and draw their scores.

        Parameters
        ----------
        estimator : estimator
            A network of skdeep, or a pipeline that ends with one.
        X : array-like
            Samples.
        y : array-like
            Targets.
        param_grid : dict or list of dict, default=None
            The networks; None is :func:`skdeep.model_selection.capacity_grid`.
        max_parameters : float, default=None
            Leaves out larger networks of that grid.
        cv : int or splitter, default=None
            Folds, as in GridSearchCV.
        scoring : str or callable, default=None
            Score, as in GridSearchCV.
        n_jobs : int, default=None
            Number of processes.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        CapacityDisplay
            The picture.
        """
        from sklearn.model_selection import GridSearchCV

        if param_grid is None:
            prefix, network = "", estimator
            while hasattr(network, "steps"):
                name, network = network.steps[-1]
                prefix += f"{name}__"
            kind = type(network).__name__.removesuffix("Classifier")
            # The order hardly depends on the number of outputs.
            param_grid = capacity_grid(
                kind.removesuffix("Regressor").lower(),
                np.shape(X)[1:],
                max_parameters=max_parameters,
                prefix=prefix,
            )
        search = GridSearchCV(
            estimator,
            param_grid,
            cv=cv,
            scoring=scoring,
            n_jobs=n_jobs,
            return_train_score=True,
        )
        return cls.from_search(search.fit(X, y), ax=ax)

    @classmethod
    def from_search(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the scores of a search over networks of different size.

        Of networks of one size, such as with several penalties, the best one counts.

        Parameters
        ----------
        search : fitted search
            Such as GridSearchCV, with ``refit``; with ``return_train_score=True`` the
            training scores are drawn too.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        CapacityDisplay
            The picture.

        Raises
        ------
        TypeError, NotFittedError
            If it is no fitted search with a best estimator.
        """
        check_search(search, cls.__name__)
        results, inside = search.cv_results_, unwrap(search)
        network, name = inside.network, "score"
        if isinstance(getattr(search, "refit", None), str):
            name = search.refit
        best: dict[tuple[int, str], int] = {}
        for i, params in enumerate(results["params"]):
            inner = {
                k.removeprefix(inside.prefix): v
                for k, v in params.items()
                if k.startswith(inside.prefix)
            }
            candidate = clone(network).set_params(**inner)
            # With what the fit learned of the data, such as the number of categories.
            vars(candidate).update(vars(network) | vars(candidate))
            shape = network.network_.input_shape
            size = count_parameters(candidate, shape, network.n_outputs_)
            key = (size, _label(inner))
            mean = results[f"mean_test_{name}"]
            if key not in best or mean[i] > mean[best[key]]:
                best[key] = i
        keys = sorted(best)
        chosen = [best[key] for key in keys]

        def scores(part: str) -> np.ndarray | None:
            folds = range(search.n_splits_)
            if f"split0_{part}_{name}" not in results:
                return None
            return np.array([results[f"split{f}_{part}_{name}"] for f in folds]).T[
                chosen
            ]

        scoring = search.scoring if isinstance(search.scoring, str) else name
        return cls(
            np.array([size for size, _ in keys]),
            scores("test"),
            train_scores=scores("train"),
            labels=[label for _, label in keys],
            score_name=scoring,
        ).plot(ax)

    def _draw(self, ax: Any) -> None:
        sizes = read_numbers(self.n_parameters, "n_parameters", 1)
        check_names(self.labels, "labels", len(sizes))
        given = {"train_scores": self.train_scores, "test_scores": self.test_scores}
        scores_of = {
            name: read_numbers(values, name, 2)
            for name, values in given.items()
            if values is not None or name == "test_scores"
        }
        for name, values in scores_of.items():
            check_names(values, name, len(sizes))
        lines = [
            ("train_scores", "training", "0.45", "s--", "white"),
            ("test_scores", "validation", "k", "o-", "k"),
        ]
        # Evenly spaced, as networks of about one size would hide each other.
        places = np.arange(len(sizes))
        for key, name, color, style, face in lines:
            if key not in scores_of:
                continue
            scores = scores_of[key]
            with np.errstate(all="ignore"):
                mean, spread = np.mean(scores, axis=1), np.std(scores, axis=1)
            ax.errorbar(
                places,
                mean,
                spread,
                fmt=style,
                color=color,
                markerfacecolor=face,
                capsize=3,
                label=f"{name}, ± 1 s.d.",
            )
        ticks = [f"{size:,}" for size in sizes]
        if self.labels is not None:
            pairs = zip(self.labels, ticks, strict=True)
            ticks = [f"{label}\n{size}" for label, size in pairs]
        ax.set_xticks(places, ticks)
        ax.set_xlabel("network and its number of parameters")
        ax.set_ylabel(str(self.score_name))


def _label(params: dict[str, Any]) -> str:
    """Return a short name of an architecture."""
    for name in ("hidden_layer_sizes", "filters", "units"):
        if name in params:
            sizes = np.atleast_1d(np.asarray(params[name], dtype=int)).tolist()
            return "-".join(map(str, sizes)) or "linear"
    return ""
