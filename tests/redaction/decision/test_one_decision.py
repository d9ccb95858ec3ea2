"""A name is one thing in a request: of one kind, under one pseudonym, or no finding anywhere."""

from __future__ import annotations

import pytest
from redaction.decision.deciding import Line, decided, lines, masked, passages
from redaction.redacting import carried_out

from proxy.model import Action, Participant, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.decision.decide import decide
from proxy.redaction.decision.things import Request
from proxy.redaction.redact import Redaction, WithheldSpeech, redact
from proxy.redaction.restore import restore

TURNS = lines(
    "ann: Is [LOCATION Zorbex] ready, and does it run on [ORGANIZATION Zorbex] hosts?",
    "ben: I tried [PERSON Zorbex] on Monday.",
    "cleo: The [ORGANIZATION Zorbex] rollout went well.",
)


NOBODY = Roster()


def redacted(said: list[Line], people: Roster = NOBODY, **actions: Action) -> tuple[str, str, Redaction]:
    """The text, as it leaves, and the redaction of lines."""
    text = "\n".join(line.text for line in said)
    made, at = [], 0
    for line in said:
        made.append(Passage(0, at, line.text, line.voice))
        at += len(line.text) + 1
    found = [line.findings for line in said]
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    result = redact([slot], made, found, [], people, WithheldSpeech(), carried_out(actions))
    return text, apply_edits(text, result.edits.get(0, ())), result


def test_a_name_found_as_three_kinds_is_of_the_kind_found_most_often() -> None:
    assert masked(TURNS, decided(TURNS)) == [
        ["ORGANIZATION Zorbex", "ORGANIZATION Zorbex"],
        ["ORGANIZATION Zorbex"],
        ["ORGANIZATION Zorbex"],
    ]


def test_it_leaves_under_one_pseudonym_and_comes_back() -> None:
    text, sent, result = redacted(TURNS)
    assert "Zorbex" not in sent
    assert sent.count("ORGANIZATION_1") == 4
    assert set(result.pseudonyms.originals.values()) == {"Zorbex"}
    assert restore(sent, result.pseudonyms) == text


def test_a_title_or_an_introduction_makes_it_a_person() -> None:
    for line in ("dan: I told Dr. [PERSON Zorbex] already.", "dan: My name is [PERSON Zorbex], hello."):
        said = [*TURNS, *lines(line)]
        kinds = {each.split()[0] for found in masked(said, decided(said)) for each in found}
        assert kinds == {"PERSON"}


def test_a_listed_name_that_was_found_as_a_person_is_one() -> None:
    said = lines("ann: [ORGANIZATION Marius] has [ORGANIZATION Marius] and [PERSON Marius].")
    assert masked(said, decided(said)) == [["PERSON Marius"] * 3]


def test_the_stricter_kind_goes_first() -> None:
    def strictness(kind: str) -> int:
        return {"ORGANIZATION": 0, "PERSON": 1, "LOCATION": 1}[kind]

    found = masked(TURNS, decided(TURNS, strictness=strictness))
    assert {each for line in found for each in line} == {"PERSON Zorbex"}


def test_what_policy_keeps_does_not_unmask_what_was_found_as_a_kind_that_it_replaces() -> None:
    _, sent, _ = redacted(TURNS, default=Action.PSEUDONYM, ORGANIZATION=Action.KEEP)
    assert "Zorbex" not in sent


def test_a_part_of_a_full_name_is_masked_where_the_model_missed_it() -> None:
    said = lines(
        "ann: I wrote to [PERSON.97 Amara Okafor] on Monday.",
        "ben: And the Okafor proposal, when do we read it?",
        "cleo: Amara sent it.",
    )
    assert masked(said, decided(said)) == [["PERSON Amara Okafor"], ["PERSON Okafor"], ["PERSON Amara"]]
    _, sent, _ = redacted(said)
    assert sent.count("PERSON_1") == 3


