"""Who may use the admin API, and for what: roles, and the tokens that have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from proxy.settings.base import Instant, Listener, Name, Port, Secret, Section


class Right(StrEnum):
    """What a path of the admin listener asks of its caller."""

    READ = "read"
    """To see meetings, people and how they stand, without what left of anybody's words."""
    REPORT = "report"
    """To see what left of a person's words, and all that is on file of them."""
    CHANGE = "change"
    """To change meetings, people and consents."""
    ADMINISTER = "administer"
    """To do what cannot be undone, such as forgetting somebody."""


class Role(StrEnum):
    """What somebody is to the organization that runs the proxy."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    ADMIN = "admin"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.AUDITOR: frozenset({Right.READ, Right.REPORT}),
    Role.OPERATOR: frozenset({Right.READ, Right.CHANGE}),
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
    token_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
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


class Admin(Listener):
    """The admin listener: health, metrics, and (for callers who are known) meetings and consent."""

    port: Port = 8081
    token: Secret | None = None
    """One token with the role admin, under the name admin."""
    tokens: tuple[AdminToken, ...] = ()
    """Further tokens, each with a name of its own: one for each person or program that uses the admin API."""
    tokens_file: str | None = None
    """A file of further tokens, which ``meeting-proxy token`` writes."""

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [*([ADMIN] if self.token is not None else ()), *(each.name for each in self.tokens)]
        if len(set(names)) < len(names):
            raise ValueError("two admin tokens have the same name; give each a name of its own (admin.token has admin)")
        return self

    @property
    def is_api(self) -> bool:
        """Whether there is anybody who may use the admin API."""
        return self.token is not None or bool(self.tokens)
