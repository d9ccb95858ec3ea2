"""Turns edits of decoded strings and of numbers into edits of the JSON source that holds them.

Only the edited range of a literal is rewritten. The rest stays as it was written, including escapes. A string may
itself hold a JSON document (the arguments of a tool call). Edits of its leaves are mapped twice: from the leaf to the
inner text, and from the inner text to the source.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from proxy.json_source import JsonMember, JsonNumber, JsonString, JsonValue
from proxy.model import Edit, apply_edits

_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Leaf(NamedTuple):
    """A string (a key counts as one) or a number in a JSON text.

    `text` is that JSON text: the body's, or, if `within` is given, the decoded content of the string `within`, which is
    in the body.
    """

    value: JsonString | JsonNumber
    text: str
    within: JsonString | None = None

    @property
    def content(self) -> str:
        """The text of the leaf: the decoded string, or the number as it is written."""
        return self.value.text if isinstance(self.value, JsonString) else self.value.literal


def encode_string(text: str) -> str:
    """`text` as a JSON string with its quotes. Beyond what JSON requires, it escapes only lone surrogates."""
    literal = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", literal)


def string_edits(source: str, string: JsonString, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of ``string.text`` as edits of `source`. Raises `ValueError` for an edit beyond the string."""
    literal = source[string.start + 1 : string.end - 1]
    escapes: list[int] = []
    shifts = [0]
    if len(literal) != len(string.text):
        found = list(_ESCAPE.finditer(literal))
        shifts = list(accumulate((len(match[0]) - 1 for match in found), initial=0))
        escapes = [match.start() - shift for match, shift in zip(found, shifts, strict=False)]

    def place(offset: int) -> int:
        return string.start + 1 + offset + shifts[bisect_left(escapes, offset)]

    mapped = []
    for edit in edits:
        if not 0 <= edit.start <= edit.end <= len(string.text):
            raise ValueError("an edit lies outside of its string")
        mapped.append(Edit(place(edit.start), place(edit.end), encode_string(edit.replacement)[1:-1]))
    return mapped


def leaf_edits(leaf: Leaf, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of a leaf's content as edits of ``leaf.text``. An edited number becomes a string."""
    if not edits:
        return []
    if isinstance(leaf.value, JsonString):
        return string_edits(leaf.text, leaf.value, edits)
    edited = apply_edits(leaf.value.literal, edits)
    return [Edit(leaf.value.start, leaf.value.end, encode_string(edited))]


def source_edits(source: str, leaves: Sequence[Leaf], edits: Mapping[int, Sequence[Edit]]) -> list[Edit]:
    """Edits by leaf index as sorted edits of the body's text `source`. Raises `ValueError` for invalid ones."""
    direct: list[Edit] = []
    nested: dict[JsonString, list[Edit]] = {}
    for index, leaf_edit in edits.items():
        if not 0 <= index < len(leaves):
            raise ValueError("an edit names no slot")
        leaf = leaves[index]
        gathered = direct if leaf.within is None else nested.setdefault(leaf.within, [])
        gathered.extend(leaf_edits(leaf, leaf_edit))
    for outer, inner in nested.items():
        direct.extend(string_edits(source, outer, inner))
    return sorted(direct, key=_place)


def cut_members(members: Sequence[JsonMember], names: frozenset[str]) -> list[Edit]:
    """Edits that remove the members with these keys from an object, each with one comma."""
    return _cuts([(member.key.start, member.value.end, member.key.text in names) for member in members])


def cut_items(items: Sequence[JsonValue], numbers: Collection[int]) -> list[Edit]:
    """Edits that remove the items with these numbers (from 0) from an array, each with one comma."""
    return _cuts([(item.start, item.end, number in numbers) for number, item in enumerate(items)])


def _cuts(parts: Sequence[tuple[int, int, bool]]) -> list[Edit]:
    """Edits that remove parts of a comma-separated list. A part is its start, its end, and whether to remove it."""
    cuts = []
    kept_before = False
    for number, (start, end, out) in enumerate(parts):
        if not out:
            kept_before = True
        elif kept_before:
            cuts.append(Edit(parts[number - 1][1], end, ""))
        else:
            following = parts[number + 1][0] if number + 1 < len(parts) else end
            cuts.append(Edit(start, following, ""))
    return cuts


def insert_member(members: Sequence[JsonMember], name: str, literal: str, *, at: int) -> Edit:
    """An edit that adds a member after the last one. `at` is the offset to use in an empty object."""
    member = f"{encode_string(name)}:{literal}"
    return Edit(members[-1].value.end, members[-1].value.end, f",{member}") if members else Edit(at, at, member)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
