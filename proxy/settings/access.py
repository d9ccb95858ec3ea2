"""Who may use the admin API, and for what: roles, and the tokens that have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import (
    FrontedListener,
    Instant,
    Name,
    Network,
    Port,
    Secret,
    Section,
    Sha256,
    is_loopback,
    is_within,
    shaped,
)


class Right(StrEnum):
    """What a path of the admin listener asks of its caller."""

    READ = "read"
    """To see meetings, people and how they stand, without what left of anybody's words."""
    REPORT = "report"
    """To see what left of a person's words, and all that is on file of them."""
    CHANGE = "change"
    """To change meetings, people and consents."""
    PROVISION = "provision"
    """To put people on file as a directory of the organization has them, and nothing else."""
    ADMINISTER = "administer"
    """To do what cannot be undone, such as forgetting somebody."""


class Role(StrEnum):
    """What somebody is to the organization that runs the proxy."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    DIRECTORY = "directory"
    """A directory that sends its users by SCIM."""
    ADMIN = "admin"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.AUDITOR: frozenset({Right.READ, Right.REPORT}),
    Role.OPERATOR: frozenset({Right.READ, Right.CHANGE}),
    Role.DIRECTORY: frozenset({Right.PROVISION}),
    Role.ADMIN: frozenset(Right),
}
"""What each role may do. Whoever has several roles has the rights of all of them."""


def roles_with(right: Right) -> tuple[Role, ...]:
    """The roles that have a right, the least one first."""
    return tuple(role for role in Role if right in RIGHTS[role])


def rights_of(roles: Collection[Role]) -> frozenset[Right]:
    """All rights of somebody with these roles."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


ADMIN = "admin"
"""The name of whoever presents ``admin.token``."""


class AdminToken(Section):
    """A token of the admin API, under the name by which the ledger tells who used it."""

    name: Name
    token: Secret | None = None
    token_sha256: Sha256 | None = None
    """The SHA-256 of the token, in place of the token itself."""
    role: Role = Role.ADMIN
    """What its holder may do."""
    expires: Instant | None = None
    """From when it counts no more. None: it always counts."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.token is None) == (self.token_sha256 is None):
            raise ValueError("give exactly one of 'token' and 'token_sha256'")
        return self


RolesOfGroups = Annotated[dict[Annotated[str, Field(min_length=1, max_length=256)], Role], Field(min_length=1)]
"""The role of each group. Whoever is in several of them has all their roles; whoever is in none may do nothing."""


HeaderName = Annotated[str, shaped(r"^[A-Za-z][A-Za-z0-9-]{0,63}$", "the name of a header, such as X-Forwarded-User")]


class TrustedHeader(Section):
    """A proxy in front, such as oauth2-proxy, that knows who calls, and says so in a header."""

    peers: Annotated[tuple[Network, ...], Field(alias="from", min_length=1)]
    """The addresses and networks of that proxy. From any other, a request with the header is refused."""
    user: HeaderName = "X-Forwarded-User"
    """The header with the user's name, by which the ledger tells who did what."""
    groups: HeaderName = "X-Forwarded-Groups"
    """The header with the user's groups, separated by commas."""
    roles: RolesOfGroups
    """The role of each group."""

    def trusts(self, peer: str) -> bool:
        """Whether the proxy in front has this address."""
        return is_within(peer, self.peers)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        clean = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username or parts.password)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    except ValueError:
        clean = safe = False
    if not clean or not safe:
        raise ValueError(
            "must be an https address without query, user or password; write it as https://login.example "
            "(http is for loopback alone)"
        )
    return url


Address = Annotated[str, AfterValidator(_address)]


class Oidc(Section):
    """An identity provider at which operators sign in with their browsers, by OpenID Connect."""

    issuer: Address
    """What the provider calls itself, exactly; ``/.well-known/openid-configuration`` below it says all else."""
    client_id: Annotated[str, Field(min_length=1)]
    """How the provider calls this application."""
    client_secret: Secret
    base_url: Address
    """The address at which browsers reach this listener. The provider sends them back to ``…/oidc/callback`` of it."""
    scopes: tuple[
        Annotated[str, shaped(r"^[\x21\x23-\x5b\x5d-\x7e]+$", "one scope without spaces, such as groups")], ...
    ] = ("openid", "email")
    """What the provider is asked for. Many need another one for groups."""
    user_claim: Annotated[str, Field(min_length=1)] = "email"
    """The claim by which the ledger tells who did what: email, preferred_username or sub."""
    roles_claim: Annotated[str, Field(min_length=1)] = "groups"
    """The claim with the user's groups; ``a.b`` is b in a."""
    roles: RolesOfGroups
    """The role of each group."""
    session_hours: Annotated[float, Field(gt=0, le=24)] = 8
    """For how many hours somebody is signed in."""
    ca_file: str | None = None
    """Authorities to trust for the provider. None: the system's."""

    @model_validator(mode="after")
    def _is_openid(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes must have openid; without it a provider says nothing of who signs in")
        return self


def roles_of(groups: Collection[str], roles: Mapping[str, Role]) -> frozenset[Role]:
    """The roles of somebody in these groups."""
    return frozenset(roles[each] for each in groups if each in roles)


class Admin(FrontedListener):
    """The admin listener: health, metrics, and (for callers who are known) meetings and consent."""

    port: Port = 8081
    token: Secret | None = None
    """One token with the role admin, under the name admin."""
    tokens: tuple[AdminToken, ...] = ()
    """Further tokens, each with a name of its own: one for each person or program that uses the admin API."""
    tokens_file: str | None = None
    """A file of further tokens, which ``meeting-proxy token`` writes."""

    oidc: Oidc | None = None
    """An identity provider at which operators sign in with their browsers. None: nobody signs in so."""
    trusted_header: TrustedHeader | None = None
    """A proxy in front that says in a header who calls. None: no header says it."""

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [*([ADMIN] if self.token is not None else ()), *(each.name for each in self.tokens)]
        if len(set(names)) < len(names):
            raise ValueError("two admin tokens have the same name; give each a name of its own (admin.token has admin)")
        return self

    @property
    def is_api(self) -> bool:
        """Whether there is anybody who may use the admin API."""
        ways = (self.token, self.trusted_header, self.oidc)
        return bool(self.tokens) or any(each is not None for each in ways)
