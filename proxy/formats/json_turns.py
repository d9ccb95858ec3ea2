"""Find who says what in a JSON transcript of any vendor: turns, and strings outside of turns.

A turn is an object that contains words and says who spoke or when. What is below it is the speaker's, a label, or
nobody's. Sentences within an object that names a speaker (Deepgram's paragraphs) are that speaker's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from proxy.formats import json_parts
from proxy.formats import vendors as known
from proxy.formats.documents import strings
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Edit, label_form


@dataclass(slots=True)
class Turn:
    """What one speaker (or nobody, by name) said: strings, word lists, lists of token numbers, labels.

    `kind` is the key of the list that contains it. `timed` are objects that may give its times, in order. `keys` are
    the keys of the `texts`. `measures` are numbers and fixed words that reveal something about what was said.
    `several`: the document names several people for it.
    """

    voice: json_parts.Voice
    kind: str = ""
    timed: list[JsonObject] = field(default_factory=list)
    texts: list[JsonString] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    words: list[list[json_parts.Word]] = field(default_factory=list)
    tokens: list[JsonArray] = field(default_factory=list)
    labels: list[JsonString] = field(default_factory=list)
    measures: list[JsonNumber | JsonString] = field(default_factory=list)
    several: bool = False

    def say(self, string: JsonString, key: str) -> None:
        """Add a text that stands under a key."""
        self.texts.append(string)
        self.keys.append(key)

    def to_nobody(self) -> None:
        """Give the turn to nobody, since the document names several people; its label joins the names beside it."""
        self.several = True
        self.labels += [self.voice.label] if self.voice.label is not None else []
        self.voice = json_parts.Voice(None)

    @property
    def said(self) -> bool:
        """Whether it contains a word."""
        words = (word.said for part in self.words for word in part)
        return any(string.text.strip() for string in (*self.texts, *words))

    @property
    def silent(self) -> bool:
        """Whether it only shows where words go, or contains none."""
        said = [*self.texts, *(word.said for part in self.words for word in part)]
        return all(known.is_placeholder(string.text.strip()) for string in said)


@dataclass(slots=True)
class Script:
    """All of a document: turns, texts outside of turns, names that stand alone, and strings that nobody claims.

    `copies` come with the numbers of the turns whose word lists stand beside them. `lists` are all word lists.
    `speakers` gives the name for a number, and `spoken_at` the speaker for the time of a word. `bodies` are transcripts
    in a text format, in which `voices` are known labels. `cut` are source edits that are always made. `finish` are made
    if anything else is changed. `counts` are made if words, which they measure, are removed from a list. `cards` are
    the names and addresses of one person each. `people` are the roster's labels, in the form in which labels are
    compared. `listed` are people's names by their ids, as the document lists them. `objecting` says which voices object
    to what, by the document's names of purposes. `legend` has the names for which labels may stand.
    """

    turns: list[Turn] = field(default_factory=list)
    copies: list[tuple[JsonString, range]] = field(default_factory=list)
    lists: list[JsonArray] = field(default_factory=list)
    speakers: dict[str, str | None] = field(default_factory=dict)
    spoken_at: dict[float, json_parts.Voice] = field(default_factory=dict)
    names: list[JsonString] = field(default_factory=list)
    nobody: list[JsonString] = field(default_factory=list)
    kind: str = "json"
    bodies: list[JsonString] = field(default_factory=list)
    voices: tuple[str, ...] = ()
    cut: list[Edit] = field(default_factory=list)
    finish: tuple[Edit, ...] = ()
    counts: list[Edit] = field(default_factory=list)
    cards: list[tuple[str, ...]] = field(default_factory=list)
    people: frozenset[str] = frozenset()
    listed: dict[str, str | None] = field(default_factory=dict)
    objecting: dict[str, tuple[str, ...]] = field(default_factory=dict)
    legend: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def known_as(self, speaker: str | None) -> tuple[str, ...]:
        """Further names and addresses that the document gives for a speaker."""
        named = self.legend.get(speaker or "", ()) if label_form(speaker or "") not in self.people else ()
        return (*(name for card in self.cards if speaker in card for name in card if name != speaker), *named)

    def objections_of(self, speaker: str | None) -> tuple[str, ...]:
        """What a speaker objects to, under any of their names."""
        names = () if speaker is None else (speaker, *self.known_as(speaker))
        return tuple(dict.fromkeys(each for name in names for each in self.objecting.get(name, ())))

    @property
    def silent(self) -> bool:
        """Whether it is an example that only shows where words and names go."""
        return all(turn.silent for turn in self.turns) and all(known.is_placeholder(n.text) for n in self.names)


def is_script(root: JsonValue, key: str = "") -> bool:
    """Whether a document contains a turn, words with times, or the times at which somebody speaks without the words."""
    match root:
        case JsonArray():
            timed = any(isinstance(item, JsonObject) and _keys(item) & frozenset(known.START) for item in root.items)
            return (timed and json_parts.is_word_list(root, key)) or any(is_script(item) for item in root.items)
        case JsonObject():
            return _is_turn(root) or _is_interval(root) or any(is_script(m.value, m.key.text) for m in root.members)
    return False


def read_script(root: JsonValue, labels: Collection[str] = ()) -> Script:
    """All that a document says; `labels` are the roster's. Raises `NotRead` for an unknown key."""
    script = Script(people=frozenset(map(label_form, labels)))
    _who(root, script)
    _walk(root, "", script, json_parts.Voice(None))
    for number in json_parts.contradicted([_reading(turn) for turn in script.turns]):
        script.turns[number].to_nobody()
    return script


