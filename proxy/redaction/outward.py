r"""Where in a text something would leave by itself or by a click: addresses, targets of links, values of attributes.

Clients fetch pictures, follow links and show previews, so whatever stands in an address is sent to somebody. The
reader here goes over a text once, piece by piece, and knows at every character what is open:

- ``url``: behind ``scheme://``, ``//host``, ``www.`` or ``host.tld/``, up to white space or ``<``. Nothing else ends
  it: there are clients whose links go on over quotes, brackets and any other sign. In ``<…>`` it ends with that, in an
  attribute with the attribute.
- ``target``: behind ``](`` of Markdown, up to the bracket that closes it.
- ``value``: the value of an attribute in a tag, quoted or not, as browsers read it.
- ``field``: all of a text that is nothing but an address, such as the ``url`` of a citation.

Two may be open at once. In JSON, strings are read by what their escapes mean, and what is open ends with its string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from typing import NamedTuple, Self

FIELD, VALUE, TARGET, URL = "field", "value", "target", "url"

_TAIL = 72
"""How many characters before an address its beginning can depend on."""

_LONGEST = 4096
"""No address of a request that is longer, in characters, is known again."""

_SLACK = 48
"""An address that is longer than all that are known by this many signs (a scheme, closing ones) is not known."""

_TRIGGER = re.compile(r"[/\\<(?#.]")
_TRIGGER_IN_JSON = re.compile(r"[/\\<(?#.\"]")
_SCHEME = re.compile(r"[A-Za-z0-9+.\-]:[/\\]\Z")
_LONE_SLASHES = re.compile(r"(?<![\w:/])//\Z")
_WWW = re.compile(r"(?<![\w@])www\Z", re.I)
_HOST = re.compile(r"(?<![\w.@/\-])(?:\w[\w\-]*\.)+[A-Za-z]{2,}(?::[0-9]{1,5})?\Z")
_LEADING_SCHEME = re.compile(r"\A[<\s]*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?=[/\\]{2})")
_CLOSING = ".,;:!?)'\"]}*_~>` \t\r\n"
_URL_KIND = "URL_"
_KIND_OF_SECRETS = "SECRET_"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = frozenset("0123456789abcdefABCDEF")
_JSON_BEGINS = '{["'
_CONTROL = "\x20"


class Piece(NamedTuple):
    """A piece of a text: whether it is a pseudonym, and whether that stands for an address."""

    text: str
    pseudonym: bool = False
    address: bool = False


class Outward:
    """Reads one text. `open` is what is open behind the last character: for each kind its text up to here.

    `field`: the whole text is an address. `longest` is the length of the longest address that anybody asks about; of
    longer ones only a beginning is kept.
    """

    def __init__(self, json_string: bool = False, *, field: bool = False, longest: int = 0) -> None:
        self.open: dict[str, str] = {FIELD: ""} if field else {}
        self._json = json_string
        self._begun = not json_string
        self._most = longest + _SLACK
        self._tail = ""
        self._escape = ""
        self._tag = ""
        self._angle = False
        self._target_angle = False
        self._target_escaped = False
        self._depth = 0

    def copy(self) -> Self:
        """A reader that goes on from here by itself."""
        other = copy(self)
        other.open = dict(self.open)
        return other

    def feed(self, text: str) -> None:
        """Read on."""
        if not self._begun and (shown := text.lstrip()):
            self._begun, self._json = True, shown[0] in _JSON_BEGINS  # what is no JSON is read as the text that it is
        at = 0
        while at < len(text):
            if self._idle():
                trigger = (_TRIGGER_IN_JSON if self._json else _TRIGGER).search(text, at)
                start = trigger.start() if trigger else len(text)
                if start > at:
                    self._tail = (self._tail + text[max(at, start - _TAIL) : start])[-_TAIL:]
                    at = start
                    continue
            char = self._decoded(text[at]) if self._json else text[at]
            if char:
                self._step(char)
            at += 1

    def is_long(self, kind: str) -> bool:
        """Whether what is open is too long to be known; its text is only a beginning."""
        return len(self.open[kind]) >= self._most

    def begin(self, known: str) -> None:
        """What was read last is an address, and is called `known`: it goes on like any other."""
        if URL not in self.open:
            self.open[URL], self._angle = known, False

    def _idle(self) -> bool:
        return not (self.open or self._tag or self._escape or self._tail.endswith(("//", "<")))

    def _decoded(self, char: str) -> str:
        """The character that JSON means by now; empty within an escape and at the ends of a string."""
        if not self._escape:
            if char == "\\":
                self._escape = char
                return ""
            if char == '"':
                self._end_string()
                return ""
            return char
        return self._escaped(char)

    def _escaped(self, char: str) -> str:
        """The same within an escape."""
        if self._escape == "\\":
            self._escape = "\\u" if char == "u" else ""
            return "" if self._escape else _ESCAPES.get(char, char)
        if char not in _HEX:
            self._escape = ""
            return self._decoded(char)
        self._escape += char
        if len(self._escape) < 6:
            return ""
        code, self._escape = int(self._escape[2:], 16), ""
        return chr(code)

    def _end_string(self) -> None:
        self.open = {kind: held for kind, held in self.open.items() if kind == FIELD}
        self._tail = self._tag = ""

    def _step(self, char: str) -> None:
        self._read_url(char)
        self._read_target(char)
        self._read_tag(char)
        if FIELD in self.open:
            self._grow(FIELD, char)
        if URL not in self.open and (begun := self._beginning(char)):
            self._angle = self._opened_by_angle()
            self.open[URL] = begun
            if self._angle:
                self._tag = ""  # it is no tag, though browsers would take it for one that means nothing to them
                self.open.pop(VALUE, None)
        if TARGET not in self.open and char == "(" and self._tail.endswith("]"):
            self.open[TARGET] = ""
            self._depth, self._target_angle, self._target_escaped = 0, False, False
        self._tail = (self._tail + char)[-_TAIL:]

    def _grow(self, kind: str, char: str) -> None:
        held = self.open[kind]
        if len(held) < self._most:
            self.open[kind] = held + char

    def _read_url(self, char: str) -> None:
        if URL not in self.open:
            return
        if self._angle:
            over = char in ">\n"
        else:
            over = char.isspace() or char < _CONTROL or char == "<" or (bool(self._tag) and self._ends_value(char))
        if over:
            del self.open[URL]
        else:
            self._grow(URL, char)

    def _ends_value(self, char: str) -> bool:
        return char == self._tag if self._tag in ('"', "'") else char == ">"

    def _read_target(self, char: str) -> None:
        if TARGET not in self.open:
            return
        if char == "\n" and self._tail.rstrip(" \t\r").endswith("\n"):
            del self.open[TARGET]  # a paragraph has ended, and no link goes over its end
            return
        if self._target_escaped:
            self._target_escaped = False
        elif char == "\\":
            self._target_escaped = True
        elif self._target_angle:
            self._target_angle = char not in ">\n"
        elif char == "<" and not self.open[TARGET].strip():
            self._target_angle = True
        elif char == "(":
            self._depth += 1
        elif char == ")":
            self._depth -= 1
            if self._depth < 0:
                del self.open[TARGET]
                return
        self._grow(TARGET, char)

    def _read_tag(self, char: str) -> None:
        """Go on in a tag as browsers do: its name, its attributes, before a value, in a value by what quotes it."""
        quoted = self._tag in ('"', "'")
        if not quoted and self._tail.endswith("<") and char.isascii() and char.isalpha():
            self._tag = "name"
            self.open.pop(VALUE, None)
        elif not self._tag:
            return
        elif quoted and char == self._tag:
            self._tag = "attributes"
            del self.open[VALUE]
        elif quoted:
            self._grow(VALUE, char)
        elif char == ">":
            self._tag = ""
            self.open.pop(VALUE, None)
        elif self._tag == "bare":
            if char.isspace():
                self._tag = "attributes"
                del self.open[VALUE]
            else:
                self._grow(VALUE, char)
        elif self._tag == "before" and not char.isspace():
            self._tag = char if char in "\"'" else "bare"
            self.open[VALUE] = "" if char in "\"'" else char
        elif self._tag == "name" and (char.isspace() or char == "/"):
            self._tag = "attributes"
        elif self._tag == "attributes" and char == "=":
            self._tag = "before"

    def _beginning(self, char: str) -> str:
        """The text with which an address begins that `char` makes one; empty if it makes none."""
        tail = self._tail
        if char in "/\\" and _SCHEME.search(tail):
            return "//"
        if (char.isalnum() or char in "[%_") and _LONE_SLASHES.search(tail):
            return "//" + char
        if char == "." and _WWW.search(tail):
            return "www."
        if char in "/?#" and (host := _HOST.search(tail)):
            return host[0] + char
        return ""

    def _opened_by_angle(self) -> bool:
        """Whether the address that begins stands in ``<…>``, where white space does not end it."""
        before = re.search(r"<[A-Za-z0-9+.\-]*:?/?/?\Z", self._tail)
        return before is not None and self._tag in ("", "name", "attributes")


def stands_for_address(pseudonym: str) -> bool:
    """Whether a pseudonym stands for an address that the request held itself."""
    return pseudonym.startswith(_URL_KIND)


def is_secret(pseudonym: str) -> bool:
    """Whether a pseudonym stands for a key, a password or the like."""
    return pseudonym.startswith(_KIND_OF_SECRETS)


def known_form(address: str) -> str:
    """An address as it is compared: without its scheme, and without signs that rather belong to the sentence."""
    return _LEADING_SCHEME.sub("", address, count=1).rstrip(_CLOSING)


def may_become(beginning: str, known: Iterable[str]) -> bool:
    """Whether an address that begins like this may be one of the `known`."""
    form = _LEADING_SCHEME.sub("", beginning, count=1)
    return any(address.startswith(form) for address in known)


def addresses_with_pseudonyms(pieces: Iterable[Piece]) -> frozenset[str]:
    """The addresses of one text that hold a pseudonym, in the form in which they are compared."""
    reader = Outward(longest=_LONGEST)
    holding: set[str] = set()
    found: set[str] = set()
    for piece in pieces:
        for part in _parts(piece, holding):
            before = dict(reader.open)
            holding -= {kind for kind in holding if reader.is_long(kind)}
            reader.feed(part)
            found |= {known_form(before[kind]) for kind in holding - reader.open.keys()}
            holding &= reader.open.keys()
            if piece.pseudonym:
                holding |= reader.open.keys()
        if piece.address and URL not in reader.open:
            reader.begin(piece.text)
            holding.add(URL)
    found |= {known_form(reader.open[kind]) for kind in holding if not reader.is_long(kind)}
    return frozenset(found - {""})


def _parts(piece: Piece, holding: set[str]) -> Iterator[str]:
    """A piece, character by character while an address is open that matters; the rest of it at once."""
    at = 0
    while at < len(piece.text):
        single = bool(holding) or piece.pseudonym
        yield piece.text[at : at + 1] if single else piece.text[at:]
        at = at + 1 if single else len(piece.text)
