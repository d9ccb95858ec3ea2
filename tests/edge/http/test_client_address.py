"""Where a client is, as servers in front tell it; and that nobody else can tell it."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from proxy.edge.http.client_address import client_address

FRONT = ("10.0.0.0/29", "fd00::1", "127.0.0.1")


def address(connected: str, *forwarded: str, front: tuple[str, ...] = FRONT) -> str:
    headers = CIMultiDict([("X-Forwarded-For", each) for each in forwarded])
    request = make_mocked_request("GET", "/", headers=headers)
    request = request.clone(remote=connected)
    return client_address(request, front)


@pytest.mark.parametrize(
    ("connected", "forwarded", "found"),
    [
        ("127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("198.51.100.1, 203.0.113.9",), "203.0.113.9"),
        ("10.0.0.2", ("203.0.113.9, 10.0.0.3",), "203.0.113.9"),
        ("10.0.0.2", ("198.51.100.1", "203.0.113.9, 10.0.0.3"), "203.0.113.9"),
        ("127.0.0.1", ("2001:db8::7",), "2001:db8::7"),
        ("::ffff:127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("10.0.0.1",), "127.0.0.1"),
        ("127.0.0.1", ("unknown",), "127.0.0.1"),
        ("127.0.0.1", ("203.0.113.9, nonsense",), "127.0.0.1"),
        ("127.0.0.1", ("203.0.113.9:4711",), "127.0.0.1"),
        ("203.0.113.5", ("198.51.100.1",), "203.0.113.5"),
        ("10.0.0.9", ("198.51.100.1",), "10.0.0.9"),
    ],
)
def test_the_last_address_that_is_not_ours_is_the_clients(
    connected: str, forwarded: tuple[str, ...], found: str
) -> None:
    assert address(connected, *forwarded) == found


def test_without_servers_in_front_nothing_is_believed() -> None:
    assert address("127.0.0.1", "203.0.113.9", front=()) == "127.0.0.1"


@given(st.lists(st.ip_addresses().map(str) | st.text("0123456789.:, abcxyz", max_size=20), max_size=5))
def test_what_a_client_writes_itself_never_changes_who_it_is(written: list[str]) -> None:
    """The server in front adds the real address behind whatever the client has sent."""
    assert address("127.0.0.1", ", ".join([*written, "203.0.113.9"])) == "203.0.113.9"
