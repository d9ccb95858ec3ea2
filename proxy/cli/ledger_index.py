"""``meeting-proxy ledger index``: bring the index for questions up to date, or make it anew."""

from __future__ import annotations

from typing import Annotated

import typer

from proxy.cli.ledger_filters import DirectoryOption, OthersOption, place
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, progress
from proxy.edge.ledger.index.database import default_url
from proxy.edge.ledger.index.index import LedgerIndex


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make it anew instead of adding what is new.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read the whole ledger again, and compare all that the index has with it.")
    ] = False,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Bring the index for questions up to date; query, carried, show, report and export do it, too.

    Run it after a prune, so that the index forgets what the ledger no longer holds. An answer shows no record that is
    not the ledger's; that it leaves none out, --check says. Exit code 3: the ledger is not whole, the index cannot be
    written, or it has not what the ledger has.
    """
    where = place(directory, config, others)
    url = where.index or default_url(where.folders[0])
    with progress("Reading the ledger") as told, LedgerIndex(url, where.folders) as made:
        if rebuild:
            made.rebuild()
        made.catch_up(told)
        if check:
            made.compare()
        number = made.count()
    compared = ", and has what they have" if check else ""
    typer.echo(f"The index is up to date: {number} records of {len(where.folders)} ledgers{compared}.")