def _reading(turn: Turn) -> json_parts.Reading:
    """A turn in the form that is compared with what the document says elsewhere."""
    words = [word.said.text for part in turn.words for word in part]
    texts = [text.text for text in turn.texts]
    return json_parts.Reading(
        turn.kind, json_parts.SEVERAL if turn.several else turn.voice.name, " ".join(texts or words)
    )


def _voices(value: JsonValue) -> Iterator[json_parts.Voice]:
    """The speakers that objects in a part of a turn (its guesses, its words) name."""
    match value:
        case JsonArray():
            for item in value.items:
                yield from _voices(item)
        case JsonObject():
            voice = json_parts.voice_of(value)
            if voice.name is not None and any(value.get(key) is not None for key in known.NAMING):
                yield voice
            for member in value.members:
                if member.key.text not in known.PEOPLE | frozenset(known.SPEAKER):
                    yield from _voices(member.value)


def _who(root: JsonValue, script: Script) -> None:
    """Collect what a document says of its speakers apart from their words: a list of names, or of labels by time."""
    match root:
        case JsonArray():
            for item in root.items:
                _who(item, script)
        case JsonObject():
            for member in root.members:
                if member.key.text in known.NUMBERED and isinstance(member.value, JsonArray):
                    _list_names(member.value, script.speakers)
                    _add(script.legend, _legend(member.value))
                elif member.key.text in known.PEOPLE and isinstance(member.value, JsonArray):
                    _list_names(member.value, script.listed)
                elif member.key.text in known.LABELLED and isinstance(member.value, JsonObject):
                    _labelled_times(member.value, script)
                else:
                    _who(member.value, script)


def _list_names(value: JsonArray, names: dict[str, str | None]) -> None:
    """Add names by number or id, as Rev.ai lists them. A number that two people share is nobody's."""
    for item in value.items:
        number, name = (item.get("id"), item.get("name")) if isinstance(item, JsonObject) else (None, None)
        if isinstance(number, JsonNumber | JsonString) and isinstance(name, JsonString):
            told, said = _as_id(number), name.text.strip() or None
            names[told] = said if names.get(told, said) == said else None


def _legend(value: JsonArray) -> Iterator[tuple[str, str]]:
    """Names in a list, each with the numbers that may stand for it: its place, counted from 0 and from 1.

    Which is meant does not show, so such a name proves nobody's words; a stranger's may be whose they are.
    """
    for number, name in enumerate(value.items):
        if isinstance(name, JsonString):
            yield from ((str(number), name.text.strip()), (str(number + 1), name.text.strip()))


def _add(legend: dict[str, tuple[str, ...]], named: Iterable[tuple[str, str]]) -> None:
    for label, name in named:
        legend[label] = (*legend.get(label, ()), name)


def _as_id(value: JsonNumber | JsonString) -> str:
    return value.literal if isinstance(value, JsonNumber) else value.text.strip()


