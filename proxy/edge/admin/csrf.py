"""Against changes that a page of somebody else has a browser send: what is sent by itself needs a token beside it."""

from __future__ import annotations

import hmac
import secrets

from aiohttp import web

from proxy.edge.admin.callers import same
from proxy.errors import ClientFault

HEADER = "X-CSRF-Token"
SENT_FROM = "Sec-Fetch-Site"
"""In which browsers say whose page sends a request (W3C Fetch Metadata), wherever they take our cookies."""
_OWN = frozenset({"same-origin", "none"})
_SAFE = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""


def check_own_page(request: web.Request) -> None:
    """Raise `ClientFault` if a browser says that somebody else's page sends this: for forms before a session."""
    if set(request.headers.getall(SENT_FROM, [])) <= _OWN:
        return
    raise ClientFault("other_page", "open the page of this listener itself, and send the form there", status=403)


class CsrfTokens:
    """Makes and checks tokens, each bound to one session. They end with the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, session: str) -> str:
        """The token of a session."""
        return hmac.digest(self._key, session.encode(), "sha256").hex()

    def check(self, request: web.Request, session: str, field: str | None = None) -> None:
        """Raise `ClientFault` if a request would change something and does not have the token of its session.

        A form has it in a `field`, since a page without scripts sends no header.
        """
        given = request.headers.getall(HEADER, []) if field is None else [field]
        if request.method in _SAFE or (len(given) == 1 and same(given[0], self.of(session))):
            return
        raise ClientFault("csrf_token_missing", f"send csrf_token of GET /v1/session as {HEADER}", status=403)
