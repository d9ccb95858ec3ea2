"""The key of a witness: Ed25519, PEM, mode 0600."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.checkpoints import WitnessKey
from proxy.audit.signing import new_signing_key, read_signing_key
from proxy.edge.ledger.files import replace_file
from proxy.errors import OwnFault


class CosigningKey(NamedTuple):
    """A private key, the name that stands beside its cosignatures, and whether it was made just now."""

    name: str
    private: Ed25519PrivateKey
    new: bool = False

    @property
    def checking(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, self.private.public_key())


def cosigning_key(path: Path, name: str) -> CosigningKey:
    """Read the key in a file, or make it. Raises `OwnFault`."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = new_signing_key(name)
            replace_file(path, made.to_pem())
            return CosigningKey(name, made.private, new=True)
        found = read_signing_key(name, path.read_bytes())
    except OSError:
        found = None
    if found is None:
        raise OwnFault("witness_key_unreadable", "the witness's key is no Ed25519 private key in PEM that can be read")
    return CosigningKey(name, found.private)
