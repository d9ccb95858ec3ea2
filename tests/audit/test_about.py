"""What the ledger tells of one person: carried, withheld, refused, repeated; by pseudonyms, and by bare ids of old."""

from __future__ import annotations

from dataclasses import replace

from audit.ledger_samples import AT, exchange, intent, outcome, refusal, stamp

from proxy.audit import ocsf
from proxy.audit.about import Wanted, about
from proxy.audit.events import DeliveryProgress, PersonFacts
from proxy.audit.ocsf import UNREACHED, Event, closing_event, intent_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import Pseudonyms, grant_pseudonym, pseudonym

KEYS = {person: person.encode().ljust(32, b"k") for person in ("p-ann", "p-ben", "r-oslo")}
NAMES = Pseudonyms(
    {person: pseudonym("ptc", key, "2026", "fjord") for person, key in KEYS.items()},
    pseudonym("mtg", b"m" * 32, "2026", "fjord"),
    {f"g-{person}": grant_pseudonym(key, "2026", "fjord", f"g-{person}") for person, key in KEYS.items()},
)
ANN = Wanted(
    "fjord", {"p-ann": KEYS["p-ann"], "r-oslo": KEYS["r-oslo"]}, {"standup": b"m" * 32}, (("p-ann", "g-p-ann"),)
)
OWN = PersonFacts("p-ann", 3, 120, 1, {"granted": 3, "kind_refused": 1}, ("g-p-ann",), {"PERSON": 2})
OTHER = PersonFacts("p-ben", 5, 500, 0, {"granted": 5}, ("g-p-ben",), {"EMAIL_ADDRESS": 1})


def begun(name: str, *people: PersonFacts, **changes: object) -> Event:
    return intent_event(stamp(), replace(intent(name, **changes), people=people), NAMES, b"k" * 32)


def ended(name: str, **changes: object) -> Event:
    return outcome_event(stamp(), outcome(name, **changes), NAMES)


def refused(name: str, *people: PersonFacts) -> Event:
    return refusal_event(stamp(), refusal(name, exchange=exchange(name), people=people), NAMES)


def test_what_left_and_under_which_record() -> None:
    (found,) = about(enumerate([begun("ex-1", OWN, OTHER), ended("ex-1")], 7), ANN)

    assert (found.sequence, found.exchange, found.at, found.meeting, found.attempts) == (7, "ex-1", AT, "standup", 1)
    assert (found.recipient, found.host, found.port, found.region) == ("acme-llm", "llm.example", 443, "eu")
    assert (found.carried, found.withheld, found.delivered, found.reason) == (True, True, "full", None)
    (words,) = found.words
    assert (words.subject, words.utterances, words.characters, words.withheld) == ("p-ann", 3, 120, 1)
    assert (words.records, words.removed, words.kept) == (("g-p-ann",), {"PERSON": 2}, {})


def test_what_was_found_in_words_and_sent_as_said() -> None:
    kept = replace(OWN, kept={"HEALTH": 2})
    (found,) = about(enumerate([begun("ex-1", kept, OTHER), ended("ex-1")], 7), ANN)
    assert found.words[0].kept == {"HEALTH": 2}


def test_records_of_others_are_not_told() -> None:
    room = PersonFacts("r-oslo", 2, 40, 0, {"granted": 2}, ("g-p-ann", "g-p-ben"))
    (found,) = about(enumerate([begun("ex-1", room)]), ANN)

    assert (found.words[0].subject, found.words[0].records) == ("r-oslo", ("g-p-ann",))


def test_records_by_their_bare_ids_are_read_as_before() -> None:
    event = begun("ex-1", OWN)
    event["resources"][0]["data"]["grants"] = ["g-p-ann", "g-other"]
    (found,) = about(enumerate([event]), ANN)

    assert found.words[0].records == ("g-p-ann",)


