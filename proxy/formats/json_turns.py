"""Who says what in a JSON transcript, whoever made it: turns, and strings that stand outside of any.

A turn is an object that holds words and says who spoke or when. What is below it is the speaker's, or a label, or
nobody's. Sentences inside of an object that names a speaker (Deepgram's paragraphs) are that speaker's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from proxy.errors import ClientFault
from proxy.formats import json_words as known
from proxy.formats.documents import strings
from proxy.formats.json_parts import WHERE, Voice, Word, members, voice_of, words_of
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Edit

_LISTS = frozenset(
    {"segments", "utterances", "sentences", "paragraphs", "transcriptEntries", "entries", "events", "turns"}
)


@dataclass(slots=True)
class Turn:
    """What one speaker said (or nobody, by name): strings, word lists, lists of token numbers, labels.

    `kind` is the key of the list that it stands in; `timed` are objects that may tell its times, in order.
    """

    voice: Voice
    kind: str = ""
    timed: list[JsonObject] = field(default_factory=list)
    texts: list[JsonString] = field(default_factory=list)
    words: list[list[Word]] = field(default_factory=list)
    tokens: list[JsonArray] = field(default_factory=list)
    labels: list[JsonString] = field(default_factory=list)

    @property
    def said(self) -> bool:
        """Whether it holds a word."""
        words = (word.said for part in self.words for word in part)
        return any(string.text.strip() for string in (*self.texts, *words))

    @property
    def silent(self) -> bool:
        """Whether it only shows where words go, or holds none."""
        said = [*self.texts, *(word.said for part in self.words for word in part)]
        return all(known.is_placeholder(string.text.strip()) for string in said)


@dataclass(slots=True)
class Script:
    """All of a document: turns, texts outside of turns, names that stand alone, and strings that nobody claims.

    `bodies` are transcripts in a format of text, in which `voices` are known labels. `cut` are edits of the source that
    are always made, `finish` those that are made where anything else is changed.
    """

    turns: list[Turn] = field(default_factory=list)
    copies: list[JsonString] = field(default_factory=list)
    names: list[JsonString] = field(default_factory=list)
    nobody: list[JsonString] = field(default_factory=list)
    kind: str = "json"
    bodies: list[JsonString] = field(default_factory=list)
    voices: tuple[str, ...] = ()
    cut: list[Edit] = field(default_factory=list)
    finish: tuple[Edit, ...] = ()
    cards: list[tuple[str, ...]] = field(default_factory=list)

    def known_as(self, speaker: str | None) -> tuple[str, ...]:
        """Further names and addresses of a speaker, as the document tells them."""
        return tuple(name for card in self.cards if speaker in card for name in card if name != speaker)

    @property
    def silent(self) -> bool:
        """Whether it is an example: it only shows where words and names go."""
        return all(turn.silent for turn in self.turns) and all(known.is_placeholder(n.text) for n in self.names)


def is_script(root: JsonValue) -> bool:
    """Whether there is a turn anywhere in a document, or a stretch of somebody's speaking without the words."""
    match root:
        case JsonArray():
            return any(is_script(item) for item in root.items)
        case JsonObject():
            return _is_turn(root) or _is_interval(root) or any(is_script(member.value) for member in root.members)
    return False


def read_script(root: JsonValue) -> Script:
    """All that a document says. Raises `ClientFault` for a key that is not known."""
    script = Script()
    _walk(root, "", script, Voice(None))
    return script


def _is_turn(value: JsonObject) -> bool:
    keys = {member.key.text for member in value.members}
    if keys & _LISTS or not keys & (known.TEXT | known.WORDS):
        return False
    said = [member.value for member in value.members if member.key.text in known.TEXT | known.WORDS]
    if not any(isinstance(part, JsonString | JsonObject | JsonArray) for part in said):
        return False
    return bool(keys & (frozenset(known.SPEAKER) - {"name"}) or keys & frozenset(known.START))


def _is_interval(value: JsonObject) -> bool:
    keys = {member.key.text for member in value.members}
    return bool(keys & (frozenset(known.SPEAKER) - {"name"}) and keys & frozenset(known.START))


def _walk(value: JsonValue, key: str, script: Script, around: Voice) -> None:
    """What is outside of turns."""
    match value:
        case JsonArray():
            if key in known.TOKENS:
                script.cut += _emptied(value)
                return
            if key in known.WORDS:
                _word_runs(value, script, around)
                return
            for item in value.items:
                _walk(item, key, script, around)
        case JsonObject() if _is_turn(value):
            script.turns.append(_turn(value, key, script, around))
        case JsonObject():
            voice = voice_of(value)
            script.cards += card_of(value)
            around = voice if voice.name is not None and _LISTS & {m.key.text for m in value.members} else around
            for name, part in members(value):
                _walk(part, key if name in known.LABELS and key in known.PEOPLE else name, script, around)
        case JsonString():
            _alone(value, key, script)
        case JsonNumber() if key in known.LABELS | known.TEXT and len(value.literal) > 6:
            raise ClientFault("transcript_invalid", "words, names and numbers of phones must be strings", where=WHERE)


def _alone(value: JsonString, key: str, script: Script) -> None:
    """A string outside of turns."""
    if known.holds_no_words(key, value.text):
        return
    if key in known.TEXT:
        script.copies.append(value)
    elif key in known.LABELS or key in known.PEOPLE:
        script.names.append(value)
    else:
        script.nobody.append(value)


