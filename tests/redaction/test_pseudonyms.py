"""One pseudonym for one person, never one for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.identities import People
from proxy.redaction.pseudonyms import Pseudonyms, comparable, lookalikes
from proxy.redaction.roster.search import Person

DOE = Person("doe", ("Jane Doe",), ("jane@acme.example",))
ROE = Person("roe", ("Richard Roe | ACME",))


def keys(known: list[Person], *names: str) -> list[str]:
    people = People(known, names)
    return [people.of(name) for name in names]


@pytest.mark.parametrize(
    "names",
    [
        (
            "Jane Doe",
            "Jane",
            "Doe",
            "JANE DOE",
            "jane",
            "Mrs. Doe",
            "J. Doe",
            "Doe, Jane",
            "Jane M. Doe",
            "Dr Jane Doe",
        ),
        ("Zoë Quinn", "Zoe", "Quinn", "Zoë", "zoe quinn", "Z. Quinn", "Zoe Q."),
        ("Samuel L. Jackson", "Samuel Jackson", "Jackson", "Samuel Leroy Jackson"),
        ("Maria Garcia Lopez", "Maria Garcia", "Maria Lopez", "Lopez"),
        ("王伟", "王伟"),
    ],
)
def test_forms_of_one_name_are_one_person(names: tuple[str, ...]) -> None:
    assert len(set(keys([DOE, ROE], *names))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Jane Doe", "Jane Smith", "Jane"),
        ("Zoe Quinn", "Zoe Adams", "Zoe"),
        ("Samuel L. Jackson", "Samuel T. Jackson", "Samuel Jackson"),
        ("James Bond", "Henry James", "James"),
        ("J. Doe", "John Doe", "Jane Doe"),
    ],
)
def test_a_name_that_two_people_share_is_neither(names: tuple[str, ...]) -> None:
    assert len(set(keys([DOE, ROE], *names))) == len(names)


def test_two_participants_of_one_name_are_never_told_apart_by_it() -> None:
    people = People([Person("a", ("Jane Doe",)), Person("b", ("Jane Doe",))], [])
    both = frozenset(("a", "b"))
    assert people.of("Jane Doe", both, whole=True) not in both
    assert people.of("jane", both) not in both


def test_what_may_name_somebody_withheld_is_theirs() -> None:
    people = People([DOE, Person("w", ("Jane Roe",), withheld=True)], ["Jane Smith"])
    assert people.of("Jane") == "w"
    assert people.of("Jane Doe") == "doe"
    assert people.of_address("jane.roe@x.example") == "w"
    assert people.of_address("jane@x.example") == "w"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("JANE@acme.example", "doe"),
        ("jane.doe@mail.example", "doe"),
        ("jdoe@mail.example", "doe"),
        ("doej7+news@mail.example", "doe"),
        ("richard@mail.example", "roe"),
        ("jane dot doe at mail dot example", "doe"),
        ("info@acme.example", None),
        ("jadoe@mail.example", None),
    ],
)
def test_addresses_of_known_people(address: str, key: str | None) -> None:
    assert People([DOE, ROE], []).of_address(address) == key


def test_an_address_that_fits_two_is_nobodys() -> None:
    people = People([DOE], ["John Doe", "Jane Smith"])
    assert people.of_address("jdoe@mail.example") is None
    assert people.of_address("jane@mail.example") is None
    assert people.of_address("jane@acme.example") == "doe"


def test_numbers_are_by_person_and_kind() -> None:
    given_out = Pseudonyms(People([DOE], []), {})
    assert given_out.person("name:zoe", "Zoe") == "PERSON_1"
    assert given_out.address("jane@acme.example", "doe") == "PERSON_2_EMAIL"
    assert given_out.person("doe", "jane") == "PERSON_2"
    assert given_out.address("Jane@ACME.example", "doe") == "PERSON_2_EMAIL"
    assert given_out.address("doe@mail.example", "doe") == "PERSON_2_EMAIL_2"
    assert given_out.address("info@mail.example", None) == "EMAIL_ADDRESS_1"
    assert given_out.other("PHONE_NUMBER", "+1 (555) 123-4567") == "PHONE_NUMBER_1"
    assert given_out.other("PHONE_NUMBER", "1-555-123-4567") == "PHONE_NUMBER_1"
    assert given_out.other("PHONE_NUMBER", "1-555-123-4568") == "PHONE_NUMBER_2"
    assert given_out.other("LOCATION", "Oslo") == given_out.other("LOCATION", "OSLO") == "LOCATION_1"
    given_out.person("name:zoe", "Zoe Quinn")
    assert dict(given_out.finished(frozenset()).originals) == {
        "PERSON_1": "Zoe Quinn",
        "PERSON_2": "Jane Doe",
        "PERSON_2_EMAIL": "jane@acme.example",
        "PERSON_2_EMAIL_2": "doe@mail.example",
        "EMAIL_ADDRESS_1": "info@mail.example",
        "PHONE_NUMBER_1": "+1 (555) 123-4567",
        "PHONE_NUMBER_2": "1-555-123-4568",
        "LOCATION_1": "Oslo",
    }
    assert given_out.finished(frozenset()).kinds == {"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "LOCATION"}


@pytest.mark.parametrize(
    "typed",
    [
        "PERSON_1",
        "person 1",
        "[Person_1]",
        "PERSON\\_1",
        "PERSON-1",
        "xPERSON_1x",
        "Person\u20111",
        "PERSON\n1",
        "PERSON_1_EMAIL",
    ],
)
def test_numbers_of_lookalikes_are_skipped(typed: str) -> None:
    taken = lookalikes(["nothing", typed], {"PERSON", "URL"})
    assert taken["PERSON"] == {1}
    assert Pseudonyms(People([], []), taken).person("k", "Zoe") == "PERSON_2"


def test_comparable_values() -> None:
    assert comparable("CREDIT_CARD", "4111-1111 1111") == "411111111111"
    assert comparable("PHONE_NUMBER", "five five five") == "five five five"
    assert comparable("EMAIL_ADDRESS", "jane dot doe at acme dot example") == "jane.doe@acme.example"


NAMES = st.lists(st.sampled_from(["Jane", "Doe", "Roe", "J.", "Max", "Q."]), min_size=1, max_size=3).map(" ".join)


@given(st.lists(NAMES, max_size=6), st.lists(NAMES, min_size=1, max_size=3, unique=True))
def test_two_distinct_people_never_share_a_pseudonym(spoken: list[str], labels: list[str]) -> None:
    """Whatever is said, labels keep their people apart, and a bare part that two bear belongs to neither."""
    known = [Person(f"p{i}", (label,)) for i, label in enumerate(labels)]
    people = People(known, spoken)
    given_out = Pseudonyms(people, {})
    assert len({given_out.person(person.id, person.labels[0]) for person in known}) == len(known)
    for name in spoken:
        key = people.of(name)
        bearers = [p.id for p in known if set(name.lower().split()) <= set(p.labels[0].lower().split())]
        if len(name.split()) == 1 and len(bearers) > 1:
            assert key not in bearers


@pytest.mark.parametrize("kind", ["SECRET", "URL"])
def test_values_that_differ_in_case_are_two_where_case_counts(kind: str) -> None:
    assert comparable(kind, "https://x.example/aB") != comparable(kind, "https://x.example/ab")


def test_marks_tell_two_addresses_apart() -> None:
    assert comparable("EMAIL_ADDRESS", "josé@x.example") != comparable("EMAIL_ADDRESS", "jose@x.example")
    assert comparable("EMAIL_ADDRESS", "Jose@X.example") == comparable("EMAIL_ADDRESS", "jose at x dot example")
