"""Language data, with one folder for each language, and its reader. To add a language, add its files.

``<code>/<list>.txt`` (the code is from ISO 639-1) has sections ``[name]`` of words, separated by white space, of
patterns, one on each line, or of rows of words. A line that begins with ``#`` is a comment. English has every section;
another language has those that differ. ``<code>/<table>.json`` is a table for one language. Files are read once, at
first use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_PACKAGE = "proxy.languages"


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a folder. English comes first, so its patterns are tried first where several fit."""
    found = {each.name for each in resources.files(_PACKAGE).iterdir() if each.is_dir() and len(each.name) == 2}
    return ("en", *sorted(found - {"en"}))


def words(name: str, section: str, language: str | None = None) -> frozenset[str]:
    """The words of a section, in one language or in all. Raises `LookupError` for a section that English lacks."""
    return frozenset(word for text in _texts(name, section, language) for word in text.split())


def patterns(name: str, section: str, language: str | None = None) -> str:
    """One group that matches any of the patterns of a section, in one language or in all, as a regular expression.

    Raises `LookupError` for a section that English lacks.
    """
    lines = (line for text in _texts(name, section, language) for line in text.splitlines() if line)
    return f"(?:{'|'.join(dict.fromkeys(lines)) or '(?!)'})"


def rows(name: str, section: str, language: str | None = None) -> tuple[tuple[str, ...], ...]:
    """The words of each line of a section, in one language or in all. Raises `LookupError` as `words` does."""
    lines = (line.split() for text in _texts(name, section, language) for line in text.splitlines())
    return tuple(tuple(line) for line in lines if line)


def has_table(language: str, name: str) -> bool:
    """Whether a language has this table."""
    return resources.files(_PACKAGE).joinpath(language, f"{name}.json").is_file()


def table(language: str, name: str) -> Any:
    """The content of a table of a language. Raises `LookupError` if the language has no such table."""
    source = resources.files(_PACKAGE).joinpath(language, f"{name}.json")
    if not source.is_file():
        raise LookupError(f"the language {language!r} has no {name}.json")
    return json.loads(source.read_text("utf-8"))


def _texts(name: str, section: str, language: str | None) -> tuple[str, ...]:
    if section not in _sections("en", name):
        raise LookupError(f"en/{name}.txt has no section [{section}]")
    return tuple(_sections(code, name).get(section, "") for code in ((language,) if language else codes()))


@cache
def _sections(language: str, name: str) -> Mapping[str, str]:
    """The sections of a list in a language. Empty if it has no such file."""
    source = resources.files(_PACKAGE).joinpath(language, f"{name}.txt")
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in source.read_text("utf-8").splitlines() if source.is_file() else ():
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line[1:-1], [])
        elif not line.startswith("#"):
            lines.append(line)
    return MappingProxyType({section: "\n".join(lines) for section, lines in found.items()})
