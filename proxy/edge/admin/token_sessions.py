"""Sessions of browsers whose users showed an admin token in a form: as good as the token, and no longer.

A session is known by a random id in a cookie; a digest of the id is kept, in memory alone. A token that is taken away
or has expired ends its sessions. So does a restart, and the passing of `HOURS`.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller, KnownToken, digest_of

Session = TypeVar("Session")


class SessionIds(Generic[Session]):
    """Gives ids to sessions and finds sessions by them. Of each `owner`, the oldest end first beyond `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_digest: dict[str, tuple[Hashable, Session]] = {}

    def begin(self, owner: Hashable, session: Session) -> str:
        """Keep a session. Returns its id, which only the browser has from now on."""
        made = secrets.token_urlsafe(32)
        self._by_digest[digest(made)] = owner, session
        owned = [each for each, (whose, _) in self._by_digest.items() if whose == owner]
        for each in owned[: -self._most]:
            del self._by_digest[each]
        return made

    def find(self, shown: str) -> Session | None:
        """Return the session of this id; None if there is none."""
        found = self._by_digest.get(digest(shown))
        return None if found is None else found[1]

    def end(self, shown: str) -> None:
        """End a session, if there is one of this id."""
        self._by_digest.pop(digest(shown), None)


def digest(shown: str) -> str:
    """What is kept of an id, and stands for it elsewhere."""
    return digest_of(shown).hex()


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
