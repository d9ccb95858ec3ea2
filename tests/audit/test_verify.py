"""Whatever is done to a log by anybody without the key is found, with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
from audit.ledger_samples import KEY, OTHER_KEY, Log, checkpoint_of, log_lines, made_log, segments_of
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from harness.invented import invented, some
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit import verify as checking
from proxy.audit.checkpoints import Checkpoint, WitnessKey, cosign, with_cosignatures
from proxy.audit.log import GENESIS
from proxy.audit.signing import KeyHistory, hand_over, join_handovers, read_checking_key, read_signing_key
from proxy.audit.tile_check import TileFiles
from proxy.audit.verify import Evidence, Kind

SEGMENTS = 7
KEYS = KeyHistory.read(KEY.checking)
assert KEYS is not None


class Case(NamedTuple):
    """A log, its checkpoint and its tiles. Without tiles, only signatures and links prove it."""

    log: Log
    checkpoint: bytes
    tiles: TileFiles | None


def _case(count: int, which: str) -> Case:
    log = made_log(count, version=1 if which == "version 1" else 2)
    if which == "version 1":
        return Case(log, checkpoint_of(count, log.links[count]), None)
    return Case(log, log.checkpoint(), log.tiles() if which == "tiles" else None)


CASES = {which: _case(20, which) for which in ("version 1", "tiles", "links")}
BY_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def verify(segments, checkpoint, keys=KEYS, tiles=None, kept=()):
    return checking.verify(segments, keys, Evidence(checkpoint, tiles, kept))


def check(case, lines, per_segment=SEGMENTS, keys=KEYS):
    return verify(segments_of(lines, per_segment), case.checkpoint, keys, case.tiles)


def kinds(report):
    return [problem.kind for problem in report.problems if problem.kind != Kind.TILES_MISSING]


@BY_CASE
def test_an_untouched_log_is_in_order(case):
    report = check(case, case.log.lines)

    assert (kinds(report), report.records, report.checkpoint) == ([], 20, 20)
    assert report.codes == {"egress.intent": 10, "egress.outcome": 10}
    assert report.unanswered == []


def test_only_what_lies_elsewhere_confirms_a_log():
    case = CASES["tiles"]
    assert check(case, case.log.lines).verdict == "unanchored"
    kept = [("kept", case.log.checkpoint(5))]
    report = verify(segments_of(case.log.lines), case.checkpoint, tiles=case.tiles, kept=kept)
    assert (report.verdict, report.confirmed) == ("ok", {"kept": 5})


def test_tiles_that_are_not_there_are_missed():
    case = CASES["links"]
    assert [p.kind for p in check(case, case.log.lines).problems] == [Kind.TILES_MISSING]
    assert check(case, case.log.lines).verdict == "incomplete"


def test_an_intent_without_outcome_is_named():
    log = made_log(5)
    assert verify(segments_of(log.lines), log.checkpoint()).unanswered == ["ex-2"]


@BY_CASE
def test_every_flipped_byte_of_a_log_is_found_in_its_line(case):
    """Any byte of 20 records, in the whole log."""
    lines = case.log.lines
    for i, line in enumerate(lines):
        for position in some(some(range(len(line) - 1)))[:: 1 if case.tiles is not None else 2]:
            changed = bytearray(line)
            changed[position] ^= 1
            segment, number = divmod(i, SEGMENTS)
            segments = segments_of(lines, SEGMENTS)
            damaged = [*lines[:i], bytes(changed), *lines[i + 1 :]]
            pieces = [b"".join(damaged[segment * SEGMENTS : (segment + 1) * SEGMENTS])]
            segments[segment] = (segments[segment][0], pieces)
            report = verify(segments, case.checkpoint, tiles=case.tiles)
            found = {(p.segment, p.line) for p in report.problems if p.segment.endswith("jsonl")}
            assert (segments[segment][0], number + 1) in found, (i, position)
            assert report.verdict == "tampered"
            if case.tiles is not None:
                assert len(found) == 1, (i, position)


@BY_CASE
def test_a_flipped_line_end_is_found_in_its_line(case):
    for i in range(19):
        joined = case.log.lines[i][:-1] + b"\x0b"
        report = check(case, [*case.log.lines[:i], joined, *case.log.lines[i + 1 :]], per_segment=1000)
        assert i + 1 in {p.line for p in report.problems}
        assert report.verdict == "tampered"


@pytest.mark.parametrize("version", [1, 2])
def test_every_flipped_bit_of_a_checkpoint_is_found(version):
    log = made_log(2, version=version)
    checkpoint = log.checkpoint() if version == 2 else checkpoint_of(2, log.links[2])
    for position in range(len(checkpoint)):
        for bit in range(8):
            changed = bytearray(checkpoint)
            changed[position] ^= 1 << bit
            report = verify(segments_of(log.lines), bytes(changed), tiles=log.tiles() if version == 2 else None)
            assert report.verdict == "tampered", (position, bit)


@pytest.mark.parametrize("count", [20, 300])
def test_every_flipped_byte_of_a_tile_or_bundle_is_found(count):
    log = made_log(count)
    for path, content in log.files.items():
        for position in some(range(len(content)))[:60]:
            changed = content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
            report = verify(segments_of(log.lines), log.checkpoint(), tiles=log.tiles(**{path: changed}))
            assert report.verdict == "tampered"
            assert f"tile/{path}" in {p.segment for p in report.problems if p.kind == Kind.TILE_CHANGED}
            assert not [p for p in report.problems if p.segment.endswith("jsonl")]


@given(st.sampled_from(sorted(made_log(300).files)), st.integers(1, 40))
def test_a_tile_that_was_cut_removed_or_added_is_found(path, by):
    log = made_log(300)
    cut = verify(segments_of(log.lines), log.checkpoint(), tiles=log.tiles(**{path: log.files[path][:-by]}))
    assert cut.verdict == "tampered"
    without = {name: content for name, content in log.files.items() if name != path}
    gone = verify(segments_of(log.lines), log.checkpoint(), tiles=type(log.tiles())(without))
    assert [p.kind for p in gone.problems] == [Kind.TILES_MISSING]
    more = verify(segments_of(log.lines), log.checkpoint(), tiles=log.tiles(**{"0/notes": b"x"}))
    assert [p.kind for p in more.problems] == [Kind.TILE_CHANGED]


@BY_CASE
@pytest.mark.parametrize("i", range(20))
def test_a_dropped_line_is_missed_where_it_was(case, i):
    report = check(case, [*case.log.lines[:i], *case.log.lines[i + 1 :]], per_segment=1000)

    if i == 19:
        assert Kind.BEHIND_CHECKPOINT in kinds(report)
    elif case.tiles is not None:
        dropped = next(p for p in report.problems if p.kind == Kind.DROPPED)
        assert (dropped.line, dropped.sequence) == (i + 1, i)
    assert report.verdict == "tampered"


@pytest.mark.parametrize("which", ["version 1", "tiles"])
@pytest.mark.parametrize("i", range(19))
def test_swapped_lines_are_told_from_dropped_ones(which, i):
    lines = CASES[which].log.lines
    report = check(CASES[which], [*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]], per_segment=1000)

    found = [(p.kind, p.line, p.sequence) for p in report.problems if p.kind != Kind.MISNAMED]
    assert found == [(Kind.SWAPPED, i + 2, i)]


@pytest.mark.parametrize("which", ["version 1", "tiles"])
@pytest.mark.parametrize("i", range(20))
def test_a_repeated_line_is_an_added_one(which, i):
    lines = CASES[which].log.lines
    report = check(CASES[which], [*lines[: i + 1], lines[i], *lines[i + 1 :]], per_segment=1000)

    assert [(p.kind, p.line, p.sequence) for p in report.problems] == [(Kind.ADDED, i + 2, i)]


@pytest.mark.parametrize("which", ["version 1", "tiles"])
@pytest.mark.parametrize("i", range(20))
def test_a_line_written_without_the_key_is_an_added_one(which, i):
    lines = CASES[which].log.lines
    forged = made_log(20, OTHER_KEY, version=CASES[which].log.lines[0].startswith(b'{"v":2') + 1, salt=b"x" * 16).lines[
        i
    ]
    report = check(CASES[which], [*lines[:i], forged, *lines[i:]], per_segment=1000)

    assert [(p.kind, p.line) for p in report.problems] == [(Kind.ADDED, i + 1)]
    assert report.problems[0].offset == sum(map(len, lines[:i]))


@BY_CASE
def test_a_line_appended_without_the_key_is_found(case):
    forged = log_lines(21, OTHER_KEY)[0][20]
    report = check(case, [*case.log.lines, forged], per_segment=1000)

    assert [(p.kind, p.line) for p in report.problems if p.kind != Kind.TILES_MISSING] == [(Kind.BAD_SIGNATURE, 21)]


@BY_CASE
def test_a_replaced_line_is_a_changed_one(case):
    forged = log_lines(20, OTHER_KEY, b"x" * 16)[0][9]
    report = check(case, [*case.log.lines[:9], forged, *case.log.lines[10:]])

    assert (Kind.BAD_SIGNATURE, f"{7:020d}.jsonl", 3, 9) in [
        (p.kind, p.segment, p.line, p.sequence) for p in report.problems
    ]


def test_a_line_of_another_log_does_not_fit():
    """Same key, other origin: the origin is part of what is signed."""
    other = type(KEY)("dale/egress", KEY.private)
    case = CASES["version 1"]
    forged = made_log(20, other, version=1).lines[9]
    report = check(case, [*case.log.lines[:9], forged, *case.log.lines[10:]])

    assert kinds(report) == [Kind.BAD_SIGNATURE]


def test_a_tail_of_another_history_of_the_same_log_does_not_link():
    """The key holder's own second history, spliced in: each line is genuine, the links are not."""
    case, other = CASES["version 1"], made_log(20, salt=b"t" * 16, version=1)
    report = check(case, [*case.log.lines[:9], *other.lines[9:]], per_segment=1000)

    assert (report.problems[0].kind, report.problems[0].line) == (Kind.BROKEN_LINK, 10)
    assert Kind.CHECKPOINT_MISMATCH in kinds(report)


