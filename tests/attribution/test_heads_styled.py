"""Codes of terminals and chats are no text: a name with codes around or in it opens words as the bare name does."""

from __future__ import annotations

import random

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.redaction.roster.search import people_of, search_for
from proxy.steps.hearing import hear
from proxy.wording.folded import fold

ROSTER = Roster((Participant("p-0", "Maria Okafor"), Participant("p-1", "Ben Okoro")), complete=True)
SEARCH = search_for(tuple(people_of(ROSTER)))
WORDS = "the harbour budget is too high and nobody told the board"
CODES = {
    "sent": ("\x1b[1;32m", "\x1b[0m"),
    "eight bits": ("\x9b1m", "\x9bm"),
    "octal": ("\\033[1m", "\\033[0m"),
    "hexadecimal": ("\\x1b[38;5;12m", "\\x1b[22;39m"),
    "json": ("\\u001b[31m", "\\u001b[0m"),
    "letter": ("\\e[1m", "\\e[0m"),
    "caret": ("^[[1m", "^[[0m"),
    "rest": ("[1;32m", "[0m"),
    "irc colour": ("\x0304", "\x03"),
    "irc colours": ("\x0304,12", "\x0f"),
    "irc bold": ("\x02", "\x02"),
}
HEADS = (
    "{}Ben:{} ",
    "{}Ben{}: ",
    "{}Ben Okoro{} ",
    "<{}Ben{}> ",
    "[{}Ben{}] ",
    "{}Ben Okoro{}\n",
    "* {}Ben{} — ",
    "B{}e{}n: ",
)
PLACES = {
    "instructions": (SlotKind.INSTRUCTIONS, ""),
    "below a line": (SlotKind.SPEECH, "Maria Okafor: Hello all and welcome.\n"),
    "below a paragraph": (SlotKind.SPEECH, "Maria Okafor: Hello all and welcome.\n\n"),
}


def own(text: str, kind: SlotKind) -> str:
    """What of a text counts as the client's or as Maria's."""
    heard = hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False)
    said = [text[slice(*span)] for one in heard.said if one.participant == "p-0" for span in one.utterance.words]
    return "\n".join([*heard.instructions, *said])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("place", PLACES)
def test_a_styled_name_opens_words(code: str, place: str) -> None:
    kind, above = PLACES[place]
    for head in random.Random(code + place).sample(HEADS, 5):
        text = above + head.format(*CODES[code]) + WORDS
        assert WORDS[:20] not in own(text, kind), text


@pytest.mark.parametrize("code", CODES)
def test_redaction_finds_the_name_between_codes(code: str) -> None:
    text = "I met {}Ben{} today.".format(*CODES[code])
    assert [mention.people for mention in SEARCH.find(text)] == [{"p-1"}]
    assert "ben" in fold(text).text.split()


@pytest.mark.parametrize("code", CODES)
def test_styled_words_of_their_own_stay(code: str) -> None:
    said = "We {}really{} like the harbour.".format(*CODES[code])
    assert said in own(f"Maria Okafor: {said}", SlotKind.SPEECH)
    asked = "Summarize the meeting in {}five{} bullets.".format(*CODES[code])
    assert asked in own(asked, SlotKind.INSTRUCTIONS)


@pytest.mark.parametrize("text", ["the [10m] mark", "[10m 5s] later", "a[0] = m"])
def test_what_only_looks_like_a_code_is_text(text: str) -> None:
    assert fold(text).text.replace(" ", "") == text.replace(" ", "")
