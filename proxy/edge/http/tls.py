"""TLS of the listeners: certificates that are read whole before they are used, and may be changed while they serve."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import Any

from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.configuration.pem import authorities_problem, pair_problem
from proxy.settings import ClientsTls, Listener, ListenerTls, Settings


def listeners(settings: Settings) -> Mapping[str, Listener]:
    """Return the listeners that are configured, by the name of their section."""
    named = {"listen": settings.listen, "admin": settings.admin, "consent_pages": settings.consent_pages}
    return {name: each for name, each in named.items() if each is not None}


def contexts(settings: Settings) -> Mapping[str, ssl.SSLContext]:
    """Return the context of each listener that has a certificate, by name. Raises `ConfigProblem`."""
    return {name: _context(each.tls, name) for name, each in listeners(settings).items() if each.tls is not None}


def problems(settings: Settings) -> list[str]:
    """Return what is wrong with certificates and their keys, one line each."""
    wrong: list[str] = []
    for name, each in listeners(settings).items():
        try:
            if each.tls is not None:
                _context(each.tls, name)
        except ConfigProblem as found:
            wrong += [str(problem) for problem in found.problems]
    return wrong


def following(first: ssl.SSLContext, now: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return a context for a listener, by which each new connection gets the certificate of what `now` returns.

    Clients' certificates are checked by the authorities of that context; whether they are asked for, `first` says.
    """

    def choose(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = now()

    first.sni_callback = choose  # also called for clients that name no server
    return first


def names_of(certificate: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the names that a checked certificate is for: URI, DNS and e-mail names (RFC 5280 §4.2.1.6), as written.

    `certificate` is what `ssl.SSLSocket.getpeercert` gives: None or empty if there is none that was checked.
    """
    if not certificate:
        return ()
    return tuple(value for kind, value in certificate.get("subjectAltName", ()) if kind in ("URI", "DNS", "email"))


def _context(tls: ListenerTls, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        # Without a password, OpenSSL would ask for one at the terminal.
        context.load_cert_chain(tls.certificate, tls.key, password="")
    except OSError as error:  # as are those of OpenSSL
        found = pair_problem(tls.certificate, tls.key, error)
        field = "key" if found.of_key and tls.key is not None else "certificate"
        raise _problem(f"{name}.tls.{field}", found.what, found.remedy) from None
    if isinstance(tls, ClientsTls) and tls.client_authorities is not None:
        _ask_for_certificates(context, tls.client_authorities, name)
    return context


def _ask_for_certificates(context: ssl.SSLContext, authorities: str, name: str) -> None:
    """Have clients asked for a certificate. One that nobody of these signed ends the handshake; none is fine."""
    if (problem := authorities_problem(authorities)) is not None:
        raise _problem(f"{name}.tls.client_authorities", problem.what, problem.remedy)
    context.load_verify_locations(authorities)
    context.verify_mode = ssl.CERT_OPTIONAL


def _problem(place: str, what: str, remedy: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, place, what, remedy)])