def _labelled_times(value: JsonObject, script: Script) -> None:
    """Collect labels by the start time of a word, as Amazon Transcribe lists them beside words without labels.

    The list reveals how long each word lasted, so it is emptied when words are removed.
    """
    segments = value.get("segments")
    for segment in segments.items if isinstance(segments, JsonArray) else ():
        items = segment.get("items") if isinstance(segment, JsonObject) else None
        if not isinstance(items, JsonArray) or json_parts.is_word_list(items, "items"):
            continue
        script.counts += _emptied(items)
        for item in items.items:
            begun = _begun(item)
            voice = json_parts.voice_of(item) if isinstance(item, JsonObject) else json_parts.Voice(None)
            if begun is not None and voice.name is not None:
                same = script.spoken_at.get(begun, voice).name == voice.name
                script.spoken_at[begun] = json_parts.Voice(voice.name if same else None)


def _begun(word: JsonValue) -> float | None:
    """The start of a word in seconds, from its ``start_time`` as a string or a number."""
    begun = word.get("start_time") if isinstance(word, JsonObject) else None
    told = begun.text if isinstance(begun, JsonString) else begun.literal if isinstance(begun, JsonNumber) else ""
    return float(told) if known.is_seconds(told) else None


def _named(voice: json_parts.Voice, script: Script) -> json_parts.Voice:
    """The voice, by name if the document says whose number its label is."""
    name = script.speakers.get(voice.name or "")
    if name is None:
        return voice if voice.name not in script.speakers else json_parts.Voice(None)
    if voice.name != name:
        script.cards.append((name, voice.name or ""))
    return json_parts.Voice(name, voice.label)


def _keys(value: JsonObject) -> frozenset[str]:
    return frozenset(member.key.text for member in value.members)


def _is_turn(value: JsonObject) -> bool:
    keys = _keys(value)
    listed = [
        m.value for m in value.members if m.key.text in known.SHAPED and json_parts.is_word_list(m.value, m.key.text)
    ]
    said = [m.value for m in value.members if m.key.text in known.TEXT | known.WORDS] + listed
    if keys & known.TURNS or not any(isinstance(part, JsonString | JsonObject | JsonArray) for part in said):
        return False
    return bool(keys & (frozenset(known.SPEAKER) - {"name"}) or keys & frozenset(known.START))


def _is_interval(value: JsonObject) -> bool:
    keys = _keys(value)
    return bool(keys & (frozenset(known.SPEAKER) - {"name"}) and keys & frozenset(known.START))


def _walk(value: JsonValue, key: str, script: Script, around: json_parts.Voice) -> None:
    """Read what is outside of turns."""
    match value:
        case JsonArray() if json_parts.is_word_list(value, key):
            _word_runs(value, script, around)
        case JsonArray() if key in known.TOKENS:
            script.cut += _emptied(value)
        case JsonArray():
            for item in value.items:
                _walk(item, key, script, around)
        case JsonObject() if _is_turn(value):
            script.turns.append(_turn(value, key, script, around))
        case JsonObject():
            _walk_object(value, key, script, around)
        case JsonString():
            _alone(value, key, script)
        case JsonNumber() if key in known.LABELS | known.TEXT and len(value.literal) > 6:
            raise json_parts.NotRead(
                "transcript_invalid", value.start, "words, names and numbers of phones must be strings"
            )


def _walk_object(value: JsonObject, key: str, script: Script, around: json_parts.Voice) -> None:
    voice = json_parts.voice_of(value)
    script.cards += card_of(value)
    around = voice if voice.name is not None and known.TURNS & _keys(value) else around
    before = len(script.turns)
    texts: list[JsonString] = []
    for name, part in json_parts.members(value):
        if name in known.TEXT and isinstance(part, JsonString) and not known.holds_no_words(name, part.text):
            texts.append(part)
        elif key in known.MODELS and name == "name" and isinstance(part, JsonString) and known.is_fixed(part.text):
            continue
        else:
            kept = (name in known.LABELS and key in known.PEOPLE) or (key in known.MODELS and name not in known.KEYS)
            _walk(part, key if kept else name, script, around)
    beside = (
        range(before, len(script.turns))
        if any(json_parts.is_word_list(m.value, m.key.text) for m in value.members)
        else ()
    )
    script.copies += [(text, range(before, before + len(beside))) for text in texts]
    for turn in script.turns[before:]:
        turn.measures += [
            m.value for m in value.members if m.key.text in known.COUNTS and isinstance(m.value, JsonNumber)
        ]


