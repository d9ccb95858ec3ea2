"""The keys of a log: the newest, those that handed over to it, and which of them signs what.

A handover is a note that the old key signed. Its text is four lines: `meeting-privacy-proxy/key/v1`, the number of
the first record that the new key signs, the old key, the new key. Between two handovers are two empty lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.notes import ED25519, Key, Note, NoteError, read_key, read_note
from meeting_proxy_verify.plain_files import NotPlain, read_plain

HANDOVER = "meeting-privacy-proxy/key/v1"
_HANDOVER = re.compile(rb"(?:[^\n]+\n){4}\n[^\n]+\n")


@dataclass(frozen=True)
class Term:
    """From which record on a key signs."""

    first: int
    key: Key


@dataclass(frozen=True)
class Keys:
    """The log's keys, oldest first."""

    terms: tuple[Term, ...]

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.terms[-1].key.name

    def of_record(self, number: int) -> Key:
        """The key that signs this record."""
        return next((term.key for term in reversed(self.terms) if term.first <= number), self.terms[0].key)

    def end_of_term(self, number: int) -> int:
        """The first record that another key signs than this one."""
        return min((term.first for term in self.terms if term.first > number), default=1 << 64)

    def of_checkpoint(self, size: int) -> list[Key]:
        """The keys that may sign a checkpoint of this size: at a handover, both."""
        ends = [term.first for term in self.terms[1:]]
        spans = zip(self.terms, [*ends, None], strict=True)
        return [term.key for term, end in spans if term.first <= size and (end is None or size <= end)]


def read_key_file(path: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> list[Key]:
    """Read verifier keys of a log, one a line; NoteError if the file holds anything else, or nothing."""
    try:
        data = read(path)
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
    known = list(given) or ([newest] if newest else [])
    if not known:
        findings.add(
            "no_key", "no key was given, and the directory has none that can be read: signatures cannot be checked"
        )
        return None
    path = handovers if directory is None else directory / "keys"
    notes = [] if path is None else _handovers(path, findings)
    keys = _follow(notes, known, findings)
    last = keys.terms[-1].key
    if not any(key == term.key for key in known for term in keys.terms):
        text = "the key that was given is not this log's, nor one that handed over to its newest"
        findings.add("key_changed", text, Place("keys" if notes else "public.key"))
    elif newest is not None and any(newest == term.key for term in keys.terms[:-1]):
        text = f"an older key than the newest, {last.text}: the change of keys was not finished"
        findings.add("key_behind", text, Place("public.key"))
    elif newest is not None and newest != last:
        findings.add("key_changed", f"not the log's newest key, which is {last.text}", Place("public.key"))
    return keys


def _newest(directory: Path, given: bool, findings: Findings) -> Key | None:
    path = directory / "public.key"
    if not path.is_file():
        return None
    try:
        keys = read_key_file(path, read_plain)
        if len(keys) != 1:
            raise NoteError("more than one key")
    except NoteError as error:
        if given:
            findings.add("key_changed", str(error), Place("public.key"))
        return None
    return keys[0]


@dataclass(frozen=True)
class _Handover:
    note: Note
    first: int
    old: Key
    new: Key
    byte: int


def _handovers(path: Path, findings: Findings) -> list[_Handover]:
    try:
        data = read_plain(path)
    except FileNotFoundError:
        return []
    except NotPlain as error:
        findings.add("handover_changed", str(error.strerror), Place(path.name))
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
                raise NoteError("not a handover: four lines, an empty one, a signature")
            found.append(_handover(note.group(), at))
            at = note.end()
            if at == len(data):
                return found
            if data[at : at + 2] != b"\n\n":
                raise NoteError("not two empty lines between two handovers")
        except NoteError as error:
            findings.add("handover_changed", str(error), Place(path.name, byte=at))
            return found
        at += 2


def _handover(data: bytes, at: int) -> _Handover:
    note = read_note(data)
    domain, first, old, new = note.text.decode().split("\n")[:4]
    if domain != HANDOVER or not re.fullmatch("0|[1-9][0-9]{0,18}", first):
        raise NoteError("not a handover of a key: its first line or its number is another")
    found = _Handover(note, int(first), read_key(old), read_key(new), at)
    if found.old.kind != ED25519 or found.new.kind != ED25519 or len(note.signatures) != 1:
        raise NoteError("not a handover to one key of a log by another")
    return found


def _follow(handovers: Sequence[_Handover], known: Sequence[Key], findings: Findings) -> Keys:
    """Walk from key to key."""
    if not handovers:
        return Keys((Term(0, known[-1]),))
    terms = [Term(0, handovers[0].old)]
    for handover in handovers:
        place = Place("keys", byte=handover.byte)
        before = terms[-1]
        try:
            if handover.old != before.key or handover.note.signed_by([before.key]) is None:
                raise NoteError(f"not signed by the key before, {before.key.text}")
        except NoteError as error:
            findings.add("handover_changed", str(error), place)
        if handover.first < before.first or handover.new.name != before.key.name:
            findings.add("handover_changed", "it begins before the one before it, or is another log's", place)
        terms.append(Term(handover.first, handover.new))
    return Keys(tuple(terms))
