"""Turn pseudonyms in a reply back into originals, whole or as it arrives in pieces.

What becomes of the forms that models give pseudonyms:

- any case, an escaped underscore, a hyphen or a space in its place: restored; with a space only where the kind is in
  capitals, so that a heading of the model's own (``Location 1:``) and ``Person 3 times`` stay;
- ``[PERSON_3]``, ``<PERSON_3>``, ``{PERSON_3}``, doubled too: restored without the brackets, unless the request
  itself had this pseudonym in such brackets;
- marks of emphasis, code and quotation around, possessive and plural endings after it: stay;
- the pseudonym of a name that turns of one word cut, twice in a row: restored once;
- a number that was not given out, a pseudonym that runs on from a letter, digit or underscore: untouched.

Text that was put in is never looked at again.

Nothing is put in where it would leave again (`outward`): a pseudonym in an address, in the target of a link or in the
value of an attribute stays, unless the request itself had that address with that pseudonym. A pseudonym that stands
for an address of the request may begin one. A secret is never put in there, nor into what a tool is called with.
"""

from __future__ import annotations

import json
import re

from proxy.redaction.outward import URL, Outward, is_secret, known_form, may_become, stands_for_address
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.tokens import CONTEXT, REACH, Grammar, grammar

_MIRROR = str.maketrans("[<{", "]>}")
_GAPS = " \t\n"
_SPACES = frozenset(" \u00a0\u202f")
_GOES_ON = re.compile(r"[@%]|[._:\-。．｡]{0,8}[^\W_]")
"""What makes an address another one where it follows directly: more of its host."""

_MAY_GO_ON = re.compile(r"[._:\-。．｡]{0,8}\Z")
_ENDS_IN_JSON = frozenset('nrtbf"/')


def restore(text: str, pseudonyms: PseudonymMap, json_string: bool = False) -> str:
    """`text` with all pseudonyms restored."""
    restorer = Restorer(pseudonyms, json_string)
    return restorer.feed(text) + restorer.flush()


def _is_underscore(gap: str) -> bool:
    return gap.endswith(("_", "f", "F"))


def _is_hyphen(gap: str) -> bool:
    return not _is_underscore(gap) and gap not in _SPACES


