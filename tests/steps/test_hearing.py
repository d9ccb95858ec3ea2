"""Whose words are where, and what a decision makes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from proxy.consent.decide import Decision, Reason, Spoken, Verdict
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, Roster, Slot, SlotKind, Span, Utterance, apply_edits
from proxy.redaction.withhold import withhold_edits
from proxy.settings.profiles import SHIPPED
from proxy.steps.hearing import hear
from proxy.steps.outcome import people_facts
from proxy.steps.partition import joined, sort_out
from proxy.steps.timing import anchored, speeches

ANN, BEN = Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")
ROSTER = Roster((ANN, BEN), complete=True)
STARTED = datetime(2026, 3, 2, 10, tzinfo=UTC)
MEETING = Meeting("m", STARTED, roster=ROSTER, recording_started_at=STARTED + timedelta(minutes=20))
YES, NO = Verdict(True, Reason.GRANTED, ("g1",)), Verdict(False, Reason.DENIED, ("g2",))


def slot(text: str, kind: SlotKind = SlotKind.SPEECH, index: int = 0, **more: object) -> Slot:
    return Slot(index, f"messages[{index}].content", text, kind, **more)


def left(one: Slot, parted) -> str:
    return apply_edits(one.text, withhold_edits((one,), parted.withheld_utterances, "placeholder")[one.index])


def heard(*slots: Slot, author: str | None = None, opaque: bool = False):
    return hear(slots, ROSTER, author, opaque_is_instruction=opaque)


def words(slots: tuple[Slot, ...], hearing) -> list[tuple[str, str | None, bool]]:
    texts = {s.index: s.text for s in slots}
    return [
        ("".join(texts[said.slot][w.start : w.end] for w in said.utterance.words), said.participant, said.unattributed)
        for said in hearing.said
    ]


def test_lines_belong_to_the_people_whose_labels_they_bear() -> None:
    one = slot("Please be brief.\n\nAnn Lund: Hello.\nGuest: Hi.\nBen Okoro: Bye.\n")
    hearing = heard(one)

    assert words((one,), hearing) == [("Hello.", "p-ann", False), ("Hi.", None, False), ("Bye.", "p-ben", False)]
    assert [one.text[i.span.start : i.span.end].strip() for i in hearing.instructed] == ["Please be brief."]


def test_prose_with_a_colon_in_it_makes_no_instructions_of_the_rest() -> None:
    """Nobody on the roster speaks in this message, so all of it is speech that somebody must answer for."""
    one = slot("my number is 555 0100\n\nZelda: she said so\n\nand that is all I know")
    hearing = heard(one)

    assert hearing.instructed == ()
    assert all(participant is None for _, participant, _ in words((one,), hearing))


@pytest.mark.parametrize("opening", ["Ben Okoro - ", "Ben Okoro> ", "* BEN OKORO (guest) ", "[Ben Okoro] "])
def test_a_line_that_opens_with_a_name_is_no_instruction_whatever_its_layout(opening: str) -> None:
    one = slot(f"Please be brief.\n{opening}this must stay here\nand so must this\n\nThanks.\n\nAnn Lund: Hello.\n")
    hearing = heard(one)
    instructed = "".join(one.text[i.span.start : i.span.end] for i in hearing.instructed)

    assert "must" not in instructed
    assert "Please be brief." in instructed
    # Who says the next paragraph nobody can tell: it may go on from Ben's.
    assert "Thanks." not in instructed
    assert any(unattributed and "and so must this" in text for text, _, unattributed in words((one,), hearing))


@pytest.mark.parametrize("line", ["Ben Okoro> never", "[Ben Okoro] never", "<Ben Okoro> never"])
def test_a_mark_that_sets_a_name_off_makes_one_word_speech(line: str) -> None:
    one = slot(f"{line}\n\nAnn Lund: Hello.\n")

    assert all("never" not in one.text[i.span.start : i.span.end] for i in heard(one).instructed)


def test_a_list_of_participants_stays_an_instruction() -> None:
    one = slot("Participants:\n- Ben Okoro (CTO)\n- Ann Lund\n\nAnn Lund: Hello.\n")

    assert words((one,), heard(one))[0] == ("Hello.", "p-ann", False)
    assert "Ann Lund" in "".join(one.text[i.span.start : i.span.end] for i in heard(one).instructed)


@pytest.mark.parametrize("title", ["(CTO)", "Lead", "(Vice President of Sales and Growth)"])
def test_a_title_in_a_list_is_its_persons(title: str) -> None:
    """It tells who they are, though the name be masked."""
    one = slot(f"Participants:\n- Ben Okoro {title}\n- Ann Lund (CEO)\n\nAnn Lund: Hello.\n")
    hearing = heard(one)
    decision = Decision(tuple(YES if said.participant == "p-ann" else NO for said in hearing.said), {"p-ann": YES})

    assert words((one,), hearing)[1:] == [(title, "p-ben", False), ("(CEO)", "p-ann", False)]
    assert left(one, sort_out(hearing, decision, ROSTER)) == (
        "Participants:\n- WITHHELD_PERSON [withheld]\n- Ann Lund (CEO)\n\nAnn Lund: Hello.\n"
    )


def test_a_message_that_no_line_claims_is_unattributed_unless_policy_or_author_says_otherwise() -> None:
    one = slot("write a friendly reply to this thread")

    assert words((one,), heard(one)) == [(one.text, None, True)]
    assert words((one,), heard(one, author="p-ann")) == [(one.text, "p-ann", False)]
    assert heard(one, opaque=True).said == ()
    assert len(heard(one, opaque=True).instructed) == 1


def test_an_author_by_name_is_resolved_exactly() -> None:
    named = slot("we ship in June", author="Ann Lund")
    written = slot("we ship in June", author="ann  LUND")
    similar = slot("we ship in June", author="ann lundt")

    assert words((named,), heard(named)) == [("we ship in June", "p-ann", False)]
    assert words((written,), heard(written)) == [("we ship in June", "p-ann", False)]
    assert words((similar,), heard(similar)) == [("we ship in June", None, False)]


def test_in_a_transcript_nothing_is_an_instruction() -> None:
    one = slot("be brief\n\nAnn Lund: Hello.\n", transcript=True)
    hearing = heard(one)

    assert hearing.instructed == ()
    assert ("Hello.", "p-ann", False) in words((one,), hearing)


@pytest.mark.parametrize("turned", [False, True])
def test_a_span_is_from_its_earlier_end_to_its_later_one(turned: bool) -> None:
    first, last = datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 2, 11, tzinfo=UTC)
    at, until = (last, first) if turned else (first, last)
    told = Utterance(0, "Ann Lund", (Span(0, 5),), Span(0, 5), at=at, until=until)
    hearing = hear(
        [Slot(0, "x", "Hello", SlotKind.SPEECH, utterance=told)], Roster(), None, opaque_is_instruction=False
    )

    (speech,) = speeches(hearing, None)
    assert speech.spoken is not None
    assert (speech.spoken.start, speech.spoken.until) == (first, last)


def test_a_time_beyond_the_calendar_is_unknown() -> None:
    told = Utterance(0, "Ann Lund", (Span(0, 5),), Span(0, 5), start=9e7, end=9.5e7)
    hearing = hear(
        [Slot(0, "x", "Hello", SlotKind.SPEECH, utterance=told)], Roster(), None, opaque_is_instruction=False
    )

    late = datetime(9999, 1, 1, tzinfo=UTC)
    (speech,) = speeches(hearing, Meeting("m", late, recording_started_at=late))
    assert speech.spoken is None


VTT = slot("WEBVTT\n\n00:01:00.000 --> 00:01:05.000\nAnn Lund: Hello.\n", transcript=True)


def test_times_count_from_the_start_of_the_recording() -> None:
    (speech,) = speeches(heard(VTT), MEETING)

    assert speech.spoken.start == STARTED + timedelta(minutes=21)
    assert speech.spoken.until == STARTED + timedelta(minutes=21, seconds=5)
    assert speeches(heard(VTT), None)[0].spoken is None
    assert speeches(heard(slot("Ann Lund: Hello.")), MEETING)[0].spoken is None


def test_without_a_known_start_of_the_recording_offsets_are_no_times() -> None:
    unknown = replace(MEETING, recording_started_at=None)

    assert speeches(heard(VTT), unknown)[0].spoken is None
    assert speeches(heard(VTT), anchored(unknown, None, "recording"))[0].spoken is None


def test_a_request_tells_its_own_recording_before_what_is_on_file() -> None:
    said = STARTED + timedelta(minutes=7)
    unknown = replace(MEETING, recording_started_at=None)

    assert anchored(MEETING, said, "meeting").recording_started_at == said
    assert anchored(MEETING, None, "meeting") == MEETING
    assert anchored(unknown, None, "meeting").recording_started_at == STARTED


def test_offsets_of_a_declared_shape_count_from_the_meetings_start() -> None:
    told = Utterance(0, "Ann Lund", (Span(0, 5),), Span(0, 5), start=60.0, end=65.0)
    declared = replace(slot("Hello"), utterance=told)

    assert speeches(heard(declared), replace(MEETING, recording_started_at=None))[0].spoken == Spoken(
        STARTED + timedelta(seconds=60), STARTED + timedelta(seconds=65)
    )


def test_offsets_of_a_later_message_that_begin_anew_are_no_times() -> None:
    first = slot("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhi\n\n01:40:00.000 --> 01:40:09.000\nbye\n")
    anew = slot("WEBVTT\n\n00:00:05.000 --> 00:00:09.000\nand on\n", index=1)
    further = slot("WEBVTT\n\n01:41:00.000 --> 01:41:09.000\nand on\n", index=1)

    assert [one.spoken is None for one in speeches(heard(first, anew), MEETING)] == [False, False, True]
    assert [one.spoken is None for one in speeches(heard(first, further), MEETING)] == [False, False, False]


def test_offsets_of_two_files_in_one_text_are_no_times() -> None:
    file = "WEBVTT\n\n00:00:05.000 --> 00:00:09.000\nhello\n"

    assert [one.spoken is None for one in speeches(heard(slot(f"{file}\n\n{file}")), MEETING)] == [True, True]
    assert [one.spoken is None for one in speeches(heard(slot(file)), MEETING)] == [False]


def test_where_a_profile_says_that_all_is_speech_no_paragraph_is_an_instruction() -> None:
    text = "00:04 to 00:11 - (Ann Lund) hi\n\nPlease cancel the walrus project."
    hearing = hear([slot(text)], ROSTER, None, opaque_is_instruction=False, profile=SHIPPED["mattermost-agents"])

    assert hearing.instructed == ()


def test_a_decision_parts_words_names_and_labels() -> None:
    talk = slot("Ann Lund: Hello Ben.\nBen Okoro: my secret\nGuest: mine too\n")
    name = slot("Ben Okoro", SlotKind.LABEL, index=1)
    hearing = heard(talk, name)
    decision = Decision((YES, NO, Verdict(False, Reason.UNKNOWN_SPEAKER)), {"p-ann": YES, "p-ben": NO})
    parted = sort_out(hearing, decision, ROSTER)

    assert [(p.text, p.owner) for p in parted.passages] == [("Hello Ben.", "p-ann")]
    assert [(spot.text, spot.withheld) for spot in parted.labels] == [("Ann Lund", False), ("Ben Okoro", True)]
    assert parted.withheld.participants == {"p-ben"}
    assert parted.withheld.names == ("Guest",)
    assert parted.withheld.words == ("my secret", "mine too")
    assert len(parted.withheld_utterances) == 2


CHAT = '00:01:00\tBen Okoro:\tmy secret\n00:02:00\tAnn Lund:\tReplying to "my secret"\n\nwell\n'


def test_a_quote_needs_the_grant_of_whom_it_quotes() -> None:
    chat = slot(CHAT, transcript=True)
    hearing = heard(chat)
    parted = sort_out(hearing, Decision((NO, YES, NO), {"p-ann": YES, "p-ben": NO}), ROSTER)

    assert [said.participant for said in hearing.said] == ["p-ben", "p-ann", "p-ben"]
    assert [p.text for p in parted.passages] == ['Replying to "', '"', "well"]
    assert list(parted.withheld.words) == ["my secret", "my secret"]
    assert left(chat, parted) == (
        '00:01:00\tWITHHELD_PERSON:\t[withheld]\n00:02:00\tAnn Lund:\tReplying to "[withheld]"\n\nwell\n'
    )


def test_a_quote_stays_with_the_message_that_holds_it() -> None:
    chat = slot(CHAT, transcript=True)
    hearing = heard(chat)
    decision = joined(hearing, Decision((YES, NO, YES), {"p-ann": NO, "p-ben": YES}))
    parted = sort_out(hearing, decision, ROSTER)

    assert decision.verdicts == (YES, NO, Verdict(False, Reason.IN_WITHHELD_MESSAGE, ("g2",)))
    assert left(chat, parted) == ("00:01:00\tBen Okoro:\tmy secret\n00:02:00\tWITHHELD_PERSON:\t[withheld]\n")


def test_what_a_withheld_message_quotes_is_not_searched_for_where_its_speaker_said_it() -> None:
    """Zoom writes a reaction as a message with a quote: nobody takes another's words out by reacting to them."""
    hearing = heard(slot(CHAT, transcript=True))
    parted = sort_out(hearing, joined(hearing, Decision((YES, NO, YES), {"p-ann": NO, "p-ben": YES})), ROSTER)

    assert not any("my secret" in words for words in parted.withheld.words)


