"""Parts of JSON transcripts: who a label names, the words of a word list, and members with known keys only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.formats import json_words as known
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue

WHERE = "transcript"


class NotRead(Exception):
    """A document holds what is not known, `at` a character of the source. `remedy` quotes nothing of it."""

    def __init__(self, reason: str, at: int, remedy: str):
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.remedy = remedy

    def fault(self, root: JsonValue, where: str = WHERE, keys: Collection[str] = ()) -> ClientFault:
        """The fault to raise; its detail tells the path, in which `keys` are named as well as those of transcripts."""
        return ClientFault(self.reason, f"{self.remedy} (at {path_to(root, self.at, keys)})", where=where)


class Voice(NamedTuple):
    """Who speaks: the label, and where it is written (None: as a number, or in the object around)."""

    name: str | None
    label: JsonString | None = None


class Word(NamedTuple):
    """One word of a list: as it is read, further spellings of it, and the entry that it stands in.

    `tight`: nothing stands between it and the word before, as with a comma.
    """

    said: JsonString
    copies: tuple[JsonString, ...]
    entry: JsonValue
    tight: bool = False


def path_to(root: JsonValue, at: int, keys: Collection[str] = ()) -> str:
    """Where in a document a character stands: public keys by name, all others by their number in the object."""
    steps: list[str] = []
    value: JsonValue | None = root
    while value is not None:
        inside: JsonValue | None = None
        match value:
            case JsonArray():
                for number, item in enumerate(value.items):
                    if item.start <= at < item.end:
                        steps, inside = [*steps, f"[{number}]"], item
            case JsonObject():
                for number, member in enumerate(value.members):
                    if member.key.start <= at < member.value.end:
                        public = member.key.text in known.KEYS or member.key.text in keys
                        steps.append(f".{member.key.text}" if public else f".(key {number + 1})")
                        inside = member.value if at >= member.value.start else None
        value = inside
    return "".join(steps).lstrip(".") or "the top"


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


def voice_of_word(entry: JsonValue) -> Voice:
    """The speaker that an entry of a word list names, or the first of its guesses."""
    if not isinstance(entry, JsonObject):
        return Voice(None)
    voice = voice_of(entry)
    guesses = entry.get(known.GUESSES[0])
    if voice.name is None and isinstance(guesses, JsonArray) and guesses.items:
        return voice_of_word(guesses.items[0])
    return voice


def is_word_list(value: JsonValue, key: str) -> bool:
    """Whether a list under `key` is one of words: by the key alone, or by the shape of all its entries."""
    if not isinstance(value, JsonArray):
        return False
    if key in known.WORDS:
        return True
    shape = known.SHAPED.get(key)
    if shape is None or not value.items:
        return False
    return all(isinstance(item, JsonObject) and item.get(shape[0]) and _spelled(item) for item in value.items)


def words_of(value: JsonArray) -> tuple[list[Word], list[JsonString], list[JsonString]]:
    """The words of a list, labels beside them, and strings that are neither. Raises `NotRead`."""
    words: list[Word] = []
    labels: list[JsonString] = []
    rest: list[JsonString] = []
    for item in value.items:
        match item:
            case JsonString():
                words.append(Word(item, (), item))
            case JsonObject():
                spelled = _spelled(item)
                if spelled:
                    words.append(Word(spelled[0], tuple(spelled[1:]), item, _is_tight(item, spelled[0])))
                for key, string in _keyed(item, ""):
                    if string not in spelled and not known.holds_no_words(key, string.text):
                        (labels if key in known.LABELS or key in known.IDS else rest).append(string)
            case JsonArray():
                rest += values(item)
    return words, labels, rest


def _spelled(item: JsonObject) -> list[JsonString]:
    """How a word is written: its own spellings, then those of its guesses."""
    found = [part for key in known.WORD if isinstance(part := item.get(key), JsonString)]
    for key in known.GUESSES:
        guesses = item.get(key)
        for guess in guesses.items if isinstance(guesses, JsonArray) else ():
            found += _spelled(guess) if isinstance(guess, JsonObject) else []
    return found


def _is_tight(entry: JsonObject, word: JsonString) -> bool:
    """Whether a word is a sign that no time is told for, or that says it belongs to the word before."""
    if any(map(str.isalnum, word.text)):
        return False
    attached = entry.get("attaches_to")
    if isinstance(attached, JsonString):
        return attached.text == "previous"
    return all(entry.get(key) is None for key in known.START)


def _keyed(value: JsonValue, key: str) -> Iterator[tuple[str, JsonString]]:
    """All strings in a value that are no keys, each with the nearest key above. Raises `NotRead`."""
    match value:
        case JsonString():
            yield key, value
        case JsonArray():
            for item in value.items:
                yield from _keyed(item, key)
        case JsonObject():
            for name, part in members(value):
                yield from _keyed(part, name)


def marker_parts(entry: JsonValue, word: str) -> tuple[str, str]:
    """The opening and the closing part of an entry as `entry` is, with nothing in it but `word` and its times.

    The opening part of one entry and the closing part of a later one stand for all between them.
    """
    if not isinstance(entry, JsonObject):
        return json.dumps(word), ""
    opening, closing = [f'"{_word_key(entry)}": {_marked(entry, word)}'], []
    for member in entry.members:
        if isinstance(member.value, JsonString | JsonNumber):
            told = member.value.literal if isinstance(member.value, JsonNumber) else json.dumps(member.value.text)
            clock = isinstance(member.value, JsonNumber) or known.is_time(member.value.text)
            if member.key.text in known.START and clock:
                opening.append(f'"{member.key.text}": {told}')
            elif member.key.text in known.END and clock:
                closing.append(f', "{member.key.text}": {told}')
    return "{" + ", ".join(opening), "".join(closing) + "}"


def _word_key(entry: JsonObject) -> str:
    return next((key for key in known.WORD if isinstance(entry.get(key), JsonString)), known.GUESSES[0])


def _marked(entry: JsonObject, word: str) -> str:
    guesses = entry.get(_word_key(entry))
    first = guesses.items[0] if isinstance(guesses, JsonArray) and guesses.items else None
    return f'[{{"{_word_key(first)}": {json.dumps(word)}}}]' if isinstance(first, JsonObject) else json.dumps(word)


def members(value: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """The members of an object. Raises `NotRead` for a key that is not known."""
    for member in value.members:
        if not known.is_known(member.key.text):
            raise NotRead(
                "unknown_field",
                member.key.start,
                "a field is not one of those that are read in JSON transcripts; leave it out: it could hold words, or "
                "be a name",
            )
        yield member.key.text, member.value


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
