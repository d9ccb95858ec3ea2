"""The consoles on which `rich` lays out what commands show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Column
from rich.table import Table as RichTable
from rich.text import Text

from proxy.cli.terminal import OBEYED, escaped


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
