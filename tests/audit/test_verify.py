"""Whatever is done to a log by anybody without the key is found, with its place."""

import pytest
from audit.ledger_samples import KEY, ORIGIN, OTHER_KEY, checkpoint_of, log_lines, segments_of
from harness.invented import invented, some
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit.log import GENESIS, parse
from proxy.audit.signing import Checkpoint, read_checking_key, read_signing_key
from proxy.audit.verify import Kind, verify

LINES, HEAD = log_lines(20)
CHECKPOINT = checkpoint_of(20, HEAD)
SEGMENTS = 7
CHECKING = KEY.checking


def check(lines, checkpoint=CHECKPOINT, per_segment=SEGMENTS, key=CHECKING):
    return verify(segments_of(lines, per_segment), checkpoint, key)


def kinds(report):
    return [problem.kind for problem in report.problems]


def test_an_untouched_log_is_in_order():
    report = check(LINES)

    assert (report.verdict, report.problems, report.records, report.checkpoint) == ("ok", [], 20, 20)
    assert report.codes == {"egress.intent": 10, "egress.outcome": 10}
    assert report.unanswered == []


def test_an_intent_without_outcome_is_named():
    lines, head = log_lines(5)

    assert verify(segments_of(lines), checkpoint_of(5, head), CHECKING).unanswered == ["ex-2"]


def test_every_flipped_byte_of_a_log_is_found_in_its_line():
    """Any byte of 20 records; the line's own segment is read alone, and for every 100th byte the whole log."""
    for i, line in enumerate(LINES):
        name = f"{i:020d}.jsonl"
        for position in some(range(len(line))):
            changed = bytearray(line)
            changed[position] ^= 1
            report = verify([(name, [bytes(changed)])], None, CHECKING)
            places = {(p.segment, p.line) for p in report.problems if p.kind != Kind.NO_CHECKPOINT}
            assert (name, 1) in places, (i, position)
            if position % 100 == 0:
                segments = segments_of(LINES, SEGMENTS)
                segment, number = divmod(i, SEGMENTS)
                lines = [*LINES[:i], bytes(changed), *LINES[i + 1 :]]
                pieces = [b"".join(lines[segment * SEGMENTS : (segment + 1) * SEGMENTS])]
                segments[segment] = (segments[segment][0], pieces)
                found = [(p.segment, p.line, p.sequence) for p in verify(segments, CHECKPOINT, CHECKING).problems]
                assert found == [(segments[segment][0], number + 1, i)], (i, position)


def test_a_flipped_line_end_is_found_in_its_line():
    for i in range(19):
        joined = LINES[i][:-1] + b"\x0b"
        report = check([*LINES[:i], joined, *LINES[i + 1 :]], per_segment=1000)
        assert (report.problems[0].kind, report.problems[0].line) == (Kind.CHANGED, i + 1)


def test_every_flipped_bit_of_a_checkpoint_is_found():
    short, head = log_lines(2)
    checkpoint = checkpoint_of(2, head)
    for position in range(len(checkpoint)):
        for bit in range(8):
            changed = bytearray(checkpoint)
            changed[position] ^= 1 << bit
            assert verify(segments_of(short), bytes(changed), CHECKING).verdict == "tampered", (position, bit)


@pytest.mark.parametrize("i", range(20))
def test_a_dropped_line_is_missed_where_it_was(i):
    report = check([*LINES[:i], *LINES[i + 1 :]], per_segment=1000)

    if i == 19:
        assert kinds(report) == [Kind.BEHIND_CHECKPOINT]
    else:
        dropped = next(p for p in report.problems if p.kind == Kind.DROPPED)
        assert (dropped.line, dropped.sequence) == (i + 1, i)
    assert report.verdict == "tampered"


@pytest.mark.parametrize("i", range(19))
def test_swapped_lines_are_told_from_dropped_ones(i):
    report = check([*LINES[:i], LINES[i + 1], LINES[i], *LINES[i + 2 :]], per_segment=1000)

    found = [(p.kind, p.line, p.sequence) for p in report.problems if p.kind != Kind.MISNAMED]
    assert found == [(Kind.SWAPPED, i + 2, i)]


@pytest.mark.parametrize("i", range(20))
def test_a_repeated_line_is_an_added_one(i):
    report = check([*LINES[: i + 1], LINES[i], *LINES[i + 1 :]], per_segment=1000)

    assert [(p.kind, p.line, p.sequence) for p in report.problems] == [(Kind.ADDED, i + 2, i)]


@pytest.mark.parametrize("i", range(20))
def test_a_line_written_without_the_key_is_an_added_one(i):
    forged = log_lines(20, OTHER_KEY)[0][i]
    report = check([*LINES[:i], forged, *LINES[i:]], per_segment=1000)

    assert [(p.kind, p.line) for p in report.problems] == [(Kind.ADDED, i + 1)]
    assert report.problems[0].offset == sum(map(len, LINES[:i]))


def test_a_line_appended_without_the_key_is_found():
    report = check([*LINES, log_lines(21, OTHER_KEY)[0][20]], per_segment=1000)

    assert [(p.kind, p.line) for p in report.problems] == [(Kind.BAD_SIGNATURE, 21)]


