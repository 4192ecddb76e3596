"""Docstrings that read well in a terminal, made fit for numpydoc.

It hands types on as reStructuredText, where in a shape such as
``(n_samples, *input_shape)`` a star begins emphasis and a trailing underscore a link.
And it gives references names that are unique in the site, which read badly in tables.
"""

import re


def mend(app, what, name, obj, options, lines):
    """Escape shapes, and print the numbers of references as they are."""
    reference = False
    for i, line in enumerate(lines):
        if "shape (" in line and "`" not in line:
            line = re.sub(r"\*(?=\w)|(?<=\w)_(?!\w)", r"\\\g<0>", line)
        line = re.sub(r"\[(\d+)\]_", r"[\1]", line)
        if line.startswith(".. ["):
            reference = True
            line = "\n" + line.removeprefix(".. ")
        elif reference:
            line = line.removeprefix("   ")
        lines[i] = line
    lines[:] = "\n".join(lines).split("\n")


def setup(app):
    """Register with Sphinx, ahead of numpydoc."""
    app.connect("autodoc-process-docstring", mend, priority=400)
    return {"parallel_read_safe": True}