def test_the_ledger_is_told_counts_by_person() -> None:
    talk = slot("Ann Lund: Hello.\nBen Okoro: my secret\nAnn Lund: Bye.\n")
    hearing = heard(talk)
    decision = Decision((YES, NO, YES), {})
    parted = sort_out(hearing, decision, ROSTER)
    ann, ben = people_facts(
        hearing, decision, parted.passages, ({"PERSON": 1}, {"PERSON": 2, "URL": 1}), ({"HEALTH": 1}, {})
    )

    assert (ann.participant, ann.sent_utterances, ann.withheld_utterances) == ("p-ann", 2, 0)
    assert (ann.sent_characters, dict(ann.removed), ann.grants) == (10, {"PERSON": 3, "URL": 1}, ("g1",))
    assert (dict(ann.kept), dict(ben.kept)) == ({"HEALTH": 1}, {})
    assert (ben.participant, ben.sent_utterances, ben.withheld_utterances) == ("p-ben", 0, 1)
    assert (dict(ben.reasons), dict(ben.removed), ben.grants) == ({"denied": 1}, {}, ("g2",))


def told(text: str, speaker: str | None, **more: object) -> Slot:
    whole = Span(0, len(text))
    return slot(text, utterance=Utterance(0, speaker, (whole,), whole, **more))