def test_a_replaced_line_is_a_changed_one():
    forged = log_lines(20, OTHER_KEY)[0][9]
    report = check([*LINES[:9], forged, *LINES[10:]])

    assert [(p.kind, p.segment, p.line, p.sequence) for p in report.problems] == [
        (Kind.BAD_SIGNATURE, f"{7:020d}.jsonl", 3, 9)
    ]


def test_a_line_of_another_log_does_not_fit():
    """Same key, other origin: the origin is part of what is signed."""
    other = type(KEY)("dale/egress", KEY.private)
    report = check([*LINES[:9], log_lines(20, other)[0][9], *LINES[10:]])

    assert kinds(report) == [Kind.BAD_SIGNATURE]


def test_a_tail_of_another_history_of_the_same_log_does_not_link():
    """The key holder's own second history, spliced in: each line is genuine, the links are not."""
    other, _ = log_lines(20, salt=b"t" * 16)
    report = check([*LINES[:9], *other[9:]], per_segment=1000)

    assert (report.problems[0].kind, report.problems[0].line) == (Kind.BROKEN_LINK, 10)
    assert Kind.CHECKPOINT_MISMATCH in kinds(report)


@pytest.mark.parametrize("keep", range(20))
def test_a_cut_tail_is_found_against_the_checkpoint(keep):
    report = check(LINES[:keep], per_segment=1000)

    assert Kind.BEHIND_CHECKPOINT in kinds(report)
    assert report.verdict == "tampered"


def test_a_tail_that_was_never_finished_is_not_tampering():
    lines, head = log_lines(4)
    report = verify(segments_of([*lines, b'{"seq":4,"pre']), checkpoint_of(4, head), CHECKING)

    assert kinds(report) == [Kind.TORN_TAIL]
    assert (report.verdict, report.problems[0].line) == ("incomplete", 5)


def test_a_missing_segment_is_missed():
    segments = segments_of(LINES, SEGMENTS)

    assert kinds(verify([segments[0], segments[2]], CHECKPOINT, CHECKING)) == [Kind.DROPPED]
    assert kinds(verify(segments[:2], CHECKPOINT, CHECKING)) == [Kind.BEHIND_CHECKPOINT]
    assert kinds(verify(segments[1:], CHECKPOINT, CHECKING)) == [Kind.DROPPED]


def test_a_file_that_is_no_segment_is_an_added_one():
    assert kinds(verify([*segments_of(LINES), ("notes.jsonl", [b"x\n"])], CHECKPOINT, CHECKING)) == [Kind.ADDED]


def test_a_checkpoint_of_another_log_or_key_counts_for_nothing():
    foreign = Checkpoint("dale/egress", 20, HEAD).signed(type(KEY)("dale/egress", KEY.private))

    assert kinds(check(LINES, foreign)) == [Kind.UNKNOWN_ORIGIN]
    assert kinds(check(LINES, checkpoint_of(20, HEAD, OTHER_KEY))) == [Kind.BAD_SIGNATURE]
    assert kinds(check(LINES, checkpoint_of(20, GENESIS))) == [Kind.CHECKPOINT_MISMATCH]
    assert kinds(check(LINES, None)) == [Kind.NO_CHECKPOINT]
    assert check(LINES, None).verdict == "incomplete"


def test_an_older_checkpoint_holds_too():
    older = checkpoint_of(5, parse(LINES[4][:-1]).link(ORIGIN))

    assert check(LINES, older).verdict == "ok"


def test_pieces_may_be_cut_anywhere():
    whole = b"".join(LINES)
    for size in (1, 7, 4096):
        pieces = [whole[i : i + size] for i in range(0, len(whole), size)]
        assert verify([(f"{0:020d}.jsonl", pieces)], CHECKPOINT, CHECKING).verdict == "ok"


@settings(max_examples=invented(150), deadline=None)
@given(st.data())
def test_no_random_damage_goes_unseen(data):
    """Any splice of the log's own bytes or of noise, at any place, is found unless it changes nothing."""
    whole = b"".join(LINES)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 4000)))
    source = data.draw(st.integers(0, len(whole)))
    noise = st.one_of(st.binary(max_size=200), st.just(whole[source : source + data.draw(st.integers(0, 4000))]))
    damaged = whole[:start] + data.draw(noise) + whole[end:]
    report = verify([(f"{0:020d}.jsonl", [damaged])], CHECKPOINT, CHECKING)

    assert (report.verdict != "ok") == (damaged != whole)


@settings(max_examples=invented(100), deadline=None)
@given(st.permutations(range(20)), st.integers(0, 20))
def test_no_order_but_the_right_one_is_in_order(order, keep):
    report = check([LINES[i] for i in order[:keep]], per_segment=1000)

    assert (report.verdict == "ok") == (list(order[:keep]) == list(range(20)))


def test_keys_survive_their_text():
    assert read_checking_key(CHECKING.render() + "\n") == CHECKING
    assert read_signing_key(ORIGIN, KEY.to_pem()).checking.raw == CHECKING.raw
    assert read_signing_key(ORIGIN, b"no key") is None


def test_every_flipped_bit_of_a_public_key_is_found():
    text = CHECKING.render().encode()
    for position in range(len(text)):
        for bit in range(7):
            changed = bytearray(text)
            changed[position] ^= 1 << bit
            assert read_checking_key(changed.decode()) is None, position
