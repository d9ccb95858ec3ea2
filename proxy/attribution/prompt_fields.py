"""Recognize fields in a prompt: settings, as YAML, TOML and markup write them, and the keys of a wanted object.

A block of settings is a run of lines that are all ``key: value``, ``key = value``, ``<key>value</key>``, the head of a
section, or an entry below a key. Keys are in lower case, as labels of speakers seldom are, or titles of ordinary words
(``Max words: 200``), and at least half of them are captions of prompts; no value is a sentence. In the same way
``- owner: who does it`` is a key of a wanted object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from proxy.attribution.captions import is_caption, is_form, is_role, is_title
from proxy.attribution.text_words import is_form_word, names_things
from proxy.formats.labels import is_heading
from proxy.languages import patterns, words
from proxy.model import Span
from proxy.wording.vocabulary import is_known_name, is_ordinary
from proxy.wording.voices import opens_as_voice

_KEY = r"[^\W\dA-Z_][\w.-]{0,30}"
_TITLE = r"[A-Z][\w-]{0,20}\.?(?:[ ][\w-]{1,20}){0,3}"
_TYPE = r"(?:[ ]?\([a-z ,]{1,30}\))?"
_LABEL = re.compile(_KEY + _TYPE)
_SETTING = re.compile(
    rf"[ \t]*(?:[-*][ ]+)?[\"']?(?P<key>{_KEY}|{_TITLE})[\"']?{_TYPE}[ ]?[:=](?:[ ]+(?P<value>\S.*?))?[,;]?[ \t]*"
)
_TAGGED = re.compile(rf"[ \t]*<(?P<key>{_KEY})>(?P<value>[^<>\n]{{1,60}})</(?P=key)>[ \t]*")
_SECTION = re.compile(rf"[ \t]*\[{{1,2}}(?P<key>{_KEY})\]{{1,2}}[ \t]*")
_ENTRY = re.compile(r"[ \t]+-[ ]+(?P<value>\S[^\n]*?)[ \t]*")
_WORD = re.compile(r"[^\W\d_]+")
_LINE = re.compile(r"[^\r\n]+")
_TELLS = re.compile(rf"\b{patterns('asking', 'tells')}\b", re.IGNORECASE)
_SPEAKING = words("asking", "speaking")
_KEYS = words("asking", "keys") | words("asking", "text") | words("asking", "wanted") | words("asking", "wished")
_FEWEST_LINES = 2
_LONGEST_VALUE = 5


def is_key(label: str) -> bool:
    """Whether a label is written as a key and is nobody's name: ``owner``, ``follow_ups``; or a title of settings."""
    if _LABEL.fullmatch(label) is None:
        return _is_title_key(label)
    parts = _WORD.findall(label.casefold())
    return not any(is_known_name(part) and not is_ordinary(part) for part in parts if part not in _KEYS)


def _is_title_key(label: str) -> bool:
    """Whether a title of ordinary words is nobody's name and says what is set: ``Max words``, ``Reader``."""
    if re.fullmatch(_TITLE, label) is None or any(map(str.isdigit, label)):
        return False
    parts = _WORD.findall(label.casefold())
    known = all(part in _KEYS or is_form_word(part) for part in parts)
    return known or is_caption(label) or (len(parts) == 1 and is_title(label))


def _is_persons(label: str) -> bool:
    """Whether a title may be a speaker's: it has a word for what people are."""
    return label[0].isupper() and (opens_as_voice(label) or any(map(is_role, _WORD.findall(label))))


def settings_in(text: str, span: Span) -> Iterator[Span]:
    """The lines of a stretch that are blocks of settings."""
    run: list[Span] = []
    for line in _LINE.finditer(text, *span):
        if run and "\n" in text[run[-1].end : line.start()].replace("\n", "", 1):
            yield from _settings(text, run)
            run = []
        run.append(Span(line.start(), line.end()))
    yield from _settings(text, run)


def _settings(text: str, paragraph: Sequence[Span]) -> Iterator[Span]:
    """The runs of settings in the lines of a paragraph."""
    run: list[Span] = []
    keys: list[str] = []
    for line in [*paragraph, None]:
        key = _setting(text[slice(*line)], below=bool(run)) if line is not None else None
        if line is not None and key is not None:
            run.append(line)
            keys += [key] if key else []
            continue
        known = sum(map(_is_known, keys))
        # Labels of speakers return; a setting is set once.
        titles = [key for key in keys if key[0].isupper()]
        once = len(set(titles)) == len(titles)
        if len(run) >= _FEWEST_LINES and known and 2 * known >= len(keys) and once:
            yield from run
        run, keys = [], []


def _setting(line: str, *, below: bool) -> str | None:
    """The key of a line of settings, empty for an entry below one; None if it is no such line."""
    found = next((each for shape in (_TAGGED, _SETTING, _SECTION) if (each := shape.fullmatch(line))), None)
    entry = _ENTRY.fullmatch(line) if found is None and below else None
    if found is not None and not is_key(found["key"]):
        return None
    if found is None and entry is None:
        return None
    value = (found.groupdict().get("value") if found is not None else entry["value"] if entry is not None else "") or ""
    if not is_plain_value(value):
        return None
    if found is not None and _is_persons(found["key"]) and not names_things(value):
        return None
    return found["key"] if found is not None else ""


def is_plain_value(value: str) -> bool:
    """Whether a value is short, and neither a sentence nor what somebody says or reports."""
    folded = [word.casefold() for word in _WORD.findall(value)]
    plain = len(folded) <= _LONGEST_VALUE and _SPEAKING.isdisjoint(folded) and not _TELLS.search(value)
    return plain and value[-1:] not in tuple(".!?")


def _is_known(key: str) -> bool:
    """Whether a key is a caption of prompts or a word for the form of a text."""
    parts = " ".join(_WORD.findall(key))
    known = all(word in _KEYS or is_form_word(word) for word in parts.casefold().split())
    return known or is_heading(parts) or is_form(parts) or (is_caption(parts) and not any(map(is_role, parts.split())))
