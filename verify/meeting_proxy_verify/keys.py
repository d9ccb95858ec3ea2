"""The keys of a log: the newest, those that handed over to it, and which of them signs what.

A handover is a note that the old key signed. Its text is three lines: `meeting-privacy-proxy/key/v1`, the number of
records from which on the new key signs, and the new key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.notes import ED25519, Key, Note, NoteError, read_key, read_note

HANDOVER = "meeting-privacy-proxy/key/v1"
_HANDOVER = re.compile(rb"[^\n]+\n[^\n]+\n[^\n]+\n\n[^\n]+\n")


@dataclass(frozen=True)
class Term:
    """From which record on a key signs; the key is None where only its id is known."""

    first: int
    key: Key | None


@dataclass(frozen=True)
class Keys:
    """The log's keys, oldest first."""

    terms: tuple[Term, ...]

    @property
    def origin(self) -> str:
        """The name of the log."""
        return next(term.key.name for term in reversed(self.terms) if term.key is not None)

    def of_record(self, number: int) -> Key | None:
        """The key that signs this record, None if nobody knows it."""
        return next((term.key for term in reversed(self.terms) if term.first <= number), None)

    def end_of_term(self, number: int) -> int:
        """The first record that another key signs than this one."""
        return min((term.first for term in self.terms if term.first > number), default=1 << 64)

    def of_checkpoint(self, size: int) -> list[Key]:
        """The keys that may sign a checkpoint of this size: at a handover, both."""
        ends = [term.first for term in self.terms[1:]]
        spans = zip(self.terms, [*ends, None], strict=True)
        return [t.key for t, end in spans if t.key is not None and t.first <= size and (end is None or size <= end)]


def read_key_file(path: Path) -> list[Key]:
    """Read verifier keys of a log, one a line; NoteError if the file holds anything else, or nothing."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NoteError(f"cannot be read: {error.strerror}") from None
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise NoteError("not UTF-8") from None
    if lines[-1]:
        raise NoteError("the last line has no end")
    keys = [read_key(line) for line in lines[:-1]]
    if not keys or any(key.kind != ED25519 for key in keys):
        raise NoteError("not the key of a log")
    return keys


def keys_of(
    directory: Path | None, given: Sequence[Key], findings: Findings, handovers: Path | None = None
) -> Keys | None:
    """All keys of a log: those that were given, and those that its directory leads to. None if there are none.

    Where there is no directory, `handovers` may be a copy of its file `keys`.
    """
    newest = None if directory is None else _newest(directory, bool(given), findings)
    path = handovers if directory is None else directory / "keys"
    notes = [] if path is None else _handovers(path, findings)
    known = list(given) or ([newest] if newest else [])
    if not known:
        findings.add("no_key", "no key was given and the directory has none: signatures cannot be checked")
        return None
    keys = _follow(notes, known, findings)
    last = keys.terms[-1].key
    if not any(key == term.key for key in known for term in keys.terms):
        text = "the key that was given is not this log's, nor one that handed over to its newest"
        findings.add("key_changed", text, Place("keys" if notes else "public.key"))
    elif newest is not None and newest != last:
        text = f"not the log's newest key, which is {last.text if last else 'not known'}"
        findings.add("key_changed", text, Place("public.key"))
    return keys


def _newest(directory: Path, given: bool, findings: Findings) -> Key | None:
    path = directory / "public.key"
    if not path.exists():
        if given:
            findings.add("key_changed", "the directory's public.key is missing", Place("public.key"))
        return None
    try:
        keys = read_key_file(path)
    except NoteError as error:
        findings.add("key_changed", str(error), Place("public.key"))
        return None
    if len(keys) != 1:
        findings.add("key_changed", "more than one key", Place("public.key"))
    return keys[0]


@dataclass(frozen=True)
class _Handover:
    note: Note
    first: int
    key: Key
    byte: int


def _handovers(path: Path, findings: Findings) -> list[_Handover]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        findings.add("unreadable", f"cannot be read: {error.strerror}", Place(path.name))
        return []
    found: list[_Handover] = []
    at = 0
    while True:
        note = _HANDOVER.match(data, at)
        try:
            if note is None:
                raise NoteError("not a handover: three lines, an empty one, a signature")
            found.append(_handover(note.group(), at))
        except (NoteError, ValueError) as error:
            findings.add("handover_changed", str(error), Place(path.name, byte=at))
            return found
        at = note.end()
        if at == len(data):
            return found
        if data[at : at + 1] != b"\n":
            findings.add("handover_changed", "no empty line between two handovers", Place(path.name, byte=at))
            return found
        at += 1


def _handover(data: bytes, at: int) -> _Handover:
    note = read_note(data)
    domain, first, key = note.text.decode().split("\n")[:3]
    if domain != HANDOVER or not re.fullmatch("0|[1-9][0-9]{0,18}", first):
        raise NoteError("not a handover of a key: its first line or its number is another")
    found = _Handover(note, int(first), read_key(key), at)
    if found.key.kind != ED25519 or len(note.signatures) != 1:
        raise NoteError("not a handover to one key of a log by another")
    return found


def _follow(handovers: Sequence[_Handover], known: Sequence[Key], findings: Findings) -> Keys:
    """Walk from key to key. The first old key must be known: no handover holds it."""
    if not handovers:
        return Keys((Term(0, known[-1]),))
    signer = handovers[0].note.signatures[0]
    old = next((key for key in known if (key.name, key.id) == (signer.name, signer.id)), None)
    terms = [Term(0, old)]
    if old is None:
        text = f"handed over by a key that was not given, {signer.name}+{signer.id.hex()}: give it with --public-key"
        findings.add("key_unknown", text, Place("keys", byte=0))
    for handover in handovers:
        place = Place("keys", byte=handover.byte)
        try:
            if old is not None and handover.note.signed_by([old]) is None:
                raise NoteError(f"not signed by the key before, {old.name}+{old.id.hex()}")
        except NoteError as error:
            findings.add("handover_changed", str(error), place)
        if handover.first < terms[-1].first or handover.key.name != signer.name:
            findings.add("handover_changed", "it begins before the one before it, or is another log's", place)
        terms.append(Term(handover.first, handover.key))
        old = handover.key
    return Keys(tuple(terms))
