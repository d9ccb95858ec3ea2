"""Bounds that change while requests are under way: those inside stay, and those who come meet the new ones."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from proxy.edge.http.admission import Admission
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Client, Limits


def client(name: str, **own: int) -> Client:
    return Client(name=name, key_sha256="0" * 64, routes=("x",), **own)


def test_new_bounds_count_what_entered_before() -> None:
    admission = Admission(Limits(reading_requests=2), lambda: 0.0, several=False)
    with ExitStack() as places:
        for _ in range(2):
            places.enter_context(admission.enter(client("bot")))
        admission.bound(Limits(reading_requests=3), several=False)
        places.enter_context(admission.enter(client("bot")))
        with pytest.raises(OwnFault, match="reading_requests"):
            admission.enter(client("bot"))
        admission.bound(Limits(reading_requests=1), several=False)
        with pytest.raises(OwnFault, match="reading_requests"):
            admission.enter(client("bot"))
    admission.enter(client("bot"))


def test_a_second_client_halves_nobodys_places_but_bounds_their_share() -> None:
    admission = Admission(Limits(reading_requests=4), lambda: 0.0, several=False)
    with ExitStack() as places:
        for _ in range(3):
            places.enter_context(admission.enter(client("bot")))
        admission.bound(Limits(reading_requests=4), several=True)
        with pytest.raises(OwnFault, match="reading_requests"):
            admission.enter(client("bot"))
        places.enter_context(admission.enter(client("other")))


def test_a_changed_rate_holds_from_the_next_request_and_gives_no_second_burst() -> None:
    admission = Admission(Limits(), lambda: 0.0, several=False)
    for _ in range(2):
        admission.enter(client("bot", requests_per_minute=2))
    with pytest.raises(ClientFault, match="requests_per_minute"):
        admission.enter(client("bot", requests_per_minute=9))