@BY_CASE
@pytest.mark.parametrize("keep", range(20))
def test_a_cut_tail_is_found_against_the_checkpoint(case, keep):
    report = check(case, case.log.lines[:keep], per_segment=1000)

    assert Kind.BEHIND_CHECKPOINT in kinds(report)
    assert report.verdict == "tampered"


@pytest.mark.parametrize("whole", range(3))
def test_a_tail_that_was_never_finished_is_not_tampering(whole):
    """A group whose last line, which is signed, is not there: whole lines and a torn one."""
    log = made_log(9)
    lines = log.lines[: 6 + whole]
    for torn in (b"", log.lines[6 + whole][:40]):
        report = verify(segments_of([*lines, torn]), log.checkpoint(6), tiles=made_log(6).tiles())
        assert kinds(report) == ([Kind.TORN_TAIL] if whole or torn else [])
        assert report.verdict == ("incomplete" if whole or torn else "unanchored")


def test_records_after_the_checkpoint_are_proven_by_the_next_signed_line():
    log, older = made_log(20), made_log(6)
    for i in range(6, 20):
        for position in some(range(len(log.lines[i])))[:150]:
            changed = bytearray(log.lines[i])
            changed[position] ^= 1
            lines = [*log.lines[:i], bytes(changed), *log.lines[i + 1 :]]
            report = verify([(f"{0:020d}.jsonl", [b"".join(lines)])], log.checkpoint(6), tiles=older.tiles())
            assert report.verdict == "tampered" or (i >= 18 and kinds(report) == [Kind.TORN_TAIL]), (i, position)
            assert abs(min(p.line for p in report.problems) - i - 1) <= 1


