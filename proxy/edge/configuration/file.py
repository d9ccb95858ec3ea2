"""Reads ``proxy.yaml``. Every problem names file, line, field and remedy; nothing is guessed or ignored.

Relative paths inside the file (``store``, ``ledger``, ``terms.file``, ``ca_file``, secret files) are relative to
the working directory of the process, as in a unit file or a container, not to the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from proxy.edge.configuration import operators
from proxy.edge.configuration.document import Document, YamlProblem, field_name
from proxy.edge.configuration.problems import ConfigProblem, Problem
from proxy.edge.configuration.remedies import remedy_of
from proxy.settings import Contradiction, Contradictions, Section, Settings

Valid = TypeVar("Valid", bound=Section)


def load(path: Path) -> Settings:
    """The settings in a file; raises `ConfigProblem`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ConfigProblem([Problem(str(path), 0, 0, "", what, "name an existing file with --config")]) from None
    except UnicodeDecodeError:
        raise ConfigProblem([Problem(str(path), 0, 0, "", "is not UTF-8 text", "save it as UTF-8")]) from None
    return parse(text, str(path))


def parse(text: str, file: str = "proxy.yaml") -> Settings:
    """The settings in a text; raises `ConfigProblem`. `file` is the name that problems give."""
    try:
        document = Document(text)
    except YamlProblem as found:
        raise ConfigProblem([Problem(file, *found.place, found.field, found.message, found.remedy)]) from None
    if not isinstance(document.content, Mapping):
        what = "the file must be a mapping of settings, such as 'version: 1'"
        raise ConfigProblem([Problem(file, 1, 1, "", what, "start from config/proxy.yaml")])
    settings = validated(Settings, document, file, schema())
    if clashing := list(operators.contradictions(settings)):
        raise ConfigProblem(in_order(placed(clashing, document, file)))
    return settings


def validated(model: type[Valid], document: Document, file: str, described: Mapping[str, Any]) -> Valid:
    """A document as a section that `described`, its JSON Schema, describes; raises `ConfigProblem`."""
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        # Inputs are left out of what is shown: a secret may have been pasted where it does not belong.
        told = _telling(error.errors())
    raise ConfigProblem(in_order(p for each in told for p in _problems(each, document, file, described))) from None


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of ``proxy.yaml``, for editors; committed as ``config/proxy.schema.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Settings.model_json_schema(),
        "title": "Meeting privacy proxy configuration",
    }


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without lists that count as empty only because what stands in them is wrong."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(p != error["loc"] and p[: len(error["loc"])] == error["loc"] for p in places)
    ]


def _problems(error: ErrorDetails, document: Document, file: str, described: Mapping[str, Any]) -> Iterator[Problem]:
    contradictions = error.get("ctx", {}).get("error")
    if isinstance(contradictions, Contradictions):
        yield from placed(contradictions.found, document, file)
        return
    path = error["loc"]
    place, existing = document.place(path)
    if error["type"] == "missing":
        # The parent's first line is the best place for what is not there.
        existing = (*existing, path[len(existing)])
    # What lies beyond the existing part are names of alternatives inside the schema, not fields.
    yield Problem(file, *place, field_name(existing), *remedy_of(error, existing, described))


def placed(found: Iterable[Contradiction], document: Document, file: str) -> Iterator[Problem]:
    """Contradictions as problems, each at its line."""
    for each in found:
        place, _ = document.place(each.place)
        yield Problem(file, *place, field_name(each.place), each.message, each.remedy)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by place; where a union reports one field once for each alternative, the first report holds."""
    first: dict[tuple[int, int, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.line, problem.column, problem.field), problem)
    return sorted(first.values(), key=lambda problem: (problem.line, problem.column, problem.field))
