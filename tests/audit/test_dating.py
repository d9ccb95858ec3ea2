"""What time stamps prove of a log, and what they show of one that was written anew since."""

from __future__ import annotations

from audit.ledger_samples import AT, KEY, made_log, segments_of

from proxy.audit import verify as checking
from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.dating import Stamp, StampUnreadable
from proxy.audit.findings import Dated, Kind
from proxy.audit.signing import KeyHistory
from proxy.audit.verify import Evidence

KEYS = KeyHistory.read(KEY.checking)
LOG, FORK = made_log(20), made_log(20, salt=b"t" * 16)
NOON = int(AT.timestamp())
"""When all records of these logs were made."""


class Plain:
    """An authority whose answers are the time and the text, so that a test can choose both."""

    def dated(self, answer: bytes, text: str) -> int | None:
        time, _, stamped = answer.decode().partition("\n")
        if not time.isdecimal():
            raise StampUnreadable
        return int(time) if stamped == text else None


def stamp(size: int, at: int, log=LOG, name: str = "tsa") -> Stamp:
    text = parse_checkpoint(log.checkpoint(size)).text()
    return Stamp(name, size, f"timestamps/{name}/{size:020}.tsr", f"{at}\n{text}".encode())


def checked(*stamps: Stamp, log=LOG, tiles: bool = True, count: int = 20, authorities=("tsa", "other")):
    known = {name: Plain() for name in authorities}
    own = log.checkpoint(count)
    evidence = Evidence(own, log.tiles() if tiles else None, [("kept", own)], stamps=stamps, authorities=known)
    return checking.verify(segments_of(log.lines[:count]), KEYS, evidence)


def kinds(report) -> list[Kind]:
    return [problem.kind for problem in report.problems if problem.kind is not Kind.TILES_MISSING]


def test_stamps_tell_up_to_where_and_when_the_log_is_proven():
    report = checked(
        stamp(5, NOON + 60), stamp(12, NOON + 3660), stamp(20, NOON + 4000), stamp(9, NOON + 7, name="other")
    )
    assert (report.verdict, kinds(report)) == ("ok", [])
    assert report.dated == [Dated("other", 1, 9, NOON + 7, 9, None, 0), Dated("tsa", 3, 20, NOON + 4000, 5, 4000, 0)]


def test_stamps_are_checked_without_tiles_as_well():
    report = checked(stamp(12, NOON + 60), tiles=False)
    assert [each.records for each in report.dated] == [12]


def test_a_stamp_does_not_confirm_that_the_log_is_whole():
    known = {"tsa": Plain()}
    evidence = Evidence(LOG.checkpoint(), LOG.tiles(), stamps=[stamp(20, NOON)], authorities=known)
    report = checking.verify(segments_of(LOG.lines), KEYS, evidence)
    assert (report.verdict, report.dated[0].records) == ("unanchored", 20)


def test_a_log_that_was_written_anew_does_not_fit_its_old_stamps():
    report = checked(stamp(5, NOON + 60), stamp(12, NOON + 70, FORK), log=FORK)
    assert kinds(report) == [Kind.STAMP_MISMATCH]
    assert (report.verdict, report.problems[0].segment) == ("tampered", f"timestamps/tsa/{5:020}.tsr")
    assert [each.records for each in report.dated] == [12]


def test_a_stamp_of_more_records_than_there_are_shows_a_cut_end():
    assert kinds(checked(stamp(20, NOON + 60), count=12, tiles=False)) == [Kind.BEHIND_CHECKPOINT]


def test_an_answer_that_is_none_is_missing_evidence():
    broken = stamp(5, NOON)._replace(answer=b"junk\n")
    report = checked(broken, stamp(12, NOON))
    assert (kinds(report), report.verdict, len(report.dated)) == ([Kind.STAMP_UNREADABLE], "incomplete", 1)


def test_stamps_of_an_authority_that_nobody_trusts_are_counted():
    report = checked(stamp(5, NOON), stamp(9, NOON), stamp(5, NOON, name="other"), authorities=("other",))
    assert (report.undated, [each.authority for each in report.dated], report.verdict) == ({"tsa": 2}, ["other"], "ok")


def test_what_was_there_earlier_than_its_own_stamp_says_counts_from_then():
    """Whoever dates twelve records dates the first five with them."""
    [dated] = checked(stamp(5, NOON + 900), stamp(12, NOON + 60)).dated
    assert (dated.at, dated.slowest) == (NOON + 60, 60)


def test_records_that_say_to_be_younger_than_their_stamp_are_told():
    assert [each.ahead for each in checked(stamp(5, NOON - 3600), stamp(12, NOON + 5)).dated] == [3600]


def test_a_log_without_records_is_dated_as_such():
    evidence = Evidence(LOG.checkpoint(0), None, stamps=[stamp(0, NOON)], authorities={"tsa": Plain()})
    report = checking.verify([], KEYS, evidence)
    assert [(each.records, each.at) for each in report.dated] == [(0, NOON)]
