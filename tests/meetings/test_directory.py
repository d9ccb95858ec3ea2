"""People: found by address, classed by domain, never guessed; and what a calendar may not change of them."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.desk.meetings import addresses, filed
from proxy.errors import ClientFault
from proxy.meetings.calendar import Attendee, Occurrence
from proxy.meetings.directory import (
    Entry,
    check_people,
    class_of,
    email_of,
    enrolled,
    told_apart,
    with_alias,
    with_unconfirmed,
)
from proxy.meetings.presence import Sighting, key_of, seen_as, the_meeting
from proxy.model import Meeting, Participant, ParticipantClass, Roster, label_form
from proxy.settings import People

PEOPLE = People(domains={"acme.example": "employee", "partner.example": "external"})
ANN = Participant("p-ann", "Ann Lee", ("AL",), ("ann@acme.example", "a.lee@acme.example"),
                  ParticipantClass.EMPLOYEE, minor=True, members=())  # fmt: skip
BO = Participant("p-bo", "Bo Ek", (), ("bo@partner.example",))
ROOM = Participant("p-room", "Fjord 1", (), ("room1@acme.example",), ParticipantClass.ROOM, members=("p-bo",))
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def ids():
    numbers = count(1)
    return lambda: f"p-new-{next(numbers)}"


@pytest.mark.parametrize(
    ("emails", "expected"),
    [
        (["ann@acme.example"], "employee"),
        (["ANN@ACME.EXAMPLE"], "employee"),
        (["x@sub.acme.example"], "unidentified"),
        (["x@acme.example.evil.example"], "unidentified"),
        (["x@acme.example", "x@home.example"], "employee"),
        (["x@acme.example", "x@partner.example"], "unidentified"),
        ([], "unidentified"),
        (["acme.example"], "employee"),
    ],
)
def test_class_by_domain(emails, expected):
    assert class_of(emails, PEOPLE) == expected


@pytest.mark.parametrize("text", ["", "a", "a@", "@b", "a b@c", "a@b@c", "a@b,c@d", "<a@b>", "a@b\n", "x" * 300 + "@b"])
def test_what_is_no_address(text):
    assert email_of(text) is None or text == "a@b\n"


def test_whoever_is_found_by_an_address_stays_as_on_file():
    entry = Entry(None, "Ann B. Lee", ("AL", "Annie"), ("Ann@Acme.example", "eve@home.example"), minor=False,
                  participant_class=ParticipantClass.GUEST, members=("p-bo",), joined_at=AT)  # fmt: skip

    (found,) = enrolled([entry], [ANN, BO], PEOPLE, ids())

    assert found == replace(ANN, shown_as=("Ann B. Lee", "Annie"), joined_at=AT)


def test_whoever_is_found_by_an_address_may_turn_out_to_be_a_minor():
    (found,) = enrolled([Entry(None, None, emails=BO.emails, minor=True)], [ANN, BO], PEOPLE, ids())

    assert found == replace(BO, minor=True)


def test_who_names_a_person_by_id_vouches_for_names_that_do_not_wait():
    waits = replace(BO, unconfirmed=("Bo Ek",))
    entries = [Entry("p-new", "Cy", ("C.  Y.",)), Entry("p-bo", "Bo Ek", ("Bosse",)), Entry("p-ann", None)]

    new, bo, ann = enrolled(entries, [ANN, waits], PEOPLE, ids())

    assert (new.vouched, bo.vouched, ann) == (("cy", "c. y."), ("bosse",), ANN)


@pytest.mark.parametrize(
    ("label", "unconfirmed"),
    [("Lee, Ann", False), ("Ann B. Lee", False), ("ANN LEE (Acme)", False), ("Ann", True), ("Lee", True),
     ("Ann Smith", True), ("Bo Ek", True), ("", True)],
)  # fmt: skip
def test_what_somebody_is_shown_as_has_to_be_like_their_name(label, unconfirmed):
    shown = with_unconfirmed(replace(ANN, shown_as=(label,)), ())

    assert shown.unconfirmed == ((label,) if unconfirmed else ())
    assert with_unconfirmed(shown, {label_form(label)}).unconfirmed == (label,)


BEN = Participant("p-ben", "Ben Okoro", (), ("ben@partner.example",), vouched=("ben okoro",))


@pytest.mark.parametrize(
    "label",
    ["ben@partner.example", "BEN@partner.example (home)", "Ben", "Ben O.", "B. Okoro", "B.O.", "Okoro", "bokoro",
     "bokoro2", "ben_o", "Benny", "Benny Okoro", "Benny O.", "Ben & Cy", "Cy Od (Ben)", "Cy and Ben"],
)  # fmt: skip
def test_a_short_form_or_address_of_somebody_else_is_nobodys_unless_vouched_for(label):
    new = Participant("p-new", label, emails=("new@home.example",))

    assert [person.unconfirmed for person in told_apart([BEN, new])] == [(), (label,)]
    assert told_apart([BEN, replace(new, vouched=(label_form(label),))])[1].unconfirmed == ()
    assert told_apart([replace(BEN, id="p-new"), replace(new, id="p-ben")])[1].unconfirmed == (label,)
    assert told_apart([new, BO]) == (new, BO)


@pytest.mark.parametrize(
    "label",
    ["Ben Lund", "Cy Okoro", "Okoro, Cy", "Bo Ek", "Bea", "Be", "Bernard Okorowa", "Benny Okorowa", "Cy B.", "42", "",
     "ben@home.example", "O. Ek", "Ben Ben", "B. B."],
)  # fmt: skip
def test_a_name_that_shares_a_word_or_a_letter_is_its_own(label):
    new = Participant("p-new", label, emails=("ben@home.example",))

    assert told_apart([BEN, new]) == (BEN, new)


def test_the_longer_of_two_names_waits_where_nobody_vouches_for_either():
    longer, shorter = Participant("p-a", "Dr Ben Okoro"), replace(BEN, vouched=())

    assert [p.unconfirmed for p in told_apart([longer, shorter])] == [("Dr Ben Okoro",), ()]
    assert told_apart([replace(longer, vouched=("dr ben okoro",)), shorter])[1].unconfirmed == ("Ben Okoro",)


@pytest.mark.parametrize(
    "label", ["Lee Ann", "LEE ANN", "Ann-Lee", "Ann. Lee", "Ann Lee Ann", "Ann Lee / Cy Od", "Lee Ann X"]
)
def test_a_label_with_all_words_of_somebody_elses_name_is_nobodys_unless_vouched_for(label):
    new, sure = Participant("p-new", label), replace(ANN, vouched=("ann lee",))

    assert [person.unconfirmed for person in told_apart([sure, new])] == [(), (label,)]
    assert told_apart([BO, new]) == (BO, new)
    assert told_apart([sure, replace(new, vouched=(label_form(label),))])[1].unconfirmed == ()
    assert told_apart([Participant("p-cy", "Ann"), new])[1].unconfirmed == ()


def test_somebody_new_gets_an_id_that_says_nothing_and_two_lines_of_one_address_are_one_person():
    entries = [Entry(None, "Cy", emails=("cy@partner.example",)), Entry(None, "C.", emails=("CY@partner.example",))]

    first, second = enrolled(entries, [], PEOPLE, ids())

    assert first.id == second.id == "p-new-1"
    assert first.participant_class is ParticipantClass.EXTERNAL


def test_whoever_is_on_file_and_is_listed_twice_is_one_person_of_whom_nobody_knows_when_they_came():
    """By two addresses, or by id and an address; the operator's word for their names stays."""
    second = Entry(None, "Annie Lee", emails=("A.Lee@acme.example",), left_at=AT)
    by_two = enrolled([Entry(None, "A", emails=("ann@acme.example",), joined_at=AT), second], [ANN, BO], PEOPLE, ids())
    entries = [second, Entry("p-bo", None), Entry("p-ann", "Ann Lee", joined_at=AT, minor=False)]
    by_id = enrolled(entries, [ANN, BO], PEOPLE, ids())

    assert by_two == (replace(ANN, shown_as=("A", "Annie Lee")),)
    assert by_id == (replace(ANN, vouched=("ann lee",), shown_as=("Annie Lee",)), BO)
    check_people(by_id)
    twice = enrolled([Entry("p-ann", None), Entry("p-ann", None)], [ANN], PEOPLE, ids())
    with pytest.raises(ClientFault, match="more than once"):
        check_people(twice)


