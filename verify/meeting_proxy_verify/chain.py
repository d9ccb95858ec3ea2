"""Follows the records from line to line: numbers, links and signatures.

A link covers the whole line before it, in version 2 its signature too. So one valid signature vouches for all lines
before it that are linked to it, and only the last one of each segment is checked, unless all are asked for. Lines of
version 1 are checked one by one: their links do not cover the signatures.
"""

from __future__ import annotations

from dataclasses import dataclass

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.lines import FIRST_PREV, Line


@dataclass(slots=True)
class _Step:
    """A line of the chain, where it lies, and whether its signature is valid (None: not checked, or none there)."""

    place: Place
    line: Line
    valid: bool | None = None


class Chain:
    """Takes the records one by one, in the order of their numbers; `lost` tells it where some are missing."""

    def __init__(self, keys: Keys, findings: Findings, every_signature: bool) -> None:
        self.keys = keys
        self.findings = findings
        self.every_signature = every_signature
        self.last: _Step | None = None
        self.signed_to = 0
        """The number of records up to the last one with a valid signature."""
        self.sign_checks = 0
        self._link: bytes | None = FIRST_PREV
        self._signed: _Step | None = None
        self._break: _Step | None = None
        self._blamed: set[int] = set()
        self._key_to = 0

    def start_at(self, number: int) -> None:
        """Begin behind records whose lines were deleted: what the first one is linked to is not there."""
        if number:
            self._link = None

    def lost(self) -> None:
        """Records are missing, or could not be read, before the next one."""
        self.end()
        self._link = None
        self._signed = None

    def blame(self, code: str, text: str, step_place: Place) -> None:
        """Report a record, once."""
        number = step_place.record
        if number is not None:
            if number in self._blamed:
                return
            self._blamed.add(number)
            if len(self._blamed) > 4096:
                self._blamed = {n for n in self._blamed if n > number - 1024}
        self.findings.add(code, text, step_place)

    def take(self, place: Place, line: Line) -> None:
        """Take the next record."""
        step = _Step(place, line)
        if not line.committed:
            self.blame("changed", "salt or event are not those of the commitment", place)
        if line.old:
            if self.last is not None and not self.last.line.old:
                self.blame("changed", "a line of version 1 behind one of version 2", place)
            self._take_old(step)
            return
        fits = self._link is None or line.prev == self._link
        if not fits:
            self._check_signed()
        self._settle(fits)
        if not fits and self._break is None and self.last is not None and self.last.place.record not in self._blamed:
            self._break = self.last
        elif not fits and self.last is None:
            self.blame("changed", "the first record is linked to one before it", place)
        self._advance(step)

    def end_of_segment(self) -> None:
        """Check the last signature so far."""
        self._check_signed()

    def end(self) -> None:
        """No more records."""
        self._check_signed()
        self._settle(None)

    def _take_old(self, step: _Step) -> None:
        """A line of version 1: its own signature says whether it is genuine, so what does not fit is told at once."""
        line = step.line
        self._check(step)
        if step.valid is False:
            self.blame("bad_signature", "the signature is not that of the record", step.place)
        elif self._link is not None and line.prev != self._link:
            self.blame("broken_link", "a genuine record that follows another history", step.place)
        self._advance(step)
        if step.valid is False:
            self._link = None

    def _advance(self, step: _Step) -> None:
        self.last = step
        self._link = step.line.link
        if step.line.number >= self._key_to:
            self._check_signed()
            self._key_to = self.keys.end_of_term(step.line.number)
        if step.line.signature is not None:
            self._signed = step
            if self.every_signature:
                self._check_signed()

    def _check_signed(self) -> None:
        """Check the last signed line of those that are linked to each other."""
        step = self._signed
        if step is None or step.valid is not None:
            return
        self._check(step)
        if step.valid is False:
            self.blame("bad_signature", "the signature is not that of the record", step.place)

    def _check(self, step: _Step) -> None:
        key = self.keys.of_record(step.line.number)
        self.sign_checks += 1
        step.valid = key.signed(step.line.message, step.line.signature_bytes())
        if step.valid:
            self.signed_to = max(self.signed_to, step.line.number + 1)

    def _settle(self, fits: bool | None) -> None:
        """Say which of two lines that do not fit is the changed one, now that it is known how it goes on.

        If the second fits what follows it, the first is not what it was. If it does not fit on that side either, it
        is the second.
        """
        first, second = self._break, self.last
        if first is None or second is None:
            return
        self._break = None
        if fits is None:
            fits = second.valid is True
        if not fits:
            self.blame("changed", "the record is not the one that was signed", second.place)
        elif first.line.signature is not None and first.valid:
            self.blame("broken_link", "a genuine record that follows another history", second.place)
        else:
            self.blame("changed", "the record is not the one that was signed", first.place)
