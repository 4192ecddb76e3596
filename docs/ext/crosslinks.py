"""Links between guide, reference and examples, in both directions, and the gallery.

One table says what a page of the guide is about. From it, each page links to the
reference and to examples, and those link back. A page without an entry fails the build.
"""

import importlib
import re

from sphinx.errors import ExtensionError

# Page of the guide: names in the reference, examples by number.
GUIDE = {
    "first_steps": (
        "TabularClassifier TabularRegressor CNNClassifier RNNClassifier "
        "preprocessing.SequenceVectorizer datasets.make_customers "
        "datasets.make_gestures datasets.make_reviews",
        "01 03 06 07",
    ),
    "neurons": ("MLPClassifier MLPRegressor nn.ReLU nn.PReLU", "11 13"),
    "losses": ("MLPRegressor nn.SquaredError nn.SoftmaxLogLoss", "02 08"),
    "backpropagation": ("inspection.layer_report nn.Network", "13 10"),
    "capacity": ("model_selection.capacity_grid inspection.diagnose", "11 05"),
    "regularisation": ("nn.Dropout nn.BatchNorm nn.MixUp nn.Rotate", "15 03"),
    "convolution": ("CNNClassifier CNNRegressor nn.Conv nn.MaxPool", "03 18 04 05 08"),
    "optimisation": ("nn.Adam nn.OneCycle model_selection.LearningRateFinder", "14 10"),
    "recurrent": (
        "RNNClassifier RNNRegressor RNNGenerator Seq2SeqClassifier Seq2SeqRegressor "
        "nn.LSTM nn.GRU",
        "06 07 09 10 12 17",
    ),
    "bias": ("inspection.group_report", "01 02"),
    "preprocessing": (
        "preprocessing.StandardScaler preprocessing.Imputer "
        "preprocessing.SequenceVectorizer",
        "06 07",
    ),
    "tables": (
        "TabularClassifier TabularRegressor preprocessing.make_tabular_pipeline",
        "01 02",
    ),
    "resampling": (
        "resampling.RandomOverSampler resampling.SMOTE pipeline.Pipeline "
        "MLPClassifier TabularClassifier",
        "02 01",
    ),
    "weighting": ("MLPClassifier TabularClassifier", "02"),
    "diagnosis": (
        "inspection.diagnose inspection.summary model_selection.capacity_grid",
        "11 05",
    ),
    "callbacks": ("pipeline.Pipeline TabularClassifier", "01"),
    "persistence": ("TabularClassifier NeuralNetworkClassifier", "16"),
    "export": ("export.to_onnx export.onnx_inputs export.register_skl2onnx", "01"),
    "compatibility": ("MLPClassifier TabularClassifier", "01"),
    "engine": ("nn.Network nn.Layer NeuralNetworkClassifier", "16 13"),
    "benchmarks": ("TabularClassifier MLPClassifier CNNClassifier", "01 14"),
    "coming_from": (
        "MLPClassifier TabularClassifier NeuralNetworkClassifier",
        "01 16",
    ),
    "extending": ("NeuralNetworkClassifier nn.Layer nn.Serial nn.Dense", "16"),
}

# Where the pages of the reference link to that no page above names.
BY_MODULE = {
    "skdeep.nn.layers.convolution": "convolution",
    "skdeep.nn.layers.recurrent": "recurrent",
    "skdeep.nn.layers.time_pooling": "recurrent",
    "skdeep.nn.layers.attention": "recurrent",
    "skdeep.nn.layers.encoder_decoder": "recurrent",
    "skdeep.nn.layers.pooling": "convolution",
    "skdeep.nn.layers.global_pooling": "convolution",
    "skdeep.nn.layers.transposed": "convolution",
    "skdeep.nn.layers.upsampling": "convolution",
    "skdeep.nn.layers.members": "tables",
    "skdeep.nn.layers.numerical_embedding": "tables",
    "skdeep.nn.layers.dropout": "regularisation",
    "skdeep.nn.layers.normalization": "regularisation",
    "skdeep.nn.layers.embedding": "recurrent",
    "skdeep.nn.layers.activation": "neurons",
    "skdeep.nn.layers.smooth_activation": "neurons",
    "skdeep.nn.losses": "losses",
    "skdeep.nn.optimizers": "optimisation",
    "skdeep.nn.schedules": "optimisation",
    "skdeep.nn.augmentation": "regularisation",
    "skdeep.nn.penalties": "regularisation",
    "skdeep.nn": "extending",
    "skdeep.estimators": "extending",
    "skdeep.preprocessing": "preprocessing",
    "skdeep.resampling": "resampling",
    "skdeep.pipeline": "resampling",
    "skdeep.inspection": "diagnosis",
    "skdeep.model_selection": "diagnosis",
    "skdeep.datasets": "preprocessing",
    "skdeep.export": "export",
    "skdeep.callbacks": "callbacks",
    "skdeep.persistence": "persistence",
    "skdeep": "guide",
}

