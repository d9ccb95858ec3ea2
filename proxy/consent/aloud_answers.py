"""Detects that a participant refuses in a short answer to a question asked aloud: ``Not me``, ``lieber nicht``.

Such words say nothing by themselves. They refuse after a question on being recorded, or on an AI that takes part, and
what a bare no means depends on how it was put: ``Is everyone OK with it?``, or ``Does anyone mind?``. Only a no is
read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from proxy.consent.aloud_lists import BEGINS, ENDS, HARMLESS, TONGUES, Read, Tongue, listed
from proxy.consent.aloud_plain import folded
from proxy.languages import patterns

LONGEST = 80
"""Characters of an answer. Whoever says more answers in a sentence, which is read as one."""
_AT_ENDS = " ,:–—-"
_FIRST = re.compile(r"[^.!?;\n]*")
_SENTENCE = re.compile(r"[^.!?;\n]{1,400}")


class Asked(StrEnum):
    """How a question was put."""

    FOR_A_YES = "for_a_yes"
    """Whether people agree: a bare no refuses."""
    FOR_A_NO = "for_a_no"
    """Whether anybody minds: a bare yes refuses."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of one language that refuse."""

    asks: re.Pattern[str]
    objecting: re.Pattern[str]
    recorded: re.Pattern[str]
    for_a_yes: re.Pattern[str]
    for_a_no: re.Pattern[str]

    @classmethod
    def of(cls, code: str) -> Self:
        before = f"(?:{_either(*(listed(code, each) for each in ('openers', 'fillers', 'closers')))}[ ,]+)*"
        behind = f"(?:[ ,]+{_either(listed(code, 'closers'), listed(code, 'please'))})*"

        def answers(*sections: str) -> re.Pattern[str]:
            wanted = _either(*(folded(patterns("consent", section, code)) for section in sections))
            return re.compile(f"{before}{wanted}{behind}")

        def in_question(section: str) -> re.Pattern[str]:
            return re.compile(f"{BEGINS}{listed(code, section)}{ENDS}")

        return cls(
            asks=in_question("asks"),
            objecting=in_question("objecting"),
            recorded=in_question("recorded"),
            for_a_yes=answers("no", "unwilling", "refuses"),
            for_a_no=answers("minds", "unwilling", "refuses"),
        )

    def asked(self, sentence: str, tongue: Tongue) -> Asked | None:
        """How a sentence in the plain form asks about being recorded, or about an AI."""
        if not tongue.concerns(sentence):
            return None
        if self.objecting.search(sentence):
            asked = Asked.FOR_A_NO
        elif self.asks.search(sentence):
            asked = Asked.FOR_A_YES
        else:
            return None
        return asked if any(each.search(sentence) for each in (tongue.machine, tongue.taken, self.recorded)) else None

    def refuse(self, asked: Asked, answer: str) -> bool:
        """Whether an answer in the plain form refuses."""
        if HARMLESS.search(answer):
            return False
        refusing = self.for_a_yes if asked is Asked.FOR_A_YES else self.for_a_no
        return refusing.fullmatch(answer) is not None


def _either(*groups: str) -> str:
    return f"(?:{'|'.join(groups)})"


_ANSWERS = {code: _Answers.of(code) for code in TONGUES}


def question_aloud(said: Read) -> Asked | None:
    """How the last question on being recorded, or on an AI, was put in these words; None: there is none."""
    found = None
    for tongue in said.tongues:
        for sentence in _SENTENCE.finditer(said.words):
            found = _ANSWERS[tongue.code].asked(sentence[0], tongue) or found
    return found


def refuses_in_answer(asked: Asked, said: str) -> bool:
    """Whether the first sentence of a turn, quotations aside, is an answer that refuses."""
    heard = Read.of(said).words
    for code, answers in _ANSWERS.items():
        first = _FIRST.match(TONGUES[code].fillers.sub(" ", heard).strip(_AT_ENDS))
        answer = first[0].strip(_AT_ENDS) if first else ""
        if 0 < len(answer) <= LONGEST and answers.refuse(asked, answer):
            return True
    return False
