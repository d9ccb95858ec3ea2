"""A small stage for the redaction tests: a transcript of `Name: words` lines, redacted and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.model import Action, Finding, Participant, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.action_operators import BY_NAME
from proxy.redaction.anonymizer import Act
from proxy.redaction.redact import LabelSpot, Redaction, WithheldSpeech, redact
from proxy.redaction.restore import restore

PSEUDONYM = {"default": Action.PSEUDONYM}
NOBODY = Roster()
NOTHING = WithheldSpeech()


def roster(*names: str | Participant) -> Roster:
    """A roster; plain names get the ids p1, p2, …"""
    people = [n if isinstance(n, Participant) else Participant(f"p{i}", n) for i, n in enumerate(names, 1)]
    return Roster(tuple(people))


def find(text: str, *found: tuple[str, str]) -> list[Finding]:
    """Findings of (kind, string) at every place of the string."""
    return [
        Finding(match.start(), match.end(), kind, 0.85)
        for kind, string in found
        for match in re.finditer(re.escape(string), text)
    ]


@dataclass(frozen=True)
class Outcome:
    """What a redaction made of a text."""

    text: str
    sent: str
    redacted: Redaction

    @property
    def echoed(self) -> str:
        """What the client reads if the recipient sends back what it got."""
        return restore(self.sent, self.redacted.pseudonyms)


def run(
    words: str | Sequence[str],
    *found: tuple[str, str],
    people: Roster = NOBODY,
    actions: Mapping[str, Action] = PSEUDONYM,
    withheld: WithheldSpeech = NOTHING,
) -> Outcome:
    """Redact one text, or lines of one slot, in which the `found` strings are detected."""
    lines = [words] if isinstance(words, str) else list(words)
    text = "\n".join(lines)
    passages, at = [], 0
    for line in lines:
        passages.append(Passage(0, at, line, "somebody"))
        at += len(line) + 1
    findings = [find(line, *found) for line in lines]
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    redacted = redact([slot], passages, findings, [], people, withheld, carried_out(actions))
    return Outcome(text, apply_edits(text, redacted.edits.get(0, ())), redacted)


def run_transcript(
    said: Sequence[tuple[str, str]],
    *found: tuple[str, str],
    people: Roster = NOBODY,
    actions: Mapping[str, Action] = PSEUDONYM,
    withheld: WithheldSpeech = NOTHING,
) -> Outcome:
    """Redact a transcript of (label, words) lines; labels resolve by the roster."""
    text = ""
    passages: list[Passage] = []
    labels: list[LabelSpot] = []
    for label, words in said:
        person = people.resolve(label)
        labels.append(LabelSpot(0, len(text), len(text) + len(label), label, person.id if person else None, False))
        text += f"{label}: "
        passages.append(Passage(0, len(text), words, person.id if person else None))
        text += f"{words}\n"
    findings = [find(passage.text, *found) for passage in passages]
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    redacted = redact([slot], passages, findings, labels, people, withheld, carried_out(actions))
    return Outcome(text, apply_edits(text, redacted.edits.get(0, ())), redacted)


def carried_out(actions: Mapping[str, Act]) -> dict[str, Act]:
    """Actions as a proxy has them, which loads the operators at start."""
    return {kind: BY_NAME.get(act, act) if isinstance(act, Action) else act for kind, act in actions.items()}
