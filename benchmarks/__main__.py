"""Command line: ``python -m benchmarks [SECTION] [options]``."""

import argparse
import shlex
import sys
from importlib import import_module

from benchmarks import report
from benchmarks.workloads import KINDS, WORKLOADS

# Modules by name: every worker process imports this file too, and would otherwise
# spend a second on sections that it does not need.
SECTIONS = (
    "speed",
    "accuracy",
    "signals",
    "dense",
    "sequences",
    "sequences_out",
    "startup",
    "search",
    "scaling",
    "tables",
    "imbalance",
    "rows",
    "defaults",
)
# Whose contestants take turns.
TIMED = ("dense", "scaling", "search", "speed", "startup")
STUDIES = ("tables", "imbalance")
WITH_PROBLEMS = ("signals", "dense", "defaults")


def parse_arguments(arguments=None):
    """Read the command line.

    Parameters
    ----------
    arguments : list of str, optional
        The words after the program's name; those of the process by default.

    Returns
    -------
    argparse.Namespace
        With ``section``, ``rounds``, ``workload``, ``problem``, ``network``,
        ``epochs``, ``gigabytes``, ``write`` and what :func:`add_study` adds.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("section", nargs="?", default="all", choices=["all", *SECTIONS])
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often each contestant has its turn"
    )
    parser.add_argument(
        "--workload",
        nargs="+",
        metavar="NAME",
        default=list(WORKLOADS),
        choices=list(WORKLOADS),
        help=f"workloads of the section speed: {', '.join(WORKLOADS)}",
    )
    parser.add_argument(
        "--problem",
        nargs="+",
        metavar="NAME",
        help="problems of the section signals, such as MNIST-5k or GunPoint-fcn, all "
        "of which take an hour; of the section defaults, such as 'CNN digits'; or of "
        "the section dense: digits, textures, motifs",
    )
    parser.add_argument(
        "--network",
        nargs="+",
        metavar="PRESET",
        help="presets of the section dense: unet, fcn8s, fcn32s",
    )
    parser.add_argument(
        "--epochs", type=int, help="of the section dense; those of the preset if left"
    )
    parser.add_argument(
        "--gigabytes", type=float, default=1.0, help="size of what is scaled"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"replace the measured sections of {report.PAGE.name}",
    )
    add_study(parser)
    return parser.parse_args(arguments)


def add_study(parser):
    """Add the options of studies; the section defaults takes those of the cache."""
    group = parser.add_argument_group("sections tables and imbalance")
    group.add_argument(
        "--contestant", nargs="+", metavar="NAME", help="those to measure, or all"
    )
    group.add_argument("--table", nargs="+", metavar="NAME", help="tables, or all")
    group.add_argument(
        "--variant",
        nargs="+",
        action="append",
        default=[],
        metavar=("NAME", "HYPERPARAMETER=VALUE"),
        help="a contestant once more with other hyperparameters; may be repeated",
    )
    group.add_argument("--folds", type=int, default=3, help="of cross-validation")
    group.add_argument("--repeats", type=int, default=1, help="of cross-validation")
    group.add_argument(
        "--cache",
        metavar="FILE",
        help="where single results are kept; $SKDEEP_BENCHMARK_CACHE or a folder that "
        "git ignores by default",
    )
    group.add_argument(
        "--cached",
        action="store_true",
        help="measure nothing; leave out whom the cache does not hold completely",
    )


def parts_of(section, options):
    """Yield the parts of the page that a section measures, and their options.

    Training is timed one kind of network after the other, each with its own part, so
    that one can be measured again without the others.
    """
    if section != "speed":
        yield section, options
        return
    for kind, names in KINDS.items():
        chosen = [name for name in options.workload if name in names]
        if chosen:
            yield (
                f"speed-{kind}",
                argparse.Namespace(**{**vars(options), "workload": chosen}),
            )


def reproduction_command(options, section):
    """Return the command line that measures one section again in the same way."""
    words = ["python -m benchmarks", section]
    if section in STUDIES:
        words.append(f"--folds {options.folds} --repeats {options.repeats}")
        for name in ("contestant", "table"):
            if names := getattr(options, name):
                words.append(shlex.join([f"--{name}", *names]))
        words += [shlex.join(["--variant", *group]) for group in options.variant]
    elif section in TIMED:
        words.append(f"--rounds {options.rounds}")
    if section in WITH_PROBLEMS and options.problem:
        words.append(shlex.join(["--problem", *options.problem]))
    if section == "dense":
        if options.network:
            words.append("--network " + " ".join(options.network))
        if options.epochs:
            words.append(f"--epochs {options.epochs}")
    if section == "scaling":
        words.append(f"--gigabytes {options.gigabytes:g}")
    if section == "speed":
        words.append("--workload " + " ".join(options.workload))
    return " ".join([*words, "--write"])


def main():
    """Measure the chosen sections, print them, and write them if asked to."""
    options = parse_arguments()
    chosen = SECTIONS if options.section == "all" else [options.section]
    for name in chosen:
        print(f"measuring {name}", file=sys.stderr)
        for part, its_options in parts_of(name, options):
            command = reproduction_command(its_options, name)
            measured = import_module(f"benchmarks.{name}").section(its_options)
            body = f"{measured}\n\n{report.provenance(command)}"
            print(body, end="\n\n")
            if options.write:
                report.write_section(part, body)


if __name__ == "__main__":
    main()
