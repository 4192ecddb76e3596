"""Models as JSON and arrays, and back: plain values, arrays, and objects of skdeep.

What JSON has stands for itself, but for dicts: ``{kind: ...}`` is anything else. An
object is a class by its name and the values it holds. Classes are looked up in a list
of skdeep's own, and few of scikit-learn's; nothing is imported or called by a name that
stands in a file.
"""

import hashlib
import importlib
import json
import pkgutil
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn import config_context
from sklearn.base import BaseEstimator

# Parts of skdeep whose classes a model is made of.
PARTS = ("estimators", "nn", "pipeline", "preprocessing", "resampling")
TYPES: dict[str, type] = {
    t.__name__: t for t in (bool, dict, float, int, list, object, str, tuple)
}
BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
# Classes of scikit-learn that skdeep's own hold, or that hold them.
BORROWED = (
    "compose.ColumnTransformer",
    "compose.make_column_selector",
    "feature_extraction.text.CountVectorizer",
    "impute.SimpleImputer",
    "pipeline.Pipeline",
    "preprocessing.MinMaxScaler",
    "preprocessing.OneHotEncoder",
    "preprocessing.OrdinalEncoder",
    "preprocessing.RobustScaler",
    "preprocessing.StandardScaler",
)
# How the names begin of what scikit-learn notes on an estimator, no part of the model:
# callbacks, and requests of metadata, which are saved in their public form.
NOTES = ("_callback", "_metadata_request", "_parent_callback", "_skl_")


@cache
def known_classes() -> dict[str, type]:
    """Return the classes a file may name, such as "nn.Dense" of skdeep.

    Few of scikit-learn are among them, "sklearn.preprocessing.OrdinalEncoder".
    """
    found: dict[str, type] = {}
    for name in BORROWED:
        part, _, kind = name.rpartition(".")
        module = importlib.import_module(f"sklearn.{part}")
        found[f"sklearn.{name}"] = getattr(module, kind)
    for part in PARTS:
        module = importlib.import_module(f"skdeep.{part}")
        modules = [module]
        for info in pkgutil.walk_packages(
            getattr(module, "__path__", []), module.__name__ + "."
        ):
            modules.append(importlib.import_module(info.name))
        for module in modules:
            for name, value in vars(module).items():
                if isinstance(value, type) and value.__module__ == module.__name__:
                    found[f"{part}.{name}"] = value
    return found


def name_of(kind: type) -> str | None:
    """Return the name under which a file may hold a class, None if it may not."""
    return _names().get(kind)


@cache
def _names() -> dict[type, str]:
    return {kind: name for name, kind in known_classes().items()}


