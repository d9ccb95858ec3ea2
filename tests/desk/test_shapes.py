"""Instants that cannot be stored are errors of whoever wrote them, with their field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from desk.test_consents import NO, NOW, SETTINGS, YES

from proxy.desk import consents, meetings
from proxy.desk.shapes import check_entry
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry

BEFORE = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
AFTER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=14)))


@pytest.mark.parametrize("what", [YES, NO])
@pytest.mark.parametrize("instant", [BEFORE, AFTER])
def test_a_record_begins_at_a_date(what: consents.ConsentStatement, instant: datetime) -> None:
    with pytest.raises(ClientFault, match="invalid_period at valid_from"):
        consents.drafted(replace(what, valid_from=instant), SETTINGS, NOW, "cr-1")


def test_a_yes_ends_at_a_date_which_may_be_the_last_there_is() -> None:
    with pytest.raises(ClientFault, match="invalid_period at valid_until"):
        consents.drafted(replace(YES, valid_until=AFTER), SETTINGS, NOW, "cr-1")
    last = AFTER.replace(tzinfo=UTC)
    assert consents.drafted(replace(YES, valid_until=last), SETTINGS, NOW, "cr-1").valid_until == last


@pytest.mark.parametrize("instant", [BEFORE, AFTER, AFTER.replace(tzinfo=UTC)])
def test_a_meeting_has_dates(instant: datetime) -> None:
    def drafted(start: datetime, end: datetime | None = None, recording_start: datetime | None = None) -> None:
        meetings.drafted("m-1", start, end, recording_start=recording_start, series=None, complete=False)

    with pytest.raises(ClientFault, match="invalid_meeting at start"):
        drafted(instant)
    with pytest.raises(ClientFault, match="invalid_meeting at end"):
        drafted(NOW, instant)
    with pytest.raises(ClientFault, match="invalid_meeting at recording_start"):
        drafted(NOW, None, instant)


@pytest.mark.parametrize("field", ["evidence_ref", "terms_version", "method", "notice_hash"])
@pytest.mark.parametrize("written", ["", " ", "a\nb", "x" * 201])
def test_what_a_record_says_is_a_line(field: str, written: str) -> None:
    with pytest.raises(ClientFault, match=f"incomplete_record at {field}"):
        consents.drafted(replace(NO, **{field: written}), SETTINGS, NOW, "cr-1")  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["m 5", "*", "", "-m", "m/5", "x" * 201])
def test_a_meeting_can_be_named_in_a_path(written: str) -> None:
    for meeting, series in ((written, None), ("m-1", written)):
        with pytest.raises(ClientFault, match="invalid_meeting"):
            meetings.drafted(meeting, NOW, None, recording_start=None, series=series, complete=False)


@pytest.mark.parametrize(
    "entry",
    [
        Entry("p x8", "Ann Berg"),
        Entry(None, ""),
        Entry(None, "Ann\nBerg"),
        Entry(None, "x" * 201),
        Entry(None, "Ann", aliases=("a\tb",)),
        Entry(None, "Ann", emails=("fjord.example",)),
        Entry(None, "Ann", members=("p x8",)),
        Entry(None, "Ann", emails=("ann,eve@fjord.example",)),
        Entry(None, "Ann", emails=("ann:eve@fjord.example",)),
        Entry(None, "Ann", emails=("<ann@fjord.example>",)),
    ],
)
def test_a_person_has_a_form(entry: Entry) -> None:
    with pytest.raises(ClientFault, match="invalid_roster at row 2, "):
        check_entry(replace(entry, where="row 2"))


@pytest.mark.parametrize("bad", ["\x1b[31m", "\x1b", "\x7f", "\x9b31m", "\x85", "\u2028", "\u202e", "\u2066", "\u2069"])
@pytest.mark.parametrize("around", ["{}", "Ev{}il", "Ann {}"])
def test_what_a_terminal_obeys_is_in_no_name(bad: str, around: str) -> None:
    name = around.format(bad)
    for entry, place in (
        (Entry(id="p-1", name=name), "name"),
        (Entry(id="p-1", name="Ann", aliases=(name,)), "aliases"),
    ):
        with pytest.raises(ClientFault, match=f"invalid_roster at {place}"):
            check_entry(entry)
    with pytest.raises(ClientFault, match="incomplete_record at evidence_ref"):
        consents.drafted(replace(NO, evidence_ref=name), SETTINGS, NOW, "cr-1")


@pytest.mark.parametrize("name", ["سمیه‌سادات", "क्‍ष", "Ann\u200dika", "O’Brien-Ñuñez", "李 雷", "Zoë 👩‍💻"])
def test_joiners_and_every_script_are_in_names(name: str) -> None:
    check_entry(Entry(id="p-1", name=name, aliases=(name,)))
