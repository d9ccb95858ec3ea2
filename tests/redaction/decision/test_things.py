"""What is left alone: a thing that only the model took for a name, and wavered; and what never is."""

from __future__ import annotations

import pytest
from redaction.decision.deciding import Line, decided, lines, masked, passages

from proxy.model import Finding, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.decision.names import spelled
from proxy.redaction.decision.things import without_number, without_things
from proxy.redaction.redact import WithheldSpeech, redact

DEVNET = lines(
    "ann: We start a [ORGANIZATION zorbnet] today, on zorbnet 2.",
    "ben: And [ORGANIZATION Zorbnet] 3 is next. Every zorbnet has a name.",
    "cleo: I like [LOCATION Zorbnet].",
)


def left(said: list[Line], **told: object) -> bool:
    """Whether nothing is found in the lines."""
    return not any(masked(said, decided(said, **told)))  # type: ignore[arg-type]


def test_a_thing_is_left_alone_everywhere() -> None:
    assert left(DEVNET)


def test_also_inside_of_longer_findings() -> None:
    said = [*DEVNET, *lines("ann: [ORGANIZATION Larkspur zorbnet 2] and [PERSON zorbnet 3] and [PERSON Mary Zorbnet].")]
    assert masked(said, decided(said))[-1] == ["ORGANIZATION Larkspur", "PERSON Mary"]


@pytest.mark.parametrize(
    "line",
    [
        "dan: I spoke to Zorbnet about it.",
        "dan: Dr. Zorbnet agreed.",
        "dan: My name is Zorbnet.",
        "dan: Zorbnet said no.",
        "dan: Thanks, Zorbnet.",
        "dan: Then Zorbnet, who is new, left.",
        "dan: Maybe Zorbnet has lost his badge.",
        "dan: It was signed by Zorbnet.",
        "dan: Our colleague Zorbnet is in Oslo.",
        "dan: Zorbnet from Acme is here.",
        "dan: It is about [PERSON.98 Zorbnet] again.",
        "dan: Owner: Zorbnet",
    ],
)
def test_any_sign_of_a_person_keeps_it_masked(line: str) -> None:
    assert not left([*DEVNET, *lines(line)])


@pytest.mark.parametrize(
    "line",
    ["dan: Okay, Zorbnet, go.", "dan: I mean it. Zorbnet.", "dan: Yes. Zorbnet?", "dan: That is Zorbnet's desk."],
)
def test_what_is_also_said_of_things_counts_where_the_model_ever_took_it_for_a_person(line: str) -> None:
    assert left([*DEVNET, *lines(line)])
    assert not left([*DEVNET, *lines(line, "eve: About [PERSON Zorbnet] then.")])


def test_one_voice_unmasks_nothing_that_another_said() -> None:
    noise = lines(*["eve: The Okaforo zorb, an Okaforo, every Okaforo, Okaforo 3, two Okaforos."] * 20)
    said = [*lines("ann: The board likes [PERSON Okaforo] for the post."), *noise]
    assert masked(said, decided(said))[0] == ["PERSON Okaforo"]


def test_words_of_nobody_have_no_voice() -> None:
    unknown = [Line(None, line.marked) for line in DEVNET]
    assert not left(unknown)
    assert left([*DEVNET, *unknown])
    assert not left([DEVNET[0], *unknown[1:]])


def test_nor_does_a_list_or_the_roster_yield_to_two_voices() -> None:
    noise = lines(
        "eve: An Okafor, an Okafor, Okafor 3.", "mal: Every Okafor is an Okafor.", "ann: Is it [PERSON Okafor]?"
    )
    other = [Line(line.voice, line.marked.replace("Okafor", "Ztranga")) for line in noise]
    assert not left(noise)  # a family name that is on a list
    assert left(other)
    assert not left(other, known={"ztranga"})


def test_what_the_model_found_everywhere_as_one_kind_is_masked() -> None:
    said = lines("ann: An [ORGANIZATION Zorbnet], every [ORGANIZATION Zorbnet].", "ben: A [ORGANIZATION Zorbnet] is.")
    assert not left(said)


def test_a_single_mention_is_masked() -> None:
    assert not left(lines("ann: We start a [ORGANIZATION Zorbnet] today."))


def test_a_few_signs_among_many_mentions_are_not_enough() -> None:
    assert not left([*DEVNET, *lines(*["dan: It runs on Zorbnet now."] * 12)])


def test_an_article_before_a_name_before_a_noun_is_no_sign() -> None:
    said = lines(
        "ann: A Zorbnet proposal and an Okaforo file.", "ben: A Zorbnet proposal.", "ann: On [PERSON Zorbnet]."
    )
    assert not left(said)


