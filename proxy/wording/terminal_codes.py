r"""Find the codes with which terminals and chats style a text: colours, bold. They stand for no letter.

Logs and copied windows hold them as they were sent (ECMA-48 §8.3.117, ``ESC [ 1 m``), as programs write them out
(``\033[1m``, ``\x1b[1m``, ``\u001b[1m``, ``^[[1m``), or without their first character (``[1;32m``). IRC has codes of
its own (``\x03`` and the numbers of colours). A reader sees none of them, so a name with codes in it is the name.
"""

from __future__ import annotations

import re

_SENT = (
    r"[\x1b\x9b\u241b]\[?[0-9;:]{0,24}m|\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?"
    r"|[\x02\x0f\x11\x16\x1d-\x1f]"
)
_WRITTEN = (
    r"(?:\\(?:033|e|x1b|x1B|u001b|u001B)|\^\[)\[[0-9;:]{0,24}m|\\(?:x03|u0003)(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?"
    r"|\[0?m|\[[0-9]{1,3}(?:;[0-9]{1,3}){0,5}m(?=[^\s0-9\]])"
)
_PARAMETERS = re.compile(r"\[[0-9;:]{0,24}m")
"""What all codes in plain letters have in common but those of IRC; begun by one sign, it is searched fast."""
STYLING = re.compile(f"{_SENT}|{_WRITTEN}")
"""A code that only styles what follows."""
_BEGINS_SENT = re.compile(r"[\x02-\x04\x0f\x11\x16\x1b\x1d-\x1f\x9b\u241b]")
"""What a code begins with, as it is sent."""


def may_hold_codes(text: str) -> bool:
    """Whether a text may have codes, as they are sent or in plain letters and signs."""
    return may_write_codes(text) or _BEGINS_SENT.search(text) is not None


def may_write_codes(text: str) -> bool:
    """Whether a text may have codes in plain letters and signs."""
    return "\\x03" in text or "\\u0003" in text or _PARAMETERS.search(text) is not None