def _alone(value: JsonString, key: str, script: Script) -> None:
    """Read a string outside of turns."""
    if known.holds_no_words(key, value.text):
        return
    if key in known.TEXT:
        script.copies.append((value, range(0)))
    elif key in known.LABELS or key in known.PEOPLE:
        script.names.append(value)
    else:
        script.nobody.append(value)


def _turn(value: JsonObject, kind: str, script: Script, around: json_parts.Voice) -> Turn:
    voice = _named(json_parts.voice_of(value), script)
    # A turn that marks its speaker as unknown does not inherit one.
    silent = any(value.get(key) is not None for key in known.SPEAKER)
    turn = Turn(voice if voice.name is not None or silent else json_parts.Voice(around.name), kind, [value])
    for key, part in json_parts.members(value):
        if key in known.TEXT:
            _said(part, key, turn, script)
        elif key in known.COPIES:
            for rendering in _renderings(part, key):
                turn.say(rendering, key)
            turn.measures += _measures(part, key)
        else:
            _beside(part, key, turn, script)
    below = {_named(each, script).name for _, part in json_parts.members(value) for each in _voices(part)}
    if turn.voice.name is not None and (below | _named_by_id(value, script)) - {turn.voice.name}:
        turn.to_nobody()
    if not turn.said:
        # Tokens stand for words and are removed with them; here there are no words.
        script.cut += [edit for part in turn.tokens for edit in _emptied(part)]
        turn.tokens = []
    return turn


def _named_by_id(turn: JsonObject, script: Script) -> set[str]:
    """The people that ids in a turn refer to, by the document's list of people."""
    ids = (turn.get(key) for key in known.SPEAKER_IDS)
    named = (script.listed.get(_as_id(each)) for each in ids if isinstance(each, JsonNumber | JsonString))
    return {name for name in named if name is not None}


def _emptied(value: JsonArray) -> list[Edit]:
    return [Edit(value.start, value.end, "[]")] if value.items else []


def _renderings(value: JsonValue, key: str) -> list[JsonString]:
    """The strings in further renderings of a turn, except fixed words."""
    match value:
        case JsonString():
            return [] if known.holds_no_words(key, value.text) else [value]
        case JsonArray():
            return [string for item in value.items for string in _renderings(item, key)]
        case JsonObject():
            return [string for name, part in json_parts.members(value) for string in _renderings(part, name)]
    return []


def _measures(value: JsonValue, key: str) -> Iterator[JsonNumber | JsonString]:
    """The numbers and fixed words in further renderings of a turn."""
    match value:
        case JsonNumber() if known.tells_of_words(key):
            yield value
        case JsonString() if known.holds_no_words(key, value.text) and known.tells_of_words(key):
            yield value
        case JsonArray():
            for item in value.items:
                yield from _measures(item, key)
        case JsonObject():
            for name, part in json_parts.members(value):
                yield from _measures(part, name)


def _said(value: JsonValue, key: str, turn: Turn, script: Script) -> None:
    """Read the words of a turn: a string, or what is within an object or list under a key of words."""
    match value:
        case JsonString():
            turn.say(value, key)
        case JsonArray():
            for item in value.items:
                _said(item, key, turn, script)
        case JsonObject():
            for name, part in json_parts.members(value):
                if name in known.TEXT:
                    _said(part, name, turn, script)
                else:
                    _beside(part, name, turn, script)
        case JsonNumber():
            raise json_parts.NotRead("transcript_invalid", value.start, "what was said must be a string")


def card_of(value: JsonObject) -> Iterator[tuple[str, ...]]:
    """The names and addresses in an object, if there are at least two."""
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
    """Read what stands beside the words of a turn: word lists, labels, ids; other strings are nobody's."""
    match value:
        case JsonArray() if json_parts.is_word_list(value, key):
            _list_beside(value, turn, script)
        case JsonArray() if key in known.TOKENS or (key in known.SHAPED and _is_numbers(value)):
            turn.tokens.append(value)
            script.counts += _emptied(value) if key not in known.TOKENS else []
        case JsonArray():
            for item in value.items:
                _beside(item, key, turn, script)
        case JsonObject():
            for name, part in json_parts.members(value):
                _beside(part, key if name in known.LABELS and key in known.PEOPLE else name, turn, script)
        case JsonString() if value != turn.voice.label and label_form(value.text) in script.people:
            turn.labels.append(value)  # whatever its key is: with two people named, nobody knows who spoke
        case JsonString() if value != turn.voice.label and not known.holds_no_words(key, value.text):
            named = key in known.LABELS or key in known.PEOPLE or key in known.IDS
            (turn.labels if named else script.nobody).append(value)
        case JsonNumber() | JsonString() if value != turn.voice.label and known.tells_of_words(key):
            turn.measures.append(value)
        case JsonNumber() if key in known.LABELS and len(value.literal) > 6:
            raise json_parts.NotRead("transcript_invalid", value.start, "names and numbers of phones must be strings")


