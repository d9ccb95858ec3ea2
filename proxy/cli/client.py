"""``meeting-proxy client``: who may call. A key is made here, shown once, and kept as its SHA-256 alone."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from proxy.cli.listed import SHOWN, Done, OfFile, refuse
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, read, screen
from proxy.desk.access import AccessChange
from proxy.edge.configuration import listed_files
from proxy.edge.configuration.listed_files import CLIENTS, Entry

app = typer.Typer(no_args_is_help=True)

PREFIX = "mpk_"
"""How keys begin, so that whoever finds one knows what it is."""

NameArgument = Annotated[str, typer.Argument(help="The client's name, as the ledger and the log have it.")]


@app.command()
def add(
    name: NameArgument,
    route: Annotated[list[str], typer.Option(help="A route that it may call; repeat for more.")],
    profile: Annotated[str | None, typer.Option(help="How its messages are laid out: docs/clients.md.")] = None,
    series: Annotated[str | None, typer.Option(help="The series whose meetings alone it may name.")] = None,
    acts_for: Annotated[str | None, typer.Option(help="Participant id of the one person for whom it acts.")] = None,
    certificate: Annotated[
        str | None, typer.Option(help="A name in its certificate, which then stands for a key: URI, DNS or e-mail.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let a client call, and print its key, which is shown this once; with --certificate there is none.

    The client is written into the file that `clients_file` names. Without one, print what to write below `clients`.
    """
    key, digest = made() if certificate is None else (None, None)
    facts = {
        "name": name, "key_sha256": digest, "certificate": certificate, "routes": route, "profile": profile,
        "series": series, "acts_for": acts_for,
    }  # fmt: skip
    entry: Entry = {field: value for field, value in facts.items() if value is not None}
    OfFile(config, CLIENTS).add(entry, Done(AccessChange.CLIENT_ADDED, name))
    if key is not None:
        typer.echo(key)


@app.command()
def rotate(name: NameArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give a client a new key, and print it. The former one stays valid until `client revoke NAME --former`."""
    file = OfFile(config, CLIENTS)
    entry = file.entry(name)
    if "key_sha256" not in entry:
        refuse(f"{name} has no key but a certificate: its authority renews that")
    if "former_key_sha256" in entry:
        refuse(f"{name} is still moving to its last new key; end that first with: client revoke {name} --former")
    key, digest = made()
    entry["former_key_sha256"], entry["key_sha256"] = entry["key_sha256"], digest
    file.put(file.entries, Done(AccessChange.CLIENT_ROTATED, name))
    typer.echo(key)


@app.command()
def revoke(
    name: NameArgument,
    former: Annotated[bool, typer.Option("--former", help="Only the key of before the last rotation.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take a client's keys away, and the client with them; or its former key alone."""
    file = OfFile(config, CLIENTS)
    entry, change = file.entry(name), AccessChange.CLIENT_KEY_REVOKED
    if not former:
        file.entries.remove(entry)
        change = AccessChange.CLIENT_REVOKED
    elif entry.pop("former_key_sha256", None) is None:
        refuse(f"{name} has no former key")
    file.put(file.entries, Done(change, name))


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the clients: their routes, and the first digits of the digests of their keys."""
    settings = read(config)
    file = settings.clients_file
    written = {each["name"] for each in listed_files.read(CLIENTS, Path(file))} if file else ()
    found: list[dict[str, Any]] = [
        {
            "name": each.name,
            "routes": list(each.routes),
            "key": each.key_sha256[:SHOWN] if each.key_sha256 else None,
            "former_key": each.former_key_sha256[:SHOWN] if each.former_key_sha256 else None,
            "certificate": each.certificate,
            "file": file if each.name in written else str(config),
        }
        for each in settings.clients
    ]
    if as_json:
        for client in found:
            typer.echo(json.dumps(client))
        return
    from proxy.cli.terminal import Table

    table = Table("name", "routes", "key", "former key", "certificate", "written in")
    for client in found:
        known_by = (client[field] or "" for field in ("key", "former_key", "certificate"))
        table.add_row(client["name"], ", ".join(client["routes"]), *known_by, client["file"])
    screen().print(table)


def made() -> tuple[str, str]:
    """Return a new key of a client and its digest."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).hexdigest()
