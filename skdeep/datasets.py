"""Data that other packages ship, read without importing those packages."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np


def load_series(name: str, split: str) -> tuple[Any, np.ndarray]:
    """Load a time series data set of the UCR and UEA archives [1]_ [2]_.

    The files of some of them are part of the package aeon, which need not work, let
    alone be imported: ``pip install --no-deps aeon``.

    Parameters
    ----------
    name : str
        Such as "GunPoint" or "JapaneseVowels".
    split : {"train", "test"}
        Which part of the archive's own split.

    Returns
    -------
    X : ndarray of shape (n_samples, time, channels), or list of ndarray
        The series; a list of arrays of shape (time, channels) where they differ in
        length.
    y : ndarray of shape (n_samples,)
        Classes as text, or numbers.

    Raises
    ------
    ValueError
        If the package does not have the data set.
    ModuleNotFoundError
        If aeon is not installed.

    See Also
    --------
    read_ts : Read a file of your own.

    References
    ----------
    .. [1] H. A. Dau et al., "The UCR time series archive", IEEE/CAA Journal of
       Automatica Sinica 6, 2019.
    .. [2] A. Bagnall et al., "The UEA multivariate time series classification
       archive, 2018", arXiv:1811.00075.

    Examples
    --------
    >>> X, y = load_series("GunPoint", "train")  # doctest: +SKIP
    >>> X.shape  # doctest: +SKIP
    (50, 150, 1)
    """
    spec = find_spec("aeon")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "load_series reads files of the package aeon: pip install --no-deps aeon."
        )
    folder = Path(spec.submodule_search_locations[0], "datasets", "data")
    path = folder / name / f"{name}_{split.upper()}.ts"
    if not path.is_file():
        known = sorted({found.parent.name for found in folder.glob("*/*_TRAIN.ts")})
        raise ValueError(
            f"There is no split {split!r} of {name!r} in the package aeon: give "
            f"'train' or 'test', and one of {known}."
        )
    return read_ts(path)


def read_ts(path: str | Path) -> tuple[Any, np.ndarray]:
    r"""Read a file of time series in the ``.ts`` format of the UEA archive.

    Parameters
    ----------
    path : str or Path
        The file. Each line of data holds the channels of a series, separated by
        colons, values by commas, "?" for a gap, and at last its class or number.

    Returns
    -------
    X : ndarray of shape (n_samples, time, channels), or list of ndarray
        The series; a list of arrays of shape (time, channels) where they differ in
        length.
    y : ndarray of shape (n_samples,)
        Classes as text; numbers if the header has ``@targetlabel true``.

    Examples
    --------
    >>> import os, tempfile
    >>> from skdeep.datasets import read_ts
    >>> text = "@classlabel true a b\n@data\n1,2,3:4,5,6:a\n7,8:9,?:b\n"
    >>> path = os.path.join(tempfile.mkdtemp(), "two.ts")
    >>> with open(path, "w") as file:
    ...     _ = file.write(text)
    >>> X, y = read_ts(path)
    >>> [x.shape for x in X], X[1][1], y.tolist()
    ([(3, 2), (2, 2)], array([ 8., nan]), ['a', 'b'])
    """
    text = Path(path).read_text(encoding="utf-8")
    header, _, body = text.partition("@data")
    X, y = [], []
    for line in filter(None, map(str.strip, body.splitlines())):
        *channels, target = line.split(":")
        series = [c.replace("?", "nan").split(",") for c in channels]
        X.append(np.array(series, dtype=np.float64).T)
        y.append(target)
    is_real = "@targetlabel true" in header.lower()
    targets = np.array(y, dtype=np.float64 if is_real else str)
    if len({x.shape for x in X}) == 1:
        return np.stack(X), targets
    return X, targets
