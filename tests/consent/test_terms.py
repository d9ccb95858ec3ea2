"""Sentences with their places, and versions compared by them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.terms import ChangeKind, diff, digest_of, sentences, stale

TEXT = """Terms of Service

10. Licences

10.4 Customer licence. You agree, e.g. by contract, to what Northwind Inc. writes here. It
goes on over lines.

10.5 We will not:
(a) sell your data;
(b) train on it; or
(c) keep it.

Changes are made in No. 3 of this page (see below). Goodbye."""


def test_sentences_are_cut_with_section_lead_and_place() -> None:
    cut = sentences(TEXT)
    assert [s.text for s in cut] == [
        "Terms of Service", "Licences", "Customer licence.",
        "You agree, e.g. by contract, to what Northwind Inc. writes here.", "It goes on over lines.",
        "We will not:", "sell your data;", "train on it; or", "keep it.",
        "Changes are made in No. 3 of this page (see below).", "Goodbye.",
    ]  # fmt: skip
    assert [s.section for s in cut][2:6] == ["10.4", "10.4", "10.4", "10.5"]
    assert {s.lead for s in cut if s.text in ("sell your data;", "keep it.")} == {"We will not:"}
    assert cut[-1].lead == ""


@given(st.text(alphabet=st.sampled_from("aB .:;\n(a)1.4-é\t\u2028"), max_size=200))
def test_every_sentence_stands_where_it_says_and_nothing_is_lost(text: str) -> None:
    cut = sentences(text)
    assert all(" ".join(text[s.span.start : s.span.end].split()) == s.text for s in cut)
    assert all(one.span.end <= other.span.start for one, other in pairwise(cut))
    assert sentences(text) == cut


OLD = "1. We keep transcripts for 30 days. 2. You may leave at any time.\n\nWe delete what you delete."


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        (OLD, []),
        (OLD.replace(" for 30", "\nfor 30").replace("1. We", "7. We"), []),
        (OLD.replace("30", "90"), [ChangeKind.CHANGED]),
        (OLD.replace("We delete what you delete.", ""), [ChangeKind.REMOVED]),
        (OLD + " Models are trained on recordings.", [ChangeKind.ADDED]),
        (
            OLD.replace("We delete what you delete.", "Recordings train models forever."),
            [ChangeKind.ADDED, ChangeKind.REMOVED],
        ),
    ],
)
def test_versions_differ_by_sentences(new: str, kinds: list[ChangeKind]) -> None:
    assert [change.kind for change in diff(OLD, new)] == kinds


def test_a_changed_sentence_has_both_its_wordings() -> None:
    (change,) = diff(OLD, OLD.replace("30", "90"))
    assert change.before is not None
    assert change.after is not None
    assert ("30 days" in change.before.text, "90 days" in change.after.text) == (True, True)


WORDS = st.lists(st.sampled_from(["We keep it.", "We sell it.", "You may go.", "All is well.", "Ask us."]), max_size=12)


@given(WORDS, WORDS)
def test_changes_turn_one_version_into_the_other(old: list[str], new: list[str]) -> None:
    changes = diff("\n\n".join(old), "\n\n".join(new))
    gone = [c.before.text for c in changes if c.before]
    come = [c.after.text for c in changes if c.after]
    assert sorted([*old, *come]) == sorted([*new, *gone])


def test_the_digest_is_of_the_words_and_not_of_line_ends() -> None:
    assert digest_of("a\r\nb\n") == digest_of("a\nb")
    assert digest_of("a b") != digest_of("a\nb")


def record(
    number: int, state: ConsentState = ConsentState.GRANTED, version: str = "v1", recipient: str = "acme"
) -> ConsentRecord:
    at = datetime(2026, 3, 1, 9, number, tzinfo=UTC)
    return ConsentRecord(
        f"g{number}", "p-ann", Scope.ORG, "fjord", "summary", recipient, version, state, at, None, "verbal",
                 affirmative=True, actor="p-ann", recorded_at=at)  # fmt: skip


def test_only_the_newest_yes_of_a_place_can_be_stale() -> None:
    assert [g.id for g in stale([record(1), record(2)], "acme", "v2", lambda _: True)] == ["g2"]
    assert stale([record(1), record(2, ConsentState.WITHDRAWN)], "acme", "v2", lambda _: True) == []
    assert stale([record(1), record(2, version="v2")], "acme", "v2", lambda _: True) == []
    assert stale([record(1)], "other", "v2", lambda _: True) == []
    assert len(stale([record(1, recipient="*")], "other", "v2", lambda _: True)) == 1
    assert stale([record(1)], "acme", "v2", lambda purpose: purpose != "summary") == []
