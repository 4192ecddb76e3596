"""Contestants on folds of tables, one process each, remembering what was measured."""

import ast
import sys
from collections import Counter
from typing import NamedTuple

from benchmarks.cache import Cache, default_path
from benchmarks.folds import prepare_folds
from benchmarks.table_contestants import is_available
from benchmarks.worker import Worker


class Study(NamedTuple):
    """What is measured.

    Parameters
    ----------
    contestants : list of TableContestant
    tables : list of str
    n_folds, n_repeats : int
        Each repetition has folds and estimators of its own seed, 0, 1, ...
    """

    contestants: list
    tables: list
    n_folds: int
    n_repeats: int

    def places(self):
        """Return all (table, fold, seed), fold by fold.

        All tables come before the next fold, so that a study that is not through yet
        tells something about each.
        """
        return [
            (table, fold, seed)
            for seed in range(self.n_repeats)
            for fold in range(self.n_folds)
            for table in self.tables
        ]


def key_of(contestant, n_folds, place):
    """Return under what the result of one fit is cached."""
    table, fold, seed = place
    where = {"table": table, "n_folds": n_folds, "fold": fold, "seed": seed}
    return {**contestant.key(), **where}


def run(study, path=None, cached_only=False):
    """Measure what the cache does not hold yet.

    Parameters
    ----------
    study : Study
    path : path-like, optional
        The cache; :func:`.cache.default_path` by default.
    cached_only : bool, default=False
        Measures nothing: a contestant takes part with the folds that it has, if there
        are at least two of every table.

    Returns
    -------
    dict of str to dict of tuple to dict
        Results by contestant and (table, fold, seed); see :func:`.folds.measure_fold`.
    """
    cache = Cache(path or default_path())
    results = {}
    for contestant in study.contestants:
        keys = {
            place: key_of(contestant, study.n_folds, place) for place in study.places()
        }
        missing = [place for place, key in keys.items() if cache.get(key) is None]
        if cached_only:
            of_table = Counter(place[0] for place in keys.keys() - set(missing))
            if min(of_table[table] for table in study.tables) < 2:
                print(f"  {contestant.name} is not measured yet", file=sys.stderr)
                continue
        elif missing:
            measure(
                contestant,
                study.n_folds,
                {place: keys[place] for place in missing},
                cache,
            )
        results[contestant.name] = {
            place: cache.get(key) for place, key in keys.items() if cache.get(key)
        }
    return results


def measure(contestant, n_folds, keys, cache):
    """Measure the places of `keys` in a process of their own, into the cache."""
    worker = Worker(prepare_folds, contestant, n_folds)
    for place, key in keys.items():
        result = worker.run(place)
        cache.put(key, result)
        print(
            f"  {contestant.name}: {' '.join(map(str, place))}: "
            f"error {result['error']:.4f}, {result['fit_cpu']:.1f} s",
            file=sys.stderr,
        )
    worker.close()


def chosen(names, available, option):
    """Return the entries with these names, all of them for None.

    Parameters
    ----------
    names : list of str or None
        From the command line.
    available : dict of str to object
    option : str
        How the command line calls them.
    """
    names = list(available) if names is None else names
    unknown = [name for name in names if name not in available]
    if unknown:
        sys.exit(
            f"{option} takes {', '.join(map(repr, available))}; it got {unknown[0]!r}."
        )
    return [available[name] for name in names]


def chosen_contestants(names, available):
    """Return the contestants with these names that can take part here."""
    contestants = chosen(names, available, "--contestant")
    for contestant in contestants:
        if not is_available(contestant):
            print(f"  {contestant.name} is not installed", file=sys.stderr)
    return [contestant for contestant in contestants if is_available(contestant)]


def variants(groups, available):
    """Return the variants that the command line describes, and their bases.

    Parameters
    ----------
    groups : list of list of str
        Each the name of a contestant and words such as ``alpha=0.01``; what is not a
        literal of Python is a string.
    available : dict of str to TableContestant

    Returns
    -------
    contestants : list of TableContestant
    bases : dict of str to str
        Name of a variant to the name of what it is a variant of.
    """
    contestants, bases = [], {}
    for name, *words in groups:
        (base,) = chosen([name], available, "--variant")
        settings = dict(map(setting, words))
        contestants.append(base.variant(settings))
        bases[contestants[-1].name] = name
    return contestants, bases


def setting(word):
    """Return name and value of a hyperparameter, from ``name=value``."""
    name, equals, text = word.partition("=")
    if not equals:
        sys.exit(f"--variant takes name=value, such as alpha=0.01; it got {word!r}.")
    try:
        return name, ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return name, text
