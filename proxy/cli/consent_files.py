"""``meeting-proxy consent import|export|receipt``: consent records as files."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, note, read, with_store
from proxy.consent.formats import records_csv, records_json, vcon
from proxy.consent.formats.vcon import Place, on_roster
from proxy.consent.recordable import imported, recipient_named, scope_named
from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents
from proxy.errors import ClientFault
from proxy.settings import Settings

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
    wanted = consents.Wanted(participant, scope, scope_id, purpose, recipient)
    records = with_store(read(config), lambda store: consents.exported(store, wanted, form.value))
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
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClientFault("consent_file_invalid", "the file is not UTF-8 text; nothing was taken") from None
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
