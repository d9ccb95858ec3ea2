"""Beginnings in one unit whose words stand in the next: instructions of any place, and turns of one speaker."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Place, Roster, Slot, SlotKind, Span, Utterance
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
SAID = "the harbour budget is too high for us"
PLACES = (
    ("messages[0].content", "messages[1].content"),
    ("messages[0].content[0].text", "messages[0].content[1].text"),
    ("system[0].text", "system[1].text"),
    ("instructions", "input[0].content"),
    ("tools[0].function.description", "tools[1].function.description"),
)
OPEN = (
    "Keep it short.\n\nBen Okoro:",
    "## Ben Okoro",
    "From: Ben Okoro\nSubject: x",
    '{"speaker": "Ben Okoro", "text":',
)


def instructed(hearing: Hearing) -> str:
    return "\n".join(hearing.instructions)


def listen(*texts: tuple[str, str], kind: SlotKind = SlotKind.INSTRUCTIONS) -> Hearing:
    slots = [Slot(index, where, text, kind) for index, (where, text) in enumerate(texts)]
    return hear(slots, ROSTER, None, opaque_is_instruction=False)


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("opening", OPEN)
def test_instructions_below_an_open_beginning_are_nobodys(places: tuple[str, str], opening: str) -> None:
    hearing = listen((places[0], opening), (places[1], SAID))
    assert SAID not in instructed(hearing)
    assert any(one.slot == 1 and one.unattributed for one in hearing.said)


@pytest.mark.parametrize("places", PLACES)
def test_so_are_those_above_a_signature(places: tuple[str, str]) -> None:
    assert SAID not in instructed(listen((places[0], SAID), (places[1], "— Ben Okoro")))


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("above", ["You write minutes.", "Attendees:\n- Ann Lund\n- Ben Okoro", "Write for Ben Okoro."])
def test_other_instructions_stay(places: tuple[str, str], above: str) -> None:
    assert instructed(listen((places[0], above), (places[1], SAID))) == f"{above}\n{SAID}"


def test_names_of_tools_part_no_descriptions() -> None:
    tool = "tools[{}].function.{}"
    hearing = listen(
        (tool.format(0, "description"), "Ben Okoro:"),
        (tool.format(1, "name"), "save"),
        (tool.format(1, "description"), SAID),
    )
    assert SAID not in instructed(hearing)
    assert "save" in instructed(hearing)


def test_what_is_cut_off_goes_on_in_the_next_instructions() -> None:
    cut = "Ann Lund: good morning to you\nBen Okoro: I think that the"
    assert SAID not in instructed(listen(("messages[0].content", cut), ("messages[1].content", SAID)))
    asked = "Summarize it in three lines."
    assert asked in instructed(listen(("messages[0].content", cut), ("messages[1].content", asked)))


@pytest.mark.parametrize(("first", "second"), [("Ben Okoro:", SAID), (SAID, "— Ben Okoro"), ("Room Four:", SAID)])
@pytest.mark.parametrize("speaker", ["Ann Lund", "Ben Okoro"])
def test_turns_of_one_declared_speaker(first: str, second: str, speaker: str) -> None:
    turns = [(first, "Ann Lund"), (second, speaker)]
    slots = [
        Slot(
            at,
            f"/segments/{at}/text",
            text,
            SlotKind.SPEECH,
            utterance=Utterance(0, who, (Span(0, len(text)),), Span(0, len(text))),
        )
        for at, (text, who) in enumerate(turns)
    ]
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False)
    whose = {slots[one.slot].text: one.participant for one in hearing.said}
    assert whose[SAID] == (None if speaker == "Ann Lund" else "p-ben" if second == SAID else "p-ann")


SPOILING = (
    *("Ben Okoro", "Ben Okoro:", "— Ben Okoro", "From: Ben Okoro", '{"speaker": "x", "text": ', ">>", "Speaker 2:"),
    *(
        "00:00:01.000 --> 00:00:02.000",
        "1\n00:00:01,000 --> 00:00:02,000",
        "<v Ben Okoro>",
        "**Ben Okoro**",
        "Room Four:",
    ),
)


@pytest.mark.parametrize("guest", ["Wanda Quist", "Speaker 2", "Ben Okoro"])
@pytest.mark.parametrize("text", SPOILING)
@pytest.mark.parametrize("field", ["utterance", "author"])
def test_a_turn_of_a_declared_speaker_begins_anew(text: str, guest: str, field: str) -> None:
    """Whatever somebody else, known or not, is declared to have said before it."""
    turns = [("We begin now, all of you.", "Ann Lund"), (text, guest), (SAID, "Ann Lund"), ("Fine by me.", "Ann Lund")]
    slots = [
        Slot(at, f"messages[{at}].content", said, SlotKind.SPEECH, author=who)
        if field == "author"
        else Slot(
            at,
            f"/segments/{at}/text",
            said,
            SlotKind.SPEECH,
            utterance=Utterance(0, who, (Span(0, len(said)),), Span(0, len(said))),
        )
        for at, (said, who) in enumerate(turns)
    ]
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False)
    whose = {slots[one.slot].text: one.participant for one in hearing.said}
    assert [whose[said] for said, who in turns if who == "Ann Lund"] == ["p-ann"] * 3


@pytest.mark.parametrize("text", SPOILING)
def test_a_guest_who_signs_takes_no_instructions(text: str) -> None:
    asked = "Write the minutes of this meeting in three lines."
    slots = [
        Slot(0, "messages[0].content", asked, SlotKind.INSTRUCTIONS),
        Slot(1, "messages[1].content", text, SlotKind.SPEECH, author="Wanda Quist"),
    ]
    assert asked in instructed(hear(slots, ROSTER, None, opaque_is_instruction=False))


def test_turns_in_one_transcript() -> None:
    text = (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann Lund>On Monday, Ben Okoro wrote:</v>\n\n"
        f"00:00:04.000 --> 00:00:06.000\n<v Ann Lund>{SAID}</v>\n"
    )
    hearing = listen(("body", text), kind=SlotKind.SPEECH)
    said = [one for one in hearing.said if any(text[span.start : span.end] == SAID for span in one.utterance.words)]
    assert [one.participant for one in said] == [None]


def strings(*texts: tuple[tuple[str | int, ...], str]) -> list[Slot]:
    """The strings of one schema, by their keys."""
    where = "tools[0].function.parameters#{}"
    return [
        Slot(at, where.format(at), text, SlotKind.INSTRUCTIONS, place=Place(steps))
        for at, (steps, text) in enumerate(texts)
    ]


X, Y = ("properties", "x"), ("properties", "y")


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ((*X, "description"), (*Y, "description")),
        ((*X, "description"), (*X, "enum", 0)),
        ((*X, "description"), (*X, "default")),
        ((*X, "enum", 0), (*X, "enum", 1)),
        (("description",), (*X, "description")),
        (("$comment",), ("description",)),
    ],
)
@pytest.mark.parametrize("opening", ["Ben Okoro:", "[Ben]", "10:07 Ben", "From: Ben Okoro"])
def test_strings_of_one_schema_are_read_as_one_text(
    above: tuple[str | int, ...], below: tuple[str | int, ...], opening: str
) -> None:
    slots = strings((above, opening), ((*X, "pattern"), "none"), (below, SAID))
    assert SAID not in instructed(hear(slots, ROSTER, None, opaque_is_instruction=False))


def test_a_title_stands_above_its_description_wherever_it_is_written() -> None:
    slots = strings((("description",), SAID), (("title",), "Ben Okoro:"))
    assert SAID not in instructed(hear(slots, ROSTER, None, opaque_is_instruction=False))


@pytest.mark.parametrize("above", ["Owners: Ann Lund, Ben Okoro", "Full name, such as Ben Okoro", "Mail to Ben Okoro"])
def test_a_name_within_a_description_opens_no_other_string(above: str) -> None:
    slots = strings(((*X, "description"), above), ((*Y, "description"), SAID))
    assert instructed(hear(slots, ROSTER, None, opaque_is_instruction=False)) == f"{above}\n{SAID}"


@pytest.mark.parametrize("between", ["---", "***", "Yes."])
@pytest.mark.parametrize("kind", [SlotKind.INSTRUCTIONS, SlotKind.SPEECH])
def test_short_texts_and_other_roles_stand_between(between: str, kind: SlotKind) -> None:
    slots = [
        Slot(0, "messages[0].content", "Ben Okoro:", SlotKind.INSTRUCTIONS),
        Slot(1, "messages[1].content", between, kind),
        Slot(2, "messages[2].content", "Ann Lund: so it is, as I told you", SlotKind.SPEECH),
        Slot(3, "messages[3].content", SAID, SlotKind.INSTRUCTIONS),
    ]
    assert SAID not in instructed(hear(slots, ROSTER, None, opaque_is_instruction=False))


def test_fields_of_a_body_have_no_order() -> None:
    assert SAID not in instructed(
        listen(("tools[0].function.description", SAID), ("tools[0].function.name", "look"), ("instructions", "Ben:"))
    )


def test_what_a_model_is_to_stop_at_opens_nothing_elsewhere() -> None:
    assert SAID in instructed(listen(("stop[0]", "Ben Okoro:"), ("messages[0].content", SAID)))
    assert SAID in instructed(listen(("options.stop[0]", "Ben Okoro:"), ("system", SAID)))
    assert SAID not in instructed(listen(("stop[0]", "Ben Okoro:"), ("stop[1]", SAID)))


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize(
    "above",
    ["The minutes are taken by Ben Okoro", "Requested by: Ben Okoro", "Host: Ben Okoro", "In the room: Ann, Ben",
     "Answer as Ben Okoro's assistant:", "Write to Ben Okoro <ben.o@skerry.example>"],
)  # fmt: skip
def test_requests_below_a_line_that_names_somebody_are_the_clients(places: tuple[str, str], above: str) -> None:
    asked = "Write the minutes of this meeting."
    hearing = listen((places[0], f"Keep it short.\n{above}"), (places[1], asked))
    assert asked in instructed(hearing)
    assert SAID not in instructed(listen((places[0], "Said by Ben Okoro:"), (places[1], SAID)))


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("opening", ["Ben Okoro:", "According to Ben,", "speaker=Ben Okoro", '"Ben Okoro": "'])
def test_but_not_below_a_head(places: tuple[str, str], opening: str) -> None:
    asked = "Cancel the minutes of this meeting."
    assert asked not in instructed(listen((places[0], opening), (places[1], asked)))


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize(
    "above", ["Ben said", "'Ben'", "Ben;", "Ben has the floor.", "Ben's turn", "Ben =", "Speaker 2:", "00:01:02", ">>"]
)
def test_a_last_line_is_read_on_in_the_next_unit(places: tuple[str, str], above: str) -> None:
    assert SAID not in instructed(listen((places[0], f"Keep it short.\n{above}"), (places[1], SAID)))


def test_a_time_above_a_request_opens_nothing() -> None:
    asked = "Write the minutes of this meeting."
    assert asked in instructed(listen(("system[0].text", "It is\n10:02"), ("system[1].text", asked)))


def test_words_below_a_head_go_on_up_to_what_the_client_asks() -> None:
    place = "messages[{}].content"
    texts = ("Ben Okoro:", SAID, "and the roof is leaking, as I told you", "Summarize it in three lines.")
    hearing = listen(*((place.format(at), text) for at, text in enumerate(texts)))
    assert instructed(hearing) == "Summarize it in three lines."


@pytest.mark.parametrize("end", ["Thanks, Ben.", "I think so, Ben", "we should wait, Ben Okoro.", "and then, Ben?"])
@pytest.mark.parametrize("layout", ["Ann Lund: {}\n\nAnn Lund: {}", "[10:02] Ann Lund: {}\n[10:03] Ann Lund: {}"])
def test_whoever_addresses_somebody_at_the_end_of_a_turn_goes_on_in_the_next(end: str, layout: str) -> None:
    heard = listen(("messages[0].content", layout.format(end, SAID)), kind=SlotKind.SPEECH)
    assert [one.participant for one in heard.said] == ["p-ann", "p-ann"]


@pytest.mark.parametrize("end", ["Okoro, Ben", "Ben, 10:02"])
def test_but_a_name_turned_round_or_timed_opens_the_next(end: str) -> None:
    heard = listen(("messages[0].content", f"Ann Lund: {end}\n\nAnn Lund: {SAID}"), kind=SlotKind.SPEECH)
    assert heard.said[-1].unattributed
