"""What looks like the beginning of somebody else's words, and what does not."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings, is_voice
from proxy.model import Participant, Roster, Span

ANN, BEN = Participant("p-ann", "Ann Lund", emails=("ann@fjord.example",)), Participant("p-ben", "Ben Okoro")
BEGINNINGS = Beginnings.of(Roster((ANN, BEN), complete=True))


def heard(text: str) -> str:
    """What of Ann's words stays hers."""
    at = BEGINNINGS.first(BEGINNINGS.read(text), (Span(0, len(text)),), "p-ann")
    return text if at is None else text[:at]


def instructed(text: str, *, behind: bool = False) -> str:
    """What of a client's own words stays an instruction."""
    at = BEGINNINGS.spoken(BEGINNINGS.read(text), Span(0, len(text)), behind=behind)
    return text if at is None else text[:at]


@pytest.mark.parametrize(
    "other",
    [
        "Ben Okoro: never", "BEN: never", "[Ben] never", "Ben (00:18): never", "| Ben Okoro | never", "<br>Ben: never",
        "\\nBen: never", "[00:18] never", "\n>> never", "\n- never", "\n0:12\nnever", "\nParticipant 2: never",
        "\nAcme Ltd.: never", "\n???: never", "\nJoe Quist\nnever", "\nO. Quist — never", "\nthe landlord: never",
        "<v Joe>never</v>", "Joe Quist: never", "Ben Okoro said: never", "**Ben Okoro** never", "\nben — never",
    ],
)  # fmt: skip
def test_somebody_elses_beginning_ends_whoever_speaks(other: str) -> None:
    assert "never" not in heard(f"We meet at noon. {other}")
    assert "We meet" in heard(f"We meet at noon. {other}")


@pytest.mark.parametrize(
    "words",
    [
        "I told Ben that we ship, and he agreed.",
        "It is at 10:30, or at 00:08:20.050 on the tape.",
        "One thing - the lake - is open; so be it.",
        "the first line goes on\non the second without any mark\nand ends here",
        "We meet at\n10:30 on Thursday, as Ann Lund said.",
        "Is that so? I think it is (more or less).",
    ],
)
def test_ordinary_speech_is_its_speakers(words: str) -> None:
    assert heard(words) == words


@pytest.mark.parametrize(
    "speech",
    [
        "[00:18] never", "Ben Okoro > never ever again", "[Ben Okoro 0:18] never in this house", "Them: never",
        "Ben Okoro\n0:18\nnever", '{"Ben Okoro": "never in this house, we said"}',
        "| Ben Okoro | never in this house |",
        "0:18,Ben Okoro,never in this house", "Notes so far. Ben Okoro thinks that never is best",
    ],
)  # fmt: skip
def test_a_trace_of_speech_ends_instructions(speech: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\n{speech}")
    assert instructed(f"You write minutes.\n\n{speech}").startswith("You write minutes.")


@pytest.mark.parametrize(
    "text",
    [
        "Output: JSON.\nAction items: a list\nTone: dry.",
        "Draft a short reply from Ben Okoro to this thread, and promise nothing new.",
        "- **Key Issues Discussed**: what was open\n1. Decisions: list",
        "Participants:\n- Ann Lund, CTO\n- Ben Okoro (Chief Financial Officer)\n\nWrite the minutes of the meeting.",
        "Ben Okoro wants short summaries.",
    ],
)
def test_instructions_without_speech_stay_instructions(text: str) -> None:
    assert instructed(text) == text


def test_behind_a_transcript_a_name_that_nobody_knows_is_trace_enough() -> None:
    assert instructed("Joe Quist — we never agreed to this", behind=True) == ""
    assert instructed("Write the minutes in German.", behind=True) != ""


@pytest.mark.parametrize("label", ["SPEAKER_00", "Speaker 2", "speaker A", "Participant 2", "You", "Them"])
def test_labels_of_a_diarizer_name_nobody(label: str) -> None:
    assert is_voice(label)


@pytest.mark.parametrize("label", ["Guest", "Ann Lund", "Voicu", "Me Too", "Speaker of the House"])
def test_other_labels_may_name_somebody(label: str) -> None:
    assert not is_voice(label)
