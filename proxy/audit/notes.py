"""Signed notes (C2SP signed-note): a text, an empty line, and lines with signatures.

A signature line is ``— <name> <base64: four bytes of key id ‖ signature>``. What the bytes mean is the signer's matter:
`signing` and `checkpoints` check them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import NamedTuple

_DASH = "\N{EM DASH} "
NAME = re.compile(r"[^\s+]{1,200}")
"""The name of a key: a log's origin, or a witness."""
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


class NoteSignature(NamedTuple):
    """A signature line: the signer's name, and key id ‖ signature."""

    name: str
    content: bytes

    def render(self) -> str:
        """The line with its line end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.content).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `text` ends with a line end."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def render(self) -> bytes:
        """The whole file."""
        return f"{self.text}\n{''.join(each.render() for each in self.signatures)}".encode()


def signed(text: str, name: str, content: bytes) -> bytes:
    """A note with one signature."""
    return Note(text, (NoteSignature(name, content),)).render()


def parse(file: bytes) -> Note | None:
    """The note in a file. None unless the file is exactly a note, byte for byte (the spare bits of base64 are 0)."""
    try:
        text, blank, tail = file.decode().rpartition("\n\n")
        lines = tail.split("\n")
        if _CONTROL.search(file) or not blank or lines.pop() or not lines:
            return None
        note = Note(text + "\n", tuple(_signature(line) for line in lines))
    except (ValueError, binascii.Error):
        return None
    return note if note.render() == file else None


def parse_signatures(lines: bytes) -> tuple[NoteSignature, ...] | None:
    """Signature lines that stand alone, as a witness answers them. None if there is anything else."""
    note = parse(b"-\n\n" + lines)
    return None if note is None else note.signatures


def _signature(line: str) -> NoteSignature:
    """Raises `ValueError`."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    content = base64.b64decode(encoded, validate=True)
    if not line.startswith(_DASH) or not NAME.fullmatch(name) or len(content) < 5:
        raise ValueError
    return NoteSignature(name, content)
