"""How an attribute is named in a path and in a filter (RFC 7644 §3.4.2.2, §3.5.2): the grammar as far as it is sent.

A path is an attribute, perhaps with those of its values that a filter picks, and perhaps with a part: ``active``,
``name.familyName``, ``emails[type eq "work"].value``. A filter compares with ``eq``, several times with ``and``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.meetings.provisioning.attributes import CORE, attribute, part

LONGEST = 1000
_NAME = re.compile(r"[A-Za-z$][A-Za-z0-9_$-]*")
_URN = re.compile(r"urn:[A-Za-z0-9.:_-]+", re.IGNORECASE)
_EQUAL = re.compile(r" +eq +", re.IGNORECASE)
_AND = re.compile(r" +and +", re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORD = re.compile(r"true|false|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Path:
    """A named attribute in small letters, the filter on its values, and a part of it in small letters.

    `foreign`: it is of a schema that is not kept here.
    """

    name: str
    picked: tuple[Comparison, ...] = ()
    sub: str | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """That an attribute equals a value."""

    path: Path
    value: str | bool | None

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Whether a user, or one value of a complex attribute, has the value."""
        return any(_equal(found, self.value, exact=self._exact) for found in _found(values, self.path))

    @property
    def _exact(self) -> bool:
        known = attribute(self.path.name)
        return known is not None and known.exact


def _found(values: Mapping[str, Any], path: Path) -> Iterator[Any]:
    for name, value in values.items():
        if name.lower() != path.name:
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, Mapping):
                yield each
            elif all(one.fits(each) for one in path.picked):
                yield from (inner for sub, inner in each.items() if sub.lower() == (path.sub or "value"))


def _equal(found: object, wanted: object, *, exact: bool) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        addresses = email_of(found), email_of(wanted)
        folded = (found.casefold(), wanted.casefold()) if addresses == (None, None) else addresses
        return found == wanted or (not exact and folded[0] == folded[1])
    if isinstance(found, bool) and isinstance(wanted, str):  # Some write "true".
        return str(found).lower() == wanted.lower()
    return type(found) is type(wanted) and found == wanted


def path_of(written: str) -> Path:
    """Read a path. Raises `ClientFault` (``invalid_path``)."""
    path, rest = _path(written, "invalid_path")
    if rest:
        raise _bad("invalid_path")
    return path


def filter_of(written: str) -> tuple[Comparison, ...]:
    """Read a filter: comparisons that all have to hold. Raises `ClientFault` (``invalid_filter``)."""
    found, rest = _comparisons(written.strip(" "), "invalid_filter", nested=False)
    if rest:
        raise _bad("invalid_filter")
    return found


def _bad(reason: str) -> ClientFault:
    if reason == "invalid_path":
        detail = 'write a path as active, name.familyName or emails[type eq "work"].value'
        return ClientFault(reason, detail, where="path")
    detail = 'write a filter as userName eq "ann@fjord.example"; eq and and are known'
    return ClientFault(reason, detail, where="filter")


def _path(text: str, reason: str, *, nested: bool = False) -> tuple[Path, str]:
    if len(text) > LONGEST:
        raise _bad(reason)
    foreign = False
    if text.lower().startswith(f"{CORE.lower()}:"):
        text = text[len(CORE) + 1 :]
    elif urn := _URN.match(text):
        # The name of the attribute is what stands behind the last colon, but the schema's version has a dot.
        head, _, tail = urn[0].rpartition(":")
        foreign, text = bool(head), tail + text[urn.end() :]
    name = _NAME.match(text)
    if name is None:
        if foreign:
            return Path("", foreign=True), ""
        raise _bad(reason)
    rest, picked, sub = text[name.end() :], tuple[Comparison, ...](), None
    if rest.startswith("["):
        if nested:
            raise _bad(reason)
        picked, rest = _comparisons(rest[1:], reason, nested=True)
        if not rest.startswith("]"):
            raise _bad(reason)
        rest = rest[1:]
    if rest.startswith("."):
        inner = _NAME.match(rest, 1)
        if inner is None:
            if not foreign:
                raise _bad(reason)
            return Path("", foreign=True), ""
        sub, rest = inner[0].lower(), rest[inner.end() :]
    return Path(name[0].lower(), picked, sub, foreign), rest


def _comparisons(text: str, reason: str, *, nested: bool) -> tuple[tuple[Comparison, ...], str]:
    """Read comparisons joined by ``and``. Those within brackets hold no brackets."""
    found: list[Comparison] = []
    while True:
        path, text = _path(text, reason, nested=nested)
        if path.picked and path.sub is None and not _EQUAL.match(text):
            # emails[type eq "work" and value eq "…"]: its last comparison is the one that decides.
            *others, last = path.picked
            found.append(Comparison(Path(path.name, tuple(others), last.path.name), last.value))
        else:
            value, text = _value(text, reason)
            found.append(Comparison(path, value))
        joined = _AND.match(text)
        if joined is None:
            return tuple(found), text
        text = text[joined.end() :]


def _value(text: str, reason: str) -> tuple[str | bool | None, str]:
    equal = _EQUAL.match(text)
    if equal is None:
        raise _bad(reason)
    text = text[equal.end() :]
    if string := _STRING.match(text):
        try:
            return str(json.loads(string[0])), text[string.end() :]
        except ValueError:
            raise _bad(reason) from None
    if word := _WORD.match(text):
        return {"true": True, "false": False, "null": None}[word[0].lower()], text[word.end() :]
    raise _bad(reason)


def is_known(path: Path) -> bool:
    """Whether a path names something that is kept here, part and all."""
    known = None if path.foreign else attribute(path.name)
    names = [*(each.path.name for each in path.picked), *([path.sub] if path.sub else [])]
    return known is not None and all(part(known, each) is not None for each in names)


def strings(comparisons: Sequence[Comparison], name: str) -> list[str]:
    """The strings with which these comparisons ask for an attribute of this name, in small letters."""
    return [each.value for each in comparisons if each.path.name == name and isinstance(each.value, str)]