@pytest.mark.parametrize(
    "entry",
    [Entry(None, "Cy", where="here"), Entry("p-new", None, where="here"),
     Entry(None, "Cy", emails=("ann@acme.example", "bo@partner.example"), where="here")],
)  # fmt: skip
def test_what_leaves_open_who_is_meant_is_refused(entry):
    with pytest.raises(ClientFault, match="invalid_roster at here"):
        enrolled([entry], [ANN, BO], PEOPLE, ids())


def test_an_alias_is_added_once():
    assert with_alias(ANN, " Annie ").aliases == ("AL", "Annie")
    assert with_alias(ANN, "AL") == replace(ANN, vouched=("al",))
    for alias in ("", " ", "a\nb", "x" * 201):
        with pytest.raises(ClientFault, match="invalid_alias"):
            with_alias(ANN, alias)


# --- calendars -----------------------------------------------------------------------------------


def occurrence(*attendees: Attendee, **facts) -> Occurrence:
    return Occurrence("cal-1", "cal", True, AT, None, attendees, facts.get("zoom"), "event 1")


def file(*attendees: Attendee, complete=True, with_declined=True, series_from="uid", **facts):
    (found,) = filed([occurrence(*attendees, **facts)], [ANN, BO, ROOM], PEOPLE, ids(), complete=complete,
                     with_declined=with_declined, series_from=series_from)  # fmt: skip
    return found


