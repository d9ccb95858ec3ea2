"""Annotated files of several shapes are read; what cannot be read is named by place, never quoted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.evaluation.annotated import AnnotatedDocument, Coarse, Entity, parse

TEXT = "Maya called"
MAYA = (Entity(0, 4, Coarse.PERSON),)


@pytest.mark.parametrize(
    "entry",
    [
        {"id": 1, "text": TEXT, "spans": [{"start": 0, "end": 4, "coarse": "PERSON"}]},
        {"id": 1, "text": TEXT, "spans": [{"start": 0, "end": 4, "label": "PERSON_NAME"}]},
        {"id": 1, "text": TEXT, "spans": [{"start": 0, "end": 4, "label": "X", "coarse": "PERSON"}]},
        {"id": 1, "text": TEXT, "label": [[0, 4, "PER"]]},
        {"id": 1, "text": TEXT, "entities": [{"id": 7, "label": "NAME", "start_offset": 0, "end_offset": 4}]},
        {"id": 1, "full_text": TEXT, "spans": [{"entity_type": "PERSON", "start_position": 0, "end_position": 4}]},
    ],
)
def test_shapes(entry: dict) -> None:
    documents, problems = parse(json.dumps(entry) + "\n\n")
    assert (documents, problems) == ([AnnotatedDocument(1, TEXT, MAYA, None, "line 1")], [])


def test_an_array_of_documents_is_read_and_named_by_position() -> None:
    whole = json.dumps([{"full_text": TEXT, "spans": []}, {"full_text": TEXT}], indent=1)
    documents, problems = parse(whole)
    assert [document.id for document in documents] == ["document 1"]
    assert [problem.split(":")[0] for problem in problems] == ["document 2"]


def test_rosters_stand_in_the_document_or_its_meta() -> None:
    lines = [{"text": "x", "spans": [], "roster": ["A"]}, {"text": "x", "spans": [], "meta": {"roster": ["B"]}}]
    documents, _ = parse("\n".join(map(json.dumps, lines)))
    assert [document.roster for document in documents] == [["A"], ["B"]]


def test_labels_of_ones_own_can_be_named() -> None:
    line = json.dumps({"text": TEXT, "spans": [{"start": 0, "end": 4, "label": "speaker", "coarse": "ORG"}]})
    documents, _ = parse(line, {"speaker": Coarse.PERSON})
    assert documents[0].entities == MAYA


def test_line_ends_inside_of_json_end_no_line() -> None:
    documents, problems = parse('{"text": "a\u2028b\x85", "spans": []}\r\n{"text": "c", "spans": []}')
    assert ([document.text for document in documents], problems) == (["a\u2028b\x85", "c"], [])


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("secret", "one JSON object a line"),
        ('["secret"]', '{"id", "text", "spans"}'),
        ('{"secret": 1}', "as a string"),
        ('{"text": "secret"}', '"spans"'),
        ('{"text": "secret \\ud83d", "spans": []}', "surrogate"),
        ('{"text": "secret", "spans": ["secret"]}', "span 1: not an object"),
        ('{"text": "secret", "spans": [[0, 3, "PER"], [0, "secret", "PER"]]}', "span 2: "),
        ('{"text": "secret", "spans": [[0, true, "PER"]]}', "whole number"),
        ('{"text": "secret", "spans": [[0, 7, "PER"]]}', "outside of the text"),
        ('{"text": "secret", "spans": [[2, 2, "PER"]]}', "outside of the text or empty"),
        ('{"text": "secret", "spans": [[-1, 2, "PER"]]}', "outside of the text"),
        ('{"text": "secret", "spans": [{"start": 0, "end": 2}]}', "one of PERSON, EMAIL"),
        ('{"text": "secret", "spans": [{"start": 0, "end": 2, "coarse": "secret"}]}', "one of PERSON, EMAIL"),
        ("[" * 100_000, "one JSON object a line"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_remedy_and_not_quoted(line: str, remedy: str) -> None:
    documents, (problem,) = parse('{"text": "", "spans": []}\n' + line)
    assert len(documents) == 1
    assert problem.startswith("line 2: ")
    assert remedy in problem
    assert "secret" not in problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "spans", "start", "end", "label", "coarse", "meta"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4), st.text(max_size=10))
def test_every_line_is_a_document_or_a_problem(entries: list[object], rubbish: str) -> None:
    lines = [*map(json.dumps, entries), "0" + rubbish.replace("\n", " ")]
    documents, problems = parse("0\n" + "\n".join(lines))
    assert len(documents) + len(problems) == len(lines) + 1
