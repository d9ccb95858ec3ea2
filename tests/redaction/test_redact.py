"""Redaction as a whole. Tests with a number answer a complaint about such proxies that users have made."""

import pytest
from redaction.redacting import PSEUDONYM, find, roster, run, run_transcript

from proxy.errors import OwnFault
from proxy.model import Action, Edit, Finding, Participant, Passage, Slot, SlotKind
from proxy.redaction.redact import LabelSpot, WithheldSpeech, merge, redact
from proxy.redaction.restore import restore

PEOPLE = roster(
    Participant("doe", "Jane Doe", emails=("jane@acme.example",)),
    Participant("luca", "Luca Donno | L2BEAT"),
    Participant("rose", "Mark Rose"),
)


def test_one_person_is_one_pseudonym_in_every_form() -> None:
    outcome = run_transcript(
        [
            ("Jane Doe", "I am jane, jane@acme.example."),
            ("Luca Donno | L2BEAT", "JANE DOE? Write to jane.doe@home.example, Mrs. Doe."),
        ],
        ("EMAIL_ADDRESS", "jane@acme.example"),
        ("EMAIL_ADDRESS", "jane.doe@home.example"),
        people=PEOPLE,
    )
    assert outcome.sent == (
        "PERSON_1: I am PERSON_1, PERSON_1_EMAIL.\nPERSON_2: PERSON_1? Write to PERSON_1_EMAIL_2, Mrs. PERSON_1.\n"
    )
    assert outcome.echoed == (
        "Jane Doe: I am Jane Doe, jane@acme.example.\n"
        "Luca Donno: Jane Doe? Write to jane.doe@home.example, Mrs. Jane Doe.\n"
    )


def test_complaint_02_numbers_do_not_restart_by_message() -> None:
    """Complaint 2: numbering per message let two people share <PERSON_1>, and the wrong name came back."""
    texts = ["ask Zoe Quinn", "ask Max Adams", "ask Zoe"]
    found = [("PERSON", "Zoe Quinn"), ("PERSON", "Max Adams"), ("PERSON", "Zoe")]
    slots = [Slot(i, f"messages[{i}]", text, SlotKind.SPEECH) for i, text in enumerate(texts)]
    passages = [Passage(i, 0, text) for i, text in enumerate(texts)]
    redacted = redact(slots, passages, [find(text, *found) for text in texts], [], PEOPLE, WithheldSpeech(), PSEUDONYM)
    assert [edits[0].replacement for edits in redacted.edits.values()] == ["PERSON_1", "PERSON_2", "PERSON_1"]
    assert restore("PERSON_2, PERSON_1", redacted.pseudonyms) == "Max Adams, Zoe Quinn"


def test_complaint_03_overlaps_leave_whole_pseudonyms() -> None:
    """Complaint 3: overlapping spans spliced placeholders, and characters after them were eaten."""
    outcome = run("mail x@globex.example and call", ("EMAIL_ADDRESS", "x@globex.example"), ("URL", "globex.example"))
    assert outcome.sent == "mail EMAIL_ADDRESS_1 and call"
    assert outcome.echoed == outcome.text


def test_complaint_04_a_conversation_that_grows_keeps_its_pseudonyms() -> None:
    """Complaint 4: tokens differed from turn to turn, and an old one that was quoted never came back."""
    turns = ["Zoe Quinn called 5551234.", "So did Max Adams.", "And Zoe again, from 5559876."]
    found = [("PERSON", n) for n in ("Zoe Quinn", "Max Adams", "Zoe")] + [
        ("PHONE_NUMBER", n) for n in ("5551234", "5559876")
    ]
    sent = [run(turns[:count], *found).sent for count in (1, 2, 3)]
    assert sent[2].startswith(sent[1])
    assert sent[1].startswith(sent[0])
    last = run(turns, *found)
    assert restore("As I said, PERSON_1 at PHONE_NUMBER_1.", last.redacted.pseudonyms) == (
        "As I said, Zoe Quinn at 5551234."
    )


