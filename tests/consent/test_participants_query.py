"""What is not read cannot have mattered: a decision over the relevant records is the decision over all of them."""

from __future__ import annotations

import dataclasses

from consent.consent_cases import meeting, question
from consent.test_decide_properties import grants_on_file, policies, questions, speeches
from harness.invented import invented
from hypothesis import given, settings

from proxy.consent.decide import decide
from proxy.consent.participants import RecordQuery, relevant
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, Scope


def read(grants: list[ConsentRecord], about: RecordQuery) -> list[ConsentRecord]:
    """What a store answers."""
    return [
        g
        for g in grants
        if g.participant in about.people
        and g.purpose in about.purposes
        and g.recipient in (about.recipient, ANY_RECIPIENT)
        and (g.scope, g.scope_id) in about.scopes
    ]


@settings(max_examples=invented(300), deadline=None)
@given(questions, speeches, grants_on_file, policies)
def test_a_decision_needs_no_other_records(asked, said, grants, policy):
    assert decide(asked, said, read(grants, relevant(asked)), policy) == decide(asked, said, grants, policy)


def test_a_question_asks_for_its_own_records():
    asked = question(may_train=True)
    assert relevant(asked) == RecordQuery(
        tuple(p.id for p in asked.meeting.roster.participants),
        ("summary", "model_training"),
        "acme",
        ((Scope.ORG, asked.organization), (Scope.MEETING, "m1"), (Scope.SERIES, asked.meeting.series)),
    )


def test_the_series_that_the_meeting_was_in_before_are_among_them():
    moved = question(meeting=dataclasses.replace(meeting(), earlier_series=("fortnightly",)))
    assert (Scope.SERIES, "fortnightly") in relevant(moved).scopes


def test_without_a_meeting_nobody_is_asked_and_without_a_series_no_series():
    assert relevant(dataclasses.replace(question(), meeting=None)).people == ()
    alone = question(meeting=dataclasses.replace(meeting(), series=None))
    assert {scope for scope, _ in relevant(alone).scopes} == {Scope.ORG, Scope.MEETING}
