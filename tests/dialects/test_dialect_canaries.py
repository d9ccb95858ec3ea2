"""Nothing of a request leaves that was not claimed: a planted word is in a slot, is cut out, or refuses it."""

import pytest
from dialects.anthropic_bodies import FULL as MESSAGES
from dialects.canaries import NAME, OWN, Field, planted_values
from dialects.chat_bodies import FULL as OPENAI_CHAT
from dialects.chat_bodies import changed
from dialects.dialect_fakes import seeds
from dialects.ollama_bodies import CHAT as OLLAMA_CHAT
from dialects.ollama_bodies import GENERATE as OLLAMA_GENERATE
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects

EXAMPLES = invented(100)
PATTERNED = frozenset({"model", "id", "tool_use_id", "tool_call_id"})
"""Controls that a word of letters fits; the operator lists the models, and ids are made by the recipient."""


def field(name, full, *any_number):
    return Field(dialects.dialect_named(name), full, PATTERNED, frozenset(any_number), own=OWN.get(name))


FIELDS = (
    field("anthropic-messages", MESSAGES),
    field("anthropic-count-tokens", MESSAGES),
    field("ollama-chat", OLLAMA_CHAT, ("options", "seed")),
    field("ollama-generate", OLLAMA_GENERATE, ("options", "seed")),
    field("azure-chat", OPENAI_CHAT, ("seed",)),
)
CASES = [(each, path) for each in FIELDS for path in each.places]


def name(value):
    return value.dialect.name if isinstance(value, Field) else ".".join(map(str, value))


@pytest.mark.parametrize(("planting", "path"), CASES, ids=name)
def test_a_value_planted_anywhere_does_not_survive(planting, path):
    planting.plant(path)


@pytest.mark.parametrize(("planting", "path"), [*((each, ()) for each in FIELDS), *CASES], ids=name)
def test_a_member_or_item_added_anywhere_does_not_survive(planting, path):
    planting.grow(path)


@pytest.mark.parametrize("planting", FIELDS, ids=name)
def test_the_search_would_find_what_survives(planting):
    """The check above can fail: the whole request is taken, and a control that a name fits lets it through."""
    assert planting.survives(planting.full) is not None
    assert NAME in planting.survives(changed(planting.full, ("model",), NAME))


@pytest.mark.parametrize(
    ("name", "of", "differs"),
    [
        ("anthropic-count-tokens", "anthropic-messages", {"synthetic"}),
        ("azure-chat", "openai-chat", {"_model"}),
        ("ollama-generate", "ollama-chat", {"texts", "controls", "vocabulary", "said"}),
    ],
)
def test_a_dialect_that_is_planted_at_its_own_members_alone_reads_the_rest_as_the_other(name, of, differs):
    """The rest is read by the code of the other, whose every place is planted."""
    own, other = (type(dialects.dialect_named(each)) for each in (name, of))
    assert own.__bases__ == (other,)
    assert {each for each in vars(own) if not each.startswith("__")} == {"name", *differs}


def test_a_completion_of_ollamas_reads_what_it_has_in_common_with_its_chat_by_the_same_functions():
    completion, chat = (type(dialects.dialect_named(f"ollama-{each}")) for each in ("generate", "chat"))
    own = OWN["ollama-generate"]
    assert completion.controls - chat.controls <= own
    assert completion.vocabulary - chat.vocabulary <= own
    assert all(chat.texts[field] is claim for field, claim in completion.texts.items() if field not in own)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(FIELDS), st.data(), planted_values, seeds)
def test_a_structure_planted_anywhere_in_any_spelling_does_not_survive(planting, data, value, seed):
    planting.plant_spelled(data.draw(st.sampled_from(planting.closed_places)), value, seed)
