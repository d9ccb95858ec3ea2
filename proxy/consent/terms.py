"""The terms of recipients, as text with a version and a digest: what people were shown when they were asked.

Two versions are compared sentence by sentence, so that a person who is asked again sees what changed and not forty
pages. Section numbers do not count: renumbered sentences are equal.

Legal text is split into sentences, each with its place in the text. Terms come as web pages saved as text, as e-mails
and as wrapped files: a sentence may run over several lines, a section begins with a number, and list items share the
words that introduce the list. An item keeps those words as its `lead`, because it says nothing without them ("we will
not: (a) sell it; (b) train on it").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState
from proxy.model import Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, on one line. `span` is its place in the source text, without the lead and surrounding space.

    `section` is the number of its section as written (``10.4``), or empty. `paragraph` counts from 0. `lead` introduces
    the list of which this sentence is an item.
    """

    text: str
    span: Span
    paragraph: int
    section: str = ""
    lead: str = ""

    @property
    def read_with_lead(self) -> str:
        """The sentence with the words that introduce it."""
        return f"{self.lead} {self.text}" if self.lead else self.text


_NUMBER = re.compile(r"(?:§\s*|section\s+|article\s+)?(\d{1,3}(?:\.\d{1,3})+\.?|\d{1,3}\.)(?=\s|$)", re.IGNORECASE)
_ITEM = re.compile(r"(?:\((?:[a-z]{1,4}|\d{1,2})\)|[a-z]\)|[-*•–·▪◦])\s+")
_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9]|\s*$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|corp|co|llc|no|nos|sec|art|para|cl|vs|mr|mrs|ms|dr|st|approx|incl|cf|u\.s|u\.k)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_WRAPPED = 160
"""A longer line is a paragraph of its own; nobody wraps that wide."""
_HEADING_WORDS = 10


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return all sentences of a text, in order."""
    found: list[Sentence] = []
    section, lead = "", ""
    for paragraph, block in enumerate(_blocks(text)):
        start = block.start
        number = _NUMBER.match(text, block.start, block.end)
        item = _ITEM.match(text, block.start, block.end)
        if number is not None:
            section, start = number[1].rstrip("."), number.end()
        elif item is not None:
            start = item.end()
        if item is None:
            lead = ""
        for span in _cut(text, Span(start, block.end)):
            line = " ".join(text[span.start : span.end].split())
            if line:
                found.append(Sentence(line, span, paragraph, section, lead))
        if found and found[-1].paragraph == paragraph and found[-1].text.endswith(":"):
            lead = found[-1].text
    return tuple(found)


def _blocks(text: str) -> Iterator[Span]:
    """Yield paragraphs, headings and list items."""
    begun: int | None = None
    end = 0
    for match in re.finditer(r"[^\n]*\n?", text):
        raw = match[0]
        line = raw.strip()
        start = match.start() + len(raw) - len(raw.lstrip())
        if begun is not None and (
            not line or _NUMBER.match(line) or _ITEM.match(line) or _closed(text, begun, end, line)
        ):
            yield Span(begun, end)
            begun = None
        if line:
            begun = start if begun is None else begun
            end = start + len(line)
    if begun is not None:
        yield Span(begun, end)


def _closed(text: str, begun: int, end: int, following: str) -> bool:
    """Whether a paragraph ends with the line before `following`, because that line is long or a heading."""
    last = text[begun:end].rpartition("\n")[2].strip()
    if len(last) > _WRAPPED:
        return True
    words = last.split()
    heading = "\n" not in text[begun:end] and len(words) <= _HEADING_WORDS and last[-1] not in ".,;:"
    capitals = sum(word[0].isupper() or word[0].isdigit() or len(word) <= 3 for word in words)
    return heading and capitals == len(words) and following[0].isupper()


def _cut(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for end in _END.finditer(text, block.start, block.end):
        upto = end.start() + 1
        if _ABBREVIATED.search(text, max(start, upto - 12), upto) and end.end() < block.end:
            continue
        yield _stripped(text, Span(start, end.end()))
        start = end.end()
    if text[start : block.end].strip():
        yield _stripped(text, Span(start, block.end))


def _stripped(text: str, span: Span) -> Span:
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, start + len(piece.strip()))


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version of a recipient's terms.

    `digest` is that of `text`, as it was added. `accepted_at` and `accepted_by` say when somebody of the organization
    first accepted it, and who; None: nobody did.
    """

    recipient: str
    version: str
    digest: str
    text: str
    added_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None


class ChangeKind(StrEnum):
    """How a sentence changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that only one version has, or that differs between the two."""

    kind: ChangeKind
    before: Sentence | None = None
    after: Sentence | None = None


SIMILAR = 0.5
"""Two sentences that share at least this much of their words (Dice's coefficient) are one changed sentence."""
_PAIRS = 20_000


def digest_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as ``sha256:…``; every line end counts as one character."""
    return "sha256:" + hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()


def diff(before: str, after: str) -> tuple[Change, ...]:
    """Return what changed between two texts, in the order of the newer one; line breaks and numbers do not count."""
    old, new = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, [each.text for each in old], [each.text for each in new], autojunk=False)
    changes: list[Change] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            changes += _paired(old[i1:i2], new[j1:j2])
    return tuple(changes)


def _paired(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Change]:
    """Pair each new sentence of a stretch with the unpaired old one that is most like it."""
    left = list(old) if len(old) * len(new) <= _PAIRS else []
    unpaired = [] if left or not old else list(old)
    for sentence in new:
        likeness, match = max(((_likeness(each, sentence), -i) for i, each in enumerate(left)), default=(0.0, 0))
        if likeness >= SIMILAR:
            yield Change(ChangeKind.CHANGED, left.pop(-match), sentence)
        else:
            yield Change(ChangeKind.ADDED, after=sentence)
    yield from (Change(ChangeKind.REMOVED, before=each) for each in (*left, *unpaired))


def _likeness(one: Sentence, other: Sentence) -> float:
    words, others = set(one.text.lower().split()), set(other.text.lower().split())
    return 2 * len(words & others) / (len(words) + len(others)) if words or others else 0.0


def stale(
    records: Iterable[ConsentRecord], recipient: str, version: str, reconsents: Callable[[str], bool]
) -> list[ConsentRecord]:
    """Return the grants that do not count because the recipient's terms are now `version`.

    For each person, scope, purpose and recipient (this recipient or any) only the newest record counts. `reconsents`
    says whether a change of terms ends older grants of a purpose.
    """
    newest: dict[tuple[str, str, str, str, str], ConsentRecord] = {}
    for record in records:
        if record.recipient in (recipient, ANY_RECIPIENT):
            place = (record.participant, record.scope, record.scope_id, record.purpose, record.recipient)
            held = newest.get(place)
            if held is None or record.recorded_at >= held.recorded_at:
                newest[place] = record
    return [
        record
        for record in newest.values()
        if record.state is ConsentState.GRANTED and record.terms_version != version and reconsents(record.purpose)
    ]
