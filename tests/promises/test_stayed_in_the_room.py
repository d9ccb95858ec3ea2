"""Promise 2: whoever stays in a room from one meeting into the next is there, though nobody reports them anew.

Two meetings of one number of Zoom's, the second with Annika, who agreed, on a complete roster.
"""

from __future__ import annotations

import pytest
from promises.conftest import Stand
from promises.test_who_is_who import (
    ANN,
    AS_ANN,
    AS_BEN,
    BEN,
    Call,
    ask,
    hall,
    left_in,
    put_series,
    tell,
)

__all__ = ["hall"]
DAY = "2026-03-02T"
TWO = {"first": ("09:00", "10:00"), "second": ("10:00", "11:00")}
APART = {"first": ("07:30", "08:00"), "second": ("10:00", "11:00")}
BOTH = {"unclaimed early", "unclaimed late", "joint early", "joint late"}


def at(time: str) -> str:
    return f"{DAY}{time}:00Z"


STAYS: dict[str, tuple[Call, ...]] = {
    "a stranger": (("joined", at("09:30"), "G", "Zed Quill", {}),),
    "a stranger without a seat": (("joined", at("09:30"), "", "Zed Quill", {}),),
    "again and again": (("joined", at("09:10"), "G", "Zed Quill", {}), ("left", at("09:20"), "G", "Zed Quill", {}),
                        ("joined", at("09:30"), "G", "Zed Quill", {})),
    "somebody of the first roster": (("joined", at("09:30"), "H", BEN, AS_BEN),),
    "signed in against their name": (("joined", at("09:30"), "G", ANN, AS_BEN),),
    "left another seat": (("joined", at("09:30"), "G", "Zed Quill", {}), ("left", at("09:50"), "K", "Zed Quill", {})),
}  # fmt: skip


@pytest.mark.parametrize("times", [TWO, APART], ids=["back to back", "apart"])
@pytest.mark.parametrize("case", STAYS)
def test_whoever_stays_is_in_the_next_meeting_of_the_number(hall: Stand, case: str, times: dict[str, tuple[str, str]]):
    number, meetings = put_series(hall, times)
    early = "09" if times is TWO else "07"
    for event, when, *seat in STAYS[case]:
        tell(hall, number, (event, when.replace("T09", f"T{early}"), *seat))
    assert left_in(hall, meetings["second"]) == set()
    seen = ask(hall.proxy, f"/v1/meetings/{meetings['second']}").json
    assert not seen["complete"]


@pytest.mark.parametrize("name", ["a stranger", "somebody of the first roster"])
def test_whoever_came_in_doubt_and_stays_is_in_a_later_meeting(hall: Stand, name: str):
    """They joined while two meetings were on: nobody knows for which, and people on those rosters are not noted."""
    number, meetings = put_series(
        hall, {"first": ("08:00", "10:00"), "beside": ("09:00", "10:00"), "later": TWO["second"]}
    )
    for each in ("first", "beside"):
        body = {"start": at("08:00"), "end": at("10:00"), "series": number, "complete": True,
                "participants": [{"id": "p-ann"}, {"id": "p-ben"}]}  # fmt: skip
        assert ask(hall.proxy, f"/v1/meetings/{meetings[each]}", body, "PUT").status == 200
    (call,) = STAYS[name]
    tell(hall, number, call, "noted" if name == "a stranger" else "outside_meeting")
    assert left_in(hall, meetings["later"]) == set()
    _, _, *seat = call
    tell(hall, number, ("left", at("10:40"), *seat))
    assert left_in(hall, meetings["later"]) == set()


GOES: dict[str, tuple[Call, ...]] = {
    "before": (("joined", at("09:30"), "G", "Zed Quill", {}), ("left", at("09:50"), "G", "Zed Quill", {})),
    "without a seat": (("joined", at("09:30"), "", "Zed Quill", {}), ("left", at("09:50"), "", "Zed Quill", {})),
    "a day before": (("joined", "2026-03-01T09:30:00Z", "G", "Zed Quill", {}),),
}


@pytest.mark.parametrize("case", GOES)
def test_whoever_went_before_is_not_in_the_next(hall: Stand, case: str):
    number, meetings = put_series(hall, TWO)
    for call in GOES[case]:
        tell(hall, number, call, "unknown_meeting" if case == "a day before" else "noted")
    assert left_in(hall, meetings["second"]) == BOTH


def with_both(hall: Stand, number: str, meetings: dict[str, str]) -> None:
    """Both are on both rosters, and recordings begin with their meetings."""
    for name, (start, end) in TWO.items():
        body = {"start": at(start), "end": at(end), "recording_start": at(start), "series": number, "complete": True,
                "participants": [{"id": "p-ann"}, {"id": "p-ben"}]}  # fmt: skip
        assert ask(hall.proxy, f"/v1/meetings/{meetings[name]}", body, "PUT").status == 200


def test_a_second_device_makes_nobody_late_who_stayed(hall: Stand):
    """Benedikt sits in one seat since the meeting before, and joins with his telephone."""
    number, meetings = put_series(hall, TWO)
    with_both(hall, number, meetings)
    tell(hall, number, ("joined", at("09:30"), "H", BEN, AS_BEN))
    tell(hall, number, ("joined", at("10:30"), "K", BEN, AS_BEN))
    assert left_in(hall, meetings["second"]) == set()


def test_who_stayed_and_goes_is_gone(hall: Stand):
    number, meetings = put_series(hall, TWO)
    with_both(hall, number, meetings)
    tell(hall, number, ("joined", at("09:30"), "A", ANN, AS_ANN))
    tell(hall, number, ("joined", at("09:30"), "H", BEN, AS_BEN))
    tell(hall, number, ("left", at("10:20"), "H", BEN, AS_BEN))
    assert left_in(hall, meetings["second"]) == {"unclaimed late", "joint late"}


def test_a_stranger_who_came_early_for_the_second_and_went_is_seen_once(hall: Stand):
    """Their join is noted in both meetings, and their leave in the one that is on; a third knows that they went."""
    number, meetings = put_series(hall, {**TWO, "third": ("11:00", "12:00")})
    tell(hall, number, ("joined", at("09:50"), "G", "Zed Quill", {}))
    tell(hall, number, ("left", at("10:30"), "G", "Zed Quill", {}))
    assert left_in(hall, meetings["second"]) == set()
    assert ask(hall.proxy, f"/v1/meetings/{meetings['third']}").json["complete"]
