"""Which invitations wait for an answer, and about which meetings they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from consent.consent_cases import question

from proxy.consent.asked import Asked, Channel, asked_in, awaited, scopes_of, unanswered
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.model import Meeting

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUMMARY, QA = Offer("summary", "acme"), Offer("qa", "acme")
ASKED = Asked(
    Invitation("i-1", "p-ann", Scope.MEETING, "m1", (SUMMARY, QA), (("acme", "00"),), NOW + timedelta(days=1)),
    Channel.LINK,
    NOW,
)
MEETING = Meeting("m1", NOW, series="weekly")


def said(offer: Offer, **changes: object) -> ConsentRecord:
    record = ConsentRecord(
        "cr-1", "p-ann", Scope.MEETING, "m1", *offer, "v1", ConsentState.DENIED, NOW, None, "verbal", True, "p-ann", NOW
    )
    return record._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "records", "waits"),
    [
        (ASKED, [], True),
        (replace(ASKED, opened_at=NOW), [], True),
        (replace(ASKED, answered_at=NOW), [], False),
        (replace(ASKED, invitation=replace(ASKED.invitation, expires=NOW)), [], False),
        (ASKED, [said(SUMMARY)], True),
        (ASKED, [said(SUMMARY), said(QA)], False),
        (ASKED, [said(SUMMARY), said(QA, scope_id="m2")], True),
        (ASKED, [said(SUMMARY), said(QA, participant="p-ben")], True),
        (ASKED, [said(SUMMARY), said(QA, scope=Scope.ORG, scope_id="fjord")], False),
    ],
)
def test_an_invitation_waits_until_its_person_has_said_what_was_asked(
    asked: Asked, records: list[ConsentRecord], waits: bool
) -> None:
    assert unanswered([asked], records, NOW) == ([asked] if waits else [])


@pytest.mark.parametrize(
    ("changes", "meeting", "found"),
    [
        ({}, {}, {"p-ann"}),
        ({"expires": NOW - timedelta(days=1)}, {}, {"p-ann"}),
        ({"offers": (QA,)}, {}, set()),
        ({"scope_id": "m2"}, {}, set()),
        ({"scope": Scope.SERIES, "scope_id": "weekly"}, {}, {"p-ann"}),
        ({"scope": Scope.SERIES, "scope_id": "old"}, {}, set()),
        ({"scope": Scope.SERIES, "scope_id": "old"}, {"earlier_series": ("old",)}, {"p-ann"}),
        ({"scope": Scope.ORG, "scope_id": "org"}, {}, {"p-ann"}),
        ({"scope": Scope.ORG, "scope_id": "other"}, {}, set()),
    ],
)
def test_who_was_ever_asked_a_question_answered_or_not(
    changes: dict[str, object], meeting: dict[str, object], found: set[str]
) -> None:
    asked = replace(ASKED, invitation=replace(ASKED.invitation, **changes), answered_at=NOW)  # type: ignore[arg-type]
    about = question(meeting=replace(MEETING, **meeting))  # type: ignore[arg-type]
    assert asked_in([asked], about) == found
    assert asked_in([asked], question(meeting=None)) == set()


def test_of_several_that_ask_the_same_the_newest_waits() -> None:
    newer = replace(ASKED, invitation=replace(ASKED.invitation, id="i-2"), invited_at=NOW + timedelta(minutes=1))
    other = replace(newer, invitation=replace(newer.invitation, id="i-3", offers=(QA,)))
    assert unanswered([newer, other, ASKED], [], NOW) == [newer, other]


@pytest.mark.parametrize(
    ("scope", "scope_id", "about"),
    [(Scope.MEETING, "m1", True), (Scope.SERIES, "weekly", True), (Scope.MEETING, "weekly", False),
     (Scope.SERIES, "m1", False), (Scope.MEETING, "m2", False)],
)  # fmt: skip
def test_an_invitation_is_about_its_meeting_or_series(scope: Scope, scope_id: str, about: bool) -> None:
    asked = replace(ASKED, invitation=replace(ASKED.invitation, scope=scope, scope_id=scope_id))
    assert asked.is_about(MEETING) is about
    assert awaited([asked], MEETING) == ({("p-ann", SUMMARY), ("p-ann", QA)} if about else set())
    assert ((scope, scope_id) in scopes_of(MEETING, "fjord")) is about
