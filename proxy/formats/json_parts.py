"""Read the parts of JSON transcripts: speakers, word lists and known keys, and compare what a document says twice.

Services write what was said several times: in a turn, in its guesses and word lists, in a list of all words, as
segments. If they name different speakers for the same words, nobody can tell which of them is right, and `contradicted`
finds those words: they are nobody's.

`split_copy`, `find_copy` and `find_turns` divide a text that repeats a whole transcript (``text`` beside ``segments``)
by who said what, word for word.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.formats import vendors as known
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Span

WHERE = "transcript"


class NotRead(Exception):
    """A document contains something unknown, at the source character `at`. `remedy` quotes nothing of it."""

    def __init__(self, reason: str, at: int, remedy: str):
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.remedy = remedy

    def fault(self, root: JsonValue, where: str = WHERE, keys: Collection[str] = ()) -> ClientFault:
        """The fault to raise; its detail gives the path, which names the transcript keys and also `keys`."""
        return ClientFault(self.reason, f"{self.remedy} (at {path_to(root, self.at, keys)})", where=where)


class Voice(NamedTuple):
    """Who speaks: the label, and where it is written (None: as a number, or in the surrounding object)."""

    name: str | None
    label: JsonString | None = None


class Word(NamedTuple):
    """One word of a list: its spelling that is read, further spellings, and the entry that contains it.

    `tight`: nothing stands between it and the previous word, as before a comma.
    """

    said: JsonString
    copies: tuple[JsonString, ...]
    entry: JsonValue
    tight: bool = False


def path_to(root: JsonValue, at: int, keys: Collection[str] = ()) -> str:
    """The path to a character in a document: public keys by name, all others by their number in the object."""
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
    """The speaker that an object names; where nothing else does, a name in place of the speaker's id counts."""
    for key in known.SPEAKER:
        match value.get(key):
            case JsonString() as label if label.text.strip():
                return Voice(label.text.strip(), label)
            case JsonNumber() as number:
                return Voice(number.literal)
            case JsonObject() as inner if (voice := voice_of(inner)).name is not None:
                return voice
    for key in known.SPEAKER_IDS:
        named = value.get(key)
        if isinstance(named, JsonString) and " " in named.text.strip() and not known.holds_no_words(key, named.text):
            return Voice(named.text.strip(), named)
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
    """Whether a list under `key` is a word list: by the key alone, or by the shape of all its entries."""
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
    """The spellings of a word: its own, then those of its guesses."""
    found = [part for key in known.WORD if isinstance(part := item.get(key), JsonString)]
    for key in known.GUESSES:
        guesses = item.get(key)
        for guess in guesses.items if isinstance(guesses, JsonArray) else ():
            found += _spelled(guess) if isinstance(guess, JsonObject) else []
    return found


def _is_tight(entry: JsonObject, word: JsonString) -> bool:
    """Whether a word is punctuation that has no time, or that is marked as attached to the previous word."""
    if any(map(str.isalnum, word.text)):
        return False
    attached = entry.get("attaches_to")
    if isinstance(attached, JsonString):
        return attached.text == "previous"
    return all(entry.get(key) is None for key in known.START)


def _keyed(value: JsonValue, key: str) -> Iterator[tuple[str, JsonString]]:
    """All strings in a value except keys, each with the nearest key above. Raises `NotRead`."""
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
    """The opening and the closing part of an entry shaped like `entry` that contains only `word` and its times.

    The opening part of one entry and the closing part of a later one replace all entries between them.
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
    """The members of an object. Raises `NotRead` for an unknown key."""
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
    """All strings in a value except keys."""
    match value:
        case JsonString():
            return (value,)
        case JsonArray():
            return [string for item in value.items for string in values(item)]
        case JsonObject():
            return [string for member in value.members for string in values(member.value)]
    return ()


_WORD = re.compile(r"[^\W_]+")
SEVERAL = "\0"
"""Takes the place of a speaker for several people: one after the other, or because the document contradicts itself."""

Pair = tuple[str, str]


class Reading(NamedTuple):
    """What a document says in one place: the list that contains it, the speaker's name, and the words."""

    kind: str
    speaker: str | None
    text: str


def contradicted(readings: Sequence[Reading]) -> set[int]:
    """The numbers of readings whose words, or word pairs, another list of the document gives only to other speakers.

    Only lists that say the same are compared: two people may both say "yes", one of them in writing.
    """
    speakers: dict[Pair, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    pairs: dict[str, set[Pair]] = defaultdict(set)
    for kind, speaker, pair in _spoken(readings):
        speakers[pair][kind].add(speaker)
        pairs[kind].add(pair)
    again = {(kind, other) for kind in pairs for other in pairs if kind != other and _again(pairs[kind], pairs[other])}
    found: set[int] = set()
    for number, reading in enumerate(readings if again else ()):
        if reading.speaker is None:
            continue
        told = (speakers[pair].items() for pair in _pairs(_folded_words(reading.text)) if pair in speakers)
        if any((reading.kind, kind) in again and reading.speaker not in by for others in told for kind, by in others):
            found.add(number)
    return found


def _again(pairs: set[Pair], others: set[Pair]) -> bool:
    """Whether most of what one list says is in the other as well."""
    return 2 * len(pairs & others) > len(pairs)


def _spoken(readings: Sequence[Reading]) -> Iterator[tuple[str, str, Pair]]:
    """The words and word pairs of each list: within one person's words, and across a change of speakers."""
    last: dict[str, tuple[str, str]] = {}
    before: dict[tuple[str, str], str] = {}
    for kind, speaker, text in readings:
        words = _folded_words(text)
        if speaker is None or not words:
            continue
        for pair in _pairs([before[kind, speaker], *words] if (kind, speaker) in before else words):
            yield kind, speaker, pair
        if kind in last and last[kind][0] != speaker:
            yield kind, SEVERAL, (last[kind][1], words[0])
        before[kind, speaker] = words[-1]
        last[kind] = speaker, words[-1]


def _pairs(words: Sequence[str]) -> Iterator[Pair]:
    yield from ((word, "") for word in words)
    yield from pairwise(words)


def _folded_words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]


