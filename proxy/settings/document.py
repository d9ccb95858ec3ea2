"""The whole of ``proxy.yaml``: its sections, and the contradictions between places of it that are each valid alone.

Sections that are large have files of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from proxy.model import SPECIAL_CATEGORIES, Action, ParticipantClass
from proxy.settings.access import Admin
from proxy.settings.actions import ActionSetting
from proxy.settings.base import (
    Bytes,
    ClassOfPeople,
    ClientsListener,
    Kind,
    Listener,
    Name,
    PurposeName,
    Seconds,
    Secret,
    Section,
    shaped,
)
from proxy.settings.consent import ConsentPages, ConsentSettings
from proxy.settings.detection import Detection
from proxy.settings.dialect_names import FETCHED_BY, FETCHING
from proxy.settings.ledger import Ledger
from proxy.settings.profiles import SHIPPED, Profile
from proxy.settings.purposes import PurposeWords
from proxy.settings.retention import Retention
from proxy.settings.routing import Client, Recipient, Route


class Contradiction(NamedTuple):
    """Two places of the file that contradict each other: the place to change, what is wrong, and what to do."""

    place: tuple[str | int, ...]
    message: str
    remedy: str


class Contradictions(ValueError):
    """All contradictions between places of one file. Each place is valid alone."""

    def __init__(self, found: Sequence[Contradiction]) -> None:
        super().__init__("; ".join(each.message for each in found))
        self.found = tuple(found)


def contradictions(
    routes: Sequence[Route],
    clients: Sequence[Client],
    recipients: Mapping[str, Recipient],
    profiles: Collection[str] = (),
    *,
    consent: ConsentSettings,
    keyed: bool = False,
) -> list[Contradiction]:
    """All contradictions between routes, clients, recipients, names of profiles and consent settings.

    `keyed`: a key is configured for the data that restores later replies.
    """
    return [
        *_doubles(routes, clients),
        *_of_routes(routes, recipients),
        *_of_clients(clients, routes),
        *_of_profiles(clients, profiles),
        *_of_instructions(routes, consent),
        *_of_later_replies(routes, keyed),
        *_of_paths_of_jobs(routes),
    ]


def _of_chats(chat: Chat, consent: ConsentSettings) -> list[Contradiction]:
    if chat.yes_word is None or "chat_keyword" in consent.methods:
        return []
    what = "consent.methods does not accept chat_keyword, so no yes could be given in a chat"
    return [
        Contradiction(("chat", "yes_word"), what, "add chat_keyword to consent.methods, or leave chat.yes_word out")
    ]


def _of_listeners(listeners: Mapping[str, Listener | None]) -> Iterator[Contradiction]:
    opened = [(name, each) for name, each in listeners.items() if each is not None]
    for at, (name, each) in enumerate(opened):
        for earlier, other in opened[:at]:
            if each.clashes(other):
                message = f"has the same address and port as {earlier!r}"
                yield Contradiction((name, "port"), message, "give each listener a port of its own")


def _of_certificates(clients: Sequence[Client], listen: ClientsListener) -> Iterator[Contradiction]:
    asked = listen.tls is not None and listen.tls.client_authorities is not None
    for index, client in enumerate(clients):
        if client.certificate is not None and not asked:
            yield Contradiction(
                ("clients", index, "certificate"),
                f"client {client.name!r} has a certificate, and the listener asks for none",
                "name the authorities that sign clients' certificates in listen.tls.client_authorities",
            )


def _of_profiles(clients: Sequence[Client], profiles: Collection[str]) -> Iterator[Contradiction]:
    for index, client in enumerate(clients):
        if client.profile is not None and client.profile not in profiles:
            yield Contradiction(
                ("clients", index, "profile"),
                f"client {client.name!r} names the unknown profile {client.profile!r}",
                f"use one of: {', '.join(sorted(profiles))}; or describe it under 'profiles'",
            )


def _of_instructions(routes: Sequence[Route], consent: ConsentSettings) -> Iterator[Contradiction]:
    for index, route in enumerate(routes):
        listed = (route.instructions or consent.instructions) == "listed"
        if listed and (route.unattributed or consent.unattributed) == "instructions":
            own = route.unattributed is not None
            yield Contradiction(
                ("routes", index, "unattributed") if own else ("consent", "unattributed"),
                f"route {route.name!r} takes what no speaker claims for instructions, and only listed lines for these",
                "set unattributed: require_all_present, or instructions: read, for this route",
            )


def _doubles(all_routes: Sequence[Route], all_clients: Sequence[Client]) -> Iterator[Contradiction]:
    routes, clients = enumerate(all_routes), enumerate(all_clients)
    marks: list[tuple[str, tuple[str | int, ...], str]] = []
    for index, route in routes:
        marks += [("route name", ("routes", index, "name"), route.name)]
        marks += [("route path", ("routes", index, "path"), path) for path in route.paths]
    for index, client in clients:
        marks += [("client name", ("clients", index, "name"), client.name)]
        keys = {"key_sha256": client.key_sha256, "former_key_sha256": client.former_key_sha256}
        marks += [("client key", ("clients", index, field), key) for field, key in keys.items() if key is not None]
        if client.certificate is not None:
            marks += [("client certificate", ("clients", index, "certificate"), client.certificate)]
    seen: set[tuple[str, str]] = set()
    for what, place, value in marks:
        if (what, value) in seen:
            yield Contradiction(place, f"{what} {value!r} is used twice", f"give every {what} once")
        seen.add((what, value))


def _of_routes(routes: Sequence[Route], recipients: Mapping[str, Recipient]) -> Iterator[Contradiction]:
    for index, route in enumerate(routes):
        if route.path.startswith("/m/"):
            yield Contradiction(
                ("routes", index, "path"),
                f"route {route.name!r}: paths under /m/ bind a meeting",
                "choose another path",
            )
        recipient = recipients.get(route.recipient)
        if recipient is None:
            yield Contradiction(
                ("routes", index, "recipient"),
                f"route {route.name!r} names the unknown recipient {route.recipient!r}",
                f"use one of: {', '.join(recipients)}",
            )
        elif recipient.purposes is not None and route.purpose not in (None, *recipient.purposes):
            yield Contradiction(
                ("routes", index, "purpose"),
                f"route {route.name!r}: recipient {route.recipient!r} is not allowed for purpose {route.purpose!r}",
                f"add it to recipients.{route.recipient}.purposes, or choose another recipient",
            )


def _of_clients(clients: Sequence[Client], routes: Sequence[Route]) -> Iterator[Contradiction]:
    names = list(dict.fromkeys(route.name for route in routes))
    for index, client in enumerate(clients):
        for at, name in enumerate(client.routes):
            if name not in names:
                yield Contradiction(
                    ("clients", index, "routes", at),
                    f"client {client.name!r} names the unknown route {name!r}",
                    f"use one of: {', '.join(names)}",
                )


def _of_later_replies(routes: Sequence[Route], keyed: bool) -> Iterator[Contradiction]:
    fetched = {(route.recipient, route.dialect) for route in routes}
    for index, route in enumerate(routes):
        if route.dialect in {*FETCHED_BY, *FETCHING} and not keyed:
            yield Contradiction(
                ("routes", index, "dialect"),
                f"route {route.name!r}: its replies arrive later, and there is no key to keep what restores them",
                "add later_replies: {key: {file: FILE}}, with a key made by: openssl rand -hex 32",
            )
        fetching = FETCHED_BY.get(route.dialect)
        if fetching is not None and (route.recipient, fetching) not in fetched:
            yield Contradiction(
                ("routes", index, "dialect"),
                f"route {route.name!r}: its replies are jobs, and no route fetches those of this recipient",
                f"add a route of dialect {fetching!r} with recipient {route.recipient!r}, path /…/{{job}}",
            )


def _of_paths_of_jobs(routes: Sequence[Route]) -> Iterator[Contradiction]:
    fetching = [route for route in routes if route.dialect in FETCHING]
    for index, route in enumerate(routes):
        for other in fetching:
            if route is not other and any(other.parameters_at(path) is not None for path in route.paths):
                yield Contradiction(
                    ("routes", index, "path"),
                    f"route {route.name!r}: a job of route {other.name!r} may have the same path",
                    "choose another path",
                )


class Limits(Section):
    """Bounds on what one request may use."""

    body_bytes: Bytes = 8 << 20
    reply_bytes: Bytes = 64 << 20
    header_seconds: Seconds = 10
    body_seconds: Seconds = 30
    json_depth: Annotated[int, Field(ge=4, le=200)] = 64
    connections: Annotated[int, Field(ge=1, le=1000000)] = 2048
    """Open connections of clients. Beyond these, the one that has waited longest without a request is closed."""
    reading_requests: Annotated[int, Field(ge=1, le=100000)] = 256
    """Requests whose body is being received."""
    concurrent_requests: Annotated[int, Field(ge=1, le=100000)] = 256
    """Requests whose body is complete."""
    buffered_bytes: Annotated[int, Field(gt=0, le=1 << 40)] = 256 << 20
    """Bytes of the bodies of all requests under way, after decoding."""
    turn_seconds: Seconds = 20
    """The longest that a request waits for its turn at planning. Whose wait would be longer is refused at once."""
    drain_seconds: Seconds = 30


class Server(Section):
    """The processes that serve."""

    processes: Annotated[int, Field(ge=1, le=64)] | Literal["auto"] = 1
    """How many processes serve clients, each with `detection.workers` of its own. auto: one for every two cores."""

    def number(self, cores: int) -> int:
        """How many processes that is on a machine of so many cores."""
        return max(1, cores // 2) if self.processes == "auto" else self.processes


class LaterReplies(Section):
    """The data that restores later replies of jobs. It is stored encrypted, for a limited time."""

    key: Secret
    """At least 32 characters, and the same for all proxies on one store. A new key ends all jobs in progress."""
    hours: Annotated[float, Field(gt=0, le=168)] = 24
    """For how many hours a job's reply can be fetched. After that, the data that restores it is overwritten."""