def test_what_the_client_says_that_somebody_said_is_theirs_with_its_colons() -> None:
    one = told("Note: we ship.\n\nTwo things: first this.", "Ann Lund")

    assert words((one,), heard(one, opaque=True)) == [(one.text, "p-ann", False)]


def test_lines_with_another_label_within_it_are_nobodys() -> None:
    """Who wrote the rest typed the label as well. When that was said, the time of the rest does not tell."""
    one = told("I agree.\nBen Okoro: this is private.", "Ann Lund", start=5.0, end=9.0)
    hearing = heard(one)

    assert sorted(words((one,), hearing)) == [("I agree.", "p-ann", False), ("this is private.", None, True)]
    assert {said.participant: said.utterance.start for said in hearing.said} == {"p-ann": 5.0, None: None}


@pytest.mark.parametrize(("speaker", "unattributed"), [(None, True), ("Zelda", False)])
def test_what_nobody_known_said_has_nobody(speaker: str | None, unattributed: bool) -> None:
    one = told("Hello there.", speaker)

    assert words((one,), heard(one, author="p-ann", opaque=True)) == [("Hello there.", None, unattributed)]


def test_of_a_json_transcript_that_one_person_pasted_their_own_turns_alone_are_theirs() -> None:
    turns = [{"speaker": "Ann Lund", "text": "We \\ ship."}, {"speaker": "Ben Okoro", "text": 'A "private" word.'}]
    document = json.dumps({"transcript": turns})
    one = told(f"Here it is.\n\n{document}\n\nThat is all.", "Ann Lund")
    hearing = heard(one)
    verdicts = tuple(YES if said.participant == "p-ann" else NO for said in hearing.said)
    parted = sort_out(hearing, Decision(verdicts, {"p-ann": YES, "p-ben": NO}), ROSTER)
    made = withhold_edits(hearing.slots, parted.withheld_utterances, "placeholder")
    sent = apply_edits(one.text, hearing.source_edits(made)[one.index])

    assert {said.participant for said in hearing.said} == {"p-ann", None}
    assert "private" not in sent
    assert json.dumps("We \\ ship.") in sent
    assert sent.startswith("Here it is.")
    assert sent.endswith("That is all.")
    assert json.loads(sent.removeprefix("Here it is.").removesuffix("That is all."))