_MOST_LABEL_WORDS = 8
_MOST_PLACES = 20
"""Maximum places where a copy may begin that are compared."""
_FEWEST_WORDS = 5
"""Minimum words of a turn that proves anything about a text that holds more than the turns: everybody says "yes"."""


class Piece(NamedTuple):
    """A part of a copy: the turn that it repeats, and the span of the label before it, if there is one."""

    turn: int
    words: Span
    label: Span | None


class TurnWords(NamedTuple):
    """The words of a turn, folded, and the labels that may precede them."""

    turn: int
    words: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    speaker: str | None = None


def tell(turn: int, text: str, speaker: str | None) -> TurnWords:
    """What to look for. The speaker's label may precede the words, also as ``Speaker 0`` for ``0``."""
    label = _folded(speaker or "")[:_MOST_LABEL_WORDS]
    return TurnWords(turn, _folded(text), (label, ("speaker", *label)) if label else (), speaker)


def split_copy(copy: str, turns: Sequence[TurnWords]) -> list[Piece] | None:
    """The copy as pieces in the order of `turns`; None unless every word of it is accounted for."""
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    pieces: list[Piece] = []
    at = 0
    for told in turns:
        if at == len(found):
            break
        begun = next(
            (at + len(label) for label in ((), *told.labels) if _follow(found, at, (*label, *told.words))), None
        )
        if begun is None:
            return None
        label = Span(found[at][1][0], found[begun - 1][1][1]) if begun > at else None
        at = begun + len(told.words)
        limit = found[at][1][0] if at < len(found) else len(copy)
        pieces.append(Piece(told.turn, Span(found[begun][1][0], _end(copy, found[at - 1][1][1], limit)), label))
    return pieces if at == len(found) else None


def find_copy(copy: str, turns: Sequence[TurnWords]) -> list[Piece]:
    """The copy as pieces of consecutive turns, starting at any word; empty if it is no such part.

    If several people say the same words, the copy is nobody's: nobody can tell whom it repeats.
    """
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    flow = [(word, told) for told in turns for word in told.words]
    text = "".join(f"\0{word}" for word, _ in flow) + "\0"
    sought = "".join(f"\0{word}" for word, _ in found) + "\0"
    starts = list(accumulate((len(word) + 1 for word, _ in flow), initial=0))
    owners: list[list[TurnWords]] = []
    at = text.find(sought) if found else -1
    while at >= 0 and len(owners) <= _MOST_PLACES:
        first = bisect_left(starts, at)
        owners.append([told for _, told in flow[first : first + len(found)]])
        at = text.find(sought, at + 1)
    voices = {tuple(told.speaker for told in place) for place in owners}
    if len(voices) != 1 or len(owners) > _MOST_PLACES:
        return []
    pieces = [list(part) for _, part in groupby(zip(found, owners[0], strict=True), key=lambda each: each[1].turn)]
    ends = [part[0][0][1][0] for part in pieces[1:]] + [len(copy)]
    return [
        Piece(part[0][1].turn, Span(part[0][0][1][0], _end(copy, part[-1][0][1][1], end)), None)
        for part, end in zip(pieces, ends, strict=True)
    ]


def telling(turns: Sequence[TurnWords]) -> list[TurnWords]:
    """The turns of at least five words, which prove whose words they are wherever they stand."""
    return [told for told in turns if len(told.words) >= _FEWEST_WORDS]


def find_turns(copy: str, turns: Sequence[TurnWords]) -> list[Piece]:
    """Pieces of turns in a text that holds more: all turns that are `telling`, whole and in their order.

    Empty if one of them is missing. What stands between the pieces is nobody's.
    """
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    text = "".join(f"\0{word}" for word, _ in found) + "\0"
    starts = list(accumulate((len(word) + 1 for word, _ in found), initial=0))
    pieces: list[Piece] = []
    at = 0
    for told in turns:
        place = text.find("".join(f"\0{word}" for word in told.words) + "\0", starts[at])
        if place < 0:
            return []
        first = bisect_left(starts, place)
        label = next((n for n in map(len, told.labels) if at <= first - n and _labels(found, first, n, told)), 0)
        spoken_by = Span(found[first - label][1][0], found[first - 1][1][1]) if label else None
        at = first + len(told.words)
        limit = found[at][1][0] if at < len(found) else len(copy)
        pieces.append(Piece(told.turn, Span(found[first][1][0], _end(copy, found[at - 1][1][1], limit)), spoken_by))
    return pieces


def _labels(found: Sequence[tuple[str, tuple[int, int]]], first: int, length: int, told: TurnWords) -> bool:
    """Whether the words before a turn are one of its labels."""
    return tuple(word for word, _ in found[first - length : first]) in told.labels


def _folded(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold() for match in _WORD.finditer(text))


def _follow(found: Sequence[tuple[str, tuple[int, int]]], at: int, words: Sequence[str]) -> bool:
    if at + len(words) > len(found):
        return False
    return all(found[at + offset][0] == word for offset, word in enumerate(words))


def _end(copy: str, at: int, limit: int) -> int:
    """The end of what was said, including the punctuation that directly follows the last word."""
    while at < limit and not copy[at].isspace():
        at += 1
    return at
