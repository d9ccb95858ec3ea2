"""Lines of text that people are shown: names, titles, sentences. Nothing in them is obeyed by a terminal or a page."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_NOT_SHOWN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""What a terminal or a page obeys instead of showing it: controls (ISO 6429, also of C1), the ends of lines and
paragraphs, and the marks that turn the direction of the text after them. Joiners (U+200C, U+200D) belong to names."""
LINE = rf"[^{_NOT_SHOWN}]*[^{_NOT_SHOWN}\s][^{_NOT_SHOWN}]*"
LONGEST_LINE = 200
LONGEST_SENTENCE = 1000

_UNSHOWN = re.compile(rf"[{_NOT_SHOWN}\s]+")
_WHOLE = re.compile(LINE)


def is_line(written: str, longest: int = LONGEST_LINE) -> bool:
    """Whether text is one line of 1 to `longest` characters that is shown as it is written."""
    return len(written) <= longest and _WHOLE.fullmatch(written) is not None


def one_line(written: str, longest: int = LONGEST_LINE) -> str | None:
    """What an outside source writes, as one line: cut, and a space for what is not shown. None if that is empty."""
    return _UNSHOWN.sub(" ", written[: 10 * longest]).strip()[:longest].strip() or None


def _line(written: str) -> str:
    if not is_line(written, LONGEST_SENTENCE):
        raise ValueError("write one line without control characters and marks of direction")
    return written


Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(_line)]
Sentence = Annotated[str, Field(max_length=LONGEST_SENTENCE), AfterValidator(_line)]