def test_a_json_transcript_that_names_somebody_unknown_is_not_of_the_one_who_pasted_it() -> None:
    one = told(json.dumps([{"speaker": "Zelda", "text": "Hello \\ there."}]), "Ben Okoro")

    assert [said.participant for said in heard(one).said] == [None]


def test_a_json_transcript_that_names_nobody_stays_with_the_one_who_pasted_it() -> None:
    document = json.dumps([{"heading": "Zelda", "text": "Hello \\ there."}])
    one = told(document, "Ben Okoro")
    hearing = heard(one)

    assert words((one,), hearing) == [(document, "p-ben", False)]
    assert not hearing.written


def test_names_that_nobody_says_in_what_one_person_pasted_are_names() -> None:
    one = told("<10:00:00 AM> Zelda joined the conference\n<10:00:05 AM> Ben Okoro: Hello there.", "Ann Lund")
    hearing = heard(one)

    assert [one.text[span.start : span.end] for _, span in hearing.names] == ["Zelda"]


BROKEN = [
    '{"speaker": "x", "text": "y", "foo": 1}',
    '{"speaker": "x", "text": "y", "text": "z"}',
    '{"speaker": "x", "text": "y"',
    '{"parties": [{"name": "Zed"}], "dialog": [], "foo": 1}',
    '{"speaker": "Ann Lund", "text": "y", "foo": 1}',
]


