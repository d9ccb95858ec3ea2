"""Rosters as operators write them: JSON, YAML or CSV files, and ``key=value`` options.

A problem is one `ClientFault` that names the entry and the field, never what stands in it.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass

FIELDS = "id, name, aliases, emails, class, minor, members, joined_at, left_at"
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


def _several(value: object) -> object:
    """Lists may be written as one text, with semicolons between."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


def _truth(value: object) -> object:
    return _WORDS.get(value.strip().lower(), value) if isinstance(value, str) else value


def _absent(value: object) -> object:
    return None if value == "" else value


Several = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_several)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(_absent)]


class Entry(BaseModel):
    """One person of a roster, as written."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    aliases: Several = Field((), validation_alias=AliasChoices("aliases", "alias"))
    emails: Several = Field((), validation_alias=AliasChoices("emails", "email"))
    participant_class: ParticipantClass = Field(ParticipantClass.UNIDENTIFIED, validation_alias="class")
    minor: Annotated[bool, BeforeValidator(_truth)] = False
    members: Several = Field((), validation_alias=AliasChoices("members", "member"))
    joined_at: Moment = None
    left_at: Moment = None


def read_roster(path: Path) -> tuple[Participant, ...]:
    """The people in a file; its name says which format it has."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ClientFault("invalid_roster", "the file cannot be read as UTF-8 text", where="--roster") from None
    entries = _entries(path.suffix.lower(), text)
    return tuple(_participant(entry, f"roster entry {number}") for number, entry in enumerate(entries, 1))


def read_options(options: Iterable[str]) -> tuple[Participant, ...]:
    """People given as ``id=p1,name=Jane Doe,email=jane@example.org,class=employee``; keys may be repeated."""
    return tuple(_participant(_option(text, number), f"--participant {number}") for number, text in _numbered(options))


def check_people(people: Sequence[Participant]) -> None:
    """Raise `ClientFault` where a roster contradicts itself."""
    known = {person.id: person for person in people}
    for person, listed in Counter(p.id for p in people).items():
        if listed > 1:
            raise ClientFault("invalid_roster", f"the id {person} is listed more than once", where="id")
    for room in people:
        for member in room.members:
            inside = known.get(member)
            if inside is None or inside.members or inside.participant_class is ParticipantClass.ROOM:
                raise ClientFault(
                    "invalid_roster", f"the members of {room.id} must be people on this roster", where="members"
                )
        if room.joined_at is not None and room.left_at is not None and room.left_at < room.joined_at:
            raise ClientFault("invalid_roster", f"{room.id} leaves before joining", where="left_at")


def shared_labels(people: Sequence[Participant]) -> list[tuple[str, ...]]:
    """Ids of people who share a name or an alias: what is said under it belongs to nobody known."""
    by_label: dict[str, list[str]] = {}
    for person in people:
        for label in set(person.labels):
            by_label.setdefault(label, []).append(person.id)
    return sorted({tuple(ids) for ids in by_label.values() if len(ids) > 1})


def _numbered(items: Iterable[str]) -> Iterable[tuple[int, str]]:
    return enumerate(items, 1)


def _entries(suffix: str, text: str) -> list[Any]:
    try:
        if suffix == ".csv":
            return list(csv.DictReader(io.StringIO(text), strict=True))
        found = json.loads(text) if suffix == ".json" else yaml.safe_load(text)
    except (ValueError, csv.Error, yaml.YAMLError):
        raise ClientFault("invalid_roster", "the file is not of the format that its name says") from None
    listed = found.get("participants") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise ClientFault("invalid_roster", f"write a list of people, each with: {FIELDS}")
    return listed


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


def _participant(entry: object, place: str) -> Participant:
    try:
        person = Entry.model_validate(entry)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"] if part in FIELDS.split(", "))
        detail = f"the field {field} is absent or not as it should be" if field else f"the fields are: {FIELDS}"
        raise ClientFault("invalid_roster", detail, where=place) from None
    return Participant(**{name: getattr(person, name) for name in Entry.model_fields})
