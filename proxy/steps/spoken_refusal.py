"""Withholds only the utterances that policy refuses, so that one person's words do not refuse the whole request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from proxy.consent.decide import Reason, Verdict, retained
from proxy.egress.decodings import TooDeep, readings
from proxy.errors import Refusal, SpokenRefusal
from proxy.model import Edit, apply_edits
from proxy.redaction.redact import Redaction
from proxy.steps.consultation import ConsentAnswer
from proxy.steps.partition import joined
from proxy.steps.utterances import AttributedUtterance


def without_spoiled(consulted: ConsentAnswer, refused: SpokenRefusal, least: float) -> ConsentAnswer:
    """Return the answer of consent with the utterances withheld that hold the refused passages.

    Raises the `Refusal` of the request if the client's own words are among them, or if less than the share `least` of
    the words would remain.
    """
    hearing, decision = consulted.hearing, consulted.decision
    spoken = {place for said in hearing.said for place in _passages(said)}
    if not refused.passages or not spoken.issuperset(refused.passages):
        raise _whole(refused)
    verdict = Verdict(False, Reason(refused.reason))
    verdicts = tuple(
        verdict if one.admitted and not refused.passages.isdisjoint(_passages(said)) else one
        for said, one in zip(hearing.said, decision.verdicts, strict=True)
    )
    left = retained(consulted.speeches, verdicts)
    if verdicts == decision.verdicts or left == 0 or left < least:
        raise _whole(refused)
    return replace(consulted, decision=joined(hearing, replace(decision, verdicts=verdicts)))


def _whole(refused: SpokenRefusal) -> Refusal:
    """The refusal of the whole request."""
    return Refusal(refused.reason, refused.detail, where=refused.where)


def spoken_refusal(consulted: ConsentAnswer, redacted: Redaction, refused: Refusal) -> SpokenRefusal:
    """The last check's refusal with the passages that caused it; without passages if the cause is elsewhere."""
    hearing, decision, edits = consulted.hearing, consulted.decision, redacted.edits
    texts = {slot.index: slot.text for slot in hearing.slots}
    found = frozenset(
        (said.slot, span.start)
        for said, verdict in zip(hearing.said, decision.verdicts, strict=True)
        if verdict.admitted
        for span in said.utterance.words
        if _hidden(_redacted(texts[said.slot], span.start, span.end, edits.get(said.slot, ())), redacted)
    )
    return SpokenRefusal(refused.reason, refused.detail, found, where=refused.where)


def _passages(said: AttributedUtterance) -> set[tuple[int, int]]:
    return {(said.slot, span.start) for span in said.utterance.words}


def _redacted(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    inside = [edit for edit in edits if start <= edit.start and edit.end <= end]
    return apply_edits(text[start:end], [Edit(e.start - start, e.end - start, e.replacement) for e in inside])


def _hidden(text: str, redacted: Redaction) -> bool:
    """Whether an encoding in a text holds what may not leave, or is too deep to tell."""
    try:
        return any(redacted.leftovers(reading.text) for reading in readings(text))
    except TooDeep:
        return True