def test_a_missing_segment_is_missed():
    case = CASES["tiles"]
    segments = segments_of(case.log.lines, SEGMENTS)

    assert kinds(verify([segments[0], segments[2]], case.checkpoint, tiles=case.tiles)) == [Kind.DROPPED]
    assert kinds(verify(segments[:2], case.checkpoint, tiles=case.tiles)) == [Kind.BEHIND_CHECKPOINT]
    assert kinds(verify(segments[1:], case.checkpoint, tiles=case.tiles)) == [Kind.DROPPED]


@BY_CASE
def test_a_file_that_is_no_segment_is_an_added_one(case):
    segments = [*segments_of(case.log.lines), ("notes.jsonl", [b"x\n"])]
    assert kinds(verify(segments, case.checkpoint, tiles=case.tiles)) == [Kind.ADDED]


@BY_CASE
def test_a_checkpoint_of_another_log_or_key_counts_for_nothing(case):
    def against(checkpoint):
        return verify(segments_of(case.log.lines), checkpoint, tiles=case.tiles)

    head = case.log.roots[20]
    foreign = Checkpoint("dale/egress", 20, head).signed(type(KEY)("dale/egress", KEY.private))

    assert kinds(against(foreign)) == [Kind.UNKNOWN_ORIGIN]
    assert kinds(against(checkpoint_of(20, head, OTHER_KEY))) == [Kind.BAD_SIGNATURE]
    assert Kind.CHECKPOINT_MISMATCH in kinds(against(checkpoint_of(20, GENESIS)))
    assert kinds(against(None)) == [Kind.NO_CHECKPOINT]
    assert against(None).verdict == "incomplete"


