"""What somebody said without what is no word of theirs: noises in brackets, signs, fillers, stutters. English.

Every pattern is bounded in how far it reaches, so that a reading is linear in the text's length.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"</?\w[^<>\n]{0,60}>|</?\w>|[\u200b-\u200f\u2060\ufeff\u00ad]")
_BRACKETED = re.compile(r"\[([^\[\]()\n]{0,60})\]|\(([^\[\]()\n]{0,60})\)")
_SAYS_SOMETHING = re.compile(
    r"^[ ]*(?:to|for|of|as|about|by|that)\b|\b(?:I|me|my|not|never|\w+n['’]t|if|but|sa(?:y|ys|id|ying)"
    r"|quot(?:e|es|ing)|read(?:s|ing)?)\b",
    re.IGNORECASE,
)
"""What brackets hold that are no noise, but part of what is said: ``I do (not) consent``, ``(to the price)``."""
_PAUSE = re.compile(r"…|\.{2,}")
_SIGN = re.compile(r"[^\w\s.,!?;:'’\"“„«–—>-]|_")
_SPLIT_NOT = re.compile(r"\b(do|did|does|ca|wo|would|have|is|are)[ ]?n[ ]?['’ ][ ]?t\b", re.IGNORECASE)
"""``do n't`` and ``don t``, as tokenizers and recognizers write it."""
_FILLER = re.compile(
    r"(?P<before>,[ ]?)?(?<![\w'’-])"
    r"(?:(?:u+h+(?:[ -]?h+u+h+|m+)?|u+m+|e+r+m*|e+h+m*|a+h+m*|o+h+|m+[ -]?h+m+|h+m+|m{2,})(?![\w'’])"
    r"|(?<=,[ ])(?:like|well|right|so|basically|actually|honestly|really|sort[ ]of|kind[ ]of|I[ ]mean)(?=,)"
    r"|(?<!do[ ])(?<!did[ ])(?<!if[ ])you[ ]know(?![ ](?:that|what|who|why|how|if|whether|it|him|her)\b)(?![\w'’]))"
    r"(?P<after>[ ]?,)?",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"\b(\w{1,12})(?:[ ]?[–—]|-){1,3}[ ,]{0,3}(?=\1)", re.IGNORECASE)
"""``con- consent``, ``I-I``."""
_REPEATED = re.compile(
    r"(?<![\w'’])([\w'’]{1,20}(?:[ ][\w'’]{1,20}){0,3})(?:[ ,–—-]{1,4}\1(?![\w'’]|[ ]know\b))+", re.IGNORECASE
)
_SPACES = re.compile(r"[^\S\n]+")
_COMMAS = re.compile(r"[ ]*,(?:[ ]*,)*[ ]*")


def untagged(words: str) -> str:
    """The words without marks of typefaces and what has no width."""
    return _TAG.sub("", words)


def fluent(words: str) -> tuple[str, ...]:
    """The words without noises, signs, fillers, cut-off and repeated words; lines stay lines.

    In two readings: a pause at a filler ends a clause (``That is it, uh, I …``), or it does not (``I do not, uh, …``).
    """
    plain = _BRACKETED.sub(_without_noise, words)
    plain = _SPACES.sub(" ", _SIGN.sub(" ", _PAUSE.sub(", uh, ", plain)))
    plain = _once(_SPLIT_NOT.sub(r"\1n't", plain))
    return tuple(dict.fromkeys(_once(_FILLER.sub(pause, plain)) for pause in (_comma, " ")))


def _without_noise(bracketed: re.Match[str]) -> str:
    inside = bracketed[1] or bracketed[2] or ""
    return f" {inside} " if _SAYS_SOMETHING.search(inside) else " "


def _comma(filler: re.Match[str]) -> str:
    return ", " if filler["before"] or filler["after"] else " "


def _once(plain: str) -> str:
    """Without words that are begun, or said, twice."""
    tidy = _COMMAS.sub(", ", _SPACES.sub(" ", plain))
    return _REPEATED.sub(r"\1", _CUT_OFF.sub("", tidy))
