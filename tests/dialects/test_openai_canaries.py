"""Nothing of a request leaves that was not claimed: a planted word is in a slot, is cut out, or refuses it."""

import json

import pytest
from dialects.canaries import NAME, NUMBER, WORD, Field, planted_values
from dialects.chat_bodies import FULL, changed, everything_in
from dialects.dialect_fakes import seeds
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects

EXAMPLES = invented(150)
PATTERNED = frozenset({"model", "id", "tool_call_id"})
"""Controls that a word of letters fits; the operator lists the models, and ids are made by the recipient."""
CHAT = Field(dialects.dialect_named("openai-chat"), FULL, PATTERNED, frozenset({("seed",)}))


@pytest.mark.parametrize("path", CHAT.places, ids=lambda path: ".".join(map(str, path)))
def test_a_value_planted_anywhere_does_not_survive(path):
    CHAT.plant(path)


@pytest.mark.parametrize("path", [(), *CHAT.places], ids=lambda path: ".".join(map(str, path)))
def test_a_member_or_item_added_anywhere_does_not_survive(path):
    CHAT.grow(path)


def test_the_search_would_find_what_survives():
    """The check above can fail: a control of any number lets one through, and so does an unedited slot."""
    assert str(NUMBER) in CHAT.survives(changed(FULL, ("seed",), NUMBER))
    assert NAME in CHAT.survives(changed(FULL, ("model",), NAME))
    assert WORD in everything_in({"a": json.dumps([{"b": WORD}])})


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(CHAT.closed_places), planted_values, seeds)
def test_a_structure_planted_anywhere_in_any_spelling_does_not_survive(path, value, seed):
    CHAT.plant_spelled(path, value, seed)
