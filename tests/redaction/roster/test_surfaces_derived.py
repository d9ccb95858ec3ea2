"""What people make of a name: short forms, initials, handles, plurals, other letters."""

import pytest

from proxy.redaction.roster.search import STRANGER, Person, RosterSearch
from proxy.wording.diminutives import also_called

PEOPLE = (
    Person("robert", ("Robert Okafor",)),
    Person("liz", ("Elizabeth Thornbury",), ("beth.thornbury@skerry.example",)),
    Person("will", ("William Tavener",)),
    Person("jane", ("Jane Mary Delacroix (jmdel)",)),
    Person("jurgen", ("Jürgen Müller",)),
    Person("soren", ("Søren Ågård",)),
    Person("ivan", ("Иван Петров",)),
    Person("maria", ("Maria Volkova",)),
    Person("wang", ("Wei Wang",)),
    Person("li", ("李晓明",)),
    Person("moh", ("Mohammed Haddad",)),
    Person("giorgos", ("Giorgos Stavrou",)),
    Person("priya", ("Priya Sharma",)),
    Person("luc", ("Jean-Luc Fabre-Dupont",)),
    Person("keil", ("TobiasKettler",)),
    Person("tom", ("Tom @tomtheowl",)),
)
SEARCH = RosterSearch(PEOPLE)


def found(text: str) -> list[tuple[str, set[str]]]:
    return [(text[m.start : m.end], set(m.people)) for m in SEARCH.find(text)]


@pytest.mark.parametrize(
    ("text", "surface", "person"),
    [
        ("thanks Bob, that helps", "Bob", "robert"),
        ("and bobby said so", "bobby", "robert"),
        ("rob okafor sent it", "rob okafor", "robert"),
        ("it was Beth who asked", "Beth", "liz"),
        ("lizzie thornbury", "lizzie thornbury", "liz"),
        ("I asked Will about it", "Will", "will"),
        ("Bill, can you share", "Bill", "will"),
        ("bill tavener has it", "bill tavener", "will"),
        ("J.D. will do it", "J.D.", "jane"),
        ("JMD will do it", "JMD", "jane"),
        ("J. M. D. signed", "J. M. D.", "jane"),
        ("by j delacroix", "j delacroix", "jane"),
        ("Jane D. agreed", "Jane D.", "jane"),
        ("Jane D agreed", "Jane D", "jane"),
        ("ask @jdelacroix", "jdelacroix", "jane"),
        ("the login jane.delacroix works", "jane.delacroix", "jane"),
        ("jane_delacroix42 pushed", "jane_delacroix42", "jane"),
        ("janedelacroix7 pushed", "janedelacroix7", "jane"),
        ("delacroixj is there", "delacroixj", "jane"),
        ("as jmdel wrote", "jmdel", "jane"),
        ("as tomtheowl wrote", "tomtheowl", "tom"),
        ("the Okafors are here", "Okafors", "robert"),
        ("Okafor's and", "Okafor", "robert"),
        ("Juergen Mueller", "Juergen Mueller", "jurgen"),
        ("jurgen muller", "jurgen muller", "jurgen"),
        ("Soeren said", "Soeren", "soren"),
        ("Aagaard said", "Aagaard", "soren"),
        ("Ivan Petrov said", "Ivan Petrov", "ivan"),
        ("спросите Ивана", "Ивана", "ivan"),
        ("Мария сказала", "Мария", "maria"),
        ("с Волковой", "Волковой", "maria"),
        ("王伟说", "王伟", "wang"),
        ("Li Xiaoming said", "Li Xiaoming", "li"),
        ("xiaoming li said", "xiaoming li", "li"),
        ("قال محمد", "محمد", "moh"),
        ("ο Γιώργος είπε", "Γιώργος", "giorgos"),
        ("jean luc said", "jean luc", "luc"),
        ("mr Dupont said", "Dupont", "luc"),
        ("tobias kettler said", "tobias kettler", "keil"),
        ("Kettler said", "Kettler", "keil"),
    ],
)
def test_a_person_is_found_by_what_they_are_called(text: str, surface: str, person: str) -> None:
    assert (surface, {person}) in found(text)


def test_few_consonants_of_a_script_without_vowels_are_masked_but_link_to_nobody() -> None:
    assert found("शर्मा जी") == [("शर्मा", {"priya", STRANGER})]


@pytest.mark.parametrize(
    "text",
    [
        "will you send the bill, at will",
        "Will you send it? Bill the client.",
        "The Will of the people and a Bill on the floor",
        "IT and HR and PM and CEO",
        "the JD is a job description",
        "jd and jane's",
        "jean and tobacco",
        "A rob is not a robe, the robber",
    ],
)
def test_plain_words_and_acronyms_stay(text: str) -> None:
    assert [surface for surface, _ in found(text) if surface not in ("jane", "jean", "rob")] == []


def test_a_part_is_found_where_the_longer_form_is_not_written_as_it_must_be() -> None:
    assert found("so jane d agreed") == [("jane", {"jane"})]


def test_a_short_form_of_two_people_is_neither_ones() -> None:
    search = RosterSearch((Person("a", ("Robert Adeyemi",)), Person("b", ("Robert Brandt",))))
    assert [m.people for m in search.find("so Bob said")] == [frozenset({"a", "b"})]


def test_who_is_called_so_on_record_is_meant_unless_the_other_is_withheld() -> None:
    bob, robert = Person("bob", ("Bob Brandt",)), Person("robert", ("Robert Adeyemi",))
    silent = Person("robert", ("Robert Adeyemi",), withheld=True)
    assert [m.people for m in RosterSearch((bob, robert)).find("Bob said")] == [frozenset({"bob"})]
    assert [m.people for m in RosterSearch((bob, silent)).find("Bob said")] == [frozenset({"bob", "robert"})]


def test_an_address_gives_the_name_that_a_label_leaves_out() -> None:
    search = RosterSearch((Person("z", ("Zoltan",), ("zoltan.feherhegyi@skerry.example",)),))
    text = "zoltan feherhegyi, and Feherhegyi"
    assert [(text[m.start : m.end], m.whole) for m in search.find(text)] == [
        ("zoltan feherhegyi", True),
        ("Feherhegyi", False),
    ]


def test_short_forms_go_both_ways_and_do_not_cross_names() -> None:
    assert {"bob", "rob", "bobby"} <= also_called("robert")
    assert "robert" in also_called("bob")
    assert "alexander" in also_called("sasha")
    assert "peter" not in also_called("patrick")
    assert "day" not in also_called("david")


def test_only_what_is_recorded_is_looked_for_in_the_final_bytes() -> None:
    text = "Bob Okafor, J.D., jdelacroix, Beth, Okaphor"
    assert [text[m.start : m.end] for m in SEARCH.find_recorded(text)] == ["Okafor"]


def test_a_room_has_no_short_forms() -> None:
    search = RosterSearch((Person("r", ("Robert Okafor's office",), collective=True),))
    assert search.find("Bob and Okafor and Okaphor") == []
