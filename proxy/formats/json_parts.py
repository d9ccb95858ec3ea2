"""Parts of JSON transcripts: who a label names, the words of a word list, and members with known keys only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.formats import json_words as known
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue

WHERE = "transcript"


class Voice(NamedTuple):
    """Who speaks: the label, and where it is written (None: as a number, or in the object around)."""

    name: str | None
    label: JsonString | None = None


class Word(NamedTuple):
    """One word of a list: as it is read, and further spellings of it."""

    said: JsonString
    copies: tuple[JsonString, ...] = ()


def voice_of(value: JsonObject) -> Voice:
    """The speaker that an object names."""
    for key in known.SPEAKER:
        match value.get(key):
            case JsonString() as label if label.text.strip():
                return Voice(label.text.strip(), label)
            case JsonNumber() as number:
                return Voice(number.literal)
            case JsonObject() as inner if (voice := voice_of(inner)).name is not None:
                return voice
    return Voice(None)


def words_of(value: JsonArray) -> tuple[list[Word], list[JsonString], list[JsonString]]:
    """The words of a list, labels beside them, and strings that are neither."""
    words: list[Word] = []
    labels: list[JsonString] = []
    rest: list[JsonString] = []
    for item in value.items:
        match item:
            case JsonString():
                words.append(Word(item))
            case JsonObject():
                spelled = [part for key in known.WORD if isinstance(part := item.get(key), JsonString)]
                if spelled:
                    words.append(Word(spelled[0], tuple(spelled[1:])))
                for key, part in members(item):
                    if key not in known.WORD:
                        check_keys(part)
                        told = [string for string in values(part) if not known.holds_no_words(key, string.text)]
                        (labels if key in known.LABELS or key in known.IDS else rest).extend(told)
            case JsonArray():
                rest += values(item)
    return words, labels, rest


def members(value: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """The members of an object. Raises `ClientFault` for a key that is not known."""
    for member in value.members:
        if member.key.text not in known.KEYS:
            raise ClientFault(
                "unknown_field",
                f"a field (at character {member.key.start}) is not one of those that are read in JSON transcripts; "
                "leave it out: it could hold words, or be a name",
                where=WHERE,
            )
        yield member.key.text, member.value


def check_keys(value: JsonValue) -> None:
    """Raise `ClientFault` where a key in a value is not known."""
    match value:
        case JsonArray():
            for item in value.items:
                check_keys(item)
        case JsonObject():
            for _, part in members(value):
                check_keys(part)


def values(value: JsonValue) -> Sequence[JsonString]:
    """All strings in a value that are no keys."""
    match value:
        case JsonString():
            return (value,)
        case JsonArray():
            return [string for item in value.items for string in values(item)]
        case JsonObject():
            return [string for member in value.members for string in values(member.value)]
    return ()
