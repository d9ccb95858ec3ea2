"""Sessions of browsers, each known by a random id in a cookie. A digest of the id is kept, in memory alone."""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from typing import Generic, TypeVar

from proxy.edge.admin.callers import digest_of

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
