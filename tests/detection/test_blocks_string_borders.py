"""No finding goes over the end of a string of JSON, plain or escaped, alone or amid other text."""

from __future__ import annotations

import json

import pytest
from harness.engines import engine
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.detection.blocks import within_strings
from proxy.model import Edit, Finding, apply_edits

EXAMPLES = invented(40)

strings = st.sampled_from(
    [
        "https://json-schema.org/draft/2020-12/schema", "https://fjord.example/s.json", "www.fjord.example", "Tom",
        "Maya Chen", "Lisbon", "maya@fjord.example", "10.0.0.1", "+1 212 555 0123", "4111 1111 1111 1111", "object",
        "My password is hunter2!x", "sk-proj-Zq8vJ2mN4xT7wB1cD5fG9hK3pL6rS0tY", "five five five, one two three four",
        "Ask Ben Okoro about 42 Larch Avenue", "call me at 020 7946 0018", "jane at acme dot com", "536-22-8901",
    ]
)  # fmt: skip
keys = st.sampled_from(
    ["$schema", "type", "url", "name", "password", "token", "Maya Chen", "Lisbon", "speaker", "text"]
)
documents = st.recursive(
    strings | st.sampled_from([True, None]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: isinstance(value, dict | list))
written = st.tuples(documents, st.sampled_from([(",", ":"), (", ", ": ")]), st.sampled_from([None, 1])).map(
    lambda drawn: json.dumps(drawn[0], separators=drawn[1], indent=drawn[2])
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(written)
def test_json_stays_json_whatever_is_replaced_in_it(text: str) -> None:
    assert json.loads(replaced(text)) is not None
    assert isinstance(json.loads(json.loads(replaced(json.dumps(text)))), dict | list)
    json.loads(replaced(f"Answer like {text} only.")[len("Answer like ") : -len(" only.")])


def replaced(text: str) -> str:
    """The text with every finding replaced."""
    edits: list[Edit] = []
    for found in engine().analyze(text):
        if not edits or found.start >= edits[-1].end:
            edits.append(Edit(found.start, found.end, "X"))
    return apply_edits(text, edits)


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        ('"42 Larch Avenue","Lisbon"', "LOCATION", ["42 Larch Avenue", "Lisbon"]),
        ('"hunter2!x", "$schema": 1', "SECRET", ["hunter2!x"]),
        ('"555","0142"', "PHONE_NUMBER", ["555", "0142"]),
        ('\\"Maya\\",\\n \\"Chen\\"', "PERSON", ["Maya", "Chen"]),
        ('"https://a.example/{id}"', "URL", ["https://a.example/{id}"]),
        ('Tom "Big" Okoro', "PERSON", ['Tom "Big" Okoro']),
    ],
)
def test_a_finding_over_several_strings_is_one_a_string(text: str, kind: str, parts: list[str]) -> None:
    inside = text.strip('\\"') if text[0] in '\\"' else text
    start = text.index(inside)
    found = within_strings(text, Finding(start, start + len(inside), kind, 0.8))
    assert [text[each.start : each.end] for each in found] == parts


@pytest.mark.parametrize("between", ['", \n "', '",\n"', '":[\n  "', '\\",\\n \\"'])
def test_a_finding_that_begins_between_two_strings_is_in_the_second_one(between: str) -> None:
    """As the piece of a secret does that goes on in the next line."""
    text = f'["hunter2!x{between}sk-proj-1"]'
    end = text.index("sk-proj-1") + len("sk-proj-1")
    for start in range(text.index(between) + 1, end):
        found = within_strings(text, Finding(start, end, "SECRET", 0.8, "secret"))
        assert [text[each.start : each.end] for each in found] == [text[max(start, end - 9) : end]]