def test_an_invitation_changes_nothing_of_people_on_file():
    """Else anybody could send one that gives a person who consented the name of one who did not."""
    found = file(Attendee("Bo Ek", "ann@acme.example"), Attendee("Room", "room1@acme.example"))

    assert found.meeting.roster == Roster((ANN, ROOM), True)


def test_people_who_are_new_and_those_who_are_nobody():
    found = file(
        Attendee("Cy", "cy@partner.example"),
        Attendee(None, "dee@acme.example"),
        Attendee("Fjord 2", "room2@acme.example", room=True),
        Attendee("Everybody", "all@acme.example", group=True),
        Attendee("No Address", None),
    )

    roster = found.meeting.roster
    assert [(p.id, p.name, p.participant_class.value) for p in roster.participants] == [
        ("p-new-1", "Cy", "external"), ("p-new-2", "dee@acme.example", "employee"), ("p-new-3", "Fjord 2", "room")
    ]  # fmt: skip
    assert (roster.complete, found.unnamed) == (False, 2)
    assert file(Attendee("Cy", "cy@partner.example")).meeting.roster.complete
    assert not file(Attendee("Cy", "cy@partner.example"), complete=False).meeting.roster.complete


def test_who_declined_stays_on_the_roster_unless_told():
    declined = Attendee("Bo", "bo@partner.example", declined=True)

    assert file(declined).meeting.roster.participants == (BO,)
    assert file(declined, with_declined=False).meeting.roster.participants == ()


def test_two_addresses_of_one_person_are_one_on_the_roster():
    found = file(Attendee("A", "ann@acme.example"), Attendee("A", "a.lee@acme.example"))

    assert found.meeting.roster.participants == (ANN,)


