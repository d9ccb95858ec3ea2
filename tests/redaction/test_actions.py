"""What each action leaves of a finding."""

import pytest
from redaction.redacting import run

from proxy.errors import Refusal
from proxy.model import Action


def act(text: str, kind: str, string: str, action: Action) -> str:
    return run(text, (kind, string), actions={kind: action, "default": Action.PSEUDONYM}).sent


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        (Action.PSEUDONYM, "I live in LOCATION_1, you know"),
        (Action.MASK, "I live in ****, you know"),
        (Action.REMOVE, "I live in, you know"),
        (Action.GENERALIZE, "I live in LOCATION_1, you know"),
        (Action.KEEP, "I live in Oslo, you know"),
    ],
)
def test_actions(action: Action, sent: str) -> None:
    assert act("I live in Oslo, you know", "LOCATION", "Oslo", action) == sent


def test_a_refused_kind_refuses_and_quotes_nothing() -> None:
    with pytest.raises(Refusal) as caught:
        act("my key is hunter2x", "SECRET", "hunter2x", Action.REFUSE)
    assert caught.value.reason == "kind_refused"
    assert "SECRET" in caught.value.detail
    assert caught.value.where == "body"
    assert "hunter2x" not in str(caught.value)


def test_a_refused_kind_refuses_though_it_overlaps_another() -> None:
    with pytest.raises(Refusal):
        run("see abc def", ("URL", "see abc def"), ("SECRET", "abc"), actions={"SECRET": Action.REFUSE})


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("June 5, 2026", "June 2026"),
        ("5 Sept. 2026", "September 2026"),
        ("2026-06-05", "June 2026"),
        ("05/06/2026", "2026"),
        ("next Friday", "a date"),
        ("10:30", "a time"),
        ("2026", "2026"),
    ],
)
def test_dates_are_generalized(said: str, sent: str) -> None:
    assert act(f"on {said} we", "DATE_TIME", said, Action.GENERALIZE) == f"on {sent} we"


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("34", "30s"),
        ("34 years old", "30s"),
        ("thirty-four", "30s"),
        ("7", "under 10"),
        ("sixteen", "10s"),
        ("97", "90 or older"),
    ],
)
def test_ages_are_generalized(said: str, sent: str) -> None:
    assert act(f"aged {said} now", "AGE", said, Action.GENERALIZE) == f"aged {sent} now"


def test_an_age_in_no_known_words_is_a_pseudonym() -> None:
    assert act("aged old enough", "AGE", "old enough", Action.GENERALIZE) == "aged AGE_1"


def test_generalizing_gives_no_original_away() -> None:
    """June is a person here, so the month is left out."""
    outcome = run(
        ["ask June about it", "on June 5, 2026"],
        ("PERSON", "June"),
        ("DATE_TIME", "June 5, 2026"),
        actions={"DATE_TIME": Action.GENERALIZE, "default": Action.PSEUDONYM},
    )
    assert outcome.sent == "ask PERSON_1 about it\non 2026"


def test_removing_joins_no_original_together() -> None:
    """With the middle gone, the rest would read as a name that was replaced elsewhere."""
    outcome = run(
        ["Ann Xu", "Ann Oslo Xu"],
        ("PERSON", "Ann Xu"),
        ("LOCATION", "Oslo"),
        actions={"LOCATION": Action.REMOVE, "default": Action.PSEUDONYM},
    )
    assert outcome.redacted.originals.search(outcome.sent, weak=True) == []
    assert outcome.sent == "PERSON_1\nAnn [removed] Xu"


def test_what_policy_keeps_is_counted_as_sent() -> None:
    outcome = run(
        "Oslo and x@y.example",
        ("LOCATION", "Oslo"),
        ("EMAIL_ADDRESS", "x@y.example"),
        actions={"LOCATION": Action.KEEP, "default": Action.PSEUDONYM},
    )
    assert outcome.redacted.total_kept == {"LOCATION": 1}
    assert outcome.redacted.total_removed == {"EMAIL_ADDRESS": 1}


def test_a_kept_kind_gives_way_to_one_that_is_not() -> None:
    """Characters survive only where all kinds that cover them are kept."""
    outcome = run("in Jane Street", ("LOCATION", "Jane Street"), ("PERSON", "Jane"), actions={"LOCATION": Action.KEEP})
    assert outcome.sent == "in PERSON_1 Street"


@pytest.mark.parametrize("said", ["1991", "1975"])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("default", [Action.PSEUDONYM, Action.GENERALIZE])
def test_what_is_generalized_gives_way_to_what_is_replaced(said: str, wide: bool, default: Action) -> None:
    """A code that reads as a year is no year, whichever finding is the longer one."""
    date = f"is {said}" if wide else said
    policy = {"DATE_TIME": Action.GENERALIZE, "default": default}
    outcome = run(f"The PIN is {said}, and it opens the door.", ("DATE_TIME", date), ("SECRET", said), actions=policy)
    assert said not in outcome.sent
    assert wide or "SECRET_1" in outcome.sent
