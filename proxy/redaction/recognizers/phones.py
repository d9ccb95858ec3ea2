"""Telephone numbers as written, in the notation of any of the listed countries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import phonenumbers
from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.redaction.recognizers.table import PHONE_DIGITS, PHONE_REGIONS

KIND = "PHONE_NUMBER"


class Phones(LocalRecognizer):
    """As Presidio's recognizer, but a number that one country accepts whole is not tried in the others.

    Numbers that begin with ``+`` are valid or not whatever the country, so they are tried once.
    """

    def __init__(self, regions: Sequence[str] = PHONE_REGIONS) -> None:
        self._regions = tuple(regions)
        super().__init__(supported_entities=[KIND], context=PhoneRecognizer.CONTEXT)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Numbers in `text`; where several readings overlap, all of them."""
        open_runs = [match.span() for match in PHONE_DIGITS.finditer(text)]
        spans: set[tuple[int, int]] = set()
        for region in self._regions:
            for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
                spans.add((match.start, match.end))
            open_runs = [(low, high) for low, high in open_runs if not any(a <= low and high <= b for a, b in spans)]
            if not open_runs:
                break
        return [RecognizerResult(KIND, start, end, PhoneRecognizer.SCORE) for start, end in sorted(spans)]
