"""National numbers that Presidio lacks, as the languages' data tell them: a shape, context words, and a check.

The check is python-stdnum's, by the name of its module (``dk.cpr``). A number that fails it is not a finding.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from presidio_analyzer import Pattern, PatternRecognizer

from proxy.detection.recognizers.table import NumberShape


class CheckedNumber(PatternRecognizer):
    """A shape whose matches must pass its check, with a score that a context word may raise."""

    def __init__(self, kind: str, shape: NumberShape) -> None:
        """Raises `ImportError` if python-stdnum has no such check."""
        self._check: Any = import_module(f"stdnum.{shape.check}") if shape.check is not None else None
        self._varied = shape.varied
        super().__init__(kind, patterns=[Pattern(kind, shape.pattern, shape.score)], context=list(shape.context))

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check fails; a number that passes keeps the score of its shape."""
        return not self.check(_plain(pattern_text))

    def check(self, number: str) -> bool:
        """Whether the check digits of a number are right; the number comes without separators."""
        if self._varied and len(set(number)) == 1:
            return False
        return self._check is None or bool(self._check.is_valid(number))


def _plain(number: str) -> str:
    """Only the letters and digits of a number: letters in capitals, digits of any script as ASCII."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign.upper() for sign in number if sign.isalnum())
