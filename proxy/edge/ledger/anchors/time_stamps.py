"""An anchor that dates checkpoints: an authority (RFC 3161) signs their hashes with the time.

Its answers are kept beside the log (see `files`). They show when the log had which root, so that whoever has the
signing key cannot write an older history later.
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.dating import StampAuthority, question
from proxy.audit.notes import NoteSignature
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.ledger.anchors.web import AnchorRefused, ask
from proxy.edge.ledger.files import replace_file, stamp_file
from proxy.edge.ledger.sharing import make_folder
from proxy.edge.ship.aside import aside
from proxy.settings import TimestampAnchor


class TimeStamps:
    """A time stamp authority."""

    tells = False
    compares = False

    def __init__(self, name: str, settings: TimestampAnchor, directory: Path):
        self.name, self._settings, self._directory = name, settings, directory
        self.every_seconds = settings.every_seconds

    async def newest(self, origin: str) -> bytes | None:  # noqa: ARG002 - an authority remembers nothing
        """As `Anchor.newest`."""
        return None

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:  # noqa: ARG002
        """As `Anchor.keep`. Raises `AnchorRefused`, `StampUnreadable`."""
        stated = parse_checkpoint(file)
        asked = question(stated.text())
        headers = {"Content-Type": "application/timestamp-query"}
        answer = await ask(self._settings, "POST", self._settings.url, body=asked.body, headers=headers)
        if answer.status != 200:
            raise AnchorRefused
        await aside(lambda: self._keep(answer.body, stated.text(), asked.nonce, stated.size))
        return ()

    def _keep(self, answer: bytes, text: str, nonce: int, size: int) -> None:
        authority = authority_of(self.name, Path(self._settings.authorities))
        if authority.dated(answer, text, nonce) is None:
            raise AnchorRefused
        path = stamp_file(self._directory, self.name, size)
        make_folder(path.parent)
        replace_file(path, answer, mode=0o644)


def authority_of(name: str, certificates: Path) -> StampAuthority:
    """Return the authority whose root certificates are in a file. Raises `ConfigProblem`."""
    try:
        return StampAuthority(name, x509.load_pem_x509_certificates(certificates.read_bytes()))
    except (OSError, ValueError):
        what = f"there are no certificates in {certificates}"
        problem = Problem("configuration", 0, 0, "ledger.anchors", what, "name a readable file in PEM")
        raise ConfigProblem([problem]) from None
