"""The proof that one record is in a log, as a file (C2SP tlog-proof): checked offline with the log's public key alone.

The extra data of the proof are the record's salt, 16 bytes, and the bytes of its event: SHA-256 over both is the entry
that the proof is for.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from proxy.audit.log import Line

HEAD = "c2sp.org/tlog-proof@v1"


def rendered(line: Line, path: Sequence[bytes], checkpoint: bytes) -> str:
    """The proof file of a record with its audit path in the tree of a checkpoint file."""
    extra = base64.b64encode(line.salt + line.event).decode()
    hashes = "".join(base64.b64encode(each).decode() + "\n" for each in path)
    return f"{HEAD}\nextra {extra}\nindex {line.sequence}\n{hashes}\n{checkpoint.decode()}"
