"""Whoever may have been there is never counted as absent, whatever a meeting service tells in whatever order.

The reference says the rule of docs/meetings.md plainly, for one person and one instant, and shares no code with `fold`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from meetings.plain_seats import Told, minute, no_longer, not_yet

from proxy.meetings.presence import Presence, fold, seen_as
from proxy.model import Participant, Roster

CASES = invented(150)
BEN = Participant("p-ben", "Ben Okoro", ("Ben",), ("ben@partner.example",))
CARA = Participant("p-cara", "Cara Lund", (), ("cara@partner.example", "c.lund@partner.example"))
DEV = Participant("p-dev", "Dev Rao")
EWA = Participant("p-ewa", "Ewa Nowak", ("Kim",))
FAY = Participant("p-fay", "Fay Iwu", ("Kim",), ("fay@partner.example",))
PEOPLE = (BEN, CARA, DEV, EWA, FAY)
LABELS = (
    "Ben Okoro",
    "ben  okoro",
    "BEN",
    "Cara Lund",
    "Dev Rao",
    "Dev\u00a0Rao",
    "Kim",
    "Ewa Nowak",
    "Fay Iwu",
    "Guest",
    "",
)
ADDRESSES = (None, "ben@partner.example", "C.Lund@partner.example", "fay@partner.example", "stranger@home.example")
MINUTES = range(0, 41, 5)


told = st.builds(
    Told,
    event=st.sampled_from(["joined", "left"]),
    at=st.sampled_from(MINUTES),
    label=st.sampled_from(LABELS),
    seat=st.sampled_from([None, "A", "B", "C"]),
    email=st.sampled_from(ADDRESSES),
)
by_id = st.builds(replace, told, person=st.sampled_from([p.id for p in PEOPLE]), email=st.none())
times = st.none() | st.sampled_from(MINUTES).map(minute)
rosters = st.tuples(*(st.builds(replace, st.just(p), joined_at=times, left_at=times) for p in PEOPLE))


@st.composite
def stays(draw: st.DrawFn) -> list[Told]:
    """Somebody joins and leaves, perhaps again: as themselves or under another's name, a call lost here and there."""
    who = draw(told | by_id)
    moments = sorted(draw(st.lists(st.sampled_from(MINUTES), min_size=1, max_size=4)))
    return [
        replace(who, at=at, event=("joined", "left")[n % 2]) for n, at in enumerate(moments) if draw(st.integers(0, 5))
    ]


histories = (
    st.lists(stays() | st.lists(told | by_id, max_size=2), max_size=4)
    .map(lambda parts: [each for part in parts for each in part])
    .flatmap(st.permutations)
)


def noted(people: tuple[Participant, ...], history: list[Told]) -> list[Presence]:
    """As the webhook and the admin API note what they are told."""
    found = []
    for each in history:
        seen = seen_as(Roster(people), each.label, each.email)
        person, vouched = (
            (each.person, True) if each.person else (seen.person.id if seen.person else None, seen.vouched)
        )
        label = None if person or seen.contradicts else each.label
        found.append(Presence(label, person, each.event, minute(each.at), each.seat, vouched))
    return found


# --- the reference -------------------------------------------------------------------------------


def claims(each: Told, people: tuple[Participant, ...]) -> tuple[str | None, bool]:
    """Who is claimed, and whether by more than a name; (None, False): nobody."""
    if each.person:
        return each.person, True
    called = {
        p.id for p in people if " ".join(each.label.casefold().split()) in [n.casefold() for n in (p.name, *p.aliases)]
    }
    owners = {p.id for p in people if (each.email or "").lower() in p.emails}
    if owners:
        return (owners.pop(), True) if not called or called == owners else (None, False)
    mailed = {p.id for p in people if p.emails}
    if each.email and called and called <= mailed:
        return None, False
    return (called.pop(), False) if len(called) == 1 else (None, False)


