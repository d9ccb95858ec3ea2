"""How exports write a name as a value: in a key, a tag, a cell, or glued to the sign before it.

The signs on both sides of the name are its frame: ``speaker="Ben"``, ``<who>Ben</who>``, ``;Ben;``. No sentence has
them on both sides of a name, so records show by a frame that repeats, wherever in their line the words stand. What
meeting tools and their users add to a name belongs to the value: ``speaker="Guest Ben (Fjord)"``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.attribution.bylines import DEVICE
from proxy.attribution.credits import AUTHOR
from proxy.formats.vendors import NAMING
from proxy.redaction.roster.search import Mention

_NEAR = 240
"""Characters on each side of a name that may be its frame."""
_KEYED = re.compile(r"(?P<key>[\w.-]{1,30})[\"'`]?[ ]?(?:[:=]|=>|->)[ ]?(?:\w{1,12}\()?[\[{]?(?P<quote>[\"'`])@?$")
"""A key before a quoted value: ``speaker="``, ``'by': '``, ``speaker: Some("``."""
_BARE_KEY = re.compile(r"(?P<key>[\w.-]{1,30})=@?$")
_TAG = re.compile(r"<(?P<tag>[^\s<>]{1,40})[^<>\n]{0,200}>[ ]?@?$")
_IN_TAG = re.compile(r"<(?P<tag>[^\s<>/]{1,40})[^<>\n]{0,200}>[^<>\n]{0,80}[(\[]$")
"""A bracket within a tag: ``<source>call.vtt (``."""
_HEAD = re.compile(r"[^\s]{0,200}\w(?P<sign>[:-])$")
"""One word from the beginning of a line to the name: ``call.txt-2-``, ``<|start|>user:``."""
_IN_BRACKETS = re.compile(rf"[(\[,;][ ]?(?P<key>{'|'.join(sorted(NAMING))})[:=]?[ ]$", re.IGNORECASE)
"""A key and no sign, within brackets: ``(score 0.8, speaker ``."""
_CELL = re.compile(r"(?P<sign>[;|\t])[ ]*[\"']?$|(?P<comma>,)[\"']?$|(?P<spaced>[(,][ ][\"']|\([\"'])$")
"""What separates a cell from the one before it. A comma and a space part cells only where quotation marks do."""
_CELL_ENDS = {
    ";": re.compile(r"[\"']?[ ]?(?:;|$)"),
    "|": re.compile(r"[ ]*(?:\||$)"),
    "\t": re.compile(r"[\"']?(?:\t|$)"),
    ",": re.compile(r"[\"']?(?:,|$)"),
    ", ": re.compile(r"[\"'][ ]?[,)]"),
}
_TAG_ENDS = re.compile(r"[ ]?</?[^\s<>]")
_BRACKET_ENDS = re.compile(r"[)\]][ ]?</")
_SIGN_ENDS = re.compile(r"[ ]?[^\w\s]|[ ]{0,2}$")
_LISTED = re.compile(r"[,)\]]")
_FIELD_ENDS = re.compile(r"[ ](?:[\w.-]{1,30})[:=]\S|[,;)\]}|]|[ ]?[<>]|[ ]*$")
_LED_BY = re.compile(r"(?:[\[(]?[^\W\d_][\w.]{0,11}[\])]?[ ]){1,2}$")
"""Words before a name, of its value: ``Guest``, ``[EXT]``, ``Dr.``."""
_ADDED = re.compile(
    rf"{DEVICE.pattern}|@[\w.-]{{1,40}}|[ ]?(?:\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\])|[ ][^\W\d_]\."
    r"|(?:,|[ ][/|–-])[ ][^\W\d_][\w.&-]{0,20}(?:[ ][\w.&-]{1,20})?",
    re.IGNORECASE,
)
"""What follows a name, of its value: a device, a handle, a role or a company, the initial of a surname."""


class Value(NamedTuple):
    """A name that stands as a value: its frame, and what its line holds beside it."""

    frame: str
    rest: str


def framed_value(before: str, mention: Mention, behind: str) -> Value | None:
    """A name as the value between what is before and behind it on its line; None if it is none."""
    frame = _frame(before[-_NEAR:], behind[:_NEAR])
    if frame is None:
        head = _HEAD.fullmatch(before, 0, _NEAR + 1)
        frame = head["sign"] if head is not None and mention.whole and _SIGN_ENDS.match(behind) else None
    if frame is None:
        added = _ADDED.match(behind)
        before, behind = _LED_BY.sub("", before), behind[added.end() if added is not None else 0 :]
        frame = _frame(before[-_NEAR:], behind[:_NEAR])
    return Value(frame, f"{before}\0{behind}") if frame is not None else None


def _frame(before: str, behind: str) -> str | None:
    """The frame that ends `before` and begins `behind` a value."""
    keyed = _KEYED.search(before)
    if keyed is not None:
        return f"{keyed['key']}=" if behind.startswith(keyed["quote"]) else None
    for shape, ends in ((_BARE_KEY, _SIGN_ENDS), (_IN_BRACKETS, _LISTED)):
        key = shape.search(before)
        if key is not None and ends.match(behind):
            return f"{key['key']}="
    field = AUTHOR.search(before)
    if field is not None and _FIELD_ENDS.match(behind):
        return f"{field[0].casefold()}"
    for shape, ends in ((_TAG, _TAG_ENDS), (_IN_TAG, _BRACKET_ENDS)):
        tag = shape.search(before)
        if tag is not None and ends.match(behind):
            return f"<{tag['tag']}"
    cell = _CELL.search(before)
    if cell is None:
        return None
    sign = cell["sign"] or cell["comma"] or ", "
    return sign if _CELL_ENDS[sign].match(behind) else None