def test_lower_case_says_nothing_of_what_was_taken_for_a_person() -> None:
    said = lines("ann: We have zorbnet here.", "ben: It was zorbnet again. Yes.", "ann: Is it [PERSON zorbnet] then.")
    assert not left(said)


def test_in_another_language_nothing_is_left_alone() -> None:
    said = [*DEVNET, *lines("dan: Das hat Zorbnet gemacht.")]
    assert left(said)
    assert not left(said, foreign={3})


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("Larkspur devnet 2", "Larkspur"),
        ("devnet 2", None),
        ("the devnets of Larkspur", "of Larkspur"),
        ("Larkspur", "Larkspur"),
        ("devnet", None),
        ("Larkspur devnet Labs", "Larkspur devnet Labs"),
        ("devnet devnet 3 4", None),
        ("devnet free", None),
    ],
)
def test_things_are_cut_off_at_the_ends(said: str, rest: str | None) -> None:
    found = without_things(said, Finding(0, len(said), "ORGANIZATION", 0.8, "ner_organization"), {"devnet"})
    assert (None if found is None else said[found.start : found.end]) == rest


def test_a_spelling_has_no_possessive() -> None:
    assert [spelled(word) for word in ("Zorbnet's", "Zorbnets'", "ZORBNET", "Zörbnet")] == [
        "zorbnet",
        "zorbnets",
        "zorbnet",
        "zorbnet",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "rest"),
    [
        ("Larkspur 3", "ORGANIZATION", "Larkspur"),
        ("Larkspur-3", "PERSON", "Larkspur"),
        ("Larkspur 3", "LOCATION", "Larkspur 3"),
        ("Elm 3", "ORGANIZATION", "Elm 3"),
        ("Larkspur 2025", "ORGANIZATION", "Larkspur 2025"),
        ("Larkspur", "ORGANIZATION", "Larkspur"),
    ],
)
def test_a_number_is_cut_off_a_name_that_is_found_without_it(said: str, kind: str, rest: str) -> None:
    found = without_number(said, Finding(0, len(said), kind, 0.8, "ner_organization"), {"larkspur"})
    assert said[found.start : found.end] == rest


@pytest.mark.parametrize("surname", ["Smith", "Okafor", "Garcia"])
def test_a_full_name_of_which_the_last_word_alone_is_listed_is_somebodys(surname: str) -> None:
    said = lines(f"ann: I met [PERSON.98 Zarvok {surname}].", "ann: The Zarvok 3 is down and every Zarvok is slow.")
    assert masked(said, decided(said)) == [[f"PERSON Zarvok {surname}"], ["PERSON Zarvok", "PERSON Zarvok"]]


ALONE = lines(
    "ann: We have two zorbnets. Every zorbnet is slow.", "ann: The [ORGANIZATION Zorbnet] 3 and Zorbnet 4 are down."
)


@pytest.mark.parametrize(
    "text",
    [
        "My name is Peter Zorbnet.",
        "I spoke to Zorbnet.",
        "Peter Zorbnet is on the list.",
        "Then Zorbnet Smith.",
        "Dr. Zorbnet agreed.",
        "That is Zorbnet's desk.",
        "Thanks, Zorbnet.",
    ],
)
def test_a_sign_of_a_person_in_what_is_withheld_keeps_a_name_masked(text: str) -> None:
    assert left(ALONE)
    assert not left(ALONE, withheld=[text])
    assert not left(DEVNET, withheld=[text])


def test_whoever_is_withheld_mentions_a_name_too_and_says_nothing_of_a_thing() -> None:
    noise = "Every Zorbnet, two Zorbnets, Zorbnet 3, a Zorbnet."
    assert not left(ALONE, withheld=["It runs on Zorbnet now."])
    assert not left(ALONE, withheld=[noise])
    assert left(DEVNET, withheld=["It runs on Zorbnet now."])
    assert not left(DEVNET, withheld=[noise] * 6)


def test_the_words_of_the_withheld_speakers_of_a_request_count() -> None:
    text = "\n".join(line.text for line in ALONE)
    for words, alone in (((), True), (("My name is Peter Zorbnet.",), False)):
        withheld = WithheldSpeech(words=words)
        found = [line.findings for line in ALONE]
        made = redact([Slot(0, "body", text, SlotKind.SPEECH)], passages(ALONE), found, [], Roster(), withheld, {})
        assert ("zorbnet" in apply_edits(text, made.edits.get(0, ())).lower()) is alone
