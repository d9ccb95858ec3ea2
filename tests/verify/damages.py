"""Ledgers that the proxy wrote, held in memory, and ways to damage a copy of one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from meeting_proxy_verify.notes import checkpoint_text

Files = dict[str, bytes | None]
"""Files of a directory by their paths in it. None is an empty folder."""

IDLE = {"lock", "reserve"}
"""Files that say nothing."""


def taken(directory: Path) -> Files:
    """The files of a ledger's directory."""
    found = sorted(path for path in directory.rglob("*") if path.is_file() and path.name not in IDLE)
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


def laid(files: Mapping[str, bytes | None], directory: Path) -> Path:
    """Write these files, and no others. Where a file stands in the way of a folder, it stays."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    for name, content in files.items():
        path = directory / name
        if any(parent.is_file() for parent in path.parents) or path.is_dir():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
    return directory


@dataclass(frozen=True)
class Base:
    """A ledger that is in order, what it was before, and others that look like it."""

    files: Files = field(repr=False)
    earlier: tuple[Files, ...] = field(repr=False)
    """The same ledger at earlier times."""
    others: tuple[Files, ...] = field(repr=False)
    """Ledgers of the same name: under the same key with another history, and under another key."""

    def any_of(self, pick: Random) -> Files:
        """One of those that are not this one."""
        return pick.choice([*self.earlier, *self.others])


Damage = Callable[[Files, Base, Random], None]


def some(files: Files, pick: Random, folder: str = "") -> str:
    """A file, each folder of the ledger being as likely as another; empty if there is none."""
    names = [name for name, content in files.items() if content is not None and name.startswith(folder)]
    tops = sorted({name.partition("/")[0] for name in names})
    top = pick.choice(tops) if tops else ""
    within = [name for name in names if name.partition("/")[0] == top]
    return pick.choice(within) if within else ""


def _content(files: Files, name: str) -> bytes:
    return files.get(name) or b""


def flip(files: Files, base: Base, pick: Random) -> None:
    """A bit of a file."""
    name = some(files, pick)
    content = bytearray(_content(files, name))
    if content:
        content[pick.randrange(len(content))] ^= 1 << pick.randrange(8)
        files[name] = bytes(content)


def cut(files: Files, base: Base, pick: Random) -> None:
    """A file, at a byte, at its last one, or to nothing."""
    name = some(files, pick)
    content = _content(files, name)
    if content:
        files[name] = content[: pick.choice([0, pick.randrange(len(content)), len(content) - 1])]


def lengthen(files: Files, base: Base, pick: Random) -> None:
    """A file, by what may look like more of it."""
    name = some(files, pick)
    content = _content(files, name)
    files[name] = content + pick.choice([b"\n", b"{}\n", b"x", b"\0", content, b"{", content[-40:], b"{}"])


def garble(files: Files, base: Base, pick: Random) -> None:
    """A file, into anything."""
    files[some(files, pick)] = pick.choice([b"", b"\n", b"\xff\xfe", pick.randbytes(40), b"{}\n", b"\n\n"])


def delete(files: Files, base: Base, pick: Random) -> None:
    """A file."""
    files.pop(some(files, pick), None)


def delete_folder(files: Files, base: Base, pick: Random) -> None:
    """A folder, which may be left empty, or a file stand in its place."""
    top = some(files, pick).partition("/")[0]
    deep = "/".join(some(files, pick, top).split("/")[:-1])
    folder = pick.choice([top, deep]) or "tile"
    for name in [each for each in files if each == folder or each.startswith(f"{folder}/")]:
        del files[name]
    how = pick.randrange(3)
    if how:
        files[folder] = None if how == 1 else b"x"


def folder_for_file(files: Files, base: Base, pick: Random) -> None:
    """A folder in the place of a file."""
    files[some(files, pick)] = None


def rename(files: Files, base: Base, pick: Random) -> None:
    """A file, to the name of a neighbour or near it; or copy it there."""
    name = some(files, pick)
    if not name:
        return
    folder, _, last = name.rpartition("/")
    digits = sum(character.isdecimal() for character in last)
    near = [
        last.replace("0", "1", 1), last + ".new", last.upper(), "notes.txt", f"{pick.randrange(300):0{digits}d}",
        f"{pick.randrange(300):020d}.jsonl", f"{pick.randrange(300):020d}.tsr", last[1:] or "x", f"{last}.p/7",
        some(files, pick, folder).rpartition("/")[2],
    ]  # fmt: skip
    to = "/".join(filter(None, (folder, pick.choice(near))))
    content = files[name]
    if pick.randrange(2):
        del files[name]
    files[to] = content


def stray(files: Files, base: Base, pick: Random) -> None:
    """A file that nobody wrote."""
    places = [
        "notes", "segments/notes.txt", f"segments/{pick.randrange(400):020d}.jsonl", "tile/notes", "tile/0/001",
        "tile/1/000", "tile/0/000.p/3", "tile/2/000.p/1", "tile/entries/000.p/2", "tile/entries/001.p/2", "cosigned/w",
        "timestamps/tsa/00000000000000000003.tsr", "timestamps/tsa/notes", "timestamps/notes", "torn/x", "keys",
        "tile/x/000", "tile/00/000", "tile/0/0", "tile/7/000", "tile/0/000.new", "segments/x.new", "cosigned/w.new",
        "tile/0/000.p/256", "tile/0/000.p/012", "tile/entries/x000/001", "checkpoint.new", "public.key.new",
        "cosigned/deep/w", "segments/deep/x",
    ]  # fmt: skip
    other = base.any_of(pick)
    content = pick.choice([b"", b"x" * 32, None, _content(other, "checkpoint"), _content(other, some(other, pick))])
    files[pick.choice(places)] = content


def _lines(files: Files, name: str) -> list[bytes]:
    return _content(files, name).splitlines(keepends=True)


def delete_lines(files: Files, base: Base, pick: Random) -> None:
    """Lines that follow each other."""
    name = some(files, pick, "segments/")
    lines = _lines(files, name)
    at = pick.randrange(len(lines) + 1)
    files[name] = b"".join(lines[:at] + lines[at + pick.choice([1, 1, 2, 5, len(lines)]) :])


def swap_lines(files: Files, base: Base, pick: Random) -> None:
    """Two lines, perhaps of two segments."""
    first, second = (some(files, pick, "segments/") for _ in range(2))
    if pick.randrange(2):
        second = first
    one, two = _lines(files, first), _lines(files, second)
    if one and two:
        here, there = pick.randrange(len(one)), pick.randrange(len(two))
        if first == second:
            one[here], one[there] = one[there], one[here]
        else:
            one[here], two[there] = two[there], one[here]
            files[second] = b"".join(two)
        files[first] = b"".join(one)


def repeat_line(files: Files, base: Base, pick: Random) -> None:
    """A line, once more and anywhere."""
    first, second = (some(files, pick, "segments/") for _ in range(2))
    one, two = _lines(files, first), _lines(files, second)
    if one:
        two.insert(pick.randrange(len(two) + 1), pick.choice(one))
        files[second] = b"".join(two)


def splice_lines(files: Files, base: Base, pick: Random) -> None:
    """Lines of another ledger, in the place of its own or between them."""
    other = base.any_of(pick)
    name = some(files, pick, "segments/")
    foreign = _lines(other, name if name in other else some(other, pick, "segments/"))
    lines = _lines(files, name)
    if foreign:
        at = pick.randrange(len(lines) + 1)
        count = pick.choice([1, 1, 3, len(lines)])
        start = pick.choice([min(at, len(foreign) - 1), pick.randrange(len(foreign))])
        kept = lines[at + pick.choice([0, count]) :]
        files[name] = b"".join(lines[:at] + foreign[start : start + count] + kept)


def edit_line(files: Files, base: Base, pick: Random) -> None:
    """A line's member, or its form."""
    name = some(files, pick, "segments/")
    lines = _lines(files, name)
    if not lines:
        return
    at = pick.randrange(len(lines))
    line = lines[at]
    forms = [
        line.replace(b'"sig":"', b'"sig":"0', 1), line.replace(b",", b", ", 1), line.replace(b"\n", b"\r\n"),
        line.removesuffix(b"\n"), line.replace(b'"v":2,', b"", 1), line[:1] + b'"v":2,' + line[1:], b"\n",
        line.replace(b"egress", b"ingres"), line.replace(b'"seq":', b'"seq":1', 1), line.replace(b'"salt"', b'"Salt"'),
        _unsigned(line), line.replace(b"}\n", b"\n"), line + b"\n", line.replace(b"\n", b"\n\n"),
    ]  # fmt: skip
    lines[at] = pick.choice(forms)
    files[name] = b"".join(lines)


