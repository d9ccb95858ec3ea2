"""Renders reports as HTML. Every value is escaped; there is no script, image or font, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def person_page(report: Mapping[str, Any]) -> str:
    """Return the report of one person (`desk.reports.plain`) as a page."""
    return _environment().get_template("person.html").render(report=report)


def activities_page(record: Mapping[str, Any]) -> str:
    """Return the record of processing activities (`desk.activities.plain`) as a page."""
    return _environment().get_template("activities.html").render(record=record)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("proxy.edge.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "\n".join(
        resources.files(package).joinpath(f"templates/{name}").read_text("utf-8").strip()
        for package, name in (("proxy.edge.pages", "page.css"), ("proxy.edge.reports", "report.css"))
    )
    # The style sheets are our own, and contain no "<".
    environment.globals["style"] = Markup(style)  # noqa: S704
    environment.filters["when"] = _when
    environment.filters["number"] = _number
    environment.filters["counts"] = _counts
    environment.filters["or_none"] = _or_none
    return environment


def _when(instant: str | None) -> str:
    """Format an instant (ISO 8601, UTC) to the minute."""
    return "not known" if instant is None else f"{instant[:10]} {instant[11:16]} UTC"


def _number(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"


def _or_none(values: list[str]) -> str:
    return ", ".join(values) or "none"