def _ends(items: Sequence[JsonValue]) -> list[JsonObject]:
    """The first and the last word, which show when all of them were said."""
    return [item for item in (items[0], items[-1]) if isinstance(item, JsonObject)] if items else []


def _list_beside(value: JsonArray, turn: Turn, script: Script) -> None:
    """Read the words of a turn again, from its word list."""
    words, labels, rest = json_parts.words_of(value)
    script.lists.append(value)
    turn.words.append(words)
    turn.timed += _ends(value.items)
    turn.labels += labels
    script.nobody += rest


def _is_numbers(value: JsonArray) -> bool:
    return bool(value.items) and all(isinstance(item, JsonNumber) for item in value.items)


def _word_runs(value: JsonArray, script: Script, around: json_parts.Voice) -> None:
    """Read a word list outside of turns: each run of words of one speaker is a turn."""
    script.lists.append(value)
    voices: list[json_parts.Voice] = []
    several: set[int] = set()
    for item in value.items:
        voice = _named(json_parts.voice_of_word(item), script)
        begun = _begun(item)
        told = script.spoken_at.get(begun, voice) if begun is not None else voice
        # A word's own speaker and the list of labels by time must not contradict each other.
        if voice.name not in (None, told.name):
            several.add(len(voices))
            told = json_parts.Voice(None)
        voice = told
        if voice.name is None and voices and begun is None and _is_sign(item):
            voice = voices[-1]
        voices.append(voice)
    spoken = zip(value.items, voices, (number in several for number in range(len(voices))), strict=True)
    for (name, contradicting), run in groupby(spoken, key=lambda each: (each[1].name, each[2])):
        entries = tuple(run)
        items = tuple(item for item, _, _ in entries)
        words, labels, rest = json_parts.words_of(JsonArray(value.start, value.end, items))
        label = next((voice.label for _, voice, _ in entries if voice.label is not None), None)
        voice = (
            json_parts.Voice(name, label)
            if name is not None
            else json_parts.Voice(None if contradicting else around.name)
        )
        labels = [other for other in labels if other != label]
        script.turns.append(Turn(voice, "words", _ends(items), words=[words], labels=labels, several=contradicting))
        script.nobody += rest
    script.counts += _unnumbered(value)


def _is_sign(item: JsonValue) -> bool:
    """Whether an entry of a word list is a punctuation mark."""
    words, _, _ = json_parts.words_of(JsonArray(item.start, item.end, (item,)))
    return bool(words) and not any(map(str.isalnum, words[0].said.text))


def _unnumbered(value: JsonArray) -> Iterator[Edit]:
    """Edits that remove running numbers from the entries of a word list: they would reveal how many words are gone."""
    for item in value.items:
        number = item.get("id") if isinstance(item, JsonObject) else None
        if isinstance(number, JsonNumber):
            yield Edit(number.start, number.end, "null")


def names_anybody(root: JsonValue, labels: frozenset[str]) -> bool:
    """Whether a string or a key of a document is a label of the roster."""
    return bool(labels) and any(string.text.strip() in labels for string in strings(root))


def shows_places(root: JsonValue) -> bool:
    """Whether a document only shows where words go: all of its strings are placeholders or fixed words."""
    return all(known.is_placeholder(text.strip()) or known.holds_no_words(key, text) for key, text in _keyed(root, ""))


def _keyed(value: JsonValue, key: str) -> Iterator[tuple[str, str]]:
    """All strings in a value except keys, each with the nearest key above."""
    match value:
        case JsonString():
            yield key, value.text
        case JsonArray():
            for item in value.items:
                yield from _keyed(item, key)
        case JsonObject():
            for member in value.members:
                yield from _keyed(member.value, member.key.text)
