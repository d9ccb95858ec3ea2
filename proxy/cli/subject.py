"""``meeting-proxy subject``: a person's report, forgetting them, and legal holds that forbid it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proxy.cli.erasures import ErasureOption, erasure_file, erasure_ready, write_statement
from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    day,
    end_as_unread,
    iso,
    new_id,
    note,
    read,
    with_store,
    write_private,
)
from proxy.desk import forgetting, reports
from proxy.desk.titles import purpose_shown, with_title
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.ledger.proving import Prover
from proxy.settings import PageLanguage, Settings

if TYPE_CHECKING:
    from proxy.desk.forgetting import Forgotten, Prepared

app = typer.Typer(no_args_is_help=True)

PersonArgument = Annotated[str, typer.Argument(help="Id, address or name of a person.", show_default=False)]
DirectoryOption = Annotated[
    Path | None, typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration.")
]
AdmissionOption = Annotated[
    bool, typer.Option("--accept-admission", help="Forget a refuser although a class default would admit them anew.")
]


@app.command()
def report(
    person: PersonArgument,
    since: Annotated[str | None, typer.Option(help="First instant of exchanges, ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(help="Instant after the last, ISO 8601.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one page of HTML to this file.")] = None,
    language: Annotated[
        PageLanguage | None,
        typer.Option(help="Of the page and the mail; default: that of the person's last answer, if known."),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send the page to the person's first address (consent_pages.mail).")
    ] = False,
    proofs: Annotated[
        bool, typer.Option("--proofs", help="With --json: add the proof of each exchange's record in the ledger.")
    ] = False,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Report what is on file of a person, and what left of their words: when, to whom, for what, under which consent.

    Nobody, or more than one person, who matches is an error (exit code 1), which names candidates. A proof holds the
    whole record, with pseudonyms and counts of the others in the exchange: add proofs for auditors, not for the person.
    Exit code 3: the ledger is not whole, or the store lacks its keys, so the report says that what left is not known.
    """
    settings = read(config)
    first, end = day("--since", since), day("--until", until)
    folder = _ledger(settings, directory)
    past = LedgerFolder(folder)
    found = with_store(
        settings,
        lambda store: reports.gather(
            store, past, settings.organization, person, now=datetime.now(UTC), since=first, until=end
        ),
    )
    prover = Prover(folder) if proofs else None
    facts = reports.plain(found, settings, prover.if_possible if prover else None)
    for sequence, why in prover.unproven.items() if prover else ():
        note(f"record {sequence} has no proof: {why}")
    if html is not None or send:
        _hand_over(facts, settings, html, language, send=send)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _summarize(facts, settings, html)
    if found.lacking:
        raise typer.Exit(3)
    end_as_unread(past.damaged)


