"""Consent settings: which grants a request needs, defaults without a grant, bounds on recipients, and consent pages."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, model_validator

from proxy.model import Custody
from proxy.settings.base import ClassOfPeople, FrontedListener, Port, PurposeName, Secret, Section, Share, is_loopback
from proxy.settings.lines import Line
from proxy.settings.mail import Mail
from proxy.settings.page_colors import PageColors
from proxy.settings.purposes import PageLanguage, SentenceInLanguages

Quorum = Literal["per_speaker", "all_speakers", "all_present"]


class RecipientBounds(Section):
    """The most that a recipient's terms may claim, whatever participants granted."""

    max_retention_days: dict[PurposeName | Literal["default"], Annotated[int, Field(ge=0)]] = {}
    """Longest retention in days, by purpose. A recipient that keeps longer, or states no retention, gets nothing."""
    regions: tuple[str, ...] | None = None
    """Regions in which recipients may be. None: any. A recipient that states no region is in none of them."""


class ConsentSettings(Section):
    """What happens if no grant applies, and what becomes of withheld words."""

    defaults: dict[ClassOfPeople, Literal["withhold", "admit"]] = {}
    unattributed: Literal["require_all_present", "instructions"] = "require_all_present"
    instructions: Literal["read", "listed"] = "read"
    """What shows that text is the client's own: it reads like instructions, or its profile lists it line by line."""
    unproven: Literal["withhold", "refuse"] = "withhold"
    """What becomes of a request with words that may not leave because nothing proves whose they are."""
    spoken_refusal: Literal["withhold", "note"] = "withhold"
    """What becomes of the words of a participant who refuses aloud, although a grant is on file."""
    offsets: Literal["recording", "meeting"] = "recording"
    """What the times of cues count from: the start of the recording (unknown unless it is given), or of the meeting."""
    on_withheld: Literal["placeholder", "drop"] = "placeholder"
    min_retained_ratio: Share = 0.3
    on_refusal: Literal["error", "synthetic_message"] = "error"
    methods: tuple[str, ...] = ("explicit_click", "verbal", "dtmf", "written")
    """Accepted ways of granting. Others are refused when they are recorded."""
    on_behalf: bool = False
    """Whether another person (a host) may record a grant for a participant."""
    custody: Custody = Custody.EACH
    """Whose yes a minor needs of the guardians on file: each one's, or one's. A person on file may have another."""
    quorum: dict[PurposeName | Literal["default"], Quorum] = {"default": "per_speaker"}
    """Whose grants a request needs, by purpose. The key ``default`` covers all others (shipped: per_speaker)."""
    recipients: RecipientBounds = RecipientBounds()
    """Bounds on what recipients' terms may claim."""
    reconsent_on_change: Literal["all"] | tuple[PurposeName, ...] = "all"
    """Purposes for which a change of terms ends older grants. For model_training it always does."""

    def quorum_of(self, purpose: str) -> Quorum:
        """Whose grants a request for this purpose needs."""
        return self.quorum.get(purpose) or self.quorum.get("default", "per_speaker")

    def reconsents(self, purpose: str) -> bool:
        """Whether a change of terms ends older grants for this purpose."""
        changes = self.reconsent_on_change
        return changes == "all" or purpose == "model_training" or purpose in changes

    def max_retention_days(self, purpose: str) -> int | None:
        """For how many days a recipient may keep data of this purpose. None: no bound."""
        bounds = self.recipients.max_retention_days
        return bounds.get(purpose, bounds.get("default"))


_EMAIL = re.compile(r"[^\s@<>,;:\"\\?&%/]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_WEB = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\w.~!$&'()*+,;=:@%/?#-]*)?")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
"""What looks like an address of some kind: a name of a scheme, a colon, and no space."""


class ConsentPages(FrontedListener):
    """Pages that ask people for consent, on their own listener, one signed link per person. Absent: nobody is asked."""

    port: Port = 8082
    base_url: str
    """The URL at which people reach this listener, including a path in front of it. Links begin with it."""
    signing_key: Secret
    """At least 32 characters. Whoever knows the key can make links. A new key invalidates all links."""
    languages: Annotated[tuple[PageLanguage, ...], Field(min_length=1)] = ("en", "de", "fr", "es", "pl", "nl", "ar")
    """Offered languages. The first one is for people who ask for none of them."""
    organization: Line | None = None
    """Who asks, by the name that people know. None: the name under ``organization``."""
    contact: Line | None = None
    """Whom to ask or write to: an e-mail address or an https address, which pages link to, or words."""
    privacy_notice: Line | None = None
    """The https address of the organization's privacy notice, which pages link to. None: no link."""
    legal_basis: SentenceInLanguages | None = None
    """A sentence on what the processing rests on. None: the product's own, that it rests on the person's consent."""
    results_go_to: SentenceInLanguages | None = None
    """A sentence that says who gets what the AI makes. None: one that names the organization as whom to ask."""
    data_protection_officer: Line | None = None
    """How to reach the data protection officer. None: none is named."""
    logo: str | None = None
    """A file with the organization's logo: PNG, JPEG, WebP or plain SVG, at most 256 KiB. Every page shows it."""
    colors: PageColors = PageColors()
    """Colours of the organization. A colour that is hard to read is refused."""
    mail: Mail | None = None
    """The mail server through which ``consent invite --send`` sends links. None: links are printed alone."""
    standing_days: Annotated[int, Field(ge=1, le=1100)] | None = None
    """For how many days longer than the link a standing choice counts, to which each page about a meeting then leads.

    None: a standing choice is only asked for by ``consent invite --organization``.
    """
    time_zone: str = "UTC"
    """IANA name of the time zone in which times are shown, such as Europe/Berlin."""
    requests_per_minute: Annotated[int, Field(ge=1, le=10000)] = 60
    """Bound for each link; for invalid links, for each address that they come from."""

    @model_validator(mode="before")
    @classmethod
    def _moved(cls, written: object) -> object:
        if isinstance(written, dict) and "explanations" in written:
            raise ValueError("explanations have moved; write them as purposes: {x-…: {description: {en: …}}}")
        return written

    @model_validator(mode="after")
    def _safe_links(self) -> Self:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("base_url must be a URL with a host and no query, such as https://consent.example")
        if parts.username or parts.password:
            raise ValueError("base_url must not hold a user or password")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("base_url must begin with https://: a link is a person's signature and must not be read")
        return self

    @model_validator(mode="after")
    def _followed(self) -> Self:
        if self.privacy_notice is not None and not _WEB.fullmatch(self.privacy_notice):
            raise ValueError("privacy_notice must be an address with https://")
        if self.contact is not None and self.contact_link is None and _ADDRESS.match(self.contact):
            raise ValueError("contact must be an e-mail address, an address with https:// or mailto:, or words")
        return self

    @property
    def contact_link(self) -> str | None:
        """Where the contact leads. None for words."""
        written = self.contact or ""
        email = written.removeprefix("mailto:")
        if _EMAIL.fullmatch(email):
            return f"mailto:{quote(email, safe='@+')}"
        return written if _WEB.fullmatch(written) else None
