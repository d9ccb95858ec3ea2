"""The schema of ``proxy.yaml``: what may be written, and what is valid. Pure; reading files is the edge's.

Every model forbids unknown fields and is frozen, so that one object is one snapshot of the settings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Annotated, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from proxy.model import Action, ParticipantClass, is_purpose

DIALECTS = ("openai-chat", "transcript")


def _purpose(name: str) -> str:
    if not is_purpose(name):
        raise ValueError(f"unknown purpose {name!r}; use one of the listed purposes, or your own as 'x-…'")
    return name


def _kind(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,40}", name):
        raise ValueError(f"{name!r} is no kind of finding; kinds are written like EMAIL_ADDRESS")
    return name


def _pattern(regex: str) -> str:
    try:
        re.compile(regex)
    except re.error as error:
        raise ValueError(f"not a valid regular expression: {error}") from None
    return regex


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
        raise ValueError(f"{name!r} is no valid name; use letters, digits, '.', '_' and '-'")
    return name


Name = Annotated[str, AfterValidator(_name)]
PurposeName = Annotated[str, AfterValidator(_purpose)]
Kind = Annotated[str, AfterValidator(_kind)]
Regex = Annotated[str, AfterValidator(_pattern)]
Port = Annotated[int, Field(ge=0, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Bytes = Annotated[int, Field(gt=0, le=1 << 30)]


class Contradiction(NamedTuple):
    """Two places of the file that do not fit: the place to change, what is wrong, what to do."""

    place: tuple[str | int, ...]
    message: str
    remedy: str


class Contradictions(ValueError):
    """All contradictions between places of one file. Each place alone is valid."""

    def __init__(self, found: Sequence[Contradiction]) -> None:
        super().__init__("; ".join(each.message for each in found))
        self.found = tuple(found)


class Section(BaseModel):
    """Base of all sections: no unknown fields, no changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Listener(Section):
    """An address to listen on."""

    host: str = "127.0.0.1"
    port: Port


class Secret(Section):
    """Where a secret is read from, at start: an environment variable or a file. Never the YAML itself."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("give exactly one of 'env' and 'file'")
        return self


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
    dialect: Literal["openai-chat", "transcript"]
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


Quorum = Literal["per_speaker", "all_speakers", "all_present"]


class RecipientBounds(Section):
    """What a recipient's terms may claim at most, whatever people granted."""

    max_retention_days: dict[PurposeName | Literal["default"], Annotated[int, Field(ge=0)]] = {}
    """Longest retention by purpose; a recipient that keeps longer, or does not say how long, gets nothing."""
    regions: tuple[str, ...] | None = None
    """Regions where recipients may be; None: any. A recipient without a region is in none of them."""


class ConsentSettings(Section):
    """What happens where no grant speaks, and what becomes of withheld words."""

    defaults: dict[ParticipantClass, Literal["withhold", "admit"]] = {}
    unattributed: Literal["require_all_present", "instructions"] = "require_all_present"
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


class CustomPattern(Section):
    """An operator's own recognizer: a regular expression with words that make a match more likely."""

    kind: Kind
    name: Name
    regex: Regex
    score: Share = 0.6
    context: tuple[str, ...] = ()


class DenyList(Section):
    """Words that are always found, as this kind, whatever their case."""

    kind: Kind
    words: tuple[str, ...]


class Detection(Section):
    """How personal data is found."""

    recognizers: tuple[str, ...] | None = None
    """Names of the built-in recognizers to run; None: the shipped selection (``meeting-proxy detect --list``)."""
    disable: tuple[str, ...] = ()
    patterns: tuple[CustomPattern, ...] = ()
    allow: tuple[str, ...] = ()
    """Strings that are never findings (exact, whatever their case), such as the product's own name."""
    deny: tuple[DenyList, ...] = ()
    threshold: Share = 0.35
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout_seconds: Seconds = 60


class Limits(Section):
    """Bounds on what one request may use."""

    body_bytes: Bytes = 8 << 20
    reply_bytes: Bytes = 64 << 20
    header_seconds: Seconds = 10
    body_seconds: Seconds = 30
    json_depth: Annotated[int, Field(ge=4, le=200)] = 64
    concurrent_requests: Annotated[int, Field(ge=1, le=100000)] = 256
    drain_seconds: Seconds = 30


class Ledger(Section):
    """Where the ledger is kept and what signs it."""

    directory: str = "var/ledger"
    signing_key: str = "var/ledger.key"
    name: Name = "egress"
    segment_bytes: Bytes = 64 << 20
    write_seconds: Seconds = 2


Domain = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$")]
Digit = Annotated[str, Field(pattern=r"^[0-9*#]$")]


