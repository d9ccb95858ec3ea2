r"""Find the places in a text from which content would be sent out, by itself or on a click.

Clients fetch pictures, follow links and show previews, so everything in an address is sent to somebody. `Outward`
reads a text once, piece by piece, and knows after every character which of these contexts are open:

- ``url``: begins at ``scheme://``, ``//host``, ``\\host``, ``www.``, ``host.tld/`` or a scheme that needs no slashes
  (``mailto:``), and ends at ASCII white space or where a tag begins. No other character ends it, because the links of
  some clients run on over quotes, brackets and any other character. In ``<…>`` it ends at ``>``, in an attribute with
  the value. A pseudonym in brackets begins no tag (see `Outward.name_begins`): the address goes on over it.
- ``target``: the target of a link, between its opening and its end as defined in `links`: ``](`` of Markdown,
  ``[url=``, ``\href{``, ``.. image::``, ``url(`` and the like, or an address in braces or quotes.
- ``value``: the value of an attribute in a tag, quoted or not, read as browsers read it.
- ``argument``: a word after an address on the same line that passes data to it, as in a command (``-d q=``, ``@x``).
- ``style``: the whole content of a style sheet or script, which can name what to fetch in many ways, or of a form.
- ``field``: the whole text, where a text is nothing but an address, such as the ``url`` of a citation.

Several contexts may be open at once. In JSON, the reader decodes escapes in strings, and the end of a string closes
every context that began in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, Self

from ahocorasick_rs import AhoCorasick

from proxy.redaction.link_notation import (
    BRACE,
    BRACKET,
    CALL,
    COMMAND_ENDS,
    COMMANDS,
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
"""Longest address of a request, in characters, that can be recognized in the reply."""

_SLACK = 48
"""An address that is this many characters longer than every known one (a scheme, closing signs) is not known."""

_SIGN = re.compile(
    rf"[{TRIGGERS}](?:(?<=[/\\<?#&{{@!／])|(?<=\A.)|(?<=[wW][.。．｡])|(?<=[\]A-Za-z]\()|(?<=[:A-Za-z]:)"
    r"|(?<=[A-Za-z \t]=)|(?<=\S\]))",
    re.DOTALL,
)
"""A sign at which a context may begin. At the start of a piece that continues a text, the character alone decides."""

_SIGN_IN_JSON = re.compile(rf"[{TRIGGERS}\"]")
_COMMANDS = AhoCorasick(COMMANDS)
_LEADING_SCHEME = re.compile(r"\A[<\s]*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?=[/\\]{2})")
_SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.\-]*:")
_CLOSING = ".,;:!?)'\"]}*_~<>` \t\r\n"
_QUOTES = {CALL: "\"'`"}
_OPENS = {PAREN: "(", CALL: "(", BRACKET: "[", BRACE: "{"}
_URL_KIND = "URL_"
_KIND_OF_SECRETS = "SECRET_"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = frozenset("0123456789abcdefABCDEF")
_JSON_BEGINS = '{["'
_BEGINS_TAG = re.compile(r"[A-Za-z/!?]")
"""What begins a tag behind ``<``, as browsers read it."""
_PLAIN = re.compile(r"[A-Za-z0-9_]+")
"""Text in which nothing begins, unless something before it has."""
_ENDS_WORD = re.compile(r"[,.;:]?\s")
"""What follows a word that begins no host."""
_WHITE = " \t\n\v\f\r"
"""ASCII white space, which ends an address. Other white space does not always: GitHub's Markdown includes it."""

_WHOLE_ELEMENTS = ("style", "script", "form", "textarea", "select")
"""Elements whose whole content may be sent."""


class Piece(NamedTuple):
    """A piece of a text as it leaves.

    `pseudonym`: it is a pseudonym. `address`: it is the pseudonym of an address. `said` is the text that the pseudonym
    replaced, where that differs from its original.
    """

    text: str
    pseudonym: bool = False
    address: bool = False
    said: str = ""


