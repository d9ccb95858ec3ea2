"""Labels of diarizers, recorders and telephone systems. They show that somebody speaks, and name nobody."""

from __future__ import annotations

import re

from proxy.languages import patterns, words

_SPEAKERS = patterns("voices", "speakers")
_ALONE = patterns("voices", "alone")
VOICE = re.compile(
    rf"(?:{_SPEAKERS}|{patterns('voices', 'offices')})"
    r"(?:[ _#-]{1,2}[0-9A-Z]{1,3}|(?-i:[0-9A-Z]{1,3})|[ _#-]{0,2})(?!\w)"
    rf"|{_ALONE}(?!\w)",
    re.IGNORECASE,
)
"""How labels of diarizers, recorders and telephone systems begin."""
COUNTED_VOICE = re.compile(rf"(?:{_SPEAKERS}|{patterns('voices', 'counted')})[ _#-]?[0-9]{{1,3}}(?!\w)", re.IGNORECASE)
"""A diarizer's label with its number, which opens a line whatever follows it."""
_NUMBERED_VOICE = re.compile(
    rf"{_SPEAKERS}[ _#-]{{0,2}}[0-9]{{1,3}}|speaker[ _][A-Z]|{_ALONE}"
    r"|(?:spk|ch)_[0-9]{1,3}|S[0-9]{1,2}|UU|[0-9]{1,2}|(?-i:[A-J])",
    re.IGNORECASE,
)
"""Labels of a diarizer or a recorder, which name nobody; also those of services that count speakers (`spk_0`, `A`)."""
_ANYBODY = words("voices", "anybody")


def is_voice(label: str) -> bool:
    """Whether a label is a diarizer's or a recorder's, which names nobody: ``SPEAKER_00``, ``Them``."""
    return _NUMBERED_VOICE.fullmatch(label.strip()) is not None


def opens_as_voice(label: str) -> bool:
    """Whether diarizers, recorders and telephone systems give this label: ``Guest 2``, ``Caller``, ``You``."""
    return VOICE.fullmatch(label.strip()) is not None


def may_be_anybodys(label: str) -> bool:
    """Whether tools and people use the label for whoever speaks, so that it is nobody's name by itself."""
    return is_voice(label) or opens_as_voice(label) or label.strip().casefold() in _ANYBODY
