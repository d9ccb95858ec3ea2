"""What participants' words may be used for."""

from __future__ import annotations

import re

PURPOSES = frozenset(
    {
        "summary",
        "action_items",
        "compose",
        "qa",
        "translation",
        "transcription",
        "sentiment",
        "recording",
        "third_party_sharing",
        "model_training",
        "product_telemetry",
    }
)
"""The closed list of purposes; none implies another. Operators may add their own as ``x-…``."""

_OWN_PURPOSE = re.compile(r"x-[a-z0-9][a-z0-9_-]{0,62}")


def is_purpose(name: str) -> bool:
    """Whether `name` is a purpose: one of `PURPOSES`, or an operator's own ``x-…``."""
    return name in PURPOSES or _OWN_PURPOSE.fullmatch(name) is not None