def test_complaint_21_a_possessive_corrupts_nothing() -> None:
    """Complaint 21: "Eric" and "Eric's" overlapped and corrupted the text."""
    outcome = run("Eric's plan is Eric’s, said Eric.", ("PERSON", "Eric"), ("PERSON", "Eric's"), ("PERSON", "Eric’s"))
    assert outcome.sent == "PERSON_1's plan is PERSON_1’s, said PERSON_1."
    assert outcome.echoed == outcome.text


def test_complaint_26_a_name_with_an_initial() -> None:
    """Complaint 26: "Samuel L. Jackson" was missed; on the roster it is found with no detection at all."""
    outcome = run("so Samuel L. Jackson's and samuel jackson met Jackson", people=roster("Samuel L. Jackson"))
    assert outcome.sent == "so PERSON_1's and PERSON_1 met PERSON_1"


def test_complaint_30_neighbours_of_one_kind_are_both_replaced() -> None:
    """Complaint 30: of space-separated entities of one kind only the first was."""
    outcome = run(
        "5551234 5559876 王伟李娜",
        *[("PHONE_NUMBER", "5551234"), ("PHONE_NUMBER", "5559876")],
        *[("PERSON", "王伟"), ("PERSON", "李娜")],
    )
    assert outcome.sent == "PHONE_NUMBER_1 PHONE_NUMBER_2 PERSON_1PERSON_2"
    assert outcome.echoed == outcome.text


def test_complaint_31_names_in_capitals() -> None:
    """Complaint 31: names in capitals were missed."""
    assert run("MARK ROSE AND LUCA", people=PEOPLE).sent == "PERSON_1 AND PERSON_2"


def test_complaint_35_a_pseudonym_that_is_masked_again_comes_back() -> None:
    """Complaint 35: placeholders were masked once more and could not be recovered."""
    outcome = run("PERSON_3 met PERSON_1 and Zoe", ("PERSON", "PERSON_3"), ("PERSON", "Zoe"))
    assert outcome.sent == "PERSON_2 met PERSON_1 and PERSON_4"
    assert outcome.echoed == outcome.text


@pytest.mark.parametrize("typed", ["PERSON_1", "person 1", "[PERSON_1]", "PERSON\\_1", "Person-1", "PERSON_1_EMAIL"])
def test_a_typed_lookalike_is_never_restored(typed: str) -> None:
    outcome = run(f"{typed} is no pseudonym, Zoe is a name", ("PERSON", "Zoe"))
    assert outcome.sent == f"{typed} is no pseudonym, PERSON_2 is a name"
    assert outcome.echoed == outcome.text


def test_a_lookalike_that_removing_makes_is_not_restored() -> None:
    actions = {"LOCATION": Action.REMOVE, "default": Action.PSEUDONYM}
    outcome = run("PERSON Oslo 1 and Zoe", ("LOCATION", "Oslo"), ("PERSON", "Zoe"), actions=actions)
    assert outcome.sent == "PERSON 1 and PERSON_2"
    assert outcome.echoed == "PERSON 1 and Zoe"


def test_what_was_replaced_once_is_replaced_everywhere() -> None:
    """Detection saw the string in one place only."""
    outcome = run(["by Globex", "ask globex, GLOBEX or Globéx"], ("ORGANIZATION", "Globex"))
    assert outcome.sent == "by ORGANIZATION_1\nask ORGANIZATION_1, ORGANIZATION_1 or ORGANIZATION_1"
    outcome = run(["+1 (555) 123-4567", "1.555.123.4567"], ("PHONE_NUMBER", "+1 (555) 123-4567"))
    assert outcome.sent == "PHONE_NUMBER_1\nPHONE_NUMBER_1"


def test_common_words_are_swept_in_their_exact_case_only() -> None:
    assert run(["in May Sharp", "may I, in May?"], ("PERSON", "May")).sent == "in PERSON_1 Sharp\nmay I, in PERSON_1?"


