"""Numbers and addresses across cues, turns and speakers: found, located, redacted under one pseudonym, restored."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from redaction.redacting import NOBODY, NOTHING, PSEUDONYM, carried_out, roster

from proxy.detection.blocks import join
from proxy.detection.spoken import SpokenReader
from proxy.model import Action, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.passages import locate
from proxy.redaction.redact import Redaction, redact
from proxy.redaction.restore import restore

SPOKEN = SpokenReader()


@dataclass(frozen=True)
class Sent:
    """What leaves of a meeting, a line an utterance, and what restoring makes of a reply."""

    lines: list[str]
    redacted: Redaction

    def restored(self, reply: str) -> str:
        return restore(reply, self.redacted.pseudonyms)


def send(*said: str, actions=PSEUDONYM, max_chars: int = 4000, people: Roster = NOBODY) -> Sent:
    """Utterances ``A: words``, each a passage of its own with A as its owner."""
    text, passages = "", []
    for line in said:
        owner, _, words = line.partition(": ")
        text += f"{owner}: "
        passages.append(Passage(0, len(text), words, owner))
        text += f"{words}\n"
    blocks = join(passages, max_chars)
    found = locate(blocks, [SPOKEN.findings(block.text) for block in blocks])
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    redacted = redact([slot], passages, found, [], people, NOTHING, carried_out(actions))
    return Sent(apply_edits(text, redacted.edits.get(0, ())).splitlines(), redacted)


NUMBER = "four one five five five five oh one two three"


def test_a_number_over_three_utterances_is_one_and_the_interjection_stays() -> None:
    sent = send("A: my number is four one five", "B: mhm", "A: five five five oh one two three")
    assert sent.lines == ["A: my number is PHONE_NUMBER_1", "B: mhm", "A: PHONE_NUMBER_1"]
    assert sent.restored("Call A at PHONE_NUMBER_1.") == f"Call A at {NUMBER}."


def test_a_number_read_back_is_the_same_number() -> None:
    sent = send(
        "A: my number is four one five",
        "A: five five five oh one two three",
        "B: so that's four one five, five five five?",
        "A: yes",
        "B: and then oh one two three",
    )
    assert sent.lines == [
        "A: my number is PHONE_NUMBER_1",
        "A: PHONE_NUMBER_1",
        "B: so that's PHONE_NUMBER_1?",
        "A: yes",
        "B: and then PHONE_NUMBER_1",
    ]
    assert sent.restored("PHONE_NUMBER_1") == NUMBER


def test_a_number_in_groups_with_confirmations() -> None:
    sent = send(
        *["A: it's four one five", "B: yeah", "A: five five five", "B: okay got it", "A: oh one", "B: uh huh"],
        "A: two three",
    )
    assert [line for line in sent.lines if line.startswith("B")] == ["B: yeah", "B: okay got it", "B: uh huh"]
    assert sent.lines[0] == "A: it's PHONE_NUMBER_1"
    assert set(sent.lines[2::2]) == {"A: PHONE_NUMBER_1"}
    assert sent.restored("PHONE_NUMBER_1") == NUMBER


def test_groups_echoed_at_once_add_nothing_to_the_number() -> None:
    sent = send(
        *["A: my cell is four one five", "B: four one five", "A: five five five", "B: five five five"],
        *["A: oh one two three", "B: great thanks"],
    )
    assert [line.split(": ")[1] for line in sent.lines] == [
        *["my cell is PHONE_NUMBER_1", *["PHONE_NUMBER_1"] * 4],
        "great thanks",
    ]
    assert sent.restored("PHONE_NUMBER_1") == NUMBER


def test_a_number_broken_by_more_than_an_interjection_is_masked_whole() -> None:
    sent = send("A: my number is four one five", "B: wait let me find a pen", "A: five five five oh one two three")
    assert sent.lines == ["A: my number is PHONE_NUMBER_1", "B: wait let me find a pen", "A: PHONE_NUMBER_1"]


def test_a_card_in_four_groups() -> None:
    sent = send(
        *["A: the card is forty two forty two", "B: okay", "A: four two four two", "B: yes", "A: 4242"],
        *["B: right", "A: four two four two", "B: and it expires?"],
    )
    assert [line.split(": ")[1] for line in sent.lines[::2]] == ["the card is CREDIT_CARD_1", *["CREDIT_CARD_1"] * 3]
    assert sent.lines[1::2] == ["B: okay", "B: yes", "B: right", "B: and it expires?"]


def test_an_address_cut_by_a_cue_end_is_one_address() -> None:
    sent = send("A: write to jane dot doe at", "A: acme dot com please")
    assert sent.lines == ["A: write to EMAIL_ADDRESS_1", "A: EMAIL_ADDRESS_1 please"]
    assert sent.restored("EMAIL_ADDRESS_1") == "jane dot doe at acme dot com"


def test_an_address_with_an_interjection_in_it() -> None:
    sent = send("A: it's jane dot doe", "B: uh huh", "A: at acme dot com", "B: jane dot doe at acme dot com, thanks")
    assert sent.lines == [
        "A: it's EMAIL_ADDRESS_1",
        "B: uh huh",
        "A: EMAIL_ADDRESS_1",
        "B: EMAIL_ADDRESS_1, thanks",
    ]


def test_a_name_spelled_over_two_cues() -> None:
    sent = send("A: last name is spelled S as in Sam M", "B: mhm", "A: I T H")
    assert sent.lines == ["A: last name is spelled PERSON_1", "B: mhm", "A: PERSON_1"]


def test_a_name_spelled_is_that_of_the_person_on_the_roster() -> None:
    sent = send("A: that is jane, last name S as in Sam, M I T H", people=roster("Jane Smith"))
    assert sent.lines == ["A: that is PERSON_1, last name PERSON_1"]


def test_a_number_said_and_written_is_one() -> None:
    sent = send(f"A: my number is {NUMBER}", "B: so call 4 1 5 5 5 5 0 1 2 3 tomorrow")
    assert sent.lines == ["A: my number is PHONE_NUMBER_1", "B: so call PHONE_NUMBER_1 tomorrow"]


def test_two_people_with_a_number_each() -> None:
    sent = send(
        *["A: mine is five five five oh one two three", "B: five five five oh four five six"],
        *["A: so five five five oh one two three and five five five oh four five six?"],
    )
    assert sent.lines[:2] == ["A: mine is PHONE_NUMBER_1", "B: PHONE_NUMBER_2"]
    assert not any(word in sent.lines[2] for word in ("five", "oh", "six"))


@pytest.mark.parametrize("action", [Action.MASK, Action.REMOVE])
def test_other_actions_leave_nothing_of_the_pieces_either(action: Action) -> None:
    actions = {"default": action}
    sent = send("A: my number is four one five", "B: mhm", "A: five five five oh one two three", actions=actions)
    assert not any(word in " ".join(sent.lines) for word in ("four", "five", "three"))
    assert sent.lines[1] == "B: mhm"


def test_lists_of_figures_are_no_dictation() -> None:
    said = ["A: item one", "A: item two", "A: three", "B: yeah", "A: 12", "A: 40"]
    assert send(*said).lines == said


def test_a_tie_holds_where_blocks_overlap() -> None:
    """The same pieces are found in two windows; they are one number all the same."""
    filler = ["A: we will talk about the plan again on some other day then"] * 3
    sent = send(
        *filler, "A: my number is four one five", "B: mhm", "A: five five five oh one two three", *filler, max_chars=260
    )
    assert sent.lines[3:6] == ["A: my number is PHONE_NUMBER_1", "B: mhm", "A: PHONE_NUMBER_1"]


def test_what_another_person_says_next_is_no_part_of_a_number() -> None:
    sent = send("A: my mobile is 07911 123456.", "B: Oh great, thanks.")
    assert sent.lines == ["A: my mobile is PHONE_NUMBER_1.", "B: Oh great, thanks."]
    assert sent.restored("PHONE_NUMBER_1") == "07911 123456"


@pytest.mark.parametrize("more", ["Oh great, thanks.", "One more thing.", "Two of us know."])
def test_one_digit_before_other_words_is_no_part_of_a_number(more: str) -> None:
    sent = send("A: my mobile is 07911 123456", f"B: {more}")
    assert sent.lines == ["A: my mobile is PHONE_NUMBER_1", f"B: {more}"]


def test_a_full_stop_and_another_speaker_end_a_number() -> None:
    sent = send("A: We have room 42.", "B: 415 555 0132 is the number.")
    assert sent.lines == ["A: We have room 42.", "B: PHONE_NUMBER_1 is the number."]
    assert sent.restored("PHONE_NUMBER_1") == "415 555 0132"


def test_the_parts_of_two_speakers_are_restored_each_to_its_own() -> None:
    sent = send("A: my number is four one five", "B: five five five oh one two three")
    assert sent.lines == ["A: my number is PHONE_NUMBER_1", "B: PHONE_NUMBER_2"]
    assert sent.restored("PHONE_NUMBER_1, PHONE_NUMBER_2") == "four one five, five five five oh one two three"


def test_a_sentence_end_is_no_dot_of_an_address() -> None:
    sent = send("A: Do not tell Jim.", "B: p.jones@other.example at noon, or p.jones at other dot example.")
    assert sent.lines[0] == "A: Do not tell Jim."
    assert "Jim" not in sent.restored("EMAIL_ADDRESS_1 EMAIL_ADDRESS_2")
