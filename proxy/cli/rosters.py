"""Rosters as operators write them: JSON, YAML or CSV files, or ``key=value`` options.

A problem raises one `ClientFault` that names the entry and the field, never its content.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from proxy.csv_source import TRUTH, column_names, header_problem, reader_of
from proxy.edge.configuration.document import Document, YamlProblem
from proxy.errors import ClientFault
from proxy.json_source import JsonError, read_json
from proxy.meetings.directory import Entry
from proxy.model import Custody, ParticipantClass
from proxy.settings import Instant
from proxy.text_source import text_problem

FIELDS = "id, name, aliases, emails, class, minor, members, guardians, custody, joined_at, left_at"
COLUMNS = (*FIELDS.split(", "), "alias", "email", "member", "guardian", "unconfirmed")
"""The names of columns; some fields have one of their own for a single value."""
JSON = (".json", ".jsonl")
_MAX_DEPTH = 32
_WORDS = {**TRUTH, "yes": True, "1": True, "no": False, "0": False, "": None}


def _several(value: object) -> object:
    """Split a list written as one text with semicolons between; an empty cell counts as left out."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(";") if part.strip()] or None


def _truth(value: object) -> object:
    return _WORDS.get(value.strip().lower(), value) if isinstance(value, str) else value


def _absent(value: object) -> object:
    return None if value == "" else value


Several = Annotated[tuple[Annotated[str, Field(min_length=1)], ...] | None, BeforeValidator(_several)]
Text = Annotated[Annotated[str, Field(min_length=1)] | None, BeforeValidator(_absent)]
Moment = Annotated[Instant | None, BeforeValidator(_absent)]


class RosterEntry(BaseModel):
    """One person of a roster, as written. A field that is left out stays as it is on file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: Text = None
    name: Text = None
    aliases: Several = Field(None, validation_alias=AliasChoices("aliases", "alias"))
    emails: Several = Field(None, validation_alias=AliasChoices("emails", "email"))
    participant_class: Annotated[ParticipantClass | None, BeforeValidator(_absent)] = Field(
        None, validation_alias="class"
    )
    minor: Annotated[bool | None, BeforeValidator(_truth)] = None
    members: Several = Field(None, validation_alias=AliasChoices("members", "member"))
    guardians: Several = Field(None, validation_alias=AliasChoices("guardians", "guardian"))
    custody: Annotated[Custody | None, BeforeValidator(_absent)] = None
    unconfirmed: Annotated[Several, Field(exclude=True)] = None
    """What `people list` shows of names that wait for confirmation; reading it confirms nothing and changes nothing."""
    joined_at: Moment = None
    left_at: Moment = None


_REMEDIES = {
    "class": f"; write one of: {', '.join(ParticipantClass)}",
    "minor": "; write true or false",
    "custody": f"; write one of: {', '.join(Custody)}",
    "joined_at": "; write an instant such as 2026-03-02T10:00:00Z",
    "left_at": "; write an instant such as 2026-03-02T10:00:00Z",
}

_KEPT = tuple(name for name, field in RosterEntry.model_fields.items() if not field.exclude)


def read_roster(path: Path) -> tuple[Entry, ...]:
    """Read the people in a file. The suffix of its name gives the format."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ClientFault("invalid_roster", f"the file cannot be read: {error.strerror}", where=str(path)) from None
    if problem := text_problem(content):
        raise ClientFault("invalid_roster", problem, where=str(path))
    return roster_of(path.suffix.lower(), content.decode("utf-8-sig"))


def roster_of(suffix: str, text: str) -> tuple[Entry, ...]:
    """Return the people in the text of a file whose name ends in `suffix`."""
    if suffix == ".csv":
        rows = enumerate(_rows(text), 1)
        return tuple(_roster_entry(row, f"roster entry {number}, line {line}") for number, (line, row) in rows)
    entries = _entries(suffix, text)
    return tuple(_roster_entry(entry, f"roster entry {number}") for number, entry in enumerate(entries, 1))


def read_options(options: Iterable[str]) -> tuple[Entry, ...]:
    """Read people given as ``id=p1,name=Jane Doe,email=jane@example.org,class=employee``; keys may be repeated."""
    return tuple(_roster_entry(_option(text, number), f"--participant {number}") for number, text in _numbered(options))


def _numbered(items: Iterable[str]) -> Iterable[tuple[int, str]]:
    return enumerate(items, 1)


def _entries(suffix: str, text: str) -> list[Any]:
    try:
        found = _json(text) if suffix in JSON else Document(text).content
    except YamlProblem as problem:
        told = f"the file cannot be read as YAML with each field once; see line {problem.place.line}"
        raise ClientFault("invalid_roster", told) from None
    except JsonError as error:
        raise ClientFault("invalid_roster", error.detail) from None
    except ValueError:
        raise ClientFault("invalid_roster", "the file is not of the format that its name says") from None
    listed = found.get("participants") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise ClientFault("invalid_roster", f"write a list of people, each with: {FIELDS}")
    return listed


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table, with the line at which each ends."""
    reader = reader_of(text, COLUMNS)
    try:
        header = column_names(next(reader, []))
        if problem := header_problem(header, COLUMNS):
            raise ClientFault("invalid_roster", problem, where="line 1")
        for row in filter(any, reader):
            if len(row) != len(header):
                told = f"it has {len(row)} cells, and the head names {len(header)} columns"
                detail = f"{told}; quote cells that hold the separator"
                raise ClientFault("invalid_roster", detail, where=f"line {reader.line_num}")
            yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error:
        raise ClientFault("invalid_roster", "the quotes do not match", where=f"line {reader.line_num}") from None


def _json(text: str) -> Any:
    """Return what JSON holds, or JSON Lines, of which each line is one person."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines):
        return [each for line in lines for each in _json(line)]
    read_json(text, max_depth=_MAX_DEPTH)
    found = json.loads(text)
    return [found] if isinstance(found, dict) and "name" in found else found


def _option(text: str, number: int) -> dict[str, str]:
    entry: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals:
            raise ClientFault(
                "invalid_roster",
                "write key=value with commas between; a value that holds a comma needs --roster",
                where=f"--participant {number}",
            )
        key = key.strip()
        entry[key] = f"{entry[key]};{value}" if key in entry else value
    return entry


def _roster_entry(entry: object, place: str) -> Entry:
    try:
        person = RosterEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part in FIELDS.split(", "))
        told = f"the field {field} is absent or not as it should be{_REMEDIES.get(field, '')}"
        detail = told if field else f"the fields are: {FIELDS}"
        raise ClientFault("invalid_roster", detail, where=place) from None
    return Entry(**{name: getattr(person, name) for name in _KEPT}, where=place)