class DerivedTexts(Section):
    """Digests of text that clients were given back. They are stored so that later requests may repeat that text."""

    hours: Annotated[float, Field(ge=0, le=168)] = 24
    """For how many hours. 0: not at all; then summaries of parts, when combined, count as unattributed words."""


Domain = Annotated[
    str, shaped(r"^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$", "a domain in lower case, such as acme.example")
]
Digit = Annotated[str, shaped(r"^[0-9*#]$", 'one key of a telephone in quotes, such as "1"')]


class People(Section):
    """The class of participants for whom no class is recorded."""

    domains: dict[Domain, ClassOfPeople] = {}
    """Class by the domain of an e-mail address, in lower case. A subdomain counts as a domain of its own."""
    default_class: ClassOfPeople = ParticipantClass.UNIDENTIFIED
    """Class of people whose addresses give no class, or contradict each other."""


class Phone(Section):
    """The meaning of telephone keys that a person presses when asked for consent."""

    digits: dict[Digit, Literal["granted", "denied", "withdrawn"]] = {"1": "granted", "2": "denied"}


class Chat(Section):
    """Answers in the chat of a meeting. A no needs no setting."""

    yes_word: Annotated[str, shaped(r"^[^\W\d_]{2,20}$", "one word of 2 to 20 letters")] | None = None
    """The word before a purpose that is a yes, such as YES in ``YES summary``. None: nobody says yes in a chat."""