@pytest.mark.parametrize("typed", BROKEN)
@pytest.mark.parametrize("label", ["Ben Okoro", "Zed Guest"])
@pytest.mark.parametrize("whole", [False, True])
def test_json_that_one_person_typed_spoils_nothing_for_the_others(typed: str, label: str, whole: bool) -> None:
    """Nor does anything on its line, or below, become Ann's or the client's."""
    text = f"Ann Lund: We ship.\n{label}: see {typed} and more\nof this\n\nAnn Lund: Good."
    slot = Slot(0, "body", text, SlotKind.SPEECH, transcript=whole)
    hearing = heard(slot)
    shown = words((slot,), hearing)

    assert [said for said, who, _ in shown if who == "p-ann"] == ["We ship.", "Good."]
    assert not any(part.strip() for part in hearing.instructions)


@pytest.mark.parametrize("typed", BROKEN)
def test_all_that_one_person_wrote_is_never_refused(typed: str) -> None:
    """With a field that says who: it stays with that person, or is nobody's."""
    one = told(typed, "Ben Okoro")
    by_name = Slot(0, "body", typed, SlotKind.SPEECH, author="Ben Okoro")

    assert {who for _, who, _ in words((one,), heard(one))} <= {"p-ben", None}
    assert {who for _, who, _ in words((by_name,), heard(by_name))} <= {"p-ben", None}


