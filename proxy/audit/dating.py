"""What time stamps prove of a log: that its first records, as they are, were there at a time.

An authority signs the hash of a checkpoint's text, which origin, size and root give, together with the time. So a stamp
that does not fit shows that the records were written anew since. It does not show that others are missing after it.
What is asked and answered is RFC 3161.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.findings import Dated, Kind, Report, at_file
from proxy.audit.log import Place

__all__ = ["Question", "StampAuthority", "StampUnreadable", "question"]

_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class Question(NamedTuple):
    """What to send to an authority, and the number that its answer repeats."""

    body: bytes
    nonce: int


def question(text: str) -> Question:
    """Ask for a stamp of this text."""
    request = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    return Question(request.as_bytes(), request.nonce or 0)


class StampAuthority:
    """An authority that is called `name`, whose certificates lead to one of `roots`."""

    def __init__(self, name: str, roots: Sequence[x509.Certificate]):
        self.name, self._roots = name, list(roots)

    def dated(self, answer: bytes, text: str, nonce: int | None = None) -> int | None:
        """When the authority stamped this text, in seconds since 1970; None if it stamped another.

        Raises `StampUnreadable`. The authority's certificate has to have been valid at that time.
        """
        try:
            found = decode_timestamp_response(answer)
            imprint = found.tst_info.message_imprint
            VerifierBuilder(roots=self._roots, nonce=nonce).build().verify(found, imprint.message)
        except (ValueError, VerificationError):
            raise StampUnreadable from None
        if imprint.hash_algorithm != _SHA256 or imprint.message != hashlib.sha256(text.encode()).digest():
            return None
        return _seconds(found)


def _seconds(found: TimeStampResponse) -> int:
    return int(found.tst_info.gen_time.timestamp())


class StampUnreadable(Exception):
    """What should be an authority's answer is none, or none of this authority."""


class Stamp(NamedTuple):
    """The answer of an authority, by name; how many records it dates, as its file is called; and that file."""

    authority: str
    size: int
    place: str
    answer: bytes


class Authority(Protocol):
    """A time stamp authority."""

    def dated(self, answer: bytes, text: str) -> int | None:
        """When it stamped this text, in seconds since 1970; None if it stamped another. Raises `StampUnreadable`."""


class _Proven(NamedTuple):
    """So many records were there at this time, in seconds since 1970."""

    size: int
    at: int


class Dating:
    """Compares the stamps of a log with the records that pass."""

    def __init__(self, origin: str, stamps: Sequence[Stamp], authorities: Mapping[str, Authority], report: Report):
        self._origin, self._stamps, self._authorities, self._report = origin, stamps, authorities, report
        self._wanted = {each for stamp in stamps for each in (stamp.size - 1, stamp.size)}
        self._times: dict[int, int] = {}
        """When records say that they were made, in milliseconds since 1970, by number."""

    def passes(self, sequence: int, time: int) -> None:
        """Take note of a record's time."""
        if sequence in self._wanted:
            self._times[sequence] = time

    def end(self, known: int, place: Place, root: Callable[[int], bytes | None]) -> None:
        """Check all stamps of a log of `known` records that ends at `place`. `root` is that of its first records."""
        proven: defaultdict[str, list[_Proven]] = defaultdict(list)
        for stamp in self._stamps:
            head = root(stamp.size)
            if stamp.size > known:
                detail = f"the tail was cut; {stamp.place} dates {stamp.size} records, and there are {known}"
                self._report.note(Kind.BEHIND_CHECKPOINT, place, detail)
            elif stamp.authority not in self._authorities or head is None:
                self._report.undated[stamp.authority] = self._report.undated.get(stamp.authority, 0) + 1
            elif (at := self._dated(stamp, head)) is not None:
                proven[stamp.authority].append(_Proven(stamp.size, at))
        self._report.dated += [self._told(name, sorted(found)) for name, found in sorted(proven.items())]

    def _dated(self, stamp: Stamp, head: bytes) -> int | None:
        text = Checkpoint(self._origin, stamp.size, head).text()
        try:
            at = self._authorities[stamp.authority].dated(stamp.answer, text)
        except StampUnreadable:
            detail = f"it is no answer of '{stamp.authority}', whose certificates were given"
            self._report.note(Kind.STAMP_UNREADABLE, at_file(stamp.place), detail)
            return None
        if at is None:
            detail = f"'{stamp.authority}' stamped another history of the first {stamp.size} records"
            self._report.note(Kind.STAMP_MISMATCH, at_file(stamp.place), detail)
        return at

    def _told(self, authority: str, found: list[_Proven]) -> Dated:
        proven = _earliest(found)
        waits = [
            after.at - self._times[before.size] // 1000
            for before, after in pairwise(proven)
            if before.size in self._times
        ]
        ahead = [self._times[each.size - 1] // 1000 - each.at for each in proven if each.size - 1 in self._times]
        first, last = proven[0], proven[-1]
        return Dated(
            authority=authority,
            stamps=len(proven),
            records=last.size,
            at=last.at,
            since=first.size,
            slowest=max(waits, default=None),
            ahead=max([0, *ahead]),
        )


def _earliest(found: Sequence[_Proven]) -> list[_Proven]:
    """When each was there at the latest: whoever dates more records dates these as well."""
    proven: list[_Proven] = []
    for each in reversed(found):
        proven.append(_Proven(each.size, min(each.at, proven[-1].at) if proven else each.at))
    return proven[::-1]
