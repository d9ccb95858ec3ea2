"""``meeting-proxy consent``: record, list, import and export what people allowed, refused and withdrew.

Asking, and who was asked, is in `asking`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli import already_left as past
from proxy.cli.asking import coverage, invite, line
from proxy.cli.room import room
from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    instant,
    iso,
    new_id,
    note,
    read,
    screen,
    with_store,
)
from proxy.consent.formats import records_csv, records_json, vcon
from proxy.consent.formats.vcon import Place, on_roster
from proxy.consent.recordable import imported, recipient_named, scope_named
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.desk import consents, titles
from proxy.desk.consents import ConsentStatement, RecordedConsent
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.errors import ClientFault
from proxy.settings import Settings
from proxy.text_source import text_problem

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

LARGEST = 64 << 20


class Format(StrEnum):
    """File formats of consent records."""

    CSV = "csv"
    JSON = "json"
    VCON = "vcon"


FormatOption = Annotated[Format, typer.Option("--format", help="csv, json (ISO/IEC TS 27560 in DPV terms) or vcon.")]


def receipt(
    record: Annotated[str, typer.Argument(help="Id of a record; see 'consent list'.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print the receipt of a consent record as JSON, to hand to the person."""
    settings = read(config)
    found = with_store(settings, lambda store: consents.receipt_of(store, record, settings))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def export(
    form: FormatOption,
    output: Annotated[Path | None, typer.Option(help="Write to this new file; default: standard output.")] = None,
    participant: Annotated[str | None, typer.Option(help="Only this person's: id, address or name.")] = None,
    scope: Annotated[Scope | None, typer.Option(help="Only of this width.")] = None,
    scope_id: Annotated[str | None, typer.Option(help="Only of this meeting, series or organization.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only for this purpose.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only to this recipient.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write records to a file, oldest first. It holds participant ids, and names only where an id or a proof is one."""
    wanted, settings = consents.Wanted(participant, scope, scope_id, purpose, recipient), read(config)
    records = with_store(settings, lambda store: consents.exported(store, settings, wanted, form.value))
    if form is Format.CSV:
        text = records_csv.write(records)
    elif form is Format.JSON:
        text = records_json.write(records)
    else:
        text = vcon.write(records, str(uuid.uuid4()), datetime.now(UTC))
    if output is None:
        typer.echo(text.encode(), nl=False)
        return
    try:
        output.touch(mode=0o600, exist_ok=False)
        output.write_bytes(text.encode())
    except OSError:
        raise ClientFault("file_not_written", "name a new file in a directory that exists", where="--output") from None
    typer.echo(f"{len(records)} records exported")


def import_(
    file: Annotated[Path, typer.Argument(help="The file to read.")],
    form: FormatOption,
    scope: Annotated[Scope | None, typer.Option(help="vcon: how wide its consent reaches.")] = None,
    scope_id: Annotated[str | None, typer.Option(help="vcon: id of the meeting or series.")] = None,
    recipient: Annotated[str | None, typer.Option(help="vcon: to whom, a recipient's name or * for any.")] = None,
    terms: Annotated[
        str | None, typer.Option(help="vcon: version of the terms shown; default: as the file says.")
    ] = None,
    party: Annotated[list[str] | None, typer.Option(help="vcon: who a party is, as 0=p-ann; may be repeated.")] = None,
    trust_content: Annotated[
        bool, typer.Option("--trust-content", help="vcon: take bodies whose content hash does not fit.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file and record nothing.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Append all the records of a file, or none if one row is wrong.

    A yes is accepted only if consent.methods names admin_import, since whoever imports it vouches for it. Records that
    are already on file are skipped, so a file can be imported again.
    """
    settings = read(config)
    content = _content(file)
    if problem := text_problem(content):
        raise ClientFault("consent_file_invalid", f"{problem}; nothing was taken", where=str(file))
    text = content.decode("utf-8-sig")
    now = datetime.now(UTC)
    if form is Format.CSV:
        records = records_csv.read(text, now)
    elif form is Format.JSON:
        records = records_json.read(text)
    else:
        place = _place(settings, scope, scope_id, recipient, terms)
        told = dict(_told(each) for each in party or ())
        roster = with_store(settings, lambda store: consents.roster_for(store, place.scope, place.scope_id))
        records = vcon.read(text, place, on_roster(roster, told), trust_content=trust_content)
    source = f"import {form.value} sha256:{hashlib.sha256(content).hexdigest()[:16]}"
    taken = imported(records, settings, now, source, partial(_row, form))
    done = with_store(
        settings, lambda store: consents.bring(store, taken, settings.consent, partial(_row, form), dry_run=dry_run)
    )
    if done.strangers:
        note(f"{done.strangers} of these people are on no roster yet")
    if as_json:
        recorded = [] if dry_run else [each.id for each in done.new]
        typer.echo(json.dumps({"recorded": recorded, "on_file_already": done.known}))
        return
    counts = Counter(each.state for each in done.new)
    for state in filter(counts.get, ConsentState):
        typer.echo(f"{counts[state]} {state.value}")
    typer.echo(f"{len(done.new)} records {'would be ' if dry_run else ''}recorded, {done.known} on file already")


def _place(
    settings: Settings, scope: Scope | None, scope_id: str | None, recipient: str | None, terms: str | None
) -> Place:
    if scope is None or recipient is None or (scope_id is None and scope is not Scope.ORG):
        raise typer.BadParameter("a vCon does not say its scope and recipient: add --scope, --scope-id, --recipient")
    return Place(scope, scope_named(settings, scope, scope_id), recipient_named(settings, recipient), terms)


def _told(written: str) -> tuple[int, str]:
    index, _, person = written.partition("=")
    if not index.isdecimal() or not person:
        raise typer.BadParameter("write a party as 0=p-ann", param_hint="--party")
    return int(index), person


def _row(form: Format, index: int) -> str:
    """Say where a person finds a record in its file."""
    if form is Format.CSV:
        return f"row {index + 2}"
    return f"records[{index}]" if form is Format.JSON else f"record {index + 1}"


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise ClientFault("consent_file_invalid", "the file is larger than 64 MiB; cut it into several")
        return file.read_bytes()
    except OSError:
        raise ClientFault("consent_file_invalid", "the file cannot be read") from None


app = typer.Typer(no_args_is_help=True)
app.command("receipt")(receipt)
app.command("import")(import_)
app.command("export")(export)
app.command("invite")(invite)
app.command("coverage")(coverage)
app.command("line")(line)
app.command("room")(room)

ParticipantOption = Annotated[str, typer.Option("--participant", help="Id, address or name of somebody on file.")]
NewOption = Annotated[
    bool,
    typer.Option("--not-yet-on-file", help="Record it for an id that no roster, or no meeting or series, has yet."),
]
ScopeOption = Annotated[Scope | None, typer.Option(help="How wide it reaches; or name it with --meeting or --series.")]
MeetingOption = Annotated[
    str | None, typer.Option("--meeting", help="One meeting, by its id: short for --scope meeting --scope-id.")
]
SeriesOption = Annotated[
    str | None, typer.Option("--series", help="All meetings of a series: short for --scope series --scope-id.")
]
ScopeIdOption = Annotated[str | None, typer.Option(help="Id of the meeting or series; for org, its configured name.")]
PurposeOption = Annotated[str, typer.Option(help="For what: summary, action_items, compose, … or your own x-….")]
RecipientOption = Annotated[str, typer.Option(help="To whom: a recipient's name (better), or * for any.")]
TermsOption = Annotated[str | None, typer.Option(help="Version of the terms; default: the recipient's current one.")]
FromOption = Annotated[
    datetime | None, typer.Option("--from", parser=instant, metavar="ISO", help="From when on; default: now.")
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", parser=instant, metavar="ISO", help="Until when; default: no end.")
]
MethodOption = Annotated[str, typer.Option(help="How it was said: explicit_click, verbal, dtmf, written.")]
EvidenceOption = Annotated[str | None, typer.Option(help="Where the proof is kept, such as a form's number.")]
ActorOption = Annotated[
    str | None, typer.Option(help="Who said it: id, address or name; default: the person, by their own word.")
]
GuardianOption = Annotated[bool, typer.Option("--guardian", help="A guardian said it; name them with --actor.")]


@app.command()
def grant(
    participant: ParticipantOption,
    purpose: PurposeOption,
    method: MethodOption,
    scope: ScopeOption = None,
    scope_id: ScopeIdOption = None,
    meeting: MeetingOption = None,
    series: SeriesOption = None,
    recipient: RecipientOption = ANY_RECIPIENT,
    terms: TermsOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    evidence: EvidenceOption = None,
    actor: ActorOption = None,
    covers_earlier: Annotated[
        bool, typer.Option("--covers-earlier", help="The notice said that words spoken before count too.")
    ] = False,
    guardian: GuardianOption = False,
    not_yet_on_file: NewOption = False,
    pre_ticked: Annotated[
        bool, typer.Option("--pre-ticked", help="The box was ticked beforehand: no consent, and refused.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record that a person said yes. With --json, prints the receipt to hand to them.

    Refused with exit code 1: a box that was ticked beforehand, a yes given by somebody else, or a method that the
    policy does not accept.
    """
    width, of = _reach(scope, scope_id, meeting, series)
    said = ConsentStatement(
        participant=participant,
        state=ConsentState.GRANTED,
        scope=width,
        scope_id=of,
        purpose=purpose,
        recipient=recipient,
        terms_version=terms,
        valid_from=since,
        valid_until=until,
        method=method,
        affirmative=not pre_ticked,
        actor=actor,
        evidence_ref=evidence,
        covers_earlier=covers_earlier,
        guardian=guardian,
    )
    _record(config, said, as_json=as_json, not_yet_on_file=not_yet_on_file)


@app.command()
def deny(
    participant: ParticipantOption,
    purpose: PurposeOption,
    scope: ScopeOption = None,
    scope_id: ScopeIdOption = None,
    meeting: MeetingOption = None,
    series: SeriesOption = None,
    recipient: RecipientOption = ANY_RECIPIENT,
    terms: TermsOption = None,
    since: FromOption = None,
    method: MethodOption = "unspecified",
    evidence: EvidenceOption = None,
    actor: ActorOption = None,
    guardian: GuardianOption = False,
    not_yet_on_file: NewOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record that a person said no. It counts at once and has no end: for all they say in the scope, whenever."""
    width, of = _reach(scope, scope_id, meeting, series)
    said = ConsentStatement(
        participant, ConsentState.DENIED, width, purpose, method, of, recipient, terms, since,
        actor=actor, evidence_ref=evidence, guardian=guardian,
    )  # fmt: skip
    _record(config, said, as_json=as_json, not_yet_on_file=not_yet_on_file)


@app.command()
def withdraw(
    participant: ParticipantOption,
    purpose: Annotated[
        str | None, typer.Option(help="For what; without it, for everything to which the person has a yes there.")
    ] = None,
    scope: ScopeOption = None,
    scope_id: ScopeIdOption = None,
    meeting: MeetingOption = None,
    series: SeriesOption = None,
    recipient: RecipientOption = ANY_RECIPIENT,
    terms: TermsOption = None,
    since: FromOption = None,
    method: MethodOption = "unspecified",
    evidence: EvidenceOption = None,
    actor: ActorOption = None,
    guardian: GuardianOption = False,
    not_yet_on_file: NewOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record that a person took a yes back, or all of them. It counts from the next request on.

    Lists what of theirs had left, of this meeting or series or of all: it cannot be called back. With --series, it is
    taken back for all meetings of the series, also those to come, and those to which the yes was said one by one.
    """
    width, of = _reach(scope, scope_id, meeting, series)
    said = ConsentStatement(
        participant, ConsentState.WITHDRAWN, width, purpose or "", method, of, recipient, terms, since,
        actor=actor, evidence_ref=evidence, guardian=guardian,
    )  # fmt: skip
    if purpose is None:
        _take_back(config, said, as_json=as_json)
    else:
        _record(config, said, as_json=as_json, not_yet_on_file=not_yet_on_file)


@app.command("list")
def listed(
    participant: Annotated[str | None, typer.Option(help="Only this person's: id, address or name.")] = None,
    scope: Annotated[Scope | None, typer.Option(help="Only of this width.")] = None,
    scope_id: Annotated[str | None, typer.Option(help="Only of this meeting, series or organization.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only for this purpose.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only to this recipient.")] = None,
    state: Annotated[ConsentState | None, typer.Option(help="Only records that say this.")] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="One flat table for auditors, with names and titles; it is in the ledger.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the consent records on file, oldest first; with --json, one per line.

    With --csv, a line for each answer: who said what, when and how, for what, to whom, where, and whether a yes still
    counts. No spreadsheet calculates anything in it. Files that are imported again are those of 'consent export'.

    Exit code 0 also when nothing matches; 1: nobody and nothing is called so, and the known ones are listed.
    """
    wanted, settings = consents.Wanted(participant, scope, scope_id, purpose, recipient, state), read(config)
    if as_csv:
        if as_json:
            raise typer.BadParameter("a table, or JSON", param_hint="--csv")
        from proxy.desk.answers_table import table

        text = with_store(settings, lambda store: table(store, settings, wanted, datetime.now(UTC)))
        typer.echo(text.encode(), nl=False)
        return
    records, called = with_store(settings, lambda store: _listed(store, settings, wanted))
    if as_json:
        for record in records:
            typer.echo(json.dumps(record._asdict(), default=iso, ensure_ascii=False))
        return
    from rich.text import Text

    styles = {ConsentState.GRANTED: "green", ConsentState.DENIED: "red", ConsentState.WITHDRAWN: "yellow"}
    shown = screen()
    for record in records:
        said = Text(f"{record.participant}  ", "bold").append(record.state.value, styles.get(record.state, ""))
        to = settings.called(record.recipient)
        said.append(
            f"  {titles.purpose_shown(settings, record.purpose)} by {to} (terms {record.terms_version})", "default"
        )
        until = f" until {iso(record.valid_until)}" if record.valid_until else ""
        where = titles.with_title(record.scope_id, called.get((record.scope, record.scope_id)))
        shown.print(said.append(f" in {record.scope.value} {where}"))
        told = f"{record.method} by {record.actor}, recorded {iso(record.recorded_at)}"
        shown.print(
            f"    from {iso(record.valid_from)}{until}; {told}; record {record.id}", style="dim", highlight=False
        )


async def _listed(
    store: Store, settings: Settings, wanted: consents.Wanted
) -> tuple[Sequence[ConsentRecord], titles.Titles]:
    found = await consents.listed(store, settings, wanted)
    return found, await titles.of_records(store, found)


def _reach(
    scope: Scope | None, scope_id: str | None, meeting: str | None, series: str | None
) -> tuple[Scope, str | None]:
    """How wide a statement reaches, by the options. Raises `BadParameter` where they say nothing or contradict."""
    if meeting is not None and series is not None:
        raise typer.BadParameter("name one meeting, or one series", param_hint="--series")
    for option, width, named in (("--meeting", Scope.MEETING, meeting), ("--series", Scope.SERIES, series)):
        if named is not None:
            if scope is not None or scope_id is not None:
                raise typer.BadParameter("it stands for --scope and --scope-id; leave these out", param_hint=option)
            return width, named
    if scope is None:
        told = "say how wide it reaches, or name a meeting or series with --meeting or --series"
        raise typer.BadParameter(told, param_hint="--scope")
    if scope is not Scope.ORG and not scope_id:
        raise typer.BadParameter(f"name the {scope.value} with --scope-id", param_hint="--scope-id")
    return scope, scope_id


def _record(config: Path, said: ConsentStatement, *, as_json: bool, not_yet_on_file: bool) -> None:
    """Record the statement for the participant that the option names."""
    settings = read(config)
    draft = consents.drafted(said, settings, datetime.now(UTC), f"cr-{new_id()}")
    ledger = LedgerFolder(Path(settings.ledger.directory), settings.ledger.index)
    done = with_store(
        settings, lambda store: consents.record(store, ledger, draft, settings, as_written=not_yet_on_file)
    )
    _show(done, settings, as_json=as_json)


def _take_back(config: Path, said: ConsentStatement, *, as_json: bool) -> None:
    """Record a withdrawal for each purpose to which the person has a yes within the scope."""
    from proxy.desk.withdrawing import take_back

    settings = read(config)
    ledger = LedgerFolder(Path(settings.ledger.directory), settings.ledger.index)
    found = with_store(settings, lambda store: take_back(store, ledger, said, settings, new_id, datetime.now(UTC)))
    for done in found:
        _show(done, settings, as_json=as_json)


def _show(done: RecordedConsent, settings: Settings, *, as_json: bool) -> None:
    """Print a record that was made, and what is to be told of it; with `as_json`, its receipt on one line."""
    for remark in done.notes:
        note(remark)
    if as_json:
        left = {} if done.left is None else {"already_left": past.plain(done.left)}
        typer.echo(json.dumps({**done.receipt, **left}, ensure_ascii=False))
        return
    record = done.record
    who, to = titles.with_title(record.participant, done.name), titles.recipient_shown(settings, record.recipient)
    purpose = titles.purpose_shown(settings, record.purpose)
    what = f"{record.state.value} {purpose} by {'anybody' if to == ANY_RECIPIENT else to}"
    typer.echo(f"{record.id}: {who} {what} in {record.scope.value} {record.scope_id}, recorded")
    if done.counts:
        typer.echo(f"By what is on file, {who} is heard for {record.purpose} there now.")
    if done.left is not None:
        past.show(f"{who} for {record.purpose}", done.left)
