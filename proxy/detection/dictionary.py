"""The operator's words: those that are always findings, and those that never are, up to a hundred thousand of each.

One pass over the folded text searches for all of them, at a cost that does not grow with their number. It ignores case,
the kind of white space and diacritics, and finds whole words, also with possessives and plurals. Entries that are also
plain words (`case: exact`) are searched for in a second pass that keeps capitals.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from proxy.errors import OwnFault
from proxy.model import Finding, Span
from proxy.settings import Detection
from proxy.wording.folded import FoldedText, fold, fold_cased, fold_name
from proxy.wording.phrases import PhraseMatch, Phrases
from proxy.wording.plain_words import is_plain
from proxy.wording.spellings import trim

DENY_SOURCE = "deny"
DICTIONARY_SOURCE = "dictionary"
NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})
"""Kinds for which one name may have been found in pieces."""

_JOINTS = " \t\u00a0-.'’"
_JOINT_REACH = 3


class Entry(NamedTuple):
    """What a word of the operator is."""

    kind: str
    source: str


class WordLists:
    """The words of deny lists, dictionaries and allow lists, compiled once."""

    def __init__(self, detection: Detection):
        """Raises `OwnFault`: dictionary_not_read, dictionary_too_large."""
        self._entries: dict[bool, dict[str, tuple[Entry, ...]]] = {False: {}, True: {}}
        for deny in detection.deny:
            self._enter(deny.words, Entry(deny.kind, DENY_SOURCE), exact=deny.case == "exact")
        for file in detection.dictionaries:
            self._enter(_read(file.words), Entry(file.kind, DICTIONARY_SOURCE), exact=file.case == "exact")
        allowed = [*detection.allow, *(word for file in detection.allow_files for word in _read(file.words))]
        try:
            self._any, self._exact = (Phrases(self._entries[exact]) for exact in (False, True))
            self._allowed = Phrases(filter(None, map(fold_name, allowed)))
        except ValueError:
            raise OwnFault("dictionary_too_large", "dictionaries hold over a million different words") from None
        self._allows = bool(allowed)

    def _enter(self, words: Iterable[str], entry: Entry, *, exact: bool) -> None:
        entries = self._entries[exact]
        alone = (entry,)
        for word in words:
            key = fold_cased(word).strip() if exact else fold_name(word)
            known = entries.get(key, ())
            if key and entry not in known:
                entries[key] = (*known, entry) if known else alone

    def denied(self, text: str) -> list[Finding]:
        """What is always a finding."""
        if not any(self._entries.values()):
            return []
        folded = fold(text)
        found = self._findings(folded, self._any.find_forms(folded.text), self._entries[False])
        if self._entries[True]:
            cased = fold_cased(text, folded)
            found |= self._findings(folded, self._exact.find_forms(cased), self._entries[True])
        return sorted(found, key=lambda f: (f.start, f.end, f.kind))

    @staticmethod
    def _findings(
        folded: FoldedText, matches: Iterable[PhraseMatch], entries: Mapping[str, tuple[Entry, ...]]
    ) -> set[Finding]:
        return {
            Finding(*folded.span(match.start, match.end), entry.kind, 1.0, entry.source)
            for match in matches
            if match.whole
            for entry in entries[match.phrase]
        }

    def permitted(self, text: str, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that do not lie inside an allowed string.

        An allowed string that is part of something longer permits nothing: "Anna" permits neither the "Anna" of "Anna
        Meyer" nor that of an address, whether they were found whole or in pieces.
        """
        if not self._allows or not findings:
            return list(findings)
        folded = fold(text)
        allowed = [folded.span(found.start, found.end) for found in self._allowed.find(folded.text) if found.whole]
        inside = [_around(allowed, *trim(text, f.start, f.end)) for f in findings]
        outside = [finding for finding, span in zip(findings, inside, strict=True) if span is None]
        held = set(_held(text, allowed, outside))
        return [
            finding
            for finding, span in zip(findings, inside, strict=True)
            if span is None or span in held or (finding.kind == "PERSON" and _goes_on(text, span))
        ]


def _read(words: tuple[str, ...] | None) -> tuple[str, ...]:
    if words is None:
        raise OwnFault("dictionary_not_read", "the file of a dictionary was not read; this is a defect of the proxy")
    return words


def _around(spans: Sequence[Span], start: int, end: int) -> Span | None:
    """The span around ``start..end`` among disjoint, sorted spans; None if there is none."""
    index = bisect_right(spans, start, key=lambda span: span.start) - 1
    return spans[index] if index >= 0 and end <= spans[index].end else None


def _held(text: str, spans: Sequence[Span], outside: Sequence[Finding]) -> Iterator[Span]:
    """The spans that findings reach into, or that are adjacent to the rest of a name."""
    ordered = sorted(outside, key=lambda f: f.start)
    reach: list[int] = []
    for finding in ordered:
        reach.append(max(finding.end, reach[-1] if reach else 0))
    starts = {finding.start for finding in outside if finding.kind in NAMES}
    ends = {finding.end for finding in outside if finding.kind in NAMES}
    for span in spans:
        before = bisect_right(ordered, span.end - 1, key=lambda f: f.start)
        if (
            (before and reach[before - 1] > span.start)
            or _past(text, span.end, 1) in starts
            or _past(text, span.start, -1) in ends
        ):
            yield span


def _past(text: str, at: int, step: int) -> int:
    """The position beyond the characters that join parts of a name, going right or left from `at`."""
    for _ in range(_JOINT_REACH):
        char = text[at : at + 1] if step > 0 else text[max(at - 1, 0) : at]
        if not char or char not in _JOINTS:
            break
        at += step
    return at


def _goes_on(text: str, span: Span) -> bool:
    """Whether a further word with a capital is adjacent, like the rest of a name that nobody found."""
    after = text[span.end : span.end + 40].split(" ", 2)
    before = text[max(0, span.start - 40) : span.start].rsplit(" ", 2)
    beside = [
        after[1] if len(after) > 1 and not after[0] else "",
        before[-2] if len(before) > 1 and not before[-1] else "",
    ]
    return any(word[:1].isupper() and not is_plain(word) for word in beside)
