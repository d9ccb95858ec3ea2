import json

import pytest
from dialects.dialect_fakes import texts, written
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.json_source import (
    JsonArray,
    JsonError,
    JsonNumber,
    JsonObject,
    JsonString,
    decode_utf8,
    read_embedded,
    read_json,
)

EXAMPLES = invented(300)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def plain(value):
    match value:
        case JsonString():
            return value.text
        case JsonNumber():
            return json.loads(value.literal)
        case JsonArray():
            return [plain(item) for item in value.items]
        case JsonObject():
            return {member.key.text: plain(member.value) for member in value.members}
    return value.value


def reason_of(text, **limits):
    with pytest.raises(JsonError) as caught:
        read_json(text, **{"max_depth": 20, **limits})
    assert 0 <= caught.value.offset <= len(text)
    assert caught.value.detail
    return caught.value.reason


@settings(max_examples=EXAMPLES)
@given(values.flatmap(lambda value: st.tuples(st.just(value), written(value))))
def test_a_document_is_read_as_json_loads_reads_it_and_every_part_stands_where_it_says(case):
    value, source = case
    document = read_json(source, max_depth=50)

    assert plain(document.root) == value

    def check(node):
        assert json.loads(source[node.start : node.end]) == plain(node)
        for child in getattr(node, "items", ()) if isinstance(node, JsonArray) else ():
            check(child)
        for member in node.members if isinstance(node, JsonObject) else ():
            check(member.key)
            check(member.value)

    check(document.root)


def _refuse(_):
    raise ValueError


def _unique(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


@settings(max_examples=EXAMPLES * 2)
@given(
    values.flatmap(written).flatmap(
        lambda source: st.builds(
            lambda place, cut, extra: (
                source[: place % (len(source) + 1)] + extra + source[place % (len(source) + 1) + cut :]
            ),
            st.integers(0, 200),
            st.integers(0, 3),
            st.text('{}[]",:\\u0d8tfn1-+.eE \n\x01\xa0', max_size=4),
        )
    )
)
def test_broken_documents_are_refused_exactly_where_the_standard_parser_refuses_them(source):
    """json.loads is the oracle, made strict: no NaN, no duplicate keys, no lone surrogates."""
    try:
        expected = json.loads(source, parse_constant=_refuse, object_pairs_hook=_unique)
        json.dumps(expected, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        reason_of(source, max_depth=100)
    else:
        assert plain(read_json(source, max_depth=100).root) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "invalid_json"),
        (" ", "invalid_json"),
        ("{} {}", "invalid_json"),
        ("[1,]", "invalid_json"),
        ('{"a":1,}', "invalid_json"),
        ("[,1]", "invalid_json"),
        ("{'a':1}", "invalid_json"),
        ("{a:1}", "invalid_json"),
        ('{"a" 1}', "invalid_json"),
        ("[1", "invalid_json"),
        ('{"a":1', "invalid_json"),
        ('"a', "invalid_json"),
        ('"\t"', "invalid_json"),
        ('"\\x41"', "invalid_json"),
        ('"\\u00g0"', "invalid_json"),
        ("NaN", "invalid_json"),
        ("Infinity", "invalid_json"),
        ("-", "invalid_json"),
        ("01", "invalid_json"),
        ("1.", "invalid_json"),
        (".5", "invalid_json"),
        ("+1", "invalid_json"),
        ("٣", "invalid_json"),
        ("truth", "invalid_json"),
        ("[1] // end", "invalid_json"),
        ("\xa01", "invalid_json"),
        ('{"a":1,"\\u0061":2}', "duplicate_key"),
        ('{"b":{"a":1,"a":2}}', "duplicate_key"),
        ('"\\ud83d"', "lone_surrogate"),
        ('"\\ude00\\ud83d"', "lone_surrogate"),
        ('{"\\ud83d":1}', "lone_surrogate"),
    ],
)
def test_what_parsers_may_read_differently_is_refused(source, reason):
    assert reason_of(source) == reason


def test_depth_and_number_of_values_are_bounded():
    assert read_json("[" * 20 + "]" * 20, max_depth=20).values == 20
    assert reason_of("[" * 21 + "]" * 21) == "too_deep"
    assert reason_of('{"a":' * 21 + "1" + "}" * 21) == "too_deep"
    assert reason_of("[" * 100_000) == "too_deep"
    assert read_json("[1,2]", max_depth=1, max_values=3).values == 3
    assert reason_of("[1,2,3]", max_values=3) == "too_many_values"


def test_a_lenient_reader_lets_duplicate_keys_and_lone_surrogates_pass():
    root = read_json('{"a":"\\ud83d","a":2}', max_depth=5, strict=False).root

    assert [member.key.text for member in root.members] == ["a", "a"]
    assert root.get("a").text == "\ud83d"


@pytest.mark.parametrize("body", [b"\xff", b'"\xc3"', b"\xef\xbb\xbf{}", '{"a":1}'.encode("utf-16"), b'"\xed\xa0\x80"'])
def test_only_utf8_without_a_mark_is_read(body):
    with pytest.raises(JsonError) as caught:
        decode_utf8(body)
        read_json(decode_utf8(body), max_depth=5)
    assert caught.value.reason in ("invalid_utf8", "invalid_json")


@pytest.mark.parametrize("broken", ["{", '[{"', '["a" "b"]', '{"a": "\\x"}'])
def test_a_fault_that_is_kept_keeps_nothing_of_how_it_was_found(broken):
    """Its traceback would hold each frame, and what they hold, until garbage is looked for."""
    fault, _ = read_embedded(f"so: {broken}", 4, max_depth=8, max_values=8)
    assert isinstance(fault, JsonError)
    assert fault.__traceback__ is None
