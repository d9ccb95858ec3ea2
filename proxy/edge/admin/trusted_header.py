"""Callers whom a trusted proxy in front names: it has asked them who they are, and says so in a header."""

from __future__ import annotations

from aiohttp import web

from proxy.audit.acts import SUBJECT, Operator, OperatorKind
from proxy.edge.admin.callers import Caller
from proxy.errors import ClientFault
from proxy.settings import TrustedHeader, roles_of


class HeaderNotTrusted(ClientFault):
    """The header came from an address that may not say who calls."""


def named_in(header: TrustedHeader, request: web.Request, peer: str) -> Caller | None:
    """Return whom the header of a request names; None if it has none.

    Raises `ClientFault` for one that names nobody, or several; and `HeaderNotTrusted` from any other address, since
    whoever sends it there claims to be somebody.
    """
    named, grouped = (request.headers.getall(each, []) for each in (header.user, header.groups))
    if not named and not grouped:
        return None
    if not header.trusts(peer):
        detail = (
            f"{header.user} and {header.groups} count from the proxy in front alone (admin.trusted_header.from); call "
            "through it, or leave them out"
        )
        raise HeaderNotTrusted("header_not_trusted", detail, status=401)
    if len(named) != 1 or len(grouped) > 1:
        raise ClientFault("header_unclear", f"{header.user} has to name one user, once", status=401)
    if not SUBJECT.fullmatch(name := named[0].strip()):
        detail = f"{header.user} holds no name that can be recorded; have the proxy in front send an account or address"
        raise ClientFault("header_unclear", detail, status=401)
    groups = [each.strip() for each in grouped[0].split(",")] if grouped else []
    return Caller(Operator(OperatorKind.HEADER, name), roles_of(groups, header.roles), session=f"header {name}")