class Restorer:
    """Restores one text that arrives piece by piece; however it is cut, the result is the same.

    With `json_string` the text is itself JSON, and what is put in is escaped for a JSON string. `called`: it is what
    a tool is called with. `address`: it is nothing but an address. `restored` counts what was put in. Held back is
    only an end of the text that may yet become a pseudonym or go on as one, at most `tokens.REACH` characters; and
    an address that goes as one of the request does, as long as it does.
    """

    def __init__(
        self, pseudonyms: PseudonymMap, json_string: bool = False, *, called: bool = False, address: bool = False
    ) -> None:
        self.restored = 0
        self._pseudonyms = pseudonyms
        self._json_string = json_string
        self._called = called
        longest = max(map(len, pseudonyms.addresses), default=0)
        self._reader = Outward(json_string, field=address, longest=longest)
        self._grammar: Grammar | None = grammar(pseudonyms.kinds, json_string) if pseudonyms.kinds else None
        self._context = ""
        self._pending = ""
        self._chained = False
        self._split = ""  # the pseudonym of a split name that was restored last, with nothing but spaces since

    def feed(self, piece: str) -> str:
        """Text that is certain by now."""
        return self._advance(piece, final=False) if piece else ""

    def flush(self) -> str:
        """What is still held back; the text has ended."""
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
        while True:
            match = (self._grammar.chained.match(text, at) if chained else None) or self._grammar.token.search(text, at)
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
            allowed = self._allowed(match, pseudonym, end, final)
            if allowed is None:
                held = match.start()
                break
            chained = allowed
            if not allowed:
                at = end
                continue
            original, at = self._placed(match, pseudonym, self._pseudonyms.originals[pseudonym], end)
            between = text[done : match.start()]
            if pseudonym != self._split or between.strip(_GAPS):
                out += between, original
                self.restored += 1
            self._split = pseudonym if pseudonym in self._pseudonyms.split else ""
            self._reader.feed(text[read:at])
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
        self._pending = text[held:]
        self._context = text[max(0, held - CONTEXT) : held]
        return "".join(out)

    @staticmethod
    def _held(rules: Grammar, text: str, at: int, chained: bool, known: int) -> int:
        """Where the end of `text` begins that more text may change; its length if nowhere. `known` as of before."""
        if chained and len(text) - at <= REACH and rules.unfinished_chained.match(text, at):
            return at
        if known >= at:
            return known
        match = rules.unfinished.search(text, max(at, len(text) - REACH))
        return match.start() if match else len(text)

    def _named(self, rules: Grammar, match: re.Match[str]) -> tuple[str | None, int]:
        """The pseudonym that a match is, and where it ends; None and where to look on if it is none."""
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

    def _allowed(self, match: re.Match[str], pseudonym: str, end: int, final: bool) -> bool | None:
        """Whether a pseudonym may be restored where it stands; None if more text decides."""
        text, before = match.string, self._reader.open
        first = match.start("kind") + 1
        reader = self._reader.copy()
        reader.feed(text[match.start() : first])
        if is_secret(pseudonym) and (self._called or reader.open):
            return False
        if stands_for_address(pseudonym) and URL not in reader.open and not any(map(str.strip, before.values())):
            goes_on = self._goes_on(text, self._after_brackets(match, end), final)
            if not goes_on:
                return None if goes_on is None else True
            reader.feed(text[first:end])
            reader.begin(pseudonym)
            first = end
        return self._known(reader, text, first, final) if reader.open else True

    def _goes_on(self, text: str, end: int, final: bool) -> bool | None:
        """Whether an address that ends here goes on with more of its host; None if more text decides."""
        if not final and _MAY_GO_ON.match(text, end):
            return None
        if self._json_string and text.startswith("\\", end):
            after = text[end + 1 : end + 2]
            return None if not (after or final) else after not in _ENDS_IN_JSON
        return _GOES_ON.match(text, end) is not None

    def _known(self, reader: Outward, text: str, at: int, final: bool) -> bool | None:
        """Whether all that is open here turns out to be an address of the request; None if more text decides."""
        known, waiting = self._pseudonyms.addresses, set(reader.open)
        if not all(may_become(reader.open[kind], known) for kind in waiting):
            return False
        while waiting and at < len(text):
            before = dict(reader.open)
            reader.feed(text[at])
            at += 1
            for kind in waiting - reader.open.keys():
                if known_form(before[kind]) not in known:
                    return False
            waiting &= reader.open.keys()
            if any(map(reader.is_long, waiting)):
                return False
        if waiting and not final:
            return None
        return all(known_form(reader.open[kind]) in known for kind in waiting)

    @staticmethod
    def _after_brackets(match: re.Match[str], end: int) -> int:
        """Where a pseudonym with its closing brackets ends."""
        closed = (match["open"] or "").translate(_MIRROR)
        return end + len(closed) if closed and match.string.startswith(closed, end) else end

    def _placed(self, match: re.Match[str], pseudonym: str, original: str, end: int) -> tuple[str, int]:
        """An original as it stands in the text: escaped, and without the brackets of a pseudonym."""
        if self._json_string:
            original = json.dumps(original, ensure_ascii=False)[1:-1]
        opened = match["open"] or ""
        closed = opened.translate(_MIRROR)
        if not opened or not match.string.startswith(closed, end) or len(match.string) < end + len(closed):
            return opened + (match["emphasis"] or "") + original, end
        if f"{opened[0]}{pseudonym}{closed[0]}" in self._pseudonyms.bracketed:
            return opened + original, end
        return original, end + len(closed)
