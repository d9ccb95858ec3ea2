"""Gives a ledger a new signing key, in steps of which each can be the last: the next start finishes what was begun."""

from __future__ import annotations

from pathlib import Path

from proxy.audit.checkpoints import read_checkpoint
from proxy.audit.signing import hand_over, join_handovers, new_signing_key
from proxy.edge.ledger.files import Paths, replace_file, signing_keys
from proxy.edge.ledger.lock import DirectoryLock
from proxy.errors import OwnFault
from proxy.settings import Ledger


def rotated(settings: Ledger, origin: str, keep_old: Path | None) -> str:
    """Hand a closed ledger over to a new key. Returns the new public key, one line. Raises `OwnFault`."""
    paths, path = Paths(Path(settings.directory)), Path(settings.signing_key)
    lock = DirectoryLock.take(paths.directory)
    try:
        old = signing_keys(path, origin, paths)
        size = read_checkpoint(paths.checkpoint.read_bytes(), old.history).size
        new = new_signing_key(origin)
        if keep_old is not None:
            replace_file(keep_old, old.signing.to_pem())
        replace_file(path.with_name(path.name + ".next"), new.to_pem())
        note = hand_over(old.signing, new.checking, size)
        replace_file(paths.keys, join_handovers(paths.handovers(), note), mode=0o644)
        return signing_keys(path, origin, paths).signing.checking.render()
    except OSError:
        detail = "the signing key or the ledger's directory cannot be written; the key may be the old or the new one"
        raise OwnFault("ledger_unavailable", detail) from None
    finally:
        lock.release()
