"""What consent needs where no grant speaks for itself, and what recipients may do at most.

The pages on which people are asked.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from proxy.settings.base import ClassOfPeople, Listener, Port, PurposeName, Secret, Section, Share

Quorum = Literal["per_speaker", "all_speakers", "all_present"]


class RecipientBounds(Section):
    """What a recipient's terms may claim at most, whatever people granted."""

    max_retention_days: dict[PurposeName | Literal["default"], Annotated[int, Field(ge=0)]] = {}
    """Longest retention by purpose; a recipient that keeps longer, or does not say how long, gets nothing."""
    regions: tuple[str, ...] | None = None
    """Regions where recipients may be; None: any. A recipient without a region is in none of them."""


class ConsentSettings(Section):
    """What happens where no grant speaks, and what becomes of withheld words."""

    defaults: dict[ClassOfPeople, Literal["withhold", "admit"]] = {}
    unattributed: Literal["require_all_present", "instructions"] = "require_all_present"
    instructions: Literal["read", "listed"] = "read"
    """What shows that text is the client's own: that it reads so, or that its profile lists it line by line."""
    unproven: Literal["withhold", "refuse"] = "withhold"
    """What becomes of a request with words that may not leave as nothing proves whose they are."""
    spoken_refusal: Literal["withhold", "note"] = "withhold"
    """What becomes of the words of somebody who says aloud that they do not consent, with a grant on file."""
    offsets: Literal["recording", "meeting"] = "recording"
    """What the times of cues count from: the start of the recording, unknown unless it is told; or the meeting's."""
    on_withheld: Literal["placeholder", "drop"] = "placeholder"
    min_retained_ratio: Share = 0.3
    on_refusal: Literal["error", "synthetic_message"] = "error"
    methods: tuple[str, ...] = ("explicit_click", "verbal", "dtmf", "written")
    """Ways of granting that are accepted; others are refused at recording time."""
    on_behalf: bool = False
    """Whether somebody else (a host) may record a grant for a participant."""
    quorum: dict[PurposeName | Literal["default"], Quorum] = {"default": "per_speaker"}
    """Whose grants a request needs, by purpose; the key ``default`` is for all others (shipped: per_speaker)."""
    recipients: RecipientBounds = RecipientBounds()
    """Bounds on what recipients' terms may say."""
    reconsent_on_change: Literal["all"] | tuple[PurposeName, ...] = "all"
    """Purposes for which a change of terms ends older grants; for model_training it always does."""

    def quorum_of(self, purpose: str) -> Quorum:
        """Whose grants a request for this purpose needs."""
        return self.quorum.get(purpose) or self.quorum.get("default", "per_speaker")

    def reconsents(self, purpose: str) -> bool:
        """Whether a change of terms ends older grants of this purpose."""
        changes = self.reconsent_on_change
        return changes == "all" or purpose == "model_training" or purpose in changes

    def max_retention_days(self, purpose: str) -> int | None:
        """How long a recipient may keep what it gets for this purpose; None: no bound."""
        bounds = self.recipients.max_retention_days
        return bounds.get(purpose, bounds.get("default"))


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
