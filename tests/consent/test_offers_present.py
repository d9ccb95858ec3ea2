"""What a person sees of each offer agrees with what decides over their words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from consent.asking import INVITATION, NOW, SUMMARY, grant

from proxy.consent.offers import LiveYes, OfferState, Place, present
from proxy.consent.records import ConsentState, Scope
from proxy.settings import ConsentSettings

PLACE = Place("fjord", "weekly")


def state(*records, minor: bool = False, invitation=INVITATION, place=PLACE) -> OfferState:
    return present(
        SUMMARY, invitation, records, place, ConsentSettings(), terms_version="v1", minor=minor, now=NOW
    ).state


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], OfferState.NOTHING),
        ([grant()], OfferState.YES),
        ([grant(ConsentState.DENIED)], OfferState.NO),
        ([grant(ConsentState.WITHDRAWN)], OfferState.WITHDRAWN),
        ([grant(ConsentState.PENDING)], OfferState.NOTHING),
        ([grant(ConsentState.NOT_ASKED)], OfferState.NOTHING),
        ([grant(terms_version="v0")], OfferState.OLDER_TERMS),
        ([grant(valid_until=NOW)], OfferState.ENDED),
        ([grant(actor="host")], OfferState.NOT_COUNTED),
        ([grant(affirmative=False)], OfferState.NOT_COUNTED),
        ([grant(participant="p-2")], OfferState.NOTHING),
        ([grant(purpose="compose")], OfferState.NOTHING),
        ([grant(recipient="other")], OfferState.NOTHING),
        ([grant(recipient="*")], OfferState.YES),
        ([grant(scope_id="m2")], OfferState.NOTHING),
        ([grant(scope=Scope.SERIES, scope_id="weekly")], OfferState.YES),
        ([grant(scope=Scope.SERIES, scope_id="monthly")], OfferState.NOTHING),
        ([grant(scope=Scope.ORG, scope_id="fjord")], OfferState.YES),
        ([grant(scope=Scope.ORG, scope_id="other")], OfferState.NOTHING),
    ],
)
def test_each_record_reads_as_it_counts(records, expected):
    assert state(*records) is expected


def test_each_yes_that_lives_is_named_with_its_scope_and_times():
    wide = grant(id="g-2", scope=Scope.ORG, scope_id="fjord", covers_earlier=True)
    here = grant(valid_until=NOW + timedelta(days=1))
    hour_ago = NOW - timedelta(hours=1)
    yeses = {
        "here": LiveYes(Scope.MEETING, "m1", hour_ago, hour_ago, NOW + timedelta(days=1)),
        "wide": LiveYes(Scope.ORG, "fjord", hour_ago, None, None),
    }

    def shown(*records):
        policy = ConsentSettings()
        return present(SUMMARY, INVITATION, records, PLACE, policy, terms_version="v1", minor=False, now=NOW)

    assert shown(here, wide).yeses == (yeses["here"], yeses["wide"])
    assert shown(here, wide).wider_than(Scope.MEETING) == (yeses["wide"],)
    refused = shown(grant(ConsentState.DENIED, id="g-3", recorded_at=NOW), wide)
    assert (refused.state, refused.yeses) == (OfferState.NO, (yeses["wide"],))
    refused = shown(grant(ConsentState.DENIED, id="g-3", recorded_at=NOW, scope=Scope.ORG, scope_id="fjord"), wide)
    assert (refused.state, refused.yeses) == (OfferState.NO, ())


def test_a_no_of_an_earlier_series_shows():
    there = {"scope": Scope.SERIES, "scope_id": "monthly"}
    moved = replace(PLACE, earlier=("monthly",))
    assert state(grant(), grant(ConsentState.DENIED, **there), place=moved) is OfferState.NO
    assert state(grant(**there), place=moved) is OfferState.NOTHING


def test_a_later_no_ends_a_yes_and_a_wider_yes_does_not_end_a_no():
    later = {"id": "g-2", "recorded_at": NOW - timedelta(minutes=1)}
    assert state(grant(), grant(ConsentState.WITHDRAWN, **later)) is OfferState.WITHDRAWN
    wide = grant(scope=Scope.ORG, scope_id="fjord", **later)
    assert state(grant(ConsentState.DENIED), wide) is OfferState.NO


def test_one_meetings_records_say_nothing_of_its_series():
    series = replace(INVITATION, scope=Scope.SERIES, scope_id="weekly")
    assert state(grant(), invitation=series) is OfferState.NOTHING
    assert state(grant(scope=Scope.SERIES, scope_id="weekly"), invitation=series) is OfferState.YES


def test_a_minors_own_yes_does_not_count():
    assert state(grant(), minor=True) is OfferState.NOT_COUNTED
    assert state(grant(actor="mother", guardian=True), minor=True) is OfferState.YES


def test_a_yes_is_told_with_its_time_and_end():
    shown = present(
        SUMMARY, INVITATION, [grant(valid_until=INVITATION.expires)], PLACE, ConsentSettings(),
        terms_version="v1", minor=False, now=NOW,
    )  # fmt: skip
    assert (shown.since, shown.yeses[0].until) == (NOW - timedelta(hours=1), INVITATION.expires)


NO = grant(ConsentState.DENIED)
EARLIER, LATER = NOW - timedelta(hours=2), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([NO], True),
        ([grant(ConsentState.WITHDRAWN)], True),
        ([NO._replace(recorded_at=EARLIER), NO._replace(id="g-2")], True),
        ([grant(ConsentState.DENIED, scope=Scope.ORG, scope_id="fjord")], False),
        ([grant(ConsentState.DENIED, recipient="*")], False),
        ([grant(ConsentState.DENIED, actor="guardian")], False),
        ([NO._replace(recorded_at=EARLIER), grant(scope_id="m2", id="g-2", recorded_at=LATER)], False),
        (
            [NO._replace(recorded_at=EARLIER), grant(ConsentState.DENIED, scope_id="m2", id="g-2", recorded_at=LATER)],
            False,
        ),
        ([], False),
    ],
)
def test_only_the_same_no_is_one_that_was_said(records, expected):
    """A meeting's yes may have got past a no to its series: the same no once more counts anew."""
    found = present(SUMMARY, INVITATION, records, PLACE, ConsentSettings(), terms_version="v1", minor=False, now=NOW)
    assert found.said_no is expected
