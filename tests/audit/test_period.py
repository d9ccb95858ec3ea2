"""What a period of the ledger comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from audit.ledger_samples import AT, NAMES, ORIGIN, exchange, intent, outcome, refusal
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit import ocsf
from proxy.audit.events import DeliveryProgress, IntentFacts, OutcomeFacts, PersonFacts
from proxy.audit.ocsf import Event, Stamp, closing_event, intent_event, lifecycle_event, outcome_event, refusal_event
from proxy.audit.period import NONE, Period, Tally, period

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def at(minutes: float) -> Stamp:
    return Stamp(ORIGIN, "fjord", "0.1.0", AT + timedelta(minutes=minutes), "evt-1")


def begun(name: str, minutes: float = 0, attempt: int = 1) -> Event:
    return intent_event(at(minutes), intent(name, attempt=attempt), NAMES, b"k" * 32)


def ended(name: str, minutes: float = 0, attempt: int = 1) -> Event:
    return outcome_event(at(minutes), outcome(name), NAMES, attempt)


def refused(minutes: float = 0, **changes: object) -> Event:
    return refusal_event(at(minutes), refusal(exchange=exchange("ex-r"), **changes), NAMES)


def test_a_month_counts_requests_words_and_findings() -> None:
    made = period(
        [begun("ex-1"), ended("ex-1"), refused(), refused(count=4, reason="bad_key", people=())], MARCH, APRIL
    )
    assert made.total == Tally(left=1, bytes=2, heard=3, withheld=6, unsent=3, refused=5)
    assert made.recipients == {"acme-llm": made.total}
    assert made.days["2026-03-02"] == made.total
    assert len(made.days) == 31
    assert made.refusals == {"consent_denied": 1, "bad_key": 4}
    assert (made.removed, made.kept) == ({"PERSON": 2, "PHONE_NUMBER": 1}, {"DATE_TIME": 1})
    assert made.reasons == {"granted": 6, "denied": 4, "unknown_speaker": 2}
    assert made.languages == {"en": 20, "de": 3}
    assert made.delivered == {"full": 1}
    assert made.withheld_share == 6 / 9


def test_what_was_never_sent_did_not_leave_and_what_is_unknown_did() -> None:
    unsent, lost = begun("ex-1"), begun("ex-2")
    never = closing_event(at(1), unsent, DeliveryProgress.NONE, ocsf.NEVER_SENT)
    unknown = closing_event(at(1), lost, DeliveryProgress.UNKNOWN, ocsf.INTERRUPTED)
    made = period([unsent, lost, never, unknown, begun("ex-3")], MARCH, APRIL)
    assert made.total.left == 2
    assert made.delivered == {"unknown": 1}
    assert made.unanswered == 1


def test_what_found_no_connection_did_not_leave() -> None:
    intent = begun("ex-1")
    made = period([intent, closing_event(at(1), intent, DeliveryProgress.NONE, ocsf.UNREACHED)], MARCH, APRIL)
    assert (made.total.left, made.total.refused, made.total.heard) == (0, 1, 0)
    assert (made.refusals, made.unanswered) == ({"upstream_unreachable": 1}, 0)


def test_what_is_sent_once_more_is_the_same_request() -> None:
    made = period([begun("ex-1"), ended("ex-1"), begun("ex-1", attempt=2), ended("ex-1", attempt=2)], MARCH, APRIL)
    assert (made.total.left, made.total.bytes, made.total.heard) == (1, 4, 3)
    assert made.removed["PERSON"] == 2


def test_an_outcome_after_the_end_belongs_to_its_request() -> None:
    end = AT + timedelta(minutes=1)
    made = period([begun("ex-1"), begun("ex-2", 1), ended("ex-1", 2), ended("ex-2", 2), refused(2)], MARCH, end)
    assert (made.total.left, made.unanswered, made.total.refused) == (1, 0, 0)


def test_a_request_that_did_not_get_to_a_recipient_is_told_apart() -> None:
    nowhere = exchange("ex-1", recipient=None, purpose=None, route=None, client=None)
    made = period([refusal_event(at(0), refusal(exchange=nowhere, people=()), NAMES)], MARCH, APRIL)
    for tallies in (made.recipients, made.purposes, made.clients, made.routes):
        assert tallies == {NONE: Tally(refused=1)}


def test_an_empty_month_has_no_share() -> None:
    made = period([lifecycle_event(at(0), ocsf.RECOVERED, {})], MARCH, APRIL)
    assert (made.withheld_share, made.total, made.recoveries) == (None, Tally(), 1)


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    made: list[Event] = []
    for n in range(draw(st.integers(0, 12))):
        facts = exchange(
            f"ex-{n}",
            recipient=draw(st.sampled_from(["acme-llm", "other", None])),
            purpose=draw(st.sampled_from(["summary", "qa", None])),
            client=draw(st.sampled_from(["bot", None])),
            route=draw(st.sampled_from(["a", "b"])),
        )
        people = tuple(
            PersonFacts(None, *draw(st.tuples(*[st.integers(0, 9)] * 3))) for _ in range(draw(st.integers(0, 2)))
        )
        minutes = draw(st.integers(0, 40 * 24 * 60))
        if draw(st.booleans()):
            made.append(refusal_event(at(minutes), refusal(exchange=facts, people=people), NAMES))
            continue
        made.append(intent_event(at(minutes), IntentFacts(facts, people, n, b"d" * 32), NAMES, b"k" * 32))
        if draw(st.booleans()):
            done = OutcomeFacts(facts, DeliveryProgress.FULL, 200, 1, 1, 1)
            made.append(outcome_event(at(minutes), done, NAMES))
    return made


@given(logs())
def test_every_group_adds_up_to_the_whole(events: list[Event]) -> None:
    made = period(events, MARCH, APRIL)
    for tallies in (made.days, made.recipients, made.purposes, made.clients, made.routes):
        assert added(tallies.values()) == made.total
    assert sum(made.delivered.values()) + made.unanswered == made.total.left
    assert made.refusals.total() == made.total.refused


def added(tallies) -> Tally:
    whole = Period(MARCH, APRIL).total
    for tally in tallies:
        for name in ("left", "bytes", "heard", "withheld", "unsent", "refused"):
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
    return whole


def test_each_request_counts_in_one_month_whatever_zone_the_borders_are_written_in() -> None:
    """The first and the last millisecond of March in UTC, and those beside them; Kathmandu is 5:45 ahead."""
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    borders = (MARCH, APRIL, datetime(2026, 5, 1, tzinfo=UTC))
    moments = [border + timedelta(milliseconds=beside) for border in borders for beside in (-1, 0, 1)]
    events = [
        intent_event(Stamp(ORIGIN, "fjord", "0.1.0", moment, "evt"), intent(f"ex-{number}"), NAMES, b"k" * 32)
        for number, moment in enumerate(moments)
    ]
    for zone in (UTC, kathmandu):
        since, until = MARCH.astimezone(zone), APRIL.astimezone(zone)
        made = period(events, since, until)
        assert (made.total.left, made.days["2026-03-01"].left, made.days["2026-03-31"].left) == (3, 2, 1)
        assert period(events, until, borders[2].astimezone(zone)).total.left == 3
    theirs = datetime(2026, 3, 1, tzinfo=kathmandu), datetime(2026, 4, 1, tzinfo=kathmandu)
    made = period(events, *theirs)
    assert (made.total.left, next(iter(made.days)), list(made.days)[-1]) == (3, "2026-02-28", "2026-03-31")
