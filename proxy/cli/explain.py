"""``meeting-proxy explain``: what would leave for a request, what would not, and why. Sends nothing.

On request it lists every utterance with its verdict: participant, time, reason and deciding records. It also lists, in
the order of the request, the origin of each stretch of text and the proof of it. Text is shown only if asked for.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from proxy.audit.events import PersonFacts
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read_with_words, screen
from proxy.cli.terminal import Table, escaped
from proxy.desk.titles import purpose_shown, recipient_shown, with_title
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.planning import Planned


def called(participant: str | None, named: Mapping[str | None, str]) -> str | None:
    """A person as people read it: by name, with the id."""
    return None if participant is None else with_title(participant, named.get(participant))


def _whose(row: Mapping[str, Any], named: Mapping[str | None, str]) -> str:
    """Whose an utterance is, as people read it."""
    if row["given_back_by"]:
        told = f"given back by exchange {', '.join(row['given_back_by'])}"
        resting = ", ".join(called(person, named) or "unknown" for person in row["because_of"])
        return f"{told}, rests on words of {resting}" if resting else told
    return called(row["participant"], named) or ("nobody claims it" if row["unattributed"] else "unknown")


def show_utterances(rows: Sequence[dict[str, Any]], named: Mapping[str | None, str], console: Console) -> None:
    """Print the list of utterances for people."""
    if not rows:
        return
    with_text = "text" in rows[0]
    table = Table("#", "spoken at", "participant", "leaves", "why", "decided by", *(["text"] if with_text else []))
    for row in rows:
        cells = [str(row["index"]), row["at"] or "time unknown", _whose(row, named)]
        cells += ["yes" if row["leaves"] else "no", row["reason"], ", ".join(row["grants"]) or "no record"]
        # Text from a client is not markup.
        table.add_row(*cells, *([Text(escaped(row["text"]))] if with_text else []))
    console.print(table)


_SHOWN = 60


def show_origins(rows: list[dict[str, Any]], named: Mapping[str | None, str], console: Console) -> None:
    """Print the stretches for people, and what to do if some cannot be attributed to anybody."""
    table = Table("where", "origin", "participant", "proof", "begins with")
    for row in rows:
        begins = " ".join(row["text"].split())[:_SHOWN]
        # Text from a client is not markup.
        who = called(row["participant"], named) or ""
        table.add_row(row["where"], row["origin"], who, row["proof"], Text(escaped(begins)))
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
    from proxy import explanation
    from proxy.planning import Refused
    from proxy.rehearsal import Request, rehearsal

    raw = sys.stdin.buffer.read() if request == "-" else _file(request)
    alone = content_type is None and _is_transcript(raw)
    recorded = Request(raw, route, client, meeting, acts_for, content_type, transcript=alone)

    async def plan() -> Planned:
        async with rehearsal(settings.store) as rehearsing:
            return await rehearsing.plan(settings, recorded)

    planned = asyncio.run(plan())
    facts = explanation.facts(planned, with_body=body)
    if utterances:
        facts["utterances"] = explanation.listed(planned, with_text=text)
    stretches = explanation.origins(planned.consulted.hearing) if by_origin and planned.consulted is not None else []
    if by_origin:
        facts["origins"] = stretches
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    else:
        _show(facts, planned.people, settings, screen())
        show_utterances(facts.get("utterances", []), explanation.names(planned), screen())
        if stretches:
            show_origins(stretches, explanation.names(planned), screen())
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


def _show(facts: dict[str, Any], people: tuple[PersonFacts, ...], settings: Settings, console: Console) -> None:
    verdict = "[green]would leave[/]" if facts["leaves"] else "[red]would be refused[/]"
    recipient = recipient_shown(settings, facts["recipient"])
    purpose = purpose_shown(settings, facts["purpose"])
    console.print(f"{verdict}: {purpose} by {recipient} under terms {facts['terms_version']}")
    if "refusal" in facts:
        console.print(f"{facts['refusal']['status']} {facts['refusal']['reason']}: {facts['refusal']['detail']}")
    table = Table("participant", "sent", "withheld", "why", "decided by", "removed from their words")
    named = {each["participant"]: each["name"] for each in facts["people"] if each["name"]}
    for person in people:
        table.add_row(
            called(person.participant, named) or "unknown or nobody",
            str(person.sent_utterances),
            str(person.withheld_utterances),
            ", ".join(f"{reason} ×{count}" for reason, count in person.reasons.items()),
            ", ".join(person.grants) or "no record",
            ", ".join(f"{kind} ×{count}" for kind, count in person.removed.items()) or "nothing",
        )
    if people:
        console.print(table)
    if any(person.withheld_utterances for person in people):
        console.print(
            "why words stay in, and what to do: docs/operations.md#why-single-utterances-are-withheld; --utterances "
            "shows each",
            highlight=False,
        )
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