def test_a_name_that_is_told_is_masked_where_the_model_missed_it() -> None:
    said = lines(
        "ann: Hello, my name is Zorbo Wexel.", "ben: The Wexel plan, then, Zorbo.", "cleo: Her name's Summary."
    )
    assert masked(said, decided(said)) == [["PERSON Zorbo Wexel"], ["PERSON Wexel", "PERSON Zorbo"], []]
    _, sent, _ = redacted(said)
    assert sent.startswith("Hello, my name is PERSON_1.\nThe PERSON_1 plan, then, PERSON_1.\n")


def test_a_part_that_is_a_word_is_masked_with_a_capital_that_no_sentence_explains() -> None:
    said = lines(
        "ann: I wrote to [PERSON.97 Marius Grant] on Monday.",
        "ben: We need a grant. Grant access to it, and ask Grant about the grant.",
    )
    assert masked(said, decided(said))[1] == ["PERSON Grant"]


def test_a_plural_is_masked_with_the_name_under_its_pseudonym() -> None:
    said = lines(
        "ann: Two [ORGANIZATION Zorbex] hosts, and [PERSON Okaforo] said yes.",
        "ben: All the Zorbexs and zorbexes are up. The Okaforos have left.",
    )
    assert masked(said, decided(said))[1] == ["ORGANIZATION Zorbexs", "ORGANIZATION zorbexes", "PERSON Okaforos"]
    text, sent, result = redacted(said)
    assert sent.endswith("All the ORGANIZATION_1s and ORGANIZATION_2 are up. The PERSON_1s have left.")
    assert restore(sent, result.pseudonyms) == text


def test_a_plural_is_masked_whole_where_it_gets_no_pseudonym() -> None:
    said = lines("ann: Two [ORGANIZATION Zorbex] hosts.", "ben: All the Zorbexs are up.")
    _, sent, _ = redacted(said, ORGANIZATION=Action.MASK)
    assert sent.endswith("All the ******* are up.")


@pytest.mark.parametrize(("name", "word"), [("Adam", "Adams"), ("Jame", "James"), ("Rob", "robs")])
def test_a_plural_that_is_a_name_or_a_word_of_its_own_is_none(name: str, word: str) -> None:
    said = lines(f"ann: I know [PERSON {name}] well.", f"ben: Then there is what {word} on.")
    assert masked(said, decided(said))[1] == []


def test_spellings_are_one_name() -> None:
    said = lines("ann: [ORGANIZATION Zor-Bex] runs.", "ben: [PERSON zor bex] and [ORGANIZATION ZORBEX] run, too.")
    assert masked(said, decided(said)) == [["ORGANIZATION Zor-Bex"], ["ORGANIZATION zor bex", "ORGANIZATION ZORBEX"]]
    _, sent, _ = redacted(said)
    assert sent == "ORGANIZATION_1 runs.\nORGANIZATION_1 and ORGANIZATION_1 run, too."


def test_findings_of_patterns_and_lists_stay_as_they_are() -> None:
    said = lines("ann: [PERSON Zorbex] is [ORGANIZATION Zorbex].")
    line = said[0]
    listed = [*line.findings, type(line.findings[0])(0, 6, "PROJECT", 1.0, "dictionary")]
    found = decide(Request([Passage(0, 0, line.text, "ann")]), [listed]).findings[0]
    assert "PROJECT" in {each.kind for each in found}


def test_people_on_record_stay_who_they_are() -> None:
    said = lines("ann: [ORGANIZATION Zorbex] said so.", "ben: The [LOCATION Zorbex] plan.")
    people = Roster((Participant("p1", "Ina Zorbex"),))
    _, sent, result = redacted(said, people)
    assert sent.count("PERSON_1") == 2
    assert result.pseudonyms.originals["PERSON_1"] == "Ina Zorbex"


def test_without_names_nothing_is_read() -> None:
    said = lines("ann: Nothing to see here.")
    assert decided(said).findings == [[]]


def test_passages_behind_the_last_findings_are_read_too() -> None:
    said = lines("ann: I wrote to [PERSON.97 Amara Okafor] on Monday.", "ben: And the Okafor proposal?")
    made = passages(said)
    found = decide(Request(made), [said[0].findings]).findings
    assert [made[1].text[each.start : each.end] for each in found[1]] == ["Okafor"]
