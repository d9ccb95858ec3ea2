"""The report of a person and the record of processing activities, as pages of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment

from proxy.edge.reports.rendering import environment_of


def person_page(report: Mapping[str, Any]) -> str:
    """Return the report of one person (`desk.reports.plain`) as a page."""
    return _environment().get_template("person.html").render(report=report)


def activities_page(record: Mapping[str, Any]) -> str:
    """Return the record of processing activities (`desk.activities.plain`) as a page."""
    return _environment().get_template("activities.html").render(record=record)


@cache
def _environment() -> Environment:
    environment = environment_of("report.css")
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
