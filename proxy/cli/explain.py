"""``meeting-proxy explain``: what would leave for a request, what would not, and why. Sends nothing.

On request it lists every utterance with its verdict: participant, time, reason and deciding records. It also lists, in
the order of the request, the origin of each stretch of text and the proof of it. Text is shown only if asked for.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.audit.events import PersonFacts
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, iso, read_with_words, screen
from proxy.cli.terminal import escaped
from proxy.model import SlotKind

if TYPE_CHECKING:
    from proxy.model import Slot
    from proxy.planning import Planned
    from proxy.steps.consultation import ConsentAnswer
    from proxy.steps.utterances import AttributedUtterance, Hearing


def listed(planned: Planned, *, with_text: bool) -> list[dict[str, Any]]:
    """Return all utterances in the order of the request; empty if it was refused before consent was consulted."""
    consulted = planned.consulted
    if consulted is None:
        return []
    texts = {slot.index: slot.text for slot in consulted.hearing.slots}
    rows: list[dict[str, Any]] = []
    heard = zip(consulted.hearing.said, consulted.speeches, consulted.decision.verdicts, strict=True)
    for index, (said, speech, verdict) in enumerate(heard):
        row: dict[str, Any] = {
            "index": index,
            "slot": said.slot,
            "at": iso(speech.spoken.start) if speech.spoken else None,
            "until": iso(speech.spoken.until) if speech.spoken else None,
            "participant": said.participant,
            "unattributed": said.unattributed,
            "characters": speech.characters,
            "leaves": verdict.admitted and consulted.decision.refusal is None,
            "reason": str(verdict.reason),
            "grants": list(verdict.grants),
            "because_of": [each.participant for each in verdict.refusing],
        }
        if with_text:
            row["text"] = " ".join(texts[said.slot][span.start : span.end] for span in said.utterance.words)
        rows.append(row)
    return rows


def show_utterances(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """Print the list of utterances for people."""
    if not rows:
        return
    with_text = "text" in rows[0]
    table = Table("#", "spoken at", "participant", "leaves", "why", "decided by", *(["text"] if with_text else []))
    for row in rows:
        nobody = "nobody claims it" if row["unattributed"] else "unknown"
        if row["because_of"]:
            nobody = f"rests on words of {', '.join(person or 'unknown' for person in row['because_of'])}"
        cells = [str(row["index"]), row["at"] or "time unknown", row["participant"] or nobody]
        cells += ["yes" if row["leaves"] else "no", row["reason"], ", ".join(row["grants"]) or "no record"]
        # Text from a client is not markup.
        table.add_row(*cells, *([Text(escaped(row["text"]))] if with_text else []))
    console.print(table)


_SHOWN = 60


def origins(hearing: Hearing) -> list[dict[str, Any]]:
    """Return the stretches of all slots: place, origin, participant and proof."""
    slots = {slot.index: slot for slot in hearing.slots}
    rows = [
        _row(slots[part.slot], part.span.start, part.span.end, "instruction", None, _own(slots[part.slot], hearing))
        for part in hearing.instructed
    ]
    for said in hearing.said:
        origin, proof = _said(said)
        rows += [
            _row(slots[said.slot], span.start, span.end, origin, said.participant, proof)
            for span in said.utterance.words
        ]
    return sorted((row for row in rows if row["text"].strip()), key=lambda row: (row["slot"], row["start"]))


def _row(slot: Slot, start: int, end: int, origin: str, participant: str | None, proof: str) -> dict[str, Any]:
    text = slot.text[start:end]
    return {
        "slot": slot.index, "where": slot.where, "start": start, "end": end, "origin": origin,
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


def show_origins(rows: list[dict[str, Any]], console: Console) -> None:
    """Print the stretches for people, and what to do if some cannot be attributed to anybody."""
    table = Table("where", "origin", "participant", "proof", "begins with")
    for row in rows:
        begins = " ".join(row["text"].split())[:_SHOWN]
        # Text from a client is not markup.
        table.add_row(row["where"], row["origin"], row["participant"] or "", row["proof"], Text(escaped(begins)))
    console.print(table)
    if any(row["origin"] == "nobody's" for row in rows):
        from proxy.steps.outcome import REMEDY

        console.print(
            f"Words that are nobody's leave only if everybody present may be heard. {REMEDY}.", highlight=False
        )


def explain(
    request: Annotated[
        str, typer.Argument(help="File with the request's body, or with a transcript; - reads standard input.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    route: Annotated[str | None, typer.Option(help="Name of the route; the first one by default.")] = None,
    meeting: Annotated[str | None, typer.Option(help="Id of the meeting that the request belongs to.")] = None,
    client: Annotated[str | None, typer.Option(help="Name of the client; the first that may use the route.")] = None,
    acts_for: Annotated[str | None, typer.Option(help="Participant id for whom the client acts.")] = None,
    content_type: Annotated[str | None, typer.Option(help="Content type; by default as the dialect needs.")] = None,
    utterances: Annotated[
        bool, typer.Option("--utterances", help="Also list every utterance with its verdict; without its text.")
    ] = False,
    text: Annotated[bool, typer.Option("--text", help="With --utterances: also the text.")] = False,
    by_origin: Annotated[
        bool, typer.Option("--origins", help="Also list each stretch with whose it is and the proof; begins its text.")
    ] = False,
    body: Annotated[bool, typer.Option("--body", help="Also print the bytes that would leave.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show for a meeting and a request what would leave and what not, and why. Nothing is sent or recorded.

    What is no JSON document is taken for a transcript, and explained as the only message of a request.

    Exit code 0: it would leave; 1: it would be refused.
    """
    settings = read_with_words(config)
    from proxy.planning import Refused
    from proxy.rehearsal import Request, rehearsal

    raw = sys.stdin.buffer.read() if request == "-" else _file(request)
    alone = content_type is None and _is_transcript(raw)
    recorded = Request(raw, route, client, meeting, acts_for, content_type, transcript=alone)

    async def plan() -> Planned:
        async with rehearsal(settings.store) as rehearsing:
            return await rehearsing.plan(settings, recorded)

    planned = asyncio.run(plan())
    facts = _facts(planned, body)
    if utterances:
        facts["utterances"] = listed(planned, with_text=text)
    stretches = origins(planned.consulted.hearing) if by_origin and planned.consulted is not None else []
    if by_origin:
        facts["origins"] = stretches
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    else:
        _show(facts, planned.people, screen())
        show_utterances(facts.get("utterances", []), screen())
        if stretches:
            show_origins(stretches, screen())
    raise typer.Exit(1 if isinstance(planned, Refused) else 0)


