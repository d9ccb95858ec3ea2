"""Whose a label is, looked up once, is what asking each participant in turn answers."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Participant, Roster

LABELS = st.sampled_from(
    ("Ann", "ann", "Ann_Lund", "Ann  Lund", "ANN LUND", "Ｂen", "Ben", "O’Neil", "o'neil", "", " ")
)
PEOPLE = st.lists(
    st.builds(
        Participant,
        st.sampled_from(("p1", "p2", "p3")),
        LABELS,
        st.lists(LABELS, max_size=2).map(tuple),
        shown_as=st.lists(LABELS, max_size=1).map(tuple),
        unconfirmed=st.lists(LABELS, max_size=1).map(tuple),
    ),
    max_size=5,
).map(tuple)


@given(PEOPLE, st.lists(LABELS, min_size=1, max_size=4), PEOPLE)
def test_a_label_is_whose_each_participant_says_it_is(
    people: tuple[Participant, ...], labels: list[str], others: tuple[Participant, ...]
) -> None:
    """Also of a roster that was made of another one, which keeps nothing of what that one had looked up."""
    for roster in (whole := Roster(people), replace(whole, participants=others)):
        for label in labels:
            named = [person for person in roster.participants if person.is_called(label)]
            assert list(roster.bearers(label)) == named
            sure = len(named) == 1 and named[0].is_surely_called(label)
            assert roster.resolve(label) == (named[0] if sure else None)


def test_looking_up_changes_nothing_of_a_roster() -> None:
    roster = Roster((Participant("p1", "Ann Lund"),))
    roster.resolve("Ann Lund")
    assert roster == Roster(roster.participants)
    assert hash(roster) == hash(Roster(roster.participants))
    assert repr(roster) == repr(Roster(roster.participants))
