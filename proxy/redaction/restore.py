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
"""

from __future__ import annotations

import json
import re

from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.tokens import CONTEXT, REACH, Grammar, grammar

_MIRROR = str.maketrans("[<{", "]>}")
_GAPS = " \t\n"
_SPACES = frozenset(" \u00a0\u202f")


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

    With `json_string` the text is itself JSON, and what is put in is escaped for a JSON string. `restored`
    counts what was put in. Held back is only an end of the text that may yet become a pseudonym or go on as one,
    at most `tokens.REACH` characters.
    """

    def __init__(self, pseudonyms: PseudonymMap, json_string: bool = False) -> None:
        self.restored = 0
        self._pseudonyms = pseudonyms
        self._json_string = json_string
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
        at = done = len(self._context)
        chained = self._chained
        out: list[str] = []
        held = len(text) if final else -1
        while True:
            match = (self._grammar.chained.match(text, at) if chained else None) or self._grammar.token.search(text, at)
            if not final and (held < at or chained):
                held = self._held(self._grammar, text, at, chained, held)
            if match is None or held <= match.start():
                break
            chained = False
            pseudonym, original, end = self._original(self._grammar, match)
            if pseudonym is None:
                at = end
                continue
            between = text[done : match.start()]
            if pseudonym != self._split or between.strip(_GAPS):
                out += between, original
                self.restored += 1
            self._split = pseudonym if pseudonym in self._pseudonyms.split else ""
            at = done = end
            chained = True
        if self._split and not final and len(text) - done <= REACH and not text[done:held].strip(_GAPS):
            held = done
        elif held > done:
            self._split = ""
        out.append(text[done:held])
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

    def _original(self, rules: Grammar, match: re.Match[str]) -> tuple[str | None, str, int]:
        """A pseudonym, what it stands for and where it ends; None and where to look on if it stands for nothing."""
        spelled = match["kind"]
        if not _SPACES.isdisjoint(spelled + match["gap"]) and not spelled.isupper():
            return None, "", match.start() + 1
        base = f"{rules.gaps.sub('_', spelled).upper()}_{match['number']}"
        tied = match["tie"] is not None and (_is_underscore(match["tie"]) or _is_hyphen(match["gap"]))
        forms = [(base, match.end("number"))]
        if tied:
            forms.append((f"{base}_EMAIL", match.end("email")))
            if match["second"]:
                forms.append((f"{base}_EMAIL_{match['second']}", match.end("second")))
        for pseudonym, end in reversed(forms):
            original = self._pseudonyms.originals.get(pseudonym)
            if original is not None:
                return pseudonym, *self._placed(match, pseudonym, original, end)
        return None, "", match.end()

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
