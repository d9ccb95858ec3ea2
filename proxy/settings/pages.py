"""The pages on which people are asked."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from proxy.settings.base import Listener, Port, PurposeName, Secret

PageLanguage = Literal["en", "de", "fr", "es", "pl", "nl", "ar"]


class ConsentPages(Listener):
    """Where people are asked: a listener of its own, with one signed link a person. Absent: nobody is asked."""

    port: Port = 8082
    base_url: str
    """How people reach this listener, with a path if there is one in front of it; links begin with it."""
    signing_key: Secret
    """At least 32 characters; whoever knows them can make links. Another key ends all links."""
    languages: Annotated[tuple[PageLanguage, ...], Field(min_length=1)] = ("en", "de", "fr", "es", "pl", "nl", "ar")
    """Offered languages; the first is for those who ask for none of them."""
    organization: str | None = None
    """Who asks, as people know it; None: the name under ``organization``."""
    contact: str | None = None
    """Whom to ask or write to, as shown on every page."""
    time_zone: str = "UTC"
    """IANA name of the zone in which times are told, such as Europe/Berlin."""
    explanations: dict[PurposeName, dict[PageLanguage, str]] = {}
    """Your own purposes (``x-…``) in plain words, by language; without one nobody is asked for it."""
    requests_per_minute: Annotated[int, Field(ge=1, le=10000)] = 60
    """Bound for each link, and for links that are none, for each address they come from."""

    @model_validator(mode="after")
    def _safe_links(self) -> Self:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("base_url must be a URL with a host and no query, such as https://consent.example")
        if parts.username or parts.password:
            raise ValueError("base_url must not hold a user or password")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("base_url must begin with https://: a link is a person's signature and must not be read")
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
