"""Restore the originals of pseudonyms in a reply, whole or as it arrives in pieces.

Models change the form of pseudonyms. Each form is handled like this:

- Any case, an escaped underscore, a hyphen or a space instead of the underscore: restored. With a space, only if the
  kind is in capitals, so that a heading of the model's own (``Location 1:``) and ``Person 3 times`` stay.
- ``[PERSON_3]``, ``<PERSON_3>``, ``{PERSON_3}``, also doubled: restored without the brackets, unless the request
  itself had this pseudonym in such brackets, or the brackets belong to a link.
- Marks of emphasis, code and quotation around it, possessive and plural endings after it: they stay.
- The pseudonym of a name that is split over turns of one word, twice in a row: restored once.
- A number that was not issued, or a pseudonym adjacent to a letter, digit or underscore: left alone.

Restored text is never scanned again.

No original is restored where it would be sent out again (see `exfiltration`): a pseudonym in an address, in the
target of a link, in the value of an attribute or at the beginning of a host is left alone. The exception is an
address that the request contained with that pseudonym; there the text is restored as the request wrote it. A
pseudonym that stands for
an address of the request may begin an address. A secret is never restored in these places, nor in the arguments of a
tool call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from proxy.redaction.exfiltration import URL
from proxy.redaction.known_addresses import is_secret, known_form, may_become, place_in, stands_for_address
from proxy.redaction.link_notation import IGNORED, OF_HOST
from proxy.redaction.pseudonyms import CONTEXT, REACH, Grammar, PseudonymMap, grammar
from proxy.redaction.readings import Readings

_MIRROR = str.maketrans("[<{", "]>}")
_GAPS = " \t\n"
_SPACES = frozenset(" \u00a0\u202f")
_GOES_ON = re.compile(r"[@%]|[._:\-。．｡]{0,8}[^\W_]")
"""Text directly after an address that makes it a different address: more of its host."""

_MAY_GO_ON = re.compile(r"[._:\-。．｡]{0,8}\Z")
_ENDS_IN_JSON = frozenset('nrtbf"/')
_ENDS_HOST = "/?#／"
_OF_HOSTS = re.compile(rf"{OF_HOST}|[\-.:。．｡&\\{_ENDS_HOST}]|{IGNORED.pattern}")
"""Characters that may follow a pseudonym at the beginning of a host, or begin the escape of such a character."""
_NO_HOST = re.compile(r"[.:]?\s|[,;()!'’*\"]")
"""What follows most pseudonyms: the sentence continues or ends. In JSON, a quotation mark ends the string."""

_OF_ESCAPE = r"\\(?:[nrtbf\"]|u(?!00(?:40|2[fF]|3[fF]|23|5[cC]))[0-9a-fA-F]{4})"
_USER = re.compile(r"[^@/?#\\\s]*"), re.compile("@")
_USER_IN_JSON = re.compile(rf"(?i:(?:(?!_email)[^@/?#\\\"]|{_OF_ESCAPE})*)"), re.compile(r"@|\\u0040|_(?i:email)")
"""What goes on with the user of an address behind a name, and how that ends if it was one."""

_DEFINITION = re.compile(r"\S*[ \t]*"), re.compile(r"[\n\r\"'(]|\Z")
_DEFINITION_IN_JSON = (
    re.compile(r"(?:[^\s\\\"]|\\(?:[\"\\/bf]|u[0-9a-fA-F]{4}))*(?:[ ]|\\t)*"),
    re.compile(r"\\[nr\"]|[\"'(\n]|\Z"),
)
"""The same of a definition of a link: its address is one word, and nothing but a title may follow on its line."""

_MAY_BE_CUT = re.compile(r"(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z")

_LONGEST_HOST = 253
"""Maximum length of a host, in characters (RFC 1035)."""
_LONGEST_WRITTEN = 768
"""How many characters are searched for the end of a host that is written with escapes and characters that show nothing.

