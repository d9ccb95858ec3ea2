"""An anchor that cosigns: a witness (C2SP tlog-witness) has seen no other history of the log, and remembers it.

The newest checkpoint that it cosigned is kept at ``<directory>/cosigned/<name>``, with its cosignature, since the
directory's own is replaced more often than a witness is asked.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from proxy.audit import notes
from proxy.audit.checkpoints import CheckpointFault, WitnessKey, parse_checkpoint, with_cosignatures
from proxy.audit.notes import NoteSignature
from proxy.audit.tree import TileReader
from proxy.audit.witnessing import request_of
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.ledger.anchors.web import AnchorRefused, ask
from proxy.edge.ledger.files import Paths, replace_file
from proxy.edge.ledger.sharing import make_folder
from proxy.edge.ledger.tiles import TileFolder
from proxy.edge.ship.aside import aside
from proxy.settings import WitnessAnchor

TRIES = 3
"""How often a witness may say that it knows another size, as other clients of it may be quicker."""


class ByWitness:
    """A witness."""

    tells = True
    compares = True

    def __init__(self, name: str, settings: WitnessAnchor, key: WitnessKey, directory: Path):
        self.name, self._settings, self._key, self._paths = name, settings, key, Paths(directory)
        self.every_seconds = settings.every_seconds
        self._known = 0
        """How many records the witness has cosigned, as far as we know; it says when it is another number."""

    async def newest(self, origin: str) -> bytes | None:
        """As `Anchor.newest`. Raises `AnchorRefused` if what the witness tells is not what it cosigned."""
        base = self._settings.monitoring_url or self._settings.url
        place = hashlib.sha256(origin.encode()).hexdigest()
        answer = await ask(self._settings, "GET", f"{base.rstrip('/')}/{place}/checkpoint")
        if answer.status == 404:
            return None
        if answer.status != 200 or not self._is_cosigned(answer.body):
            raise AnchorRefused
        return answer.body

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:  # noqa: ARG002
        """As `Anchor.keep`. Raises `AnchorRefused`, also if the witness knows more records, or others."""
        size = parse_checkpoint(file).size
        for _ in range(TRIES):
            if self._known > size:
                self._known = 0  # It may have been told wrongly, so the witness is asked anew next time.
                raise AnchorRefused
            proof = await aside(lambda: self._proof(self._known, size))
            body, url = request_of(self._known, proof, file), f"{self._settings.url.rstrip('/')}/add-checkpoint"
            answer = await ask(self._settings, "POST", url, body=body)
            if answer.status == 409:
                self._known = _size(answer.body)
                continue
            if answer.status != 200:
                raise AnchorRefused
            self._known = size
            return await aside(partial(self._cosigned, file, answer.body))
        raise AnchorRefused

    def _proof(self, old: int, size: int) -> list[bytes]:
        return TileReader(size, TileFolder(self._paths.tiles).tile).consistency(old, size)

    def _is_cosigned(self, file: bytes) -> bool:
        """Whether it is a checkpoint file with a valid cosignature of this witness, and with none that is not valid."""
        try:
            return self._key.cosigned(file) is not None
        except CheckpointFault:
            return False

    def _cosigned(self, file: bytes, answer: bytes) -> tuple[NoteSignature, ...]:
        """Keep and return the witness's own signature lines. Raises `AnchorRefused` if there is no valid one."""
        lines = notes.parse_signatures(answer) or ()
        ours = tuple(each for each in lines if self._is_cosigned(with_cosignatures(file, (each,))))
        if not ours:
            raise AnchorRefused
        folder = self._paths.cosigned
        make_folder(folder)
        replace_file(folder / self.name, with_cosignatures(file, ours), mode=0o644)
        return ours


def _size(answer: bytes) -> int:
    text = answer.decode("ascii", "replace").removesuffix("\n")
    if not text.isdecimal() or len(text) > 19 or str(int(text)) != text:
        raise AnchorRefused
    return int(text)


def witness_key(text: str) -> WitnessKey:
    """Return the key of a witness in the settings. Raises `ConfigProblem`."""
    key = WitnessKey.read(text)
    if key is None:
        what, remedy = "the key of a witness is damaged", "copy the whole line that the witness prints"
        raise ConfigProblem([Problem("configuration", 0, 0, "ledger.anchors", what, remedy)])
    return key
