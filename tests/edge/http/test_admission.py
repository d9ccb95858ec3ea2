"""Bounds that change while requests are under way: those inside stay, and those who come meet the new ones."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from proxy.edge.http.admission import Admission, share_of
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


def test_processes_share_the_bounds_and_each_has_room_for_a_request() -> None:
    limits = Limits(connections=10, reading_requests=2, concurrent_requests=8, buffered_bytes=30, body_bytes=4)
    share = share_of(limits, 3)
    assert (share.connections, share.reading_requests, share.concurrent_requests) == (4, 1, 3)
    assert share.buffered_bytes == 10
    assert share_of(limits, 8).buffered_bytes == 8
    assert share_of(Limits(buffered_bytes=5, body_bytes=4), 8).buffered_bytes == 5
    assert share_of(limits, 1) == limits