What goes on longer is taken for a host.
"""


def restore(text: str, pseudonyms: PseudonymMap, json_string: bool = False) -> str:
    """`text` with all pseudonyms restored."""
    restorer = Restorer(pseudonyms, json_string)
    return restorer.feed(text) + restorer.flush()


def _is_underscore(gap: str) -> bool:
    return gap.endswith(("_", "f", "F"))


def _is_hyphen(gap: str) -> bool:
    return not _is_underscore(gap) and gap not in _SPACES


class _Ahead(NamedTuple):
    """How far the text behind a pseudonym was read, where more of it decides whether it is the rest of a host.

    `start` is where the pseudonym begins, `form` says how it was read, `length` is how much was read from its beginning
    on, and `before` how many characters `reader` had read at its end.
    """

    start: int
    form: tuple[int, int, bool]
    length: int
    before: int
    reader: Readings


class Restorer:
    """Restores one text that arrives in pieces; the result does not depend on where it is cut.

    With `json_string` the text is itself JSON, and restored text is escaped for a JSON string. `called`: the text is
    the arguments of a tool call. `address`: the text is nothing but an address. `restored` counts the restored
    pseudonyms. The restorer holds back only an end of the text that may still become a pseudonym or continue one, at
    most `pseudonyms.REACH` characters, and an address for as long as it matches one of the request.
    """

    def __init__(
        self, pseudonyms: PseudonymMap, json_string: bool = False, *, called: bool = False, address: bool = False
    ) -> None:
        self.restored = 0
        self._pseudonyms = pseudonyms
        self._json_string = json_string
        self._called = called
        longest = max(map(len, pseudonyms.addresses), default=0)
        self._reader = Readings(json_string, field=address, called=called, longest=longest)
        self._grammar: Grammar | None = grammar(pseudonyms.kinds, json_string) if pseudonyms.kinds else None
        self._context = ""
        self._pending = ""
        self._ahead: _Ahead | None = None  # of the pseudonym with which the text that is held back begins
        self._chained = False
        self._split = ""  # the pseudonym of a split name that was restored last, if only spaces followed

    def feed(self, piece: str) -> str:
        """Take the next piece; the text that is final by now."""
        return self._advance(piece, final=False) if piece else ""

    def flush(self) -> str:
        """End the text; what was still held back."""
        return self._advance("", final=True)

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""
        return bool(self._pending)

    def _advance(self, piece: str, final: bool) -> str:
        if self._grammar is None:
            return piece
        text = self._context + self._pending + piece
        at = done = read = len(self._context)
        chained = self._chained
        out: list[str] = []
        held = len(text) if final else -1
        self._ahead = self._ahead and self._ahead._replace(start=at)
        while True:
            match = (self._grammar.chained(text, at) if chained else None) or self._grammar.token(text, at)
            if not final and (held < at or chained):
                held = self._held(self._grammar, text, at, chained, held)
            if match is None or held <= match.start():
                break
            pseudonym, end = self._named(self._grammar, match)
            if pseudonym is None:
                chained, at = False, end
                continue
            self._reader.feed(text[read : match.start()])
            read = match.start()
            allowed, original = self._allowed(match, pseudonym, end, final)
            if allowed is None or (not final and self._may_be_link(match, end)):
                held = match.start()
                break
            chained = allowed
            if not allowed:
                self._read_name(self._reader, match, end, sheds=False)
                at = read = end
                continue
            sheds = self._sheds(match, pseudonym, end)
            original, at = self._placed(match, original, end, sheds)
            between = text[done : match.start()]
            if pseudonym != self._split or between.strip(_GAPS):
                out += between, original
                self.restored += 1
            self._split = pseudonym if pseudonym in self._pseudonyms.split else ""
            self._read_name(self._reader, match, end, sheds)
            if stands_for_address(pseudonym):
                self._reader.begin(pseudonym)
            done = read = at
        if self._split and not final and len(text) - done <= REACH and not text[done:held].strip(_GAPS):
            held = done
        elif held > done:
            self._split = ""
        out.append(text[done:held])
        self._reader.feed(text[read:held])
        self._chained = chained and held == done
        self._ahead = self._ahead if self._ahead and self._ahead.start == held else None
        self._pending = text[held:]
        self._context = text[max(0, held - CONTEXT) : held]
        return "".join(out)

    @staticmethod
    def _held(rules: Grammar, text: str, at: int, chained: bool, known: int) -> int:
        """Start of the end of `text` that more text may change, its length if none. `known` is the previous result."""
        if chained and len(text) - at <= REACH and rules.goes_on(text, at):
            return at
        if known >= at:
            return known
        begun = rules.unfinished(text, max(at, len(text) - REACH))
        return len(text) if begun is None else begun

    def _named(self, rules: Grammar, match: re.Match[str]) -> tuple[str | None, int]:
        """The pseudonym that a match stands for, and its end; None and where to continue if it is not one."""
        spelled = match["kind"]
        if not _SPACES.isdisjoint(spelled + match["gap"]) and not spelled.isupper():
            return None, match.start() + 1
        base = f"{rules.gaps.sub('_', spelled).upper()}_{match['number']}"
        tied = match["tie"] is not None and (_is_underscore(match["tie"]) or _is_hyphen(match["gap"]))
        forms = [(base, match.end("number"))]
        if tied:
            forms.append((f"{base}_EMAIL", match.end("email")))
            if match["second"]:
                forms.append((f"{base}_EMAIL_{match['second']}", match.end("second")))
        for pseudonym, end in reversed(forms):
            if pseudonym in self._pseudonyms.originals:
                return pseudonym, end
        return None, match.end()

    def _allowed(self, match: re.Match[str], pseudonym: str, end: int, final: bool) -> tuple[bool | None, str]:
        """Whether a pseudonym may be restored here (None: more text decides), and what it is restored to."""
        text, before = match.string, self._reader.open
        original = self._pseudonyms.originals[pseudonym]
        sheds = self._sheds(match, pseudonym, end)
        kind, behind_it = match.start("kind"), self._after_brackets(match, end)
        at, then = kind + 1, behind_it if sheds else end
        reader = self._reader.copy()
        self._read_name(reader, match, at, sheds)
        if (stays := self._stays(reader, text, then, pseudonym, final)) is not False:
            return (None if stays is None else False), original
        if stands_for_address(pseudonym) and URL not in reader.open and not any(map(str.strip, before.values())):
            goes_on = self._goes_on(text, behind_it, final)
            if not goes_on:
                return (None if goes_on is None else True), original
            reader.feed(text[at:end])
            reader.begin(pseudonym)
            at = end
        elif not reader.open:
            if _NO_HOST.match(text, behind_it):
                return True, original
            start, form = match.start(), (end - match.start(), behind_it - match.start(), sheds)
            if (ahead := self._ahead) is None or (ahead.start, ahead.form) != (start, form):
                reader.feed(text[at:end])
                ahead = _Ahead(start, form, behind_it - start, reader.read, reader)
            self._ahead, reader = None, ahead.reader
            heads, at, behind = self._heads_host(ahead, text, final)
            if not heads or is_secret(pseudonym):
                return (None if heads is None else not heads), original
            places = {each: len(held) - (end - kind + behind) for each, held in reader.open.items()}
            return self._as_written(self._known(reader, text, range(at, len(text)), final), places, original)
        places = {each: place_in(held) for each, held in reader.open.items()}
        rest = chain(range(at, end), range(then, len(text)))
        return self._as_written(self._known(reader, text, rest, final), places, original)

    def _stays(self, reader: Readings, text: str, at: int, pseudonym: str, final: bool) -> bool | None:
        """Whether a pseudonym surely stays: a secret that would leave, the user of an address, all of a definition.

        What follows at `at` decides; None if more text does. `reader` has read the beginning of the pseudonym.
        """
        if reader.open or (self._called and is_secret(pseudonym)):
            return is_secret(pseudonym)
        if not self._reader.asks:
            return False
        original = self._pseudonyms.originals[pseudonym]
        is_word = not (stands_for_address(pseudonym) or any(map(str.isspace, original)))
        kinds = []
        for each, of_json in self._reader.each:
            if each.may_be_user and of_json and "@" in original:
                return True
            if each.may_be_user:
                kinds.append(_USER_IN_JSON if of_json else _USER)
            if is_word and each.begins_definition:
                kinds.append(_DEFINITION_IN_JSON if of_json else _DEFINITION)
        decided: list[bool | None] = []
        for goes_on, ends in kinds:
            match = goes_on.match(text, at)
            behind = match.end() if match is not None else at
            if behind - at > _LONGEST_WRITTEN:
                decided.append(True)
            elif not final and _MAY_BE_CUT.match(text, behind):
                decided.append(None)
            else:
                decided.append(ends.match(text, behind) is not None)
        return True if True in decided else None if None in decided else False

    def _heads_host(self, ahead: _Ahead, text: str, final: bool) -> tuple[bool | None, int, int]:
        """Whether a pseudonym begins the host of an address without a scheme; None if more text decides.

        Also returns the offset up to which this was read, and the number of characters read behind the pseudonym.
        """
        reader, before = ahead.reader, ahead.before
        begins, at = ahead.start + ahead.form[1], ahead.start + ahead.length
        while at < len(text) and reader.read - before <= _LONGEST_HOST:
            char, written = text[at], at - begins
            if not (reader.in_escape or _OF_HOSTS.match(char)) or (not written and char in _ENDS_HOST):
                return reader.is_below_host(reader.read - before), at, written
            if written > _LONGEST_WRITTEN:
                return True, at, written
            if char in "?#" and at + 1 == len(text) and not (final or reader.in_escape):
                break  # what follows a question mark decides
            reader.feed(char)
            at += 1
            if reader.in_escape:
                continue
            if len(reader.open.get(URL, "")) <= (read := reader.read - before):
                if URL in reader.open or char in _ENDS_HOST:
                    return char == ":" and reader.is_below_host(read), at, read
            elif char not in "?#" or (at < len(text) and not text[at].isspace()):
                return True, at, read
            elif at < len(text):
                return False, at, read  # the question mark ends a question
        decided = final or reader.read - before > _LONGEST_HOST
        self._ahead = None if decided else ahead._replace(length=at - ahead.start)
        return (reader.is_below_host(reader.read - before) if decided else None), at, reader.read - before

    def _as_written(
        self, known: Mapping[str, str] | None, places: Mapping[str, int], original: str
    ) -> tuple[bool | None, str]:
        """Restore at these positions of `known` addresses what the request had written there."""
        if not known:
            return (None if known is None else False), original
        written = (self._pseudonyms.spelled.get(form, {}).get(places[kind]) for kind, form in known.items())
        return True, next(filter(None, written), original)

    def _goes_on(self, text: str, end: int, final: bool) -> bool | None:
        """Whether an address that ends here continues with more of its host; None if more text decides."""
        if not final and _MAY_GO_ON.match(text, end):
            return None
        if self._json_string and text.startswith("\\", end):
            after = text[end + 1 : end + 2]
            return None if not (after or final) else after not in _ENDS_IN_JSON
        return _GOES_ON.match(text, end) is not None

    def _known(self, reader: Readings, text: str, rest: Iterable[int], final: bool) -> dict[str, str] | None:
        """The open contexts, each with its address in the compared form; `rest` are the places to read on at.

        Empty if the request did not contain one of these addresses; None if more text decides.
        """
        known, waiting = self._pseudonyms.addresses, set(reader.open)
        found: dict[str, str] = {}
        if not all(may_become(reader.open[kind], known) for kind in waiting):
            return {}
        for at in rest:
            before = dict(reader.open)
            if reader.in_angle and self._grammar is not None:
                if not final and self._grammar.goes_on(text, at):
                    return None
                if self._begins_name(self._grammar, text, at):
                    reader.name_begins()
            reader.feed(text[at])
            found |= {kind: known_form(before[kind]) for kind in waiting - reader.open.keys()}
            waiting &= reader.open.keys()
            if any(map(reader.is_long, waiting)) or not known.issuperset(found.values()):
                return {}
            if not waiting:
                break
        if waiting and not final:
            return None
        found |= {kind: known_form(reader.open[kind]) for kind in waiting}
        return found if known.issuperset(found.values()) else {}

    def _begins_name(self, rules: Grammar, text: str, at: int) -> bool:
        """Whether a pseudonym that was issued begins here."""
        match = rules.chained(text, at)
        return match is not None and self._named(rules, match)[0] is not None

    def _sheds(self, match: re.Match[str], pseudonym: str, end: int) -> bool:
        """Whether the brackets around a pseudonym go when it is restored: they close, and are the model's own.

        They are not its own if the request wrote them, or if they belong to the notation of a link or target.
        """
        opened = match["open"] or ""
        closed = opened.translate(_MIRROR)
        if not opened or not match.string.startswith(closed, end):
            return False
        reader = self._reader.copy()
        reader.feed(match.string[match.start() : match.start("kind")])
        of_link = opened == "[" and match.string.startswith(("](", "]["), end)
        of_link = of_link or not reader.open.keys() <= self._reader.open.keys()
        return not of_link and f"{opened[0]}{pseudonym}{closed[0]}" not in self._pseudonyms.bracketed

    @staticmethod
    def _read_name(reader: Readings, match: re.Match[str], end: int, sheds: bool) -> None:
        """Read a pseudonym up to `end` as a client will see it: without the brackets that it sheds."""
        kind = match.start("kind")
        if not sheds:
            reader.feed(match.string[match.start() : kind])
        reader.name_begins()
        reader.feed(match.string[kind:end])

    @staticmethod
    def _after_brackets(match: re.Match[str], end: int) -> int:
        """The offset after a pseudonym and its closing brackets."""
        closed = (match["open"] or "").translate(_MIRROR)
        return end + len(closed) if closed and match.string.startswith(closed, end) else end

    @classmethod
    def _may_be_link(cls, match: re.Match[str], end: int) -> bool:
        """Whether the next character decides if the brackets belong to a link (``[PERSON_1](#top)``)."""
        return match["open"] == "[" and cls._after_brackets(match, end) == len(match.string)

    def _placed(self, match: re.Match[str], original: str, end: int, sheds: bool) -> tuple[str, int]:
        """An original as inserted: escaped, without the brackets that it sheds; and where what it replaces ends."""
        if self._json_string:
            original = json.dumps(original, ensure_ascii=False)[1:-1]
        if sheds:
            return original, self._after_brackets(match, end)
        return (match["open"] or match["emphasis"] or "") + original, end
