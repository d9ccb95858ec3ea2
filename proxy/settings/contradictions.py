"""Contradictions between places of one settings file that are each valid alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from proxy.settings.consent import ConsentSettings
from proxy.settings.dialect_names import FETCHED_BY, FETCHING
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
        marks += [("client key", ("clients", index, "key_sha256"), client.key_sha256)]
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
