"""Writes the pages of the reference from the public names, before they are read.

The docstring of ``skdeep`` is the map: each module that it names gets a page. A module
whose own docstring lists its parts, as that of ``skdeep.nn``, gets a section for each.
"""

import importlib
import inspect
import re
from pathlib import Path

import skdeep

# The layers by what they are for, as modules of skdeep.nn.layers; others come last.
LAYERS = {
    "Layers": ["base", "dense", "bias", "embedding", "reshaping"],
    "Combinators": ["combine", "keep_size"],
    "Activations": ["activation", "smooth_activation"],
    "Regularisation and normalisation": ["dropout", "normalization"],
    "Convolution": ["convolution", "transposed", "upsampling"],
    "Pooling": ["pooling", "global_pooling", "time_pooling"],
    "Recurrent layers": ["recurrent"],
    "Attention and decoders": ["attention", "encoder_decoder"],
    "Tables": ["numerical_embedding", "members"],
}

INDEX = """
.. automodule:: {name}
   :no-members:

{sections}
"""
TABLE = """
.. currentmodule:: {module}

.. autosummary::
   :toctree: ..
   :nosignatures:

{names}
"""


def public_modules():
    """Return the names of the modules that the package's docstring lists."""
    return list(dict.fromkeys(re.findall(r"``(skdeep[.\w]*)``", skdeep.__doc__)))


def names(module):
    """Return the public names of a module."""
    own = (n for n, x in vars(module).items() if _home(x) == module.__name__)
    return getattr(module, "__all__", [n for n in own if not n.startswith("_")])


def _home(thing):
    return getattr(thing, "__module__", None)


def parts(module):
    """Return the submodules that a module's docstring lists, with what they are."""
    listed = re.findall(r"^``(\w+)`` +(\S.*)$", module.__doc__, re.MULTILINE)
    return {name: text for name, text in listed if name not in names(module)}


def sections(module):
    """Return the public names of a module by the part that they come from."""
    found = {}
    for name in names(module):
        thing = getattr(module, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        home = _home(thing).removeprefix(module.__name__ + ".").split(".")[0]
        found.setdefault(home if home in parts(module) else "", []).append(name)
    return found


def layer_groups(module, layers):
    """Return names of layers by the group that they belong to."""
    groups = {title: [] for title in [*LAYERS, "Other layers"]}
    titles = {part: title for title, kinds in LAYERS.items() for part in kinds}
    for name in layers:
        part = _home(getattr(module, name)).removeprefix("skdeep.nn.layers.")
        groups[titles.get(part.split(".")[0], "Other layers")].append(name)
    return {title: names for title, names in groups.items() if names}


def heading(text, mark):
    """Return a heading in reStructuredText."""
    return f"{text}\n{mark * len(text)}\n"


def page(module):
    """Return the page of a module."""
    titles, found = parts(module), sections(module)
    blocks = []
    for part in ["", *titles]:
        if part not in found:
            continue
        groups = {part.replace("_", " ").capitalize(): found[part]}
        if part == "layers":
            groups = layer_groups(module, found[part])
        for title, listed in groups.items():
            if title:
                blocks.append(heading(title, "-"))
            if title and part != "layers":
                blocks.append(f"{titles[part].capitalize()}.\n")
            lines = "\n".join(f"   {name}" for name in listed)
            blocks.append(TABLE.format(module=module.__name__, names=lines))
    body = INDEX.format(name=module.__name__, sections="\n".join(blocks))
    return heading(module.__name__, "=") + body


def write_pages(app):
    """Write ``generated/modules/MODULE.rst`` where it changed."""
    folder = Path(app.srcdir) / "generated" / "modules"
    folder.mkdir(parents=True, exist_ok=True)
    for name in public_modules():
        path = folder / f"{name}.rst"
        text = page(importlib.import_module(name))
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    # autosummary writes the pages of the names in pages that are known by now.
    app.env.find_files(app.config, app.builder)


def setup(app):
    """Register with Sphinx, ahead of autosummary."""
    app.connect("builder-inited", write_pages, priority=100)
    return {"parallel_read_safe": True}
