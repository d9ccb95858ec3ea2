"""Settings: fields that set how a reply is generated. They are claimed by the kind of their value, for any server.

A field is accepted if its name is public (`fields.is_public`) or the operator lists it (``routes[].controls``).
Constants, and numbers of up to seven digits, pass; a longer number may belong to a person. Values that the references
list pass too (`fields.is_value`). Every other word becomes a slot of the client's own instructions: it is redacted and
checked against the participants of the meeting. Free text is accepted only in schemas and grammars.

In a JSON Schema, the words of its vocabulary pass and all other words are the client's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from proxy.dialects.wire import fields
from proxy.dialects.wire.json_edits import Leaf
from proxy.dialects.wire.slots import Claims
from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import SlotKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCHEMA_KEYWORDS = _words(
    "$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalItems "
    "additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default "
    "definitions dependencies dependentRequired dependentSchemas deprecated description else enum examples "
    "exclusiveMaximum exclusiveMinimum format if items maxContains maxItems maxLength maxProperties maximum "
    "minContains minItems minLength minProperties minimum multipleOf not nullable oneOf pattern patternProperties "
    "prefixItems properties propertyNames readOnly required then title type unevaluatedItems "
    "unevaluatedProperties uniqueItems writeOnly"
)
"""Keys with a meaning in JSON Schema (draft 7 and 2020-12). All other keys in a schema are the client's words."""

SCHEMA_TYPES = _words("array boolean integer null number object string")
"""Values of ``type`` in a schema."""

SCHEMA_FORMATS = _words(
    "date date-time double duration email float hostname idn-email idn-hostname int32 int64 ipv4 ipv6 iri "
    "json-pointer regex relative-json-pointer time uri uri-reference uri-template uuid"
)
"""Values of ``format`` in a schema (JSON Schema 2020-12 and OpenAPI)."""

_FIXED_VALUES = {"type": SCHEMA_TYPES, "format": SCHEMA_FORMATS, "$ref": frozenset({"#"})}
_META_SCHEMA = re.compile(r"https?://json-schema\.org/draft[-/][0-9-]{2,7}/schema#?")


def is_schema_word(text: str, key: str) -> bool:
    """Whether a string under `key` belongs to JSON Schema's own vocabulary."""
    return text in _FIXED_VALUES.get(key, ()) or (key == "$schema" and _META_SCHEMA.fullmatch(text) is not None)


def schema_leaves(value: JsonValue, key: str) -> Iterator[JsonString | JsonNumber]:
    """Strings, keys and numbers of a schema, except its own vocabulary. `key` is the nearest key above."""
    match value:
        case JsonNumber():
            yield value
        case JsonString() if is_schema_word(value.text, key):
            return
        case JsonString():
            yield value
        case JsonArray():
            for item in value.items:
                yield from schema_leaves(item, key)
        case JsonObject():
            for member in value.members:
                if member.key.text not in SCHEMA_KEYWORDS:
                    yield member.key
                yield from schema_leaves(member.value, member.key.text)


SETTING_WORDS = fields.PUBLISHED | fields.VALUES | fields.PROVIDERS | SCHEMA_KEYWORDS | SCHEMA_TYPES | SCHEMA_FORMATS
"""Words in settings that are the APIs' own."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")
"""The shape of an enumerated value."""
_WORD_WITHIN = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_.$/+-]{0,63}")
"""The shape of a key or value in a structure, such as the name of a model or a provider."""
_LONGEST_NUMBER = 32
_MOST_DIGITS = 7


def accepts(listed: Collection[str] = ()) -> Callable[[str], bool]:
    """A test whether a field name is a setting. `listed` holds the names that the operator adds."""
    return lambda name: name in listed or (fields.is_public(name) and name not in fields.REFUSED)


def claim_rest(claims: Claims, held: JsonObject, where: str, taken: Collection[str]) -> None:
    """Claim as settings all members of an object that are not `taken`."""
    for member in held.members:
        name = member.key.text
        if name not in taken:
            claim_setting(claims, member.value, f"{where}.{name}" if where else name)


def claim_setting(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim one setting. Raises `ClientFault` for a value that cannot be a setting."""
    text = where.rpartition(".")[2] in fields.TEXTS
    match value:
        case JsonConstant():
            return
        case JsonNumber():
            if _number(value, where):
                claims.leaf(Leaf(value, claims.source), where, SlotKind.INSTRUCTIONS)
        case JsonString() if fields.is_value(value.text):
            return
        case JsonString() if text and value.text.lstrip()[:1] in ("{", "["):
            claims.embedded(value, where, lambda root: _leaves(root, "", where, text=True))
        case JsonString() if text or _WORD.fullmatch(value.text):
            claims.text(value, where, SlotKind.INSTRUCTIONS)
        case JsonString():
            raise fields.invalid(where, "must be a number, true, false, or one short word in lower case")
        case _:
            claims.each(_leaves(value, "", where, text=text), where, SlotKind.INSTRUCTIONS, within=value)


def asks_for_json(name: str, value: JsonValue) -> bool:
    """Whether a setting makes the text of the reply JSON."""
    if fields.is_null(value):
        return False
    if name == "structured_outputs" and isinstance(value, JsonObject):
        return any(not fields.is_null(value.get(key)) for key in ("json", "json_object"))
    return name in ("guided_json", "json_schema")


def _leaves(value: JsonValue, key: str, where: str, *, text: bool) -> Iterator[JsonString | JsonNumber]:
    """The leaves of a structure to check: all but published words and short numbers. `key` is the nearest key above."""
    match value:
        case JsonNumber():
            if _number(value, where):
                yield value
        case JsonString():
            if not text and not _WORD_WITHIN.fullmatch(value.text):
                raise fields.invalid(where, "must hold numbers, true, false, and short words; no text")
            if not (is_schema_word(value.text, key) or (not text and fields.is_value(value.text))):
                yield value
        case JsonArray():
            for item in value.items:
                yield from _leaves(item, key, where, text=text)
        case JsonObject():
            for member in value.members:
                name = member.key.text
                if not text and not _WORD_WITHIN.fullmatch(name):
                    raise fields.invalid(where, "must have short words as keys")
                if not (name in SCHEMA_KEYWORDS or name in fields.KEYS or fields.is_public(name)):
                    yield member.key
                yield from _leaves(member.value, name, where, text=text)


def _number(value: JsonNumber, where: str) -> bool:
    """Whether a number is long enough to identify a person. Raises `ClientFault` if it is too long for a setting."""
    if len(value.literal) > _LONGEST_NUMBER:
        raise ClientFault("invalid_field", f"must be a number of at most {_LONGEST_NUMBER} characters", where=where)
    whole = re.split(r"[.eE]", value.literal)[0].lstrip("-")
    return len(whole) > _MOST_DIGITS
