"""Who calls the admin API: by which name, with which roles; their tokens, and the ways to sign in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from proxy.audit.acts import Operator, OperatorKind
from proxy.errors import ClientFault
from proxy.settings import Right, Role, TrustedHeader, rights_of

if TYPE_CHECKING:
    from proxy.edge.admin.oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they are."""

    operator: Operator
    roles: frozenset[Role]
    session: str | None = None
    """What tells this caller's session, if a browser shows by itself who they are: then changes need a token of it.

    None where the caller puts the proof of who they are into each request.
    """

    @property
    def rights(self) -> frozenset[Right]:
        """What they may do."""
        return rights_of(self.roles)


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token by its digest: whose it is, what its holder may do, and from when it counts no more."""

    name: str
    digest: bytes = field(repr=False)
    role: Role = Role.ADMIN
    expires: datetime | None = None


def same(given: str, expected: str) -> bool:
    """Whether two secrets are the same, told in the same time however much of them is. Any text may be given."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def digest_of(token: str) -> bytes:
    """SHA-256 of a token. Tokens are long and random, so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def holder_of(tokens: Sequence[KnownToken], given: str, now: datetime) -> Caller | None:
    """Return whose token this is; None if it is nobody's. Raises `ClientFault` if it has expired."""
    # Digests have a fixed length, so a comparison reveals nothing about a token's length; and all are compared.
    digest = digest_of(given)
    same = [each for each in tokens if hmac.compare_digest(digest, each.digest)]
    if not same:
        return None
    token = same[0]
    if token.expires is not None and now >= token.expires:
        detail = "the token has expired; make another with: meeting-proxy token add"
        raise ClientFault("admin_token_expired", detail, status=401)
    return Caller(Operator(OperatorKind.TOKEN, token.name), frozenset({token.role}))


@dataclass(frozen=True, slots=True)
class Ways:
    """By a token, by the header of a proxy in front, or by signing in at an identity provider."""

    tokens: Sequence[KnownToken] = ()
    header: TrustedHeader | None = None
    oidc: Provider | None = None
    front_proxies: Sequence[str] = ()
    """Servers in front, which say for whom they call."""

    def __bool__(self) -> bool:
        return bool(self.tokens) or self.header is not None or self.oidc is not None
