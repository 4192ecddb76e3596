"""The HTML display of estimators links to their pages, with tooltips."""

import importlib
import inspect

import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from skdeep import MLPClassifier
from skdeep._links import DOCUMENTATION
from skdeep.pipeline import make_pipeline

MODULES = ["skdeep", "skdeep.preprocessing", "skdeep.resampling"]
ESTIMATORS = [
    (module, name)
    for module in MODULES
    for name in importlib.import_module(module).__all__
    if inspect.isclass(getattr(importlib.import_module(module), name))
]


@pytest.mark.parametrize(("module", "name"), ESTIMATORS)
def test_link_and_tooltips(module, name):
    cls = getattr(importlib.import_module(module), name)
    assert issubclass(cls, BaseEstimator)
    estimator = cls([]) if name == "SMOTENC" else cls()
    page = f"{DOCUMENTATION}/generated/{module}.{name}.html"
    html = estimator._repr_html_()
    assert f'href="{page}"' in html
    # One tooltip for each parameter, with what the docstring says of it.
    assert html.count('class="param-doc-description"') >= len(estimator.get_params())


def test_steps_of_a_pipeline_keep_their_own_pages():
    html = make_pipeline(MLPClassifier(), LogisticRegression())._repr_html_()
    assert f"{DOCUMENTATION}/generated/skdeep.pipeline.Pipeline.html" in html
    assert f"{DOCUMENTATION}/generated/skdeep.MLPClassifier.html" in html
    assert "https://scikit-learn.org" in html