class ZoomWebhook(Section):
    """Zoom's calls when somebody joins or leaves. Without this section they are not accepted."""

    secret: Secret
    """The secret token that Zoom shows for the app. Zoom signs the calls with it."""


class Webhooks(Section):
    """Calls by meeting services, accepted on the admin listener under ``/webhooks/``."""

    zoom: ZoomWebhook | None = None


class Settings(Section):
    """The whole of ``proxy.yaml``."""

    version: Literal[1]
    organization: Name = "default"
    listen: ClientsListener = ClientsListener()
    admin: Admin = Admin()
    recipients: dict[Name, Recipient]
    purposes: dict[PurposeName, PurposeWords] = {}
    """What purposes are called and mean, as people are told."""
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    clients: tuple[Client, ...]
    clients_file: str | None = None
    """A file of further clients, which ``meeting-proxy client`` writes."""
    profiles: dict[Name, Profile] = {}
    """Layouts of clients. They take precedence over the shipped ones. ``clients[].profile`` names one."""
    consent: ConsentSettings = ConsentSettings()
    redaction: dict[Kind | Literal["default"], ActionSetting] = {"default": Action.PSEUDONYM}
    detection: Detection = Detection()
    limits: Limits = Limits()
    server: Server = Server()
    store: str = "sqlite:///var/proxy.db"
    ledger: Ledger = Ledger()
    retention: Retention = Retention()
    later_replies: LaterReplies | None = None
    """How later replies are kept restorable. Routes whose recipient answers with a job need it."""
    derived_texts: DerivedTexts = DerivedTexts()
    people: People = People()
    phone: Phone = Phone()
    chat: Chat = Chat()
    webhooks: Webhooks = Webhooks()
    consent_pages: ConsentPages | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _references(self) -> Self:
        if not self.clients and self.clients_file is None:
            raise Contradictions([Contradiction(("clients",), "the list is empty", "give at least one")])
        keyed, profiles = self.later_replies is not None, {*SHIPPED, *self.profiles}
        found = contradictions(self.routes, self.clients, self.recipients, profiles, consent=self.consent, keyed=keyed)
        found += _of_certificates(self.clients, self.listen)
        found += _of_listeners({"listen": self.listen, "admin": self.admin, "consent_pages": self.consent_pages})
        found += _of_chats(self.chat, self.consent)
        if found:
            raise Contradictions(found)
        return self

    def route_at(self, path: str) -> Route | None:
        """The route that serves this path: an exact path, or the path of a job."""
        return next((route for route in self.routes if route.parameters_at(path) is not None), None)

    def route_near(self, path: str) -> Route | None:
        """The first of the routes that share most leading parts with a path. None if no route shares the first part.

        Of these, a route that carries words is preferred, because calls without words look the same in all APIs.
        """
        shared = {route.name: _shared_parts(route.path, path) for route in self.routes}
        nearest = max(self.routes, key=lambda route: (shared[route.name], route.purpose is not None))
        return nearest if shared[nearest.name] else None

    def caller(self, key: str | None, certified: Collection[str] = ()) -> Client | None:
        """The client that has this key, or a certificate with one of these names; with both of them, if it needs both.

        A key that nobody has does not count against a certificate: many SDKs send one in any case.
        """
        digest = hashlib.sha256(key.encode()).hexdigest() if key is not None else ""
        by_key = next((each for each in self.clients if digest in (each.key_sha256, each.former_key_sha256)), None)
        if by_key is not None:
            return by_key if by_key.certificate is None or by_key.certificate in certified else None
        named = [each for each in self.clients if each.key_sha256 is None and each.certificate in certified]
        return named[0] if len(named) == 1 else None

    def profile_of(self, client: Client) -> Profile:
        """The layout of a client's messages. Without a profile, an empty one."""
        name = client.profile or ""
        return self.profiles.get(name) or SHIPPED.get(name) or Profile()

    def called(self, recipient: str) -> str:
        """The name under which people know a recipient: its company's, else its key."""
        known = self.recipients.get(recipient)
        return recipient if known is None or known.display_name is None else known.display_name

    def purpose_called(self, purpose: str, language: str = "en") -> str:
        """What people call a purpose: its title as configured, in this language if it has one, else its key."""
        words = self.purposes.get(purpose)
        return (None if words is None else words.title_in(language)) or purpose

    def actions_of(self, route: Route) -> dict[str, ActionSetting]:
        """Action by kind on this route. The key ``default`` is always present."""
        return actions({**self.redaction, **route.redaction})

    def detection_of(self, route: Route) -> Detection:
        """How personal data is found on this route."""
        return route.detection.over(self.detection) if route.detection is not None else self.detection

    def detections(self) -> dict[str, Detection]:
        """Detection settings of the routes that differ from ``detection``, by route name."""
        return {route.name: self.detection_of(route) for route in self.routes if route.detection is not None}

    @property
    def log(self) -> str:
        """What this proxy's ledger is called in all that is signed: its origin."""
        return f"{self.organization}/{self.ledger.name}"

    def digest(self) -> str:
        """SHA-256 of the settings in canonical form, as ``sha256:…``. The ledger records it."""
        return "sha256:" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _shared_parts(one: str, other: str) -> int:
    """How many leading parts two paths share."""
    parts = zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] and pair[0] == pair[1], parts))


def actions(written: Mapping[str, ActionSetting]) -> dict[str, ActionSetting]:
    """Action by kind, from the written settings and the shipped ones.

    Special categories are found and counted, but kept unless they are listed: they are subjects, and a summary without
    them would be about something else. A default that is stricter than a pseudonym applies to them too.
    """
    default = written.get("default", Action.PSEUDONYM)
    mild = default in (Action.PSEUDONYM, Action.KEEP)
    kept: dict[str, ActionSetting] = dict.fromkeys(SPECIAL_CATEGORIES, Action.KEEP) if mild else {}
    return {"default": default, **kept, **written}
