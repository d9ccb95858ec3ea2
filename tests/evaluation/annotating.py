"""Documents and findings out of one marked line: ``[PERSON Maya Chen]`` annotates, ``{PERSON Maya}`` finds."""

from __future__ import annotations

import re

from proxy.evaluation.annotated import AnnotatedDocument, Coarse, Entity
from proxy.model import Finding

MARK = re.compile(r"([\[{])([A-Z_]+) |[\]}]")


def marked(line: str) -> tuple[AnnotatedDocument, list[Finding]]:
    """The document without its marks, with its entities, and the findings."""
    text, at = "", 0
    opened: dict[str, list[tuple[int, str]]] = {"[": [], "{": []}
    entities: list[Entity] = []
    findings: list[Finding] = []
    for mark in MARK.finditer(line):
        text += line[at : mark.start()]
        at = mark.end()
        if mark[1]:
            opened[mark[1]].append((len(text), mark[2]))
        elif mark[0] == "]":
            start, kind = opened["["].pop()
            entities.append(Entity(start, len(text), Coarse(kind)))
        else:
            start, kind = opened["{"].pop()
            findings.append(Finding(start, len(text), kind, 0.9))
    return AnnotatedDocument("d", text + line[at:], tuple(entities)), findings
