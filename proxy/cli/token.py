"""``meeting-proxy token``: who may use the admin API. A token is shown once, and kept as its SHA-256 alone."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.listed import SHOWN, Done, OfFile
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, instant, iso, read, screen
from proxy.desk.access import AccessChange
from proxy.edge.configuration import listed_files
from proxy.edge.configuration.listed_files import TOKENS, Entry
from proxy.settings import ADMIN, Role

app = typer.Typer(no_args_is_help=True)

PREFIX = "mpa_"
"""How tokens begin, so that whoever finds one knows what it is."""
_PERIOD = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}

NameArgument = Annotated[str, typer.Argument(help="The token's name, by which the ledger tells who did what.")]


@app.command()
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    expires: Annotated[
        str | None,
        typer.Option(help="For how long it counts, as 12h, 90d or 2w, or until when, ISO 8601."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let somebody use the admin API, and print their token, which is shown this once.

    It is written into the file that `admin.tokens_file` names. Without one, print what to write below `admin.tokens`.
    """
    until = None if expires is None else _end(expires, datetime.now(UTC))
    token = PREFIX + secrets.token_urlsafe(32)
    entry: Entry = {"name": name, "role": role.value, "token_sha256": hashlib.sha256(token.encode()).hexdigest()}
    entry |= {} if until is None else {"expires": iso(until)}
    OfFile(config, TOKENS).add(entry, Done(AccessChange.TOKEN_ADDED, name, role.value))
    typer.echo(token)


@app.command()
def revoke(name: NameArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Take a token away."""
    file = OfFile(config, TOKENS)
    entry = file.entry(name)
    file.entries.remove(entry)
    file.put(file.entries, Done(AccessChange.TOKEN_REVOKED, name))


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the tokens: their roles, until when they count, and the first digits of their digests."""
    settings, now = read(config), datetime.now(UTC)
    file = settings.admin.tokens_file
    written = {each["name"] for each in listed_files.read(TOKENS, Path(file))} if file else ()
    single = [{"name": ADMIN, "role": Role.ADMIN.value, "expires": None, "expired": False, "token": None}]
    found = (single if settings.admin.token is not None else []) + [
        {
            "name": each.name,
            "role": each.role.value,
            "expires": iso(each.expires),
            "expired": each.expires is not None and each.expires <= now,
            "token": each.token_sha256[:SHOWN] if each.token_sha256 else None,
        }
        for each in settings.admin.tokens
    ]
    for each in found:
        each["file"] = file if each["name"] in written else str(config)
    if as_json:
        for each in found:
            typer.echo(json.dumps(each))
        return
    from proxy.cli.terminal import Table

    table = Table("name", "role", "expires", "token", "written in")
    for each in found:
        end = f"{each['expires']} (expired)" if each["expired"] else each["expires"] or "never"
        table.add_row(*map(str, (each["name"], each["role"], end, each["token"] or "a secret", each["file"])))
    screen().print(table)


def _end(written: str, now: datetime) -> datetime:
    """The end of a period from now on, or the instant that is written. Raises `BadParameter` if it is over."""
    period = _PERIOD.fullmatch(written)
    try:
        end = (now + int(period[1]) * _UNITS[period[2]]).replace(microsecond=0) if period else instant(written)
    except (typer.BadParameter, OverflowError):
        told = "write for how long, such as 12h, 90d or 2w, or until when, such as 2026-03-02T10:00:00Z"
        raise typer.BadParameter(told, param_hint="--expires") from None
    if end <= now:
        raise typer.BadParameter("this is over already", param_hint="--expires")
    return end
