"""``meeting-proxy ledger``: verify and read the record of what left. Needs no running proxy and no private key.

Shows events and checks on a terminal: what left, for which purpose, whose words, what was withheld and why.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.audit.acts import is_act
from proxy.audit.checkpoints import WitnessKey
from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, Event
from proxy.audit.query import EVERYTHING, EventFilter, client_of, ledger_part, meeting_of, people_of, recipient_of
from proxy.audit.signing import CheckingKey
from proxy.audit.verify import Report
from proxy.cli import acts_shown
from proxy.cli import already_left as past
from proxy.cli.ledger_export import export
from proxy.cli.ledger_filters import (
    Asked,
    ClientOption,
    DirectoryOption,
    DispositionOption,
    EventOption,
    GrantOption,
    LimitOption,
    MeetingOption,
    OperatorOption,
    OthersOption,
    PersonOption,
    Place,
    PurposeOption,
    RecipientOption,
    RouteOption,
    SinceOption,
    UntilOption,
    place,
    reading,
    wanted,
)
from proxy.cli.ledger_index import index
from proxy.cli.ledger_prove import prove
from proxy.cli.ledger_report import report
from proxy.cli.ledger_ship import ship
from proxy.cli.ledger_upkeep import prune, rotate_key
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, note, progress, read, screen, with_store
from proxy.desk import subjects as desk
from proxy.edge.ledger.anchors.anchor import asked
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.ledger.reader import LogIncomplete, Record, check, follow, last_records, public_key, records
from proxy.errors import ClientFault, Fault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.store.store import Store


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
    if report.pruned:
        facts.add_row("pruned", f"the events of the first {report.pruned} records; their commitments are there")
    if report.without_checkpoint:
        often = _number(report.without_checkpoint, "start")
        facts.add_row("warning", f"{often} found records without a checkpoint: somebody may have cut the log before")
    if report.unanswered:
        some = ", ".join(report.unanswered[:SHOWN_UNANSWERED])
        more = ", …" if len(report.unanswered) > SHOWN_UNANSWERED else ""
        number = _number(len(report.unanswered), "exchange")
        facts.add_row("no outcome", f"{number} under way, or to be treated as sent: {some}{more}")
    console.print(facts, highlight=False)
    if own_key:
        console.print("Checked with the key that lies beside the ledger: compare its id with one that you kept.")
    for problem in report.problems:
        spot = f", line {problem.line}, byte {problem.offset}" if problem.line else ""
        console.print(Text(f"{problem.kind.value}: {problem.segment}{spot}", style="bold"), soft_wrap=True)
        console.print(f"  {problem.detail}", soft_wrap=True, highlight=False)
    if report.more_problems:
        console.print(f"… and {_number(report.more_problems, 'more problem')}")


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


app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command()(index)
app.command()(report)
app.command()(export)

EXIT = {"ok": 0, "tampered": 1, "incomplete": 2, "unanchored": 3}

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@app.command()
def verify(
    directory: DirectoryOption = None,
    public_key_file: Annotated[
        Path | None,
        typer.Option("--public-key", help="The key to check with, best one that was kept elsewhere."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere; may be given several times.")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help="The key of a witness whose cosignature counts, <name>+<id>+<key>.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Check that no record was changed, dropped, swapped or added.

    Works offline, on a copy too, with nothing but the public key. Exit code 0: in order; 1: tampered with;
    2: incomplete (no checkpoint, no key, no records, or a last record that was never finished); 3: in order in itself,
    but nothing outside of its directory confirms it (a kept checkpoint, a witness, or, without --directory, the anchors
    of the configuration: signing key, store, …).
    """
    folder = _directory(directory, config)
    for kept in checkpoint or ():
        if not kept.is_file():
            typer.echo(f"meeting-proxy: {kept}: no such file; name a checkpoint that was kept", err=True)
            raise typer.Exit(2)
    try:
        key = public_key(public_key_file or folder / "public.key")
        known = [(str(path), path.read_bytes()) for path in checkpoint or ()]
        if directory is None:
            settings = read(config)
            known += _anchored(settings)
            configured = (each.witness for each in settings.ledger.anchors)
            witness = [*(witness or ()), *(each.key for each in configured if each is not None)]
        report = check(folder, key, known, [_witness(text) for text in witness or ()])
    except Fault as fault:
        typer.echo(f"meeting-proxy: {fault}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(_plain(report)))
    else:
        show_report(report, key, screen(), own_key=public_key_file is None)
    raise typer.Exit(EXIT[report.verdict])


@app.command()
def tail(
    count: Annotated[int, typer.Option("-n", "--lines", min=0, help="How many of the newest events to show.")] = 10,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on with events as they are recorded.")] = False,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the newest events, one per line."""
    folder = _directory(directory, config)
    newest = last_records(folder, max(count, 1))
    _print(newest[-count:] if count else [], as_json)
    if not following:
        return
    try:
        for record in follow(folder, newest[-1].sequence if newest else -1):
            _print([record], as_json)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def query(
    since: SinceOption = None,
    until: UntilOption = None,
    recipient: RecipientOption = None,
    purpose: PurposeOption = None,
    client: ClientOption = None,
    route: RouteOption = None,
    meeting: MeetingOption = None,
    participant: PersonOption = None,
    grant: GrantOption = None,
    operator: OperatorOption = None,
    event: EventOption = None,
    disposition: DispositionOption = None,
    limit: LimitOption = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the events that match all given filters, oldest first.

    --meeting and --participant need the store of the configuration, which holds the keys of the pseudonyms. Exit code
    0 also when nothing matches; 1: a filter names what nobody knows, and the known ones are listed; 3: the ledger is
    not whole, and a list would be too short.
    """
    where = place(directory, config, others)
    named = Asked(since, until, recipient, purpose, client, route, meeting, participant, grant)
    asked = dataclasses.replace(named, operator=operator, event=event, disposition=disposition)
    with reading(where) as ledger:
        fits = wanted(asked, where, ledger)
        if limit is None:
            _print(ledger.events(fits), as_json)
        else:
            newest = ledger.newest(fits, limit + 1)
            if len(newest) > limit:
                note(f"there are more; these are the newest {limit}, ask for older ones with --until")
            _print(newest[-limit:], as_json)
        if participant and not as_json:
            # The whole list: what was asked for above may be less.
            past.show(*_carried(participant, where, EVERYTHING, on_file=True))


@app.command()
def carried(
    participant: Annotated[str, typer.Option(help="A person's id, address or name; the pseudonym is recomputed.")],
    since: SinceOption = None,
    until: UntilOption = None,
    recipient: RecipientOption = None,
    purpose: PurposeOption = None,
    client: ClientOption = None,
    route: RouteOption = None,
    meeting: MeetingOption = None,
    grant: GrantOption = None,
    limit: LimitOption = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the exchanges that carried a person's words: when, to whom, for what, how many. They cannot be called back.

    Words that no speaker claimed are attributed to nobody and are not in this list. Exit code 3: the ledger is not
    whole, and a list would be too short.
    """
    where = place(directory, config, others)
    asked = Asked(since, until, recipient, purpose, client, route, meeting, grant=grant)
    if asked == Asked():
        fits = EVERYTHING
    else:
        with reading(where) as ledger:
            fits = wanted(asked, where, ledger)
    person, found = _carried(participant, where, fits)
    if limit is not None and found.exchanges is not None and len(found.exchanges) > limit:
        note(f"there are more; these are the newest {limit} of {len(found.exchanges)}")
        found = dataclasses.replace(found, exchanges=found.exchanges[-limit:])
    if as_json:
        typer.echo(json.dumps({"participant": person, **past.plain(found)}))
    elif found.exchanges is not None:
        past.show(person, found)


@app.command()
def show(
    exchange: Annotated[str, typer.Argument(help="Id of the exchange, as in the X-Exchange-Id of its answer.")],
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show all that is recorded of one exchange, in plain words. Exit code 1: there is no such exchange."""
    where, fits = place(directory, config, others), EventFilter(exchange=exchange)
    try:
        with reading(where) as ledger:
            found = list(ledger.events(fits))
    except LogIncomplete as fault:
        note(f"{fault}; what can be read of the exchange follows")
        found = [record for folder in where.folders for record in records(folder, fits)]
    if not found:
        typer.echo("meeting-proxy: the ledger has no record of such an exchange", err=True)
        raise typer.Exit(1)
    if as_json:
        _print(found, as_json=True)
    else:
        show_exchange(found, screen())


def _anchored(settings: Settings) -> list[tuple[str, bytes]]:
    """The checkpoints that the anchors of the configuration know, by the anchors' names. Those that fail are told."""
    origin = f"{settings.organization}/{settings.ledger.name}"

    async def ask(store: Store) -> list[tuple[str, bytes]]:
        anchors = anchors_of(settings, store, lambda: datetime.now(UTC))
        found = await asked(anchors, origin)
        silent = {anchor.name for anchor in anchors if anchor.tells} - {name for name, _ in found}
        if silent:
            typer.echo(f"meeting-proxy: no checkpoint from: {', '.join(sorted(silent))}", err=True)
        return found

    return with_store(settings, ask)


def _witness(text: str) -> WitnessKey:
    key = WitnessKey.read(text)
    if key is None:
        detail = "the key of a witness is one line, <name>+<key id>+<key>, of the kind for cosignatures (0x04)"
        raise ClientFault("unknown_key", detail)
    return key


def _directory(directory: Path | None, config: Path) -> Path:
    return place(directory, config).folders[0]


def _print(found: Iterable[Record], as_json: bool) -> None:
    shown = screen()
    for record in found:
        if as_json:
            typer.echo(json.dumps({"sequence": record.sequence, "event": record.event}))
        else:
            shown.print(line(record), soft_wrap=True, highlight=False)


def _plain(report: Report) -> dict[str, object]:
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    problems = [dataclasses.asdict(problem) for problem in report.problems]
    return {"verdict": report.verdict, **fields, "codes": dict(report.codes), "problems": problems}


def _carried(
    participant: str, where: Place, fits: EventFilter, *, on_file: bool = False
) -> tuple[str, desk.AlreadyLeft]:
    """Return the person's id, and what has left of their words. Raises the fault if the ledger cannot tell.

    Puts on file that an operator asked, unless that is done.
    """
    settings = read(where.config)
    with progress("Reading the ledger") as told:
        ledger = LedgerFolder(where.folders[0], where.index, where.folders[1:], told)

        async def ask(store: Store) -> tuple[str, desk.AlreadyLeft]:
            person = await desk.who(store, participant)
            if not on_file:
                await desk.asked_about(store, person)
            return person, await desk.already_left(store, ledger, settings.organization, person, fits)

        found = with_store(settings, ask)
    if found[1].exchanges is None and ledger.fault is not None:
        raise ledger.fault
    return found


app.command()(ship)
app.command()(prove)
app.command()(prune)
app.command()(rotate_key)
