"""Colours indented examples in Markdown, which begin with a prompt, as Python."""

import re

# Indented lines and blank ones between them, from a prompt on.
EXAMPLE = re.compile(r"^    >>> .*(?:\n(?:    .*|(?=\n+    )))*", re.MULTILINE)


def fence(match):
    """Return an example between fences."""
    return "```pycon\n" + re.sub(r"^    ", "", match[0], flags=re.MULTILINE) + "\n```"


def read(app, name, source):
    """Put fences around examples."""
    if app.env.doc2path(name).suffix == ".md":
        source[0] = EXAMPLE.sub(fence, source[0])


def setup(app):
    """Register with Sphinx."""
    app.connect("source-read", read)
    return {"parallel_read_safe": True}
