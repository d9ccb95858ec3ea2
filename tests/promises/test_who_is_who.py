"""Promise 2: consent is the person's own. Nobody speaks, joins, leaves or says yes as somebody else."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from harness.process import PEOPLE, Proxy, Response, fetch, settings
from harness.recorder import Recorder
from promises.conftest import Stand

TOKEN = "admin-token-of-the-tests"
JSON = "application/json"
OTHER_FORMS = [
    "annika  solberg",
    "ANNIKA SOLBERG",
    "Annika\u00a0Solberg",
    "Ａｎｎｉｋａ Solberg",
    "Annika\u200b Solberg",
]


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_two_people_whose_names_differ_in_form_alone_are_nobody(alone, form: str) -> None:
    """A tool that writes names in one form would give the words of one to the other."""
    people = [
        {"id": "p-ann", "name": "Annika Solberg", "class": "employee"},
        {"id": "p-eve", "name": form, "class": "guest"},
    ]
    alone.proxy.meeting(people)
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    mark = alone.mark()
    for label in ("Annika Solberg", form):
        alone.proxy.chat(f"{label}: My canary must stay here.\n")
    assert b"canary" not in b"".join(received.raw for received in alone.since(mark))


def test_a_label_in_another_form_is_its_persons(stand) -> None:
    mark = stand.mark()
    stand.proxy.chat("ANNIKA  SOLBERG: The harbour opens in May.\nBENEDIKT\u00a0OYELARAN: My canary must stay here.\n")
    (received,) = stand.since(mark)
    assert b"harbour opens" in received.body
    assert b"canary" not in received.raw


def ask(proxy: Proxy, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Response:
    """A call of the admin API, by whoever holds its token; without a body a GET, with one a POST."""
    url = f"http://127.0.0.1:{proxy.document['admin']['port']}{path}"
    sent = None if body is None else json.dumps(body).encode()
    return fetch(url, sent, {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON}, method)


@pytest.fixture
def asked(alone) -> Stand:
    """With the admin API. Annika granted; Benedikt said no for the whole organization; Caller 1 was never asked."""
    alone.proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
    alone.proxy.environment["TEST_ADMIN_TOKEN"] = TOKEN
    alone.proxy.meeting([*PEOPLE, {"id": "p-tel", "name": "Caller 1", "class": "phone"}])
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    no = {"participant": "p-ben", "scope": "org", "purpose": "summary", "state": "denied",
          "method": "written", "affirmative": True}  # fmt: skip
    assert ask(alone.proxy, "/v1/consent-events", no | {"scope_id": alone.proxy.document["organization"]}).status == 201
    return alone


def pressed(digit: str, **whom: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"meeting": "m1", "purpose": "summary", "recipient": "acme-llm", "digit": digit, "call": "call-1",
            "pressed_at": at, "covers_earlier": True, **whom}  # fmt: skip


@pytest.mark.parametrize(
    "whom",
    [{"label": "Benedikt Oyelaran"}, {"participant": "p-ben"}, {"label": "Chiara Montefusco"}],
    ids=["who refused", "by id", "who was never asked"],
)
def test_no_key_says_yes_for_whoever_is_no_phone(asked, whom: dict[str, str]) -> None:
    """A caller's display name is what the caller wrote."""
    reply = ask(asked.proxy, "/v1/dtmf", pressed("1", **whom))
    assert (reply.status, reply.json["error"]["code"]) == (409, "not_a_phone")
    mark = asked.mark()
    asked.proxy.chat("Benedikt Oyelaran: My canary-ben.\nChiara Montefusco: My canary-chiara.\n")
    assert b"canary" not in b"".join(received.raw for received in asked.since(mark))


def test_no_key_takes_back_the_yes_of_whoever_is_no_phone(asked) -> None:
    assert ask(asked.proxy, "/v1/dtmf", pressed("2", label="Annika Solberg")).status == 409
    mark = asked.mark()
    asked.proxy.chat("Annika Solberg: The harbour opens in May.\n")
    assert b"harbour opens" in asked.since(mark)[0].body


