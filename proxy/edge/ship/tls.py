"""TLS towards receivers: certificates are always checked, by the system's authorities or the receiver's own."""

from __future__ import annotations

import ssl
from typing import Protocol

from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.configuration.pem import PemProblem, authorities_problem, pair_problem


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
    if receiver.ca_file is not None and (problem := authorities_problem(receiver.ca_file)) is not None:
        raise _problem(f"{place}.ca_file", problem)
    context = ssl.create_default_context(cafile=receiver.ca_file)
    if receiver.client_cert is not None:
        try:
            # Without a password, OpenSSL would ask for one at the terminal.
            context.load_cert_chain(receiver.client_cert, receiver.client_key, password="")
        except OSError as error:
            problem = pair_problem(receiver.client_cert, receiver.client_key, error)
            field = "client_key" if problem.of_key and receiver.client_key is not None else "client_cert"
            raise _problem(f"{place}.{field}", problem) from None
    return context


def _problem(place: str, found: PemProblem) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, place, found.what, found.remedy)])
