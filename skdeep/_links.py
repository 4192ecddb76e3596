"""Links from the HTML display of estimators to their pages in the documentation."""

from typing import ClassVar

DOCUMENTATION = "https://scikit-deep.readthedocs.io/en/latest"


class LinkedToDocumentation:
    """Mixin that gives scikit-learn's HTML display a page to link to.

    Names, tooltips and links of parameters then come from the docstring.
    """

    _doc_link_module: ClassVar[str] = "skdeep"

    @property
    def _doc_link_template(self) -> str:
        return DOCUMENTATION + "/generated/{page}.html"

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        package, part, *_ = type(self).__module__.split(".")
        public = package if part == "estimators" else f"{package}.{part}"
        return {"page": f"{public}.{type(self).__name__}"}