def test_keys_of_one_call_count_as_they_were_pressed_though_they_are_told_late(asked) -> None:
    """No, and five seconds later yes; both wait in a queue. The same the other way round is a no."""
    now = datetime.now(UTC)
    for first, second, status in (("2", "1", 201), ("1", "2", 201), ("2", "1", 409)):
        for digit, before in ((first, 60), (second, 55 if status == 201 else 65)):
            key = pressed(digit, label="Caller 1", pressed_at=(now - timedelta(seconds=before)).isoformat())
            reply = ask(asked.proxy, "/v1/dtmf", key | {"call": f"call-{first}-{before}"})
        assert reply.status == status
        mark = asked.mark()
        asked.proxy.chat("Caller 1: My canary must stay here.\n")
        left = any(b"canary" in received.raw for received in asked.since(mark))
        assert left is ((second, status) == ("1", 201))
        now += timedelta(seconds=10)


def test_a_key_gets_not_past_a_no_that_was_given_by_other_means(asked) -> None:
    no = {"participant": "p-tel", "scope": "meeting", "scope_id": "m1", "purpose": "summary", "state": "denied",
          "method": "verbal", "affirmative": True}  # fmt: skip
    assert ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1")).status == 201
    assert ask(asked.proxy, "/v1/consent-events", no).status == 201
    reply = ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1") | {"call": "call-2"})
    assert (reply.status, reply.json["error"]["code"]) == (409, "answer_outweighed")
    mark = asked.mark()
    asked.proxy.chat("Caller 1: My canary must stay here.\n")
    assert b"canary" not in b"".join(received.raw for received in asked.since(mark))
    yes = ask(asked.proxy, "/v1/consent-events", no | {"state": "granted"})
    assert yes.status == 201
    assert ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1") | {"call": "call-3"}).status == 201


