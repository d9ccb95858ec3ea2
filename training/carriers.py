"""Turns of real meetings as carriers: names put where pronouns stood, and the names of the turns exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training import patterns
from training.generator import Generator
from training.sample import Piece, document, pieces_of, restyle
from training.sets import Document

_DOES = (
    "is|was|said|says|has|had|did|does|will|would|can|could|wants|wanted|thinks|thought|went|goes|came|told|asked|and"
    "|might|should|got|works|worked|needs|made|makes|didn't|doesn't|wasn't|isn't"
)
_SUBJECT = re.compile(rf"(?<![\w'’])(he|she|He|She)(?= (?:{_DOES})\b)")
_OBJECT = re.compile(
    r"\b(?:to|with|for|from|told|asked|by|about|see|saw|met|help|call|thank|and|tell) (him|her|them|me|us)(?![\w'’])"
)
_OWNER = re.compile(r"(?<![\w'’])(his|her|their|our)(?= [a-z]+)")
_THERE = re.compile(r"(?<=[a-z] )(there|here)(?=[.,?!;]| [a-z])")
_THEY = re.compile(
    r"(?<![\w'’])(they|They)(?= (?:said|had|did|would|will|could|can|might|should|want|wanted|went|told|came|made|got"
    r"|announced|decided|offered|changed|need|think|know|built|developed)\b)"
)
_THEM = re.compile(r"\b(?:with|for|from|at|by|to|like|asked|of) (them|it|that)(?=[.,?!;]|$| and\b| because\b| so\b)")
_TOOL = re.compile(
    r"\b[Tt]he (system|tool|software|device|program|website|computer|recognizer|model|database|remote)\b"
)
_ROLES = "project manager|user|customer|manager|designer|minister|teacher|student|person|guy|child|chair|speaker|owner"
_SOMEBODY = re.compile(rf"\b[Tt]he (?:{_ROLES})\b")
_SHARES = (
    (_SUBJECT, 0.5),
    (_OBJECT, 0.12),
    (_OWNER, 0.12),
    (_SOMEBODY, 0.3),
    (_THERE, 0.12),
    (_THEY, 0.12),
    (_THEM, 0.05),
    (_TOOL, 0.1),
)


class Carriers:
    """Turns of real meetings: cleaned, with names put where pronouns stood, and names of the turn changed."""

    def __init__(self, meetings: Sequence[Sequence[Document]], generator: Generator) -> None:
        self.meetings = [meeting for meeting in meetings if len(meeting) > 5]
        self.generator = generator

    def made(self) -> Document:
        """Some consecutive turns of one meeting."""
        rng = self.generator.rng
        meeting = rng.choice(self.meetings)
        at = rng.randrange(len(meeting) - 3)
        pieces: list[Piece] = []
        size = 0
        limit = rng.choice((80, 200, 400, 500))
        named = {}
        for turn in meeting[at : at + 12]:
            if size > limit:
                break
            said_here = self._turn(turn, named)
            pieces += [("\n", None)] if pieces else []
            if rng.random() < 0.12:
                said_here = [(f"{self.generator.inventor.person(rng)}", "PERSON"), (": ", None), *said_here]
            pieces += said_here
            size += sum(len(text) for text, _ in said_here)
        return document(restyle(pieces, rng), "carrier")

    def _turn(self, turn: Document, named: dict[str, str]) -> list[Piece]:
        rng, inventor = self.generator.rng, self.generator.inventor
        pieces: list[Piece] = []
        for text, label in pieces_of(turn):
            if label == "PERSON":
                pieces.append((self._renamed(text, named), label))
            elif label == "LOCATION" and rng.random() < 0.5:
                pieces.append((inventor.place(rng), label))
            elif label == "ORGANIZATION" and rng.random() < 0.4:
                pieces.append((self.generator.organization(), label))
            elif label is None:
                pieces += self._people(text)
            else:
                pieces.append((text, label))
        chance = rng.random()
        if chance < 0.16:
            pieces = [*self._vocative(rng.choice(patterns.OPENERS)), *pieces]
        elif chance < 0.26:
            if pieces and pieces[-1][1] is None:
                pieces[-1] = (pieces[-1][0].rstrip(" .,?!"), None)
            pieces += self._vocative(rng.choice(patterns.CLOSERS))
        elif chance < 0.31:
            pieces += [(" ", None), *self.generator.sentence(rng.choice(self.generator.contact))]
        elif chance < 0.36:
            pieces += [(" ", None), *self.generator.sentence(rng.choice(self.generator.talk))]
        elif chance < 0.42:
            pieces += [(" ", None), *self.generator.sentence(rng.choice(self.generator.work))]
        return pieces

    def _vocative(self, form: str) -> list[Piece]:
        before, after = form.split("{v}")
        name = self.generator.inventor.person(self.generator.rng)
        return [piece for piece in ((before, None), (name, "PERSON"), (after, None)) if piece[0]]

    def _renamed(self, name: str, named: dict[str, str]) -> str:
        rng, inventor = self.generator.rng, self.generator.inventor
        if rng.random() < 0.2:
            return name
        if name not in named:
            words = len(name.split())
            named[name] = (
                " ".join(inventor.full(rng))
                if words > 1
                else inventor.first(rng)
                if rng.random() < 0.7
                else inventor.last(rng)
            )
        return named[name]

    def _people(self, text: str) -> list[Piece]:
        """Pronouns and roles become names and places, now and then."""
        rng, inventor = self.generator.rng, self.generator.inventor
        places: list[tuple[int, int, str, str, str]] = []
        for pattern, share in _SHARES:
            for match in pattern.finditer(text):
                if rng.random() < share:
                    span = match.span(match.lastindex or 0)
                    if pattern in (_THEY, _THEM):
                        places.append((*span, "", self.generator.organization(), "ORGANIZATION"))
                    elif pattern is _TOOL:
                        places.append((*match.span(), "", self.generator.product(), ""))
                    elif pattern is _THERE:
                        places.append(
                            (
                                *span,
                                f"in {rng.choice(('', '', 'the '))}".replace("the ", ""),
                                inventor.place(rng),
                                "LOCATION",
                            )
                        )
                    else:
                        tail = "'s" if pattern is _OWNER else ""
                        places.append((*span, "", inventor.person(rng) + tail, "PERSON"))
        pieces: list[Piece] = []
        at = 0
        for start, end, before, value, label in sorted(places):
            if start < at:
                continue
            pieces += [(text[at:start] + before, None)]
            if value.endswith("'s"):
                pieces += [(value[:-2], label), ("'s", None)]
            else:
                pieces += [(value, label or None)]
            at = end
        pieces.append((text[at:], None))
        return [piece for piece in pieces if piece[0]]
