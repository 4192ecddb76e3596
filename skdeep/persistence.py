"""Models in files without code."""

import os
from typing import Any

from sklearn.base import BaseEstimator

from skdeep import _archive
from skdeep._encoding import Decoder, Encoder, name_of
from skdeep._forms import check_path

__all__ = ["load", "save"]


def save(model: BaseEstimator, path: str | os.PathLike[str]) -> None:
    """Write an estimator or a transformer of skdeep into one file without code.

    Parameters
    ----------
    model : estimator
        Fitted or not, with all it holds. A pipeline may hold steps of skdeep, and of
        scikit-learn the transformers of columns that
        :func:`skdeep.preprocessing.make_tabular_pipeline` is made of.
    path : str or path-like
        The file. One that is there is replaced, as a whole or not at all.

    Raises
    ------
    ValueError
        If the model holds a function or an object from elsewhere; the message says
        which.
    TypeError
        If it is no estimator of skdeep.

    See Also
    --------
    load : Reads the file.

    Notes
    -----
    A file is a zip of ``header.json`` and ``.npy`` arrays: hyperparameters, fitted
    state, versions, and the SHA-256 of all of it. Callbacks are not saved.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.persistence import load, save
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "iris.skdeep")
    ...     save(model, path)
    ...     copy = load(path)
    >>> bool((copy.predict_proba(X) == model.predict_proba(X)).all())
    True
    """
    kind, path = type(model), check_path(path)
    if name_of(kind) is None or not isinstance(model, BaseEstimator):
        raise TypeError(
            f"{kind.__qualname__} of {kind.__module__} is no estimator that can be "
            "saved: save the estimators of skdeep that it is made of, or use skops."
        )
    encoder = Encoder()
    root = encoder.encode(model, kind.__name__)
    content = {"model": root, "objects": encoder.objects}
    _archive.write(path, _archive.pack("model", content, encoder.arrays))


def load(path: str | os.PathLike[str]) -> Any:
    """Return the estimator that :func:`save` has written.

    Nothing in the file is run: classes come from skdeep alone, by name.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    estimator
        As it was saved.

    Raises
    ------
    ValueError
        If the file is cut off or changed, or was written by a newer version.
    FileNotFoundError
        If it is not there.

    See Also
    --------
    save : Writes the file.
    """
    path = check_path(path)
    content, arrays = _archive.unpack(path.read_bytes(), "model", path)
    try:
        return Decoder(content["objects"], arrays).decode(content["model"])
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is whole, but holds what skdeep {_archive.versions()['skdeep']} "
            f"does not know ({error}): load it by the version that wrote it."
        ) from error
