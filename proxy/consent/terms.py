"""The terms of recipients, as text with a version and a digest: what people were shown when they were asked.

Two versions are compared sentence by sentence, so that a person who is asked again is shown what changed, and not
forty pages. The numbers of sections do not count: renumbered sentences are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from proxy.consent.grants import ANY_RECIPIENT, Grant, GrantState
from proxy.consent.sentences import Sentence, sentences


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version of a recipient's terms.

    `digest` is that of `text`, as whoever added it wrote it. `accepted_at` and `accepted_by` say when somebody of
    the organization accepted it first; None: nobody did.
    """

    recipient: str
    version: str
    digest: str
    text: str
    added_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None


class ChangeKind(StrEnum):
    """What became of a sentence."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that one version has and the other has not, or has otherwise."""

    kind: ChangeKind
    before: Sentence | None = None
    after: Sentence | None = None


SIMILAR = 0.5
"""Two sentences with at least this share of words in common (Dice's coefficient) are one that was changed."""
_PAIRS = 20_000


def digest_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as ``sha256:…``; line ends count as one character."""
    return "sha256:" + hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()


def diff(before: str, after: str) -> tuple[Change, ...]:
    """What changed from one text to another, in the order of the newer one; line breaks and numbers aside."""
    old, new = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, [each.text for each in old], [each.text for each in new], autojunk=False)
    changes: list[Change] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            changes += _paired(old[i1:i2], new[j1:j2])
    return tuple(changes)


def _paired(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Change]:
    """Sentences of one stretch: each new one with the unpaired old one that is most like it."""
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


def stale(records: Iterable[Grant], recipient: str, version: str, reconsents: Callable[[str], bool]) -> list[Grant]:
    """The yeses that stopped counting, or never counted, because the recipient's terms are now `version`.

    Of each person, scope, purpose and recipient the newest record alone is looked at; `recipient` or any.
    `reconsents` says of a purpose whether a change of terms ends older grants.
    """
    newest: dict[tuple[str, str, str, str, str], Grant] = {}
    for record in records:
        if record.recipient in (recipient, ANY_RECIPIENT):
            place = (record.participant, record.scope, record.scope_id, record.purpose, record.recipient)
            held = newest.get(place)
            if held is None or record.recorded_at >= held.recorded_at:
                newest[place] = record
    return [
        record
        for record in newest.values()
        if record.state is GrantState.GRANTED and record.terms_version != version and reconsents(record.purpose)
    ]
