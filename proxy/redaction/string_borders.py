"""Findings in JSON that stands in a text: none goes over the end of a string, so that what is replaced stays JSON.

Models and patterns read the signs between two strings as any other. A finding that covers them becomes several, one a
string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from proxy.model import Finding

_GOES_ON = "SECRET"
_SIGNS = r'[\s,:\[\]{}"\\]'
_LINE_END = rf"\\+[nrt](?={_SIGNS})"
_BETWEEN = re.compile(
    rf'(?:(?:[\s,:\[\]{{}}]|{_LINE_END}){{0,200}}[,:\[{{](?:\s|{_LINE_END}){{0,200}})?\\*"(?:{_LINE_END}|{_SIGNS})*'
)
"""What may stand between two strings, their quotes included; these may be escaped, and so may line ends."""
_LONGEST = 400
"""Characters between two strings that are looked at before a finding."""
_CONSTANTS = re.compile(rf"(?:\\+[nrt](?![^\W\d_])|{_SIGNS}|true|false|null)*")
_NUMBERS = re.compile(rf"(?:{_SIGNS}|true|false|null|-?[0-9][0-9.eE+-]*)*")
_KEY_ENDS = re.compile(r'\\*"\s*:')


def within_strings(text: str, finding: Finding) -> Iterator[Finding]:
    """The parts of a finding, each in a string of its own; the finding itself where it is in one.

    What a pattern takes for a secret goes on over keys and bare numbers by mistake alone: these are no parts.
    """
    for start, end in _parts(text, finding.start, finding.end):
        if _CONSTANTS.fullmatch(text, start, end):
            continue
        further = finding.kind == _GOES_ON and start > finding.start
        bare = text[start - 1] != '"' and _NUMBERS.fullmatch(text, start, end)
        if not (further and (bare or _KEY_ENDS.match(text, end))):
            yield replace(finding, start=start, end=end)


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch of a text without what stands between strings in it, or at its ends: it may begin amid of that."""
    at = start
    for border in _BETWEEN.finditer(text, max(0, start - _LONGEST)):
        if border.start() >= end:
            break
        if border.end() > at and '"' in border[0] and any(sign in border[0] for sign in ",:[]{}"):
            if border.start() > at:
                yield at, border.start()
            at = border.end()
    if at < end:
        yield at, end
