"""E-mail addresses are compared to the letter, apart from the case of A to Z."""

from __future__ import annotations

import re

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.consent.formats.vcon import _with_address
from proxy.meetings.directory import class_of, email_of, find
from proxy.meetings.presence import address_mark, seen_as
from proxy.meetings.provisioning.paths import _equal
from proxy.model import Participant, ParticipantClass, Roster, address_form
from proxy.settings import People
from proxy.steps.utterances import named

JGM = Participant("p-jgm", "Jose Garcia", emails=("jgm@skerry.example",))
ROSTER = Roster((JGM, Participant("p-ben", "Ben Okoro", emails=("ben@skerry.example",))))
PEOPLE = People(default_class=ParticipantClass.GUEST, domains={"skerry.example": ParticipantClass.EMPLOYEE})
OTHERS = [
    "jgm@s\u212aerry.example",
    "jgm@\u017fkerry.example",
    "jgm@sk\u0435rry.example",
    "jgm@\uff53kerry.example",
    "\uff4agm@skerry.example",
    "j\u00adgm@skerry.example",
    "jgm@skerry\uff0eexample",
]
LETTERS = st.sampled_from("kKsSiIaAß\u212a\u017f\u0130\u0131\uff4b\uff2b\u1e9eåÅ\u212bµμ")
ADDRESSES = st.builds("{}@{}.example".format, *[st.text(LETTERS, min_size=1, max_size=4)] * 2)


def to_the_letter(address: str) -> str:
    return re.sub("[A-Z]", lambda letter: chr(ord(letter[0]) + 32), address)


@pytest.mark.parametrize("other", OTHERS)
def test_what_only_looks_like_an_address_is_another(other: str) -> None:
    assert seen_as(ROSTER, "somebody else", other).person is None
    assert seen_as(ROSTER, "Jose Garcia", other).contradicts == (email_of(other) is not None)
    assert named(other, ROSTER) is None
    assert named(f"mailto:{other}", ROSTER) is None
    assert _with_address(ROSTER, address_form(other)) == set()
    assert find([other], ROSTER.participants) is None
    assert address_mark(other, "salt") != address_mark(JGM.emails[0], "salt")
    assert not _equal(other, JGM.emails[0], exact=False)


@pytest.mark.parametrize("other", [each for each in OTHERS if not each.endswith("@skerry.example")])
def test_a_domain_that_only_looks_like_one_has_no_class(other: str) -> None:
    assert class_of([other], PEOPLE) is ParticipantClass.GUEST


@pytest.mark.parametrize("same", ["JGM@Skerry.Example", " jgm@skerry.example\n"])
def test_case_and_space_around_make_no_difference(same: str) -> None:
    assert seen_as(ROSTER, "somebody", same).person == JGM
    assert named(same, ROSTER) == JGM
    assert find([same], ROSTER.participants) == JGM
    assert class_of([same], PEOPLE) is ParticipantClass.EMPLOYEE
    assert _equal(same, JGM.emails[0], exact=False)


@settings(max_examples=invented(300), deadline=None)
@given(ADDRESSES, ADDRESSES | st.none())
def test_two_addresses_are_one_only_if_they_differ_in_ascii_case(one: str, other: str | None) -> None:
    for second in (other or one.swapcase(), one.lower(), one.upper(), one.casefold()):
        same = to_the_letter(one) == to_the_letter(second)
        assert (email_of(one) == email_of(second)) is same
        assert (find([one], [Participant("p", "P", emails=(second,))]) is not None) is same
        assert _equal(one, second, exact=False) is same
