"""``meeting-proxy client``: who may call. A key is made here, shown once, and kept as its SHA-256 alone."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import yaml

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, note, read, screen
from proxy.edge.configuration import clients_file
from proxy.edge.configuration.clients_file import Entry
from proxy.edge.configuration.document import document_of, text_of
from proxy.edge.configuration.file import parse

app = typer.Typer(no_args_is_help=True)

PREFIX = "mpk_"
"""How keys begin, so that whoever finds one knows what it is."""
SHOWN = 8
"""Digits of a digest that tell keys apart."""

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
    optional = {
        "key_sha256": digest, "certificate": certificate, "profile": profile, "series": series, "acts_for": acts_for,
    }  # fmt: skip
    entry: Entry = {"name": name, "routes": route}
    entry |= {field: value for field, value in optional.items() if value is not None}
    file = _file(config)
    if file is None:
        own = document_of(text_of(config), str(config)).content.get("clients") or []
        typer.echo("# no clients_file is configured: write this below 'clients' in " + str(config), err=True)
        typer.echo(yaml.safe_dump([entry], sort_keys=False), err=True, nl=False)
        if any(isinstance(each, dict) and each.get("name") == name for each in own):
            note(f"{name} is there already; rotate its key with: client rotate {name}")
    else:
        _put(config, file, [*clients_file.read(file), entry])
    if key is not None:
        typer.echo(key)


@app.command()
def rotate(name: NameArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give a client a new key, and print it. The former one stays valid until `client revoke NAME --former`."""
    file, clients = _of_file(config, name)
    entry = next(each for each in clients if each["name"] == name)
    if "key_sha256" not in entry:
        _refuse(f"{name} has no key but a certificate: its authority renews that")
    if "former_key_sha256" in entry:
        _refuse(f"{name} is still moving to its last new key; end that first with: client revoke {name} --former")
    key, digest = made()
    entry["former_key_sha256"], entry["key_sha256"] = entry["key_sha256"], digest
    _put(config, file, clients)
    typer.echo(key)


@app.command()
def revoke(
    name: NameArgument,
    former: Annotated[bool, typer.Option("--former", help="Only the key of before the last rotation.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take a client's keys away, and the client with them; or its former key alone."""
    file, clients = _of_file(config, name)
    entry = next(each for each in clients if each["name"] == name)
    if not former:
        clients.remove(entry)
    elif entry.pop("former_key_sha256", None) is None:
        _refuse(f"{name} has no former key")
    _put(config, file, clients)


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the clients: their routes, and the first digits of the digests of their keys."""
    settings = read(config)
    written = {each["name"] for each in clients_file.read(Path(settings.clients_file))} if settings.clients_file else ()
    found: list[dict[str, Any]] = [
        {
            "name": each.name,
            "routes": list(each.routes),
            "key": each.key_sha256[:SHOWN] if each.key_sha256 else None,
            "former_key": each.former_key_sha256[:SHOWN] if each.former_key_sha256 else None,
            "certificate": each.certificate,
            "file": settings.clients_file if each.name in written else str(config),
        }
        for each in settings.clients
    ]
    if as_json:
        for client in found:
            typer.echo(json.dumps(client))
        return
    from rich.table import Table

    table = Table("name", "routes", "key", "former key", "certificate", "written in")
    for client in found:
        known_by = (client[field] or "" for field in ("key", "former_key", "certificate"))
        table.add_row(client["name"], ", ".join(client["routes"]), *known_by, client["file"])
    screen().print(table)


def made() -> tuple[str, str]:
    """Return a new key of a client and its digest."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).hexdigest()


def _file(config: Path) -> Path | None:
    """The file of clients that a configuration names."""
    file = document_of(text_of(config), str(config)).content.get("clients_file")
    return Path(file) if isinstance(file, str) else None


def _of_file(config: Path, name: str) -> tuple[Path, list[Entry]]:
    """The file and its clients, of which one has this name. Exits if none has."""
    file = _file(config)
    clients = clients_file.read(file) if file is not None else []
    if file is None or all(each["name"] != name for each in clients):
        known = {each.name for each in read(config).clients}
        where = f"it stands in {config}: change it there" if name in known else "see: client list"
        _refuse(f"no client {name} in {file or 'a clients_file'}; {where}")
    return file, clients


def _put(config: Path, file: Path, clients: Sequence[Entry]) -> None:
    """Write clients that are valid beside all other settings. Raises `ConfigProblem` if they are not."""
    parse(text_of(config), str(config), clients=clients)
    try:
        clients_file.write(file, clients, config)
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    note("the proxy knows after a reload: systemctl reload meeting-proxy, or meeting-proxy reload --pid PID")


def _refuse(problem: str) -> NoReturn:
    typer.echo(f"meeting-proxy: {problem}", err=True)
    raise typer.Exit(1)
