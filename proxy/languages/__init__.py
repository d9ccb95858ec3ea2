"""What belongs to a language, as data: one folder a language, and this one reader. To add a language, add its files.

``<code>/<list>.txt`` (the code is ISO 639-1's) has sections ``[name]`` of words, set apart by white space, or of
patterns, one a line; a line that begins with ``#`` is a comment. English has every section; another language has those
that differ there. ``<code>/<table>.json`` is a table of one language alone. Files are read once, at their first use.
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
    """The languages that have a folder, English first: where patterns of several fit, its own are tried first."""
    found = {each.name for each in resources.files(_PACKAGE).iterdir() if each.is_dir() and len(each.name) == 2}
    return ("en", *sorted(found - {"en"}))


def words(name: str, section: str, language: str | None = None) -> frozenset[str]:
    """The words of a section, of one language or of all. `LookupError` for a section that English has not."""
    return frozenset(word for text in _texts(name, section, language) for word in text.split())


def patterns(name: str, section: str, language: str | None = None) -> str:
    """A regular expression of any of the patterns of a section, of one language or of all, in one group.

    `LookupError` for a section that English has not.
    """
    lines = (line for text in _texts(name, section, language) for line in text.splitlines() if line)
    return f"(?:{'|'.join(dict.fromkeys(lines)) or '(?!)'})"


def table(language: str, name: str) -> Any:
    """What a table of a language holds; `LookupError` where it has none."""
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
    """The sections of a list of a language; none where it has no such file."""
    source = resources.files(_PACKAGE).joinpath(language, f"{name}.txt")
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in source.read_text("utf-8").splitlines() if source.is_file() else ():
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line[1:-1], [])
        elif not line.startswith("#"):
            lines.append(line)
    return MappingProxyType({section: "\n".join(lines) for section, lines in found.items()})
