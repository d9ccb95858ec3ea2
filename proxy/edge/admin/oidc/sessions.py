"""Who has signed in at the identity provider: sessions, each known by a random id in a cookie.

A digest of the id is kept, in memory. Sessions end with the process, and at the latest after
`admin.oidc.session_hours`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller
from proxy.settings import Oidc, roles_of

MOST = 10_000
"""Sessions at once; the oldest ends first."""


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
        self._by_digest: OrderedDict[str, Session] = OrderedDict()

    def begin(self, session: Session) -> str:
        """Begin a session. Returns its id, which only the browser has from now on."""
        made = secrets.token_urlsafe(32)
        self._by_digest[_digest(made)] = session
        if len(self._by_digest) > MOST:
            self._by_digest.popitem(last=False)
        return made

    def caller(self, shown: str, settings: Oidc, now: datetime) -> Caller | None:
        """Return who has the session of this id, with the roles that their groups have now; None if it is over."""
        digest = _digest(shown)
        session = self._by_digest.get(digest)
        if session is None:
            return None
        elsewhere = (session.issuer, session.client_id) != (settings.issuer, settings.client_id)
        if elsewhere or now - session.since >= timedelta(hours=settings.session_hours):
            del self._by_digest[digest]
            return None
        roles = roles_of(session.groups, settings.roles)
        return Caller(Operator(OperatorKind.SSO, session.name), roles, session=f"session {digest}")

    def end(self, shown: str) -> None:
        """End a session, if there is one of this id."""
        self._by_digest.pop(_digest(shown), None)


def _digest(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
