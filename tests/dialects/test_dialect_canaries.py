"""Nothing of a request leaves that was not claimed: a planted word is in a slot, is cut out, or refuses it."""

import json

import pytest
from anthropic_bodies import FULL as MESSAGES
from canary_search import NAME, NUMBER, WORD, Planting, absent
from chat_bodies import FULL as OPENAI_CHAT
from chat_bodies import everything_in
from dialect_fakes import respelled, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from ollama_bodies import CHAT as OLLAMA_CHAT
from ollama_bodies import GENERATE as OLLAMA_GENERATE

EXAMPLES = 100
PLANTINGS = (
    Planting("anthropic-messages", MESSAGES),
    Planting("anthropic-count-tokens", MESSAGES),
    Planting("ollama-chat", OLLAMA_CHAT, any_number=frozenset({("options", "seed")})),
    Planting("ollama-generate", OLLAMA_GENERATE, any_number=frozenset({("options", "seed")})),
    Planting("azure-chat", OPENAI_CHAT, any_number=frozenset({("seed",)})),
)
CASES = [(planting, path) for planting in PLANTINGS for path in planting.places]


def name(value):
    return value.dialect if isinstance(value, Planting) else ".".join(map(str, value))


@pytest.mark.parametrize(("planting", "path"), CASES, ids=name)
def test_a_value_planted_anywhere_does_not_survive(planting, path):
    for planted in planting.planted_values(path):
        assert absent(planting.survives(planting.with_value(path, planted))), planted


@pytest.mark.parametrize(("planting", "path"), [*((planting, ()) for planting in PLANTINGS), *CASES], ids=name)
def test_a_member_or_item_added_anywhere_does_not_survive(planting, path):
    for body in planting.grown(path):
        assert absent(planting.survives(body))


@pytest.mark.parametrize("planting", PLANTINGS, ids=name)
def test_the_search_would_find_what_survives(planting):
    """The check above can fail: the whole request is taken, and a control that a name fits lets it through."""
    assert planting.survives(planting.full) is not None
    assert NAME in planting.survives(planting.with_value(("model",), NAME))
    assert WORD in everything_in({"a": json.dumps([{"b": WORD}])})


def test_hundreds_of_canaries_are_planted():
    planted = sum(len(list(planting.planted_values(path))) for planting, path in CASES)
    assert planted >= 300 * len(PLANTINGS)


planted_values = st.recursive(
    st.sampled_from([WORD, NUMBER, NAME]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([WORD, NAME, "type", "properties", "text", "enum"]), inner, max_size=3)
        | inner.map(json.dumps)
    ),
    max_leaves=8,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(CASES), planted_values, seeds)
def test_a_structure_planted_anywhere_in_any_spelling_does_not_survive(case, value, seed):
    planting, path = case
    if path[-1] in planting.patterned or path in planting.any_number:
        return
    body = respelled(planting.with_value(path, value), seed)

    assert absent(planting.survives(body.encode()))
