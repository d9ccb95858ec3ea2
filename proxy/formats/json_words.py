"""The keys of JSON transcripts: which of them hold what was said, by whom and when. All vendors' keys form one set.

Each constant is a role of the table in `vendors`, which explains it. A key that is in no row may be anybody's word or
name, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from proxy.formats.times import OFFSET
from proxy.formats.vendors import VENDORS, Count


def _role(role: str) -> tuple[str, ...]:
    """The keys that any row of the table has in a role, the surest first."""
    return tuple(dict.fromkeys(key for vendor in VENDORS for key in getattr(vendor, role)))


def _by_key(role: str) -> dict[str, Any]:
    """What the rows say about single keys."""
    return {key: told for vendor in VENDORS for key, told in getattr(vendor, role).items()}


TEXT = frozenset(_role("said"))
COPIES = frozenset(_role("copies"))
WORDS = frozenset(_role("words"))
WORD = _role("word")
GUESSES = _role("guesses")
SHAPED: Mapping[str, tuple[str, ...]] = _by_key("shaped")
TOKENS = frozenset(_role("tokens"))
TURNS = frozenset(_role("turns"))

CHANNEL = _role("channel")
SPEAKER = (*_role("speaker"), *_role("label"), *CHANNEL)
"""Who said it, the surest first: a string, a number, or an object that contains one of these."""
NAMING = frozenset(SPEAKER) - {"name", *CHANNEL}
"""Those that name nothing but a speaker."""
SPEAKER_IDS = _role("speaker_ids")
NUMBERED = frozenset(_role("numbered"))
LABELLED = frozenset(_role("labelled"))
LABELS = frozenset(SPEAKER) | frozenset(_role("contact"))
"""Names and addresses of people. Outside of turns they stand alone."""
PEOPLE = frozenset(_role("people"))

START = _role("start")
END = _role("end")
LASTING = _role("lasting")
COUNTS_IN: Mapping[str, Count] = _by_key("counts_in") | dict.fromkeys(LASTING, Count.MILLISECONDS)
TELLS_MILLISECONDS = frozenset(_role("tells_milliseconds"))
TIMES = frozenset((*START, *END, *_role("moments")))

COUNTS = frozenset(_role("counted"))
MEASURES = COUNTS | frozenset(_role("measures"))
PLACES = frozenset(_role("places"))
IDS = frozenset((*_role("ids"), *SPEAKER_IDS))
TAGS = frozenset(_role("tags"))
LANGUAGES = frozenset(_role("languages"))
FIXED = frozenset(_role("fixed")) | TAGS | LANGUAGES
MODELS = frozenset(_role("models"))
PLAIN = frozenset((*_role("plain"), *_role("moments"), *_role("lasting"))) | PLACES | MODELS | TURNS

KEYS = (
    TEXT | COPIES | WORDS | TOKENS | MEASURES | LABELS | PEOPLE | frozenset((*WORD, *GUESSES, *SHAPED, *START, *END))
    | IDS | FIXED | PLAIN
)  # fmt: skip
"""Every known key."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:/=-]{1,200}")
_FIXED = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]{0,40}|[0-9]{1,3}(?:[.][0-9]{1,3}){0,2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    rf"|-?{OFFSET}|[0-9]{{1,6}}(?:[.][0-9]{{1,9}})?s?|1[0-9]{{9}}(?:[0-9]{{3}})?(?:[.][0-9]{{1,6}})?"
    r"|PT(?:[0-9]{1,3}H)?(?:[0-9]{1,3}M)?(?:[0-9]{1,6}(?:[.][0-9]{1,9})?S)?"
)
"""A day, an instant, an offset, seconds, a duration, or seconds or milliseconds since 1970.

Any other value may be somebody's number.
"""
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?")
_LANGUAGE = re.compile(rf"{_TAG.pattern}|[a-z]{{4,20}}")
"""A BCP 47 tag, or a name such as ``english``."""
_MEASURE = re.compile(r"-?[0-9]{1,6}(?:[.][0-9]{1,12})?")
_PLACEHOLDER = re.compile(r"\W*|<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}|\[[^\[\]\n]{1,60}\]|string|str|text|name|speaker")


def is_known(key: str) -> bool:
    """Whether a key is known, or is an opaque id and so names nobody."""
    return key in KEYS or _UUID.fullmatch(key) is not None


def holds_no_words(key: str, value: str) -> bool:
    """Whether the string under a key is an id, a fixed word or a time, and so says nothing."""
    if not any(ch.isalnum() for ch in value) or (key in TIMES and _TIME.fullmatch(value)):
        return True
    if key in MEASURES:
        return _MEASURE.fullmatch(value) is not None
    if key in IDS:
        return _ID.fullmatch(value) is not None
    if key in TAGS or key in LANGUAGES:
        return (_TAG if key in TAGS else _LANGUAGE).fullmatch(value) is not None
    if key in MODELS:
        return _ID.fullmatch(value) is not None or is_fixed(value)
    return key in FIXED - TIMES and is_fixed(value)


def tells_of_words(key: str) -> bool:
    """Whether a number or a fixed word under a key of a turn may reveal what was said, or how.

    Places, times, ids, labels and people reveal neither.
    """
    return key not in PLACES | TIMES | IDS | LABELS | PEOPLE


def is_fixed(value: str) -> bool:
    """Whether a value is one word, such as a language, a type or a version."""
    return _FIXED.fullmatch(value) is not None


def is_time(value: str) -> bool:
    """Whether a value contains nothing but a time."""
    return _TIME.fullmatch(value) is not None


def is_seconds(value: str) -> bool:
    """Whether a value is a number of seconds."""
    return _MEASURE.fullmatch(value) is not None and not value.startswith("-")


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where something goes, as in an example of an output: ``<speaker>``, ``...``."""
    return _PLACEHOLDER.fullmatch(value) is not None
