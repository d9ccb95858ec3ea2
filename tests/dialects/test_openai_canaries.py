"""Nothing of a request leaves that was not claimed: a planted word is in a slot, is cut out, or refuses it."""

import json

import pytest
from chat_bodies import FULL, at, changed, everything_in, places
from dialect_fakes import inbound, respelled, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault
from proxy.model import Edit

EXAMPLES = 150
CHAT = dialects.dialect_named("openai-chat")
WORD, NUMBER, NAME = "Kwyjibo Quine", 15550142, "Kwyjibo_Quine"
ALL = sorted(places(FULL), key=str)
CONTROLS_OF_ANY_NUMBER = {("seed",)}
PATTERNED = {"model", "id", "tool_call_id"}
"""Controls that a word of letters fits; the operator lists the models, and ids are made by the recipient."""


def survives(body):
    """What of a body is left when every slot's text was replaced; None if the request was refused.

    The fault of a refusal may not repeat what was planted.
    """
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        parsed = CHAT.parse(inbound(raw), ParsePolicy())
    except ClientFault as fault:
        told = f"{fault} {fault.where} {CHAT.error(fault, None).body!r}"
        assert "Kwyjibo" not in told
        assert str(NUMBER) not in told
        return None
    edits = {slot.index: [Edit(0, len(slot.text), "X")] for slot in parsed.slots}
    return everything_in(json.loads(CHAT.render(parsed, edits)))


def absent(left, *planted):
    return left is None or not any(str(canary) in left for canary in planted)


@pytest.mark.parametrize("path", ALL, ids=lambda path: ".".join(map(str, path)))
def test_a_value_planted_anywhere_does_not_survive(path):
    for planted in (
        WORD,
        [WORD],
        {WORD: WORD},
        {"type": "text", "text": WORD},
        {"type": WORD},
        json.dumps({WORD: [NUMBER]}),
    ):
        assert absent(survives(changed(FULL, path, planted)), WORD, NUMBER), planted
    if path not in CONTROLS_OF_ANY_NUMBER:
        for planted in (NUMBER, [NUMBER], {str(NUMBER): NUMBER}, NUMBER + 0.25):
            assert absent(survives(changed(FULL, path, planted)), NUMBER), planted
    if path[-1] not in PATTERNED:
        assert absent(survives(changed(FULL, path, NAME)), NAME)


@pytest.mark.parametrize("path", [(), *ALL], ids=lambda path: ".".join(map(str, path)))
def test_a_member_or_item_added_anywhere_does_not_survive(path):
    holder = at(FULL, path)
    if isinstance(holder, dict):
        for added in ({WORD: 1}, {NAME: WORD}, {"title": NUMBER}, {"user": WORD}, {"description": WORD}):
            grown = {**holder, **added}
            assert absent(survives(changed(FULL, path, grown) if path else grown), WORD, NAME, NUMBER), added
    elif isinstance(holder, list):
        for added in (WORD, NUMBER, {WORD: NAME}, [WORD]):
            assert absent(survives(changed(FULL, path, [*holder, added])), WORD, NAME, NUMBER), added


def test_the_search_would_find_what_survives():
    """The check above can fail: a control of any number lets one through, and so does an unedited slot."""
    assert str(NUMBER) in survives(changed(FULL, ("seed",), NUMBER))
    assert NAME in survives(changed(FULL, ("model",), NAME))
    assert WORD in everything_in({"a": json.dumps([{"b": WORD}])})


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
@given(
    st.sampled_from([path for path in ALL if path[-1] not in PATTERNED and path not in CONTROLS_OF_ANY_NUMBER]),
    planted_values,
    seeds,
)
def test_a_structure_planted_anywhere_in_any_spelling_does_not_survive(path, value, seed):
    body = respelled(changed(FULL, path, value), seed)

    assert absent(survives(body.encode()), WORD, NAME, NUMBER)
