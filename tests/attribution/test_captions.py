"""Words before a colon in a client's own lines are no speaker; whoever may be one stays one."""

from __future__ import annotations

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.attribution.captions import is_caption
from proxy.formats.labels import is_heading
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

ROSTER = Roster(
    (Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro"), Participant("p-sla", "Sven Lang", ("SLA",))),
    complete=True,
)
CAPTIONS = [
    "Ask", "Quick one", "Tell me", "Role", "Open questions", "KPI", "Please note", "What I need", "Help us", "More",
    "Give me this", "Answer in prose", "One more thing",
]  # fmt: skip
PEOPLE = [
    "Zoe Quist", "zed", "the others", "Everybody", "Sales", "Doctor", "Me", "You", "Them", "Team Lead", "Operations",
    "HR", "Still me", "Speaker 2",
    "Two", "Bot", "Product Manager", "Guest", "Rich", "Hope", "purple ladder", "+44 7700 900123",
]  # fmt: skip
TALK = "Ann Lund: The roof first.\nBen Okoro: No."
WORDS = "what did they say about the quartz anchor?"


def heard(text: str) -> Hearing:
    return hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)


def whose(text: str, words: str = WORDS) -> str:
    """Whose some words of a message are."""
    at, hearing = text.index(words), heard(text)
    if any(part.span.start <= at < part.span.end for part in hearing.instructed):
        return "instruction"
    (said,) = (s for s in hearing.said if any(span.start <= at < span.end for span in s.utterance.words))
    return "nobody" if said.unattributed else said.participant or "unknown"


@pytest.mark.parametrize("label", CAPTIONS)
def test_a_caption_in_a_paragraph_of_its_own_is_an_instruction(label: str) -> None:
    assert is_caption(label)
    for text in (f"{label}: {WORDS}\n\n{TALK}", f"{TALK}\n\n{label}: {WORDS}", f"- {label}: {WORDS}\n\n{TALK}"):
        assert whose(text) == "instruction", text


def test_several_captions_above_one_another_are_so_too() -> None:
    text = f"Role: you take minutes.\nKPI: a figure\nTell me: {WORDS}\n\n{TALK}"
    hearing = heard(text)
    assert "".join(text[slice(*part.span)] for part in hearing.instructed).count(": ") == 3
    assert [said.participant for said in hearing.said] == ["p-ann", "p-ben"]


@pytest.mark.parametrize(
    "prompt",
    [
        "Rolle: erfahrene Assistenz\n\nAufgabe: Protokoll schreiben\n\nTon: neutral",
        "Objetivo: ata para a diretoria\n\nTom: formal",
        "Summarize it.\nPriority: high\nConfidential: yes",
        "Summarize it.\nDo:\n- be short\n\nDon't:\n- speculate",
        "Currency: EUR",
        "Style guide: AP",
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_so_are_those_of_other_languages_short_values_and_lists_of_orders(prompt: str, below: bool) -> None:
    text = f"{TALK}\n\n{prompt}" if below else f"{prompt}\n\n{TALK}"
    hearing = heard(text)
    own = "\n".join(text[slice(*part.span)] for part in hearing.instructed)
    assert not [line for line in prompt.splitlines() if line not in own]
    assert hearing.unmatched == ()


@pytest.mark.parametrize(
    "line", ["Tom: the quartz anchor is sold", "Ton: quartz anchor", "Do: the quartz anchor is sold"]
)
def test_whoever_bears_such_a_name_is_a_speaker(line: str) -> None:
    assert whose(f"{line}\n{TALK}", line[5:]) == "unknown"
    assert whose(f"{TALK}\n{line}", line[5:]) == "unknown"


@pytest.mark.parametrize("label", CAPTIONS)
def test_where_nobody_speaks_its_line_is_nobodys_and_no_unknown_speakers(label: str) -> None:
    assert whose(f"{label}: {WORDS}") == "nobody"


@settings(max_examples=invented(200), deadline=None)
@given(
    st.sampled_from([*(label for label in CAPTIONS if label.count(" ") < 2 and not is_heading(label)), "SLA"]),
    st.sampled_from(
        [
            "{label}: {words}\n{talk}",
            "{talk}\n{label}: {words}",
            "Ann Lund: The roof first.\n{label}: {words}\nBen Okoro: No.",
            "Ann Lund: The roof first.\n\nBen Okoro: No.\n\n{label}: {words}",
            "{label}: {words}\n\nAnn Lund: The roof first.\n\nBen Okoro: No.",
            "{label}: yes\n\n{talk}\n\n{label}: {words}",
            "[00:12] {label}: {words}\n\n{talk}",
        ]
    ),
)
def test_amid_speech_or_in_its_layout_a_caption_is_a_speaker(label: str, layout: str) -> None:
    assert whose(layout.format(label=label, words=WORDS, talk=TALK)) in ("unknown", "nobody", "p-sla")


@pytest.mark.parametrize("label", PEOPLE)
def test_a_label_that_may_be_a_speakers_is_one(label: str) -> None:
    assert not is_caption(label)
    for text in (f"{label}: {WORDS}\n\n{TALK}", f"{TALK}\n\n{label}: {WORDS}"):
        assert whose(text) in ("unknown", "nobody")


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Ann asks", "nobody"), ("Ann Lund asks", "nobody"), ("Ann's boss", "unknown"), ("Ann and Zoe", "unknown")],
)
def test_a_label_with_a_name_of_the_roster_and_plain_words_is_nobodys(label: str, expected: str) -> None:
    assert whose(f"{label}: {WORDS}\n\n{TALK}") == expected


@pytest.mark.parametrize("words", ["Ben Okoro thinks that we sell the quartz anchor", "[00:12] the quartz anchor"])
def test_a_trace_of_speech_behind_a_caption_is_nobodys(words: str) -> None:
    assert whose(f"Tell me: {words}\n\n{TALK}", "quartz anchor") != "instruction"
