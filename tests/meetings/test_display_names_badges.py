"""Badges that platforms add to names are taken off by listed rules, and nobody wins by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.meetings.display_names import DEGREES, SIGNS, TITLES, UnbadgedLabel, bare_forms, taken_off, without_badges
from proxy.meetings.presence import Presence, fold
from proxy.model import Participant, Roster, Slot, SlotKind, label_form
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing
from proxy.wording.vocabulary import is_given_name

ANN, BEN = (
    Participant("p-ann", "Ann Lund"),
    Participant("p-ben", "Ben Okoro", aliases=("Benno",), emails=("ben@l2beat.example", "ben@office.north-sea.co.uk")),
)
ROSTER = Roster((ANN, BEN), complete=True)

BADGED = [
    ("Ben Okoro (Guest)", ("status",)),
    ("Ben Okoro (External)", ("status",)),
    ("ben  okoro [external]", ("status",)),
    ("Ben Okoro (Unverified)", ("status",)),
    ("Ben Okoro (Host, me)", ("status",)),
    ("Ben Okoro (he/him)", ("pronouns",)),
    ("Ben Okoro (He / They)", ("pronouns",)),
    ("Ben Okoro (Skerry AS)", ("company",)),
    ("Ben Okoro (Skerry & Sons, Ltd.)", ("company",)),
    ("Ben Okoro (Nordlys Schiffbau GmbH) (Guest)", ("status", "company")),
    ("Ben Okoro [L2BEAT]", ("company",)),
    ("Ben Okoro (North Sea)", ("company",)),
    ("Ben Okoro's iPhone", ("device",)),
    ("Benno’s iPad", ("device",)),
    ("Ben Okoro’s MacBook Pro", ("device",)),
    ("Okoro, Ben", ("last_first",)),
    ("Okoro, Ben (Guest)", ("status", "last_first")),
    ("Ben Okoro (he/him) (Guest)", ("status", "pronouns")),
    ("Ben Okoro | Skerry Ltd", ("company",)),
    ("Ben Okoro – North Sea", ("company",)),
    ("Ben Okoro @ L2BEAT", ("company",)),
    ("Ben Okoro - Host", ("status",)),
    ("Dr. Ben Okoro", ("title",)),
    ("Prof Dr Ben Okoro", ("title",)),
    ("Herr Dr. Ben Okoro (Guest)", ("status", "title")),
    ("Ben Okoro, PhD", ("title",)),
    ("ben okoro m.d., mba", ("title", "title")),
    ("Dr. Ben Okoro, PhD", ("title", "title")),
]
STRIPPED = [*(label for label, _ in BADGED), "ben okoro– host", "Ing. Ben Okoro", "Señora Ben Okoro", "Ben Okoro Ph.D."]
NOBODYS = [
    "Ben (Guest)",
    "Okoro (Guest)",
    "Ben's iPhone",
    "Ben Okoro (2)",
    "Ben Okoro (for Ann)",
    "Ben Okoro (Ann)",
    "Ben Okoro (Nadia)",
    "Ben Okoro (Interpreter)",
    "Ben Okoro (Notetaker)",
    "Ben Okoro (AI Assistant)",
    "Ben Okoro (speaking)",
    "Ben Okoro (Priya)",
    "Ben Okoro (Wei)",
    "Ben Okoro (Zed Quill)",
    "Ben Okoro (Zed Quill) (Guest)",
    "Ben Okoro (My Son)",
    "Ben Okoro (Daughter)",
    "Ben Okoro [Lawyer]",
    "Ben Okoro (Guest Speaker)",
    "Ben Okoro (Otter)",
    "Ben Okoro (Otter AI Inc)",
    "Ben Okoro (Nadia GmbH) (Guest)",
    "Ben Okoro (Junior)",
    "Ben Okoro (III)",
    "Ben Okoro (AS)",
    "Ben Okoro (Acme)",
    "Ben Okoro (Office)",
    "Ben Okoro (Co)",
    "Ben Okoro | Skerry",
    "Ben Okoro / Ann Lund",
    "Ben Okoro - Nadia GmbH",
    "Ben Okoro | Interpreter",
    "Ben Okoro - Zed Quill",
    "Dr. Okoro",
    "Drake Ben Okoro",
    "Ben Okoro Jr",
    "Ben, Okoro",
    "Guest",
    "(Guest)",
    "Ben Okoro",
    "Ben Okoro (Guest) (he/him) (Host) (Skerry)",
]


def heard(*labels: str, roster: Roster = ROSTER) -> Hearing:
    text = "".join(f"{label}: The harbour opens, I think.\n" for label in labels)
    return hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], roster, None, opaque_is_instruction=False)


def people(*labels: str, roster: Roster = ROSTER) -> list[str | None]:
    return [said.participant for said in heard(*labels, roster=roster).said]


@pytest.mark.parametrize(("label", "rules"), BADGED)
def test_a_badge_is_taken_off_by_a_listed_rule(label: str, rules: tuple[str, ...]) -> None:
    assert without_badges(label, ROSTER) == UnbadgedLabel(label, rules, "p-ben")
    assert heard("Ann Lund", label).badges == (UnbadgedLabel(label, rules, "p-ben"),)
    assert people("Ann Lund", label) == ["p-ann", "p-ben"]


@pytest.mark.parametrize("label", NOBODYS)
def test_what_fits_no_rule_or_not_one_person_is_nobodys(label: str) -> None:
    assert taken_off([label], ROSTER, is_given_name) == ()


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=20))
def test_a_word_that_shows_no_company_may_be_somebody(told: str) -> None:
    """Whatever kin, trade or name it is, no legal form ends it, and Ben has no address there."""
    assert without_badges(f"Ben Okoro ({told} Q)", ROSTER) is None


def test_two_people_with_one_name_are_nobody_with_a_badge_too() -> None:
    twins = Roster((ANN, BEN, Participant("p-two", "BEN OKORO")))
    assert people("Ben Okoro (Guest)", "Ann Lund", roster=twins) == [None, "p-ann"]


@pytest.mark.parametrize("own", ["Ben Okoro", "BEN  OKORO", "Benno"])
def test_beside_the_name_itself_a_badge_is_somebody_elses(own: str) -> None:
    """Whoever calls themselves like Ben neither speaks as Ben nor keeps Ben from speaking."""
    assert people(own, "Ben Okoro (Guest)", "Ann Lund") == ["p-ben", None, "p-ann"]
    assert heard(own, "Ben Okoro (Guest)").unmatched == ("Ben Okoro (Guest)",)


@pytest.mark.parametrize(("listed", "person"), [(("Ben Okoro", "Ben Okoro (Guest)"), None), (("Ben Okoro",), "p-ben")])
def test_beside_the_name_in_a_list_a_badge_in_it_is_somebody_elses(listed: tuple[str, ...], person: str | None) -> None:
    text = "Ben Okoro (Guest): The harbour opens, I think.\n"
    names = [Slot(number + 1, f"participants[{number}]", name, SlotKind.LABEL) for number, name in enumerate(listed)]
    hearing = hear([Slot(0, "text", text, SlotKind.SPEECH), *names], ROSTER, None, opaque_is_instruction=False)

    assert [said.participant for said in hearing.said] == [person]


def test_two_who_differ_in_their_badges_are_both_nobody() -> None:
    assert people("Ben Okoro (Guest)", "Ben Okoro (External)", "Ann Lund") == [None, None, "p-ann"]


def seat(seat: str, label: str | None = None, participant: str | None = None) -> Presence:
    return Presence(label, participant, "joined", datetime(2026, 3, 2, 10, tzinfo=UTC), seat, participant is not None)


def test_beside_a_seat_of_the_person_a_badge_is_of_the_other_seat() -> None:
    guest = seat("G", label="Ben Okoro (Guest)")
    beside = fold(ROSTER, [seat("H", participant="p-ben"), guest])
    assert people("Ben Okoro (Guest)", "Ann Lund", roster=beside) == [None, "p-ann"]
    assert people("Ben Okoro (Guest)", "Ann Lund", roster=fold(ROSTER, [guest])) == ["p-ben", "p-ann"]


@pytest.mark.parametrize("unknown", ["Ben Okoro", "Benno (any words)", *(label for label, _ in BADGED)])
def test_beside_a_seat_under_the_name_no_badge_is_of_the_person(unknown: str) -> None:
    """A tool adds badges, changes and drops them: the other one may be meant by each."""
    beside = fold(ROSTER, [seat("H", participant="p-ben"), seat("G", label=unknown)])
    for label, _ in BADGED:
        assert "p-ben" not in people(label, "Ann Lund", roster=beside), label
    assert people("Ben Okoro", "Ann Lund (Guest)", roster=beside) == ["p-ben", "p-ann"]


def test_a_seat_under_another_name_takes_no_badge_away() -> None:
    for unknown in ("Zed Quill", "Ben (Guest)", "Okoro"):
        beside = fold(ROSTER, [seat("H", participant="p-ben"), seat("G", label=unknown)])
        assert people("Ben Okoro (Guest)", "Ann Lund", roster=beside) == ["p-ben", "p-ann"]


@given(st.lists(st.sampled_from([label for label, _ in BADGED] + NOBODYS + ["Ann Lund", "Zed"]), max_size=6))
def test_a_badge_never_wins(labels: list[str]) -> None:
    """Whoever is taken for somebody by a badge is alone in that, and no exact name is taken away."""
    badges = taken_off(labels, ROSTER, is_given_name)
    plain = {person.id for person in ROSTER.participants for label in labels if person.is_called(label)}
    assert len({badge.person for badge in badges}) == len(badges)
    assert not plain & {badge.person for badge in badges}
    assert {label_form(badge.label) for badge in badges} <= {label_form(label) for label in labels}


def test_unmatched_labels_are_told_once() -> None:
    hearing = heard("Zed", "ZED", "Ann Lund", "Ben (Guest)")
    assert [label_form(label) for label in hearing.unmatched] == ["zed", "ben (guest)"]


@pytest.mark.parametrize("badges", [("she/her", "they/them"), ("Guest", "External"), ("me", "ze/zir")])
def test_each_label_with_a_badge_that_is_nobodys_is_told(badges: tuple[str, str]) -> None:
    labels = tuple(f"Ben Okoro ({badge})" for badge in badges)
    assert heard("Ann Lund", *labels).unmatched == labels


@pytest.mark.parametrize("text", ["The harbour.", "Ann Lund: The harbour.", "The harbour.\nAnn Lund: And the boats."])
def test_who_wrote_a_message_is_told_whatever_its_lines_are(text: str) -> None:
    def unmatched(author: str) -> tuple[str, ...]:
        slot = Slot(0, "messages[0].content", text, SlotKind.SPEECH, author=author)
        return hear([slot], ROSTER, None, opaque_is_instruction=False).unmatched

    assert [unmatched(author) for author in ("Zed_Quill", "Ben_Okoro", "Speaker_1")] == [("Zed_Quill",), (), ()]


@pytest.mark.parametrize("label", STRIPPED)
def test_a_name_on_file_with_a_badge_is_looked_at(label: str) -> None:
    """The store asks about those names alone that have one of these signs, titles and degrees."""
    form = label_form(label)
    titled = form.startswith(TITLES) or form.endswith(tuple(f" {degree}" for degree in DEGREES))
    assert not bare_forms(form) or titled or any(sign in form for sign in SIGNS)
