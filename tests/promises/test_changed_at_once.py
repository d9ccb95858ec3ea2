"""Promise 2: of two changes of a person at once none is lost, and a no that comes while ids are merged counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from harness.process import PEOPLE, Response
from promises.conftest import Stand
from promises.test_names_brought import agrees, by_calendar, desk, invited, left_under, put
from promises.test_one_person import cli, says
from promises.test_who_is_who import ask

__all__ = ["desk"]
_, BEN, _ = PEOPLE
ROUNDS = 6


def together(*calls: Callable[[], Response]) -> list[Response]:
    """The answers of calls that are made at the same time."""
    barrier = Barrier(len(calls))

    def made(call: Callable[[], Response]) -> Response:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


def change(stand: Stand, person: str, **facts: Any) -> Callable[[], Response]:
    return lambda: ask(stand.proxy, f"/v1/people/{person}", facts, "PUT")


def merge(stand: Stand, gone: str, kept: str) -> Callable[[], Response]:
    return lambda: ask(stand.proxy, f"/v1/people/{gone}/confirm", {"same_as": kept})


def on_file(stand: Stand, person: str, name: str, **facts: Any) -> str:
    assert change(stand, person, name=name, **facts)().status == 200
    return person


def test_two_changes_of_a_person_both_count(desk: Stand) -> None:
    for number in range(ROUNDS):
        person = on_file(desk, f"p-{number}", f"Kim Berg {number}")
        done = together(
            change(desk, person, minor=True),
            change(desk, person, aliases=["Kimmie"]),
            change(desk, person, emails=[f"kim{number}@fjord.example"]),
        )
        assert [reply.status for reply in done] == [200, 200, 200]
        found = ask(desk.proxy, f"/v1/people/{person}").json
        assert (found["minor"], found["aliases"], found["emails"]) == (
            True, ["Kimmie"], [f"kim{number}@fjord.example"],
        )  # fmt: skip


def test_a_change_beside_a_merge_counts(desk: Stand) -> None:
    for number in range(ROUNDS):
        kept = on_file(desk, f"p-{number}", f"Kim Berg {number}")
        gone = on_file(desk, f"q-{number}", f"Kim Berg {number}", emails=[f"kim{number}@home.example"])
        done = together(merge(desk, gone, kept), change(desk, kept, minor=True))
        assert [reply.status for reply in done] == [200, 200]
        found = ask(desk.proxy, f"/v1/people/{kept}").json
        assert (found["minor"], found["emails"]) == (True, [f"kim{number}@home.example"])


def test_a_no_that_is_sent_while_its_id_is_merged_counts(desk: Stand) -> None:
    for number in range(ROUNDS):
        name = f"Kim Berg {number}"
        kept, gone = on_file(desk, f"p-{number}", name), on_file(desk, f"q-{number}", name)
        put(desk, [{"id": kept}])
        agrees(desk, kept)
        done = together(merge(desk, gone, kept), lambda gone=gone: says(desk, gone, "denied"))
        assert [reply.status for reply in done] == [200, 201]
        assert b"canary" not in left_under(desk, name)


def test_two_people_are_not_merged_into_each_other(desk: Stand) -> None:
    for number in range(ROUNDS):
        one, other = on_file(desk, f"p-{number}", "Kim Berg"), on_file(desk, f"q-{number}", "Kim Berg")
        done = together(merge(desk, one, other), merge(desk, other, one))
        assert sorted(reply.status for reply in done) == [200, 400]
        put(desk, [{"id": one}])
        assert [person["id"] for person in invited(desk)] in ([one], [other])


@pytest.mark.parametrize("way", ["api", "cli", "import", "before"])
def test_nobody_is_their_own_guardian_under_another_id(desk: Stand, way: str, tmp_path) -> None:
    kept = on_file(desk, "p-kim", "Kim Berg", minor=True)
    gone = on_file(desk, "g-kim", "Kim Berg", emails=["kim@home.example"])
    put(desk, [{"id": kept}])
    yes = {"participant": kept, "actor": gone, "guardian": True, "scope": "org", "purpose": "summary",
           "state": "granted", "method": "written", "affirmative": True,
           "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    if way == "before":
        assert ask(desk.proxy, "/v1/consent-events", yes).status == 201
        assert b"canary" in left_under(desk, "Kim Berg")
    assert merge(desk, gone, kept)().status == 200
    if way == "api":
        refused = ask(desk.proxy, "/v1/consent-events", yes)
        assert (refused.status, refused.json["error"]["code"]) == (400, "guardian_is_participant")
    elif way == "cli":
        cli(desk, "consent", "grant", "--participant", kept, "--actor", gone, "--guardian", "--scope", "org",
            "--purpose", "summary", "--recipient", "acme-llm", "--method", "written", code=1)  # fmt: skip
    elif way == "import":
        file = tmp_path / "yes.csv"
        file.write_text(
            "participant,actor,guardian,scope,scope_id,purpose,recipient,terms_version,state,valid_from,method,"
            f"affirmative\n{kept},{gone},true,org,fjord,summary,*,2026-01,granted,2026-03-01T00:00:00Z,written,true\n"
        )
        cli(desk, "consent", "import", str(file), "--format", "csv", code=1)
    assert b"canary" not in left_under(desk, "Kim Berg")


@pytest.mark.parametrize("order", [((0, 1), (1, 2)), ((1, 2), (0, 1)), ((0, 1), (1, 3), (3, 2))])
def test_nobody_is_their_own_guardian_along_several_ids(desk: Stand, order: tuple[tuple[int, int], ...]) -> None:
    ids = [on_file(desk, f"p-{n}", "Kim Berg", emails=[f"kim{n}@home.example"], minor=n == 2) for n in range(4)]
    put(desk, [{"id": ids[2]}])
    yes = {"participant": ids[2], "actor": ids[0], "guardian": True, "scope": "org", "purpose": "summary",
           "state": "granted", "method": "written", "affirmative": True,
           "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    assert ask(desk.proxy, "/v1/consent-events", yes).status == 201
    for gone, kept in order:
        assert merge(desk, ids[gone], ids[kept])().status == 200
    assert b"canary" not in left_under(desk, "Kim Berg")


def test_what_left_under_an_id_that_went_is_told_of_the_person(desk: Stand) -> None:
    by_calendar(desk, BEN["name"], "ben@partner.example")
    gone = str(invited(desk)[0]["id"])
    agrees(desk, gone)
    assert ask(desk.proxy, f"/v1/people/{gone}", {"name": "Ben Whit"}, "PUT").status == 200
    assert b"canary" in left_under(desk, "Ben Whit")
    assert merge(desk, gone, "p-ben")().status == 200
    for words in (("carried",), ("query",)):
        told = cli(desk, "ledger", *words, "--participant", "p-ben")
        assert "No exchange on file" not in told
        assert "Exchanges that carried words of p-ben: 1" in told