@BY_CASE
@pytest.mark.parametrize("size", [0, 1, 5, 19, 20])
@pytest.mark.parametrize("kind", ["root", "link"])
def test_older_checkpoints_hold_too(case, size, kind):
    """Those of version 1 as well, which have the link of the last record."""
    heads = case.log.roots if kind == "root" else case.log.links
    kept = [("kept", checkpoint_of(size, heads[size]))]
    report = verify(segments_of(case.log.lines), case.checkpoint, tiles=case.tiles, kept=kept)
    assert (kinds(report), report.confirmed) == ([], {"kept": size})


@BY_CASE
@pytest.mark.parametrize("size", [5, 20])
def test_a_kept_checkpoint_is_not_the_logs_own(case, size):
    """Nothing says how long the log was when it was last written, however much is confirmed."""
    kept = [("kept", case.log.checkpoint(size) if case.tiles else checkpoint_of(size, case.log.roots[size]))]
    report = verify(segments_of(case.log.lines), None, tiles=case.tiles, kept=kept)
    assert (kinds(report), report.verdict) == ([Kind.NO_CHECKPOINT], "incomplete")


def test_a_witness_that_contradicts_confirms_nothing():
    """Nor does it by an older checkpoint that it cosigned as well."""
    case, key = CASES["tiles"], Ed25519PrivateKey.generate()
    other = made_log(20, salt=b"t" * 16)
    files = [checkpoint_of(5, case.log.roots[5]), checkpoint_of(9, other.roots[9])]
    cosigned = [with_cosignatures(file, (cosign(file, "w.example", key, 1),)) for file in files]
    evidence = Evidence(
        case.checkpoint, case.tiles, [("kept", case.checkpoint)], [WitnessKey("w.example", key.public_key())],
        [(f"cosigned/{number}", file) for number, file in enumerate(cosigned)],
    )  # fmt: skip
    report = checking.verify(segments_of(case.log.lines), KEYS, evidence)
    assert (kinds(report), report.confirmed) == ([Kind.CHECKPOINT_MISMATCH], {"kept": 20})


@pytest.mark.parametrize("at", [0, 1, 2])
def test_each_checkpoint_that_an_anchor_keeps_is_compared(at):
    case, other = CASES["tiles"], made_log(20, salt=b"t" * 16)
    roots = [other.roots if number == at else case.log.roots for number in range(3)]
    older = [("worm", f"{size:020}", checkpoint_of(size, roots[n][size])) for n, size in enumerate((15, 9, 5))]
    evidence = Evidence(case.checkpoint, case.tiles, [("worm", case.checkpoint), ("store", case.checkpoint)])
    report = checking.verify(segments_of(case.log.lines), KEYS, replace(evidence, older=older))
    assert (kinds(report), report.confirmed) == ([Kind.CHECKPOINT_MISMATCH], {"store": 20})
    assert report.problems[0].detail.startswith(f"worm, {(15, 9, 5)[at]:020} states another history")
    sound = [(anchor, name, checkpoint_of(int(name), case.log.roots[int(name)])) for anchor, name, _ in older]
    report = checking.verify(segments_of(case.log.lines), KEYS, replace(evidence, older=sound))
    assert (report.verdict, report.confirmed) == ("ok", {"worm": 20, "store": 20})


def test_an_older_checkpoint_under_another_key_is_told():
    case = CASES["tiles"]
    older = [("worm", f"{5:020}", checkpoint_of(5, case.log.roots[5], OTHER_KEY))]
    evidence = Evidence(case.checkpoint, case.tiles, [("worm", case.checkpoint)], older=older)
    report = checking.verify(segments_of(case.log.lines), KEYS, evidence)
    assert (kinds(report), report.confirmed) == ([Kind.BAD_SIGNATURE], {})


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("left", [0, 6, 12, 18])
def test_records_that_only_the_tiles_know_are_missing(own, left):
    case = CASES["tiles"]
    older = checkpoint_of(5, case.log.roots[5])
    report = verify(
        segments_of(case.log.lines[:left]), older if own else None, tiles=case.tiles, kept=[("kept", older)]
    )
    assert report.verdict == "tampered"
    assert Kind.BEHIND_TILES in kinds(report)
    assert (Kind.NO_CHECKPOINT in kinds(report)) is not own
    [told] = [each.detail for each in report.problems if each.kind is Kind.BEHIND_TILES]
    assert told.endswith(f": {20 - left}")