class Outward:
    """Reads one text. `open` maps each open context to its text up to the last character read.

    `field`: the whole text is an address. `called`: the text is the arguments of a tool call; an argument that begins
    as an address is one up to its end, since whoever fetches it encodes its spaces. `longest` is the length of the
    longest address that callers ask about; of longer ones the reader keeps only the beginning.
    """

    def __init__(
        self, json_string: bool = False, *, field: bool = False, called: bool = False, longest: int = 0
    ) -> None:
        self.open: dict[str, str] = {FIELD: ""} if field else {}
        self._called = called
        self._json = json_string
        self._begun = not json_string
        self._most = longest + _SLACK
        self._tail = ""
        self._escape = ""
        self._tag = ""
        self._tag_name = ""
        self._element = ""  # the open element whose whole content may be sent
        self._angle = False
        self._in_value = False  # whether the open address stands in the value of an attribute
        self._to_the_end = False  # whether the open address is all of an argument
        self._naming = False  # whether the next character begins a pseudonym
        self._end_of_target = ""
        self._target_within = ""  # the angle bracket, escape or quotation mark that is open in a target
        self._depth = 0
        self._address = ""  # the last address on this line
        self._word = ""  # the word after it, as far as it was read
        self._flagged = False  # whether the previous word lets this one be an argument

    def copy(self) -> Self:
        """A reader that continues from here independently."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.open = dict(self.open)
        return other

    def feed(self, text: str) -> None:
        """Read the next part of the text."""
        if not self._begun and (shown := text.lstrip()):
            self._begun, self._json = True, shown[0] in _JSON_BEGINS  # text that is not JSON is read as plain text
        at = 0
        triggers: list[int] = []
        while at < len(text):
            if self.idle:
                triggers = triggers or [*_triggers(text, _SIGN_IN_JSON if self._json else _SIGN), len(text)]
                start = triggers[bisect_left(triggers, at)]
                if start > at:
                    self._tail = (self._tail + text[max(at, start - TAIL) : start])[-TAIL:]
                    at = start
                    continue
            char = self._decoded(text[at]) if self._json else text[at]
            if char:
                self._step(char)
            at += 1

    def is_long(self, kind: str) -> bool:
        """Whether the open context of this kind is too long to be known; only its beginning is kept."""
        return len(self.open[kind]) >= self._most

    def begin(self, known: str) -> None:
        """Treat the text read last as an address named `known`, which continues like any other."""
        if URL not in self.open:
            self.open[URL], self._angle, self._in_value = known, False, VALUE in self.open
            self._to_the_end = False

    def name_begins(self) -> None:
        """Read the next character as the first of a pseudonym: behind ``<`` it begins no tag and ends no address."""
        self._naming = self.in_angle
        if self._naming:
            self._angle = False  # what holds such brackets is no autolink, so that their end is not its own

    @property
    def in_angle(self) -> bool:
        """Whether the last character is an opening angle."""
        return self._tail.endswith("<")

    @property
    def in_escape(self) -> bool:
        """Whether the last character is part of an incomplete JSON escape."""
        return bool(self._escape)

    @property
    def idle(self) -> bool:
        """Whether nothing is open, so that only trigger characters can open anything."""
        return not (self.open or self._tag or self._escape or self._address or is_unsure(self._tail))

    def _decoded(self, char: str) -> str:
        """The character that the JSON now stands for; empty inside an escape and at either end of a string."""
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
        """The same as `_decoded`, inside an escape."""
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
            self._in_value = VALUE in self.open
            self._to_the_end = self._called and not self._tail[: begun.start].strip()
            self.open[URL] = begun.text
            wider = TARGET not in self.open or self._end_of_target == WORD
            if wider and (end := around(self._tail[: begun.start])):
                self._begin_target(end, self._tail[begun.start :] + char)
                if end == CALL:
                    self._target_within = self._tail[begun.start - 1]
            if self._angle and not begun.tag:
                self._tag = ""  # not a tag, though browsers would read it as an unknown one
                self.open.pop(VALUE, None)
        if not targeted and TARGET not in self.open and (end := target_at(self._tail, char)):
            self._begin_target(end)
        self._tail, self._naming = (self._tail + char)[-TAIL:], False

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
            over = char in _WHITE or self._ends_at_tag(char) or (self._in_value and self._ends_value(char))
            over = over and not (char in " \t" and not self._tag and has_open_part(self.open[URL]))
        over = over and not self._to_the_end
        if over and char in " \t" and _tells_where(self.open[URL]):
            self._address, self._word, self._flagged = self.open[URL], "", False
        if over:
            del self.open[URL]
        else:
            self._grow(URL, char)

    def _read_argument(self, char: str) -> None:
        """Read on after an address, word by word, up to the end of the line."""
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

    def _ends_at_tag(self, char: str) -> bool:
        """Whether a tag begins with the ``<`` before this character, so that the address ended there."""
        return self._tail.endswith("<") and not self._naming and _BEGINS_TAG.match(char) is not None

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
                self._end_of_target = LINE  # a directive, or a macro that takes the whole line
        elif char == "\n" and self._tail.rstrip(" \t\r").endswith("\n"):
            over = True  # the paragraph ends, and no link runs past it
        else:
            over = self._ends_target(char)
        if over:
            del self.open[TARGET]
        else:
            self._grow(TARGET, char)

    def _ends_request(self, char: str) -> bool:
        """Whether this ends a line that turned out not to be a request, or ends the body of a request.

        `_depth` is 1 after the first line of a request and 2 after the empty line that follows its headers.
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
        """Whether this character ends the target: it is not escaped and not inside anything else in the target."""
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
        """Read on in a tag as browsers do: the name, the attributes, the gap before a value, the value by its quote."""
        quoted = self._tag in ('"', "'")
        if not quoted and self._tail.endswith("<") and ((char.isascii() and char.isalpha()) or char == "?"):
            # A tag that is only mentioned, in code, opens no style sheet. A value without quotes goes on over it.
            self._tag, self._tag_name = "name", "" if self._tail.endswith("`<") else char
            if VALUE in self.open:
                self._grow(VALUE, char)
        elif not self._tag:
            return
        elif not quoted and char == ">":
            self._tag = ""
            self.open.pop(VALUE, None)
            if STYLE not in self.open and (name := self._tag_name.lower()) in _WHOLE_ELEMENTS:
                self.open[STYLE], self._element = "", name
        elif VALUE in self.open and (char == self._tag or (not quoted and char.isspace())):
            self._tag = "attributes"
            del self.open[VALUE]
        elif VALUE in self.open:
            self._grow(VALUE, char)
            if self._tag == "name":
                self._grow_name(char)
        elif self._tag == "before" and not char.isspace():
            self._tag = char if char in "\"'" else "bare"
            self.open[VALUE] = "" if char in "\"'" else char
        elif self._tag == "name" and (char.isspace() or char == "/"):
            self._tag = "attributes"
        elif self._tag == "name":
            self._grow_name(char)
        elif self._tag == "attributes" and char == "=":
            self._tag = "before"

    def _grow_name(self, char: str) -> None:
        self._tag_name = (self._tag_name and self._tag_name + char)[:9]


