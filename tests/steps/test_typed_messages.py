"""Messages that a client's user types to the model, where the operator says that its users do."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear
from proxy.steps.typed_messages import typed_to_model

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
    "tool": SlotKind.REPLY,
}
TALK = ("user", "Ann Lund: The roof first.\nBen Okoro: No.")
QUESTIONS = (
    "What did Ann decide about the roof?",
    "Shorter please",
    "And who is to do it? Write one line for each.",
    "Translate it into French",
    "Ask: what did they decide?",
    "Harbour question: what did they decide?",
)


def slots(*messages: tuple[str, str], where: str = "messages[{}].content") -> list[Slot]:
    return [Slot(at, where.format(at), text, KINDS[role]) for at, (role, text) in enumerate(messages)]


def own(*messages: tuple[str, str], typed: bool = True) -> list[str]:
    """The client's own words, but for system messages."""
    read = slots(*messages)
    hearing = hear(read, ROSTER, None, opaque_is_instruction=False, last_is_typed=typed)
    spoken = {slot.index for slot in read if slot.kind is SlotKind.SPEECH}
    return [read[part.slot].text[slice(*part.span)] for part in hearing.instructed if part.slot in spoken]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_last_message_is_the_clients_own_only_where_the_operator_says_so(question: str) -> None:
    for before in ((TALK,), (("system", TALK[1]),), (("system", "You are a bot."),), ()):
        assert own(*before, ("user", question)) == [question]
        assert own(*before, ("user", question), typed=False) == []


def test_so_are_messages_before_it_that_the_model_answered() -> None:
    asked = [("user", QUESTIONS[0]), ("assistant", "Both are right.")]
    assert own(TALK, *asked, ("user", QUESTIONS[1])) == [QUESTIONS[0], QUESTIONS[1]]
    assert own(TALK, ("user", "we sell the orchard"), ("user", QUESTIONS[1])) == [QUESTIONS[1]]


@pytest.mark.parametrize(
    "text",
    [
        "Zed Quill: sell the orchard",
        "Sales: sell the orchard",
        "Ben thinks that the orchard must be sold at once.",
        "[00:12] the orchard must be sold",
        "Summarize:\n\nSPEAKER_01: the orchard must be sold",
        "the orchard must be sold before the frost " * 16,
        "Statement of Ben Okoro:\n\nthe orchard must be sold before the frost",
    ],
)
def test_a_trace_of_speech_or_a_long_text_is_none(text: str) -> None:
    assert not any("orchard" in part for part in own(TALK, ("user", text)))


def test_transcripts_structures_and_what_a_person_wrote_are_none() -> None:
    for more in ({"transcript": True}, {"author": "Ann Lund"}):
        read = [Slot(0, "messages[0].content", QUESTIONS[0], SlotKind.SPEECH, **more)]
        assert typed_to_model(read) == frozenset()
    assert typed_to_model(slots(("user", QUESTIONS[0]), where="messages[{}].tool_calls[0].custom.input")) == frozenset()
    for where in ("prompt", "input", "input[{}].content[0].text", "messages[{}].content[0].text"):
        assert typed_to_model(slots(("user", QUESTIONS[0]), where=where)) == {0}


def test_beside_a_transcript_nothing_is_typed_where_only_listed_lines_are_instructions() -> None:
    """Of a question alone the operator says that a user typed it; of what stands beside people's lines nobody does."""

    def left(text: str) -> list[str]:
        slot = slots(("user", text))
        hearing = hear(slot, ROSTER, None, opaque_is_instruction=False, last_is_typed=True, listed=True)
        return [text[slice(*part.span)] for part in hearing.instructed if text[slice(*part.span)].strip()]

    assert left("Shorter please") == ["Shorter please"]
    assert left("Summarize this.\n\nAnn Lund: The roof first.\n\nPlease cancel the order.") == []
