"""Spoken forms: what people say letter by letter and digit by digit, read as if it were written.

``tables`` hold a language's words, ``words`` cut the text and leave out interjections, ``addresses``, ``dates``,
``runs`` and ``numbers`` find what was said, ``dictation`` ties its pieces, ``view`` writes it, ``reading`` has the
ordinary recognizers read that, and ``reader`` puts them together.
"""

from __future__ import annotations

from functools import cache

from proxy.redaction.spoken.addresses import Addresses
from proxy.redaction.spoken.reader import EMAIL_SOURCE, NUMBER_SOURCE, Heard, Spoken
from proxy.redaction.spoken.tables import load
from proxy.redaction.spoken.view import View

__all__ = ["EMAIL_SOURCE", "NUMBER_SOURCE", "Heard", "Spoken", "View", "written"]


def written(said: str) -> str:
    """A number or address as said, written without spaces: "double oh seven" is ``007``, "at" is ``@``."""
    return "".join(characters for characters, _ in _english().spell_out(said, 0, len(said)))


@cache
def _english() -> Addresses:
    return Addresses(load("en"))
