r"""Where in a text something would leave by itself or by a click: addresses, targets of links, values of attributes.

Clients fetch pictures, follow links and show previews, so whatever stands in an address is sent to somebody. The
reader here goes over a text once, piece by piece, and knows at every character what is open:

- ``url``: behind ``scheme://``, ``//host``, ``\\host``, ``www.``, ``host.tld/`` or a scheme that needs no slashes
  (``mailto:``), up to white space of ASCII or ``<``. Nothing else ends it: there are clients whose links go on over
  quotes, brackets and any other sign. In ``<…>`` it ends with that, in an attribute with the attribute.
- ``target``: behind what begins the target of a link (`links`), up to what ends it: ``](`` of Markdown, ``[url=``,
  ``\href{``, ``.. image::``, ``url(`` and the like, or an address in braces or quotes.
- ``value``: the value of an attribute in a tag, quoted or not, as browsers read it.
- ``argument``: a word behind an address on the same line that gives it something, as in a command (``-d q=``, ``@x``).
- ``style``: all of a style sheet or a script, which have many ways to name what is fetched, and of a form.
- ``field``: all of a text that is nothing but an address, such as the ``url`` of a citation.

Several may be open at once. In JSON, strings are read by what their escapes mean, and what is open ends with its
string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Self

from proxy.redaction.links import (
    BRACE,
    BRACKET,
    CALL,
    COMMAND_ENDS,
    END_TAG,
    LINE,
    PAREN,
    REQUEST,
    TAIL,
    TRIGGERS,
    WORD,
    address_at,
    around,
    has_open_part,
    is_argument,
    is_flag,
    is_unsure,
    joins,
    target_at,
)

FIELD, VALUE, TARGET, URL, STYLE, ARGUMENT = "field", "value", "target", "url", "style", "argument"

_LONGEST = 4096
"""No address of a request that is longer, in characters, is known again."""

_SLACK = 48
"""An address that is longer than all that are known by this many signs (a scheme, closing ones) is not known."""

_TRIGGER = re.compile(
    rf"\A[{TRIGGERS}]|[/\\<?#&{{@!／]|(?<=[wW])[.。．｡]|(?<=[\]A-Za-z])\(|(?<=[:A-Za-z]):|(?<=[A-Za-z \t])=|(?<=\S)\]"
    rf"|{COMMAND_ENDS}"
)
"""Where anything may begin; at the start of a piece, before which more was read, by the character alone."""

_TRIGGER_IN_JSON = re.compile(rf"[{TRIGGERS}\"]|{COMMAND_ENDS}")
_LEADING_SCHEME = re.compile(r"\A[<\s]*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?=[/\\]{2})")
_SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.\-]*:")
_CLOSING = ".,;:!?)'\"]}*_~>` \t\r\n"
_QUOTES = {CALL: "\"'`"}
_OPENS = {PAREN: "(", CALL: "(", BRACKET: "[", BRACE: "{"}
_URL_KIND = "URL_"
_KIND_OF_SECRETS = "SECRET_"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = frozenset("0123456789abcdefABCDEF")
_JSON_BEGINS = '{["'
_CONTROL = "\x20"
_WHITE = " \t\n\v\f\r"
"""What ends an address. White space of other sorts does not everywhere: GitHub's Markdown takes it along."""

_WHOLE_ELEMENTS = ("style", "script", "form", "textarea", "select")
"""Elements of which everything may be sent."""


