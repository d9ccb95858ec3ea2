"""Dialogues of people whom nobody knows, and instructions that are laid out alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.asking import answers_questions
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.dialogues import dialogue, stranger_in
from proxy.attribution.reading import with_following
from proxy.model import Participant, Roster, Span

READER = Beginnings.of(Roster((Participant("p-ann", "Ann Lund"),), complete=True))
NAMES = ("Nadia Brandt", "Oleg", "Lena Quist", "Mehmet", "Chief Auditor", "Nurse", "Patient", "Ravi Anand")
SPOKEN = (
    "I would sell the orchard before the autumn comes",
    "we should tell nobody of the orchard until it is sold",
    "well, my view is that the orchard goes first",
    "let us keep the orchard for another year or two",
)
ANSWERS = ("yes", "no, never", "I agree.", "it is fine with me", "ok")
LAYOUTS = {
    "colon": "{0}: {1}\n", "paragraphs": "{0}: {1}\n\n", "brackets": "[{0}] {1}\n", "dash": "{0} \u2014 {1}\n",
    "alone": "{0}\n{1}\n\n", "heading": "### {0}\n\n{1}\n\n", "bold": "**{0}**\n{1}\n\n", "bullet": "- {0}: {1}\n",
    "timed": "{0} (10:02): {1}\n", "angle": "<{0}> {1}\n", "row": "| {0} | {1} |\n", "cells": "{0};{1}\n",
    "attribute": '<said by="{0}">{1}</said>\n', "fields": "- speaker: {0}\n  words: {1}\n", "says": "{0} says: {1}\n",
    "json": '{{"who": "{0}", "line": "{1}"}},\n', "json by name": '{{"{0}": "{1}"}},\n', "lower case": "{0}: {1}\n",
}  # fmt: skip
INSTRUCTIONS = (
    "Role: you are a minute taker.\nTask: write the minutes of the meeting.",
    "Glossary:\nKPI: key figure that we use\nOKR: what we want to reach",
    "Meeting Summary\nWrite three sentences that tell what we discussed.\n\nAction Items\nList what I have to do.",
    "JSON Output\nReturn valid JSON only, no prose.\n\nError Handling\nSay what is missing.",
    "# {{ title }}\n\n## Attendees\n{% for a in people %}- {{ a }}{% endfor %}\n\n## Notes\n{{ notes }}",
    "Sales: what was sold and what was lost\nEngineering: what was built and what broke",
    "Jira: the ticket system of the team\nGitHub: where the code lives",
    "- Be brief.\n- Write: what was decided\n- Skip: small talk of all kinds",
    json.dumps(
        [{"title": "Decisions", "description": "what we decided"}, {"title": "Risks", "description": "what I do"}]
    ),
    'Answer {"speaker": "the name", "text": "what they said, as they said it"}.',
    json.dumps({"decision": "what we decided on the day", "reason": "why we did it that way"}),
)


def begins(text: str, *, beside: bool = False) -> int | None:
    return dialogue(text, list(with_following(text, Span(0, len(text)))), beside=beside)


@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True),
    said=st.sampled_from(SPOKEN),
    answer=st.sampled_from(ANSWERS),
    above=st.sampled_from(("", *INSTRUCTIONS[:2])),
)
def test_people_who_answer_each_other_are_speakers(
    layout: str, names: list[str], said: str, answer: str, above: str
) -> None:
    turns = [LAYOUTS[layout].format(name, said if number == 0 else answer) for number, name in enumerate(names)]
    talk = "".join(turns).lower() if layout == "lower case" else "".join(turns)
    at = begins(f"{above}\n\n{talk}")
    assert at is not None
    assert "orchard" not in f"{above}\n\n{talk}"[:at]


@given(name=st.sampled_from(NAMES), said=st.sampled_from(SPOKEN))
def test_beside_somebody_who_is_known_one_label_is_enough(name: str, said: str) -> None:
    assert begins(f"Be brief.\n\n{name}: {said}", beside=True) is not None


@pytest.mark.parametrize("text", INSTRUCTIONS)
def test_labels_of_what_is_asked_for_are_no_speakers(text: str) -> None:
    assert begins(text) is None


STRANGER = st.sampled_from(("Nadia Brandt", "Lena Quist", "Ravi Anand", "Zed Quill", "Mark Stone", "Oleg"))


@given(layout=st.sampled_from(sorted(set(LAYOUTS) - {"lower case"})), name=STRANGER, said=st.sampled_from(SPOKEN))
def test_a_stranger_who_is_named_in_what_nobody_claims_is_told(layout: str, name: str, said: str) -> None:
    text = f"The first item is the roof.\n{LAYOUTS[layout].format(name, said)}"
    at = stranger_in(READER.read(text), (Span(0, len(text)),))
    assert at == text.index("\n") + 1
    kin = text.replace(name, "Ann Brandt")
    assert stranger_in(READER.read(kin), (Span(0, len(kin)),)) == at
    known = text.replace(name, "Ann Lund")
    assert stranger_in(READER.read(known), (Span(0, len(known)),)) is None


@pytest.mark.parametrize(
    "text",
    [
        "What did Ann say about Project Apollo?", "Thanks a lot for that.\n\nBest regards,\nNadia Brandt",
        "Action Items\nlist what I have to do", "see you there - I think\nand bring the plans", *INSTRUCTIONS[2:9],
    ],
)  # fmt: skip
def test_what_nobody_claims_names_nobody_without_a_speakers_label(text: str) -> None:
    assert stranger_in(READER.read(text), (Span(0, len(text)),)) is None


@pytest.mark.parametrize("other", ["Zed Quill: I never agreed to the plan", "Nadia: we never agreed to that plan"])
def test_what_somebody_wrote_ends_where_another_speaks_in_it(other: str) -> None:
    text = f"This is what I have.\n{other}"
    assert READER.authored(READER.read(text), Span(0, len(text)), "p-ann") == text.index("\n") + 1


@pytest.mark.parametrize(
    "other", ["Zed Quill,I never agreed to the plan", "Dr. Brandt I never did", "Nadia;we never saw that"]
)
def test_what_somebody_says_ends_at_rows_and_titles_of_others(other: str) -> None:
    text = f"this is what I have\n{other}"
    assert READER.first(READER.read(text), (Span(0, len(text)),), "p-ann") == text.index("\n") + 1


def test_a_label_that_comes_back_is_a_speaker() -> None:
    assert begins("Be brief.\nP1: hm, the orchard\nP2: what of it\nP1: we sell it") is not None


FAQ = (
    ("What should I do if there are no action items?", 'Write "None".'),
    ("What language should I use?", "The language of the transcript."),
    ("How long should the summary be?", "Use at most ten bullet points."),
    ("What about names?", "List the names of the owners behind each item."),
)
INTERVIEW = (
    ("What did you do with the orchard?", "I sold the orchard."),
    ("What should we do with the orchard?", "Sell it and keep the minutes short."),
    ("What did the report say?", "The report was late, and so was the orchard."),
    ("Did you read the notes?", "We never read the notes."),
    ("What did you write?", "Nothing in the notes is true."),
    ("Who wrote the minutes?", "Our notes, all of them."),
    ("What about the text?", "Keep my notes out of it."),
    ("Is it true?", "Yes."),
)


@given(st.lists(st.sampled_from(FAQ), min_size=1, max_size=4), st.sampled_from(["Q", "Question"]), st.booleans())
def test_questions_that_the_client_answers_are_no_dialogue(pairs, label: str, apart: bool) -> None:
    answer = "A" if label == "Q" else "Answer"
    text = ("\n\n" if apart else "\n").join(f"{label}: {asked}\n{answer}: {told}" for asked, told in pairs)
    assert answers_questions(text.splitlines())
    assert READER.spoken(READER.read(text), Span(0, len(text))) is None


@given(
    st.lists(st.sampled_from(FAQ), max_size=2), st.sampled_from(INTERVIEW), st.lists(st.sampled_from(FAQ), max_size=2)
)
def test_questions_that_people_answer_are_not_the_clients(before, said, after) -> None:
    lines = [line for asked, told in [*before, said, *after] for line in (f"Q: {asked}", f"A: {told}")]
    assert not answers_questions(lines)


@pytest.mark.parametrize("name", ["अनिल शर्मा", "이서연", "佐藤花子", "王芳", "ธนพล"])
@pytest.mark.parametrize("layout", ['<turn speaker="{0}">{1}</turn>', "[{0}] {1}", "{0} — {1}", "**{0}** {1}"])
def test_names_in_other_scripts_open_words(layout: str, name: str) -> None:
    text = layout.format(name, "The turbine was sold in March.")
    assert READER.unlisted(READER.read(text), [Span(0, len(text))]) == 0


@pytest.mark.parametrize("text", ["회의록 요약 보고", "[회의] 수요일 세 시에 만나요.", "सारांश — यह बैठक की रिपोर्ट है।"])
def test_single_words_of_other_scripts_are_no_names_before_words_of_the_same_script(text: str) -> None:
    assert READER.unlisted(READER.read(text), [Span(0, len(text))]) is None
