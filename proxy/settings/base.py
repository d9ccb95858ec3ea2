"""What all sections of ``proxy.yaml`` are made of: checked values, and the base class of sections."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from proxy.model import ParticipantClass, is_purpose


def _purpose(name: str) -> str:
    if not is_purpose(name):
        raise ValueError(f"unknown purpose {name!r}; use one of the listed purposes, or your own as 'x-…'")
    return name


def _kind(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,40}", name):
        raise ValueError(f"{name!r} is no kind of finding; kinds are written like EMAIL_ADDRESS")
    return name


def _pattern(regex: str) -> str:
    try:
        re.compile(regex)
    except re.error as error:
        raise ValueError(f"not a valid regular expression: {error}") from None
    return regex


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
        raise ValueError(f"{name!r} is no valid name; use letters, digits, '.', '_' and '-'")
    return name


def _of_people(found: ParticipantClass) -> ParticipantClass:
    if found is ParticipantClass.BOT:
        raise ValueError("a bot is told by its id on a roster alone, and has no default; name another class")
    return found


def _dated(instant: object) -> object:
    """Read an instant. Numbers, also in strings, would count as seconds since 1970, which hardly anybody means."""
    if not isinstance(instant, str | int | float):
        return instant
    try:
        if _INSTANT.fullmatch(written := str(instant)):
            return datetime.fromisoformat(written.upper())
    except ValueError:
        pass
    raise PydanticCustomError("instant_form", "give the instant as RFC 3339 does: 2026-03-02T10:00:00Z")


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC) and instant
    except OverflowError:
        raise ValueError("in UTC this is no date of the years 1 to 9999") from None


ClassOfPeople = Annotated[ParticipantClass, AfterValidator(_of_people)]
"""A class for participants who are not identified by id."""

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
Name = Annotated[str, AfterValidator(_name)]
PurposeName = Annotated[str, AfterValidator(_purpose)]
Kind = Annotated[str, AfterValidator(_kind)]
Regex = Annotated[str, AfterValidator(_pattern)]
Port = Annotated[int, Field(ge=0, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Instant = Annotated[AwareDatetime, BeforeValidator(_dated), AfterValidator(_in_utc)]
"""An instant as in RFC 3339 with a time zone, whose date in UTC is valid, so that it can be stored."""
Bytes = Annotated[int, Field(gt=0, le=1 << 30)]


class Section(BaseModel):
    """Base of all sections. It forbids unknown fields and changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Listener(Section):
    """An address to listen on."""

    host: str = "127.0.0.1"
    port: Port


class Secret(Section):
    """Where a secret is read from at start: an environment variable or a file, never the YAML itself."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("give exactly one of 'env' and 'file'")
        return self
