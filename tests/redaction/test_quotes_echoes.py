"""Words that are alike to withheld ones, and whoever leaves with them said them by themselves."""

from __future__ import annotations

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.model import Passage
from proxy.redaction.quotes import WithheldWords, without_echoes

LATER, EARLIER = (0, 500), (0, 0)
LONG = "we keep the purple ladder for the painters until May"


def masked(passage: Passage, *withheld: str, place: tuple[int, int] = EARLIER, guest: bool = False) -> list[str]:
    """What of a passage is a quote of withheld words."""
    words = WithheldWords(withheld, [place] * len(withheld), frozenset(range(len(withheld))) if guest else frozenset())
    ((*spans,),) = without_echoes([passage], words.find([passage]), words).quotes
    return [passage.text[slice(*span)] for span in spans]


def said(text: str) -> Passage:
    return Passage(0, 100, text, "p-ann")


def instructed(text: str) -> Passage:
    return Passage(1, 0, text, instructed=True)


def test_a_whole_utterance_that_two_say_is_each_ones_own() -> None:
    thanks = "thank you very much for coming today"
    assert masked(said(thanks), thanks) == []
    assert masked(said(f"He said: {thanks}"), thanks) == [thanks]
    assert masked(said(f'"{thanks}"'), thanks) == [thanks]
    assert masked(Passage(0, 100, thanks), thanks) == [thanks], "nobody's"


@pytest.mark.parametrize(
    "words",
    [
        "we should cut the budget by half next year",
        "I do not like the new plan at all",
        "please do not share this with the board",
        "you are wrong about the price of it",
    ],
)
def test_a_statement_that_is_said_twice_is_whose_it_is(words: str) -> None:
    """A microphone hears the neighbour too, and a tool puts the words under the wrong label."""
    assert masked(said(words), words) == [words]
    for text in (words, f"Summarize the meeting. {words}.", f"Be brief.\n{words}"):
        assert masked(instructed(text), words) == [words]


def test_nobody_quotes_what_is_said_later() -> None:
    assert masked(said(f"so {LONG}, I hope"), LONG, place=LATER) == []
    assert masked(said(f"so {LONG}, I hope"), LONG) == [LONG]
    assert masked(said(f"so {LONG}, I hope"), LONG, place=(7, 0)) == [LONG], "another slot may be earlier"
    quoted = '"we keep the purple lad..."'
    assert masked(said(quoted), LONG, place=LATER) == ["we keep the purple lad"], "a quote by its shape"


def test_a_few_words_of_a_guest_take_nothing_out_of_others_sentences() -> None:
    phrase = "the purple ladder"
    assert masked(said(LONG), phrase, guest=True) == []
    assert masked(said(LONG), phrase) == [phrase], "somebody on the roster refused"
    for told in ("he said the purple ladder", 'and "the purple ladder"', "Zed wants to sell the purple ladder"):
        assert masked(said(told), phrase, guest=True) == [phrase]


@pytest.mark.parametrize(
    "sentence",
    [
        "Summarize the meeting in a few short sentences.",
        "You write the minutes of the harbour committee in plain words",
        "high medium low",
        "List all decisions with their owners and dates!",
    ],
)
def test_an_instruction_is_not_spoiled_by_whoever_repeats_it(sentence: str) -> None:
    for text in (sentence, f"Be brief.\n{sentence}\nOutput: JSON", f"- {sentence}"):
        assert masked(instructed(text), sentence.casefold()) == []
        assert masked(instructed(text), f"please {sentence}") == []


@pytest.mark.parametrize(
    "text",
    [f"Context: {LONG}.", LONG.capitalize(), f"Summarize what they said: {LONG}.", f"Yesterday {LONG}, they said."],
)
def test_words_of_others_in_instructions_stay_quotes(text: str) -> None:
    assert LONG in " ".join(masked(instructed(text), LONG)).casefold().replace("May".casefold(), "May")


WORDS = st.lists(st.sampled_from("alpha beta gamma delta epsilon".split()), min_size=5, max_size=9).map(" ".join)


@settings(max_examples=invented(150), deadline=None)
@given(WORDS, st.sampled_from(["he said ", "so ", "> ", "and then ", '"']), st.sampled_from(["", " indeed", '"']))
def test_what_others_tell_of_earlier_words_amid_their_own_is_masked(words: str, before: str, behind: str) -> None:
    if before + behind == "":
        return
    assert " ".join(masked(said(f"{before}{words}{behind}"), words)) != ""
