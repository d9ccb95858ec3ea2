"""``meeting-proxy witness``: cosign the checkpoints of other hosts' ledgers."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.audit.notes import NAME
from proxy.audit.signing import CheckingKey, KeyHistory, read_checking_key
from proxy.errors import ClientFault

if TYPE_CHECKING:
    from proxy.edge.witness import CosigningKey

DRAIN_SECONDS = 10.0


def witness(
    log: Annotated[
        list[str],
        typer.Option(help="A log to cosign for: its key, <origin>+<id>+<key>, or a file with it; repeatable."),
    ],
    name: Annotated[str, typer.Option(help="The witness's name, such as witness.example/w1.")],
    handovers: Annotated[
        list[Path] | None, typer.Option(help="The file 'keys' of a log that has had several keys; repeatable.")
    ] = None,
    key: Annotated[Path, typer.Option(help="The witness's private key; made at the first start.")] = Path(
        "var/witness.key"
    ),
    state: Annotated[Path, typer.Option(help="What the witness remembers. Never restore an old copy of it.")] = Path(
        "var/witness.db"
    ),
    listen: Annotated[str, typer.Option(help="HOST:PORT to listen on, in plain HTTP.")] = "127.0.0.1:8083",
) -> None:
    """Cosign the checkpoints of other hosts' ledgers, so that their history cannot be cut or forked unseen.

    Runs a witness (C2SP tlog-witness) until a signal ends it, and prints its public key. A checkpoint of a log that it
    knows is cosigned only if the log did nothing but grow since the one before. Run it on a host whose administrators
    are others than those of the ledgers.
    """
    from proxy.edge import telemetry
    from proxy.edge.http.server import require_strict_parser
    from proxy.edge.witness import cosigning_key

    if not NAME.fullmatch(name):
        raise typer.BadParameter("a name has no space and no '+'", param_hint="--name")
    logs = known_logs(log, handovers or [])
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise typer.BadParameter("write HOST:PORT", param_hint="--listen")
    telemetry.configure("info")
    require_strict_parser()
    own = cosigning_key(key, name)
    asyncio.run(_serve(own, logs, state, host.strip("[]"), int(port)))


def known_logs(written: list[str], files: list[Path]) -> dict[str, list[KeyHistory]]:
    """Return the logs by origin, each with the histories of the trusted keys. Raises `ClientFault`."""
    handovers = {path: _content(path) for path in files}
    used: set[Path] = set()
    logs: defaultdict[str, list[KeyHistory]] = defaultdict(list)
    for each in written:
        key = _key(each)
        found = [(path, history) for path, c in handovers.items() if (history := KeyHistory.read(key, c)) is not None]
        used.update(path for path, _ in found)
        logs[key.origin] += [history for _, history in found] or [KeyHistory(((0, key),))]
    if unused := sorted(set(handovers) - used):
        raise ClientFault("unknown_key", f"{unused[0]} tells of no handover by or to a key that --log names")
    return dict(logs)


def _key(written: str) -> CheckingKey:
    key = read_checking_key(written)
    if key is None and Path(written).is_file():
        key = read_checking_key(_content(Path(written)).decode(errors="replace"))
    if key is None:
        raise ClientFault("no_public_key", "name each log by its public.key: one line, or a file with it")
    return key


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ClientFault("no_public_key", f"{path} cannot be read ({error.strerror})") from None
    if not content:
        raise ClientFault("no_public_key", f"{path} is empty")
    return content


async def _serve(key: CosigningKey, logs: dict[str, list[KeyHistory]], state: Path, host: str, port: int) -> None:
    from aiohttp import web

    from proxy.edge.http.ingress import runner
    from proxy.edge.witness import Memory, Witness

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    memory = Memory.open(state, key.checking, new=key.new)
    witness = Witness(key, logs, memory, lambda: int(time.time()))
    site = runner(witness.application(), DRAIN_SECONDS)
    try:
        await site.setup()
        await web.TCPSite(site, host, port).start()
        typer.echo(key.checking.render())
        await stop.wait()
    finally:
        await site.cleanup()
        witness.close()
        memory.close()
