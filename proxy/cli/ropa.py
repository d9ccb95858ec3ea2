"""``meeting-proxy ropa``: the record of processing activities, from configuration, store and ledger."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    day,
    end_as_unread,
    read,
    with_store,
    write_private,
)
from proxy.desk import activities
from proxy.desk.titles import with_title
from proxy.edge.ledger.past_exchanges import LedgerFolder


def ropa(
    since: Annotated[str | None, typer.Option(help="First instant of what is counted, ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(help="Instant after the last, ISO 8601.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the record as one page of HTML to this file.")] = None,
    directory: Annotated[
        Path | None,
        typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record of processing activities (Art. 30 GDPR): purposes, people, data, recipients, transfers, retention.

    Exit code 3: the ledger is not whole, so the record says that what left is not known.
    """
    settings = read(config)
    first, end = day("--since", since), day("--until", until)
    past = LedgerFolder(directory or Path(settings.ledger.directory))
    found = with_store(
        settings,
        lambda store: activities.gather(store, past, settings, now=datetime.now(UTC), since=first, until=end),
    )
    facts = activities.plain(found, settings)
    if html is not None:
        from proxy.edge.reports.html import activities_page

        write_private(html, activities_page(facts))
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _summarize(facts, html)
    end_as_unread(past.damaged)


def _summarize(facts: dict[str, Any], html: Path | None) -> None:
    for each in facts["recipients"]:
        kept = "retention not stated" if each["retention_days"] is None else f"kept {each['retention_days']} days"
        region = each["region"] or "region not stated"
        called = with_title(each["name"], each["display_name"])
        typer.echo(f"{called} ({each['address']}, {region}, {kept}), terms {each['terms_version']}")
    if not facts["ledger_read"]:
        typer.echo("What left is not known: no whole ledger could be read.")
    for each in facts["flows"]:
        typer.echo(
            f"  {each['recipient_called'] or 'nobody'} for {each['purpose_called'] or 'no purpose'}: "
            f"{each['sent']} sent, {each['refused']} refused; "
            f"{each['utterances']} utterances, {each['withheld']} stayed in"
        )
    typer.echo(f"The whole record is in {html}." if html else "--html FILE and --json give the whole record.")
