"""Who may call, which routes there are, and the recipients behind them."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from proxy.model import Action
from proxy.settings.base import Kind, Name, PurposeName, Seconds, Secret, Section

DialectName = Literal[
    "openai-chat",
    "openai-responses",
    "anthropic-messages",
    "anthropic-count-tokens",
    "transcript",
]
DIALECTS: tuple[str, ...] = get_args(DialectName)


class Credential(Secret):
    """How the proxy shows itself to a recipient. The client's own key never leaves."""

    header: str = "Authorization"
    scheme: str = "Bearer"


class Terms(Section):
    """The recipient's terms that grants refer to."""

    version: str
    file: str | None = None


class Recipient(Section):
    """An organization that receives, with what its terms allow it to do."""

    base_url: str
    credential: Credential | None = None
    region: str | None = None
    may_train: bool = False
    retention_days: Annotated[int, Field(ge=0)] | None = None
    terms: Terms
    purposes: tuple[PurposeName, ...] | None = None
    """Purposes this recipient may serve at all; None: any that a route names."""
    models: tuple[str, ...] | None = None
    """Model names that clients may ask for; None: any well-formed name."""
    store: Literal["force_false", "strip", "client"] = "force_false"
    """The ``store`` field of a request: forced to false, removed, or left to the client."""
    ca_file: str | None = None
    connect_seconds: Seconds = 10
    idle_seconds: Seconds = 120
    total_seconds: Seconds = 900

    @model_validator(mode="after")
    def _http_url(self) -> Self:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("base_url must be an http(s) URL with a host, such as https://llm.example/v1")
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("base_url must not hold a query, fragment, user or password; use 'credential'")
        return self


class Route(Section):
    """One path that clients may call: its dialect, its purpose, its one recipient."""

    name: Name
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]*$")]
    dialect: DialectName
    purpose: PurposeName
    recipient: str
    upstream_path: str | None = None
    """Path below the recipient's base_url; None: the route's own path without a leading ``/v1``."""
    enabled: bool = True
    unattributed: Literal["require_all_present", "instructions"] | None = None
    """Overrides ``consent.unattributed`` for messages of this route that no speaker claims."""
    language: str = "en"
    redaction: dict[Kind | Literal["default"], Action] = {}
    """Kinds that this route treats differently from ``redaction``."""


class Client(Section):
    """A caller, known by the SHA-256 of its key."""

    name: Name
    key_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    routes: tuple[str, ...]
    acts_for: str | None = None
    """Participant id of the one person for whom this client always acts."""
    acts_for_header: bool = False
    """Whether the client may name that person in the header ``X-Acts-For``."""
    series: str | None = None
    """Binds a request that names no meeting to the one fitting meeting of this series."""