def _turn(value: JsonObject, kind: str, script: Script, around: Voice) -> Turn:
    voice = voice_of(value)
    turn = Turn(voice if voice.name is not None else Voice(around.name), kind, [value])
    for key, part in members(value):
        if key in known.TEXT:
            _said(part, key, turn, script)
        elif key in known.COPIES:
            turn.texts += _renderings(part, key)
        else:
            _beside(part, key, turn, script)
    if not turn.said:
        # Tokens stand for words, and here there are none whose fate they could share.
        script.cut += [edit for part in turn.tokens for edit in _emptied(part)]
        turn.tokens = []
    return turn


def _emptied(value: JsonArray) -> list[Edit]:
    return [Edit(value.start, value.end, "[]")] if value.items else []


def _renderings(value: JsonValue, key: str) -> list[JsonString]:
    """The strings in further renderings of a turn, fixed words aside."""
    match value:
        case JsonString():
            return [] if known.holds_no_words(key, value.text) else [value]
        case JsonArray():
            return [string for item in value.items for string in _renderings(item, key)]
        case JsonObject():
            return [string for name, part in members(value) for string in _renderings(part, name)]
    return []


def _said(value: JsonValue, key: str, turn: Turn, script: Script) -> None:
    """Words of a turn: a string, or what is inside of an object or list under a key of words."""
    match value:
        case JsonString():
            turn.texts.append(value)
        case JsonArray():
            for item in value.items:
                _said(item, key, turn, script)
        case JsonObject():
            for name, part in members(value):
                if name in known.TEXT:
                    _said(part, name, turn, script)
                else:
                    _beside(part, name, turn, script)
        case JsonNumber():
            raise ClientFault("transcript_invalid", "what was said must be a string", where=WHERE)


def card_of(value: JsonObject) -> Iterator[tuple[str, ...]]:
    """The names and addresses that stand in an object, if there are two of them or more."""
    told = [(m.key.text, m.value.text.strip()) for m in value.members if isinstance(m.value, JsonString)]
    told += [
        (key, person.text.strip())
        for member in value.members
        if member.key.text in known.PEOPLE and isinstance(member.value, JsonObject)
        for key in known.LABELS
        if isinstance(person := member.value.get(key), JsonString)
    ]
    names = tuple(name.removeprefix("mailto:") for key, name in told if key in known.LABELS and name)
    if len(names) > 1:
        yield names


def _beside(value: JsonValue, key: str, turn: Turn, script: Script) -> None:
    """What stands in a turn beside the words: word lists, labels, ids; other strings are nobody's."""
    match value:
        case JsonArray() if key in known.WORDS:
            words, labels, rest = words_of(value)
            turn.words.append(words)
            turn.timed += _ends(value.items)
            turn.labels += labels
            script.nobody += rest
        case JsonArray() if key in known.TOKENS:
            turn.tokens.append(value)
        case JsonArray():
            for item in value.items:
                _beside(item, key, turn, script)
        case JsonObject():
            for name, part in members(value):
                _beside(part, key if name in known.LABELS and key in known.PEOPLE else name, turn, script)
        case JsonString() if value != turn.voice.label and not known.holds_no_words(key, value.text):
            named = key in known.LABELS or key in known.PEOPLE or key in known.IDS
            (turn.labels if named else script.nobody).append(value)
        case JsonNumber() if key in known.LABELS and len(value.literal) > 6:
            raise ClientFault("transcript_invalid", "names and numbers of phones must be strings", where=WHERE)


def _ends(items: Sequence[JsonValue]) -> list[JsonObject]:
    """The first and the last word, which tell when all were said."""
    return [item for item in (items[0], items[-1]) if isinstance(item, JsonObject)] if items else []


def _word_runs(value: JsonArray, script: Script, around: Voice) -> None:
    """Word lists outside of turns: each run of words of one speaker is a turn."""

    def speaker(item: JsonValue) -> Voice:
        return voice_of(item) if isinstance(item, JsonObject) else Voice(None)

    for name, run in groupby(value.items, key=lambda item: speaker(item).name):
        items = tuple(run)
        words, labels, rest = words_of(JsonArray(value.start, value.end, items))
        label = next((voice.label for voice in map(speaker, items) if voice.label is not None), None)
        voice = Voice(name, label) if name is not None else Voice(around.name)
        labels = [other for other in labels if other != label]
        script.turns.append(Turn(voice, "words", _ends(items), words=[words], labels=labels))
        script.nobody += rest


def names_anybody(root: JsonValue, labels: frozenset[str]) -> bool:
    """Whether a string or a key of a document is a label of the roster."""
    return bool(labels) and any(string.text.strip() in labels for string in strings(root))


def shows_places(root: JsonValue) -> bool:
    """Whether a document only shows where words go: all of its strings are placeholders or fixed words."""
    return all(known.is_placeholder(text.strip()) or known.holds_no_words(key, text) for key, text in _keyed(root, ""))


def _keyed(value: JsonValue, key: str) -> Iterator[tuple[str, str]]:
    """All strings in a value that are no keys, with the nearest key above."""
    match value:
        case JsonString():
            yield key, value.text
        case JsonArray():
            for item in value.items:
                yield from _keyed(item, key)
        case JsonObject():
            for member in value.members:
                yield from _keyed(member.value, member.key.text)
