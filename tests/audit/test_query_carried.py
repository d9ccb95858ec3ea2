"""Which exchanges carried a person's words, as the ledger has them."""

from __future__ import annotations

from dataclasses import replace

from audit.ledger_samples import AT, PEOPLE, exchange, intent, outcome, refusal, stamp

from proxy.audit import ocsf
from proxy.audit.about import CANNOT_BE_CALLED_BACK, carried
from proxy.audit.events import DeliveryProgress, PersonFacts
from proxy.audit.ocsf import Event, closing_event, intent_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import Pseudonyms, pseudonym
from proxy.audit.query import Subject

KEYS = {person: person.encode().ljust(32, b"k") for person in ("p-ann", "p-ben", "r-oslo")}
NAMES = Pseudonyms({person: pseudonym("ptc", key, "2026", "fjord") for person, key in KEYS.items()})
ANN, BEN, OSLO = (Subject(KEYS[person], "fjord") for person in ("p-ann", "p-ben", "r-oslo"))


def begun(name: str, people: tuple[PersonFacts, ...] = PEOPLE) -> Event:
    return intent_event(stamp(), replace(intent(name), people=people), NAMES, b"k" * 32)


def ended(name: str, **changes: object) -> Event:
    return outcome_event(stamp(), outcome(name, **changes), NAMES)


def test_an_exchange_that_carried_words_is_listed_with_what_and_to_whom() -> None:
    ends = ended("ex-1", delivered=DeliveryProgress.PARTIAL, reason="consent_withdrawn")
    (found,) = carried(enumerate([begun("ex-1"), ends]), [ANN])
    assert (found.exchange, found.at, found.recipient, found.purpose) == ("ex-1", AT, "acme-llm", "summary")
    assert (found.utterances, found.characters, found.terms_version) == (3, 120, "2023-08-07")
    assert (found.delivered, found.reason) == ("partial", "consent_withdrawn")


def test_who_was_withheld_or_refused_is_in_no_list() -> None:
    events = [begun("ex-1"), ended("ex-1"), refusal_event(stamp(), refusal("ex-2", exchange=exchange("ex-2")), NAMES)]
    assert carried(enumerate(events), [BEN]) == ()
    assert [each.exchange for each in carried(enumerate(events), [ANN])] == ["ex-1"]


def test_without_an_outcome_it_is_treated_as_sent() -> None:
    (found,) = carried(enumerate([begun("ex-1")]), [ANN])
    assert found.delivered is None


def test_an_exchange_that_is_known_not_to_have_been_sent_is_left_out() -> None:
    sent = begun("ex-1")
    unsent = closing_event(stamp(), sent, DeliveryProgress.NONE, ocsf.NEVER_SENT)
    interrupted = closing_event(stamp(), sent, DeliveryProgress.UNKNOWN, ocsf.INTERRUPTED)
    assert carried(enumerate([sent, unsent]), [ANN]) == ()
    assert [each.delivered for each in carried(enumerate([sent, interrupted]), [ANN])] == ["unknown"]


def test_what_repeats_a_reply_that_rests_on_their_words_is_listed_with_what_it_rests_on() -> None:
    repeating = intent_event(stamp(), replace(intent("ex-2", derived_from=("ex-1",)), people=()), NAMES, b"k" * 32)
    events = [begun("ex-1"), ended("ex-1"), repeating, ended("ex-2")]
    found = carried(enumerate(events), [ANN])
    assert [(each.exchange, each.rests_on, each.utterances) for each in found] == [
        ("ex-1", (), 3),
        ("ex-2", ("ex-1",), 0),
    ]
    assert found[1].delivered == "full"
    assert carried(enumerate(events), [BEN]) == ()


def test_of_several_attempts_the_counts_are_those_of_one() -> None:
    again = intent_event(stamp(), replace(intent("ex-1", attempt=2), people=PEOPLE), NAMES, b"k" * 32)
    (found,) = carried(enumerate([begun("ex-1"), again, ended("ex-1")]), [ANN])
    assert (found.utterances, found.characters) == (3, 120)


def test_words_of_a_room_are_those_of_the_people_in_it() -> None:
    room = begun("ex-1", (PersonFacts("r-oslo", 2, 40, 0, {"granted": 2}, ("g-1", "g-2")),))
    assert carried(enumerate([room]), [ANN]) == ()
    (found,) = carried(enumerate([room]), [ANN, OSLO])
    assert (found.utterances, found.characters) == (2, 40)


def test_the_sentence_says_that_nothing_can_be_called_back() -> None:
    assert "cannot be called back" in CANNOT_BE_CALLED_BACK
