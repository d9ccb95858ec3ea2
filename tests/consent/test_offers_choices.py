"""What a button and ticks put on file: never a yes that nobody ticked."""

from itertools import count

import pytest
from consent.asking import COMPOSE, INVITATION, NOW, SUMMARY
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.offers import Button, Choice, LiveYes, OfferState, OfferStatus, records
from proxy.consent.recordable import check_recordable
from proxy.consent.records import ConsentState, Scope
from proxy.settings import ConsentSettings

BOTH = frozenset({SUMMARY, COMPOSE})


def made(choice: Choice, summary=OfferState.NOTHING, compose=OfferState.NOTHING, *, said_no=False):
    number = count(1)
    return records(
        choice,
        INVITATION,
        [OfferStatus(SUMMARY, summary, said_no=said_no), OfferStatus(COMPOSE, compose)],
        {"acme": "v1"},
        notice_hash="sha256:n",
        notice_language="de",
        now=NOW,
        new_id=lambda: f"g-{next(number)}",
    )


def said(*args, **kwargs) -> dict[str, str]:
    return {each.purpose: each.state.value for each in made(*args, **kwargs)}


def test_saving_says_yes_to_what_was_ticked_and_no_to_the_rest():
    choice = Choice(Button.SAVE, frozenset({SUMMARY}), BOTH)
    assert said(choice) == {"summary": "granted", "compose": "denied"}


def test_a_record_tells_how_it_came_about():
    (_, yes) = made(Choice(Button.SAVE, frozenset({SUMMARY}), BOTH))
    assert (yes.method, yes.affirmative, yes.actor, yes.evidence_ref) == ("explicit_click", True, "p-1", "inv-1")
    assert (yes.notice_hash, yes.notice_language) == ("sha256:n", "de")
    assert (yes.terms_version, yes.recipient, yes.scope_id) == ("v1", "acme", "m1")
    assert (yes.valid_from, yes.valid_until, yes.covers_earlier) == (NOW, INVITATION.expires, False)


def test_every_no_comes_before_every_yes():
    assert [each.state for each in made(Choice(Button.SAVE, frozenset({SUMMARY}), BOTH))] == [
        ConsentState.DENIED,
        ConsentState.GRANTED,
    ]


@pytest.mark.parametrize(
    ("state", "said_no", "record"),
    [
        (OfferState.NOTHING, False, "denied"),
        (OfferState.YES, False, "withdrawn"),
        (OfferState.OLDER_TERMS, False, "denied"),
        (OfferState.ENDED, False, "denied"),
        (OfferState.NOT_COUNTED, False, "denied"),
        (OfferState.NO, False, "denied"),
        (OfferState.WITHDRAWN, False, "denied"),
        (OfferState.NO, True, None),
        (OfferState.WITHDRAWN, True, None),
    ],
)
def test_no_to_all_says_no_once(state, said_no, record):
    """A no that stands is not always the same one: it may be older than a yes, wider, or somebody else's."""
    choice = Choice(Button.NO_TO_ALL, boxes=BOTH)
    assert said(choice, state, OfferState.NO, said_no=said_no).get("summary") == record


@pytest.mark.parametrize(
    ("button", "scopes"),
    [
        (Button.WITHDRAW, [(Scope.MEETING, "m1")]),
        (Button.WITHDRAW_WIDE, [(Scope.MEETING, "m1"), (Scope.ORG, "fjord")]),
        (Button.WITHDRAW_ALL, [(Scope.MEETING, "m1"), (Scope.ORG, "fjord")]),
        (Button.NO_TO_ALL, [(Scope.MEETING, "m1")]),
    ],
)
def test_a_yes_is_taken_back_in_the_scope_that_it_was_given_for(button, scopes):
    yeses = tuple(
        LiveYes(scope, name, NOW, None, None) for scope, name in ((Scope.MEETING, "m1"), (Scope.ORG, "fjord"))
    )
    present = OfferStatus(SUMMARY, OfferState.YES, yeses=yeses)
    chosen = frozenset() if button in (Button.WITHDRAW_ALL, Button.NO_TO_ALL) else frozenset({SUMMARY})
    presents = [present, OfferStatus(COMPOSE, OfferState.NO, said_no=True)]
    found = records(
        Choice(button, chosen), INVITATION, presents, {"acme": "v1"},
        notice_hash="sha256:n", notice_language="de", now=NOW, new_id=lambda: "g",
    )  # fmt: skip
    assert [(each.scope, each.scope_id, each.state.value) for each in found] == [
        (*each, "withdrawn") for each in scopes
    ]


def test_an_empty_box_is_a_no_even_if_another_window_said_yes_meanwhile():
    assert said(Choice(Button.SAVE, boxes=BOTH), OfferState.YES)["summary"] == "withdrawn"


def test_what_had_no_box_is_left_as_it_was():
    assert said(Choice(Button.SAVE, frozenset({COMPOSE}), frozenset({COMPOSE})), OfferState.YES) == {
        "compose": "granted"
    }


def test_taking_back_is_for_what_stands_as_a_yes():
    assert said(Choice(Button.WITHDRAW, frozenset({SUMMARY})), OfferState.YES, OfferState.YES) == {
        "summary": "withdrawn"
    }
    assert said(Choice(Button.WITHDRAW, frozenset({SUMMARY})), OfferState.NO) == {}
    assert said(Choice(Button.WITHDRAW_ALL), OfferState.YES, OfferState.OLDER_TERMS) == {"summary": "withdrawn"}


STATES = st.sampled_from(OfferState)
OFFERS = st.frozensets(st.sampled_from([SUMMARY, COMPOSE]))


@given(st.sampled_from(Button), OFFERS, OFFERS, STATES, STATES)
def test_only_a_ticked_box_becomes_a_yes(button, chosen, boxes, summary, compose):
    for record in made(Choice(button, chosen, boxes), summary, compose):
        check_recordable(record, ConsentSettings(), person_is_actor=True)
        if record.state is ConsentState.GRANTED:
            assert button is Button.SAVE
            assert (record.purpose, record.recipient) in chosen & boxes
