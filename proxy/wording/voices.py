"""Labels of diarizers, recorders and telephone systems. They show that somebody speaks, and name nobody."""

from __future__ import annotations

import re

VOICE = re.compile(
    r"(?:speaker|participant|attendee|caller|call-in user|user|guest|voice|phone|person|unknown|host|interviewer|agent"
    r"|customer|presenter|moderator|sprecher|teilnehmer|locuteur|participante|hablante)"
    r"(?:[ _#-]{1,2}[0-9A-Z]{1,3}|(?-i:[0-9A-Z]{1,3})|[ _#-]{0,2})(?!\w)"
    r"|(?:me|you|them|they|us|mic|system audio|remote)(?!\w)",
    re.IGNORECASE,
)
"""How labels of diarizers, recorders and telephone systems begin."""
_NUMBERED_VOICE = re.compile(
    r"(?:speaker|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)[ _#-]{0,2}[0-9]{1,3}"
    r"|speaker[ _][A-Z]|me|you|them|they|us|mic|system audio|remote|(?:spk|ch)_[0-9]{1,3}|S[0-9]{1,2}|UU|[0-9]{1,2}"
    r"|(?-i:[A-J])",
    re.IGNORECASE,
)
"""Labels of a diarizer or a recorder, which name nobody; also those of services that count speakers (`spk_0`, `A`)."""
_ANYBODY = frozenset(("everyone", "everybody", "all", "audience", "room", "moderator", "operator", "bot", "assistant"))


def is_voice(label: str) -> bool:
    """Whether a label is a diarizer's or a recorder's, which names nobody: ``SPEAKER_00``, ``Them``."""
    return _NUMBERED_VOICE.fullmatch(label.strip()) is not None


def opens_as_voice(label: str) -> bool:
    """Whether diarizers, recorders and telephone systems give this label: ``Guest 2``, ``Caller``, ``You``."""
    return VOICE.fullmatch(label.strip()) is not None


def may_be_anybodys(label: str) -> bool:
    """Whether tools and people use the label for whoever speaks, so that it is nobody's name by itself."""
    return is_voice(label) or opens_as_voice(label) or label.strip().casefold() in _ANYBODY
