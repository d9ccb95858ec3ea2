"""Tell how long the content of style sheets, scripts and forms goes on: elements whose whole content may be sent.

Elements may stand in one another, and an end tag in the text of another is none; so the content goes on until all have
ended. A backtick, a fence or an indented line may make code of an end tag; behind one, none is sure to be one. Only
code that surely closed takes with it what it mentioned.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from proxy.redaction.code_marks import CodeMarks

_INDENTED = re.compile(r"(?:\A|\n)[ \t]*(?: {4}|\t)[ \t]*</\w+\Z")


class Elements(NamedTuple):
    """The elements that are open, by name. `in_code`: they were opened in what may turn out to be code."""

    names: frozenset[str] = frozenset()
    in_code: bool = False
    unsure: bool = False
    after_gap: bool = False

    def with_opened(self, names: frozenset[str], code: CodeMarks) -> Self:
        """The elements after these were opened as well."""
        if not names:
            return self
        if self.names:
            return self._replace(names=self.names | names)
        return type(self)(names, code.inside)

    def after(self, char: str, tail: str, code: CodeMarks) -> Self:
        """The elements after one more character, which follows on `tail`."""
        if not self.names:
            return self
        if self.in_code and not code.inside:
            return type(self)() if code.sure else self._replace(in_code=False)
        gap = self.after_gap or (char == "\n" and tail.rstrip(" \t\r").endswith("\n"))
        unsure = self.unsure or (not self.in_code and (char == "`" or (char == "~" and tail.endswith("~~"))))
        read = self._replace(after_gap=gap, unsure=unsure) if (gap, unsure) != (self.after_gap, self.unsure) else self
        if not (char.isspace() or char in "/>") or read.unsure:
            return read
        ended = next((name for name in read.names if tail.lower().endswith(f"</{name}")), None)
        if ended is None or tail[: -len(ended) - 2].endswith("\\") or (gap and _INDENTED.search(tail)):
            return read
        return read._replace(names=read.names - {ended})
