"""Properties of the roster search, over made-up rosters and any text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.roster.names import Case
from proxy.redaction.roster.search import Person, RosterSearch
from proxy.redaction.roster.surfaces import derived, recorded

GIVEN = [
    "Robert",
    "Siobhán",
    "Søren",
    "Alexander",
    "Мария",
    "李晓明",
    "Jean-Luc",
    "Bo",
    "Will",
    "MaryAnn",
    "محمد",
    "A.",
]
FAMILY = ["Okafor", "Müller", "Del Río", "O'Brien", "Nguyen", "Rose", "", "(ab12)", "| Skerry", "Петрова", "-", "42"]
NAMES = st.builds(lambda g, f: f"{g} {f}".strip(), st.sampled_from(GIVEN), st.sampled_from(FAMILY))
ROSTERS = st.lists(NAMES, min_size=1, max_size=6).map(
    lambda names: tuple(Person(f"p{i}", (name,)) for i, name in enumerate(names))
)
WORDS = st.sampled_from(
    ["so", "Bob", "okafur", "Dietrix", "jane", "мария", "李晓明", "mueller", "A", "J.", "will", "'s", "-"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))


@given(ROSTERS, TEXTS)
def test_any_text_gives_disjoint_mentions_in_order(people: tuple[Person, ...], text: str) -> None:
    mentions = RosterSearch(people).find(text)
    assert all(0 <= m.start < m.end <= len(text) and m.people for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_label_gives_disjoint_mentions_in_order(label: str, text: str) -> None:
    search = RosterSearch((Person("p", (label,), (f"{label}@skerry.example",)),))
    for mentions in (search.find(text), search.find_recorded(text)):
        assert all(0 <= m.start < m.end <= len(text) and m.people for m in mentions)
        assert all(a.end <= b.start for a, b in pairwise(mentions))


@given(ROSTERS, st.data())
def test_what_is_recorded_is_found_in_any_case(people: tuple[Person, ...], data: st.DataObject) -> None:
    search = RosterSearch(people)
    person = data.draw(st.sampled_from(people))
    surfaces = [s for s in recorded(person.labels, person.emails, collective=False) if s.case is Case.ANY]
    surfaces += [s for s in derived(person.labels, person.emails) if s.case is Case.ANY]
    if not surfaces:
        return
    key = data.draw(st.sampled_from(surfaces)).key
    said = data.draw(st.sampled_from([key, key.upper(), key.title()]))
    text = f"well, {said} agreed"
    covered = {at for m in search.find(text) for at in range(m.start, m.end)}
    assert all(at in covered for at in range(6, 6 + len(said)) if text[at].isalnum())


@given(ROSTERS, TEXTS, st.randoms())
def test_who_is_meant_does_not_hang_on_the_order_of_the_roster(people, text, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(people)
    random.shuffle(shuffled)
    assert RosterSearch(people).find(text) == RosterSearch(shuffled).find(text)


@given(ROSTERS, TEXTS)
def test_what_the_last_check_finds_the_search_covers(people: tuple[Person, ...], text: str) -> None:
    """A name that redaction left would refuse the request: whatever the one finds, the other must have found."""
    search = RosterSearch(people)
    covered = {at for m in search.find(text) for at in range(m.start, m.end)}
    missed = [m for m in search.find_recorded(text) for at in range(m.start, m.end) if at not in covered]
    assert not [m for m in missed if any(text[at].isalnum() and at not in covered for at in range(m.start, m.end))]
