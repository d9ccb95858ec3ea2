"""Find words whose author a footnote names: ``… far too high. [^2]`` above ``[^2]: Ben Okoro``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.attribution import reading
from proxy.model import Span

_MARK = r"(?:\[\^?\w{1,8}\]|[¹²³⁴⁵⁶⁷⁸⁹†‡]|\*{1,3}|\([0-9a-z]\))"
_LEGEND = re.compile(rf"(?:^|[\r\n])[ \t]*(?P<mark>{_MARK})[{reading.COLON}.]?[ ]*(?:#[ ]*\()?$")
"""A mark that opens the line of a name."""
_ALONE = re.compile(r"\)?[ \t]*(?:,[^\r\n]{0,40})?(?:\Z|[\r\n])")
_MARKED = re.compile(rf"[ ]?(?P<mark>{_MARK})[.,;]?[ \t]*$")
_BEFORE = 24


def footnoted(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
    """Where words begin whose footnote names somebody other than `speaker` (an id); None if nowhere."""
    authors = _authors(read)
    if not authors:
        return None
    for line in reading.laid_out(read.text, (span,), reading.LINE_END):
        marked = _MARKED.search(read.text, line.start, line.end)
        told = marked is not None and reading.told(read.text[line.start : marked.start()]) >= reading.MANY
        if marked is not None and told and authors.get(marked["mark"], {speaker}) != {speaker}:
            return line.start
    return None


def _authors(read: reading.NamedText) -> Mapping[str, frozenset[str]]:
    """Whom each mark names: its line consists of the mark and a name."""
    authors: dict[str, frozenset[str]] = {}
    for mention in read.people:
        legend = _LEGEND.search(read.text, max(0, mention.start - _BEFORE), mention.start)
        if legend is not None and _ALONE.match(read.text, mention.end):
            authors.setdefault(legend["mark"], mention.people)
    return authors
