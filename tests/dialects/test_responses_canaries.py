"""Nothing of a Responses request leaves that was not claimed."""

import pytest
from dialects.canaries import Field, planted_values
from dialects.dialect_fakes import seeds
from dialects.responses_bodies import FULL
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects

EXAMPLES = invented(150)
PATTERNED = frozenset({"model", "call_id"})
RESPONSES = Field(dialects.dialect_named("openai-responses"), FULL, PATTERNED)


@pytest.mark.parametrize("path", RESPONSES.places, ids=lambda path: ".".join(map(str, path)))
def test_a_value_planted_anywhere_in_a_responses_request_does_not_survive(path):
    RESPONSES.plant(path)


@pytest.mark.parametrize("path", [(), *RESPONSES.places], ids=lambda path: ".".join(map(str, path)))
def test_a_member_or_item_added_anywhere_to_a_responses_request_does_not_survive(path):
    RESPONSES.grow(path)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(RESPONSES.closed_places), planted_values, seeds)
def test_a_structure_planted_anywhere_in_a_responses_request_does_not_survive(path, value, seed):
    RESPONSES.plant_spelled(path, value, seed)
