r"""Decode a text as Markdown and HTML show it: character references (``&#47;``, ``&sol;``) and escapes (``\/``).

Only what may belong to an address is decoded, since nothing that is written in this way begins a tag or a link. Clients
make links of what they show, so an address may begin in the text as it is written and as it is shown.
"""

from __future__ import annotations

import html
import re
import string

_LONGEST = 34
"""Longest name of a character reference in HTML, with the ampersand and the semicolon."""
_NUMERIC = re.compile(r"&#(?:[0-9]+|[xX][0-9A-Fa-f]+)")
_GOES_ON = re.compile(r"&(?:#(?:[0-9]{0,8}|[xX][0-9A-Fa-f]{0,8})|[A-Za-z][A-Za-z0-9]*)?")
_SYNTAX = frozenset("<>\"'`()[]{}*~|$ \t\n\v\f\r")
"""What is text, and not what it would mean elsewhere, where it is written as a reference."""


def shown(pending: str, char: str) -> tuple[str, str]:
    """What a character shows behind an incomplete reference or escape, and what is incomplete then.

    What is shown may be empty, or hold what is incomplete and turned out to be no reference.
    """
    if pending == "\\":
        return (char, "") if char in string.punctuation else ("\\" + char, "")
    if not pending:
        return ("", char) if char in "&\\" else (char, "")
    if char == ";":
        return _character(pending) or pending + char, ""
    if len(pending) < _LONGEST and _GOES_ON.fullmatch(pending + char):
        return "", pending + char
    before = (_NUMERIC.fullmatch(pending) and _character(pending)) or pending
    now, begun = shown("", char)
    return before + now, begun


def _character(reference: str) -> str:
    """The character that a reference without its semicolon stands for; empty if it is none that is decoded."""
    character = html.unescape(reference + ";")
    return "" if character.endswith(";") or not _SYNTAX.isdisjoint(character) else character
