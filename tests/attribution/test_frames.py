"""A single word that stands in a text as the names of those who speak do is somebody's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster, Span

ANN, BEN = Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")
BEGINNINGS = Beginnings.of(Roster((ANN, BEN), complete=True))
FRAMES = [
    "{} said: ", "({}): ", "__{}__ => ", "__{}__ (he/him): ", "{} - ", "{} / ", "{}... ", "{} = ", "*{}* ~ ",
    "0:41 __{}__ (she/her): ", "{} (they/them) · ", "{} → ", "<{}> ", "{} added ",
]  # fmt: skip


def kept(first: str, below: str) -> str:
    """What stays Ann's of a line of hers, above lines that a grammar gives to others."""
    text = f"{first}\n{below}"
    at = BEGINNINGS.first(BEGINNINGS.read(text), (Span(0, len(first)),), "p-ann")
    return first if at is None else first[:at]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_word_in_the_frame_of_those_who_speak_below_begins_somebodys_words(frame: str) -> None:
    below = "\n".join(f"{frame.format(name)}we will keep that in mind." for name in ("Okoro", "Lund"))
    first = f"Hello and welcome. {frame.format('Quist')}never tell them about that."
    assert "never" not in kept(first, below)
    assert "welcome" in kept(first, below)


@pytest.mark.parametrize(
    ("label", "others"),
    [("-- 0:00 {Quist}:\n", "-- 1:07 {Okoro}:\n"), ("#### 0:00 **Mara Quist**\t", "#### 1:07 **Ben Okoro**\t")],
)
def test_words_below_a_label_and_behind_a_column_are_somebodys(label: str, others: str) -> None:
    first = f"Hello and welcome. {label}never tell them about that."
    text = f"{first}\n\n{others}we will keep that in mind."
    at = BEGINNINGS.first(BEGINNINGS.read(text), (Span(0, len(first)),), "p-ann")
    assert at is not None
    assert first[:at].strip(" -#") == "Hello and welcome."


@pytest.mark.parametrize(
    "words", ["Sure - we do that.", "Yes / no is the question.", "Well... we see.", "Revenue = five."]
)
def test_the_same_signs_are_ordinary_where_nobody_is_written_so(words: str) -> None:
    first = f"Hello and welcome. {words}"
    assert kept(first, "Ben Okoro: we will keep that in mind.") == first


@given(
    st.text("*_~`", max_size=2), st.sampled_from(["", " (he/him)", " (she/her)"]),
    st.sampled_from([" said:", ":", " =>", " ~", " ·", " |", "...", " >", " --"]),
    st.sampled_from(["Zed", "Quist", "Mara"]),
)  # fmt: skip
def test_any_frame_is_found_again(around: str, aside: str, sign: str, name: str) -> None:
    def unit(who: str) -> str:
        return f"{around}{who}{around[::-1]}{aside}{sign} never tell them about that"

    assert "never" not in kept(f"Hello and welcome. {unit(name)}", unit("Okoro"))
