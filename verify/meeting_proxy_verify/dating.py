"""What the time stamps beside a log prove of it: that its first records, as they are, were there at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from cryptography import x509

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.notes import checkpoint_text
from meeting_proxy_verify.plain_files import read_plain
from meeting_proxy_verify.stamps import StampError, check_stamp

_NAME = re.compile(r"([0-9]{20})\.tsr")


@dataclass(frozen=True)
class Dated:
    """What an authority proves: so many of the first records were there `at`, in seconds since 1970."""

    authority: str
    stamps: int
    records: int
    at: int
    since: int
    """The number of the first record behind the first stamp."""
    slowest: int | None
    """The most seconds that one of those waited for a stamp, by its own time; None if none has."""
    ahead: int
    """By how many seconds a record says to be younger than a stamp of it; 0 if none does."""


@dataclass(frozen=True)
class _File:
    authority: str
    size: int
    place: str
    path: Path


class Dating:
    """The stamps in `timestamps/<authority>/<size>.tsr`, while the records are read."""

    def __init__(self, directory: Path, roots: Sequence[x509.Certificate]) -> None:
        self._files = list(_files(directory))
        self._roots = roots
        self._times: dict[int, int] = {}
        self.sizes = {file.size for file in self._files}
        """Numbers of records whose roots are needed."""
        self.not_checked = 0
        """How many stamps there are for which no certificates were given."""

    def take(self, number: int, event: bytes) -> None:
        """Take note of a record's time."""
        if number not in self.sizes and number + 1 not in self.sizes:
            return
        try:
            self._times[number] = int(json.loads(event)["time"]) // 1000
        except (ValueError, KeyError, TypeError, RecursionError):
            return

    def finish(self, origin: str, records: int, roots: dict[int, bytes], findings: Findings) -> list[Dated]:
        """Check all stamps, with the roots that the log has at their sizes."""
        proven: dict[str, list[tuple[int, int]]] = {}
        for file in self._files:
            root = roots.get(file.size)
            if file.size > records:
                text = f"dates {file.size} records, and {records} are there: the end was cut off"
                findings.add("behind_checkpoint", text, Place(file.place))
            elif not self._roots or root is None:
                self.not_checked += 1
            elif (at := self._checked(file, checkpoint_text(origin, file.size, root), findings)) is not None:
                proven.setdefault(file.authority, []).append((file.size, at))
        return [self._told(name, found) for name, found in sorted(proven.items())]

    def _checked(self, file: _File, text: bytes, findings: Findings) -> int | None:
        """When the authority stamped this text; None, with a finding, if it did not."""
        try:
            stamp = check_stamp(read_plain(file.path), self._roots)
        except OSError as error:
            findings.add("unreadable", f"cannot be read: {error.strerror}", Place(file.place))
            return None
        except StampError as error:
            findings.add("stamp_unreadable", str(error), Place(file.place))
            return None
        if stamp.kind != "sha256" or stamp.digest != sha256(text).digest():
            text_of_finding = f"the authority stamped another history of the first {file.size} records"
            findings.add("stamp_mismatch", text_of_finding, Place(file.place))
            return None
        return int(stamp.at.timestamp())

    def _told(self, authority: str, found: list[tuple[int, int]]) -> Dated:
        """What counts for each is the earliest stamp that covers it."""
        proven, earliest = list[tuple[int, int]](), None
        for size, at in sorted(found, reverse=True):
            earliest = at if earliest is None else min(at, earliest)
            proven.insert(0, (size, earliest))
        waits = [at - self._times[size] for (size, _), (_, at) in pairwise(proven) if size in self._times]
        ahead = [self._times[size - 1] - at for size, at in proven if size - 1 in self._times]
        (since, _), (records, at) = proven[0], proven[-1]
        return Dated(authority, len(proven), records, at, since, max(waits, default=None), max([0, *ahead]))


def _files(directory: Path) -> Iterator[_File]:
    for path in sorted(directory.glob("timestamps/*/*.tsr")):
        if path.is_file() and (match := _NAME.fullmatch(path.name)):
            place = path.relative_to(directory).as_posix()
            yield _File(path.parent.name, int(match[1]), place, path)