def may_be_there(person: Participant, at: int, people: tuple[Participant, ...], history: list[Told]) -> bool:
    """Whether `person` may have been there in this minute, by what is on file and what was told."""
    mine: dict[str | None, list[tuple[Told, bool]]] = {}
    for each in history:
        who, vouched = claims(each, people)
        if who == person.id:
            mine.setdefault(each.seat, []).append((each, vouched))
    if any(vouched for seat in mine.values() for _, vouched in seat):
        mine = {key: seat for key, seat in mine.items() if any(vouched for _, vouched in seat)}
    return not (not_yet(person, at, mine) or no_longer(person, at, mine))


def must_be_incomplete(people: tuple[Participant, ...], history: list[Told]) -> bool:
    """Whether somebody was seen who is nobody on the roster for certain."""
    claimed = [(each, *claims(each, people)) for each in history]
    if any(who is None for _, who, _ in claimed):
        return True
    for each, who, vouched in claimed:
        for other, whom, also in claimed:
            if each.seat == other.seat is not None and who != whom:
                return True
            alone = not any(o.seat == other.seat and w == whom and v for o, w, v in claimed)
            if vouched and who == whom and not also and alone:
                return True
    return False


# --- what holds ----------------------------------------------------------------------------------


def absent(person: Participant, at: datetime) -> bool:
    """As a decision reads the times."""
    return bool((person.joined_at and person.joined_at > at) or (person.left_at and person.left_at < at))


@given(rosters, histories)
@settings(max_examples=CASES)
def test_whoever_may_be_there_is_never_absent(people: tuple[Participant, ...], history: list[Told]) -> None:
    folded = fold(Roster(people, complete=True), noted(people, history))

    for before, after in zip(people, folded.participants, strict=True):
        for at in range(-2, 44):
            if may_be_there(before, at, people, history):
                assert not absent(after, minute(at)), (after.name, at)


@given(rosters, histories)
@settings(max_examples=CASES)
def test_a_roster_is_complete_only_where_everybody_who_was_seen_is_on_it(
    people: tuple[Participant, ...], history: list[Told]
) -> None:
    folded = fold(Roster(people, complete=True), noted(people, history))

    assert folded.complete is not must_be_incomplete(people, history)


@given(rosters, histories, st.randoms(use_true_random=False))
@settings(max_examples=CASES)
def test_the_order_in_which_calls_arrive_changes_nothing(
    people: tuple[Participant, ...], history: list[Told], chance
) -> None:
    seen = noted(people, history)
    other = chance.sample(seen, len(seen))

    assert fold(Roster(people, complete=True), other) == fold(Roster(people, complete=True), seen)


@given(rosters, histories, st.lists(told.map(lambda each: replace(each, email=None)), min_size=1, max_size=4))
@settings(max_examples=CASES)
def test_names_alone_make_nobody_absent_who_has_an_address(
    people: tuple[Participant, ...], history: list[Told], hostile: list[Told]
) -> None:
    """What others do under whatever names adds nothing to the time in which somebody with an address is away."""
    before = fold(Roster(people, complete=True), noted(people, history))
    after = fold(Roster(people, complete=True), noted(people, [*history, *hostile]))

    for one, other in zip(before.participants, after.participants, strict=True):
        if one.emails:
            for at in range(-2, 44):
                assert absent(one, minute(at)) or not absent(other, minute(at)), (one.name, at)


@given(rosters, histories, st.sampled_from(LABELS), st.sampled_from(ADDRESSES))
@settings(max_examples=CASES)
def test_a_contradiction_stays_nobody_on_any_later_roster(
    people: tuple[Participant, ...], history: list[Told], label: str, email: str | None
) -> None:
    seen = seen_as(Roster(people), label, email)
    if seen.contradicts:
        assert seen.person is None
        note = noted(people, [*history, Told("joined", 5, label, "D", email)])
        later = tuple(replace(person, aliases=()) for person in people)
        assert not fold(Roster(later, complete=True), note).complete
