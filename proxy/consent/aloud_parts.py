"""Finds parts of words one of which is in whatever matches a pattern of a word list.

To look for a few parts of words takes a tenth of the time of the pattern. The patterns are those of `aloud.txt`:
letters, groups, classes, repetitions and lookarounds.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!])|\(|\)|\||[?*+]\??|\{\d*,?\d*\}\??|.", re.DOTALL
)
_AHEAD_OR_BEHIND = ("(?=", "(?!", "(?<=", "(?<!")
_SIGNS = ".^$"


def parts(pattern: str) -> frozenset[str]:
    """Strings one of which is in each text that a pattern matches; empty if none are known."""
    tokens = _TOKEN.findall(pattern)
    found, end = _either(tokens, 0)
    if end != len(tokens):
        raise ValueError(f"the pattern {pattern!r} has a bracket too many")
    return frozenset(part for part in found if not any(other in part for other in found - {part}))


def _either(tokens: list[str], at: int) -> tuple[frozenset[str], int]:
    """The parts of alternatives from a token on, and where they end."""
    alternatives: list[frozenset[str]] = []
    while True:
        found, at = _sequence(tokens, at)
        alternatives.append(found)
        if at == len(tokens) or tokens[at] == ")":
            return (frozenset().union(*alternatives) if all(alternatives) else frozenset()), at
        at += 1


def _sequence(tokens: list[str], at: int) -> tuple[frozenset[str], int]:
    """The best parts among those of all that has to follow one another, and where it ends."""
    known: list[frozenset[str]] = []
    letters = ""
    while at < len(tokens) and tokens[at] not in ("|", ")"):
        token = tokens[at]
        group: frozenset[str] = frozenset()
        if token.startswith("("):
            group, at = _either(tokens, at + 1)
            if token in _AHEAD_OR_BEHIND:
                group = frozenset()
        at += 1
        repeated = tokens[at] if at < len(tokens) and _is_repetition(tokens[at]) else ""
        at += bool(repeated)
        is_letter = len(token) == 1 and token not in _SIGNS + "(" and not repeated
        if is_letter:
            letters += token
            continue
        if token in _AHEAD_OR_BEHIND or token in ("^", "$", "\\b"):
            continue
        known.append(_longest_word(letters))
        letters = ""
        if group and not _may_be_missing(repeated):
            known.append(group)
    known.append(_longest_word(letters))
    return max(known, key=_worth), at


def _longest_word(letters: str) -> frozenset[str]:
    """Only one, since more than a space may be said between words."""
    return frozenset([max(letters.split(), key=len)] if letters.strip() else ())


def _is_repetition(token: str) -> bool:
    return token[0] in "?*+" or (token[0] == "{" and len(token) > 1)


def _may_be_missing(repeated: str) -> bool:
    return repeated[:1] in ("?", "*") or repeated.startswith(("{0", "{,"))


def _worth(found: frozenset[str]) -> tuple[int, int]:
    """Parts are worth the more the longer the shortest of them is, and the fewer they are."""
    return min(map(len, found), default=0), -len(found)
