"""Read the target of a link up to its end, as the notation that began it defines that (see `link_notation`)."""

from __future__ import annotations

from typing import NamedTuple, Self

from proxy.redaction.link_notation import (
    BRACE,
    BRACKET,
    CALL,
    DECLARED,
    END_TAG,
    IN_MARKUP,
    LINE,
    PAREN,
    REQUEST,
    WORD,
)

_QUOTES = {CALL: "\"'`", DECLARED: "\"'"}
_PASSED = ("+", "pass:")
"""How a target of AsciiDoc begins in which white space may stand."""
_OPENS = {PAREN: "(", CALL: "(", BRACKET: "[", BRACE: "{", DECLARED: "<"}


class Target(NamedTuple):
    """One that is open. `end` is what ends it, `within` the angle bracket, escape or quotation mark open in it.

    `depth` is how many brackets of its own are open. In a request it is 1 after the first line, and 2 after the empty
    line that follows the headers.
    """

    end: str
    within: str = ""
    depth: int = 0

    @classmethod
    def begun(cls, end: str, text: str, before: str) -> Self:
        """One of which `text` was read. `before` is the character before it, which quotes the argument of a call."""
        depth = text.count(_OPENS[end]) - text.count(end[-1]) if end in _OPENS else 0
        return cls(end, before if end == CALL else "", depth)

    def after(self, char: str, tail: str, text: str) -> Self | None:
        """After one more character, which follows on `tail`; None if the target ends. `text` was read of it before."""
        if self.end == LINE:
            return None if tail.endswith("\n") and char not in " \t" and not tail.endswith("\\\n") else self
        if self.end == REQUEST:
            return self._after_in_request(char, tail)
        if self.end == WORD:
            over = char.isspace() and (char == "\n" or not text.startswith(_PASSED))
            # Behind a colon: a directive, or a macro that takes the whole line.
            return None if over else self._replace(end=LINE) if char == ":" and not text else self
        if self.end not in IN_MARKUP and self._ends_paragraph(char, tail):
            return None
        if self.end == END_TAG:
            return None if char == "/" and tail.endswith("[") else self
        return self._after_in_brackets(char, text)

    def _ends_paragraph(self, char: str, tail: str) -> bool:
        """Whether an empty line ends, past which no link runs. What stands in quotes goes on in indented lines."""
        if self.end not in ("'", '"'):
            return char == "\n" and tail.rstrip(" \t\r").endswith("\n")
        return char not in " \t\n\r" and tail.endswith("\n") and tail[:-1].rstrip(" \t\r").endswith("\n")

    def _after_in_request(self, char: str, tail: str) -> Self | None:
        """None at the end of a line that turned out not to be a request, or of the body of one."""
        line = tail[tail.rfind("\n") + 1 :]
        if char != "\n":
            return None if char == "`" and line.endswith("``") else self
        if not self.depth:
            return self._replace(depth=1) if "HTTP/" in line else None
        depth = self.depth + (not line.strip())
        return self._replace(depth=depth) if depth <= 2 else None

    def _after_in_brackets(self, char: str, text: str) -> Self | None:
        """What ends the target is not escaped and not inside anything else in it."""
        end, within = self.end, self.within
        if within == "\\":
            return self._replace(within="")
        if within:
            return self._replace(within="") if char in (">\n" if within == "<" else within) else self
        if char == "\\" or char in _QUOTES.get(end, "") or (char == "<" and end == PAREN and not text.strip()):
            return self._replace(within=char)
        if char == end[-1]:
            return self._replace(depth=self.depth - 1) if self.depth > 0 else None
        return self._replace(depth=self.depth + 1) if char == _OPENS.get(end) else self
