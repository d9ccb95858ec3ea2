"""Sessions of browsers whose users showed an admin token in a form: as good as the token, and no longer.

The id of a session is in a cookie, and its digest is kept, in memory, beside the token's digest. A token that is taken
away or has expired ends its sessions. So does a restart, and the passing of `HOURS`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller, KnownToken, digest_of

HOURS = 8
MOST = 100
"""Sessions of one token at once; its oldest ends first, and none of anybody else's."""


@dataclass(frozen=True, slots=True)
class _Session:
    token: bytes
    since: datetime


class TokenSessions:
    """Begins, finds and ends sessions."""

    def __init__(self) -> None:
        self._by_digest: dict[str, _Session] = {}

    def begin(self, token: str, now: datetime) -> str:
        """Begin a session of a token that is known. Returns its id, which only the browser has from now on."""
        made, of_token = secrets.token_urlsafe(32), digest_of(token)
        self._by_digest[_digest(made)] = _Session(of_token, now)
        same = [digest for digest, session in self._by_digest.items() if session.token == of_token]
        for digest in same[:-MOST]:
            del self._by_digest[digest]
        return made

    def caller(self, shown: str, tokens: Sequence[KnownToken], now: datetime) -> Caller | None:
        """Return who has the session of this id, with the role that their token has now; None if it is over."""
        digest = _digest(shown)
        session = self._by_digest.get(digest)
        if session is None:
            return None
        token = next((each for each in tokens if each.digest == session.token), None)
        expired = token is not None and token.expires is not None and now >= token.expires
        if token is None or expired or now - session.since >= timedelta(hours=HOURS):
            del self._by_digest[digest]
            return None
        return Caller(Operator(OperatorKind.TOKEN, token.name), frozenset({token.role}), session=f"session {digest}")

    def end(self, shown: str) -> None:
        """End a session, if there is one of this id."""
        self._by_digest.pop(_digest(shown), None)


def _digest(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "surrogateescape")).hexdigest()
