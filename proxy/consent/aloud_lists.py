"""The word lists by which a refusal said aloud is recognized, one set for each language (``languages/*/aloud.txt``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Self

from ahocorasick_rs import AhoCorasick

from proxy.consent.aloud_parts import parts
from proxy.consent.aloud_plain import folded, plain
from proxy.languages import codes, patterns, rows, words

_GAP = r"[^.!?;\n]{0,80}?"
"""What `…` in a list stands for."""
_SOUNDS = r"a+h+m*|e+h+m*|e+uh+|o+h+|h+m+|m{2,}|u+h+m*|u+h+[ -]?h+u+h+|e+r+m+"
"""What fills pauses in any language, and is no word in any of them."""
BEGINS, ENDS = r"(?<!\w)", r"(?!\w)"


_CONCERNING = ("alone", "taken", "done", "recorded")
_BEGINNING = ("noes", "alone", "own", "mute", "off", "out", "never", "without")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The lists of one language; what each holds is written in ``languages/en/aloud.txt``."""

    code: str
    parts: tuple[str, ...]
    """One of them, or a `machine`, is in each refusal, and in each question on being recorded."""
    concerning: AhoCorasick
    """Finds the `parts`."""
    beginning: AhoCorasick
    """Finds other parts of words, one of which is in each refusal, too."""
    asides: re.Pattern[str]
    """Sounds, and what fills pauses and is set off by commas: no part of a sentence, whatever it means elsewhere."""
    fillers: re.Pattern[str]
    noes: re.Pattern[str]
    inverted: re.Pattern[str]
    fronted: re.Pattern[str]
    resuming: re.Pattern[str]
    behind: re.Pattern[str]
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
        borrowed = "(?!)" if code == "en" else listed("en", "borrowed")
        around = {
            "purpose": (" {}", ""),
            "ends": (" *{}", ""),
            "afterwards": ("{}", ""),
            "asides": (
                rf"(?:, ?)?{BEGINS}(?:{_SOUNDS}|{listed(code, 'sounds')}){ENDS}(?: ?,)?"
                rf"|, ?(?:{{}}|{listed(code, 'fillers')}) ?,",
                "",
            ),
            "fillers": (rf",? ?{BEGINS}{{}}{ENDS}(?: ?,)?", rf"{_SOUNDS}|u+m+|e+r+"),
            "openers": (rf"(?:^|[,;:–—-])[ ,–—-]*(?:{BEGINS}{{}}{ENDS}[ ,:–—-]*)+$|^[ ,–—-]*$", ""),
            "requests": (rf"{BEGINS}{{}}{ENDS}{_GAP}$", ""),
            "machine": (f"{_from_first_letters(code, 'machine')}{ENDS}", ""),
            "taken": (f"{BEGINS}(?:{{}}|{borrowed}){ENDS}", ""),
            "negated": (rf"{BEGINS}{{}}{ENDS}[^.,!?;:\n]{{0,40}}$", ""),
            "subjects": (rf"{BEGINS}{{}}{ENDS}[^.,!?;:\n]{{0,40}}$", ""),
        }
        openers = rf"(?:{BEGINS}{listed(code, 'openers')}{ENDS}[ ,]*)*"
        supposed = rf"{BEGINS}{listed(code, 'framed')}{ENDS}[ ,]*{openers}$"
        lists = {"supposed": re.compile(supposed)}
        for name in (
            field.name
            for field in fields(cls)
            if field.name not in ("code", "parts", "concerning", "beginning", *lists)
        ):
            frame, more = around.get(name, (rf"{BEGINS}{{}}{ENDS}", ""))
            lists[name] = re.compile(
                frame.replace("{}", f"(?:{more}|{listed(code, name)})" if more else listed(code, name))
            )
        parts = _parts(code, _CONCERNING)
        return cls(code, parts, AhoCorasick(parts), AhoCorasick(_parts(code, _BEGINNING)), **lists)

    def concerns(self, said: str) -> bool:
        """Whether words in the plain form may refuse, so that they are read closely."""
        return bool(self.concerning.find_matches_as_indexes(said)) or self.machine.search(said) is not None

    def may_refuse(self, sentence: str) -> bool:
        """Whether a sentence in the plain form may refuse, so that it is read closely."""
        return bool(self.beginning.find_matches_as_indexes(sentence)) and self.concerns(sentence)


def _from_first_letters(code: str, section: str) -> str:
    """The patterns of a list, each from the beginning of a word on.

    Where each begins with a letter, that letter stands before the test whether it begins a word: so written, it is
    searched for several times as fast.
    """
    lines = [folded(" ".join(row)) for row in rows("aloud", section, code)]
    if all(line[0].isalpha() and line[1:2] not in set("?*+{") for line in lines):
        begun = (rf"{line[0]}(?<!\w{line[0]}){line[1:]}" for line in lines)
        return f"(?:{'|'.join(begun)})"
    return f"{BEGINS}{listed(code, section)}"


def _parts(code: str, sections: tuple[str, ...]) -> tuple[str, ...]:
    each = [parts(listed(code, section)) for section in sections if words("aloud", section, code)]
    if not all(each):
        raise LookupError(
            f"{code}/aloud.txt: a pattern in one of {', '.join(sections)} has no letters that must be there"
        )
    return tuple(sorted(frozenset().union(*each, parts(listed("en", "borrowed")))))


@dataclass(frozen=True, slots=True)
class Read:
    """Words in the plain form, and the languages in which they may refuse."""

    words: str
    tongues: tuple[Tongue, ...]

    @classmethod
    def of(cls, said: str) -> Self:
        """Read words, quotations aside."""
        words = plain(said)
        held = _PARTS.find_matches_as_indexes(words, overlapping=True)
        codes = frozenset[str]().union(*(_CODES_OF_PARTS[part] for part, _, _ in held))
        return cls(words, tuple(each for code, each in TONGUES.items() if code in codes or each.machine.search(words)))


def listed(code: str | None, section: str) -> str:
    """The patterns of a list as one group, in the plain form."""
    return _GAP.join(map(folded, patterns("aloud", section, code).split("…")))


TONGUES = {code: Tongue.of(code) for code in codes() if words("aloud", "taken", code)}
_ALL_PARTS = tuple(sorted({part for tongue in TONGUES.values() for part in tongue.parts}))
_PARTS = AhoCorasick(_ALL_PARTS)
_CODES_OF_PARTS = tuple(
    frozenset(code for code, tongue in TONGUES.items() if part in tongue.parts) for part in _ALL_PARTS
)
LANGUAGES = tuple(TONGUES)
"""The languages in which a refusal said aloud is recognized."""
HARMLESS = re.compile(f"{BEGINS}{listed(None, 'harmless')}{ENDS}")
"""What whoever minds nothing says, in any language: a neighbour of it may read half of it as a refusal."""
