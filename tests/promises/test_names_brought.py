"""Promise 2: a name that an outsider brings gives nobody the words of somebody else, until the operator confirms it.

By a calendar, a client's roster file or the admin API. Benedikt, who refused, is on file and not invited; Eve, who
brings his name, agreed to everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from harness.process import PEOPLE, Proxy, settings
from harness.recorder import Recorder
from promises.conftest import Stand
from promises.test_who_is_who import TOKEN, ask

ANN, BEN, _ = PEOPLE
EVE = "eve@home.example"
NAMES = [BEN["name"], "BENEDIKT  OYELARAN", "Benedikt\u200b_Oyelaran", "Benno",
         "Benedikt Oyelaran (Guest)", "Benno's iPhone"]  # fmt: skip
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test
BEGIN:VEVENT
UID:invited
DTSTART:20260302T100000Z
DTEND:20260302T110000Z
ATTENDEE;CN={name}:mailto:{address}
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def desk(tmp_path) -> Iterator[Stand]:
    """The admin API; Annika and Benedikt are on file by their ids, with an alias of his."""
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
        proxy.environment["TEST_ADMIN_TOKEN"] = TOKEN
        proxy.meeting([ANN, BEN | {"aliases": ["Benno"]}], "before")
        proxy.start()
        yield Stand(proxy, recorder)
        proxy.stop()


def by_calendar(desk: Stand, name: str, address: str) -> None:
    file = desk.proxy.directory / "invitation.ics"
    file.write_text(ICS.format(name=name, address=address))
    words = ["--from", "2026-03-01T00:00:00Z", "--id", "m1", "--complete", "--leave-out-uninvited"]
    desk.proxy.cli("meeting", "import", str(file), "--config", str(desk.proxy.config), *words)


def by_roster(desk: Stand, name: str, address: str) -> None:
    desk.proxy.meeting([{"name": name, "emails": [address]}], "m1")


def by_api(desk: Stand, name: str, address: str) -> None:
    put(desk, [{"name": name, "emails": [address]}])


SOURCES = {"calendar": by_calendar, "roster": by_roster, "api": by_api}


def put(desk: Stand, people: list[dict[str, object]]) -> None:
    body = {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T11:00:00Z", "complete": True, "participants": people}
    assert ask(desk.proxy, "/v1/meetings/m1", body, "PUT").status == 200


def agrees(desk: Stand, person: str) -> None:
    yes = {"participant": person, "scope": "org", "purpose": "summary", "state": "granted", "method": "written",
           "affirmative": True, "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    assert ask(desk.proxy, "/v1/consent-events", yes).status == 201


def invited(desk: Stand) -> list[dict[str, object]]:
    return ask(desk.proxy, "/v1/meetings/m1").json["participants"]


def left_under(desk: Stand, *names: str) -> bytes:
    mark = desk.mark()
    for name in names:
        desk.proxy.chat(f"{name}: My canary must stay here.\n")
    return b"".join(received.raw for received in desk.since(mark))


@pytest.mark.parametrize("source", SOURCES)
def test_a_name_of_somebody_on_file_is_nobodys(desk: Stand, source: str) -> None:
    for number, name in enumerate(NAMES):
        SOURCES[source](desk, name, f"eve-{number}@home.example")
        (eve,) = invited(desk)
        agrees(desk, str(eve["id"]))
        assert eve["id"] != "p-ben"
        assert b"canary" not in left_under(desk, BEN["name"], "Benno", name)
        (waiting,) = ask(desk.proxy, "/v1/meetings/m1").json["unconfirmed"]
        assert waiting["participant"] == eve["id"]
        put(desk, [{"id": eve["id"], "name": eve["name"], "emails": eve["emails"]}])
        assert b"canary" not in left_under(desk, BEN["name"], "Benno", name), "our answer, sent back, confirms nothing"


@pytest.mark.parametrize("source", SOURCES)
def test_a_name_that_comes_before_its_owner_is_nobodys_from_then_on(desk: Stand, source: str) -> None:
    SOURCES[source](desk, "Chiara Montefusco", EVE)
    agrees(desk, str(invited(desk)[0]["id"]))
    assert b"canary" in left_under(desk, "Chiara Montefusco")
    assert ask(desk.proxy, "/v1/people/p-cho", {"name": "Chiara Montefusco"}, "PUT").status == 200
    assert b"canary" not in left_under(desk, "Chiara Montefusco")


@pytest.mark.parametrize("source", SOURCES)
def test_a_name_beside_an_address_on_file_renames_nobody(desk: Stand, source: str) -> None:
    """Annika agreed. What is said under the other name is not hers, and her file stays as it is."""
    agrees(desk, "p-ann")
    for name in ("Chiara Montefusco", "Benedikt Oyelaran", "Annika"):
        SOURCES[source](desk, name, ANN["emails"][0])
        assert [person["id"] for person in invited(desk)] == ["p-ann"]
        assert b"canary" not in left_under(desk, name)
        assert b"canary" in left_under(desk, ANN["name"])
        known = ask(desk.proxy, "/v1/people/p-ann").json
        assert (known["name"], known["aliases"], known["emails"]) == (ANN["name"], [], ANN["emails"])


@pytest.mark.parametrize("source", ["roster", "api"])
def test_a_name_that_is_like_the_one_on_file_is_a_label_in_that_meeting(desk: Stand, source: str) -> None:
    agrees(desk, "p-ann")
    for name in ("Annika Kari Solberg", "Annika K. Solberg"):
        SOURCES[source](desk, name, ANN["emails"][0])
        assert b"canary" in left_under(desk, name)
        put(desk, [ANN])
        assert b"canary" not in left_under(desk, name)


def test_who_is_invited_as_a_resource_is_there_all_the_same(desk: Stand) -> None:
    """Benedikt refused; and who sits in a room that a calendar calls a resource, nobody said."""
    agrees(desk, "p-ann")
    for name, address in (("Beamer", BEN["emails"][0]), ("Fjord 1", "fjord-1@partner.example")):
        put(desk, [ANN])
        mark = desk.mark()
        desk.proxy.chat("My canary must stay here.\n")
        assert any(b"canary" in received.raw for received in desk.since(mark))
        by_calendar(desk, f"{name};CUTYPE=RESOURCE", address)
        agrees(desk, str(invited(desk)[0]["id"])) if name == "Fjord 1" else None
        mark = desk.mark()
        desk.proxy.chat("My canary must stay here.\n")
        desk.proxy.chat(f"{name}: My canary must stay here.\n")
        assert not any(b"canary" in received.raw for received in desk.since(mark))
    assert [(room["name"], room["class"]) for room in invited(desk)] == [("Fjord 1", "room")]


@pytest.mark.parametrize("series", ["board", None], ids=["another series", "none"])
def test_a_no_to_a_series_goes_on_when_the_meeting_leaves_it(desk: Stand, series: str | None) -> None:
    """Annika agreed to everything, and refused the series."""
    body = {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T11:00:00Z", "complete": True, "participants": [ANN]}
    assert ask(desk.proxy, "/v1/meetings/m1", body | {"series": "weekly"}, "PUT").status == 200
    agrees(desk, "p-ann")
    assert b"canary" in left_under(desk, ANN["name"])
    no = {"participant": "p-ann", "scope": "series", "scope_id": "weekly", "purpose": "summary", "state": "denied",
          "method": "written", "affirmative": True}  # fmt: skip
    assert ask(desk.proxy, "/v1/consent-events", no).status == 201
    assert b"canary" not in left_under(desk, ANN["name"])
    moved = ask(desk.proxy, "/v1/meetings/m1", body | ({"series": series} if series else {}), "PUT").json
    assert moved["series"] == (series or "weekly")
    assert b"canary" not in left_under(desk, ANN["name"])
    yes = no | {"scope": "meeting", "scope_id": "m1", "state": "granted", "valid_from": "2026-03-01T00:00:00Z"}
    assert ask(desk.proxy, "/v1/consent-events", yes).status == 201
    assert b"canary" in left_under(desk, ANN["name"])


def test_an_address_beside_one_on_file_is_nobodys(desk: Stand) -> None:
    """Links go to addresses, and whoever signs in with one is its owner."""
    put(desk, [{"name": ANN["name"], "emails": [*ANN["emails"], EVE], "class": "external", "aliases": ["Eve"]}])
    known = ask(desk.proxy, "/v1/people/p-ann").json
    assert (known["emails"], known["class"], known["aliases"]) == (ANN["emails"], "employee", [])


def test_two_people_of_one_name_are_confirmed(desk: Stand) -> None:
    by_calendar(desk, BEN["name"], "ben@partner.example")
    (other,) = invited(desk)
    agrees(desk, str(other["id"]))
    listed = desk.proxy.cli("people", "list", "--json", "--config", str(desk.proxy.config))
    (waiting,) = [person for person in map(json.loads, listed.splitlines()) if person["unconfirmed"]]
    assert (waiting["id"], waiting["unconfirmed"]) == (other["id"], [BEN["name"]])
    desk.proxy.cli(
        "people", "confirm", str(other["id"]), "--distinct-from", "p-ben", "--config", str(desk.proxy.config)
    )
    assert b"canary" in left_under(desk, BEN["name"])
    put(desk, [BEN, {"id": other["id"]}])
    assert b"canary" not in left_under(desk, BEN["name"]), "two of one name in one meeting"


def test_one_person_who_was_put_on_file_twice_is_confirmed_and_their_no_goes_on(desk: Stand) -> None:
    agrees(desk, "p-ben")
    by_calendar(desk, BEN["name"], "ben@partner.example")
    (twice,) = invited(desk)
    path = f"/v1/people/{twice['id']}/confirm"
    assert b"canary" not in left_under(desk, BEN["name"])
    assert ask(desk.proxy, path, {"same_as": "p-ben", "distinct_from": "p-ben"}).status == 400
    assert ask(desk.proxy, path, {"same_as": twice["id"]}).json["error"]["code"] == "nothing_to_confirm"
    known = ask(desk.proxy, path, {"same_as": "p-ben"}).json
    assert (known["id"], known["emails"]) == ("p-ben", [*BEN["emails"], "ben@partner.example"])
    assert [person["id"] for person in invited(desk)] == ["p-ben"]
    assert b"canary" in left_under(desk, BEN["name"])
    assert ask(desk.proxy, f"/v1/people/{twice['id']}").status == 404

    by_calendar(desk, BEN["name"], "oyelaran@partner.example")
    (again,) = invited(desk)
    no = {"participant": again["id"], "scope": "org", "purpose": "summary", "state": "denied", "method": "written",
          "affirmative": True}  # fmt: skip
    assert ask(desk.proxy, "/v1/consent-events", no).status == 201
    assert ask(desk.proxy, f"/v1/people/{again['id']}/confirm", {"same_as": "p-ben"}).status == 200
    assert b"canary" not in left_under(desk, BEN["name"])


FORMS = ("{ben} / {eve}", "{ben}, {eve}", "{eve}({ben})", "{eve} {ben}", "{ben}/{eve}", "{ben} & {eve}",
         "{ben} (Guest)", "{turned}", "{turned} {eve}")  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["on file", "new"])
@pytest.mark.parametrize(("source", "form"), [*(("api", form) for form in FORMS), ("roster", FORMS[0])])
def test_a_label_of_two_people_is_not_one_persons(desk: Stand, source: str, known: bool, form: str) -> None:
    """Two people at one laptop; Eve agreed, and Benedikt, who is on the roster, did not."""
    if known:
        assert ask(desk.proxy, "/v1/people/p-eve", {"name": "Eve Stone", "emails": [EVE]}, "PUT").status == 200
    label = form.format(ben=BEN["name"], eve="Eve Stone", turned=" ".join(reversed(BEN["name"].split())))
    people = [{"name": label, "emails": [EVE]}, {"id": "p-ben", "name": BEN["name"]}]
    if source == "roster":
        desk.proxy.meeting(people, "m1")
    else:
        put(desk, people)
    eve = next(each for each in invited(desk) if each["id"] != "p-ben")
    agrees(desk, str(eve["id"]))
    assert b"canary" not in left_under(desk, label)
    if known:
        assert b"canary" in left_under(desk, "Eve Stone")
        config = str(desk.proxy.config)
        desk.proxy.cli("people", "alias", "p-eve", label, "--config", config)
        assert b"canary" in left_under(desk, label), "the operator says so"


@pytest.mark.parametrize("source", SOURCES)
def test_a_label_of_a_diarizer_is_nobodys_name(desk: Stand, source: str) -> None:
    """Whoever is invited under it, and agreed, would speak for whoever the diarizer calls so."""
    labels = ("Speaker 1", "SPEAKER_00", "You", "Participant 3", "Unknown", "Guest", "Everyone", "Host")
    for number, label in enumerate(labels):
        address = f"zed-{number}@home.example"
        SOURCES[source](desk, label, address)
        put(desk, [*({"id": each["id"]} for each in invited(desk)), BEN])
        zed = next(str(each["id"]) for each in invited(desk) if address in each["emails"])
        agrees(desk, zed)
        assert b"canary" not in left_under(desk, label), label
    assert ask(desk.proxy, f"/v1/people/{zed}", {"aliases": ["Host"]}, "PUT").status == 200