def test_the_series_of_a_zoom_link():
    assert file(series_from="zoom", zoom="86431910364").meeting.series == "86431910364"
    assert file().meeting.series == "cal"
    with pytest.raises(ClientFault, match="event 1"):
        file(series_from="zoom")
    assert addresses([occurrence(Attendee("x", None), Attendee("y", "y@z.example"))]) == {"y@z.example"}


# --- presence ------------------------------------------------------------------------------------

ROSTER = Roster((ANN, BO, Participant("p-cy", "Cy Od"), Participant("p-t1", "Kim"), Participant("p-t2", "Kim")))


@pytest.mark.parametrize(
    ("label", "email", "expected", "how"),
    [
        ("Ann Lee", None, "p-ann", "by label"),
        ("AL", None, "p-ann", "by label"),
        ("ann lee", None, "p-ann", "by label"),
        ("Kim", None, None, "by label"),
        ("Somebody", "a.lee@ACME.example", "p-ann", "vouched"),
        ("Ann Lee", "ann@acme.example", "p-ann", "vouched"),
        ("Bo Ek", "ann@acme.example", None, "contradicts"),
        ("Kim", "ann@acme.example", None, "contradicts"),
        ("Ann Lee", "stranger@home.example", None, "contradicts"),
        ("Kim", "stranger@home.example", None, "by label"),
        ("Cy Od", "stranger@home.example", "p-cy", "by label"),
        ("Somebody", "stranger@home.example", None, "by label"),
        ("", None, None, "by label"),
    ],
)
def test_who_is_meant(label, email, expected, how):
    found = seen_as(ROSTER, label, email)
    assert (found.person.id if found.person else None) == expected
    assert (found.vouched, found.contradicts) == (how == "vouched", how == "contradicts")


def test_an_address_that_two_people_have_is_nobodys():
    twice = Roster((ANN, Participant("p-x", "X", (), ("ann@acme.example",))))

    assert seen_as(twice, "Somebody", "ann@acme.example") == Sighting(contradicts=True)


@pytest.mark.parametrize(
    ("label", "expected", "contradicts"),
    [("Ann Lee", "p-ann", False), ("Reception", None, False), ("Ulf Nes", None, False), ("Bo Ek", None, True)],
)
def test_an_address_that_somebody_else_on_file_has_proves_nobody(label, expected, contradicts):
    """Whoever they are: on the roster is one of the two."""
    roster = Roster((replace(ANN, shared_emails=("ann@acme.example",)), BO))

    found = seen_as(roster, label, "Ann@acme.example")

    assert (found.person.id if found.person else None, found.vouched, found.contradicts) == (
        expected,
        False,
        contradicts,
    )
    assert seen_as(roster, "Reception", "a.lee@acme.example").vouched


def test_an_address_that_is_nobodys_speaks_against_all_who_have_others():
    namesakes = Roster(
        (Participant("p-1", "Kim", (), ("k1@acme.example",)), Participant("p-2", "Kim", (), ("k2@acme.example",)))
    )

    assert seen_as(namesakes, "Kim", "stranger@home.example") == Sighting(contradicts=True)


@pytest.mark.parametrize(
    ("minute", "expected"),
    [(-121, None), (-120, "m1"), (0, "m1"), (60, "m1"), (89, "m1"), (90, None), (91, "m2"), (121, "m2"), (300, None)],
)
def test_the_nearest_meeting_of_a_series(minute, expected):
    meetings = [
        Meeting("m1", AT, AT.replace(hour=11)),
        Meeting("m2", AT.replace(hour=12), AT.replace(hour=12, minute=30)),
    ]
    at = datetime.fromtimestamp(AT.timestamp() + minute * 60, UTC)

    found = the_meeting(meetings, at)

    assert (found.id if found else None) == expected


@given(st.lists(st.text(max_size=5), min_size=1, max_size=3), st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_a_key_is_the_same_for_the_same_facts_only(one, other):
    if not any("\x1f" in fact for fact in one + other):
        assert (key_of(*one) == key_of(*other)) == (one == other)
