"""Who has signed in at the identity provider.

Sessions end with the process, and at the latest after `admin.oidc.session_hours`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller
from proxy.edge.admin.token_sessions import SessionIds, digest
from proxy.settings import Oidc, roles_of

MOST = 100
"""Sessions of one user at once; their oldest ends first, and none of anybody else's."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in: their name, their groups at the provider, where and when."""

    name: str
    groups: frozenset[str]
    issuer: str
    client_id: str
    since: datetime


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self) -> None:
        self._ids = SessionIds[Session](MOST)

    def begin(self, session: Session) -> str:
        """Begin a session. Returns its id, which only the browser has from now on."""
        return self._ids.begin(session.name, session)

    def caller(self, shown: str, settings: Oidc, now: datetime) -> Caller | None:
        """Return who has the session of this id, with the roles that their groups have now; None if it is over."""
        session = self._ids.find(shown)
        if session is None:
            return None
        elsewhere = (session.issuer, session.client_id) != (settings.issuer, settings.client_id)
        if elsewhere or now - session.since >= timedelta(hours=settings.session_hours):
            self._ids.end(shown)
            return None
        roles = roles_of(session.groups, settings.roles)
        return Caller(Operator(OperatorKind.SSO, session.name), roles, session=f"session {digest(shown)}")

    def end(self, shown: str) -> None:
        """End a session, if there is one of this id."""
        self._ids.end(shown)
