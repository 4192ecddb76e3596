"""Links to the documentation of other projects, without the network.

Docstrings that are inherited from scikit-learn refer to pages of its own.
"""

import re

from docutils import nodes

SITES = {
    "sklearn": "https://scikit-learn.org/stable/modules/generated/{name}.html",
    "imblearn": (
        "https://imbalanced-learn.org/stable/references/generated/{name}.html"
    ),
    "numpy": "https://numpy.org/doc/stable/reference/generated/{name}.html",
    "pandas": "https://pandas.pydata.org/docs/reference/api/{name}.html",
    "scipy": "https://docs.scipy.org/doc/scipy/reference/generated/{name}.html",
}
GLOSSARY = "https://scikit-learn.org/stable/glossary.html#term-{name}"
SEARCH = "https://scikit-learn.org/stable/search.html?q={name}"


def address(node):
    """Return where a reference leads that has no target here, or None."""
    kind, name = node.get("reftype"), node["reftarget"]
    if kind == "term":
        return GLOSSARY.format(name=re.sub(r"\W+", "-", name))
    if kind == "ref" and node["refdoc"].startswith("generated/"):
        return SEARCH.format(name=name.removeprefix("sphx_glr_auto_examples_"))
    project = name.split(".")[0]
    if node.get("refdomain") == "py" and "." in name and project in SITES:
        return SITES[project].format(name=name)
    return None


def resolve(app, env, node, content):
    """Make the link."""
    uri = address(node)
    if uri is None:
        return None
    link = nodes.reference("", "", internal=False, refuri=uri)
    link += content
    return link


def setup(app):
    """Register with Sphinx."""
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True}
