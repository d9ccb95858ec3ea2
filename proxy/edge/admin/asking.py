"""How a command of this host reaches the admin listener of the proxy that runs beside it."""

from __future__ import annotations

import http.client
import ssl

from proxy.settings import Listener

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - at which a listener on all addresses is asked


def connection_to(admin: Listener, *, seconds: float) -> http.client.HTTPConnection:
    """Return a connection to an admin listener, which is asked how it is; nothing is told to it."""
    host = _ANYWHERE.get(admin.host, admin.host)
    if admin.tls is None:
        return http.client.HTTPConnection(host, admin.port, timeout=seconds)
    context = ssl.create_default_context()
    # Its certificate is for the names by which others know it.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, admin.port, timeout=seconds, context=context)
