"""Promise 2: a calendar says who is invited, not who is there. No file of anybody who knows a UID removes somebody.

Eve, who agreed, is invited; Benedikt, who refused, was on the roster before. Speech that nobody claims needs both.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.process import PEOPLE, Proxy, settings
from harness.recorder import Recorder
from promises.conftest import Stand
from promises.test_who_is_who import TOKEN, ask

ANN, BEN, _ = PEOPLE
EVE = {"id": "p-eve", "name": "Eve Moss", "emails": ["eve@home.example"]}
HOUR = ("20260302T100000Z", "20260302T110000Z")
UNCLAIMED = "WEBVTT\n\n00:20:00.000 --> 00:20:04.000\nThe canary sings.\n"


def invited(*people: dict, sequence: int = 0, times: tuple[str, str] = HOUR, more: tuple[str, ...] = ()) -> str:
    """An event as whoever knows its UID writes it."""
    start, end = times
    listed = [f'ATTENDEE;CN="{person["name"]}":mailto:{person["emails"][0]}' for person in people]
    return "\n".join(["BEGIN:VEVENT", "UID:weekly", f"SEQUENCE:{sequence}", f"DTSTART:{start}", f"DTEND:{end}", *listed,
                      *more, "END:VEVENT"])  # fmt: skip


@pytest.fixture
def desk(tmp_path) -> Iterator[Stand]:
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
        proxy.environment["TEST_ADMIN_TOKEN"] = TOKEN
        proxy.meeting([ANN, BEN, EVE], "before")
        proxy.start()
        for person, state in (("p-eve", "granted"), ("p-ann", "granted"), ("p-ben", "denied")):
            said = {"participant": person, "scope": "org", "purpose": "summary", "state": state, "method": "written",
                    "affirmative": True, "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
            assert ask(proxy, "/v1/consent-events", said).status == 201
        yield Stand(proxy, recorder)
        proxy.stop()


def bring(desk: Stand, *events: str, trust: tuple[str, ...] = ()) -> str:
    """Import a file; the id of the meeting."""
    file = desk.proxy.directory / "invitation.ics"
    file.write_text("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *events, "END:VCALENDAR", ""]))
    words = ("--config", str(desk.proxy.config), "--from", "2026-03-01T00:00:00Z", "--complete", *trust)
    told = desk.proxy.cli("meeting", "import", str(file), *words)
    return told.partition(": ")[0]


def roster(desk: Stand, meeting: str) -> set[str]:
    return {person["id"] for person in ask(desk.proxy, f"/v1/meetings/{meeting}").json["participants"]}


def leaves(desk: Stand, meeting: str) -> bool:
    mark = desk.mark()
    desk.proxy.chat(UNCLAIMED, meeting=meeting)
    return any(b"canary" in received.raw for received in desk.since(mark))


def test_who_was_invited_before_stays_whatever_a_newer_file_says(desk: Stand) -> None:
    meeting = bring(desk, invited(EVE, BEN))
    assert bring(desk, invited(EVE, sequence=9)) == meeting
    assert roster(desk, meeting) == {"p-eve", "p-ben"}
    assert not leaves(desk, meeting)


def test_an_older_file_after_a_newer_one_changes_nobody(desk: Stand) -> None:
    meeting = bring(desk, invited(EVE, BEN, sequence=3))
    bring(desk, invited(EVE, sequence=1))
    assert roster(desk, meeting) == {"p-eve", "p-ben"}


@pytest.mark.parametrize("order", [1, -1], ids=["older first", "newer first"])
def test_of_two_versions_in_one_file_the_newer_counts_and_all_are_invited(desk: Stand, order: int) -> None:
    versions = [invited(EVE, BEN, sequence=1, times=(HOUR[0], "20260302T103000Z")), invited(EVE, sequence=2)]
    meeting = bring(desk, *versions[::order])
    assert roster(desk, meeting) == {"p-eve", "p-ben"}
    assert ask(desk.proxy, f"/v1/meetings/{meeting}").json["end"] == "2026-03-02T11:00:00Z"


def test_a_calendar_takes_nobody_from_a_roster_of_the_operator(desk: Stand) -> None:
    desk.proxy.meeting([{"id": "p-eve"}, {"id": "p-ben"}], "m1")
    bring(desk, invited(EVE), trust=("--id", "m1"))
    assert roster(desk, "m1") == {"p-eve", "p-ben"}
    assert not leaves(desk, "m1")


def test_the_operator_may_say_that_only_the_invited_come(desk: Stand) -> None:
    meeting = bring(desk, invited(EVE, BEN))
    assert bring(desk, invited(EVE), trust=("--leave-out-uninvited",)) == meeting
    assert roster(desk, meeting) == {"p-eve"}
    assert leaves(desk, meeting)


def test_who_declined_goes_only_where_the_operator_trusts_it(desk: Stand) -> None:
    meeting = bring(desk, invited(EVE, BEN))
    declined = invited(EVE, more=(f"ATTENDEE;PARTSTAT=DECLINED:mailto:{BEN['emails'][0]}",))
    bring(desk, declined)
    assert roster(desk, meeting) == {"p-eve", "p-ben"}
    bring(desk, declined, trust=("--leave-out-declined",))
    assert roster(desk, meeting) == {"p-eve"}


def test_no_file_moves_a_meeting_away_from_those_who_were_seen_in_it(desk: Stand) -> None:
    """A stranger sat in it. Moved to the afternoon, the meeting would know nothing of the morning."""
    moved = ("20260302T140000Z", "20260302T150000Z")
    known = ("RECURRENCE-ID:20260302T100000Z",)
    meeting = bring(desk, invited(EVE, more=known))
    came = {"label": "Zed Quill", "event": "joined", "at": "2026-03-02T10:05:00Z"}
    assert ask(desk.proxy, f"/v1/meetings/{meeting}/presence", came).json["noted"]
    assert not leaves(desk, meeting)
    assert bring(desk, invited(EVE, sequence=9, times=moved, more=known)) == meeting
    assert ask(desk.proxy, f"/v1/meetings/{meeting}").json["start"] == "2026-03-02T10:00:00Z"
    assert not leaves(desk, meeting)


def test_a_meeting_in_which_nobody_was_seen_yet_moves(desk: Stand) -> None:
    moved = ("20260302T140000Z", "20260302T150000Z")
    known = ("RECURRENCE-ID:20260302T100000Z",)
    meeting = bring(desk, invited(EVE, more=known))
    assert bring(desk, invited(EVE, sequence=1, times=moved, more=known)) == meeting
    assert ask(desk.proxy, f"/v1/meetings/{meeting}").json["start"] == "2026-03-02T14:00:00Z"
