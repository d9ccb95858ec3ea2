"""Sessions of browsers whose users showed an admin token in a form: as good as the token, and no longer.

A token that is taken away or has expired ends its sessions. So does a restart, and the passing of `HOURS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller, KnownToken, digest_of
from proxy.edge.admin.session_ids import SessionIds, digest

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
        self._ids = SessionIds[_Session](MOST)

    def begin(self, token: str, now: datetime) -> str:
        """Begin a session of a token that is known. Returns its id, which only the browser has from now on."""
        of_token = digest_of(token)
        return self._ids.begin(of_token, _Session(of_token, now))

    def caller(self, shown: str, tokens: Sequence[KnownToken], now: datetime) -> Caller | None:
        """Return who has the session of this id, with the role that their token has now; None if it is over."""
        session = self._ids.find(shown)
        if session is None:
            return None
        token = next((each for each in tokens if each.digest == session.token), None)
        expired = token is not None and token.expires is not None and now >= token.expires
        if token is None or expired or now - session.since >= timedelta(hours=HOURS):
            self._ids.end(shown)
            return None
        known_by = f"session {digest(shown)}"
        return Caller(Operator(OperatorKind.TOKEN, token.name), frozenset({token.role}), session=known_by)

    def end(self, shown: str) -> None:
        """End a session, if there is one of this id."""
        self._ids.end(shown)
