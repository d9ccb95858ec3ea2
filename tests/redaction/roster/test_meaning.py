"""Names that are words: masked where they are somebody, left where they are the word."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from redaction.common_word_names import (
    FAMILY_MENTIONS,
    FAMILY_NAMES,
    FAMILY_WORDS,
    FIRST,
    FULL_MENTIONS,
    FULL_NAMES,
    MENTIONS,
    NAMES,
    PAIRS,
    SMALL_MENTIONS,
    WORDS,
    Said,
    held_back,
    tuned,
)
from redaction.redacting import NOTHING, Outcome, roster, run

from proxy.egress.decodings import readings
from proxy.model import Participant, ParticipantClass
from proxy.redaction.identities import Naming
from proxy.redaction.redact import WithheldSpeech
from proxy.redaction.roster.search import people_of, search_for
from proxy.wording.plain_words import NAME_WORDS
from proxy.wording.vocabulary import is_given_name

MOST_OF_122 = 5
HALVES = pytest.mark.parametrize("half", [tuned, held_back])


def naming(*names: str) -> Naming:
    people = tuple(people_of(roster(*(name.title() for name in names))))
    return Naming.of(people, search_for(people))


SEARCH = {name: naming(name) for name in (*NAMES, *FULL_NAMES)}
ALONE, FULL = naming(*NAMES), naming(*FULL_NAMES)


def found(search: Naming, text: str) -> list[str]:
    return [text[m.start : m.end] for m in search.find(text)]


@HALVES
@pytest.mark.parametrize("search", [ALONE, FULL], ids=["one name", "full names"])
def test_words_in_small_letters_are_left(half: Callable[[Sequence[Said]], list[Said]], search: Naming) -> None:
    said = half(WORDS)
    masked = [(one.text, named) for one in said if (named := found(search, one.text))]
    assert len(masked) * 122 <= MOST_OF_122 * len(said), masked


FAMILY = {name: naming(f"Priya {name}") for name in FAMILY_NAMES}


@HALVES
def test_family_names_that_are_words_are_left_in_small_letters(half: Callable[[Sequence[Said]], list[Said]]) -> None:
    said = half(FAMILY_WORDS)
    masked = [one for one in said if found(FAMILY[one.name], one.text)]
    assert len(masked) * 122 <= MOST_OF_122 * len(said), masked


@HALVES
def test_whoever_is_meant_by_a_family_name_is_found(half: Callable[[Sequence[Said]], list[Said]]) -> None:
    assert [one for one in half(FAMILY_MENTIONS) if one.name not in found(FAMILY[one.name], one.text)] == []


@HALVES
def test_most_words_that_stand_side_by_side_are_left(half: Callable[[Sequence[str]], list[str]]) -> None:
    said = half(PAIRS)
    masked = [text for text in said if found(FULL, text)]
    assert 2 * len(masked) <= len(said), masked


@HALVES
def test_a_word_that_opens_a_sentence_is_left(half: Callable[[Sequence[str]], list[str]]) -> None:
    assert [text for text in half(FIRST) if found(ALONE, text)] == []


@pytest.mark.parametrize(
    ("said", "form"),
    [(MENTIONS, str.capitalize), (SMALL_MENTIONS, str.lower), (FULL_MENTIONS, str.lower)],
    ids=["with a capital", "in small letters", "full names"],
)
@HALVES
def test_whoever_is_meant_is_found(half, said: list[Said], form: Callable[[str], str]) -> None:  # type: ignore[no-untyped-def]
    missed = [one.text for one in half(said) if form(one.name) not in found(SEARCH[one.name], one.text)]
    assert missed == []


def left(outcome: Outcome) -> list[str]:
    """What the last check would refuse for, in the request as it would leave."""
    body = json.dumps({"messages": [{"role": "user", "content": outcome.sent}]})
    return [one.text[span.start : span.end] for one in readings(body) for span in outcome.redacted.leftovers(one.text)]


@pytest.mark.parametrize("withheld", [True, False])
def test_a_word_is_left_beside_its_name_and_refuses_nothing(withheld: bool) -> None:
    """Once it was a name it is one wherever it stands for somebody, and no more than there."""
    people = roster(*(name.title() for name in NAMES))
    silent = WithheldSpeech(frozenset(person.id for person in people.participants)) if withheld else NOTHING
    named = [*(f"I met {name.title()} there." for name in NAMES), *(f"thanks, {name}." for name in NAMES)]
    words = [*(one.text for one in WORDS), *FIRST]
    outcome = run([*named, *words], people=people, withheld=silent)
    lines = outcome.sent.split("\n")
    assert lines[len(named) :] == words
    assert not any(name in line.lower().split() for line in lines[: len(named)] for name in NAMES if name != "i")
    assert left(outcome) == []


def test_what_a_model_takes_for_a_name_stays_one_unless_grammar_says_that_it_is_none() -> None:
    text = "i saw rose there, the rose was red, and chase the invoice"
    outcome = run(text, ("PERSON", "rose"), ("PERSON", "chase"), people=roster("Rose", "Chase"))
    assert outcome.sent == "i saw PERSON_1 there, the rose was red, and chase the invoice"


def test_a_room_is_found_by_its_name_behind_an_article() -> None:
    hall = Participant("hall", "West Hall", participant_class=ParticipantClass.ROOM)
    assert run("meet in the west hall", people=roster(hall)).sent == "meet in the PERSON_1"


@pytest.mark.parametrize("text", ["ask John Price about it", "i saw john yesterday", "paul will do it"])
def test_names_that_are_hardly_ever_words_are_found_in_small_letters(text: str) -> None:
    people = tuple(people_of(roster("John", "Paul")))
    assert found(Naming.of(people, search_for(people)), text)


COMMON_GIVEN = sorted(name for name in NAME_WORDS if is_given_name(name))


@pytest.mark.parametrize("said", ["hi {}", "{} said so", "thanks, {}.", "ask {} about it"])
def test_given_names_that_are_words_are_found_in_small_letters_beside_any_family_name(said: str) -> None:
    missed = [name for name in COMMON_GIVEN if not found(naming(f"{name} Okafor"), said.format(name))]
    assert missed == []


@pytest.mark.parametrize(
    ("full", "short"), [("Thomas", "tom"), ("Michael", "mike"), ("Samuel", "sam"), ("Anthony", "tony")]
)
def test_short_forms_that_are_hardly_ever_words_are_found_in_small_letters(full: str, short: str) -> None:
    assert found(naming(f"{full} Okafor"), f"i saw {short} yesterday") == [short]


@pytest.mark.parametrize("text", ['{"x":"mark"}', "?price=2", "rose", "prices fell, rose"])
def test_a_word_in_what_is_sent_refuses_nothing(text: str) -> None:
    assert run("I met Mark, Price and Rose.", people=roster("Mark", "Price", "Rose")).redacted.leftovers(text) == []


@pytest.mark.parametrize("text", ["I met Mark.", "mr price", "Rose"])
def test_a_forgotten_name_in_what_is_sent_is_found(text: str) -> None:
    assert run("so it is", people=roster("Mark", "Price", "Rose")).redacted.leftovers(text)
