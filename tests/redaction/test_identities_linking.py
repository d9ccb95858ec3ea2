"""A person mentioned by any surface has one pseudonym, and is restored to the name on record."""

import pytest
from redaction.redacting import roster, run, run_transcript

from proxy.model import Action, Participant
from proxy.redaction.identities import People
from proxy.redaction.redact import WithheldSpeech
from proxy.redaction.roster.search import Person

TEAM = roster(
    Participant("rob", "Robert Okafor", emails=("robert.okafor@skerry.example",)),
    Participant("sio", "Siobhan Whitcombe"),
    Participant("dmi", "Dmitri Volkov"),
)


@pytest.mark.parametrize(
    "surface",
    [
        "Bob",
        "rob okafor",
        "Okaphor",
        "Robbie",
        "R. Okafor",
        "r okafor",
        "Robert O.",
        "rokafor",
        "robert_okafor42",
        "Okafors",
    ],
)
def test_every_surface_leads_to_the_pseudonym_of_the_label(surface: str) -> None:
    outcome = run_transcript([("Robert Okafor", "hello"), ("Siobhan Whitcombe", f"so {surface} agreed")], people=TEAM)
    assert outcome.sent == "PERSON_1: hello\nPERSON_2: so PERSON_1 agreed\n"
    assert outcome.echoed == "Robert Okafor: hello\nSiobhan Whitcombe: so Robert Okafor agreed\n"


def test_a_misheard_name_is_restored_to_the_name_on_record() -> None:
    outcome = run("so shivon and Дмитрий agreed", people=TEAM)
    assert outcome.sent == "so PERSON_1 and PERSON_2 agreed"
    assert outcome.echoed == "so Siobhan Whitcombe and Dmitri Volkov agreed"


def test_a_wide_guess_has_a_pseudonym_of_its_own_and_is_restored_as_it_was_said() -> None:
    outcome = run("so Witcompe and Whitcombe agreed", people=TEAM)
    assert outcome.sent == "so PERSON_1 and PERSON_2 agreed"
    assert outcome.echoed == "so Witcompe and Siobhan Whitcombe agreed"


@pytest.mark.parametrize(
    "surface", ["Bob", "Okaphor", "robert_okafor42", "R.O.", "Okafor's", "bob.okafor@skerry.example"]
)
def test_whoever_is_withheld_is_masked_by_every_surface_whatever_is_done_with_names(surface: str) -> None:
    outcome = run(
        f"so {surface} agreed",
        *([("EMAIL_ADDRESS", surface)] if "@" in surface else []),
        people=TEAM,
        withheld=WithheldSpeech(frozenset({"rob"})),
        actions={"PERSON": Action.KEEP, "default": Action.PSEUDONYM},
    )
    assert surface.removesuffix("'s") not in outcome.sent
    assert outcome.echoed == outcome.sent


def test_a_short_form_that_may_be_somebody_withheld_is_masked() -> None:
    both = roster(Participant("a", "Robert Okafor"), Participant("b", "Robert Brandt"))
    outcome = run("so Bob agreed", people=both, withheld=WithheldSpeech(frozenset({"b"})))
    assert outcome.sent == "so WITHHELD_PERSON agreed"


def test_a_short_form_of_two_people_has_a_pseudonym_of_its_own() -> None:
    both = roster(Participant("a", "Robert Okafor"), Participant("b", "Robert Brandt"))
    outcome = run("so Bob agreed with Robert Brandt", people=both)
    assert outcome.sent == "so PERSON_1 agreed with PERSON_2"
    assert outcome.echoed == outcome.text


def test_another_bob_who_is_named_in_full_is_not_the_one_on_the_roster() -> None:
    outcome = run("so Bob Lindqvist agreed", ("PERSON", "Bob Lindqvist"), people=TEAM)
    assert outcome.echoed == outcome.text


def test_the_last_check_refuses_nothing_for_a_guess_and_finds_what_was_replaced() -> None:
    outcome = run("so Okaphor agreed", people=TEAM)
    assert outcome.redacted.leftovers('{"model": "bob-rokafor-shivon", "user": "Dima"}') == []
    assert len(outcome.redacted.leftovers('{"user": "okaphor"}')) == 1
    assert len(outcome.redacted.leftovers('{"user": "siobhan"}')) == 1
    assert outcome.redacted.leftovers(outcome.sent) == []


def test_an_address_made_of_a_short_form_is_the_persons() -> None:
    people = People([Person("rob", ("Robert Okafor",)), Person("w", ("Elizabeth Roe",), withheld=True)], [])
    assert people.of_address("bob.okafor@skerry.example") == "rob"
    assert people.of_address("bob.lindqvist@skerry.example") is None
    assert people.of_address("liz99@skerry.example") == "w"


def test_a_counterpart_beside_the_family_name_is_another_person() -> None:
    outcome = run("Mario Okafor will sign for Maria Okafor", ("PERSON", "Mario Okafor"), people=roster("Maria Okafor"))
    assert outcome.sent == "PERSON_1 will sign for PERSON_2"
