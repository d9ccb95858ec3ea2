"""A log of one of several proxies that is missing, silent, forked, behind, or grew after its end is called so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from audit.ledger_samples import AT, KEY, OTHER_KEY, made_log, segments_of

from proxy.audit import verify as checking
from proxy.audit.roll_call import Called, KnownLog, State, called, called_unknown, is_silent, verdict
from proxy.audit.signing import KeyHistory
from proxy.audit.verify import Evidence

LOG, FORK = made_log(20), made_log(20, salt=b"t" * 16)
KEYS = KeyHistory.read(KEY.checking)
KNOWN = KnownLog("fjord/egress", 20, LOG.checkpoint(), AT, 310)
SOON, LATER = AT + timedelta(seconds=300), AT + timedelta(seconds=371)


def checked(log, kept=(("store", KNOWN.checkpoint),), count=20, tiles=True):
    evidence = Evidence(log.checkpoint(count), log.tiles() if tiles and count == 20 else None, kept)
    return checking.verify(segments_of(log.lines[:count]), KEYS, evidence)


def state(known=KNOWN, copies=(), report=None, now=SOON) -> State:
    return called(known, copies, report, now).state


def test_a_log_whose_directory_was_read_is_in_order_if_the_store_agrees():
    found = called(KNOWN, [("worm", LOG.checkpoint(12))], checked(LOG), SOON)
    assert (found.state, found.records, found.last_sign) == (State.IN_ORDER, 20, AT)


def test_a_log_of_which_only_the_store_knows_is_missing():
    assert state() is State.MISSING
    assert state(now=LATER) is State.MISSING
    assert state(
        copies=[("worm", b"junk"), ("key", made_log(3, key=KEY).checkpoint().replace(b"fjord/", b"fjor/d"))]
    ) is (State.MISSING)


def test_a_log_that_an_anchor_has_as_well_is_in_order_unread():
    found = called(KNOWN, [("worm", LOG.checkpoint(12)), ("witness", LOG.checkpoint())], None, SOON)
    assert (found.state, "not read" in found.detail) == (State.IN_ORDER, True)


@pytest.mark.parametrize("read", [True, False])
def test_a_log_that_gives_no_sign_within_its_interval_is_silent_unless_it_was_closed(read):
    copies, report = [("worm", LOG.checkpoint())], checked(LOG) if read else None
    assert state(copies=copies, report=report, now=LATER) is State.SILENT
    assert state(KNOWN._replace(within=None), copies, report, LATER) is State.SILENT
    assert state(KNOWN._replace(within=400), copies, report, LATER) is State.IN_ORDER
    closed = KNOWN._replace(closed=AT)
    if not read:
        assert state(closed, copies, report, LATER) is State.IN_ORDER
        assert (
            state(closed._replace(at=AT + timedelta(seconds=1)), copies, report, LATER + timedelta(1)) is State.SILENT
        )


def test_what_the_directory_says_of_its_end_goes_before_what_the_store_says():
    report = checked(LOG)
    report.last_code = "ledger.closed"
    assert called(KNOWN, [], report, LATER).detail == "closed in good order"
    report.last_code, report.last_time = "ledger.heartbeat", int(LATER.timestamp() * 1000)
    assert state(KNOWN._replace(closed=AT), report=report, now=LATER) is State.IN_ORDER


@pytest.mark.parametrize(
    ("copy", "found"),
    [(LOG.checkpoint(), State.IN_ORDER), (FORK.checkpoint(), State.FORKED), (made_log(21).checkpoint(), State.BEHIND)],
)
def test_checkpoints_are_compared_where_no_directory_was_read(copy, found):
    assert state(copies=[("worm", copy)]) is found


def test_anchors_are_compared_with_each_other_too():
    copies = [("worm", LOG.checkpoint(12)), ("bucket", FORK.checkpoint(12))]
    assert state(copies=copies) is State.FORKED


def test_a_directory_that_lacks_records_or_has_others_is_behind_or_forked():
    kept = [("store", KNOWN.checkpoint)]
    assert state(report=checked(LOG, kept, 12, tiles=False)) is State.BEHIND
    assert state(report=checked(FORK, kept)) is State.FORKED
    other = [("store", LOG.checkpoint(key=OTHER_KEY))]
    assert state(report=checked(LOG, other)) is State.FORKED


def test_a_directory_that_was_changed_is_tampered_with_whatever_else_it_is():
    lines = [*LOG.lines[:5], LOG.lines[5].replace(b"acme-llm", b"acne-llm"), *LOG.lines[6:12]]
    evidence = Evidence(LOG.checkpoint(12), None, [("store", KNOWN.checkpoint)])
    assert state(report=checking.verify(segments_of(lines), KEYS, evidence)) is State.TAMPERED


def test_a_directory_that_ends_in_the_middle_of_a_line_is_incomplete():
    evidence = Evidence(LOG.checkpoint(), LOG.tiles(), [("store", KNOWN.checkpoint)])
    report = checking.verify(segments_of([*LOG.lines, b'{"v":2']), KEYS, evidence)
    assert state(report=report) is State.INCOMPLETE


def test_a_log_that_the_store_does_not_know_is_confirmed_by_nothing():
    found = called_unknown(checked(LOG, ()))
    assert (found.state, "does not know it" in found.detail) == (State.UNANCHORED, True)
    assert called_unknown(checked(LOG)).state is State.IN_ORDER


# --- retired -------------------------------------------------------------------------------------

RETIRED = KNOWN._replace(retired=LATER, end=LOG.checkpoint())
MUCH_LATER = LATER + timedelta(days=90)


def test_a_retired_log_is_neither_missing_nor_silent():
    assert state(RETIRED, now=MUCH_LATER) is State.RETIRED
    assert state(RETIRED, [("worm", LOG.checkpoint(12))], now=MUCH_LATER) is State.RETIRED
    assert state(RETIRED, report=checked(LOG), now=MUCH_LATER) is State.RETIRED


def test_a_retired_log_that_grows_is_told_whoever_knows():
    grown = made_log(21)
    assert state(RETIRED._replace(size=21, checkpoint=grown.checkpoint()), now=MUCH_LATER) is State.GREW
    assert state(RETIRED._replace(at=MUCH_LATER), now=MUCH_LATER) is State.GREW
    assert state(RETIRED, [("worm", grown.checkpoint())], now=MUCH_LATER) is State.GREW
    report = checked(LOG)
    report.last_time = int(MUCH_LATER.timestamp() * 1000)
    assert state(RETIRED, report=report, now=MUCH_LATER) is State.GREW


def test_a_retired_log_with_another_end_is_told():
    assert state(RETIRED, [("worm", FORK.checkpoint())], now=MUCH_LATER) is State.FORKED
    assert state(RETIRED._replace(checkpoint=FORK.checkpoint()), now=MUCH_LATER) is State.FORKED
    changed = [*LOG.lines[:5], LOG.lines[5].replace(b"acme-llm", b"acne-llm"), *LOG.lines[6:]]
    report = checking.verify(segments_of(changed), KEYS, Evidence(LOG.checkpoint(), LOG.tiles()))
    assert state(RETIRED, report=report, now=MUCH_LATER) is State.TAMPERED


# --- all together --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], "ok"),
        ([State.IN_ORDER, State.RETIRED], "ok"),
        ([State.IN_ORDER, State.UNANCHORED], "unanchored"),
        ([State.UNANCHORED, State.MISSING], "incomplete"),
        ([State.SILENT, State.IN_ORDER], "incomplete"),
        ([State.INCOMPLETE, State.FORKED], "tampered"),
        ([State.BEHIND], "tampered"),
        ([State.GREW, State.MISSING], "tampered"),
        ([State.GONE], "tampered"),
    ],
)
def test_the_worst_counts(states, whole):
    assert verdict(Called("a/b", each, "") for each in states) == whole


def test_only_a_log_that_should_have_spoken_is_silent():
    assert not is_silent(KNOWN, None, AT + timedelta(seconds=370))
    assert is_silent(KNOWN, None, LATER)
    assert not is_silent(KNOWN._replace(closed=AT), None, LATER)
