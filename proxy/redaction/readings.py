"""Read a text as whoever shows it, and as whoever takes JSON out of it where it holds some.

Clients ask for JSON in words, and parse what they get, with or without a fence around it. In a string, an address may
be written in escapes and go on over white space. What is open in either reading is open.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from proxy.redaction.exfiltration import Outward

_OF_JSON = "json "
"""Stands before the kinds of contexts in the reading as JSON."""
_BEGINS = re.compile(r"[{\[]\s*\"|(?:\A|\n)[ \t]*(?:-[ \t]+)*(?:[\"']?[\w\-]+[\"']?:[ \t]+)?\"(?=[\s\\/])")
"""How JSON begins, or a string of YAML whose first characters an address is read without."""
_BEFORE = 80
"""How many characters may stand before the first string of JSON, from its first sign on."""


class Reading(NamedTuple):
    """A reader, and whether it reads strings of JSON."""

    reader: Outward
    of_json: bool


class Readings:
    """Both readings of one text. There is one alone where all is JSON, or arguments of a tool, or an address.

    The arguments are those of `Outward`, which says what the methods do.
    """

    def __init__(
        self, json_string: bool = False, *, field: bool = False, called: bool = False, longest: int = 0
    ) -> None:
        self._longest = longest
        self._as_shown = Outward(json_string, field=field, called=called, longest=longest)
        self._json_string = json_string
        self._as_json: Outward | None = None
        self._may_hold_json = not (json_string or field or called)
        self._end = ""

    def copy(self) -> Self:
        """Readers that continue from here independently."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._as_shown = self._as_shown.copy()
        other._as_json = self._as_json and self._as_json.copy()
        return other

    def feed(self, text: str) -> None:
        """Read the next part of the text."""
        self._as_shown.feed(text)
        if self._as_json is not None:
            self._as_json.feed(text)
        elif self._may_hold_json:
            whole = self._end + text
            may_begin = '"' in text or self._end.endswith('"')
            if may_begin and (begins := _BEGINS.search(whole)):
                self._as_json = Outward(True, longest=self._longest)
                self._as_json.feed(whole[begins.end() - 1 :])
            self._end = whole[-_BEFORE:]

    def begin(self, known: str) -> None:
        """Treat the text read last as an address named `known`, which continues like any other."""
        for each, _ in self.each:
            each.begin(known)

    def name_begins(self) -> None:
        """Read the next character as the first of a pseudonym."""
        for each, _ in self.each:
            each.name_begins()

    def is_long(self, kind: str) -> bool:
        """Whether the open context of this kind is too long to be known."""
        if kind.startswith(_OF_JSON) and self._as_json is not None:
            return self._as_json.is_long(kind.removeprefix(_OF_JSON))
        return self._as_shown.is_long(kind)

    def is_below_host(self, length: int) -> bool:
        """Whether the last `length` characters go on with a host that is somebody's own."""
        return self._as_shown.is_below_host(length)

    @property
    def asks(self) -> bool:
        """Whether what follows a pseudonym decides more than usual about it in a reading."""
        return self._as_shown.asks or (self._as_json is not None and self._as_json.asks)

    @property
    def each(self) -> tuple[Reading, ...]:
        """The readings that there are."""
        shown = Reading(self._as_shown, self._json_string)
        return (shown,) if self._as_json is None else (shown, Reading(self._as_json, True))

    @property
    def open(self) -> dict[str, str]:
        """The text of each open context; not to be changed."""
        held = self._as_shown.open
        if self._as_json is None or not self._as_json.open:
            return held
        return held | {_OF_JSON + kind: text for kind, text in self._as_json.open.items()}

    @property
    def read(self) -> int:
        """How many characters were read, as they are shown."""
        return self._as_shown.read

    @property
    def in_angle(self) -> bool:
        """Whether the last character is an opening angle."""
        return self._as_shown.in_angle

    @property
    def in_escape(self) -> bool:
        """Whether the last character is part of an incomplete escape or character reference."""
        return self._as_shown.in_escape

    @property
    def idle(self) -> bool:
        """Whether nothing is open, so that only trigger characters can open anything."""
        return self._as_shown.idle and (self._as_json is None or self._as_json.idle)