class People(Section):
    """What is known of people whose class nobody wrote down."""

    domains: dict[Domain, ParticipantClass] = {}
    """Class by the domain of an e-mail address, in lower case; a subdomain is a domain of its own."""
    default_class: ParticipantClass = ParticipantClass.UNIDENTIFIED
    """Class of people whose addresses say nothing, or contradict each other."""


class Phone(Section):
    """What the keys of a telephone mean that somebody presses when they are asked for consent."""

    digits: dict[Digit, Literal["granted", "denied", "withdrawn"]] = {"1": "granted", "2": "denied"}


class ZoomWebhook(Section):
    """Zoom's calls when somebody joins or leaves; without this section they are not taken."""

    secret: Secret
    """The secret token that Zoom shows for the app; it signs the calls."""


class Webhooks(Section):
    """Calls by meeting services, taken on the admin listener under ``/webhooks/``."""

    zoom: ZoomWebhook | None = None


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


class Admin(Listener):
    """The admin listener: health, metrics, and (with a token) meetings and consent."""

    port: Port = 8081
    token: Secret | None = None


class Settings(Section):
    """The whole of ``proxy.yaml``."""

    version: Literal[1]
    organization: Name = "default"
    listen: Listener = Listener(port=8080)
    admin: Admin = Admin()
    recipients: dict[Name, Recipient]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    clients: Annotated[tuple[Client, ...], Field(min_length=1)]
    consent: ConsentSettings = ConsentSettings()
    redaction: dict[Kind | Literal["default"], Action] = {"default": Action.PSEUDONYM}
    detection: Detection = Detection()
    limits: Limits = Limits()
    store: str = "sqlite:///var/proxy.db"
    ledger: Ledger = Ledger()
    people: People = People()
    phone: Phone = Phone()
    webhooks: Webhooks = Webhooks()
    consent_pages: ConsentPages | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _references(self) -> Self:
        found = [*_doubles(self), *_route_contradictions(self), *_client_contradictions(self)]
        if found:
            raise Contradictions(found)
        return self

    def route_at(self, path: str) -> Route | None:
        """The route that serves exactly this path."""
        return next((route for route in self.routes if route.path == path), None)

    def client_of(self, key: str) -> Client | None:
        """The client whose key this is."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return next((client for client in self.clients if client.key_sha256 == digest), None)

    def actions_of(self, route: Route) -> dict[str, Action]:
        """Action by kind on this route; the key ``default`` is always there."""
        return {"default": Action.PSEUDONYM, **self.redaction, **route.redaction}

    def digest(self) -> str:
        """SHA-256 of the settings in canonical form, as ``sha256:…``; it goes into the ledger."""
        return "sha256:" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _doubles(settings: Settings) -> Iterator[Contradiction]:
    routes, clients = enumerate(settings.routes), enumerate(settings.clients)
    marks: list[tuple[str, tuple[str | int, ...], str]] = []
    for index, route in routes:
        marks += [("route name", ("routes", index, "name"), route.name)]
        marks += [("route path", ("routes", index, "path"), route.path)]
    for index, client in clients:
        marks += [("client name", ("clients", index, "name"), client.name)]
        marks += [("client key", ("clients", index, "key_sha256"), client.key_sha256)]
    seen: set[tuple[str, str]] = set()
    for what, place, value in marks:
        if (what, value) in seen:
            yield Contradiction(place, f"{what} {value!r} is used twice", f"give every {what} once")
        seen.add((what, value))


def _route_contradictions(settings: Settings) -> Iterator[Contradiction]:
    for index, route in enumerate(settings.routes):
        if route.path.startswith("/m/"):
            yield Contradiction(
                ("routes", index, "path"),
                f"route {route.name!r}: paths under /m/ bind a meeting",
                "choose another path",
            )
        recipient = settings.recipients.get(route.recipient)
        if recipient is None:
            yield Contradiction(
                ("routes", index, "recipient"),
                f"route {route.name!r} names the unknown recipient {route.recipient!r}",
                f"use one of: {', '.join(settings.recipients)}",
            )
        elif recipient.purposes is not None and route.purpose not in recipient.purposes:
            yield Contradiction(
                ("routes", index, "purpose"),
                f"route {route.name!r}: recipient {route.recipient!r} is not allowed for purpose {route.purpose!r}",
                f"add it to recipients.{route.recipient}.purposes, or choose another recipient",
            )


def _client_contradictions(settings: Settings) -> Iterator[Contradiction]:
    names = list(dict.fromkeys(route.name for route in settings.routes))
    for index, client in enumerate(settings.clients):
        for at, name in enumerate(client.routes):
            if name not in names:
                yield Contradiction(
                    ("clients", index, "routes", at),
                    f"client {client.name!r} names the unknown route {name!r}",
                    f"use one of: {', '.join(names)}",
                )
