"""How far a transcript reaches that is enclosed in tags or fences: to the last mark that closes them.

Who speaks inside can type a closing mark, too, and what follows it must not turn into the client's own words.
"""

from __future__ import annotations

import re

_OPENING = re.compile(r"<([A-Za-z][\w-]{0,60})(?:\s[^<>\n]{0,200})?>")
_FENCE = re.compile(r"^[ \t]{0,3}(?:`{3,}|~{3,})[^\n`]*$", re.MULTILINE)


def enclosed_until(text: str, at: int) -> int:
    """Where the marks around ``text[at]`` close for the last time; `at` where there are none around it.

    Fences look alike where they open and close: an odd number shows that somebody typed one.
    """
    until = at
    for name in {match[1] for match in _OPENING.finditer(text, 0, at)}:
        before = text.count(f"<{name}", 0, at) - text.count(f"</{name}", 0, at)
        if before > 0:
            until = max(until, text.rfind(f"</{name}>"))
    fences = [match.start() for match in _FENCE.finditer(text)]
    if len(fences) % 2 and fences[0] < at < fences[-1]:
        until = max(until, fences[-1])
    return until