def test_what_found_no_connection_carried_nothing() -> None:
    intent_of_it = begun("ex-1", OWN)
    ended_so = closing_event(stamp(), intent_of_it, DeliveryProgress.NONE, UNREACHED)
    found = about(enumerate([intent_of_it, ended_so]), ANN)
    assert [(each.carried, each.withheld, each.reason, each.never_sent) for each in found] == [
        (False, True, "upstream_unreachable", (1,))
    ]


def test_a_refusal_and_what_was_never_sent_carried_nothing() -> None:
    unsent = begun("ex-2", OWN)
    never = closing_event(stamp(), unsent, DeliveryProgress.NONE, ocsf.NEVER_SENT)
    found = about(enumerate([refused("ex-1", OWN), unsent, never]), ANN)

    assert [(each.exchange, each.carried, each.withheld) for each in found] == [
        ("ex-1", False, True),
        ("ex-2", False, True),
    ]
    assert found[0].reason == "consent_denied"
    assert [each.never_sent for each in found] == [(), (2,)]


def test_who_is_not_meant_is_in_no_list() -> None:
    assert about(enumerate([begun("ex-1", OTHER), ended("ex-1"), refused("ex-2", OTHER)]), ANN) == ()
    assert about(enumerate([begun("ex-1", OWN)]), Wanted("fjord", {})) == ()
    assert about(enumerate([begun("ex-1", OWN)]), replace(ANN, organization="other")) == ()


def test_what_repeats_replies_is_told_as_far_as_they_rest_on_the_person() -> None:
    events = [
        begun("ex-1", OWN),
        begun("ex-2", OTHER),
        begun("ex-3", derived_from=("ex-1", "ex-2")),
        begun("ex-4", derived_from=("ex-2",)),
        begun("ex-5", derived_from=("ex-3",)),
    ]
    found = about(enumerate(events), ANN)

    assert [(each.exchange, each.rests_on, each.carried) for each in found] == [
        ("ex-1", (), True),
        ("ex-3", ("ex-1",), False),
        ("ex-5", ("ex-3",), False),
    ]


def test_a_reply_rests_on_what_its_request_carried_and_on_nothing_that_stayed_in() -> None:
    """Ann was present in the first two exchanges, and her words stayed in: the replies were made of others' words."""
    silent = replace(OWN, sent_utterances=0, sent_characters=0, withheld_utterances=4)
    unsent = begun("ex-4", derived_from=("ex-3",))
    events = [
        begun("ex-1", silent, OTHER),
        begun("ex-2", derived_from=("ex-1",)),
        begun("ex-3", OWN, derived_from=("ex-1",)),
        unsent,
        closing_event(stamp(), unsent, DeliveryProgress.NONE, ocsf.NEVER_SENT),
        begun("ex-5", derived_from=("ex-1", "ex-3", "ex-4")),
    ]
    found = about(enumerate(events), ANN)

    assert [(each.exchange, each.rests_on) for each in found] == [("ex-1", ()), ("ex-3", ()), ("ex-5", ("ex-3",))]


def test_the_reply_of_a_job_rests_on_the_exchange_that_asked_for_it() -> None:
    """The client repeats what a further exchange had fetched; that one carried no words."""
    asked, fetched = begun("ex-1", OWN), begun("ex-2")
    fetched["unmapped"]["ledger"]["first_exchange"] = "ex-1"
    events = [asked, ended("ex-1"), fetched, ended("ex-2"), begun("ex-3", derived_from=("ex-2",)), ended("ex-3")]
    found = about(enumerate(events), ANN)

    assert [(each.exchange, each.rests_on) for each in found] == [("ex-1", ()), ("ex-3", ("ex-1",))]


def test_several_attempts_are_one_exchange_with_the_words_of_one() -> None:
    (found,) = about(enumerate([begun("ex-1", OWN, attempt=1), begun("ex-1", OWN, attempt=2), ended("ex-1")]), ANN)

    assert (found.attempts, found.words[0].utterances) == (2, 3)
