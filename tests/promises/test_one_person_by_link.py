"""Promise 2: the link of an id that turned out to be another id of somebody says no for that person, and never yes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.consent_page import invite, look, page_settings, press, send
from harness.process import PEOPLE, Proxy
from harness.recorder import Recorder
from promises.conftest import Stand
from promises.test_who_is_who import TOKEN, ask

_, BEN, _ = PEOPLE
AGAIN = "p-ben-again"


@pytest.fixture
def once(tmp_path) -> Iterator[tuple[Stand, str, str]]:
    """Benedikt was on file twice and is confirmed to be one. The link of the id that went, and its form before that."""
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, page_settings(tmp_path, recorder.base_url))
        proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
        proxy.environment["TEST_ADMIN_TOKEN"] = TOKEN
        proxy.meeting([BEN, {"id": AGAIN, "name": BEN["name"], "emails": ["ben@partner.example"]}])
        proxy.start()
        link = invite(proxy, "--purpose", "summary", "--covers-earlier")[AGAIN]
        form = look(link).form
        assert ask(proxy, f"/v1/people/{AGAIN}/confirm", {"same_as": "p-ben"}).status == 200
        yield Stand(proxy, recorder), link, form
        proxy.stop()


def agrees(stand: Stand) -> None:
    stand.proxy.consent("grant", "p-ben", "--covers-earlier")


def leaves(stand: Stand) -> bool:
    mark = stand.mark()
    stand.proxy.chat(f"{BEN['name']}: My canary must stay here.\n")
    return any(b"canary" in received.raw for received in stand.since(mark))


@pytest.mark.parametrize("button", ["no_to_all", "withdraw 0", "withdraw_all"])
def test_a_no_by_the_link_of_the_id_that_went_is_the_persons(once, button: str) -> None:
    stand, link, _ = once
    agrees(stand)
    assert leaves(stand)
    press(link, button)
    assert not leaves(stand)
    listed = ask(stand.proxy, "/v1/consent-events?participant=p-ben").json["events"]
    assert [(event["participant"], event["state"]) for event in listed] == [
        ("p-ben", "granted"),
        ("p-ben", "withdrawn"),
    ]


def test_a_form_that_was_open_meanwhile_says_no_for_the_person(once) -> None:
    stand, link, form = once
    agrees(stand)
    assert send(link, [("form", form), ("button", "no_to_all")]).status == 303
    assert not leaves(stand)


def test_no_yes_comes_by_the_link_of_the_id_that_went(once) -> None:
    """Who had that link is not known to be the person who is kept; they can be asked again."""
    stand, link, form = once
    assert look(link).boxes == []
    assert send(link, [("form", form), ("yes", "0"), ("button", "save")]).status == 409
    assert not leaves(stand)
    assert ask(stand.proxy, "/v1/consent-events?participant=p-ben").json["events"] == []
