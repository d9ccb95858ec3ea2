"""A small stage for the tests of decisions: lines of several voices, in which the model finds names in brackets.

``"Ship [ORGANIZATION Larkspur] first"`` is the line "Ship Larkspur first", of which the model takes a word for an
organization.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from proxy.model import Finding, Passage
from proxy.redaction.decision.decide import Decision, decide
from proxy.redaction.decision.things import Request

MARK = re.compile(r"\[(?P<kind>[A-Z]+)(?P<score>\.\d+)? (?P<said>[^\]]+)\]")
SOURCES = {"PERSON": "ner_person", "LOCATION": "ner_location", "ORGANIZATION": "ner_organization", "NRP": "ner_nrp"}
SCORE = 0.8


@dataclass(frozen=True)
class Line:
    """What one voice says."""

    voice: str | None
    marked: str

    @property
    def text(self) -> str:
        """The words alone."""
        return MARK.sub(lambda mark: mark["said"], self.marked)

    @property
    def findings(self) -> list[Finding]:
        """What the model finds in it."""
        found, shift = [], 0
        for mark in MARK.finditer(self.marked):
            start = mark.start() - shift
            end = start + len(mark["said"])
            found.append(Finding(start, end, mark["kind"], float(mark["score"] or SCORE), SOURCES[mark["kind"]]))
            shift += len(mark[0]) - len(mark["said"])
        return found


def lines(*said: str) -> list[Line]:
    """Lines from ``"voice: words"``."""
    return [Line(*each.split(": ", 1)) for each in said]


def passages(said: Sequence[Line]) -> list[Passage]:
    """The lines as passages of one slot."""
    made, at = [], 0
    for line in said:
        made.append(Passage(0, at, line.text, line.voice))
        at += len(line.text) + 1
    return made


def decided(
    said: Sequence[Line],
    known: Collection[str] = (),
    strictness: Callable[[str], int] = lambda _: 0,
    foreign: Collection[int] = (),
    withheld: Collection[str] = (),
) -> Decision:
    """The decision about lines. `known` are words that name somebody, `foreign` the numbers of lines not in English.

    `withheld` is what is said and does not leave.
    """
    laid = passages(said)
    places = {(laid[at].slot, laid[at].start) for at in foreign}
    request = Request(laid, lambda word: word in known, places, [Passage(-1, 0, text) for text in withheld])
    return decide(request, [line.findings for line in said], strictness)


def masked(said: Sequence[Line], decision: Decision) -> list[list[str]]:
    """By line, what is found after the decision, as ``KIND words``."""
    return [
        [f"{each.kind} {line.text[each.start : each.end]}" for each in found]
        for line, found in zip(said, decision.findings, strict=True)
    ]