def test_a_string_in_structure_stays() -> None:
    """Only passages and labels are edited: a cue number that is also an age is none of our business."""
    text = "12\nI am 12\n"
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    passage = Passage(0, 3, "I am 12")
    redacted = redact([slot], [passage], [find(passage.text, ("AGE", "12"))], [], PEOPLE, WithheldSpeech(), PSEUDONYM)
    assert redacted.edits == {0: (Edit(8, 10, "AGE_1"),)}
    assert redacted.originals.search("12\nI am AGE_1\n") == []


def test_a_name_cut_by_a_cue_end_is_one_person() -> None:
    passages = [Passage(0, 0, "ask Zoe", "p"), Passage(0, 10, "Quinn or Zoe Quinn", "p")]
    findings = [
        [Finding(4, 7, "PERSON", 0.9, "ner", 0)],
        [Finding(0, 5, "PERSON", 0.9, "ner", 0), Finding(9, 18, "PERSON", 0.9, "ner")],
    ]
    slot = Slot(0, "body", "ask Zoe\n--\nQuinn or Zoe Quinn", SlotKind.SPEECH)
    passages[1] = Passage(0, 11, "Quinn or Zoe Quinn", "p")
    redacted = redact([slot], passages, findings, [], PEOPLE, WithheldSpeech(), PSEUDONYM)
    assert [edit.replacement for edit in redacted.edits[0]] == ["PERSON_1"] * 3


def test_labels_have_pseudonyms_whatever_is_done_with_names() -> None:
    said = [("Jane Doe", "Luca, hi"), ("Guest 3", "hi Zoe"), ("Guest 3", "bye")]
    sent = {
        action: run_transcript(said, ("PERSON", "Zoe"), people=PEOPLE, actions={"PERSON": action}).sent
        for action in (Action.PSEUDONYM, Action.MASK, Action.REMOVE, Action.KEEP)
    }
    assert sent[Action.PSEUDONYM] == "PERSON_1: PERSON_2, hi\nPERSON_3: hi PERSON_4\nPERSON_3: bye\n"
    assert sent[Action.MASK] == "PERSON_1: ****, hi\nPERSON_2: hi ***\nPERSON_2: bye\n"
    assert sent[Action.REMOVE] == "PERSON_1: , hi\nPERSON_2: hi\nPERSON_2: bye\n"
    assert sent[Action.KEEP] == "".join(f"{label}: {words}\n" for label, words in said)


def test_the_label_of_an_unknown_speaker_is_a_name_too() -> None:
    outcome = run_transcript([("Zoe Quinn", "hi"), ("Jane Doe", "thanks, zoe")], people=PEOPLE)
    assert outcome.sent == "PERSON_1: hi\nPERSON_2: thanks, PERSON_1\n"


def test_names_of_withheld_people_are_masked_and_never_restored() -> None:
    outcome = run_transcript(
        [("Jane Doe", "Mark Rose and Stranger met mark.rose@acme.example; I am Jane.")],
        ("EMAIL_ADDRESS", "mark.rose@acme.example"),
        people=PEOPLE,
        withheld=WithheldSpeech(frozenset({"rose"}), ("Stranger",), ()),
    )
    assert outcome.sent == "PERSON_1: WITHHELD_PERSON and WITHHELD_PERSON met WITHHELD_PERSON; I am PERSON_1.\n"
    assert outcome.echoed == "Jane Doe: WITHHELD_PERSON and WITHHELD_PERSON met WITHHELD_PERSON; I am Jane Doe.\n"


def test_withheld_names_are_masked_though_names_are_kept() -> None:
    outcome = run(
        "Mark Rose met Jane Doe",
        people=PEOPLE,
        actions={"PERSON": Action.KEEP},
        withheld=WithheldSpeech(frozenset({"rose"})),
    )
    assert outcome.sent == "WITHHELD_PERSON met Jane Doe"


