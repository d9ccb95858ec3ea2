"""Calendars: time zones, rules, changes of single occurrences; and files that try to break the reader."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.meetings.calendar import MAX_OCCURRENCES, Attendee, read, starts_of

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
CASES = invented(150)

BERLIN = """\
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "u1@cal.example") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]) + "\n"


def calendar(*parts: str) -> bytes:
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + "".join(parts) + "END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def starts(*parts: str, zone=None) -> list[str]:
    found = read(calendar(*parts), SINCE, UNTIL, zone)
    return [each.started_at.strftime("%m-%d %H:%M") for each in found.occurrences]


@pytest.mark.parametrize("zone", ["TZID=Europe/Berlin", "TZID=W. Europe Standard Time"])
@pytest.mark.parametrize("written", ["", BERLIN])
def test_a_weekly_meeting_stays_at_ten_when_clocks_change(zone, written):
    weekly = event(f"DTSTART;{zone}:20260316T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")

    assert starts(written, weekly) == ["03-16 09:00", "03-23 09:00", "03-30 08:00"]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("20260329T013000", "DTEND;TZID=Europe/Oslo:20260329T033000", timedelta(hours=1)),
        ("20260329T023000", "DTEND;TZID=Europe/Oslo:20260329T033000", None),
        ("20260329T013000", "DURATION:PT1H", timedelta(hours=1)),
        ("20261025T013000", "DTEND;TZID=Europe/Oslo:20261025T033000", timedelta(hours=3)),
        ("20261025T013000", "DURATION:PT3H", timedelta(hours=3)),
    ],
)
def test_how_long_a_meeting_lasts_while_clocks_change(start, length, expected):
    """In the night when 02:30 is missing, or is there twice."""
    night = event(f"DTSTART;TZID=Europe/Oslo:{start}", length)
    (found,) = read(calendar(night), SINCE, datetime(2027, 1, 1, tzinfo=UTC)).occurrences

    assert (found.ended_at - found.started_at if found.ended_at else None) == expected


def test_a_zone_that_the_file_defines_itself_is_followed():
    own = BERLIN.replace("W. Europe Standard Time", "Office Clock")

    assert starts(own, event("DTSTART;TZID=Office Clock:20260701T100000")) == []
    assert starts(own, event("DTSTART;TZID=Office Clock:20260401T100000")) == ["04-01 08:00"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], ["03-02 10:00", "03-03 10:00", "03-04 10:00"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260303T100000Z"], ["03-02 10:00", "03-03 10:00"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260303"], ["03-02 10:00", "03-03 10:00"]),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=3"], ["03-02 10:00", "03-04 10:00", "03-16 10:00"]),
        (["RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3"], ["03-02 10:00", "04-06 10:00", "05-04 10:00"]),
        (["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"], ["03-02 10:00", "03-03 10:00"]),
        (["RDATE:20260310T120000Z,20260309T100000Z"], ["03-02 10:00", "03-09 10:00", "03-10 12:00"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T100000Z"], ["03-02 10:00", "03-04 10:00"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260303"], ["03-02 10:00", "03-04 10:00"]),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Asia/Tokyo:20260302T190000"], ["03-03 10:00"]),
    ],
)
def test_rules_dates_and_exceptions(lines, expected):
    assert starts(event("DTSTART:20260302T100000Z", *lines)) == expected


