"""The anchor beside the signing key: whoever has the ledger's disk, but not the key's, cannot roll the ledger back."""

from __future__ import annotations

from pathlib import Path

from proxy.audit.notes import NoteSignature
from proxy.edge.ledger.files import replace_file
from proxy.edge.ship.aside import aside


class BesideKey:
    """The file ``<signing key>.checkpoint``."""

    name = "signing key"
    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self, signing_key: Path):
        self._path = signing_key.with_name(signing_key.name + ".checkpoint")

    async def newest(self, origin: str) -> bytes | None:  # noqa: ARG002 - a key is of one log
        """As `Anchor.newest`."""
        return await aside(lambda: self._path.read_bytes() if self._path.is_file() else None)

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:  # noqa: ARG002
        """As `Anchor.keep`."""
        await aside(lambda: replace_file(self._path, file))
        return ()