class Piece(NamedTuple):
    """A piece of a text: whether it is a pseudonym, and of an address; for what it was put, if not its original."""

    text: str
    pseudonym: bool = False
    address: bool = False
    said: str = ""


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
        self._tag_name = ""
        self._element = ""  # that is open, and of which everything may be sent
        self._angle = False
        self._end_of_target = ""
        self._target_within = ""  # angle, escape or quotation mark that is open in a target
        self._depth = 0
        self._address = ""  # that stands before on this line
        self._word = ""  # what there is of the word behind it
        self._flagged = False  # by the word before

    def copy(self) -> Self:
        """A reader that goes on from here by itself."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.open = dict(self.open)
        return other

    def feed(self, text: str) -> None:
        """Read on."""
        if not self._begun and (shown := text.lstrip()):
            self._begun, self._json = True, shown[0] in _JSON_BEGINS  # what is no JSON is read as the text that it is
        at = 0
        trigger = _TRIGGER_IN_JSON if self._json else _TRIGGER
        while at < len(text):
            if self.idle:
                found = trigger.search(text, at)
                start = found.start() if found else len(text)
                if start > at:
                    self._tail = (self._tail + text[max(at, start - TAIL) : start])[-TAIL:]
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

    @property
    def in_escape(self) -> bool:
        """Whether the last character is part of an escape of JSON that is not complete."""
        return bool(self._escape)

    @property
    def idle(self) -> bool:
        """Whether nothing is open, and only some characters can open anything."""
        return not (self.open or self._tag or self._escape or self._address or is_unsure(self._tail))

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
        self._tail = self._tag = self._address = ""

    def _step(self, char: str) -> None:
        targeted = TARGET in self.open
        if self._address:
            self._read_argument(char)
        if self.open:
            self._read_url(char)
            self._read_target(char)
            self._read_style(char)
        if self._tag or self._tail.endswith("<"):
            self._read_tag(char)
        if FIELD in self.open:
            self._grow(FIELD, char)
        if URL not in self.open and (begun := address_at(self._tail, char)):
            self._angle = begun.angle and self._tag in ("", "name", "attributes")
            self.open[URL] = begun.text
            wider = TARGET not in self.open or self._end_of_target == WORD
            if wider and (end := around(self._tail[: begun.start])):
                self._begin_target(end, self._tail[begun.start :] + char)
                if end == CALL:
                    self._target_within = self._tail[begun.start - 1]
            if self._angle and not begun.tag:
                self._tag = ""  # it is no tag, though browsers would take it for one that means nothing to them
                self.open.pop(VALUE, None)
        if not targeted and TARGET not in self.open and (end := target_at(self._tail, char)):
            self._begin_target(end)
        self._tail = (self._tail + char)[-TAIL:]

    def _begin_target(self, end: str, begun: str = "") -> None:
        self.open[TARGET] = begun
        self._end_of_target, self._target_within, self._depth = end, "", 0

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
            over = char in _WHITE or char < _CONTROL or char == "<" or (bool(self._tag) and self._ends_value(char))
            over = over and not (char in " \t" and not self._tag and has_open_part(self.open[URL]))
        if over and char in " \t" and _tells_where(self.open[URL]):
            self._address, self._word, self._flagged = self.open[URL], "", False
        if over:
            del self.open[URL]
        else:
            self._grow(URL, char)

    def _read_argument(self, char: str) -> None:
        """Go on behind an address, word by word, up to the end of the line."""
        if char.isspace():
            joined = joins(self._address, self._word)
            if not joined or char not in " \t":
                self.open.pop(ARGUMENT, None)
            self._flagged, self._word = is_flag(self._word) or joined, ""
            self._address = "" if char not in " \t" and not self._tail.endswith("\\") else self._address
            return
        self._word = (self._word + char)[-self._most :]
        if ARGUMENT in self.open:
            self._grow(ARGUMENT, char)
        elif self._flagged or is_argument(self._word):
            self.open[ARGUMENT] = f"{self._address} {self._word}"

    def _ends_value(self, char: str) -> bool:
        return char == self._tag if self._tag in ('"', "'") else char == ">"

    def _read_target(self, char: str) -> None:
        if TARGET not in self.open:
            return
        if self._end_of_target == LINE:
            over = self._tail.endswith("\n") and char not in " \t" and not self._tail.endswith("\\\n")
        elif self._end_of_target == REQUEST:
            over = self._ends_request(char)
        elif self._end_of_target == WORD:
            over = char.isspace()
            if char == ":" and not self.open[TARGET]:
                self._end_of_target = LINE  # a directive, or the macro of a whole line
        elif char == "\n" and self._tail.rstrip(" \t\r").endswith("\n"):
            over = True  # a paragraph has ended, and no link goes over its end
        else:
            over = self._ends_target(char)
        if over:
            del self.open[TARGET]
        else:
            self._grow(TARGET, char)

    def _ends_request(self, char: str) -> bool:
        """Whether a line that may be a request is none and ends here, or its body does.

        `_depth` counts: one for the first line of a request, one more for the empty line behind its headers.
        """
        line = self._tail[self._tail.rfind("\n") + 1 :]
        if char != "\n":
            return char == "`" and line.endswith("``")
        if not self._depth:
            self._depth = 1
            return "HTTP/" not in line
        self._depth += not line.strip()
        return self._depth > 2

    def _ends_target(self, char: str) -> bool:
        """Whether this is the sign that ends a target: not escaped, not within anything else in it."""
        end, within = self._end_of_target, self._target_within
        if end == END_TAG:
            return char == "/" and self._tail.endswith("[")
        if within == "\\":
            self._target_within = ""
        elif within:
            self._target_within = "" if char in (">\n" if within == "<" else within) else within
        elif char == "\\" or char in _QUOTES.get(end, "") or self._begins_angle(char):
            self._target_within = char
        elif char == end[-1]:
            self._depth -= 1
            return self._depth < 0
        elif char == _OPENS.get(end):
            self._depth += 1
        return False

    def _begins_angle(self, char: str) -> bool:
        return char == "<" and self._end_of_target == PAREN and not self.open[TARGET].strip()

    def _read_style(self, char: str) -> None:
        if STYLE not in self.open:
            return
        if (char.isspace() or char in "/>") and self._tail.lower().endswith(f"</{self._element}"):
            del self.open[STYLE]
        else:
            self._grow(STYLE, char)

    def _read_tag(self, char: str) -> None:
        """Go on in a tag as browsers do: its name, its attributes, before a value, in a value by what quotes it."""
        quoted = self._tag in ('"', "'")
        if not quoted and self._tail.endswith("<") and ((char.isascii() and char.isalpha()) or char == "?"):
            # In code, a tag that is told of begins no style sheet.
            self._tag, self._tag_name = "name", "" if self._tail.endswith("`<") else char
            self.open.pop(VALUE, None)
        elif not self._tag:
            return
        elif not quoted and char == ">":
            self._tag = ""
            self.open.pop(VALUE, None)
            if STYLE not in self.open and (name := self._tag_name.lower()) in _WHOLE_ELEMENTS:
                self.open[STYLE], self._element = "", name
        elif quoted or self._tag == "bare":
            if char == self._tag or (not quoted and char.isspace()):
                self._tag = "attributes"
                del self.open[VALUE]
            else:
                self._grow(VALUE, char)
        elif self._tag == "before" and not char.isspace():
            self._tag = char if char in "\"'" else "bare"
            self.open[VALUE] = "" if char in "\"'" else char
        elif self._tag == "name" and (char.isspace() or char == "/"):
            self._tag = "attributes"
        elif self._tag == "name":
            self._tag_name = (self._tag_name and self._tag_name + char)[:9]
        elif self._tag == "attributes" and char == "=":
            self._tag = "before"


def _tells_where(address: str) -> bool:
    """Whether an address leads anywhere: a scheme alone does not, nor what is rather the end of a question."""
    asked = address.endswith("?") and "//" not in address
    return not asked and any(map(str.isalnum, _SCHEME.sub("", address, count=1)))


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


def place_in(beginning: str) -> int:
    """Which character of an address the last one of this beginning is, in the form in which it is compared."""
    return len(_LEADING_SCHEME.sub("", beginning, count=1)) - 1


def addresses_with_pseudonyms(pieces: Iterable[Piece]) -> dict[str, dict[int, str]]:
    """The addresses of one text that hold a pseudonym, in the form in which they are compared.

    With each, what was said where its pseudonyms stand, by their places in it; empty where that is the original.
    """
    reader = Outward(longest=_LONGEST)
    holding: dict[str, dict[int, str]] = {}
    found: dict[str, dict[int, str]] = {}
    heads: dict[int, str] = {}  # what was said by place in the text, where it may be the beginning of a host
    at = 0
    for piece in pieces:
        begins = at
        for part in _parts(piece, holding, heads):
            for kind in [kind for kind in holding if reader.is_long(kind)]:
                del holding[kind]
            before = dict(reader.open)
            reader.feed(part)
            at += len(part)
            for kind in holding.keys() - reader.open.keys():
                found.setdefault(known_form(before[kind]), holding.pop(kind))
            holding.update(_headed(reader, before, heads, at))
            if piece.pseudonym:
                holding.update({kind: holding.get(kind, {}) for kind in reader.open})
            if piece.pseudonym and at == begins + 1:
                heads[begins] = piece.said
                for kind, text in reader.open.items():
                    holding[kind][place_in(text)] = piece.said
            elif part.isspace():
                heads.clear()
        if piece.address and URL not in reader.open:
            reader.begin(piece.text)
            holding[URL] = {}
    rest = {known_form(reader.open[kind]): said for kind, said in holding.items() if not reader.is_long(kind)}
    return {address: said for address, said in (rest | found).items() if address}


def _headed(reader: Outward, before: Mapping[str, str], heads: Mapping[int, str], at: int) -> dict[str, dict[int, str]]:
    """What begins by the character before `at`, and was begun with one of the `heads`."""
    starts = {kind: at - len(held) for kind, held in reader.open.items() if heads and kind not in before}
    within = {
        kind: {place - start: said for place, said in heads.items() if place >= start} for kind, start in starts.items()
    }
    return {kind: said for kind, said in within.items() if said}


def _parts(piece: Piece, holding: Mapping[str, object], heads: Mapping[int, str]) -> Iterator[str]:
    """A piece, character by character while an address is open that matters, or may be; the rest of it at once."""
    at = 0
    while at < len(piece.text):
        single = bool(holding or heads) or piece.pseudonym
        yield piece.text[at : at + 1] if single else piece.text[at:]
        at = at + 1 if single else len(piece.text)