def test_a_first_name_that_may_be_the_withheld_ones_is_masked() -> None:
    people = roster(Participant("a", "Jane Doe"), Participant("b", "Jane Roe"))
    assert run("ask jane or Jane Doe", people=people, withheld=WithheldSpeech(frozenset("b"))).sent == (
        "ask WITHHELD_PERSON or PERSON_1"
    )


def test_quotes_of_withheld_words_are_masked() -> None:
    words = "We should sell the Oslo office to Globex."
    outcome = run(
        'She said "sell the Oslo office to Globex", Zoe!',
        ("LOCATION", "Oslo"),
        ("PERSON", "Zoe"),
        withheld=WithheldSpeech(words=(words,)),
    )
    assert outcome.sent == 'She said "[withheld]", PERSON_1!'
    assert outcome.redacted.removed == ({"WITHHELD_QUOTE": 1, "PERSON": 1},)


def test_brackets_of_the_request_come_back() -> None:
    outcome = run("Zoe <zoe@x.example> [Zoe]", ("EMAIL_ADDRESS", "zoe@x.example"), ("PERSON", "Zoe"))
    assert outcome.echoed == outcome.text
    assert restore("<PERSON_1>", outcome.redacted.pseudonyms) == "Zoe"


def test_handles_that_hold_a_name_come_back_as_they_were() -> None:
    outcome = run("see jane_doe_notes.txt by jane", people=PEOPLE)
    assert outcome.sent == "see PERSON_1.txt by PERSON_2"
    assert outcome.echoed == "see jane_doe_notes.txt by Jane Doe"


def test_leftovers_tell_originals_and_names_anywhere() -> None:
    outcome = run("call 5551234", ("PHONE_NUMBER", "5551234"), people=PEOPLE)
    assert outcome.redacted.leftovers(outcome.sent) == []
    assert len(outcome.redacted.leftovers("/files/5551234-luca.txt")) == 2
    kept = run("hi", people=PEOPLE, actions={"PERSON": Action.KEEP}).redacted
    assert kept.leftovers("Luca") == []


def test_a_participant_called_person_refuses_nothing() -> None:
    people = roster(Participant("p", "Dee Person"), Participant("q", "Email Number"))
    outcome = run("ask Dee Person or Email, at 5551234", ("PHONE_NUMBER", "5551234"), people=people)
    assert outcome.redacted.leftovers(outcome.sent) == []


def test_author_labels_of_withheld_people() -> None:
    slot = Slot(0, "messages[0].name", "Mark Rose", SlotKind.LABEL)
    spot = LabelSpot(0, 0, 9, "Mark Rose", "rose", withheld=True)
    redacted = redact([slot], [], [], [spot], PEOPLE, WithheldSpeech(), PSEUDONYM)
    assert redacted.edits == {0: (Edit(0, 9, "WITHHELD_PERSON"),)}


def test_merging_edits() -> None:
    inner, outer, other = Edit(2, 4, "x"), Edit(0, 6, ""), Edit(7, 8, "y")
    assert merge({0: (outer,)}, {0: (inner, other), 1: (inner,)}) == {0: (outer, other), 1: (inner,)}
    assert merge({0: (Edit(0, 6, "a"),)}, {0: (Edit(0, 6, "b"),)}) == {0: (Edit(0, 6, "a"),)}
    with pytest.raises(OwnFault):
        merge({0: (Edit(0, 4, ""),)}, {0: (Edit(2, 6, ""),)})


def test_a_piece_that_says_nothing_alone_is_not_swept() -> None:
    """An address that a line end cuts leaves the other twelves alone, and a cut quote the other Is."""
    outcome = run("at 12\nMain Street, for 12 days", ("LOCATION", "12\nMain Street"))
    assert outcome.sent == "at LOCATION_1\nLOCATION_2, for 12 days"
    assert outcome.echoed == outcome.text
    quoting = run(
        ["so I", "will never sell the house, as I said"],
        withheld=WithheldSpeech(words=("I will never sell the house",)),
    )
    assert quoting.sent == "so [withheld]\n[withheld], as I said"
