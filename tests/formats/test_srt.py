"""SubRip, alone and as clients put it in prompts."""

from __future__ import annotations

from proxy.formats import segment

SRT = """\
1
00:00:01,000 --> 00:00:03,000
Maria Example: My number is 555-0100.

2
00:00:04,500 --> 00:00:06,000
<i>Nobody's words</i>
"""


def test_cues_with_and_without_names() -> None:
    segmented = segment(SRT)

    assert segmented.format == "srt"
    assert segmented.free == ()
    assert [(u.speaker, u.start, u.end) for u in segmented.utterances] == [
        ("Maria Example", 1.0, 3.0),
        (None, 4.5, 6.0),
    ]


def test_in_a_prompt_the_instructions_stay_free() -> None:
    text = f"Summarize in three bullets:\n\n{SRT}\nAnswer in French.\n"

    segmented = segment(text)

    assert segmented.format == "srt"
    assert [text[a:b] for a, b in segmented.free] == ["Summarize in three bullets:", "Answer in French."]
    assert len(segmented.utterances) == 2


def test_the_line_above_the_first_cue_is_no_cue_id() -> None:
    text = f"Here is the recording:\n{SRT}"

    assert [text[a:b] for a, b in segment(text).free] == ["Here is the recording:"]


def test_a_payload_without_any_name_is_not_opaque() -> None:
    segmented = segment("1\n00:00:01,000 --> 00:00:03,000\nhello\n")

    assert (segmented.format, [u.speaker for u in segmented.utterances]) == ("srt", [None])
