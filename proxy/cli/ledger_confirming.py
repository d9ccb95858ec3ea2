"""What outside of a ledger confirms it: kept checkpoints, witnesses, time stamp authorities, and configured anchors."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from proxy.audit.checkpoints import CheckpointFault, WitnessKey, parse_checkpoint
from proxy.audit.dating import Authority
from proxy.cli.shared import note, with_store
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.ledger.anchors.anchor import Anchor, asked
from proxy.edge.ledger.anchors.by_http import ByHttp
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.in_directory import InDirectory
from proxy.errors import ClientFault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.store.store import Store


def _nobody(_: str) -> Authority | None:
    return None


class Confirming(NamedTuple):
    """What confirms a ledger from outside, in the order in which `reader.check` takes it.

    Checkpoints by the names of their places, keys of witnesses, what gives a time stamp authority by its name, and all
    that directories and servers keep: name of the anchor, of the file, the file.
    """

    checkpoints: Sequence[tuple[str, bytes]] = ()
    witnesses: Sequence[WitnessKey] = ()
    authority: Callable[[str], Authority | None] = _nobody
    older: Sequence[tuple[str, str, bytes]] = ()

    def and_also(self, other: Confirming) -> Confirming:
        """Both; authorities of this one go before those of the other."""
        return Confirming(
            [*self.checkpoints, *other.checkpoints],
            [*self.witnesses, *other.witnesses],
            lambda name: self.authority(name) or other.authority(name),
            [*self.older, *other.older],
        )


def given(checkpoints: Iterable[Path], witnesses: Iterable[str], authorities: Sequence[Path]) -> Confirming:
    """What options name: kept checkpoints, keys of witnesses, certificates of authorities. Raises `ClientFault`."""
    for missing in (each for each in checkpoints if not each.is_file()):
        raise ClientFault("no_checkpoint", f"{missing}: no such file; name a checkpoint that was kept")
    kept = [(str(each), each.read_bytes()) for each in checkpoints]
    for name, file in kept:
        try:
            parse_checkpoint(file)
        except CheckpointFault:
            raise ClientFault("checkpoint_unreadable", f"{name} is no checkpoint; name one that was kept") from None
    return Confirming(
        kept, [witness_key(each) for each in witnesses], _trusting(authorities) if authorities else _nobody
    )


def configured(settings: Settings) -> Confirming:
    """Witnesses and authorities of the configuration. No anchor is asked."""
    witnesses = (each.witness for each in settings.ledger.anchors)
    keys = [witness_key(each.key) for each in witnesses if each is not None]
    files = {each.name: each.timestamp.authorities for each in settings.ledger.anchors if each.timestamp is not None}

    def authority(name: str) -> Authority | None:
        if name not in files:
            return None
        from proxy.edge.ledger.anchors.time_stamps import authority_of

        try:
            return authority_of(name, Path(files[name]))
        except ConfigProblem as problem:
            note(f"time stamps of '{name}' are not checked: {problem.problems[0].message}")
            return None

    return Confirming((), keys, authority)


def confirming(settings: Settings) -> Confirming:
    """What the anchors of the configuration know of its ledger. Those that fail are told on standard error."""

    async def ask(store: Store) -> tuple[list[tuple[str, bytes]], list[tuple[str, str, bytes]]]:
        anchors = anchors_of(settings, store, lambda: datetime.now(UTC))
        found = await asked(anchors, settings.log)
        silent = {anchor.name for anchor in anchors if anchor.tells} - {name for name, _ in found}
        if silent:
            typer.echo(f"meeting-proxy: no checkpoint from: {', '.join(sorted(silent))}", err=True)
        older = await older_of(anchors, settings.log)
        return with_listed(found, older), older

    checkpoints, older = with_store(settings, ask)
    return configured(settings)._replace(checkpoints=checkpoints, older=older)


async def older_of(anchors: Iterable[Anchor], origin: str) -> list[tuple[str, str, bytes]]:
    """All that directories, and servers that list it, keep of a log. One that cannot be read is told."""
    found: list[tuple[str, str, bytes]] = []
    for anchor in anchors:
        if not isinstance(anchor, InDirectory | ByHttp):
            continue
        try:
            found += [(anchor.name, name, file) for name, file in await anchor.every(origin)]
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an anchor, the others are asked
            note(f"earlier checkpoints of '{anchor.name}' are not compared: {type(error).__name__}")
    return found


def with_listed(found: Sequence[tuple[str, bytes]], older: Iterable[tuple[str, str, bytes]]) -> list[tuple[str, bytes]]:
    """What anchors told as their newest, and for those that only list what they keep, the newest of that."""
    listed = {name: file for name, _, file in reversed(list(older))}
    return [*found, *((name, file) for name, file in listed.items() if name not in dict(found))]


class Newest(NamedTuple):
    """The anchor that knows most records of a log, and how many."""

    anchor: str
    size: int


def newest(checkpoints: Iterable[tuple[str, bytes]]) -> Newest | None:
    """What the anchor knows that knows most; None if none has a checkpoint that can be read."""
    found = []
    for name, file in checkpoints:
        with contextlib.suppress(CheckpointFault):
            found.append(Newest(name, parse_checkpoint(file).size))
    return max(found, key=lambda each: each.size, default=None)


def witness_key(text: str) -> WitnessKey:
    """Return the key of a witness. Raises `ClientFault`."""
    key = WitnessKey.read(text)
    if key is None:
        detail = "the key of a witness is one line, <name>+<key id>+<key>, of the kind for cosignatures (0x04)"
        raise ClientFault("unknown_key", detail)
    return key


def _trusting(files: Sequence[Path]) -> Callable[[str], Authority | None]:
    """Any authority whose certificates lead to one of those in the files. Raises `ClientFault`."""
    from cryptography import x509

    from proxy.audit.dating import StampAuthority

    roots: list[x509.Certificate] = []
    for file in files:
        try:
            roots += x509.load_pem_x509_certificates(file.read_bytes())
        except (OSError, ValueError):
            raise ClientFault("no_certificates", f"there are no certificates in {file}; name a file in PEM") from None
    return lambda name: StampAuthority(name, roots)
