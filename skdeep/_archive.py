"""Files of arrays and JSON, without code, with a checksum, replaced as a whole.

A file is an ordinary zip: ``header.json``, and an ``.npy`` for each array. Its comment,
the last 64 bytes, is the SHA-256 of all bytes before.
"""

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn

import skdeep

FORMAT = 1
HEADER = "header.json"
N_DIGITS = 64


class DamagedError(ValueError):
    """A file is cut off or changed."""


def versions() -> dict[str, str]:
    """Return the versions that a file names as its writers."""
    modules = {"skdeep": skdeep, "numpy": np, "scipy": scipy, "scikit-learn": sklearn}
    return {name: module.__version__ for name, module in modules.items()}


def pack(kind: str, content: Any, arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    kind : str
        Kind of file, such as "model"; a reader asks for one.
    content : object
        What JSON has.
    arrays : dict of str to ndarray
        Of any type but objects.

    Returns
    -------
    bytes
        The same for the same content.
    """
    header = {"format": FORMAT, "kind": kind, "versions": versions()}
    header["content"] = content
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        # ZipInfo has a fixed date, so that equal content is equal bytes.
        text = json.dumps(header, allow_nan=False)
        archive.writestr(zipfile.ZipInfo(HEADER), text)
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            with archive.open(info, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        archive.comment = b"0" * N_DIGITS
    raw = file.getbuffer()[:-N_DIGITS]
    return b"".join([raw, hashlib.sha256(raw).hexdigest().encode()])


def write(path: Path, raw: bytes, keep: Path | None = None) -> None:
    """Write a file so that at each moment the old one or the new one is whole.

    Parameters
    ----------
    path : Path
        Where; replaced if it is there.
    raw : bytes
        The content.
    keep : Path or None, default=None
        Where the file that was there goes.
    """
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    if keep is not None and path.exists():
        os.replace(path, keep)
    os.replace(partial, path)
    # Without it a power failure may undo the renaming; Windows has no such call.
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def unpack(raw: bytes, kind: str, path: Path) -> tuple[Any, dict[str, np.ndarray]]:
    """Return content and arrays of the bytes of a file.

    Parameters
    ----------
    raw : bytes
        The file.
    kind : str
        The kind that is asked for.
    path : Path
        Named in errors.

    Returns
    -------
    content : object
        As given to :func:`pack`.
    arrays : dict of str to ndarray
        Writable.

    Raises
    ------
    DamagedError
        If the file is cut off or changed.
    ValueError
        If it is of another kind, or of a newer version.
    """
    whole = memoryview(raw)
    digits = hashlib.sha256(whole[:-N_DIGITS]).hexdigest().encode()
    if digits != bytes(whole[-N_DIGITS:]):
        raise DamagedError(
            f"{path} is cut off, changed, or no file of skdeep: its checksum does not "
            "fit its content. Take another copy of it, or write it anew."
        )
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        header = json.loads(archive.read(HEADER))
        _check_header(header, kind, path)
        arrays = {}
        for name in archive.namelist():
            if name != HEADER:
                member = io.BytesIO(archive.read(name))
                array = np.lib.format.read_array(member, allow_pickle=False)
                arrays[name.removesuffix(".npy")] = array
    return header["content"], arrays


def _check_header(header: dict[str, Any], kind: str, path: Path) -> None:
    wrote, reads = header["versions"]["skdeep"], skdeep.__version__
    if header["format"] > FORMAT or _release(wrote) > _release(reads):
        raise ValueError(
            f"{path} was written by skdeep {wrote}, in format {header['format']}; this "
            f"is skdeep {reads}, which reads its own files and older ones, up to "
            f"format {FORMAT}: install scikit-deep {wrote} or newer."
        )
    if header["kind"] != kind:
        raise ValueError(
            f"{path} holds a {header['kind']}, not a {kind}: skdeep.persistence reads "
            "models, and skdeep.callbacks.Checkpoint its own files."
        )


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])
