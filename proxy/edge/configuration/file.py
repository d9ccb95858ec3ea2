"""Reads ``proxy.yaml``. Every problem names file, line, field and remedy; nothing is guessed or ignored.

Relative paths inside the file (``store``, ``ledger``, ``terms.file``, ``ca_file``, secret files) are relative to the
working directory of the process, as in a unit file or a container, not to the file.

For a value that the schema does not accept, the problem tells an operator in words what to do. Values are never quoted,
except for names that `proxy.settings` itself quotes.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from proxy.edge.configuration import action_operators, listed_files
from proxy.edge.configuration.document import ConfigProblem, Problem, Written, document_of, field_name, text_of
from proxy.settings import Contradiction, Contradictions, Section, Settings, fixed

_ALIKE = 0.6
"""How alike two names are, from 0 to 1, to be taken for each other."""
_BY_TYPE = {
    "int": "write a whole number, without quotes",
    "float": "write a number, without quotes",
    "bool": "write true or false",
    "list": "write a list, such as [a, b]",
    "greater": "choose a value inside these bounds",
    "less": "choose a value inside these bounds",
    "invalid": "put the key in quotes",
}


def remedy_of(error: ErrorDetails, path: Sequence[str | int], schema: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong and what to do. `path` leads to the field in the operator's file."""
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return "unknown setting", _nearest(str(path[-1]), _fields(_at(schema, path[:-1])), "remove it")
        case "missing":
            allowed = ", ".join(_fields(_at(schema, path[:-1])))
            value = _at(schema, path).get("const", "…")
            return "this setting is missing", f"add '{path[-1]}: {value}' here (allowed here: {allowed})"
        case "enum" | "literal_error":
            allowed_values = _quoted(str(context.get("expected", "")))
            return "not one of the values to choose from", _nearest(str(error["input"]), allowed_values, "change it")
        case "string_type":
            scalar = not isinstance(error["input"], (list, dict)) and error["input"] is not None
            return "must be text", "put the value in quotes" if scalar else "write one text value"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "must be a group of settings", _grouped(error["input"], _fields(_at(schema, path)))
        case _:
            return _in_words(error)


@cache
def _words_of_patterns() -> dict[str, str]:
    """What to write for each pattern of the schema, as `proxy.settings.base.shaped` has it."""
    found: dict[str, str] = {}
    waiting: list[Any] = [schema()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("pattern"), str) and "patternErrorMessage" in node:
            found[node["pattern"]] = node["patternErrorMessage"]
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found


def _grouped(given: object, allowed: Sequence[str]) -> str:
    """What to do where a group is missing; if its settings have names that the operator chooses, none are `allowed`."""
    if allowed:
        return f"write settings below it (allowed here: {', '.join(allowed)})"
    dashed = ", not '- NAME:'" if isinstance(given, list) else ""
    return f"write 'NAME:' below it, a name of your own, and its settings below that{dashed}"


def _in_words(error: ErrorDetails) -> tuple[str, str]:
    """Return Pydantic's own message, which quotes no value, or that of a validator in `proxy.settings`."""
    if error["type"] == "value_error":
        what, _, remedy = error["msg"].removeprefix("Value error, ").partition("; ")
        return what, remedy or "change the value accordingly"
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return "is not written as it must be", f"{_words_of_patterns().get(pattern, 'write it so')} (matches {pattern})"
    if error["type"] in ("tuple_type", "list_type", "set_type"):
        return "must be a list", _BY_TYPE["list"]
    if error["type"] == "too_short":
        return "the list is empty", "give at least one"
    remedy = _BY_TYPE.get(error["type"].split("_")[0], "change the value accordingly")
    return f"must be {error['msg'].removeprefix('Input should be ')}", remedy


def _nearest(given: str, allowed: Sequence[str], otherwise: str) -> str:
    close = difflib.get_close_matches(given, allowed, 1, _ALIKE) or _longer(given, allowed)
    listed = ", ".join(allowed)
    first = f"did you mean '{close[0]}'?" if close else otherwise
    return f"{first} (allowed here: {listed})" if listed else first


def _longer(given: str, allowed: Sequence[str]) -> list[str]:
    """The one value that begins with a word of its own for what was given: ``key_sha256`` for ``key``."""
    found = [each for each in allowed if given and each.startswith(f"{given}_")]
    return found if len(found) == 1 else []


def _quoted(expected: str) -> list[str]:
    """Return the values in pydantic's ``'a', 'b' or 'c'``, or ``1``."""
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",") if part.strip()]


def _fields(node: Mapping[str, Any]) -> list[str]:
    return list(node.get("properties", {}))


