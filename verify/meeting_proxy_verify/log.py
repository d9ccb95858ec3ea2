"""Checks a whole log: its keys, its checkpoint, its tree, its lines, and what was kept of it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509

from meeting_proxy_verify.chain import Chain
from meeting_proxy_verify.consistency import read_signed
from meeting_proxy_verify.dating import Dated, Dating
from meeting_proxy_verify.findings import IN_ORDER, UNCONFIRMED, Findings, Place
from meeting_proxy_verify.keys import Keys, keys_of
from meeting_proxy_verify.lines import FIRST_PREV, Line
from meeting_proxy_verify.notes import Checkpoint, Key, NoteError
from meeting_proxy_verify.plain_files import read_plain
from meeting_proxy_verify.segments import OnRecord, Segments
from meeting_proxy_verify.tiles import Tiles
from meeting_proxy_verify.tree import LogTree


@dataclass
class Result:
    """What is known of a log after it was checked."""

    findings: Findings = field(default_factory=Findings)
    origin: str = ""
    records: int = 0
    """How many the log has; those before `first` have no lines any more."""
    first: int = 0
    size: int = 0
    """How many of them the checkpoint covers."""
    signed: int = 0
    """How many are covered by a valid signature of the lines themselves."""
    confirmed: int = 0
    """How many are confirmed from outside of the directory."""
    confirmed_by: list[str] = field(default_factory=list)
    signatures: int = 0
    """How many signatures of lines were checked."""
    key_given: bool = False
    dated: list[Dated] = field(default_factory=list)
    """What time stamp authorities prove."""
    not_dated: int = 0
    """How many time stamps could not be checked."""

    @property
    def exit_code(self) -> int:
        """0 in order, 1 tampered with, 2 incomplete, 3 in order but not confirmed."""
        code = self.findings.exit_code
        return UNCONFIRMED if code == IN_ORDER and not self.confirmed else code

    def confirm(self, records: int, by: str) -> None:
        """Note that something from outside of the directory confirms so many records."""
        self.confirmed = max(self.confirmed, records)
        if by not in self.confirmed_by:
            self.confirmed_by.append(by)


def check_log(
    directory: Path,
    given: Sequence[Key] = (),
    kept: Sequence[tuple[str, bytes]] = (),
    witnesses: Sequence[Key] = (),
    every_signature: bool = False,
    *,
    authorities: Sequence[x509.Certificate] = (),
    also: OnRecord | None = None,
) -> Result:
    """Check a log. `kept` are older checkpoints from elsewhere, each with its name.

    `authorities` are certificates to which those of time stamp authorities have to lead. `also` is told each record.
    """
    result = Result(key_given=bool(given))
    findings = result.findings
    keys = keys_of(directory, given, findings)
    if keys is None:
        return result
    result.origin = keys.origin
    checkpoint = _own_checkpoint(directory, keys, result)
    older = [(name, found) for name, data in kept if (found := read_signed(name, data, keys, findings))]
    cosigned = _cosigned(directory, keys, findings)
    sizes = {found.size for _, found in (*older, *cosigned)}
    dating = Dating(directory, authorities)
    tree = LogTree(Tiles(directory), checkpoint, sizes | dating.sizes)
    links = {0: FIRST_PREV}
    chain = Chain(keys, findings, every_signature)
    wanted = {*sizes, result.size}

    def on_record(place: Place, line: Line) -> None:
        if not tree.fits(line.number, line.commitment):
            chain.blame("changed", "not the record that the checkpoint's tree has in this place", place)
        if line.number + 1 in wanted:
            links[line.number + 1] = line.link
        if line.number in wanted:
            links.setdefault(line.number, line.prev)
        dating.take(line.number, line.event)
        if also is not None:
            also(place, line)

    segments = Segments(directory, chain, result.size, on_record)
    segments.walk()
    result.records, result.first = max(segments.next, 0), segments.first
    result.signed, result.signatures = chain.signed_to, chain.sign_checks
    tree.finish(result.records)
    _judge_checkpoint(checkpoint, tree, links, result)
    for name, found in older:
        if _is_kept(name, found, tree, links, result, perhaps_old=True) and found.size:
            result.confirm(found.size, f"{name} ({found.size} records)")
    if checkpoint is not None:
        _witnessed("checkpoint", checkpoint, witnesses, result)
    for name, found in cosigned:
        if _is_kept(name, found, tree, links, result):
            _witnessed(name, found, witnesses, result)
    stated = [found.size for _, found in (*older, *cosigned) if tree.roots.get(found.size) == found.head]
    _pruned(segments, max([result.size, *stated]) if checkpoint is not None else None, findings)
    result.dated = dating.finish(keys.origin, result.records, tree.roots, findings)
    result.not_dated = dating.not_checked
    return result


def _own_checkpoint(directory: Path, keys: Keys, result: Result) -> Checkpoint | None:
    try:
        data = read_plain(directory / "checkpoint")
    except FileNotFoundError:
        result.findings.add(
            "no_checkpoint", "the directory has no checkpoint: nothing shows whether the end was cut off"
        )
        return None
    except OSError as error:
        result.findings.add("unreadable", f"cannot be read: {error.strerror}", Place("checkpoint"))
        return None
    checkpoint = read_signed("checkpoint", data, keys, result.findings)
    result.size = 0 if checkpoint is None else checkpoint.size
    return checkpoint


def _pruned(segments: Segments, covered: int | None, findings: Findings) -> None:
    """Lines that are gone at the beginning must have been deleted by the log itself, which says so in an event.

    It deletes none that no checkpoint covers. None: there is no checkpoint, which is told elsewhere.
    """
    if segments.records and covered is not None and covered < segments.first <= segments.pruned_to:
        text = f"records {covered} to {segments.first - 1} are missing, and no checkpoint covers them"
        findings.add("dropped", text, Place(f"segments/{segments.first:020d}.jsonl", 1, 0, segments.first))
    if segments.records and segments.first > segments.pruned_to:
        text = (
            f"records {segments.pruned_to} to {segments.first - 1} are missing, and no event says that they were pruned"
        )
        findings.add("dropped", text, Place(f"segments/{segments.first:020d}.jsonl", 1, 0, segments.first))


def _judge_checkpoint(checkpoint: Checkpoint | None, tree: LogTree, links: dict[int, bytes], result: Result) -> None:
    findings, records = result.findings, result.records
    if not records and not result.size:
        findings.add("empty", "the log has no records")
    if checkpoint is None:
        tree.report(findings, tiles_needed=False)
        return
    if records < checkpoint.size:
        text = f"the checkpoint covers {checkpoint.size} records and {records} are there: the end was cut off"
        findings.add("behind_checkpoint", text, Place("segments"))
    by_root = tree.proven or tree.roots.get(checkpoint.size) == checkpoint.head
    by_link = _is_link(checkpoint, links)
    tree.report(findings, tiles_needed=not by_link)
    if not by_root and not by_link and records >= checkpoint.size:
        text = "the checkpoint names another tree than that of the records"
        findings.add("checkpoint_mismatch", text, Place("checkpoint"))


def _is_link(checkpoint: Checkpoint, links: dict[int, bytes]) -> bool:
    """Whether it is a checkpoint of version 1: it names the link of the last record in place of the root."""
    return links.get(checkpoint.size) == checkpoint.head.hex().encode()


def _is_kept(
    name: str, kept: Checkpoint, tree: LogTree, links: dict[int, bytes], result: Result, *, perhaps_old: bool = False
) -> bool:
    """Whether the log begins with the records that a checkpoint states; else, with a finding, it does not.

    One that is `perhaps_old` may be of version 1, and have a link that is gone with its line.
    """
    findings, size = result.findings, kept.size
    if size > result.records and size > result.size:
        text = f"the log once had {size} records, and now has {result.records}"
        findings.add("behind_checkpoint", text, Place(name))
    elif tree.roots.get(size) == kept.head or _is_link(kept, links):
        return True
    elif size in tree.roots and (size in links or not perhaps_old):
        text = f"the first {size} records are not those that the log once had"
        findings.add("checkpoint_mismatch", text, Place(name))
    else:
        text = f"the first {size} records cannot be compared with it: lines or tiles of them are not there"
        findings.add("kept_not_comparable", text, Place(name))
    return False


def _cosigned(directory: Path, keys: Keys, findings: Findings) -> list[tuple[str, Checkpoint]]:
    """The checkpoints that witnesses cosigned, which lie beside the log's own."""
    found = []
    for path in sorted(directory.glob("cosigned/*")):
        name = f"cosigned/{path.name}"
        if path.suffix == ".new" or not path.is_file():
            continue
        try:
            checkpoint = read_signed(name, read_plain(path), keys, findings)
        except OSError as error:
            findings.add("unreadable", f"cannot be read: {error.strerror}", Place(name))
            continue
        if checkpoint is not None:
            found.append((name, checkpoint))
    return found


def _witnessed(name: str, checkpoint: Checkpoint, witnesses: Sequence[Key], result: Result) -> None:
    for witness in witnesses:
        try:
            time = checkpoint.note.cosigned_at(witness)
        except NoteError as error:
            result.findings.add("bad_signature", str(error), Place(name))
            continue
        if time is not None and checkpoint.size:
            result.confirm(checkpoint.size, f"witness {witness.name} ({checkpoint.size} records, at {time})")
