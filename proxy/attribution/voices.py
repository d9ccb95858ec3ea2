"""Labels of diarizers, recorders and telephone systems. They tell that somebody speaks, and name nobody."""

from __future__ import annotations

import re

from proxy.attribution.roles import is_role
from proxy.attribution.signs import COLON

VOICE = re.compile(
    r"(?:speaker|participant|attendee|caller|call-in user|user|guest|voice|phone|person|unknown|host|interviewer|agent"
    r"|customer|presenter|moderator|sprecher|teilnehmer|locuteur|participante|hablante)"
    r"(?:[ _#-]{1,2}[0-9A-Z]{1,3}|(?-i:[0-9A-Z]{1,3})|[ _#-]{0,2})(?!\w)"
    r"|(?:me|you|them|they|us|mic|system audio|remote)(?!\w)",
    re.IGNORECASE,
)
"""How lines open that a diarizer, a recorder or a telephone system labels."""
_NUMBERED_VOICE = re.compile(
    r"(?:speaker|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)[ _#-]{0,2}[0-9]{1,3}"
    r"|speaker[ _][A-Z]|me|you|them|they|us|mic|system audio|remote|(?:spk|ch)_[0-9]{1,3}|S[0-9]{1,2}|UU|[0-9]{1,2}"
    r"|(?-i:[A-J])",
    re.IGNORECASE,
)
"""Labels of a diarizer or a recorder: they name nobody. Also those of services that count speakers (`spk_0`, `A`)."""
COUNTED_VOICE = re.compile(
    r"(?:speaker|spkr|spk|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)"
    r"[ _#-]?[0-9]{1,3}(?!\w)",
    re.IGNORECASE,
)
"""A diarizer's label with its number, which opens a line whatever stands behind it."""
HEARD_VOICE = re.compile(
    r"(?:(?:an?|the|another|second|other|male|female|man's|woman's|child's|old(?:er)?|young(?:er)?|unknown|unidentified"
    r"|distant|muffled|faint|deep|robotic|automated|recorded)[ ])*"
    r"(?:(?:wo)?m[ae]n|boy|girl|child(?:ren)?|voices?|callers?|narrator|announcer|interviewer|interpreter|translator"
    r"|reporter|crowd|audience(?:[ ]member)?|female|male|speakers?|operator|off[- ]screen|voice[- ]?over)"
    r"(?:[ ](?:on|over|from|in|off|through|via)(?:[ ]\w+){1,3}|[ ]\w+ing(?:[ ]\w+){0,3}|[ ][0-9]{1,2})?",
    re.IGNORECASE,
)
"""Whom captioners write in brackets where somebody is heard of whom they know no name: ``(voice on phone)``."""
_ANYBODY = re.compile(r"(?:some|any)(?:body|one)(?:[ ]else)?|(?:the|an?)[ ]?other(?:[ ]one)?", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[?#*.…—–-]{1,4}|[?#*(\[]{1,2}(?:[0-9]{1,3}|[A-Z])[)\]]?|[A-HJ-Z]")
"""What stands for a speaker without a name: ``???``, ``#2``, ``[B]``."""
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,20}[0-9]")
_FROM = re.compile(r"(?:[^\W\d_]+[ ])?(?:from|by|over)[ ](?=the|an?|our|my|your|his|her|their)", re.IGNORECASE)
"""What may stand before whoever speaks: ``Question from the audience``."""
_NOT_BEFORE = frozenset(
    (
        "about and as ask asked asks at but by call can could dear did do does email for from had has have hello hey "
        "hi if in into is like may meet of on or see should so tell thank thanks than that then to was were what when "
        "where which who why will with would"
    ).split()
)
"""Words before the word for a person with which somebody speaks of one, or to one: ``Ask the manager``."""
_PEOPLE_ELSEWHERE = frozenset(
    (
        "präsident präsidentin vorsitzende vorsitzender kollege kollegin stimme mann frau nachbar nachbarin moderator "
        "président présidente voix collègue homme femme voisin voisine animateur presidente presidenta voz colega "
        "hombre mujer vecino vecina voce collega uomo donna vicino vicina voorzitter stem"
    ).split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MOST_WORDS = 3
VOICED = re.compile(rf"[ ]?[{COLON}](?=\s|$)")


def calls_somebody(label: str) -> bool:
    """Whether a label says of a speaker what they are or how they sound: ``The chair``, ``Male voice``, ``???``."""
    label = label.strip()
    shapes = (_ANYBODY, _NO_LETTERS, TELEPHONE)
    if any(shape.fullmatch(label) for shape in shapes) or opens_as_voice(label):
        return True
    whose = _FROM.sub("", label, count=1)
    words = [word.casefold() for word in _WORD.findall(whose)]
    if HEARD_VOICE.fullmatch(whose):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not _NOT_BEFORE.isdisjoint(words):
        return False
    return is_role(words[-1]) or words[-1] in _PEOPLE_ELSEWHERE


def is_voice(label: str) -> bool:
    """Whether a label is a diarizer's or a recorder's, which names nobody: ``SPEAKER_00``, ``Them``."""
    return _NUMBERED_VOICE.fullmatch(label.strip()) is not None


def opens_as_voice(label: str) -> bool:
    """Whether a label is one that diarizers, recorders and telephone systems give: ``Guest 2``, ``Caller``, ``You``."""
    return VOICE.fullmatch(label.strip()) is not None
