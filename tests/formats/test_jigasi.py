"""Jigasi's text transcripts: wrapped lines, who came and went, and nothing that passes for instructions."""

from __future__ import annotations

from proxy.formats import segment

TEXT = """\
Transcript of conference held at 2 March 2026 in room weekly@conference.example
Initial people present at 10:00:00 AM:
\tMaria Example

Transcript, started at 10:00:05 AM:
________________________________________________________________________________
<10:00:05 AM> Tom B joined the conference
<10:00:07 AM> Maria Example: we ship the release in May, and then we shall talk
                             about everything: the budget, and the rest of it
<10:00:12 AM> Tom B: the costs
<10:00:20 AM> Tom B left the conference
________________________________________________________________________________

End of transcript at 2 March 2026 10:01:00 AM
"""


def said(text: str, labels: tuple[str, ...] = (), whole: bool = False) -> list[tuple[str | None, list[str]]]:
    return [(u.speaker, [text[a:b] for a, b in u.words]) for u in segment(text, labels, whole=whole).utterances]


def test_wrapped_lines_are_of_who_speaks_whatever_they_look_like() -> None:
    assert said(TEXT) == [
        ("Maria Example", ["we ship the release in May, and then we shall talk",
                           "about everything: the budget, and the rest of it"]),
        ("Tom B", ["the costs"]),
    ]  # fmt: skip
    assert all(u.start is None for u in segment(TEXT).utterances)


def test_who_left_in_the_middle_of_instructions_is_a_name_and_no_instruction() -> None:
    text = "Be brief.\n<10:00:20 AM> Tom B left the conference\nKeep names.\n\nMaria Example: one\n"
    segmented = segment(text, ("Maria Example",))

    assert [text[a:b] for a, b in segmented.names] == ["Tom B"]
    assert [text[a:b] for a, b in segmented.free] == [
        "Be brief.\n<10:00:20 AM>", "left the conference\nKeep names.",
    ]  # fmt: skip


def test_who_came_and_went_is_a_name_and_no_speech() -> None:
    assert [TEXT[a:b] for a, b in segment(TEXT).names] == ["Tom B", "Tom B"]


def test_as_a_body_of_its_own_the_header_is_nobodys() -> None:
    assert said(TEXT, whole=True)[0][0] is None
    assert segment(TEXT, whole=True).free == ()


def test_an_event_without_a_name_is_no_instruction() -> None:
    text = "Sum up.\n\n<10:00:07 AM> I quit\n<10:00:08 AM> Tom: hi\n\nBe brief."

    assert said(text) == [(None, ["I quit"]), ("Tom", ["hi"])]


def test_a_line_that_is_not_indented_as_far_is_read_on_its_own() -> None:
    assert said("<10:00:07> Maria: one\nTom: two\n") == [("Maria", ["one"]), ("Tom", ["two"])]
