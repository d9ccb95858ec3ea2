"""Who says aloud that they do not consent, and who merely speaks of it."""

from __future__ import annotations

import random

import pytest
from consent.aloud_cases import ABOUT_OTHERS, CORES, PLAIN, others, refusals
from harness.growth import linear
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.consent.aloud import refuses_aloud

NOES = [
    "I do not consent.",
    "i don't consent",
    "I don’t consent to this being recorded.",
    "I do not consent to this being summarized by an AI",
    "Sorry, but I do not consent to being recorded.",
    "For the record, I do not agree to being transcribed.",
    "I do not agree to this meeting being recorded, and I mean it.",
    "I never agreed to anything. Please don't record me.",
    "Please do not record me!",
    "hey, don't record my voice",
    "Stop recording me.",
    "I withdraw my consent.",
    "Well, I take back my permission.",
    "I refuse to be recorded.",
    "I object to being summarised.",
    "I don't want to be recorded.",
    "I don't want this meeting summarized",
    "I'd rather not be recorded.",
    "As I said, I do not consent.",
    "I said I do not consent",
    "The budget is fine. I'm not comfortable with being recorded.",
    "Please leave me out of the summary.",
    "I am not consenting",
    "I don't give my consent to this",
    "um i do not consent to this being recorded",
    "yeah no i don't consent to being recorded thanks",
    "and um so i do not consent to this okay",
    "I have to say I do not consent to being recorded",
    "my report is done and i do not consent to being recorded",
    "because I do not consent to being recorded",
    "I, Ben Okoro, do not consent to being recorded",
    "I don't give my consent to recording",
    "I do not consent to this meeting",
    "I haven't consented to this recording.",
    "please dont record this",
    "stop the recording please",
    "Please stop recording.",
    "I don't consent, okay?",
    "You don't have my permission to record me.",
    "Keep my words out of the summary.",
    "I withdraw my consent to this recording.",
    "I opt out of the summary",
    "I'm opting out of the AI notes.",
    "Let me be clear: I do not consent to being recorded.",
    "One more thing: I do not consent to being recorded.",
    "I do not\nconsent to this being recorded.",
]
OTHERS = [
    "I don't want to be recorded as the owner of that ticket.",
    "Please don't record me as absent.",
    "I do not consent to the new prices being recorded in the books.",
    "I withdraw my consent for the marketing mails.",
    "I do not agree to be summarized as lazy.",
    "Ben said I do not consent.",
    'She wrote "I do not consent" in the chat.',
    "Somebody told me: I do not consent.",
    "If I do not consent, what happens?",
    "People who say I do not consent are left out.",
    "I do consent.",
    "I consent to being recorded.",
    "I don't agree to the new price.",
    "I do not agree.",
    "I don't want to record a loss.",
    "Don't record the payment twice.",
    "Please do not record this as a bug.",
    "He does not consent to being recorded.",
    "Do I not consent?",
    "> I do not consent",
    "The sentence is: I do not consent.",
    "They do not consent, I think.",
    "I do not consent to the change of venue.",
    "Ben has not consented to being recorded.",
    "I hope that nobody objects to being recorded.",
    "I do not consent to this price increase",
    "I don't consent to that change, as it costs too much",
    "The form has a line: I do not consent to being recorded. Tick it if you like.",
    "The second box: I do not consent.",
    "You can choose either I consent or I do not consent to being recorded.",
    "I never said I do not consent to being recorded.",
    "Click on settings, stop the recording, and save it.",
    "We will stop the recording now.",
    "Is there anybody who says, I do not consent?",
    "",
]


@pytest.mark.parametrize("words", NOES)
def test_a_no_is_heard(words: str) -> None:
    assert refuses_aloud(words)
    assert refuses_aloud(words.upper())
    assert refuses_aloud(f"The harbour opens in May. {words}")


@pytest.mark.parametrize("words", OTHERS)
def test_what_others_said_or_what_is_about_something_else_is_none(words: str) -> None:
    assert not refuses_aloud(words)


@given(st.sampled_from(NOES), st.sampled_from(['"{}"', "“{}”", "Ben said: {}", "> {}", "he told us that {}", "if {}"]))
def test_a_no_that_is_quoted_is_nobodys(words: str, quoted: str) -> None:
    first = words.rsplit(". ", maxsplit=1)[-1].rstrip(".!")
    assert not refuses_aloud(quoted.format(first))


@given(st.sampled_from([no for no in NOES if no.count(".") < 2 and "\n" not in no]), st.data())
def test_a_no_is_heard_wherever_captions_cut_it(words: str, data: st.DataObject) -> None:
    said = words.split(" ")
    at = data.draw(st.integers(1, max(1, len(said) - 1)))
    assert refuses_aloud("The harbour opens in May.", " ".join(said[:at]), " ".join(said[at:]))


def test_what_is_cut_before_the_words_of_somebody_else_is_none() -> None:
    assert not refuses_aloud("I do not", "agree with the new price, and Ben")
    assert not refuses_aloud("Ben said,", "and I quote, he does not consent to this being recorded.")


@given(st.text(max_size=200))
def test_any_words_are_read(words: str) -> None:
    assert refuses_aloud(words) in (True, False)


@pytest.mark.parametrize("words", [*CORES, *PLAIN])
def test_a_plain_no_is_heard(words: str) -> None:
    assert refuses_aloud(words)


@pytest.mark.parametrize("words", ABOUT_OTHERS)
def test_what_is_recorded_of_others_or_by_others_is_no_no(words: str) -> None:
    assert not refuses_aloud(words)


@pytest.mark.parametrize("pause", ["[inaudible], ", ", ", ", um, ", ", you know, "])
@pytest.mark.parametrize("after", ["", ","])
def test_a_filler_that_is_also_the_next_word_is_taken_once(pause: str, after: str) -> None:
    assert refuses_aloud(f"i would {pause}like, like{after} to withdraw my consent, right?")


@given(st.integers(0, 2**32))
def test_a_no_is_heard_whatever_runs_up_to_it_breaks_it_or_follows(seed: int) -> None:
    for words in refusals(random.Random(seed), 4):
        assert refuses_aloud(words), words


@given(st.integers(0, 2**32))
@example(2_180_440_005)
def test_no_noise_makes_a_no_of_what_is_none(seed: int) -> None:
    for words in others(random.Random(seed), 4):
        assert not refuses_aloud(words), words


@given(st.integers(0, 2**32), st.data())
def test_a_broken_no_is_heard_wherever_captions_cut_it(seed: int, data: st.DataObject) -> None:
    (words,) = refusals(random.Random(seed), 1)
    said = words.split(" ")
    at = data.draw(st.integers(0, len(said)))
    assert refuses_aloud("The harbour opens in May.", " ".join(said[:at]), " ".join(said[at:])), (words, at)


HOSTILE = [
    "I do not consent to ", "I ", "I, ", "I do not, ", " ", "a", "'", "a-", "um, ", "(", "[a", "to my dog being ",
    "if ", "said ", "please ", "I do not consent to my dog being recorded ", "can you stop ", ",", "so, ", ": ",
    "no no ", "\n", "...", "> ", "‘", '"', "<a", "you know ", "can I withdraw my consent to ", "I do not want my ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_hostile_text(piece: str) -> None:
    """Hostile runs of what the patterns look around for are no more than read."""
    assert not linear(refuses_aloud, lambda size: (piece * size)[:size], 50_000)