SECRET = "zoom-secret-of-the-tests"
NUMBERS = (str(number) for number in count(81000000000))
BEN, ANN = "Benedikt Oyelaran", "Annika Solberg"
AS_BEN = {"participant_user_id": "u-ben", "email": "ben.o@fjord.example"}
AS_ANN = {"participant_user_id": "u-ann", "email": "annika.solberg@fjord.example"}
AS_STRANGER = {"participant_user_id": "u-eve", "email": "eve@home.example"}
Call = tuple[str, str, str, str, dict[str, str]]
"""What Zoom tells: joined or left, when, in which seat, under which name, and how they are signed in."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Takes Zoom's calls. Annika agreed to everything, Benedikt to nothing; both have addresses on file."""
    directory = tmp_path_factory.mktemp("hall")
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url))
        proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
        proxy.document["webhooks"] = {"zoom": {"secret": {"env": "TEST_ZOOM_SECRET"}}}
        proxy.document["consent"]["quorum"] = {"compose": "all_present"}
        proxy.environment |= {"TEST_ADMIN_TOKEN": TOKEN, "TEST_ZOOM_SECRET": SECRET}
        proxy.meeting(PEOPLE[:2])
        proxy.start()
        for person, state in (("p-ann", "granted"), ("p-ben", "denied")):
            for purpose in ("summary", "compose"):
                said = {"participant": person, "scope": "org", "scope_id": "fjord", "purpose": purpose, "state": state,
                        "recipient": "acme-llm", "method": "written", "affirmative": True,
                        "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
                assert ask(proxy, "/v1/consent-events", said).status == 201
        yield Stand(proxy, recorder)
        proxy.stop()


def put(hall: Stand) -> str:
    """A meeting of its own, with Annika and Benedikt on a complete roster."""
    number = next(NUMBERS)
    hall.proxy.meeting(PEOPLE[:2], number)
    return number


def tell(hall: Stand, number: str, call: Call, status: str = "noted") -> None:
    """A call of Zoom's, signed."""
    event, at, seat, name, signed_in = call
    when = "join_time" if event == "joined" else "leave_time"
    person = {"user_name": name, "participant_uuid": seat, when: at, **signed_in}
    about = {"id": number, "uuid": f"uuid-{number}", "participant": person}
    sent = {"event": f"meeting.participant_{event}", "event_ts": 1772445600000, "payload": {"object": about}}
    raw, stamp = json.dumps(sent).encode(), str(int(time.time()))
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    url = f"http://127.0.0.1:{hall.proxy.document['admin']['port']}/webhooks/zoom"
    reply = fetch(url, raw, {"Content-Type": JSON, "x-zm-signature": signature, "x-zm-request-timestamp": stamp})
    assert reply.json == {"status": status}


def left_in(hall: Stand, number: str) -> set[str]:
    """Which words leave: unclaimed ones (summary), and Annika's where everybody present has to agree (compose)."""
    mark = hall.mark()
    cues = (("early", "00:05:00.000 --> 00:05:04.000"), ("late", "00:40:00.000 --> 00:40:04.000"))
    for path, voice in (("/v1/chat/completions", ""), ("/compose/v1/chat/completions", f"<v {ANN}>")):
        kind = "joint" if voice else "unclaimed"
        words = "".join(f"\n{times}\n{voice}The {kind} {when} canary sings.\n" for when, times in cues)
        hall.proxy.chat(f"WEBVTT\n{words}", meeting=number, path=path)
    raw = b"".join(received.raw for received in hall.since(mark)).decode()
    return {f"{kind} {when}" for kind in ("unclaimed", "joint") for when, _ in cues if f"{kind} {when} canary" in raw}


BEN_IS_HERE: Call = ("joined", "2026-03-02T09:59:00Z", "H", BEN, AS_BEN)
EARLY, LATE = "2026-03-02T10:20:00Z", "2026-03-02T10:30:00Z"
FIRST = "2026-03-02T10:01:00Z"
ATTACKS: dict[str, tuple[Call, ...]] = {
    "leaves under his name in another seat": (("joined", FIRST, "G", BEN, {}), ("left", EARLY, "G", BEN, {})),
    "leaves under a form of his name": (("joined", FIRST, "G", BEN.upper(), {}), ("left", EARLY, "G", BEN, {})),
    "joins late under his name": (("joined", LATE, "G", BEN, {}),),
    "takes his name late": (("joined", FIRST, "G", ANN, {}), ("left", EARLY, "G", BEN, {})),
    "signed in with Annika's address": (("joined", FIRST, "G", BEN, AS_ANN), ("left", EARLY, "G", BEN, AS_ANN)),
    "late, with Annika's address": (("joined", LATE, "G", BEN, AS_ANN),),
    "signed in with a stranger's address": (("joined", FIRST, "G", BEN, AS_STRANGER),
                                            ("left", EARLY, "G", BEN, AS_STRANGER)),
    "late, with a stranger's address": (("joined", LATE, "G", BEN, AS_STRANGER),),
    "typed his address": (("joined", LATE, "G", BEN, {"email": AS_BEN["email"]}),),
    "left and never joined": (("left", EARLY, "G", BEN, {}),),
    "left and never joined, signed in": (("left", EARLY, "G", BEN, AS_BEN),),
    "left a seat that is not theirs": (("joined", FIRST, "G", BEN, {}), ("left", EARLY, "H", BEN, {})),
}  # fmt: skip


@pytest.mark.parametrize("seen", [(), (BEN_IS_HERE,)], ids=["Ben unseen", "Ben signed in"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_is_absent_by_what_somebody_else_does_under_their_name(hall: Stand, attack: str, seen: tuple[Call, ...]):
    """Benedikt, who refused, is there all the time: else his words, or what he hears, leave without his yes."""
    number = put(hall)
    for call in (*seen, *ATTACKS[attack]):
        tell(hall, number, call)
    assert left_in(hall, number) == set()


def test_who_is_vouched_for_and_goes_or_comes_late_need_not_agree(hall: Stand):
    gone, late = put(hall), put(hall)
    for call in (BEN_IS_HERE, ("left", EARLY, "H", BEN, AS_BEN)):
        tell(hall, gone, call)
    tell(hall, late, ("joined", LATE, "H", BEN, AS_BEN))
    assert left_in(hall, gone) == {"unclaimed late", "joint late"}
    assert left_in(hall, late) == {"unclaimed early", "joint early"}


def test_a_contradiction_stays_one_when_the_roster_is_put_anew(hall: Stand):
    number = put(hall)
    tell(hall, number, ("joined", LATE, "G", BEN, AS_ANN))
    hall.proxy.meeting([PEOPLE[0], {"id": "p-ben", "name": BEN, "emails": []}], number)
    assert left_in(hall, number) == set()


@pytest.mark.parametrize("seat", [{}, {"seat": "G"}], ids=["no seat", "a seat"])
@pytest.mark.parametrize(
    "events",
    [(("joined", LATE),), (("joined", FIRST), ("left", EARLY)), (("left", EARLY),)],
    ids=["late", "gone", "left"],
)
def test_no_name_over_the_admin_api_makes_anybody_absent(hall: Stand, events, seat: dict[str, str]):
    number = put(hall)
    for event, at in events:
        sent = {"label": BEN, "event": event, "at": at, **seat}
        assert ask(hall.proxy, f"/v1/meetings/{number}/presence", sent).json == {"noted": True, "participant": "p-ben"}
    assert left_in(hall, number) == set()


@pytest.mark.parametrize("at", ["2026-03-01T23:00:00Z", "2026-03-02T07:30:00Z", "2026-03-02T13:05:00Z",
                                "2026-03-03T09:00:00Z"])  # fmt: skip
@pytest.mark.parametrize("signed_in", [{}, AS_STRANGER], ids=["guest", "signed in"])
def test_a_stranger_who_joins_at_any_hour_makes_the_roster_incomplete(hall: Stand, at: str, signed_in: dict[str, str]):
    """The meeting is known by its number, and may have run long over its end; somebody was there."""
    number = put_with_an_end(hall)
    assert "unclaimed late" in left_in(hall, number)
    tell(hall, number, ("joined", at, "G", "Zed Quill", signed_in))
    assert left_in(hall, number) == set()


STRANGE_NAMES = {"half": "Zed \ud83d", "other half": "Zed \udc4d", "long": "Z" * 512, "none": "", "turned": "\u202eZed",
                 "nul": "Zed\x00", "lines": "Zed\nQuill"}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE_NAMES.values(), ids=STRANGE_NAMES)
@pytest.mark.parametrize("source", ["zoom", "api"])
def test_no_name_of_a_stranger_keeps_them_unseen(hall: Stand, source: str, name: str):
    """A guest may choose any. Services cut names to a number of code units, in the middle of an emoji as well."""
    number, at = put_with_an_end(hall), "2026-03-02T10:05:00Z"
    assert "unclaimed late" in left_in(hall, number)
    if source == "zoom":
        tell(hall, number, ("joined", at, "G", name, {}))
    else:
        sent = {"label": name, "event": "joined", "at": at}
        assert ask(hall.proxy, f"/v1/meetings/{number}/presence", sent).json == {"noted": True, "participant": None}
    assert left_in(hall, number) == set()


@pytest.mark.parametrize("event", ["joined", "left"])
@pytest.mark.parametrize("at", ["2026-03-02T07:30:00Z", "2026-03-02T13:05:00Z", "2026-03-09T10:00:00Z"])
def test_nobody_on_the_roster_is_absent_by_a_call_from_another_time(hall: Stand, at: str, event: str):
    """A meeting that is held again under its number says nothing of who was there last week."""
    number = put_with_an_end(hall, PEOPLE[:2])
    tell(hall, number, (event, at, "H", BEN, AS_BEN), "outside_meeting")
    assert left_in(hall, number) == set()


def put_with_an_end(hall: Stand, people: list[dict[str, Any]] = PEOPLE[:1]) -> str:
    number = next(NUMBERS)
    body = {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T11:00:00Z", "complete": True, "participants": people}
    assert ask(hall.proxy, f"/v1/meetings/{number}", body, "PUT").status == 200
    return number


DAY = "2026-03-02T"
BACK_TO_BACK = {"first": ("10:00", "11:00"), "second": ("11:00", "12:00")}
OPEN = {"first": ("10:00", None), "second": ("15:00", None)}
OTHERS_COME = {
    "on the dot": (BACK_TO_BACK, "11:00", {"first", "second"}),
    "early for the second": (BACK_TO_BACK, "10:55", {"first", "second"}),
    "in the first": (BACK_TO_BACK, "10:30", {"first", "second"}),  # they have not left
    "in the second": (BACK_TO_BACK, "11:05", {"second"}),
    "in one of two without an end": (OPEN, "15:05", {"first", "second"}),
}


def put_series(hall: Stand, times: dict[str, tuple[str, str | None]]) -> tuple[str, dict[str, str]]:
    """Zoom's number, and under it a meeting of each name, where all agreed."""
    number = next(NUMBERS)
    for name, (start, end) in times.items():
        body = {"start": f"{DAY}{start}:00Z", "end": end and f"{DAY}{end}:00Z", "series": number, "complete": True,
                "participants": PEOPLE[:1]}  # fmt: skip
        assert ask(hall.proxy, f"/v1/meetings/{number}-{name}", body, "PUT").status == 200
    return number, {name: f"{number}-{name}" for name in times}


@pytest.mark.parametrize("case", OTHERS_COME)
def test_a_stranger_is_in_each_meeting_of_a_number_that_they_may_have_come_for(hall: Stand, case: str):
    times, at, incomplete = OTHERS_COME[case]
    number, meetings = put_series(hall, times)
    tell(
        hall,
        number,
        ("joined", f"{DAY}{at}:00Z", "A", ANN, AS_ANN),
        "outside_meeting" if at in ("11:00", "15:05") else "noted",
    )
    assert all("unclaimed late" in left_in(hall, meeting) for meeting in meetings.values())
    stranger: Call = ("joined", f"{DAY}{at}:00Z", "G", "Zed Quill", {})
    tell(hall, number, stranger)
    assert {name for name, meeting in meetings.items() if not left_in(hall, meeting)} == incomplete
    seen = [ask(hall.proxy, f"/v1/meetings/{meeting}").json["complete"] for meeting in meetings.values()]
    assert seen == [name not in incomplete for name in meetings]


def test_a_meeting_of_january_with_the_number_for_its_id_keeps_no_stranger_from_that_of_today(hall: Stand):
    number, meetings = put_series(hall, {"today": ("10:00", "11:00")})
    january = {"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z", "complete": True,
               "participants": PEOPLE[:1]}  # fmt: skip
    assert ask(hall.proxy, f"/v1/meetings/{number}", january, "PUT").status == 200
    assert left_in(hall, meetings["today"])
    tell(hall, number, ("joined", f"{DAY}10:05:00Z", "G", "Zed Quill", {}))
    assert left_in(hall, meetings["today"]) == set()


def test_an_address_that_two_people_have_proves_nobody(hall: Stand):
    """Reception is one mailbox: Ivo agreed and is on the roster, Ulf refused and comes instead."""
    number, mailbox = next(NUMBERS), "reception@fjord.example"
    ivo, ulf = ({"name": name, "emails": [mailbox], "class": "guest"} for name in ("Ivo Dahl", "Ulf Nes"))
    assert ask(hall.proxy, "/v1/people/p-ivo", ivo, "PUT").json["remarks"] == []
    yes = {"participant": "p-ivo", "scope": "org", "purpose": "summary", "state": "granted", "method": "written",
           "affirmative": True, "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    assert ask(hall.proxy, "/v1/consent-events", yes).status == 201
    as_reception = {"participant_user_id": "u-reception", "email": mailbox}
    here: Call = ("joined", FIRST, "A", "Ivo Dahl", as_reception)
    comes: Call = ("joined", EARLY, "B", "Ulf Nes", as_reception)
    hall.proxy.meeting([PEOPLE[0], {"id": "p-ivo"}], number)
    tell(hall, number, here)
    assert "unclaimed late" in left_in(hall, number)
    assert len(ask(hall.proxy, "/v1/people/p-ulf", ulf, "PUT").json["remarks"]) == 1
    assert len(ask(hall.proxy, f"/v1/meetings/{number}").json["remarks"]) == 1
    assert "unclaimed late" in left_in(hall, number), "under his own name it is Ivo"
    tell(hall, number, comes)
    assert "unclaimed late" not in left_in(hall, number)
    after = next(NUMBERS)
    hall.proxy.meeting([PEOPLE[0], {"id": "p-ivo"}], after)
    tell(hall, after, ("joined", EARLY, "B", "Reception", as_reception))
    assert "unclaimed late" not in left_in(hall, after)


def test_somebody_on_file_who_comes_and_is_not_on_the_roster_makes_it_incomplete(asked: Stand) -> None:
    """The caller vouches for who it is: a refuser of whom the roster knows nothing."""
    alone = {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T11:00:00Z", "complete": True,
             "participants": [{"id": "p-ann"}]}  # fmt: skip
    assert ask(asked.proxy, "/v1/meetings/m2", alone, "PUT").status == 200
    yes = {"participant": "p-ann", "scope": "org", "purpose": "summary", "state": "granted", "method": "written",
           "affirmative": True, "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    assert ask(asked.proxy, "/v1/consent-events", yes).status == 201
    text = "Annika Solberg: We ship.\n\nThe canary sinks."

    def left() -> bool:
        mark = asked.mark()
        asked.proxy.chat(text, meeting="m2")
        return any(b"canary" in received.raw for received in asked.since(mark))

    came = {"label": "Annika Solberg", "participant": "p-ben", "event": "joined", "at": "2026-03-02T10:10:00Z"}
    before = left()
    assert ask(asked.proxy, "/v1/meetings/m2/presence", came).json == {"noted": True, "participant": None}
    assert before
    assert not left()
    assert ask(asked.proxy, "/v1/meetings/m2/presence", came | {"participant": "p-none"}).status == 404