@BY_CASE
@pytest.mark.parametrize("size", [1, 5, 19, 21])
def test_a_kept_checkpoint_of_another_history_is_told(case, size):
    kept = [("kept", checkpoint_of(size, made_log(21, salt=b"t" * 16).roots[size]))]
    report = verify(segments_of(case.log.lines), case.checkpoint, tiles=case.tiles, kept=kept)
    expected = Kind.CHECKPOINT_MISMATCH if size < 21 else Kind.BEHIND_CHECKPOINT
    assert expected in kinds(report)
    assert report.confirmed == {}


def test_pieces_may_be_cut_anywhere():
    case = CASES["tiles"]
    whole = b"".join(case.log.lines)
    for size in (1, 7, 4096):
        pieces = [whole[i : i + size] for i in range(0, len(whole), size)]
        assert kinds(verify([(f"{0:020d}.jsonl", pieces)], case.checkpoint, tiles=case.tiles)) == []


@BY_CASE
@settings(max_examples=invented(80), deadline=None)
@given(data=st.data())
def test_no_random_damage_goes_unseen(case, data):
    """Any splice of the log's own bytes or of noise, at any place, is found unless it changes nothing."""
    whole = b"".join(case.log.lines)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 4000)))
    source = data.draw(st.integers(0, len(whole)))
    noise = st.one_of(st.binary(max_size=200), st.just(whole[source : source + data.draw(st.integers(0, 4000))]))
    damaged = whole[:start] + data.draw(noise) + whole[end:]
    report = verify([(f"{0:020d}.jsonl", [damaged])], case.checkpoint, tiles=case.tiles)

    assert bool(kinds(report)) == (damaged != whole)


@BY_CASE
@settings(max_examples=invented(60), deadline=None)
@given(order=st.permutations(range(20)), keep=st.integers(0, 20))
def test_no_order_but_the_right_one_is_in_order(case, order, keep):
    report = check(case, [case.log.lines[i] for i in order[:keep]], per_segment=1000)

    assert (not kinds(report)) == (list(order[:keep]) == list(range(20)))


def test_keys_survive_their_text():
    assert read_checking_key(KEY.checking.render() + "\n") == KEY.checking
    assert read_signing_key(KEY.origin, KEY.to_pem()).checking.raw == KEY.checking.raw
    assert read_signing_key(KEY.origin, b"no key") is None


def test_every_flipped_bit_of_a_public_key_is_found():
    text = KEY.checking.render().encode()
    for position in range(len(text)):
        for bit in range(7):
            changed = bytearray(text)
            changed[position] ^= 1 << bit
            assert read_checking_key(changed.decode()) is None, position


# --- keys that follow each other -----------------------------------------------------------------

HANDED = hand_over(KEY, OTHER_KEY.checking, 10)


@pytest.mark.parametrize("kept", [KEY, OTHER_KEY], ids=["old", "new"])
def test_a_log_goes_on_under_a_new_key_that_the_old_one_named(kept):
    keys = KeyHistory.read(kept.checking, HANDED)
    log = made_log(20, handed=(10, OTHER_KEY))
    old, new = log.checkpoint(10), log.checkpoint(20, OTHER_KEY)
    report = verify(segments_of(log.lines), new, keys, log.tiles(), [("kept", old)])
    assert kinds(report) == []
    assert Kind.BAD_SIGNATURE in kinds(verify(segments_of(log.lines), log.checkpoint(20, KEY), keys, log.tiles()))


def test_every_flipped_byte_of_a_handover_is_found():
    third = type(KEY)(KEY.origin, Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39))))
    handed = join_handovers(HANDED, hand_over(OTHER_KEY, third.checking, 15))
    assert [since for since, _ in KeyHistory.read(third.checking, handed).periods] == [0, 10, 15]
    for position in range(len(handed)):
        for bit in (0, 3):
            changed = handed[:position] + bytes([handed[position] ^ 1 << bit]) + handed[position + 1 :]
            assert KeyHistory.read(third.checking, changed) is None, position


def test_a_key_that_nobody_named_has_no_history():
    stranger = type(KEY)(KEY.origin, Ed25519PrivateKey.from_private_bytes(bytes(range(9, 41))))
    assert KeyHistory.read(stranger.checking, HANDED) is None
    assert KeyHistory.read(KEY.checking, hand_over(stranger, OTHER_KEY.checking, 10)) is None
