import json

import pytest
from dialects.dialect_fakes import edits_of, spaces, string_literals, texts, written
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.dialects.wire.json_edits import Leaf, cut_members, encode_string, insert_member, source_edits, string_edits
from proxy.dialects.wire.slots import every_leaf
from proxy.json_source import JsonNumber, JsonString, read_json
from proxy.model import Edit, apply_edits

EXAMPLES = invented(300)


@settings(max_examples=EXAMPLES)
@given(string_literals().flatmap(lambda case: st.tuples(st.just(case), edits_of(case[0]))), spaces)
def test_editing_the_source_is_editing_the_decoded_text(case, space):
    (text, literal), edits = case
    source = f"[{space}{literal}]"
    string = read_json(source, max_depth=2).root.items[0]

    mapped = string_edits(source, string, edits)

    assert json.loads(apply_edits(source, mapped)) == [apply_edits(text, edits)]


@settings(max_examples=EXAMPLES)
@given(string_literals(), st.data())
def test_what_lies_outside_of_the_edits_stays_as_it_was_written(case, data):
    """Every maximal unedited piece of the literal is found in the edited literal, escapes and all."""
    text, literal = case
    edits = data.draw(edits_of(text))
    string = read_json(literal, max_depth=1).root

    mapped = string_edits(literal, string, edits)

    done = 0
    for edit, decoded in zip(mapped, edits, strict=True):
        kept = literal[done : edit.start]
        assert edit.start >= done
        assert json.loads('"' + literal[edit.start : edit.end] + '"') == text[decoded.start : decoded.end]
        assert kept in apply_edits(literal, mapped)
        done = edit.end


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(texts, texts | st.integers() | st.lists(texts, max_size=3), max_size=3), st.data())
def test_a_document_inside_of_a_string_is_edited_through_both_layers(value, data):
    inner = data.draw(written(value))
    source = data.draw(written({"arguments": inner, "other": "\\u0041 \u00e9"}))
    outer = read_json(source, max_depth=2).root.get("arguments")
    document = read_json(outer.text, max_depth=9)
    leaves = [Leaf(part, document.text, outer) for part in every_leaf(document.root)]
    edits = {n: data.draw(edits_of(leaf.content)) for n, leaf in enumerate(leaves)}

    edited = json.loads(apply_edits(source, source_edits(source, leaves, edits)))

    expected = [
        apply_edits(leaf.content, edits[n])
        if isinstance(leaf.value, JsonString) or edits[n]
        else json.loads(leaf.content)
        for n, leaf in enumerate(leaves)
    ]
    assert edited["other"] == "\\u0041 \u00e9"
    read_again = read_json(edited["arguments"], max_depth=9, strict=False)  # edited keys may have become the same
    assert [
        leaf.text if isinstance(leaf, JsonString) else json.loads(leaf.literal) for leaf in every_leaf(read_again.root)
    ] == expected


def test_an_edited_number_becomes_a_string_and_an_unedited_one_stays():
    source = '{"phone": 15550100, "n": 1.50}'
    numbers = [leaf for leaf in every_leaf(read_json(source, max_depth=2).root) if isinstance(leaf, JsonNumber)]
    leaves = [Leaf(number, source) for number in numbers]

    edits = source_edits(source, leaves, {0: [Edit(0, 8, "PHONE_NUMBER_1")], 1: []})

    assert apply_edits(source, edits) == '{"phone": "PHONE_NUMBER_1", "n": 1.50}'


@pytest.mark.parametrize("edit", [Edit(0, 4, ""), Edit(-1, 2, ""), Edit(2, 1, "")])
def test_an_edit_beyond_its_string_is_an_error_and_never_touches_a_neighbour(edit):
    source = '["abc", "def"]'
    string = read_json(source, max_depth=1).root.items[0]

    with pytest.raises(ValueError, match="outside"):
        source_edits(source, [Leaf(string, source)], {0: [edit]})
    with pytest.raises(ValueError, match="no slot"):
        source_edits(source, [Leaf(string, source)], {1: [Edit(0, 1, "")]})


@settings(max_examples=EXAMPLES)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers() | texts, max_size=6),
    st.frozensets(st.sampled_from("abcdef")),
    st.data(),
)
def test_members_are_cut_and_added_cleanly(value, names, data):
    source = data.draw(written(value))
    root = read_json(source, max_depth=1).root

    kept = apply_edits(source, cut_members(root.members, names))
    assert json.loads(kept) == {key: held for key, held in value.items() if key not in names}

    added = [*cut_members(root.members, names - {"a"}), insert_member(root.members, "z", "false", at=root.start + 1)]
    if not value or set(value) - (names - {"a"}):
        assert json.loads(apply_edits(source, added))["z"] is False


def test_an_encoded_string_is_json_even_with_half_a_character():
    assert json.loads(encode_string('a"\\\n\ud83d')) == 'a"\\\n\ud83d'
    assert encode_string("é😀") == '"é😀"'
