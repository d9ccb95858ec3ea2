"""What all sections of ``proxy.yaml`` are made of: checked values, and the base of every section."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from proxy.model import is_purpose


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


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC) and instant
    except OverflowError:
        raise ValueError("in UTC this is no date of the years 1 to 9999") from None


Name = Annotated[str, AfterValidator(_name)]
PurposeName = Annotated[str, AfterValidator(_purpose)]
Kind = Annotated[str, AfterValidator(_kind)]
Regex = Annotated[str, AfterValidator(_pattern)]
Port = Annotated[int, Field(ge=0, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""With its time zone, and a date in UTC, so that it can be kept."""
Bytes = Annotated[int, Field(gt=0, le=1 << 30)]


class Section(BaseModel):
    """Base of all sections: no unknown fields, no changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Listener(Section):
    """An address to listen on."""

    host: str = "127.0.0.1"
    port: Port


class Secret(Section):
    """Where a secret is read from, at start: an environment variable or a file. Never the YAML itself."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("give exactly one of 'env' and 'file'")
        return self
