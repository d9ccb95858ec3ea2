"""Shows events and checks of the ledger on a terminal: what left, for what, whose words, what was withheld and why."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.text import Text

from proxy.audit.acts import is_act
from proxy.audit.findings import Report
from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, Event
from proxy.audit.query import client_of, ledger_part, meeting_of, people_of, recipient_of
from proxy.audit.signing import CheckingKey
from proxy.cli import acts_shown
from proxy.cli.terminal import Table
from proxy.edge.ledger.reader import Record

_WORDS = {
    INTENT: ("LEAVES", "yellow"),
    OUTCOME: ("ENDED", "green"),
    REFUSED: ("REFUSED", "red"),
}
_VERDICTS = {
    "ok": ("The ledger is in order.", "bold green"),
    "tampered": ("The ledger was TAMPERED with, or its disk is broken.", "bold red"),
    "incomplete": ("The ledger is incomplete.", "bold yellow"),
    "unanchored": ("The ledger is in order in itself; nothing outside of it confirms that it is whole.", "bold yellow"),
}
_COUNTED = ((INTENT, "intent"), (OUTCOME, "outcome"), (REFUSED, "refusal"))
SHOWN_UNANSWERED = 5
AHEAD_SECONDS = 60
"""By how much a host's clock may be ahead of an authority's without a warning."""


def line(record: Record) -> Text:
    """Format an event on one line."""
    event = record.event
    code = event["metadata"]["event_code"]
    word, colour = ("DID", "magenta") if is_act(event) else _WORDS.get(code, (code.partition(".")[2].upper(), "cyan"))
    text = Text(f"{_time(event['time'])}  ")
    text.append(f"{word:<10}", style=f"bold {colour}")
    if code in _WORDS:
        who = f"{client_of(event) or 'unknown client'} → {recipient_of(event) or 'nobody'}"
        text.append(f"{who} for {ledger_part(event).get('purpose', 'no purpose')}: ")
    text.append(summary(event))
    exchange = event["metadata"].get("correlation_uid")
    if exchange:
        text.append(f"  [{exchange}]", style="dim")
    return text


def summary(event: Event) -> str:
    """Summarize an event in a few words."""
    if is_act(event):
        return acts_shown.told(event)
    code, ledger = event["metadata"]["event_code"], ledger_part(event)
    if code == INTENT:
        removed = _counts(ledger.get("removed", {}))
        return f"{_people(event)}{f'; removed {removed}' if removed else ''}"
    if code == OUTCOME:
        if ledger.get("treat_as_sent"):
            return "interrupted; how much was sent is unknown: treat as sent"
        reason = f", {event['status_code']}" if "status_code" in event else ""
        status = event.get("http_response", {}).get("code")
        return f"reply delivered: {ledger['delivered']}{f', HTTP {status}' if status else ''}{reason}"
    if code == REFUSED:
        often = f" ({ledger['count']} times)" if ledger.get("count", 1) > 1 else ""
        return f"nothing left, {event['status_code']}{often}{_withheld(event)}"
    facts = [f"{key.replace('_', ' ')} {value}" for key, value in ledger.items() if key != "schema" and value]
    return ", ".join(facts)


def show_exchange(found: Sequence[Record], console: Console) -> None:
    """Print all records of one exchange; shows what they have in common only once."""
    shown: set[tuple[str, str]] = set()
    for record in found:
        console.print(line(record), soft_wrap=True, highlight=False)
        rows = [row for row in _details(record) if row not in shown]
        shown.update(rows)
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=16, no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(f"  {name}", value)
        console.print(table, highlight=False)


def show_report(report: Report, key: CheckingKey, console: Console, *, own_key: bool) -> None:
    """Print the result of a check."""
    sentence, style = _VERDICTS[report.verdict]
    console.print(Text(sentence, style=style))
    codes = report.codes
    facts = Table.grid(padding=(0, 2))
    kept = f"{_number(report.records, 'record')} in {_number(report.segments, 'segment')}"
    if report.first_time is not None and report.last_time is not None:
        kept += f"; {_time(report.first_time)} to {_time(report.last_time)} UTC"
    facts.add_row("log", f"{report.origin}, key {key.key_id.hex()}")
    facts.add_row("holds", kept)
    facts.add_row("that is", ", ".join(_number(codes[code], word) for code, word in _COUNTED))
    if report.checkpoint is not None:
        facts.add_row("checkpoint", f"vouches for the first {report.checkpoint} records")
    for name, size in report.confirmed.items():
        facts.add_row("confirmed", f"the first {size} records, by {name}")
    for row in _dated(report):
        facts.add_row(*row)
    if report.pruned:
        facts.add_row("pruned", f"the events of the first {report.pruned} records; their commitments are there")
    if report.without_checkpoint:
        often = _number(report.without_checkpoint, "start")
        facts.add_row("warning", f"{often} found records without a checkpoint: somebody may have cut the log before")
    if report.losses_accepted:
        often = _number(report.losses_accepted, "start")
        facts.add_row("warning", f"{often} accepted the loss of records that an anchor knew (ledger.loss_accepted)")
    if report.unanswered:
        some = ", ".join(report.unanswered[:SHOWN_UNANSWERED])
        more = ", …" if len(report.unanswered) > SHOWN_UNANSWERED else ""
        number = _number(len(report.unanswered), "exchange")
        facts.add_row("no outcome", f"{number} under way, or to be treated as sent: {some}{more}")
    console.print(facts, highlight=False)
    if own_key:
        console.print("Checked with the key that lies beside the ledger: compare its id with one that you kept.")
    show_problems(report, console)


def _dated(report: Report) -> Iterator[tuple[str, str]]:
    """What time stamps prove, and what was not checked."""
    for each in report.dated:
        told = f"the first {each.records} records, at {_time(each.at * 1000)} UTC, by {each.authority}"
        told += f" ({_number(each.stamps, 'stamp')}"
        if each.slowest is not None:
            told += f"; none from record {each.since} on waited longer than {timedelta(seconds=each.slowest)}"
        yield "dated", f"{told})"
        if each.ahead > AHEAD_SECONDS:
            told = (
                f"records say to be younger than stamps of {each.authority}, by up to {timedelta(seconds=each.ahead)}"
            )
            yield "warning", f"{told}: the clock of the host was wrong"
    for name, count in sorted(report.undated.items()):
        told = f"{_number(count, 'stamp')} of {name} were not checked: name its certificates with --authority"
        yield "not dated", told


def show_problems(report: Report, console: Console) -> None:
    """Print what is wrong with a ledger, and where."""
    for problem in report.problems:
        spot = f", line {problem.line}, byte {problem.offset}" if problem.line else ""
        console.print(Text(f"{problem.kind.value}: {problem.segment}{spot}", style="bold"), soft_wrap=True)
        console.print(f"  {problem.detail}", soft_wrap=True, highlight=False)
    if report.more_problems:
        console.print(f"… and {_number(report.more_problems, 'more problem')}")


def plain(report: Report) -> dict[str, object]:
    """The result of a check, for scripts."""
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    fields |= {name: [dataclasses.asdict(each) for each in fields[name]] for name in ("problems", "dated")}
    return {"verdict": report.verdict, **fields, "codes": dict(report.codes)}


def _details(record: Record) -> list[tuple[str, str]]:
    event, ledger = record.event, ledger_part(record.event)
    rows: dict[str, Any] = {
        "record": record.sequence,
        "route": ledger.get("route"),
        "reply of": ledger.get("first_exchange"),
        "recipient": _recipient(event),
        "terms": ledger.get("terms_version"),
        "model": event.get("ai_model", {}).get("name"),
        "meeting": meeting_of(event),
        "sent": _bytes(event.get("http_request", {}).get("body_length")),
        "removed": _counts(ledger.get("removed", {})),
        "knowingly sent": _counts(ledger.get("kept", {})),
        "languages": _counts(ledger.get("languages", {})),
        "covered": _counts(ledger.get("coverage", {})),
        "derived from": ", ".join(ledger.get("derived_from", ())),
        "taken out": _counts(ledger.get("stripped", {})),
        "received": _bytes(event.get("http_response", {}).get("length")),
        "took": f"{event['duration']} ms" if "duration" in event else None,
        "restored": ledger.get("restored") or None,
        "settings": event.get("policy", {}).get("version"),
    }
    found = [(name, str(value)) for name, value in rows.items() if value is not None and value != ""]
    return found + [(person["role"], _person(person)) for person in people_of(event)]


def _person(person: Mapping[str, Any]) -> str:
    said = person["data"]
    parts = []
    if said["utterances"]:
        parts.append(f"{_number(said['utterances'], 'utterance')} sent ({said['characters']} characters)")
    if said["withheld_utterances"]:
        parts.append(f"{said['withheld_utterances']} withheld")
    parts += [text for text in (_because(said["reasons"]), _under(said["grants"]), _cut(said["removed"])) if text]
    return f"{person['uid']}: {'; '.join(parts)}"


def _because(reasons: Mapping[str, int]) -> str:
    return f"because {_counts(reasons)}" if reasons else ""


def _under(grants: Sequence[str]) -> str:
    return f"by records {', '.join(grants)}" if grants else ""


def _cut(removed: Mapping[str, int]) -> str:
    return f"removed {_counts(removed)}" if removed else ""


def _people(event: Event) -> str:
    people = people_of(event)
    heard = [person for person in people if person["data"]["utterances"]]
    sent = sum(person["data"]["utterances"] for person in heard)
    size = _bytes(event.get("http_request", {}).get("body_length"))
    whose = f"{_number(sent, 'utterance')} of {_number(len(heard), 'person', 'people')}" if people else "no utterances"
    return f"{size}, {whose}{_withheld(event)}"


def _withheld(event: Event) -> str:
    withheld_people = [person["data"] for person in people_of(event) if person["data"]["withheld_utterances"]]
    if not withheld_people:
        return ""
    reasons: Counter[str] = Counter()
    for said in withheld_people:
        # A person heard in part has reasons for both outcomes. One line does not separate out the reasons for what was
        # sent.
        reasons.update(said["reasons"] if not said["utterances"] else {"in part": said["withheld_utterances"]})
    total = sum(said["withheld_utterances"] for said in withheld_people)
    return f"; withheld {total} ({_counts(reasons)})"


def _recipient(event: Event) -> str | None:
    endpoint, name = event.get("dst_endpoint", {}), recipient_of(event)
    if name is None:
        return None
    region = ledger_part(event).get("region")
    host = f" at {endpoint['hostname']}:{endpoint.get('port')}" if "hostname" in endpoint else ""
    return f"{name}{host}{f', {region}' if region else ''}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _bytes(number: int | None) -> str | None:
    return None if number is None else f"{number:,} bytes"


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
