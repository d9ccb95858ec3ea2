r"""Tell whether a place in Markdown is code for sure: in a span of backticks that closes, or in a fence.

Markdown decides late and by much that stands around: escapes, raw HTML, tables, lists, formulas. `CodeMarks` reads a
text once and is sure only while nothing of this has stood outside code. From then on nothing counts as code.
"""

from __future__ import annotations

import re
from typing import Self

_PARTS = re.compile(r"[`\n<$~\\|]|[^`\n<$~\\|]+")
_SIGNS = re.compile(r"[`\n<$~\\|]")
_INDENT = "   "
"""The longest indentation of a fence."""


class CodeMarks:
    """Reads one text. `inside`: the last character read is in code, if that closes. `sure`: no doubt has come up."""

    def __init__(self) -> None:
        self.sure = True
        self._open = 0  # how many backticks opened the code that is open
        self._fence = False
        self._run = 0  # how many backticks in a row were read last
        self._run_begins_line = False
        self._line: str | None = ""  # the current line, if it is nothing but indentation
        self._tail = ""
        self._on_fence_line = False

    @property
    def inside(self) -> bool:
        """Whether the last character read is in code, if that closes."""
        return self.sure and self._open > 0

    def copy(self) -> Self:
        """A reader that continues from here independently."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def feed(self, text: str) -> None:
        """Read the next part of the text."""
        if not self.sure:
            return
        apart = self._line is None and not (self._run or self._on_fence_line) and not self._tail.endswith(("<", "~~"))
        if apart and not _SIGNS.search(text):
            self._tail = (self._tail + text[-3:])[-3:]  # text within a line, which says nothing
            return
        for part in _PARTS.findall(text):
            if part == "`":
                self._read_tick()
            else:
                if self._run:
                    self._end_run()
                self._read_other(part)
            self._tail = (self._tail + part)[-3:]

    def _read_tick(self) -> None:
        if not self._run:
            self._run_begins_line = self._line is not None
            if (self._tail.endswith("\\") and not self._open) or self._on_fence_line:
                self.sure = False
        self._run += 1
        self._line = None

    def _end_run(self) -> None:
        fence = self._run >= 3 and self._run_begins_line
        if not self._open:
            self._open, self._fence, self._on_fence_line = self._run, fence, fence
        elif not self._fence and self._run == self._open:
            self._open = 0
        elif self._fence and fence and self._run >= self._open:
            self._open, self._fence, self._on_fence_line = 0, False, True
        elif not self._fence:
            self.sure = False
        self._run = 0

    def _read_other(self, part: str) -> None:
        if part == "\n":
            self._line, self._on_fence_line = "", False
            self.sure = self.sure and (self._fence or not self._open)
            return
        if self._on_fence_line and not self._open and part.strip():
            self.sure = False  # a fence is closed by a line that holds nothing else
        if self._line is not None:
            self._line = self._line + part if _INDENT.startswith(self._line + part) else None
        if self._open:
            self.sure = self.sure and (self._fence or part != "|")
        else:
            begins_tag = self._tail.endswith("<") and (part[0].isalpha() or part[0] in "/!?")
            crosses = part == "~" and self._tail.endswith("~~")
            self.sure = self.sure and not (part == "$" or crosses or begins_tag)
