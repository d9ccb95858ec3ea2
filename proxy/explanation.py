"""What would leave of a request and what not, with the reasons, as plain values: for `explain` and the console.

A row for each utterance says its participant, time, verdict and deciding records; a row for each stretch of text says
whose it is, and what proves that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from proxy.errors import ClientFault
from proxy.model import Slot, SlotKind, Span
from proxy.planning import Planned, Refused
from proxy.settings.dialect_names import BY_NAME
from proxy.steps.call import Call
from proxy.steps.consultation import ConsentAnswer
from proxy.steps.utterances import AttributedUtterance, Hearing
from proxy.text_source import text_problem


def asking(call: Call, text: bytes) -> bytes:
    """The smallest request with this text; the text itself where the dialect takes no JSON.

    Raises `ClientFault` if the operator declared the shape, or the text is empty or not UTF-8.
    """
    asks = BY_NAME[call.route.dialect].asks
    if call.route.shape is not None:
        raise ClientFault("shape_is_own", f"route {call.route.name!r} has a shape of its own: give a whole request")
    if problem := text_problem(text):
        raise ClientFault("invalid_utf8", problem)
    if not text.strip():
        raise ClientFault("empty_body", "there is nothing in it: give a transcript")
    if asks is None:
        return text
    model = next(iter(call.recipient.models or ()), "any")
    return json.dumps(asks(model, text.decode("utf-8-sig")), ensure_ascii=False).encode()


def facts(planned: Planned, *, with_body: bool = False) -> dict[str, Any]:
    """What would happen to a request, and why, as JSON has it."""
    named = names(planned)
    found: dict[str, Any] = {
        "leaves": not isinstance(planned, Refused),
        "route": planned.facts.route,
        "purpose": planned.facts.purpose,
        "recipient": planned.facts.recipient,
        "terms_version": planned.facts.terms_version,
        "meeting": planned.facts.meeting,
        "people": [
            {
                "participant": person.participant,
                "name": named.get(person.participant),
                "sent_utterances": person.sent_utterances,
                "withheld_utterances": person.withheld_utterances,
                "reasons": dict(person.reasons),
                "grants": list(person.grants),
                "removed": dict(person.removed),
            }
            for person in planned.people
        ],
    }
    hearing = planned.consulted.hearing if planned.consulted is not None else None
    found["offsets_unknown"] = planned.consulted is not None and _offsets_unknown(planned.consulted)
    found["badges"] = [each._asdict() for each in hearing.badges] if hearing is not None else []
    found["unmatched_labels"] = list(hearing.unmatched) if hearing is not None else []
    if isinstance(planned, Refused):
        fault = planned.fault
        return found | {"refusal": {"status": fault.status, "reason": fault.reason, "detail": fault.detail}}
    found |= {
        "url": planned.outbound.url,
        "bytes": len(planned.outbound.body),
        "removed": dict(planned.intent.removed),
        "knowingly_sent": dict(planned.intent.kept),
        "languages": dict(planned.intent.languages),
        "coverage": dict(planned.intent.coverage),
        "stripped": dict(planned.intent.stripped),
    }
    return found | ({"body": planned.outbound.body.decode()} if with_body else {})


def names(planned: Planned) -> Mapping[str | None, str]:
    """What the people of the meeting are called, by id."""
    meeting = planned.consulted.question.meeting if planned.consulted is not None else None
    return {} if meeting is None else {person.id: person.name for person in meeting.roster.participants}


def _offsets_unknown(consulted: ConsentAnswer) -> bool:
    """Return whether the request has times that are offsets into a recording of unknown start."""
    meeting = consulted.question.meeting
    declared = {slot.index for slot in consulted.hearing.slots if slot.utterance is not None}
    timed = any(said.utterance.start is not None and said.slot not in declared for said in consulted.hearing.said)
    return timed and meeting is not None and meeting.recording_started_at is None


def listed(planned: Planned, *, with_text: bool) -> list[dict[str, Any]]:
    """Return all utterances in the order of the request; empty if it was refused before consent was consulted."""
    consulted = planned.consulted
    if consulted is None:
        return []
    texts = {slot.index: slot.text for slot in consulted.hearing.slots}
    rows: list[dict[str, Any]] = []
    named = names(planned)
    heard = zip(consulted.hearing.said, consulted.speeches, consulted.decision.verdicts, strict=True)
    for index, (said, speech, verdict) in enumerate(heard):
        row: dict[str, Any] = {
            "index": index,
            "slot": said.slot,
            "at": _iso(speech.spoken.start) if speech.spoken else None,
            "until": _iso(speech.spoken.until) if speech.spoken else None,
            "participant": said.participant,
            "name": named.get(said.participant),
            "unattributed": said.unattributed,
            "characters": speech.characters,
            "leaves": verdict.admitted and consulted.decision.refusal is None,
            "reason": str(verdict.reason),
            "grants": list(verdict.grants),
            "because_of": [each.participant for each in verdict.refusing],
            "given_back_by": sorted({source.exchange for source in said.sources or ()}),
        }
        if with_text:
            row["text"] = " ".join(texts[said.slot][span.start : span.end] for span in said.utterance.words)
        rows.append(row)
    return rows


def origins(hearing: Hearing) -> list[dict[str, Any]]:
    """Return the stretches of all slots: place, origin, participant and proof."""
    slots = {slot.index: slot for slot in hearing.slots}
    rows = [
        _row(slots[part.slot], part.span, "instruction", None, _own(slots[part.slot], hearing))
        for part in hearing.instructed
    ]
    for said in hearing.said:
        origin, proof = _said(said)
        rows += [_row(slots[said.slot], span, origin, said.participant, proof) for span in said.utterance.words]
    return sorted((row for row in rows if row["text"].strip()), key=lambda row: (row["slot"], row["start"]))


def _row(slot: Slot, span: Span, origin: str, participant: str | None, proof: str) -> dict[str, Any]:
    text = slot.text[span.start : span.end]
    return {
        "slot": slot.index, "where": slot.where, "start": span.start, "end": span.end, "origin": origin,
        "participant": participant, "proof": proof, "text": text,
    }  # fmt: skip


def _own(slot: Slot, hearing: Hearing) -> str:
    if hearing.listed:
        return "listed by the client's profile, or typed by its user"
    if slot.index in hearing.proven:
        return "line of the client's profile"
    if slot.kind is SlotKind.INSTRUCTIONS:
        return "field of instructions"
    return "stands beside a transcript, no trace of speech"


def _said(said: AttributedUtterance) -> tuple[str, str]:
    if said.sources is not None:
        return "derived", "given back by exchange " + ", ".join(source.exchange for source in said.sources)
    if said.unattributed:
        return "nobody's", "nothing proves whose it is"
    if said.participant is None:
        return "unknown speaker", "its label is nobody's on the roster"
    label = said.utterance.label is not None or said.utterance.speaker is not None
    return "said", "label of a known layout" if label else "the client acts for this person"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