# The gallery: title to examples by number; what is not named comes last.
GALLERY = {
    "Tables and imbalanced classes": "01 02",
    "Images": "03 05 18",
    "Time series and sensors": "04 08 09",
    "Sequences and text": "06 07 12 17",
    "Capacity and training": "11 13 10 14 15",
    "Layers of your own": "16",
}


def example_pages(app):
    """Return number to page of each example."""
    folder = app.srcdir / "auto_examples"
    found = sorted(path.stem for path in folder.glob("[0-9]*.rst"))
    return {stem[:2]: f"auto_examples/{stem}" for stem in found}


def guide_footer(app, page):
    """Return links from a page of the guide, in Markdown."""
    names, numbers = GUIDE[page]
    pages = example_pages(app)
    reference = ", ".join(f"{{py:obj}}`skdeep.{name}`" for name in names.split())
    examples = ", ".join(
        f"{{doc}}`/{pages[number]}`" for number in numbers.split() if number in pages
    )
    return (
        f"\n\n## See also\n\n**Reference:** {reference}.\n\n**Examples:** {examples}.\n"
    )


def guide_links(pages):
    """Return links to pages of the guide, in reStructuredText."""
    return "**Guide:** " + ", ".join(f":doc:`/{page}`" for page in pages) + ".\n"


def guide_of(name):
    """Return the pages of the guide that a public name belongs to."""
    short = name.removeprefix("skdeep.")
    pages = [page for page, (names, _) in GUIDE.items() if short in names.split()]
    if pages:
        return pages
    module, _, attribute = name.rpartition(".")
    home = getattr(
        getattr(importlib.import_module(module), attribute), "__module__", ""
    )
    for place in (home, module):
        while place:
            if place in BY_MODULE:
                return [BY_MODULE[place]]
            place = place.rpartition(".")[0]
    raise ExtensionError(f"crosslinks.py does not say which page is about {name}")


def reference_footer(name):
    """Return links from a page of the reference, in reStructuredText."""
    return (
        f"\n\n{guide_links(guide_of(name))}\n"
        f".. minigallery:: {name}\n   :add-heading: Gallery\n   :heading-level: -\n"
    )


def gallery(app):
    """Return the cards of all examples by group, in Markdown."""
    groups = dict(GALLERY)
    grouped = " ".join(groups.values()).split()
    others = [number for number in example_pages(app) if number not in grouped]
    if others:
        groups["More"] = " ".join(others)
    blocks = []
    for title, numbers in groups.items():
        paths = " ".join(f"../examples/{number}_*.py" for number in numbers.split())
        blocks.append(f"## {title}\n\n```{{eval-rst}}\n.. minigallery:: {paths}\n```\n")
    return "\n".join(blocks)


def add_links(app, name, source):
    """Add links to a page as it is read."""
    text = source[0]
    if name in GUIDE:
        text += guide_footer(app, name)
    elif name == "gallery":
        text += "\n" + gallery(app)
    elif name.startswith("generated/skdeep"):
        text += reference_footer(name.removeprefix("generated/"))
    elif re.match(r"auto_examples/\d\d_", name):
        number = name.removeprefix("auto_examples/")[:2]
        pages = [
            page for page, (_, listed) in GUIDE.items() if number in listed.split()
        ]
        if pages:
            text += f"\n\n{guide_links(pages)}"
    source[0] = text


def check(app):
    """Refuse a guide with pages that nothing is said about."""
    listed = (app.srcdir / "guide.md").read_text()
    pages = re.findall(r"^[a-z_]+$", listed, re.MULTILINE)
    missing = [page for page in pages if page not in GUIDE]
    if missing:
        raise ExtensionError(f"crosslinks.py says nothing about {', '.join(missing)}")


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", check)
    app.connect("source-read", add_links)
    return {"parallel_read_safe": True}
