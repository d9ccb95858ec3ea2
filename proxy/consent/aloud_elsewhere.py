"""Detects in other languages than English that a participant says aloud that they do not consent.

A clause in the first person refuses if it is about recording, or about what is done to the speaker's own words; an
ordinary ``I do not agree`` is none. A clause after a supposition or a report is not the speaker's, nor is a question.
Every language is tried, since a meeting may have several. In doubt between recording this meeting and recording
something else, the clause refuses: that withholds words in one request, and changes nothing on file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from proxy.languages import codes, patterns, words

_GAP = r"[^.!?;\n]{0,80}?"
"""What `…` in a list stands for."""


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The words of one language, as ``aloud.txt`` describes them."""

    noes: re.Pattern[str]
    alone: re.Pattern[str]
    purpose: re.Pattern[str]
    taken: re.Pattern[str]
    done: re.Pattern[str]
    mine: re.Pattern[str]
    framed: re.Pattern[str]
    turns: re.Pattern[str]

    @classmethod
    def of(cls, code: str) -> Self:
        """The lists of a language; without any, nothing refuses."""

        def any_of(section: str, before: str = r"\b", behind: str = r"\b") -> re.Pattern[str]:
            return re.compile(before + patterns("aloud", section, code).replace("…", _GAP) + behind)

        listed = (any_of(section) for section in ("taken", "done", "mine", "framed", "turns"))
        return cls(any_of("noes"), any_of("alone"), any_of("purpose", " ", ""), *listed)


_TONGUES = {code: _Tongue.of(code) for code in codes() if words("aloud", "noes", code)}
LANGUAGES = ("en", *_TONGUES)
"""The languages in which a refusal said aloud is recognized."""

_CONCERNS = re.compile(patterns("aloud", "concerns"))
_BRACKETED = re.compile(r"[\[(][^\[\]()\n]{0,40}[\])]")
_FILLER = re.compile(rf",? ?\b(?:a+h+m*|e+h+m*|e+uh+|o+h+|h+m+|eh+|{patterns('aloud', 'fillers')})\b(?: ?,)?")
_REPEATED = re.compile(r"\b(\w{1,20}(?: \w{1,20}){0,2})(?:[ ,–—-]{1,3}\1\b)+")
_OTHER_SIGN = re.compile(r"[^\w\s.,!?;:'–—-]")
_SENTENCE = re.compile(r"[^.!?;\n]*[.!?;]?")
_TAIL = re.compile(r",[^,?]{1,30}\?$")
"""A question after the statement that only asks for confirmation: ``…, ist das klar?``."""
_BEFORE, _AFTER = 160, 160
"""How many characters before a clause and after its beginning are read."""


def refuses_elsewhere(said: str) -> bool:
    """Whether a person's own words, quotations aside, refuse in a language other than English."""
    plain = _plain(said)
    if _CONCERNS.search(plain) is None:
        return False
    readings = dict.fromkeys((_REPEATED.sub(r"\1", plain), _REPEATED.sub(r"\1", _FILLER.sub("", plain))))
    return any(
        _refuses(sentence[0].strip(), tongue)
        for read in readings
        for sentence in _SENTENCE.finditer(read)
        if sentence[0].strip()
        for tongue in _TONGUES.values()
    )


def _plain(said: str) -> str:
    """The words in lower case, without diacritics, noises in brackets and signs."""
    decomposed = unicodedata.normalize("NFKD", _BRACKETED.sub(" ", said).casefold().replace("’", "'"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^\S\n]+", " ", _OTHER_SIGN.sub(" ", letters))


def _refuses(sentence: str, tongue: _Tongue) -> bool:
    stated = _TAIL.sub("", sentence)
    if stated.endswith("?"):
        return False
    for found in tongue.alone.finditer(stated):
        rest = _clause(stated, found, tongue)[len(found[0]) :]
        if not _is_framed(stated, found, tongue) and (tongue.purpose.match(rest) is None or _is_about(rest, tongue)):
            return True
    return any(
        not _is_framed(stated, found, tongue) and _is_about(_clause(stated, found, tongue), tongue)
        for found in tongue.noes.finditer(stated)
    )


def _clause(sentence: str, found: re.Match[str], tongue: _Tongue) -> str:
    """What was found, and what follows it until another clause begins."""
    turn = tongue.turns.search(sentence, found.end())
    end = len(sentence) if turn is None else turn.start()
    return sentence[found.start() : min(end, max(found.end(), found.start() + _AFTER))]


def _is_framed(sentence: str, found: re.Match[str], tongue: _Tongue) -> bool:
    return tongue.framed.search(sentence, max(0, found.start() - _BEFORE), found.start()) is not None


def _is_about(clause: str, tongue: _Tongue) -> bool:
    if tongue.taken.search(clause):
        return True
    return tongue.mine.search(clause) is not None and tongue.done.search(clause) is not None