def _triggers(text: str, sign: re.Pattern[str]) -> list[int]:
    """The characters at which a context may begin, in order: signs, and where a command that sends may be complete."""
    # As regular expressions compare without case; only one letter changes its length in lower case.
    lower = text.lower().replace("ſ", "s").replace("ı", "i") if "İ" not in text else ""
    if lower or not text:
        ends = {end - 1 for _, _, end in _COMMANDS.find_matches_as_indexes(lower, overlapping=True)}
    else:
        ends = {end.start() for end in COMMAND_ENDS.finditer(text)}
    return sorted(ends.union(found.start() for found in sign.finditer(text)))


def _tells_where(address: str) -> bool:
    """Whether an address leads anywhere: not a scheme alone, nor what is likely the end of a question."""
    asked = address.endswith("?") and "//" not in address
    return not asked and any(map(str.isalnum, _SCHEME.sub("", address, count=1)))


def stands_for_address(pseudonym: str) -> bool:
    """Whether a pseudonym stands for an address that the request contained."""
    return pseudonym.startswith(_URL_KIND)


def is_secret(pseudonym: str) -> bool:
    """Whether a pseudonym stands for a key, a password or another secret."""
    return pseudonym.startswith(_KIND_OF_SECRETS)


def known_form(address: str) -> str:
    """The form in which addresses are compared: no scheme, and no closing signs that belong to the sentence."""
    return _LEADING_SCHEME.sub("", address, count=1).rstrip(_CLOSING)


def may_become(beginning: str, known: Iterable[str]) -> bool:
    """Whether an address with this beginning may turn out to be one of the `known` ones."""
    form = _LEADING_SCHEME.sub("", beginning, count=1)
    return any(address.startswith(form) for address in known)


def place_in(beginning: str) -> int:
    """The index of the last character of this beginning in the compared form of the address (see `known_form`)."""
    return len(_LEADING_SCHEME.sub("", beginning, count=1)) - 1


def addresses_with_pseudonyms(pieces: Iterable[Piece]) -> dict[str, dict[int, str]]:
    """The addresses of one text that hold a pseudonym, in their compared form (see `known_form`).

    Each maps the positions of its pseudonyms to the text replaced there; empty where that is the original.
    """
    reader = Outward(longest=_LONGEST)
    holding: dict[str, dict[int, str]] = {}
    found: dict[str, dict[int, str]] = {}
    heads: dict[int, str] = {}  # the replaced text, by position in the text, where a host may begin
    at = 0
    for piece, following in pairwise((*pieces, Piece(""))):
        begins = at
        if piece.pseudonym and not holding and reader.idle and _PLAIN.fullmatch(piece.text):
            reader.feed(piece.text)
            at += len(piece.text)
            if heads or not _ENDS_WORD.match(following.text):
                heads[begins] = piece.said
        for part in _parts(piece, holding, heads) if at == begins else ():
            for kind in [kind for kind in holding if reader.is_long(kind)]:
                del holding[kind]
            before = dict(reader.open)
            if piece.pseudonym and at == begins:
                reader.name_begins()
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
    """The contexts that open at the character before `at` and whose text contains one of the `heads`."""
    starts = {kind: at - len(held) for kind, held in reader.open.items() if heads and kind not in before}
    within = {
        kind: {place - start: said for place, said in heads.items() if place >= start} for kind, start in starts.items()
    }
    return {kind: said for kind, said in within.items() if said}


def _parts(piece: Piece, holding: Mapping[str, object], heads: Mapping[int, str]) -> Iterator[str]:
    """Yield a piece: one character at a time while an open address matters or may come to matter, else the rest."""
    at = 0
    while at < len(piece.text):
        single = bool(holding or heads) or piece.pseudonym
        yield piece.text[at : at + 1] if single else piece.text[at:]
        at = at + 1 if single else len(piece.text)
