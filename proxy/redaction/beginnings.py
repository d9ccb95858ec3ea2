"""Find the characters of a text at which an address or a target may begin: all else is passed over at once."""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick

from proxy.redaction.link_notation import COMMANDS, IGNORED, TRIGGERS

BEFORE = max(map(len, COMMANDS))
"""How many characters before a text can belong to what it completes."""

_BESIDE = (
    r"(?<=[/\\<?#&{@!／])|(?<=\A.)|(?<=[wW][.。．｡])|(?<=[\]A-Za-z]\()|(?<=[:A-Za-z]:)"
    r"|(?<=\]:)|(?<=[A-Za-z \t]=)|(?<=\S\])|(?<=[a-z]\})"
)
"""Matches behind a sign that is one by itself, or by the character before it."""
_SIGN = re.compile(rf"[{TRIGGERS}](?:{_BESIDE})", re.DOTALL)
"""A sign at which a context may begin."""
_SIGN_IN_JSON = re.compile(
    rf"\"|[{TRIGGERS}](?:{_BESIDE}|(?<={IGNORED.pattern}.)|(?<=\\.{{2}})|(?<=\\u[0-9A-Fa-f]{{4}}.))", re.DOTALL
)
"""The same in JSON, where an escape may stand for the character before it, and a quotation mark ends a string."""
_ANY_SIGN = re.compile(rf"[{TRIGGERS}\"]")
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of a surrogate pair, which an escape of JSON may leave alone, and which the search for commands rejects."""
_COMMANDS = AhoCorasick(COMMANDS)
_COMMAND_ENDS = re.compile("|".join(f"[{name[-1]}{name[-1].upper()}](?<=(?i:{name}))" for name in COMMANDS))
"""Where a command that sends what follows it may be complete, in upper or lower case."""


def beginnings(before: str, text: str, *, json: bool = False, any_sign: bool = False) -> list[int]:
    """The offsets in `text`, in order: of signs, and of where a command that sends may be complete.

    `before` is the end of what precedes it, decoded. `json`: `text` is JSON, and begins outside of escapes. `any_sign`:
    what stands beside a sign decides nothing, as where an argument may begin with an address.
    """
    whole, begins = before + text, len(before)
    # As regular expressions compare without case; only one letter changes its length in lower case.
    lower = whole.lower().replace("ſ", "s").replace("ı", "i") if "İ" not in whole else ""
    lower = lower if lower.isascii() else _HALVES.sub("?", lower)
    if lower or not whole:
        ends = {
            end - 1 - begins for _, _, end in _COMMANDS.find_matches_as_indexes(lower, overlapping=True) if end > begins
        }
    else:
        ends = {end.start() - begins for end in _COMMAND_ENDS.finditer(whole, begins)}
    sign = _ANY_SIGN if any_sign else _SIGN_IN_JSON if json else _SIGN
    return sorted(ends.union(found.start() - begins for found in sign.finditer(whole, begins)))