def _at(schema: Mapping[str, Any], path: Sequence[str | int]) -> Mapping[str, Any]:
    """Return the part of the JSON Schema that describes the field at `path`; empty if nothing describes it."""
    node = _resolved(schema, schema)
    for part in path:
        if isinstance(part, int):
            below = node.get("items", {})
        else:
            below = node.get("properties", {}).get(part, _of_any_name(node))
        node = _resolved(below, schema) if isinstance(below, Mapping) else {}
    return node


def _of_any_name(node: Mapping[str, Any]) -> Any:
    """Return the schema for the fields of a group whose names the operator chooses."""
    return next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties", {}))


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `node` with its reference followed. Of alternatives, takes the one that is a group or a list."""
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rsplit("/", 1)[-1]], schema)
    options = [_resolved(option, schema) for option in node.get("anyOf", ())]
    return next((option for option in options if "properties" in option or "items" in option), node)


Valid = TypeVar("Valid", bound=Section)


def load(path: Path, environment: Mapping[str, str] = os.environ, running: Settings | None = None) -> Settings:
    """Read the settings in a file. Raises `ConfigProblem`; also where a process with `running` could not take them."""
    return parse(text_of(path), str(path), environment, running)


def parse(
    text: str,
    file: str = "proxy.yaml",
    environment: Mapping[str, str] = os.environ,
    running: Settings | None = None,
    listed: listed_files.Listed | None = None,
) -> Settings:
    """Read the settings in a text. Raises `ConfigProblem`, as `load`. `file` is the name that problems give.

    What is `listed` stands in for the content of the files that the text names.
    """
    document = listed_files.joined(document_of(text, file), listed)
    settings = validated(Settings, document, file, schema(), environment)
    clashing = [*action_operators.contradictions(settings), *(fixed.changes(running, settings) if running else ())]
    if clashing:
        raise ConfigProblem(in_order(placed(clashing, document, file)))
    return settings


def validated(
    model: type[Valid],
    document: Written,
    file: str,
    described: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
) -> Valid:
    """Validate a document as a section of `model`. `described` is its JSON Schema. Raises `ConfigProblem`.

    `environment` holds the values that are written as ``{env: VARIABLE}``; secrets are read later (`credentials`).
    """
    try:
        return model.model_validate(document.content, context=environment)
    except ValidationError as error:
        # Inputs are not shown: somebody may have pasted a secret where it does not belong.
        told = _telling(error.errors())
    raise ConfigProblem(in_order(p for each in told for p in _problems(each, document, file, described))) from None


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of ``proxy.yaml``, for editors; committed as ``config/proxy.schema.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Settings.model_json_schema(),
        "title": "Meeting privacy proxy configuration",
    }


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Drop errors that others bring with them.

    A list counts as empty because its entries are wrong; a setting is missing because its name is misspelled.
    """
    places = [error["loc"] for error in errors]
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]

    def follows(error: ErrorDetails) -> bool:
        at = error["loc"]
        match error["type"]:
            case "too_short":
                return any(each != at and each[: len(at)] == at for each in places)
            case "missing":
                beside = [str(each[-1]) for each in unknown if each[:-1] == at[:-1]]
                return bool(difflib.get_close_matches(str(at[-1]), beside, 1, _ALIKE))
        return False

    return [error for error in errors if not follows(error)]


def _problems(error: ErrorDetails, document: Written, file: str, described: Mapping[str, Any]) -> Iterator[Problem]:
    contradictions = error.get("ctx", {}).get("error")
    if isinstance(contradictions, Contradictions):
        yield from placed(contradictions.found, document, file)
        return
    path = error["loc"]
    place, existing = document.place(path)
    if error["type"] == "missing":
        # The first line of the parent is the best place for a missing field.
        existing = (*existing, path[len(existing)])
    # Anything beyond the existing part names an alternative inside the schema, not a field.
    what, remedy = remedy_of(error, existing, described)
    yield Problem(place.file or file, place.line, place.column, field_name(existing), what, remedy)


def placed(found: Iterable[Contradiction], document: Written, file: str) -> Iterator[Problem]:
    """Yield contradictions as problems, each at its line."""
    for each in found:
        place, existing = document.place(each.place)
        field = field_name((*existing, *each.place[len(existing) :]))
        yield Problem(place.file or file, place.line, place.column, field, each.message, each.remedy)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems by place. If a union reports one field once per alternative, keeps the first report."""
    first: dict[tuple[int, int, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.line, problem.column, problem.field), problem)
    return sorted(first.values(), key=lambda problem: (problem.line, problem.column, problem.field))
