"""Shows what is on file without obeying it: controls and marks of direction are written as escapes.

Commands print through standard output and standard error, which `shown_safely` wraps. What `rich` lays out has colours,
which are controls: a `SafeConsole` escapes the text before it is coloured.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Column
from rich.table import Table as RichTable
from rich.text import Text

OBEYED = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")
"""All but tabs and ends of lines."""


def escaped(text: str) -> str:
    r"""The text with ``\u001b`` and the like for what is obeyed and not shown; in JSON it means the same."""
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Escaping:
    """A stream that writes text escaped. `rich` writes to the stream beneath, as it is."""

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write the text escaped."""
        self.rich_proxied_file.write(escaped(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write these lines escaped."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """All else is that of the stream beneath."""
        return getattr(self.rich_proxied_file, name)


@contextlib.contextmanager
def shown_safely() -> Iterator[None]:
    """Within this context, what is printed is escaped."""
    if isinstance(sys.stdout, _Escaping):
        yield
        return
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, _Escaping(stream)) for stream in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def verbatim() -> IO[str]:
    """Standard output for a text that is a command's result: as it is into a file or a pipe, escaped on a terminal."""
    return sys.stdout if sys.stdout.isatty() else getattr(sys.stdout, "rich_proxied_file", sys.stdout)


class SafeConsole(Console):
    """A console that escapes texts before it measures, lays out and colours them.

    A `Text` in a cell of a table is measured by itself: give it what is `escaped` already.
    """

    def render_str(self, text: str, **how: Any) -> Text:
        """As in `Console`, escaped."""
        return super().render_str(escaped(text), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As in `Console`; the parts that come from texts are escaped, the console's own controls are not."""
        shown = _escaped_text(renderable) if isinstance(renderable, Text) else renderable
        for text, style, control in super().render(shown, options):
            yield Segment(text if control else escaped(text), style, control)


class Table(RichTable):
    """A table that cuts nothing: what is too long for its column, such as an id, goes on in the next line."""

    def __init__(self, *columns: str, **how: Any) -> None:
        super().__init__(*(Column(column, overflow="fold") for column in columns), **how)


def _escaped_text(text: Text) -> Text:
    """The same text in the same styles, escaped."""
    parts, at = [], 0
    for found in OBEYED.finditer(text.plain):
        parts += [text[at : found.start()], Text(escaped(found[0]))]
        at = found.end()
    return text if not parts else text.blank_copy().join([*parts, text[at:]])