def test_the_clients_own_broken_document_is_refused() -> None:
    for text in (BROKEN[0], f"```json\n{BROKEN[0]}\n```"):
        with pytest.raises(ClientFault):
            heard(Slot(0, "body", text, SlotKind.SPEECH))


def test_an_example_of_placeholders_may_have_any_keys() -> None:
    example = '{"speaker": "<speaker>", "text": "<what was said>", "mood": "<mood>"}'
    hearing = heard(Slot(0, "body", f"Ann Lund: We ship.\n\nAnswer like this: {example}", SlotKind.SPEECH))

    assert [part.strip() for part in hearing.instructions if part.strip()] == [f"Answer like this: {example}"]


def test_a_closing_mark_that_is_typed_makes_nothing_an_instruction() -> None:
    text = "<transcript>\nAnn Lund: Good.\nBen Okoro: hi </transcript>\nI never agree.\n</transcript>\nSummarize."
    hearing = heard(slot(text))
    own = "".join(hearing.instructions)
    assert "never" not in own
    assert "Summarize." in own


def test_times_that_run_back_are_no_times() -> None:
    two = "[35:00] Ann Lund: Good.\n[00:02] Ann Lund: And again.\n"
    assert [speech.spoken for speech in speeches(heard(slot(two)), MEETING)] == [None, None]


@pytest.mark.parametrize(
    "lead", ["Write the minutes of:", "Summarize this meeting:", "Summarize:", "Here is the transcript:"]
)
@pytest.mark.parametrize("prefix", ["", "[00:01] ", "- "])
def test_what_is_asked_may_stand_before_the_first_speaker_on_one_line(lead: str, prefix: str) -> None:
    one = slot(f"{lead} {prefix}Ann Lund: Hello.\nBen Okoro: Bye.\n")
    hearing = heard(one)

    assert words((one,), hearing) == [("Hello.", "p-ann", False), ("Bye.", "p-ben", False)]
    assert [one.text[i.span.start : i.span.end].strip() for i in hearing.instructed] == [lead]


@pytest.mark.parametrize(
    "text",
    [
        "Zed: Ann Lund: Hello.",
        "Ben said of this: Ann Lund: Hello.",
        "and that is it of the meeting: Ann Lund: Hello.",
        "Ben Okoro: Write the minutes of: Ann Lund: Hello.",
        "We met. Write the minutes of: Ann Lund: Hello.",
        "Ann Lund: Yes.\nWrite the minutes of: Ben Okoro: Hello.",
    ],
)
def test_other_words_before_a_label_are_no_lead(text: str) -> None:
    one = slot(text)
    hearing = heard(one)
    assert hearing.instructed == ()
    assert not any("Hello" in told and person == "p-ann" for told, person, _ in words((one,), hearing))


@pytest.mark.parametrize("name", ["Ben Okoro", "BEN OKORO", "Ben_Okoro", "ben"])
def test_a_system_message_that_somebody_on_the_roster_wrote_is_theirs(name: str) -> None:
    written = slot("we sell the boat", SlotKind.INSTRUCTIONS, author=name)
    example = slot("we sell the boat", SlotKind.INSTRUCTIONS, author="example_user")

    assert heard(written).instructed == ()
    assert len(heard(example).instructed) == 1


def test_words_below_the_head_of_a_mail_amid_a_transcript_are_nobodys() -> None:
    text = "Ann Lund: good morning\nFrom: Ben Okoro\nSubject: the boat\n\nThe boat is sold by now, all of it."
    mail = slot(text)

    assert heard(mail).instructed == ()
    assert "sold" not in "".join(said for said, person, _ in words((mail,), heard(mail)) if person)


PEOPLE_UNKNOWN = (
    "[Zed Quill] {}", "Zed Quill — {}", "Zed Quill\n{}", "Zed Quill: {}",
    "<Berth Tolland> {}", "- Quill Ambry (Acme): {}",
    "+47 123 45 678: {}", "Guest: {}", "Phone 2: {}", "Room 4: {}",
    "Conference Phone: {}", "<b>Rock Pebble</b>: {}", "Zed Quill 00:12\n{}", "The chair: {}",
    "My husband: {}", "Nadia Weiss: {}",
)  # fmt: skip


