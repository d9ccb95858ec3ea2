"""``meeting-proxy explain``: what would leave for a request, what would not, and why. Sends nothing."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from proxy.audit.events import PersonFacts
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read_with_words
from proxy.cli.origins import origins, show_origins
from proxy.cli.utterances import listed, show_utterances

if TYPE_CHECKING:
    from proxy.planning import Planned
    from proxy.steps.consulting import Consulted


def explain(
    request: Annotated[str, typer.Argument(help="File with the request's body, or - for standard input.")],
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

    Exit code 0: it would leave; 1: it would be refused.
    """
    settings = read_with_words(config)
    from proxy.planning import Refused
    from proxy.rehearsal import Request, rehearsal

    raw = sys.stdin.buffer.read() if request == "-" else _file(request)
    recorded = Request(raw, route, client, meeting, acts_for, content_type)

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
        _show(facts, planned.people, Console())
        show_utterances(facts.get("utterances", []), Console())
        if stretches:
            show_origins(stretches, Console())
    raise typer.Exit(1 if isinstance(planned, Refused) else 0)


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


def _offsets_unknown(consulted: Consulted) -> bool:
    """Whether the request has times that count from the start of a recording which nobody told."""
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