class Encoder:
    """Turns values into what JSON has, and arrays beside.

    Attributes
    ----------
    arrays : dict of str to ndarray
        Arrays met so far, by name.
    objects : list of dict
        Objects of skdeep met so far; a value that occurs twice is one.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.objects: list[dict[str, Any]] = []
        # Values are kept alive, as another one could get the same id.
        self._seen: dict[int, tuple[Any, Any]] = {}

    def encode(self, value: Any, where: str) -> Any:
        """Return a value as JSON has it.

        Parameters
        ----------
        value : object
            Of plain types, NumPy or skdeep.
        where : str
            What errors call it.

        Returns
        -------
        object
            For :class:`Decoder`.

        Raises
        ------
        ValueError
            If it is, or holds, something else; the message says where.
        """
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if isfinite(value) else {"float": repr(value)}
        if type(value) is list:
            return self._each(value, where)
        if type(value) is tuple:
            return {"tuple": self._each(value, where)}
        if type(value) in (set, frozenset):
            return {type(value).__name__: self._each(sorted(value, key=repr), where)}
        if type(value) in (dict, OrderedDict):
            return {"dict": self._pairs(value, where)}
        if type(value) is slice:
            parts = [value.start, value.stop, value.step]
            return {"slice": self._each(parts, where)}
        if isinstance(value, np.generic) and value.dtype.kind != "O":
            return {"scalar": self._store(np.asarray(value))}
        if isinstance(value, np.dtype):
            return {"dtype": value.str}
        if isinstance(value, type) and issubclass(value, np.generic):
            return {"type": np.dtype(value).str}
        if isinstance(value, type) and TYPES.get(value.__name__) is value:
            return {"type": value.__name__}
        return self._once(value, where)

    def _each(self, values: Any, where: str) -> list[Any]:
        return [self.encode(v, f"{where}[{i}]") for i, v in enumerate(values)]

    def _pairs(self, values: Mapping[Any, Any], where: str) -> list[Any]:
        return [
            [self.encode(k, f"a key of {where}"), self.encode(v, f"{where}[{k!r}]")]
            for k, v in values.items()
        ]

    def _store(self, array: np.ndarray) -> str:
        name = f"array{len(self.arrays)}"
        self.arrays[name] = array
        return name

    def _once(self, value: Any, where: str) -> Any:
        if id(value) not in self._seen:
            if isinstance(value, np.ndarray):
                self._seen[id(value)] = self._array(value, where), value
            elif issparse(value):
                csr = value.tocsr()
                parts = [self._store(a) for a in (csr.data, csr.indices, csr.indptr)]
                node = {"csr": parts, "shape": list(csr.shape)}
                self._seen[id(value)] = node, value
            elif isinstance(value, np.random.Generator):
                state = self.encode(dict(value.bit_generator.state), where)
                self._seen[id(value)] = {"generator": state}, value
            elif isinstance(value, np.random.RandomState):
                state = self.encode(value.get_state(legacy=False), where)
                self._seen[id(value)] = {"random_state": state}, value
            else:
                self._object(value, where)
        return self._seen[id(value)][0]

    def _array(self, array: np.ndarray, where: str) -> dict[str, Any]:
        if array.dtype.hasobject:
            values = self._each(array.ravel().tolist(), where)
            return {"objects": values, "shape": list(array.shape)}
        return {"array": self._store(np.asarray(array))}

    def _object(self, value: Any, where: str) -> None:
        name = name_of(type(value))
        if name is None:
            raise ValueError(_refusal(value, where))
        entry: dict[str, Any] = {"class": name}
        self._seen[id(value)] = {"object": len(self.objects)}, value
        self.objects.append(entry)
        params: dict[str, Any] = {}
        if hasattr(value, "get_params"):
            params = value.get_params(deep=False)
            entry["params"] = {
                key: self.encode(v, f"{where}.{key}") for key, v in params.items()
            }
        state: Any = value.__getstate__() or {}
        entry["state"] = {
            key: self.encode(v, f"{where}.{key}")
            for key, v in state.items()
            if key not in params and not key.startswith(NOTES)
        }
        if isinstance(value, dict):
            entry["items"] = self._pairs(value, where)
        if isinstance(value, BaseEstimator):
            entry["requests"] = _requests(value)


def _requests(estimator: Any) -> dict[str, dict[str, Any]]:
    """Return which arguments of which methods a router is to pass on."""
    if any(hasattr(estimator, name) for name in ("steps", "transformers")):
        # Those that route have no requests of their own.
        return {}
    routing = estimator.get_metadata_routing()
    default = type(estimator)().get_metadata_routing()
    found = {}
    for method in ("fit", "partial_fit", "predict", "score", "transform"):
        requests = getattr(routing, method).requests
        if requests != getattr(default, method).requests:
            found[method] = dict(requests)
    return found


def _refusal(value: Any, where: str) -> str:
    kind = type(value)
    if callable(value) and not hasattr(value, "get_params"):
        name = getattr(value, "__qualname__", kind.__qualname__)
        found = f"{name!r}, which is code"
    else:
        found = f"a {kind.__qualname__} of {kind.__module__}"
    return (
        f"{where} is {found}, and a file without code holds plain values, NumPy arrays "
        "and objects of skdeep only: replace it, or use joblib.dump, whose files run "
        "code when they are loaded."
    )


class Decoder:
    """Turns what :class:`Encoder` has made back into values.

    Parameters
    ----------
    objects : list of dict
        Of the encoder.
    arrays : dict of str to ndarray
        Of the encoder.
    """

    def __init__(self, objects: list[dict[str, Any]], arrays: dict[str, np.ndarray]):
        self.objects, self.arrays = objects, arrays
        self._made: dict[int, Any] = {}

    def decode(self, node: Any) -> Any:
        """Return the value of a node."""
        if isinstance(node, list):
            return [self.decode(n) for n in node]
        if not isinstance(node, dict):
            return node
        kind = next(iter(node))
        found = node[kind]
        match kind:
            case "float":
                return float(found)
            case "tuple":
                return tuple(self.decode(found))
            case "set":
                return set(self.decode(found))
            case "frozenset":
                return frozenset(self.decode(found))
            case "dict":
                return {self.decode(k): self.decode(v) for k, v in found}
            case "slice":
                return slice(*self.decode(found))
            case "scalar":
                return self.arrays[found][()]
            case "array":
                return self.arrays[found]
            case "objects":
                array = np.empty(len(found), dtype=object)
                for i, value in enumerate(found):
                    array[i] = self.decode(value)
                return array.reshape(node["shape"])
            case "dtype":
                return np.dtype(found)
            case "type":
                return TYPES[found] if found in TYPES else np.dtype(found).type
            case "csr":
                parts = tuple(self.arrays[name] for name in found)
                return csr_matrix(parts, shape=tuple(node["shape"]))
            case "generator" | "random_state":
                return self._generator(kind, self.decode(found))
            case "object":
                return self._object(found)
        raise ValueError(f"{kind!r} is no kind of value that this version knows.")

    def _generator(self, kind: str, state: dict[str, Any]) -> Any:
        name = state["bit_generator"]
        if name not in BIT_GENERATORS:
            raise ValueError(f"{name!r} is no generator of random bits of NumPy.")
        bits = getattr(np.random, name)(0)
        if kind == "generator":
            bits.state = state
            return np.random.Generator(bits)
        random_state = np.random.RandomState(bits)
        random_state.set_state(state)
        return random_state

    def _object(self, number: int) -> Any:
        if number in self._made:
            return self._made[number]
        entry = self.objects[number]
        cls: Any = known_classes().get(entry["class"])
        if cls is None:
            raise ValueError(f"{entry['class']!r} is no class of this version.")
        made: Any
        if "params" in entry:
            made = cls(**{k: self.decode(v) for k, v in entry["params"].items()})
        else:
            made = cls.__new__(cls)
        self._made[number] = made
        state = {k: self.decode(v) for k, v in entry["state"].items()}
        if hasattr(made, "__setstate__"):
            made.__setstate__(state)
        else:
            vars(made).update(state)
        for key, value in entry.get("items", ()):
            made[self.decode(key)] = self.decode(value)
        with config_context(enable_metadata_routing=True):
            for method, requests in entry.get("requests", {}).items():
                getattr(made, f"set_{method}_request")(**requests)
        return made


def digest(value: Any, where: str) -> str:
    """Return a fingerprint of a value, the same for equal values in any process.

    Parameters
    ----------
    value : object
        As :class:`Encoder` takes it.
    where : str
        What errors call it.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    encoder = Encoder()
    node = encoder.encode(value, where)
    found = hashlib.sha256(json.dumps([node, encoder.objects]).encode())
    for array in encoder.arrays.values():
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return found.hexdigest()[:32]