def _unsigned(line: bytes) -> bytes:
    before, found, after = line.partition(b'"sig":"')
    return before + after[130:] if found else line


def cut_segments(files: Files, base: Base, pick: Random) -> None:
    """Whole segments, the oldest or the newest."""
    names = sorted(name for name in files if name.startswith("segments/"))
    count = pick.randrange(len(names) + 1)
    for name in names[:count] if pick.randrange(2) else names[count:]:
        del files[name]


def put_back(files: Files, base: Base, pick: Random) -> None:
    """An earlier ledger or another one: all of it, a folder, or a file."""
    other = base.any_of(pick)
    what = pick.choice(["", some(files, pick).partition("/")[0], some(files, pick)])
    for name in [name for name in files if name.startswith(what)]:
        del files[name]
    files |= {name: content for name, content in other.items() if name.startswith(what)}


def older_checkpoint(files: Files, base: Base, pick: Random) -> None:
    """A checkpoint of another time or ledger, in the place of the log's own, of a witness's, or with its signatures."""
    other = _content(base.any_of(pick), "checkpoint")
    own = _content(files, "checkpoint")
    text, _, signatures = other.partition(b"\n\n")
    own_text, _, own_signatures = own.partition(b"\n\n")
    made = [
        other, own_text + b"\n\n" + signatures, text + b"\n\n" + own_signatures, own + signatures, own + own_signatures,
        own_text + b"\nmore\n\n" + own_signatures, checkpoint_text("fjord/egress", pick.randrange(9), bytes(32)),
    ]  # fmt: skip
    files[pick.choice(["checkpoint", "checkpoint", "cosigned/w", "cosigned/witness.example_w1"])] = pick.choice(made)


def change_keys(files: Files, base: Base, pick: Random) -> None:
    """What is said of keys."""
    other = base.any_of(pick)
    own, foreign = _content(files, "public.key"), _content(other, "public.key")
    handovers = _content(files, "keys") or _content(other, "keys")
    notes = handovers.split(b"\n\n\n")
    made = [own + own, own.rstrip(b"\n"), b" " + own, foreign, own + foreign, own.replace(b"\n", b"\r\n"), b"\n" + own]
    told = [handovers, b"\n\n\n".join(notes[:-1]), handovers * 2, b"\n\n\n".join(notes[::-1]), b"", handovers + b"\n"]
    if pick.randrange(2):
        files["public.key"] = pick.choice(made)
    else:
        files["keys"] = pick.choice(told)


DAMAGES: tuple[Damage, ...] = (
    flip, cut, lengthen, garble, delete, delete_folder, folder_for_file, rename, stray, delete_lines, swap_lines,
    repeat_line, splice_lines, edit_line, cut_segments, put_back, older_checkpoint, change_keys,
)  # fmt: skip
