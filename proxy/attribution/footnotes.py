"""Find words whose author a footnote names: ``… far too high. [^2]`` above ``[^2]: Ben Okoro``."""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.name_keys import MARK
from proxy.model import Span

_MARKED = re.compile(rf"[ ]?(?P<mark>{MARK})[.,;]?[ \t]*$")


def footnoted(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
    """Where words begin whose footnote names somebody other than `speaker` (an id); None if nowhere."""
    authors = read.footnotes
    if not authors:
        return None
    for line in reading.laid_out(read.text, (span,), reading.LINE_END):
        marked = _MARKED.search(read.text, line.start, line.end)
        told = marked is not None and reading.told(read.text[line.start : marked.start()]) >= reading.MANY
        if marked is not None and told and authors.get(marked["mark"], {speaker}) != {speaker}:
            return line.start
    return None