@app.command()
def forget(
    person: PersonArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    accept_admission: AdmissionOption = False,
    accept_unknown: Annotated[
        bool, typer.Option("--accept-unknown", help="Forget although no ledger can be read that says whom to tell.")
    ] = False,
    erasure: ErasureOption = None,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Forget a person: keys, names, addresses, consent records, presence, notes. It cannot be undone.

    Prints before what remains and which recipients to tell, and asks on a terminal; elsewhere --yes is needed.
    """
    settings = read(config)
    past = LedgerFolder(_ledger(settings, directory))
    prepared = with_store(
        settings,
        lambda store: forgetting.prepare(
            store, past, settings, person,
            now=datetime.now(UTC), accept_admission=accept_admission, accept_unknown=accept_unknown,
        ),
    )  # fmt: skip
    facts: dict[str, Any] = asdict(prepared)
    if not (as_json and yes):
        _show_prepared(prepared, err=as_json)
    if not yes:
        if not sys.stdin.isatty():
            typer.echo("meeting-proxy: nothing was forgotten: confirm with --yes", err=True)
            raise typer.Exit(1)
        typer.confirm("Forget this person now? It cannot be undone", abort=True, err=True)
    erasure_ready(erasure)
    done = with_store(
        settings,
        lambda store: forgetting.forget(
            store, settings, prepared.ids, new_id, now=datetime.now(UTC),
            accept_admission=accept_admission, told=prepared.recipients,
        ),
    )  # fmt: skip
    write_statement(erasure, done.statement)
    if as_json:
        typer.echo(
            json.dumps(
                facts | {"traces": asdict(done.traces), "purged": done.purged},
                ensure_ascii=False,
                indent=2,
                default=iso,
            )
        )
    else:
        _show_done(done)


@app.command("erasure")
def prove_erasure(
    file: Annotated[Path, typer.Argument(help="What 'forget --erasure' wrote, or 'meeting remove' or 'store expire'.")],
    html: Annotated[Path | None, typer.Option(help="Write it as one page of HTML to this file.")] = None,
    language: Annotated[PageLanguage | None, typer.Option(help="Of the page; default: English.")] = None,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Add the ledger's proof to a statement of erasure, for whom it is about: what was erased, what stays, and why.

    The statement is in this file alone. The ledger has its digest, once a proxy that runs has taken it in and signed a
    checkpoint: seconds later. 'meeting-proxy-verify erasure' checks the file.
    """
    from proxy.desk import erasure
    from proxy.edge.reports.erasure import erasure_page

    settings = read(config)
    folder = _ledger(settings, directory)
    found = erasure.document(erasure.statement_in(erasure_file(file)))
    past = LedgerFolder(folder)
    number = asyncio.run(erasure.record_of(past, found["statement"]))
    end_as_unread(past.damaged)
    found |= {"record": number, "proof": Prover(folder).prove(number)}
    write_private(file, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    typer.echo(f"{file} has the proof of record {number}")
    if html is not None:
        write_private(html, erasure_page(found, settings, language or "en"))


@app.command()
def purge(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give up what the store's files may still hold of deleted rows; 'forget' does it as well."""
    settings = read(config)
    if not with_store(settings, forgetting.purge):
        typer.echo(f"meeting-proxy: {UNPURGED}", err=True)
        raise typer.Exit(3)


@app.command()
def hold(
    person: PersonArgument,
    reason: Annotated[str, typer.Option(help="Why, in your own words; kept in the store alone.")],
    alone: Annotated[
        bool, typer.Option("--alone", help="Of this person alone: others go from their meetings as 'retention' says.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put a legal hold on a person: they cannot be forgotten until it is released.

    Their meetings stay, with all who were in them: longer than 'retention' says. With --alone, others go from them when
    the meeting would have gone; its id, title and times stay, and what is of the person. Say it again to change it.
    """
    settings = read(config)
    made = with_store(settings, lambda store: forgetting.hold(store, person, reason, datetime.now(UTC), alone=alone))
    if not alone and settings.retention.meetings_days is not None:
        note(
            "whoever was in a meeting with them stays on file with it until the hold is released; 'meeting-proxy store "
            "expire --dry-run' names them, and a hold with --alone lets them go"
        )
    facts = made._asdict() | {"since": iso(made.since)}
    said = f"{made.participant} is on hold{' alone' if made.alone else ''}: {made.reason}"
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else said)


@app.command()
def release(person: PersonArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """End the legal hold on a person."""
    gone = with_store(read(config), lambda store: forgetting.release(store, person))
    typer.echo(json.dumps({"participant": gone}) if as_json else f"{gone} is on hold no more")


@app.command()
def holds(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the legal holds, oldest first; with --json, one per line."""
    for each in with_store(read(config), lambda store: store.holds.listed()):
        facts = each._asdict() | {"since": iso(each.since)}
        shown = f"{iso(each.since)}  {each.participant}{' alone' if each.alone else ''}: {each.reason}"
        typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else shown)


UNPURGED = (
    "what was deleted may still be in the store's files. SQLite: run 'meeting-proxy subject purge' while no other "
    "program holds the store. PostgreSQL: run VACUUM (ANALYZE) as the owner of the tables"
)


def _hand_over(
    facts: dict[str, Any], settings: Settings, html: Path | None, language: PageLanguage | None, *, send: bool
) -> None:
    """Write the report as a page in the person's language, and send it to them."""
    from proxy.cli import report_sending

    spoken = report_sending.spoken(settings, facts["person"]["id"], language)
    if html is not None:
        write_private(html, report_sending.page(facts, settings, spoken))
    if send:
        note(f"sent in {spoken.name} to {report_sending.send(facts, settings, spoken)}")


def _ledger(settings: Settings, directory: Path | None) -> Path:
    return directory or Path(settings.ledger.directory)


def _summarize(facts: dict[str, Any], settings: Settings, html: Path | None) -> None:
    person = facts["person"]
    typer.echo(f"{person['id']}{': ' + person['name'] if person['on_file'] else ''}")
    if not facts["ledger_read"]:
        typer.echo(facts["note"])
    else:
        typer.echo(f"Exchanges that carried words of theirs: {len(facts['exchanges'])}")
        for each in facts["exchanges"]:
            where = each["recipient"] or {"region": None}
            region = f" ({where['region']})" if where["region"] else ""
            typer.echo(
                f"  {each['at']}  {_called(each['recipient'])}{region} for {purpose_shown(settings, each['purpose'])}: "
                f"{each['utterances']} utterances, "
                f"{each['characters']} characters, by {', '.join(each['consent_records']) or 'no record'}  "
                f"[{each['exchange']}]"
            )
        if facts["repeated"]:
            again = len(facts["repeated"])
            typer.echo(f"Exchanges that sent again what the AI had made of their words, or repeated of them: {again}")
            for each in facts["repeated"]:
                rests = ", ".join(each["rests_on"])
                to = f"{_called(each['recipient'])} for {purpose_shown(settings, each['purpose'])}"
                typer.echo(f"  {each['at']}  {to}, from {rests}  [{each['exchange']}]")
        typer.echo(f"Exchanges in which words of theirs stayed in: {len(facts['withheld'])}")
        typer.echo(facts["note"])
    if facts["answered_for"]:
        names = ", ".join(sorted({each["name"] or "somebody not on file" for each in facts["answered_for"]}))
        typer.echo(f"Answers that they gave for others: {len(facts['answered_for'])}, for {names}")
    typer.echo(f"Consent records: {len(facts['consent_records'])}; meetings: {len(facts['meetings'])}")
    typer.echo(f"The whole report is in {html}." if html else "--html FILE and --json give the whole report.")


def _called(recipient: dict[str, Any] | None) -> str:
    return "nobody" if recipient is None else recipient["display_name"] or recipient["name"]


def _show_prepared(prepared: Prepared, *, err: bool) -> None:
    for line in _preparation(prepared):
        typer.echo(line, err=err)


def _preparation(prepared: Prepared) -> Iterator[str]:
    yield f"To forget: {prepared.id}{f' ({prepared.name})' if prepared.name else ''}"
    if prepared.other_ids:
        yield f"  under these ids as well: {', '.join(prepared.other_ids)}"
    yield f"  consent records: {prepared.consent_records}; rosters: {len(prepared.meetings)}"
    if prepared.rooms:
        yield f"Rooms that hear nobody until their people are listed anew: {', '.join(prepared.rooms)}"
    if prepared.recipients is None:
        yield "Who has words of theirs is not known: no ledger could be read, or the store lacks its keys."
    for each in prepared.recipients or ():
        kept = "retention not stated" if each.retention_days is None else f"kept {each.retention_days} days"
        called = with_title(each.recipient, each.display_name)
        yield (
            f"Tell {called} ({each.address or 'no address'}, {each.region or 'region not stated'}, {kept}): "
            f"delete what it got for {', '.join(each.purposes)} from {iso(each.first)} to {iso(each.last)}:"
        )
        yield from (f"  {exchange}" for exchange in each.exchanges)
    if prepared.recipients == ():
        yield "No recipient had words of theirs."
    yield "What remains:"
    yield from (f"  {remains}" for remains in prepared.remains)


def _show_done(done: Forgotten) -> None:
    traces = done.traces
    typer.echo(
        f"Forgotten: {traces.consent_records} consent records, {len(traces.rosters)} rosters, which count as "
        f"incomplete now; {traces.guardianships} records of others name no guardian any more, so that a yes among them "
        "counts no more."
    )
    if not done.purged:
        note(UNPURGED)
