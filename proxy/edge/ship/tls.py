"""TLS towards receivers: certificates are always checked, by the system's authorities or the receiver's own."""

from __future__ import annotations

import ssl
from typing import Protocol

from proxy.edge.configuration.document import ConfigProblem, Problem


class Trust(Protocol):
    """The files in PEM that a connection is made with: authorities, the proxy's own certificate, and its key."""

    @property
    def ca_file(self) -> str | None: ...  # noqa: D102

    @property
    def client_cert(self) -> str | None: ...  # noqa: D102

    @property
    def client_key(self) -> str | None: ...  # noqa: D102


def context_of(receiver: Trust, place: str) -> ssl.SSLContext:
    """Build the context for a receiver. `place` is its field in the configuration, for `ConfigProblem`."""
    try:
        context = ssl.create_default_context(cafile=receiver.ca_file)
    except (OSError, ValueError):
        raise _problem(f"{place}.ca_file", "no certificates in this file") from None
    if receiver.client_cert is not None:
        try:
            context.load_cert_chain(receiver.client_cert, receiver.client_key)
        except (OSError, ValueError):
            raise _problem(f"{place}.client_cert", "no certificate with its key in these files") from None
    return context


def _problem(place: str, what: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, place, what, "name readable files in PEM")])
