"""Whether a paragraph without a label goes on from the words above it: people pause, and tools break lines.

What stands below a line that is not finished is the rest of it. A line is not finished where it ends in a comma, a
colon or a word that needs another, where what is below begins in lower case or as a list, and where all others end in a
full stop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.attribution.dialogues import is_label
from proxy.languages import words
from proxy.model import Span
from proxy.redaction.wording.plain_words import is_imperative

_PARAGRAPH = re.compile(r"\S.*?(?=\n[ \t\r]*\n|\s*\Z)", re.DOTALL)
_ENDED = re.compile(r"[.!?。！？؟।॥][\s\"'”’»)\]*_]*\Z")
_OPEN = re.compile(r"[,;:–—،、…-][\s\"'”’»)\]*_]*\Z|\.\.\.\s*\Z")
_LISTED = re.compile(r"(?:[-*•+–]|[0-9]{1,3}[.)]|[a-z][.)])[ \t]")
_MARKED = re.compile(r"[<`~#=|{\[]|-{3}")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_LINKING = words("speech", "linking")
"""Words that do not end what somebody says."""
_FEWEST = 2


def goes_on_until(text: str, span: Span, above: str, others: Sequence[str], *, unclaimed: bool) -> int:
    """How far a stretch of the text goes on from the words `above` it; its start where it does not.

    `unclaimed` says that these are nobody's on the roster, so that a label alone is one. `others` are the words of
    other lines: where all of them end in a full stop, one without is not finished.
    """
    until = span.start
    stopped = len(others) >= _FEWEST and all(map(_ENDED.search, others))
    for paragraph in _PARAGRAPH.finditer(text, *span):
        if text[until : paragraph.start()].strip() or not (
            _goes_on(above, paragraph[0], stopped=stopped) or (unclaimed and is_label(_last(above)))
        ):
            break
        above, until = paragraph[0], paragraph.end()
    return until


def _last(words: str) -> str:
    """The last line of words."""
    return (words.rstrip().splitlines() or [""])[-1]


def _goes_on(above: str, paragraph: str, *, stopped: bool) -> bool:
    """Whether a paragraph is the rest of the one above it. `stopped`: others end in a full stop."""
    if _MARKED.match(paragraph) or not above.strip():
        return False
    last = _last(above)
    words = _WORD.findall(last)
    if _OPEN.search(last) or (words and words[-1].casefold() in _LINKING and not _ENDED.search(last)):
        return True
    if _LISTED.match(last) and _LISTED.match(paragraph):
        return True
    first = _WORD.search(paragraph)
    if _ENDED.search(last) or first is None or is_imperative(first[0].casefold()):
        return False
    return stopped or paragraph[:1].islower() or _LISTED.match(paragraph) is not None