@pytest.mark.parametrize("opened", PEOPLE_UNKNOWN)
@pytest.mark.parametrize("between", [" ", "\n"])
@pytest.mark.parametrize(
    "unit",
    [
        lambda text: f"Ann Lund: {text}", lambda text: f"WEBVTT\n\n00:01.000 --> 00:09.000\n<v Ann Lund>{text}",
        lambda text: json.dumps([{"speaker": "Ann Lund", "text": text}]),
    ],
)  # fmt: skip
def test_whoever_nobody_knows_begins_an_unknown_speakers_words_in_every_layout(opened: str, between: str, unit) -> None:
    """No grant of others lets out what a stranger says, though everybody on the roster may have agreed."""
    one = slot(unit(f"We meet at noon.{between}{opened.format('the walrus should be cancelled')}"))
    heard_in = words((one,), heard(one))

    assert [(who, nobody) for text, who, nobody in heard_in if "walrus" in text] == [(None, False)]
    assert [who for text, who, _ in heard_in if "noon" in text] == ["p-ann"]


@pytest.mark.parametrize("opened", PEOPLE_UNKNOWN[:6])
@pytest.mark.parametrize("between", [" ", "\n"])
def test_whoever_nobody_knows_is_an_unknown_speaker_where_nobody_claims_the_rest(opened: str, between: str) -> None:
    one = slot(f"We meet at noon.{between}{opened.format('the walrus should be cancelled')}")

    assert [(who, nobody) for text, who, nobody in words((one,), heard(one)) if "walrus" in text] == [(None, False)]


HEADS = ("0:11 - Ann Lund (Fjord)\n", "0:11 - Ann Lund\n", "Ann Lund  0:11\n", "Ann Lund  [10:01 AM]\n",
         "Ann Lund, [03.05.2026 10:01]\n")  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "sentence",
    [
        "Right. I'd like three of them: two big, one small.", "(laughs) Yes, two big, one small.",
        "@Ann please order two big, one small.", "First: two big ones. Second: two big, one small.",
        "OK - two big, one small.", "The question is: two big or one small?", "I have one wish: two big, one small.",
        "So the plan is: two big, one small.", "Yes, and then: two big, one small.", "Well… two big, one small.",
    ],
)  # fmt: skip
def test_the_first_line_below_a_name_is_read_as_behind_its_colon(head: str, sentence: str) -> None:
    one = slot(f"{head}{sentence}\n\n{head.replace('Ann Lund', 'Ben Okoro')}The harbour is open.", transcript=True)

    assert [who for text, who, _ in words((one,), heard(one)) if "two big" in text] == ["p-ann"]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "other", ["Ben: never", "The chair: never", "Zed Quill: never", "x\nBen — never", "x\n- never"]
)
def test_another_label_below_a_name_begins_somebody_elses_words(head: str, other: str) -> None:
    one = slot(f"{head}{other}", transcript=True)

    assert "p-ann" not in {who for text, who, _ in words((one,), heard(one)) if "never" in text}


def test_brackets_behind_a_colon_are_said_and_the_line_below_is_looked_at() -> None:
    one = slot("Ann Lund: (laughs)\nBen — never\n", transcript=True)

    assert "p-ann" not in {who for text, who, _ in words((one,), heard(one)) if "never" in text}


def test_a_stranger_at_the_foot_of_words_is_heard_where_others_stand_at_the_foot_of_theirs() -> None:
    one = slot(
        "[1] We ship.\n    — Ann Lund, 00:00:01\n\n[2] The turbine was sold.\n    — Wanda Quist, 00:00:08",
        transcript=True,
    )
    told = [
        said for said in heard(one).said if any("turbine" in one.text[w.start : w.end] for w in said.utterance.words)
    ]

    assert [(said.participant, said.unattributed) for said in told] == [(None, False)]