def test_one_occurrence_that_was_moved_and_one_that_was_cancelled():
    weekly = event("DTSTART:20260302T100000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = event("RECURRENCE-ID:20260309T100000Z", "DTSTART:20260310T150000Z", "DURATION:PT30M")
    off = event("RECURRENCE-ID:20260316T100000Z", "DTSTART:20260316T100000Z", "STATUS:CANCELLED")

    found = read(calendar(weekly, moved, off), SINCE, UNTIL)

    assert [f"{each.started_at:%m-%d %H:%M}" for each in found.occurrences] == [
        "03-02 10:00", "03-10 15:00", "03-23 10:00"
    ]  # fmt: skip
    assert len({each.series for each in found.occurrences}) == 1
    assert found.occurrences[1].id.endswith("-20260309T100000Z")
    assert found.passed_over == {"cancelled": 1}


def test_people_rooms_groups_and_who_declined():
    invited = event(
        "DTSTART:20260302T100000Z",
        "DTEND:20260302T110000Z",
        "ORGANIZER;CN=Maria Okafor:mailto:Maria@Fjord.example",
        "ATTENDEE;CN=Maria Okafor;PARTSTAT=ACCEPTED:MAILTO:maria@fjord.example",
        'ATTENDEE;CN="Raman, Priya";PARTSTAT=DECLINED:mailto:priya@fjord.example',
        "ATTENDEE;CN=Fjord 1;CUTYPE=ROOM:mailto:room1@fjord.example",
        "ATTENDEE;CUTYPE=GROUP;CN=Everybody:mailto:all@fjord.example",
        "ATTENDEE;CUTYPE=RESOURCE;CN=Beamer:mailto:beamer@fjord.example",
        "ATTENDEE:urn:uuid:0b1c",
        "LOCATION:https://fjord.zoom.us/j/86431910364?pwd=x",
    )

    (found,) = read(calendar(invited), SINCE, UNTIL).occurrences

    assert found.attendees == (
        Attendee("Maria Okafor", "maria@fjord.example"),
        Attendee("Raman, Priya", "priya@fjord.example", declined=True),
        Attendee("Fjord 1", "room1@fjord.example", room=True),
        Attendee("Everybody", "all@fjord.example", group=True),
        Attendee("Beamer", "beamer@fjord.example", room=True),
        Attendee(None, None, group=True),
    )
    assert found.ended_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert found.zoom == "86431910364"
    assert not found.recurring


def test_the_id_says_nothing_of_the_uid():
    (found,) = read(calendar(event("DTSTART:20260302T100000Z", uid="maria@x.example")), SINCE, UNTIL).occurrences

    assert "maria" not in found.id
    assert found.id.startswith(found.series)


def test_times_without_a_zone():
    floating = event("DTSTART:20260302T100000")

    assert starts(floating, zone=ZoneInfo("Europe/Berlin")) == ["03-02 09:00"]
    assert starts("X-WR-TIMEZONE:Asia/Tokyo\n", floating) == ["03-02 01:00"]


TIMED = event("DTSTART:20260302T100000Z", "ATTENDEE:mailto:ann@x.example")
NO_LISTS = ("REPLY", "cancel", "COUNTER", "REFRESH", "ADD", "DECLINECOUNTER", "X-OTHER", "")
"""Methods of RFC 5546 that do not list who is invited, and no methods."""


@pytest.mark.parametrize("method", ["", "METHOD:REQUEST\n", "METHOD:publish \n", "METHOD;X-A=b:REQUEST\n"])
def test_a_request_and_what_is_published_list_who_is_invited(method):
    assert starts(method, TIMED) == ["03-02 10:00"]


@pytest.mark.parametrize("lines", [[], ["ORGANIZER:mailto:org@x.example"]])
def test_without_attendees_nobody_knows_who_is_invited(lines):
    (found,) = read(calendar(event("DTSTART:20260302T100000Z", *lines)), SINCE, UNTIL).occurrences

    assert [each.email for each in found.attendees if not each.group] == ["org@x.example"] * len(lines)
    assert any(each.group for each in found.attendees)


@pytest.mark.parametrize(
    ("source", "where", "says"),
    [
        (calendar(event("DTSTART:20260302T100000")), "event 1 (line 4)", "--timezone"),
        (calendar(event("DTSTART;TZID=Nowhere/Land:20260302T100000")), "event 1", "time zone"),
        (calendar(event("DTSTART:2026")), "event 1", "DTSTART"),
        (calendar(event("DTSTART:19000101T000000Z")), "event 1", "1970"),
        (calendar(event()), "event 1", "no DTSTART"),
        (calendar(event("DTSTART:20260302T100000Z", uid="")), "event 1", "UID"),
        (calendar(event("DTSTART:20260302T100000Z", "DTEND:20260301T100000Z")), "event 1", "length"),
        (calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=SECONDLY")), "line 7", "FREQ"),
        (calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;BYSECOND=1,2")), "line 7", "may have"),
        (calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;INTERVAL=0")), "line 7", "INTERVAL"),
        (calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;BYDAY=XX")), "event 1", "RRULE"),
        (calendar(event("DTSTART:20260302T100000Z", "EXRULE:FREQ=DAILY")), "line 7", "EXRULE"),
        (calendar(BERLIN.replace("YEARLY", "SECONDLY")), "line 10", "FREQ"),
        (calendar("what is this\n"), "line 4", "no line of a calendar"),
        *((calendar(f"method:{other}\n", TIMED), "line 4", "REQUEST") for other in NO_LISTS),
        (calendar("METHOD:REQUEST\n", "METHOD:REPLY\n", TIMED), "line 5", "who is invited"),
        (calendar(TIMED) + calendar("METHOD:REPLY\n", TIMED), "line 13", "who is invited"),
        (calendar(), None, "no event"),
        (calendar(event("DTSTART:20260302T100000Z"))[:-15], "end", "not closed"),
        (b"", None, "no event"),
        (b"\xff\xfe", None, "UTF-8"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "line 1", "nested"),
        (b"BEGIN:VCALENDAR\r\n" * 9, "line 2", "nested"),
        (b"X" * ((4 << 20) + 1), None, "bytes"),
    ],
)
def test_what_is_wrong_is_named_by_line_or_event(source, where, says):
    with pytest.raises(ClientFault) as caught:
        read(source, SINCE, UNTIL)

    assert caught.value.reason in ("calendar_invalid", "calendar_too_large")
    assert (caught.value.where or "").startswith(where or "")
    assert says in caught.value.detail


def test_rules_are_bounded_in_number():
    some = [event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=1", uid=f"u{n}") for n in range(501)]

    assert len(read(calendar(*some[:500]), SINCE, UNTIL).occurrences) == 500
    with pytest.raises(ClientFault, match="calendar_too_large"):
        read(calendar(*some), SINCE, UNTIL)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
     "FREQ=YEARLY;BYYEARDAY=366;BYDAY=TU;BYMONTH=1"],
)  # fmt: skip
def test_a_rule_that_never_holds_leaves_the_start(rule):
    assert starts(event("DTSTART:20260302T100000Z", f"RRULE:{rule}")) == ["03-02 10:00"]


DAYS = st.lists(st.sampled_from("MO TU WE TH FR SA SU".split()), min_size=1, max_size=3, unique=True).map(",".join)
NTH = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from("MO WE SU".split()))
PARTS = {
    "DAILY": {"BYDAY": DAYS, "BYMONTH": st.integers(1, 12)},
    "WEEKLY": {"BYDAY": DAYS, "WKST": st.sampled_from(["MO", "SU"])},
    "MONTHLY": {"BYDAY": st.one_of(NTH, DAYS), "BYMONTHDAY": st.integers(-31, 31).filter(bool),
                "BYSETPOS": st.sampled_from([1, 2, -1])},
    "YEARLY": {"BYMONTH": st.integers(1, 12), "BYDAY": NTH, "BYWEEKNO": st.sampled_from([1, 20, 52, 53]),
               "BYYEARDAY": st.sampled_from([1, 60, 366, -1])},
}  # fmt: skip


@st.composite
def rules(draw) -> str:
    kind = draw(st.sampled_from(sorted(PARTS)))
    parts = {name: draw(values) for name, values in PARTS[kind].items() if draw(st.booleans())}
    if "BYSETPOS" in parts and len(parts) == 1:
        del parts["BYSETPOS"]
    return ";".join([f"FREQ={kind}", f"INTERVAL={draw(st.integers(1, 4))}", *(f"{k}={v}" for k, v in parts.items())])


@settings(max_examples=CASES, deadline=None)
@given(
    rules(),
    st.datetimes(datetime(1975, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.datetimes(datetime(1975, 1, 1), datetime(2029, 1, 1)),
    st.sampled_from(["", ";COUNT=40"]),
)
def test_a_rule_finds_the_days_that_it_finds_in_its_own_years(rule, start, since, count):
    """Whatever lies before the window: where a rule is entered late, it finds what it finds from its beginning."""
    every = rrulestr(rule, dtstart=start).between(start, datetime(2030, 1, 1), inc=True)
    plain = set(every[: 40 - (start not in every)] if count else every)
    end = datetime(2030, 1, 1, tzinfo=UTC)
    parsed = icalendar.Event.from_ical(event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"RRULE:{rule}{count}"))

    found = starts_of(parsed, start.replace(tzinfo=UTC), since.replace(tzinfo=UTC), end, "here")
    days = [at.replace(tzinfo=None) for at in found]

    assert days == sorted(set(days))
    assert set(days) <= plain | {start}
    assert {at for at in days if at >= since} == {
        at for at in plain | {start} if at >= since and at < datetime(2030, 1, 1)
    }


def test_rules_that_began_long_ago_are_entered_where_the_window_is():
    """Days and weeks since 1970, in as many events as a file may have rules: what is followed is what is asked for."""
    old = [event("DTSTART:19700101T100000Z", f"RRULE:FREQ={kind}", uid=kind) for kind in ("DAILY", "WEEKLY")]
    for each in old:
        parsed = icalendar.Event.from_ical(each)
        found = starts_of(parsed, datetime(1970, 1, 1, 10, tzinfo=UTC), SINCE, UNTIL, "here")
        assert len(found) < 100
    assert len(read(calendar(*old), SINCE, UNTIL).occurrences) == 92 + 13


def test_what_has_to_be_counted_from_its_beginning_is_bounded():
    counted = (event("DTSTART:19700101T100000Z", "RRULE:FREQ=DAILY;COUNT=99999", uid=f"u{n}") for n in range(5))

    with pytest.raises(ClientFault, match="calendar_too_large"):
        read(calendar(*counted), SINCE, UNTIL)


def test_a_series_that_has_ended_is_one_event_outside_the_window():
    ended = event("DTSTART:20200302T100000Z", "RRULE:FREQ=WEEKLY;UNTIL=20210101T000000Z")

    assert read(calendar(ended), SINCE, UNTIL).passed_over == {"outside the window": 1}


def test_more_meetings_than_a_file_may_hold():
    many = (event("DTSTART:20250302T100000Z", "RRULE:FREQ=DAILY", uid=f"u{n}") for n in range(40))

    with pytest.raises(ClientFault, match="calendar_too_large"):
        read(calendar(*many), SINCE, UNTIL)


def test_meetings_outside_the_window_do_not_count():
    """An export of years is imported by asking for a few weeks of it."""
    past = [event(f"DTSTART:20{n % 20:02}0302T100000Z", uid=f"u{n}") for n in range(MAX_OCCURRENCES + 1)]
    found = read(calendar(*past, event("DTSTART:20260302T100000Z")), SINCE, UNTIL)

    assert [each.started_at.year for each in found.occurrences] == [2026]
    assert found.passed_over == {"outside the window": MAX_OCCURRENCES + 1}


WORDS = st.sampled_from(
    "BEGIN:VEVENT|END:VEVENT|BEGIN:VTIMEZONE|END:VTIMEZONE|BEGIN:VALARM|END:VALARM|UID:x|DTSTART:20260302T100000Z|"
    "DTSTART;TZID=Europe/Berlin:20260302T100000|DTSTART;VALUE=DATE:20260302|DTSTART;VALUE=PERIOD:20260302T100000Z/PT1H|"
    "DTEND:20260302T110000Z|DURATION:PT1H|DURATION:-P9W|DURATION:x|RRULE:FREQ=DAILY;COUNT=5|RRULE:FREQ=WEEKLY;BYDAY=5MO|"
    "RRULE:FREQ=YEARLY;BYWEEKNO=53;UNTIL=x|RRULE:FREQ=DAILY;UNTIL=00010101|EXDATE:20260303T100000Z|EXDATE:x|RDATE:9|"
    "RDATE;VALUE=PERIOD:20260304T100000Z/PT1H|RECURRENCE-ID:20260302T100000Z|RECURRENCE-ID;VALUE=DATE:20260302|"
    "STATUS:CANCELLED|ATTENDEE;CN=A:mailto:a@x.example|ATTENDEE;CN=:mailto:|ATTENDEE;CUTYPE=ROOM:|ORGANIZER:x|"
    "ATTENDEE;CUTYPE=RESOURCE:mailto:r@x.example|"
    "X-WR-TIMEZONE:../../etc|X-WR-TIMEZONE:Europe/Berlin|TZID:Z|TZOFFSETTO:+9900|BEGIN:STANDARD|END:STANDARD".split("|")
)


@settings(max_examples=CASES, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=40)), max_size=25), st.booleans())
def test_any_file_is_read_or_refused(lines, wrapped):
    body = "\r\n".join(lines)
    source = (
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:y\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n" if wrapped else body
    )

    try:
        found = read(source.encode("utf-8", "surrogatepass"), SINCE, UNTIL)
    except ClientFault:
        return
    assert all(map(sound, found.occurrences))


def sound(each):
    """Whether an occurrence begins in the time that is read and ends within a week."""
    lasts = each.ended_at is None or timedelta(0) < each.ended_at - each.started_at <= timedelta(days=7)
    return SINCE <= each.started_at < UNTIL and lasts


@settings(max_examples=CASES, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_a_damaged_file_is_read_or_refused(noise, at):
    source = calendar(BERLIN, event("DTSTART;TZID=W. Europe Standard Time:20260302T100000", "RRULE:FREQ=WEEKLY"))

    try:
        found = read(source[:at] + noise + source[at + len(noise) :], SINCE, UNTIL)
    except ClientFault:
        return
    assert all(map(sound, found.occurrences))


def test_a_meeting_is_called_as_its_event_is():
    weekly = event("DTSTART:20260316T100000Z", "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:Board\\, weekly \\n<b>\x1b[31m")
    moved = event("DTSTART:20260324T100000Z", "RECURRENCE-ID:20260323T100000Z", "SUMMARY:Budget")
    untitled = event("DTSTART:20260401T100000Z", uid="u2@cal.example")

    found = read(calendar(weekly, moved, untitled), SINCE, UNTIL).occurrences

    named = "Board, weekly <b> [31m"
    assert [(each.title, each.series_title) for each in found] == [(named, named), ("Budget", None), (None, None)]
