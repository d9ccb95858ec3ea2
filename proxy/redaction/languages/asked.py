"""Languages that a request asks for: "Answer in German" has to reach the recipient as it is.

To the language model a language is a nationality, and would leave as ``NRP_1``, which nobody can write in. The names of
languages that the client's own instructions ask for are therefore no findings, wherever in the request they stand: were
they replaced in what people said, the instruction would be, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from proxy.languages import patterns
from proxy.model import Finding, Passage
from proxy.redaction.languages.misread import MODEL, NAMES
from proxy.redaction.precedence import PERSON

_KINDS = NAMES - {PERSON}
"""What the language model takes languages for. People are left out: nobody's name is a language that was asked for."""


_NAME = rf"(?:{patterns('languages', 'variants')}(?:[ -]american)?[ -])?{patterns('languages', 'names')}"
_LEAD = patterns("languages", "leads")
_LISTED = rf"{_NAME}(?:(?:[ ]?[,/&][ ]?(?:and |or )?| and | or | into | to |[ ]?->[ ]?){_NAME}){{0,20}}"
_ASKED = re.compile(
    rf"\b{_LEAD}(?: is| are| to)?[ ]?[*_`\"']{{0,3}}[:=]?[*_`\"']{{0,3}}[ \t\n]{{1,2}}[\"'(*_`]{{0,3}}"
    rf"(?P<names>{_LISTED})(?!\w)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?:^|(?<=[.!?:;\n])) *(?:[-*•] )?(?P<names>{_LISTED})(?: only| please|, please)?[ ]*(?:[.!;\n]|$)", re.IGNORECASE
)
"""A sentence that is nothing but languages."""


def asked_for(instructions: Iterable[str]) -> frozenset[str]:
    """Names of languages that the texts ask for, folded; with their variants ("Brazilian Portuguese") also whole."""
    asked: set[str] = set()
    for text in instructions:
        for match in chain(_ASKED.finditer(text), _ALONE.finditer(text)):
            for name in re.finditer(_NAME, match["names"], re.IGNORECASE):
                asked |= {name[0].casefold(), *re.split(r"[ -]", name[0].casefold())}
    return frozenset(asked)


def without_asked(
    passages: Sequence[Passage], findings: Sequence[Sequence[Finding]], asked: frozenset[str]
) -> list[list[Finding]]:
    """The findings, without those that are nothing but a language that was asked for."""
    if not asked:
        return [list(found) for found in findings]
    return [
        [finding for finding in found if not _is_asked(passage.text, finding, asked)]
        for passage, found in zip(passages, findings, strict=True)
    ]


def _is_asked(text: str, finding: Finding, asked: frozenset[str]) -> bool:
    return (
        finding.kind in _KINDS
        and finding.source.startswith(MODEL)
        and text[finding.start : finding.end].casefold() in asked
    )
