"""How callers of the admin API may show who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.edge.admin.callers import KnownToken
from proxy.settings import TrustedHeader

if TYPE_CHECKING:
    from proxy.edge.admin.oidc.provider import Provider


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
