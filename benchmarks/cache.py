"""Results of single fits, kept between runs as lines of JSON.

A fit is looked up by everything that decides its result: table, contestant with its
hyperparameters, fold, seed and the versions of the libraries. A study that is extended
by a contestant or a repetition computes nothing twice.
"""

import hashlib
import json
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

DEFAULT_PATH = Path(__file__).parents[1] / ".benchmark_cache" / "results.jsonl"


def default_path():
    """Return the file named by ``SKDEEP_BENCHMARK_CACHE``, or an ignored one."""
    return Path(os.environ.get("SKDEEP_BENCHMARK_CACHE", DEFAULT_PATH))


@cache
def version_of(package):
    """Return what tells one state of a package from another.

    skdeep itself is told by a digest of its sources: its version number stays while
    it is worked on.
    """
    if package == "skdeep":
        (folder,) = find_spec("skdeep").submodule_search_locations
        digest = hashlib.sha256()
        for path in sorted(Path(folder).rglob("*.py")):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


class Cache:
    """A file to which results are appended.

    Parameters
    ----------
    path : path-like
        Created with its folder at the first result.
    """

    def __init__(self, path):
        self.path = Path(path)
        self._results = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self._results[canonical(entry["key"])] = entry["result"]

    def get(self, key):
        """Return the result for a key (a dict), or None."""
        return self._results.get(canonical(key))

    def put(self, key, result):
        """Keep a result; a single write, so that processes may share the file."""
        self._results[canonical(key)] = result
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "result": result}) + "\n")


def canonical(key):
    """Return one text for equal keys, whatever the order of their entries."""
    return json.dumps(key, sort_keys=True)
