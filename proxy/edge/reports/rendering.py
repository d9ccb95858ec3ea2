"""What all reports share: every value is escaped; there is no script, image or font, and nothing is loaded."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment_of(style_sheet: str) -> Environment:
    """Return an environment for the templates, with the style of the consent pages and one sheet of their own."""
    environment = Environment(
        loader=PackageLoader("proxy.edge.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "\n".join(
        resources.files(package).joinpath(f"templates/{name}").read_text("utf-8").strip()
        for package, name in (("proxy.edge.pages", "page.css"), ("proxy.edge.reports", style_sheet))
    )
    # The style sheets are our own, and contain no "<".
    environment.globals["style"] = Markup(style)  # noqa: S704
    return environment
