"""The word lists by which a refusal said aloud is recognized, one set for each language (``languages/*/aloud.txt``).

Words and lists are compared in one plain form: small letters without diacritics, signs of sentences as in English.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from operator import eq
from typing import Self

from proxy.consent.aloud_parts import parts
from proxy.languages import codes, patterns, words

_GAP = r"[^.!?;\n]{0,80}?"
"""What `…` in a list stands for."""
_UNSPACED = r"\u0900-\u0963\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters of scripts in which the next letter may begin another word, or may be a sign that is no letter for `re`."""
BEGINS, ENDS = rf"(?<![^\W{_UNSPACED}])", rf"(?![^\W{_UNSPACED}])"
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that have no diacritic to lose. Recognizers and keyboards write both forms."""
_STOPS = str.maketrans("’‘ʼ`。।؟،؛、，", "''''..?,;,,")
_BRACKETED = re.compile(r"[\[(][^\[\]()\n]{0,40}[\])]")
"""A noise that a recognizer notes: ``[coughs]``."""
_WORD = re.compile(r"[\w'’]+")
_SPACES = re.compile(r"[^\S\n]+")
_OTHER_SIGN = re.compile(rf"[^\w\s.,!?;:'–—{_UNSPACED}-]")


_CONCERNING = ("alone", "taken", "done", "recorded")
_BEGINNING = ("noes", "alone", "own", "mute", "off", "out", "never", "without")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The lists of one language; what each holds is written in ``languages/en/aloud.txt``."""

    code: str
    parts: tuple[str, ...]
    """One of them, or a `machine`, is in each refusal, and in each question on being recorded."""
    beginnings: tuple[str, ...]
    """One of them is in each refusal, too."""
    fillers: re.Pattern[str]
    noes: re.Pattern[str]
    alone: re.Pattern[str]
    purpose: re.Pattern[str]
    taken: re.Pattern[str]
    done: re.Pattern[str]
    mine: re.Pattern[str]
    machine: re.Pattern[str]
    acts: re.Pattern[str]
    ends: re.Pattern[str]
    off: re.Pattern[str]
    out: re.Pattern[str]
    never: re.Pattern[str]
    without: re.Pattern[str]
    own: re.Pattern[str]
    mute: re.Pattern[str]
    openers: re.Pattern[str]
    please: re.Pattern[str]
    requests: re.Pattern[str]
    negated: re.Pattern[str]
    subjects: re.Pattern[str]
    spared: re.Pattern[str]
    framed: re.Pattern[str]
    supposed: re.Pattern[str]
    """A word of `framed` that stands right before a bid, openers aside."""
    told: re.Pattern[str]
    but: re.Pattern[str]
    turns: re.Pattern[str]
    afterwards: re.Pattern[str]

    @classmethod
    def of(cls, code: str) -> Self:
        """The lists of a language. A list that is empty matches nothing."""
        around = {
            "purpose": (" {}", ""),
            "ends": (" *{}", ""),
            "afterwards": ("{}", ""),
            "fillers": (rf",? ?{BEGINS}{{}}{ENDS}(?: ?,)?", r"a+h+m*|e+h+m*|e+uh+|o+h+|h+m+|u+h+m*|u+m+|e+r+m*"),
            "openers": (rf"(?:^|[,;:–—-])[ ,–—-]*(?:{BEGINS}{{}}{ENDS}[ ,:–—-]*)+$|^[ ,–—-]*$", ""),
            "requests": (rf"{BEGINS}{{}}{ENDS}{_GAP}$", ""),
            "negated": (rf"{BEGINS}{{}}{ENDS}[^.,!?;:\n]{{0,40}}$", ""),
            "subjects": (rf"{BEGINS}{{}}{ENDS}[^.,!?;:\n]{{0,40}}$", ""),
        }
        openers = rf"(?:{BEGINS}{listed(code, 'openers')}{ENDS}[ ,]*)*"
        supposed = rf"{BEGINS}{listed(code, 'framed')}{ENDS}[ ,]*{openers}$"
        lists = {"supposed": re.compile(supposed)}
        for name in (field.name for field in fields(cls) if field.name not in ("code", "parts", "beginnings", *lists)):
            frame, more = around.get(name, (rf"{BEGINS}{{}}{ENDS}", ""))
            lists[name] = re.compile(
                frame.replace("{}", f"(?:{more}|{listed(code, name)})" if more else listed(code, name))
            )
        return cls(code, _parts(code, _CONCERNING), _parts(code, _BEGINNING), **lists)

    def concerns(self, said: str) -> bool:
        """Whether words in the plain form may refuse, so that they are read closely."""
        return any(part in said for part in self.parts) or self.machine.search(said) is not None

    def may_refuse(self, sentence: str) -> bool:
        """Whether a sentence in the plain form may refuse, so that it is read closely."""
        return any(part in sentence for part in self.beginnings) and self.concerns(sentence)


def _parts(code: str, sections: tuple[str, ...]) -> tuple[str, ...]:
    each = [parts(listed(code, section)) for section in sections if words("aloud", section, code)]
    if not all(each):
        raise LookupError(
            f"{code}/aloud.txt: a pattern in one of {', '.join(sections)} has no letters that must be there"
        )
    return tuple(sorted(frozenset().union(*each)))


@dataclass(frozen=True, slots=True)
class Read:
    """Words in the plain form, and the languages in which they may refuse."""

    words: str
    tongues: tuple[Tongue, ...]

    @classmethod
    def of(cls, said: str) -> Self:
        """Read words, quotations aside."""
        words = plain(_BRACKETED.sub(" ", said))
        return cls(words, tuple(tongue for tongue in TONGUES.values() if tongue.concerns(words)))


def listed(code: str | None, section: str) -> str:
    """The patterns of a list as one group, in the plain form."""
    return _GAP.join(map(folded, patterns("aloud", section, code).split("…")))


def plain(said: str) -> str:
    """The words in small letters, without diacritics and other signs than those of sentences."""
    return _SPACES.sub(" ", _OTHER_SIGN.sub(" ", folded(said.casefold()).translate(_STOPS)))


def repeats(words: str) -> bool:
    """Whether a word comes again within four words, as where up to four words are said twice."""
    said = _WORD.findall(words.lower())
    return any(any(map(eq, said, said[later:])) for later in range(1, 5))


def folded(text: str) -> str:
    """A text without diacritics."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


TONGUES = {code: Tongue.of(code) for code in codes() if words("aloud", "taken", code)}
LANGUAGES = tuple(TONGUES)
"""The languages in which a refusal said aloud is recognized."""
HARMLESS = re.compile(f"{BEGINS}{listed(None, 'harmless')}{ENDS}")
"""What whoever minds nothing says, in any language: a neighbour of it may read half of it as a refusal."""
