"""Links and addresses of devices, without what only looks like them in code and prose."""

from __future__ import annotations

import re
from typing import Any

from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers import IpRecognizer, UrlRecognizer

_QUOTES = "\"'`\\"
_RELEASE = re.compile(
    r"(?:\b(?:versions?|ver\.?|releases?|builds?|revision|firmware)\s{1,2}(?:is\s)?|\bv\.?\s?)$", re.I
)
_BEFORE = 20


class Ips(IpRecognizer):
    """Addresses of devices; neither scopes in code (``b::c``) nor versions (``version 1.2.3.4``)."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's matches that are none of these."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [result for result in found if not _is_code(text, result.start, result.end)]


class Urls(UrlRecognizer):
    """Links without the quotes around them, which belong to the text."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's matches, each from after an opening quote to before a closing one."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in found:
            link = text[result.start : result.end]
            result.start += len(link) - len(link.lstrip(_QUOTES))
            result.end -= len(link) - len(link.rstrip(_QUOTES))
        return [result for result in found if result.start < result.end]


def _is_code(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    if "::" in said and not any(map(str.isdecimal, said)):
        return True
    return ":" not in said and _RELEASE.search(text[max(0, start - _BEFORE) : start]) is not None
