"""Find words whose author a footnote or a key names: ``… far too high. [^2]`` above ``[^2]: Ben Okoro``, ``… (S2)``."""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.asking import asks, asks_about_text
from proxy.attribution.name_keys import KEY_BEHIND, MARK, bare_sign
from proxy.model import Span

_MARKED = re.compile(rf"[ ]?(?:(?P<mark>{MARK})|(?<=[ ])(?P<key>{KEY_BEHIND}))[.,;]?[ \t]*$")


def footnoted(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
    """Where words begin whose footnote names somebody other than `speaker` (an id); None if nowhere."""
    authors = read.footnotes
    if not authors:
        return None
    for line in reading.laid_out(read.text, (span,), reading.LINE_END):
        marked = _MARKED.search(read.text, line.start, line.end)
        if marked is None:
            continue
        words = read.text[line.start : marked.start()]
        told = reading.told(words) >= reading.MANY
        mark = marked["mark"] or marked["key"]
        # Tasks bear the initials or the number of whom they are for.
        task = (marked["mark"] is None or mark.startswith("(")) and asks(words) and asks_about_text(words)
        if told and not task and authors.get(bare_sign(mark), {speaker}) != {speaker}:
            return line.start
    return None
