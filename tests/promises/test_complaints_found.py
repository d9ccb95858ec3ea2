"""Complaints that users of such proxies have made, about what detection missed, and what it took for a name.

These are counted over lists, with a bar for each, since a model of language misses some; what stands on the roster is
found surely and is tested so. The list of complaints is docs/complaints.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from harness.endpoints import Apis
from harness.made_up import PEOPLE, PHONES, STRANGERS, STREETS, TECHNICAL, filled
from harness.talks import APIS

CHAT = APIS[0]
SAYS = "Annika Solberg: "
PSEUDONYM = re.compile(r"[A-Z]+(?:_[A-Z]+)*_\d+")
AT_ONCE = 10


def left(apis: Apis, lines: Sequence[str]) -> list[str]:
    """What reaches the recipient of each line, pseudonyms cut out."""
    sent: list[str] = []
    for at in range(0, len(lines), AT_ONCE):
        asked = "".join(f"{SAYS}{line}\n" for line in lines[at : at + AT_ONCE])
        assert CHAT.ask(apis.proxy, [("user", asked)]).status == 200
        sent += apis.recorder.received[-1].json["messages"][0]["content"].rstrip("\n").split("\n")
    assert len(sent) == len(lines)
    assert all(line.startswith("PERSON_1: ") for line in sent)
    return [PSEUDONYM.sub("", line.removeprefix("PERSON_1: ")) for line in sent]


def missed(apis: Apis, frames: Sequence[str], items: Sequence[str]) -> list[str]:
    """Lines in which a word of the item, of three letters or more, or a point after an initial is left."""
    lines = filled(frames, items)

    def leaks(item: str, line: str) -> bool:
        words = [word for word in re.findall(r"\w{3,}", item) if re.search(rf"\b{word}\b", line, re.IGNORECASE)]
        return bool(words) or re.search(r"\b[A-Z]\.", line) is not None

    return [line for item, line in zip(items, left(apis, lines), strict=True) if leaks(item, line)]


TECHNICAL_FRAMES = (
    "so the {} numbers look fine", "we moved the backups to {} last week", "is {} in scope for the audit",
    "the {} line in the sheet is wrong", "I would put {} before the rest", "nobody touched {} since the release",
)  # fmt: skip


@pytest.mark.parametrize("turn", [0, 3])
def test_complaint_16_technical_words_are_nobodys_data(apis: Apis, turn: int) -> None:
    """Complaint 16: S3, C4, EKS and the like were masked; here at least nine in ten of such words stay, in any place.

    What still is taken for a name ends with an entry in `detection.allow`.
    """
    lines = filled(TECHNICAL_FRAMES[turn:] + TECHNICAL_FRAMES[:turn], TECHNICAL)
    masked = [line for line, sent in zip(lines, left(apis, lines), strict=True) if line != sent]
    assert len(masked) <= len(lines) * 0.1, masked


STREET_FRAMES = (
    "ship it to {} please", "I live at {} now", "the office moved to {}", "send the letter to {} before noon",
)  # fmt: skip
PHONE_FRAMES = (
    "my number is {}", "call me at {} after lunch", "you can reach him on {}", "text {} if you are late",
    "the front desk is {}",
)  # fmt: skip


def test_complaint_22_street_addresses_are_found(apis: Apis) -> None:
    """Complaint 22: of street addresses none was found; here at least 95 in 100 are, written and said."""
    lines = filled(STREET_FRAMES, STREETS)
    kept = {word for line in STREET_FRAMES for word in re.findall(r"\w+", line)} | {"of", "de", "la"}
    leaks = [
        line
        for street, line in zip(STREETS, left(apis, lines), strict=True)
        if any(re.search(rf"\b{word}\b", line, re.IGNORECASE) for word in set(re.findall(r"\w+", street)) - kept)
    ]
    assert len(leaks) <= len(lines) * 0.05, leaks


@pytest.mark.parametrize("turn", [0, 2])
def test_complaint_22_telephone_numbers_are_found(apis: Apis, turn: int) -> None:
    """Complaint 22: a quarter of telephone numbers was missed; here at least 95 in 100 are found, written and said."""
    lines = filled(PHONE_FRAMES[turn:] + PHONE_FRAMES[:turn], PHONES)
    leaks = [line for line in left(apis, lines) if re.search(r"\d|five|seven|oh\b|one\b", line)]
    assert len(leaks) <= len(lines) * 0.05, leaks


ROLES = (
    "our nurse {} will call back", "the engineer {} fixed it", "I asked Doctor {} about it", "her manager {} agreed",
    "the customer {} complained again", "please copy attorney {} on that", "the new intern {} starts soon",
    "Professor {} wrote the report", "our accountant {} has the sheet", "driver {} was late", "the patient {} is well",
    "teacher {} sent a note", "I spoke with the plumber {}", "the landlord {} wants more rent", "our CEO {} said no",
    "Sergeant {} took the call", "coach {} was happy", "the witness {} did not come", "chef {} cooked for us",
    "the tenant {} moved out",
)  # fmt: skip
HALVES = {"first names": 0, "family names": -1}


@pytest.mark.parametrize(("people", "bar"), [(PEOPLE, 0.95), (STRANGERS, 0.85)], ids=["names", "coined names"])
@pytest.mark.parametrize("part", ["whole", *HALVES])
def test_complaint_23_names_beside_a_role_are_found(apis: Apis, people: list[str], bar: float, part: str) -> None:
    """Complaint 23: names beside role nouns were suppressed; here at least 95 in 100 are found beside twenty roles.

    Of names that nobody has, which no list and no training can know, at least 85 in 100.
    """
    items = people if part == "whole" else [name.split()[HALVES[part]] for name in people]
    leaks = missed(apis, ROLES, items)
    assert len(leaks) <= len(items) * (1 - bar), leaks


def test_complaint_23_names_beside_a_role_are_found_in_small_letters(apis: Apis) -> None:
    """Complaint 23: the same as recognized speech is often written, with no capitals at all."""
    leaks = missed(apis, [role.lower() for role in ROLES], [name.lower() for name in PEOPLE])
    assert len(leaks) <= len(PEOPLE) * 0.05, leaks


ANYWHERE = (
    "so {} will come", "I met {} at the fair", "{} wrote the draft", "thanks to {} we are done", "ask {} first",
    "that was {} on the line",
)  # fmt: skip
INITIALS = "LJKMRTBWEAHPCDS"


@pytest.mark.parametrize(("people", "bar"), [(PEOPLE, 0.95), (STRANGERS, 0.85)], ids=["names", "coined names"])
@pytest.mark.parametrize("form", ["{first} {middle}. {last}", "{middle}. {other}. {last}"])
def test_complaint_26_names_with_initials_are_found(apis: Apis, people: list[str], bar: float, form: str) -> None:
    """Complaint 26: a name with a middle initial was missed; here they are found with the initials, on no roster."""
    items = []
    for at, name in enumerate(people):
        first, last = name.split()
        middle, other = INITIALS[at % len(INITIALS)], INITIALS[(at + 4) % len(INITIALS)]
        items.append(form.format(first=first, middle=middle, other=other, last=last))
    leaks = missed(apis, ANYWHERE, items)
    assert len(leaks) <= len(items) * (1 - bar), leaks


SHOUTED = (
    "{} SAID NO", "THANKS {} SEE YOU", "I ASKED {} ABOUT THE BUDGET", "{} WILL SEND THE SLIDES",
    "THE CALL WITH {} WENT WELL", "WHAT DOES {} THINK",
)  # fmt: skip


@pytest.mark.parametrize(("people", "bar"), [(PEOPLE, 0.95), (STRANGERS, 0.85)], ids=["names", "coined names"])
@pytest.mark.parametrize("frames", [SHOUTED, ANYWHERE], ids=["all in capitals", "the name in capitals"])
def test_complaint_31_names_in_capitals_are_found(
    apis: Apis, people: list[str], bar: float, frames: Sequence[str]
) -> None:
    """Complaint 31: names in capitals were missed; here they are found, on no roster, whatever stands around them."""
    leaks = missed(apis, frames, [name.upper() for name in people])
    assert len(leaks) <= len(people) * (1 - bar), leaks


def test_complaint_26_and_31_who_is_on_the_roster_is_found_surely(apis: Apis) -> None:
    """Complaints 26 and 31: people of the meeting are found with no model at all, in capitals and by initials."""
    forms = ("ANNIKA SOLBERG", "Annika K. Solberg", "A. Solberg", "annika solberg", "SOLBERG", "Annika S.")
    for line in left(apis, filled(ANYWHERE, forms)):
        assert not re.search(r"annika|solberg|\b[AKS]\.", line, re.IGNORECASE), line