def _is_transcript(raw: bytes) -> bool:
    """Whether this is no JSON document, not even a broken one: ``[00:01] Ann: …`` is a transcript."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    try:
        json.loads(raw)
    except ValueError:
        return True
    return False


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        raise typer.Exit(2) from None


def _facts(planned: Planned, with_body: bool) -> dict[str, Any]:
    from proxy.planning import Refused

    facts: dict[str, Any] = {
        "leaves": not isinstance(planned, Refused),
        "route": planned.facts.route,
        "purpose": planned.facts.purpose,
        "recipient": planned.facts.recipient,
        "terms_version": planned.facts.terms_version,
        "meeting": planned.facts.meeting,
        "people": [
            {
                "participant": person.participant,
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
    facts["offsets_unknown"] = planned.consulted is not None and _offsets_unknown(planned.consulted)
    facts["badges"] = [each._asdict() for each in hearing.badges] if hearing is not None else []
    facts["unmatched_labels"] = list(hearing.unmatched) if hearing is not None else []
    if isinstance(planned, Refused):
        fault = planned.fault
        return facts | {"refusal": {"status": fault.status, "reason": fault.reason, "detail": fault.detail}}
    facts |= {
        "url": planned.outbound.url,
        "bytes": len(planned.outbound.body),
        "removed": dict(planned.intent.removed),
        "knowingly_sent": dict(planned.intent.kept),
        "languages": dict(planned.intent.languages),
        "coverage": dict(planned.intent.coverage),
        "stripped": dict(planned.intent.stripped),
    }
    return facts | ({"body": planned.outbound.body.decode()} if with_body else {})


def _offsets_unknown(consulted: ConsentAnswer) -> bool:
    """Return whether the request has times that are offsets into a recording of unknown start."""
    meeting = consulted.question.meeting
    declared = {slot.index for slot in consulted.hearing.slots if slot.utterance is not None}
    timed = any(said.utterance.start is not None and said.slot not in declared for said in consulted.hearing.said)
    return timed and meeting is not None and meeting.recording_started_at is None


def _show(facts: dict[str, Any], people: tuple[PersonFacts, ...], console: Console) -> None:
    verdict = "[green]would leave[/]" if facts["leaves"] else "[red]would be refused[/]"
    console.print(f"{verdict}: {facts['purpose']} by {facts['recipient']} under terms {facts['terms_version']}")
    if "refusal" in facts:
        console.print(f"{facts['refusal']['status']} {facts['refusal']['reason']}: {facts['refusal']['detail']}")
    table = Table("participant", "sent", "withheld", "why", "decided by", "removed from their words")
    for person in people:
        table.add_row(
            person.participant or "unknown or nobody",
            str(person.sent_utterances),
            str(person.withheld_utterances),
            ", ".join(f"{reason} ×{count}" for reason, count in person.reasons.items()),
            ", ".join(person.grants) or "no record",
            ", ".join(f"{kind} ×{count}" for kind, count in person.removed.items()) or "nothing",
        )
    if people:
        console.print(table)
    if facts["offsets_unknown"]:
        console.print(
            "The times of cues count for nothing: when the recording began is not known. Send X-Recording-Start, or "
            "say it by 'meeting add --recording-start' (docs/meetings.md).",
            highlight=False,
        )
    for badge in facts["badges"]:
        console.print(f"{badge['label']!r} is {badge['person']}: {', '.join(badge['rules'])}", markup=False)
    if facts["unmatched_labels"]:
        console.print(
            f"labels of nobody on the roster: {', '.join(map(repr, facts['unmatched_labels']))}", markup=False
        )
    for title, key in (("removed", "removed"), ("knowingly sent", "knowingly_sent"), ("stripped", "stripped")):
        if facts.get(key):
            console.print(f"{title}: " + ", ".join(f"{kind} ×{count}" for kind, count in facts[key].items()))
    if set(facts.get("coverage", {})) - {"full", "undecided"}:
        console.print("words by language: " + ", ".join(f"{code} ×{n}" for code, n in facts["languages"].items()))
        console.print("covered by detection: " + ", ".join(f"{tier} ×{n}" for tier, n in facts["coverage"].items()))
    if "body" in facts:
        console.print(f"\n{facts['bytes']} bytes to {facts['url']}:", highlight=False)
        typer.echo(facts["body"])
