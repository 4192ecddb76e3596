"""Sphinx's settings. ``make docs`` builds the site into ``docs/_build/html``."""

import os
import sys
import warnings
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

import skdeep
from skdeep import _links

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "ext"))

# Estimators that the gallery shows link to the pages of this site.
_links.DOCUMENTATION = ".."

project = "skdeep"
author = "The skdeep developers"
copyright = "The skdeep developers"
version = release = skdeep.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "matplotlib.sphinxext.plot_directive",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "public_names",
    "crosslinks",
    "other_projects",
    "docstrings",
    "doctests",
    "mathml",
]
# The gallery's first page is gallery.md, in groups.
exclude_patterns = [
    "_build",
    "figures",
    "ext",
    "templates",
    "static",
    "auto_examples/index.rst",
]
templates_path = ["templates"]
default_role = "code"

# Pages in Markdown
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

html_math_renderer = "mathml"

# Reference
autodoc_typehints = "none"
maximum_signature_line_length = 88
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# Pictures
plot_formats = [("png", 110)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_rcparams = {
    "figure.figsize": (7.5, 3.2),
    "figure.constrained_layout.use": True,
    "savefig.bbox": "tight",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "legend.frameon": False,
}
plot_apply_rcparams = True

# What is copied is code without prompts and output.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# Gallery
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": os.environ.get("EXAMPLES", r"/\d\d_"),
    "ignore_pattern": r"__init__|/_",
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "remove_config_comments": True,
    "within_subsection_order": "FileNameSortKey",
    # Which examples use what, for the pages of the reference.
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skdeep",),
}

html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme = "pydata_sphinx_theme"
html_title = f"skdeep {version}"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}

# A fixed number of epochs is what most pictures have: no news to a reader.
warnings.filterwarnings("ignore", category=ConvergenceWarning)
