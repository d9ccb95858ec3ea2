"""Read what may be a tag, as browsers read one: its name, its attributes, and their values by the quotes around them.

Whether ``<a`` begins a tag depends on what stands around it: it does not in a comment, in code, in the value of an
attribute. A reader who takes that for a tag has the quotes of all that follows the wrong way round. `Tags` therefore
reads a tag from every ``<`` on, also within another. A value that is open in one of these readings is open.
"""

from __future__ import annotations

from typing import NamedTuple

VALUE = "value"

WHOLE_ELEMENTS = frozenset(("style", "script", "form", "textarea", "select"))
"""Elements whose whole content may be sent."""

_NAME, _ATTRIBUTES, _BEFORE, _BARE = "name", "attributes", "before", "bare"
_QUOTES = "\"'"
_OF_VALUES = (*_QUOTES, _BARE)
_GAPS = " \t\n\f\r"
"""White space between attributes. Any other is part of a value without quotes."""
_LONGEST_NAME = 9
"""One more than the longest name of these elements."""
_LINK = "//"
"""Stands for the name of what may be an address in angles. Without quotes it has no values."""


class Tag(NamedTuple):
    """One reading. `part`: what is open, or the quotation mark of the open value. `name`: the tag's, if it matters."""

    part: str
    name: str

    def after(self, char: str) -> Tag | None:
        """The reading after one more character; None if the tag ends."""
        if self.part in _QUOTES:
            return Tag(_ATTRIBUTES, self.name) if char == self.part else self
        return None if char == ">" else self._unquoted(char)

    def _unquoted(self, char: str) -> Tag:
        part, name = self
        gap = char in _GAPS
        if part == _NAME and (gap or char == "/"):
            return Tag(_ATTRIBUTES, name if name.lower() in WHOLE_ELEMENTS else "")
        if part == _NAME:
            return Tag(_NAME, (name and name + char)[:_LONGEST_NAME] if char != "<" else "")
        if part == _ATTRIBUTES:
            return Tag(_BEFORE, name) if char == "=" else self
        if part == _BEFORE:
            return self if gap else self._value(char)
        return Tag(_ATTRIBUTES, name) if gap else self

    def _value(self, char: str) -> Tag:
        if char in _QUOTES:
            return Tag(char, self.name)
        return Tag(_ATTRIBUTES if self.name == _LINK else _BARE, self.name)


class Tags:
    """All readings of the tags that are open. `values` are the kinds of values that are open, by their quotation marks.

    A value that begins where another with the same mark ends has another kind. Immutable.
    """

    __slots__ = ("_older", "_open", "values")

    def __init__(
        self, tags: frozenset[Tag] = frozenset(), older: frozenset[Tag] = frozenset(), values: tuple[str, ...] = ()
    ) -> None:
        self._open, self._older, self.values = tags, older, values

    def __bool__(self) -> bool:
        return bool(self._open)

    def after(self, char: str, begins: bool) -> tuple[Tags, frozenset[str]]:
        """The readings after one more character, and the elements that this opens. `begins`: a tag begins with it."""
        opened = frozenset(tag.name.lower() for tag in self._open if char == ">" and tag.part not in _QUOTES)
        older = self._open if begins else self._older
        left, older = _all_after(self._open, char), _all_after(older, char)
        if begins:
            left |= {Tag(_NAME, char)}
        ended = {tag.part for tag in self._open if (after := tag.after(char)) is None or after.part != tag.part}
        parts = sorted({tag.part for tag in left}.intersection(_OF_VALUES))
        values = tuple(_kind(part, self.values, part in ended) for part in parts)
        return Tags(left, older, values), opened & WHOLE_ELEMENTS

    def of_link(self) -> Tags:
        """The readings where what the last ``<`` began is likely an address in angles."""
        return Tags(self._older | {Tag(_ATTRIBUTES, _LINK)}, self._older, _kinds_of(self._older, self.values))

    def of_no_element(self) -> Tags:
        """The readings where no tag that is open begins an element."""
        plain = frozenset(tag if tag.name == _LINK else Tag(tag.part, "") for tag in self._open)
        return Tags(plain, self._older, self.values)


def _all_after(tags: frozenset[Tag], char: str) -> frozenset[Tag]:
    return frozenset(after for tag in tags if (after := tag.after(char)) is not None)


def _kind(part: str, before: tuple[str, ...], ended: bool) -> str:
    """The kind of a value with this mark; another than before if one with the same mark just `ended`."""
    kind = next((kind for kind in before if kind.rstrip("+") == VALUE + part), VALUE + part)
    return kind if kind not in before or not ended else VALUE + part + ("" if kind.endswith("+") else "+")


def _kinds_of(tags: frozenset[Tag], values: tuple[str, ...]) -> tuple[str, ...]:
    parts = {tag.part for tag in tags}
    return tuple(kind for kind in values if kind.rstrip("+").removeprefix(VALUE) in parts)
