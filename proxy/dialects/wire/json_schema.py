"""JSON Schema in requests: which of its words are its own, and which are the client's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue


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
"""Keys with a meaning in JSON Schema (draft 7 and 2020-12); all other keys in a schema are the client's words."""

SCHEMA_TYPES = _words("array boolean integer null number object string")
"""What ``type`` says in a schema."""

SCHEMA_FORMATS = _words(
    "date date-time double duration email float hostname idn-email idn-hostname int32 int64 ipv4 ipv6 iri "
    "json-pointer regex relative-json-pointer time uri uri-reference uri-template uuid"
)
"""What ``format`` says in a schema (JSON Schema 2020-12 and OpenAPI)."""

_FIXED_VALUES = {"type": SCHEMA_TYPES, "format": SCHEMA_FORMATS, "$ref": frozenset({"#"})}
_META_SCHEMA = re.compile(r"https?://json-schema\.org/draft[-/][0-9-]{2,7}/schema#?")


def is_schema_word(text: str, key: str) -> bool:
    """Whether a string below `key` is JSON Schema's own."""
    return text in _FIXED_VALUES.get(key, ()) or (key == "$schema" and _META_SCHEMA.fullmatch(text) is not None)


def schema_leaves(value: JsonValue, key: str) -> Iterator[JsonString | JsonNumber]:
    """Strings, keys and numbers of a schema, save its own vocabulary. `key` is the nearest key above."""
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
