"""A transcript inside a prompt is read as it is on its own, in the coordinates of the prompt."""

from __future__ import annotations

import pytest

from proxy.formats import segment
from proxy.model import Edit, Segmented, Utterance, apply_edits

VTT = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nMaria: one\n\n2\n00:00:03.000 --> 00:00:04.000\n<v Tom>two</v>\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nMaria: one\n\n2\n00:00:03,000 --> 00:00:04,000\nTom: two\n"
LINES = "Maria: one\nTom: two\n"
CHAT = "00:00:01\tMaria:\tone\n00:00:03\tTom:\ttwo\n"
VEXA = "[pass 1/2 id=a:1 speaker=Maria] one\n[pass 2/2 id=a:2 speaker=Tom] two\n"

WRAPS = {
    "alone": "{}",
    "after instructions": "Summarize the meeting below.\n\n{}",
    "between instructions": "Summarize the meeting below.\n\n{}\nAnswer in French, please.\n",
    "tags": "Summarize.\n<transcript>\n{}</transcript>\nAnswer in French, please.\n",
    "tags in line": "Summarize.\n\n<transcript>{}</transcript>\n\nAnswer in French.\n",
    "fence": "Summarize.\n```\n{}```\nAnswer in French, please.\n",
    "fence with a language": "Summarize:\n\n```vtt\n{}```\n\nAnswer in French, please.",
    "heading": "# Transcript\n\n{}\n# Rules\n\n- Output format: JSON\n- Be brief\n",
}


def shifted(segmented: Segmented, by: int) -> list[tuple[object, ...]]:
    def move(u: Utterance) -> tuple[object, ...]:
        spans = [*u.words, *([u.label] if u.label else [])]
        return (u.speaker, u.start, [(a + by, b + by) for a, b in spans])

    return [move(u) for u in segmented.utterances]


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS.keys())
@pytest.mark.parametrize("inner", [VTT, SRT, LINES, CHAT, VEXA], ids=["vtt", "srt", "lines", "chat", "vexa"])
def test_the_same_utterances_wherever_it_stands(inner: str, wrap: str) -> None:
    text = wrap.format(inner)

    segmented = segment(text)

    alone = segment(inner)
    assert [u.speaker for u in alone.utterances] == ["Maria", "Tom"]
    assert shifted(segmented, 0) == shifted(alone, text.index(inner))
    assert segmented.format == alone.format
    spoken = {(a, b) for u in segmented.utterances for a, b in u.words}
    assert not any("one" in text[a:b] or "two" in text[a:b] for a, b in segmented.free if (a, b) not in spoken)


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS.keys())
@pytest.mark.parametrize("inner", [VTT, SRT, LINES], ids=["vtt", "srt", "lines"])
def test_dropping_everything_leaves_the_wrapping(inner: str, wrap: str) -> None:
    text = wrap.format(inner)

    left = apply_edits(text, [Edit(*u.block, "") for u in segment(text).utterances])

    for word in ("Summarize", "<transcript>", "</transcript>", "French", "```", "# Rules"):
        assert left.count(word) == text.count(word)
    assert "Maria" not in left
    assert "two" not in left


def test_a_transcript_and_its_chat() -> None:
    text = f"Transcript:\n\n{VTT}\nSome words between.\n\n{CHAT}\nBe brief."

    segmented = segment(text)

    assert [u.speaker for u in segmented.utterances] == ["Maria", "Tom", None, "Maria", "Tom"]
    assert [text[a:b] for a, b in segmented.free] == ["Transcript:", "Be brief."]


def test_a_fence_within_somebodys_words_belongs_to_them() -> None:
    """Words after it must not become instructions."""
    text = "Maria: look\n```\nmy secret\n```\nisn't it\n"

    (utterance,) = segment(text).utterances

    assert utterance.block.end == len(text)
    assert "my secret" in [text[a:b] for a, b in utterance.words]


@pytest.mark.parametrize(
    "text",
    [
        "Maria: a\n<transcript>b\n",
        "Maria: a</transcript>\nb\n",
        "Maria:\n</transcript>\nb\n",
        "Maria:</transcript>\n\nb\n",
    ],
)
def test_nobodys_words_reach_across_a_tag(text: str) -> None:
    utterance = segment(text, ("Maria",)).utterances[0]

    assert "transcript" not in text[slice(*utterance.block)]
    assert text[slice(*utterance.block)].strip() in ("Maria: a", "Maria:")


def test_a_tag_with_words_is_no_structure() -> None:
    text = "<transcript by tom>\n\nMaria: one\n"

    assert [text[a:b] for a, b in segment(text).free] == ["<transcript by tom>"]


def test_a_prompt_that_speaks_of_the_format() -> None:
    text = "WEBVTT is what you get.\nSummarize: it.\n\nMaria: one\n\nDone."

    assert [u.speaker for u in segment(f"Note\n{text}").utterances] == ["Maria"]
