"""Who begins to speak of whom no name is known: a diarizer's number, a voice off screen, somebody's husband."""

from __future__ import annotations

import re

from proxy.attribution.roles import is_role
from proxy.attribution.signs import COLON
from proxy.languages import patterns, words
from proxy.model.voices import opens_as_voice

COUNTED_VOICE = re.compile(rf"{patterns('speech', 'voices')}[ _#-]?[0-9]{{1,3}}(?!\w)", re.IGNORECASE)
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
_NO_LETTERS = re.compile(r"[?#*.…—–-]{1,4}|[(\[][?#*…]{1,3}[)\]]|[?#*(\[]{1,2}(?:[0-9]{1,3}|[A-Z])[)\]]?|[A-HJ-Z]")
"""What stands for a speaker without a name: ``???``, ``#2``, ``[B]``."""
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,20}[0-9]")
_FROM = re.compile(r"(?:[^\W\d_]+[ ])?(?:from|by|over)[ ](?=the|an?|our|my|your|his|her|their)", re.IGNORECASE)
"""What may stand before whoever speaks: ``Question from the audience``."""
_NOT_BEFORE = words("people", "not_before")
"""Words before the word for a person with which somebody speaks of one, or to one: ``Ask the manager``."""
_PEOPLE_ELSEWHERE = words("speech", "people")
_HEARD_FROM = re.compile(
    r"(?:(?:\w+[ ])?(?:from|in)[ ])?the[ ](?:floor|hall|room|stage|gallery|balcony|podium|studio|chat)", re.IGNORECASE
)
"""A place from which people are heard: ``From the floor``."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MOST_WORDS = 3
VOICED = re.compile(rf"[ ]?[{COLON}](?=\s|$)")


def calls_somebody(label: str) -> bool:
    """Whether a label says of a speaker what they are or how they sound: ``The chair``, ``Male voice``, ``???``."""
    label = label.strip()
    shapes = (_ANYBODY, _HEARD_FROM, _NO_LETTERS, TELEPHONE)
    if any(shape.fullmatch(label) for shape in shapes) or opens_as_voice(label):
        return True
    whose = _FROM.sub("", label, count=1)
    words = [word.casefold() for word in _WORD.findall(whose)]
    if HEARD_VOICE.fullmatch(whose):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not _NOT_BEFORE.isdisjoint(words):
        return False
    return is_role(words[-1]) or words[-1] in _PEOPLE_ELSEWHERE
