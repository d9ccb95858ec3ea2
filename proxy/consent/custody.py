"""What the records of one person permit, of a minor by the guardians who answer for them. Pure.

Of a minor, each guardian is heard by themselves: their own grants are weighed with every refusal (`standing.weigh`). A
refusal of one guardian is lifted for the others by a live grant of that same guardian, for what it permits. Then either
each guardian on file has to permit, for what all permit in common, or one of them. Nobody on file: whoever granted as a
guardian counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import product
from typing import NamedTuple

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.standing import Standing, Yes, answers, flaw, is_own_yes, shortcoming, weigh
from proxy.consent.verdicts import Question, Reason, Verdict
from proxy.model import Custody, Participant
from proxy.settings import ConsentSettings

_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)
_WIDTHS = (Scope.MEETING, Scope.SERIES, Scope.ORG)


class Guardians(NamedTuple):
    """Who answers for a minor: ids on file (none: whoever is named as a guardian), and whether `each` has to grant."""

    ids: tuple[str, ...] = ()
    each: bool = False


ANYBODY = Guardians()
"""Any guardian's grant counts."""


def guardians_of(person: Participant | None, policy: ConsentSettings) -> Guardians:
    """Who answers for this person, should they be a minor."""
    if person is None:
        return ANYBODY
    return Guardians(person.guardians, (person.custody or policy.custody) is Custody.EACH)


def standing(
    records: Sequence[ConsentRecord],
    question: Question,
    policy: ConsentSettings,
    *,
    minor: bool,
    default_admits: bool,
    asked: bool = False,
    guardians: Guardians = ANYBODY,
) -> Standing:
    """Weigh the records of one person that match the question's scope, purpose and recipient.

    Without any, the default of their class counts, unless they were `asked` for themselves: they have not answered.
    """
    if not minor or not any(map(_is_guardians_yes, records)):
        return weigh(records, question, policy, minor=minor, default_admits=default_admits, asked=asked)
    sides = list(_sides(records, question, policy, _answering(records, guardians)).values())
    if guardians.each and guardians.ids:
        against = [side for side in sides if not side.permitted]
        permitted = () if against else reduce(_in_common, (side.permitted for side in sides))
    else:
        permitted = _narrowest(records, (yes for side in sides for yes in side.permitted))
        against = [] if permitted else sides
    return Standing(permitted, _otherwise(against, records))


def lacking(
    records: Sequence[ConsentRecord], question: Question, policy: ConsentSettings, guardians: Guardians
) -> tuple[str, ...]:
    """The guardians on file of a minor without whose grant the minor is not heard, and who have not given it.

    None where one guardian's grant is enough and one is there.
    """
    sides = _sides(records, question, policy, guardians.ids)
    missing = tuple(who for who, side in sides.items() if not side.permitted)
    return missing if guardians.each or len(missing) == len(sides) else ()


def _answering(records: Sequence[ConsentRecord], guardians: Guardians) -> Iterable[str]:
    """Those on file, or all who granted."""
    return guardians.ids or dict.fromkeys(each.actor for each in records if _is_guardians_yes(each))


def _sides(
    records: Sequence[ConsentRecord], question: Question, policy: ConsentSettings, whose: Iterable[str]
) -> dict[str, Standing]:
    """What the grants of each of these guardians permit by themselves, by id."""
    lifting = [
        each
        for each in records
        if _is_guardians_yes(each)
        and flaw(each, question.now, policy, minor=True) is None
        and shortcoming(each, question, policy) is None
    ]
    sides = {}
    for who in whose:
        own = _alone(_side(records, who, lifting), who, question, policy)
        permitted = reduce(_in_common, ((each,) for each in _taken_back(records, who, lifting)), own.permitted)
        sides[who] = own._replace(permitted=permitted)
    return sides


def _taken_back(records: Sequence[ConsentRecord], who: str, lifting: Sequence[ConsentRecord]) -> Iterator[Yes]:
    """What the newest grant of each other guardian permits that lifts a refusal of theirs."""
    lifters: dict[str, ConsentRecord] = {}
    for no in records:
        if no.state in _NO and no.guardian and no.actor != who:
            theirs = [yes for yes in lifting if yes.actor == no.actor and answers(yes, no)]
            lifters |= {yes.id: yes for yes in theirs if yes.recorded_at == max(each.recorded_at for each in theirs)}
    for yes in lifters.values():
        yield Yes(None if yes.covers_earlier else yes.valid_from, yes.valid_until, (yes.id,))


def _alone(records: Sequence[ConsentRecord], who: str, question: Question, policy: ConsentSettings) -> Standing:
    """Weigh one guardian's side. Who has said nothing is missing, unless a refusal stands that nobody took back."""
    own = [each for each in records if is_own_yes(each, question.now, policy)]
    standing_noes = (
        each for each in records if each.state in _NO and (each.guardian or not any(answers(yes, each) for yes in own))
    )
    if not any(each.guardian and each.actor == who for each in records) and not any(standing_noes):
        return Standing((), Verdict(False, Reason.GUARDIAN_MISSING, tuple(each.id for each in records)))
    return weigh(records, question, policy, minor=True, default_admits=False)


def _side(records: Sequence[ConsentRecord], who: str, lifting: Sequence[ConsentRecord]) -> list[ConsentRecord]:
    """The records that one guardian's grants are weighed with.

    A grant of another one is left out, and so is a refusal that this other one took back. A guardian's own refusals
    stay, so that a later grant never revives an earlier one.
    """
    return [
        each
        for each in records
        if each.actor == who
        or (
            not any(yes.actor == each.actor and answers(yes, each) for yes in lifting)
            if each.state in _NO
            else not _is_guardians_yes(each)
        )
    ]


def _is_guardians_yes(record: ConsentRecord) -> bool:
    return record.guardian and record.state is ConsentState.GRANTED


def _in_common(some: Sequence[Yes], others: Sequence[Yes]) -> tuple[Yes, ...]:
    """What two guardians permit in common, of each pair; what lies within another is left out."""
    found: list[Yes] = []
    for one, other in product(some, others):
        since = max((each.since for each in (one, other) if each.since is not None), default=None)
        until = min((each.until for each in (one, other) if each.until is not None), default=None)
        common = Yes(since, until, one.grants + other.grants)
        if (since is None or until is None or since < until) and not any(_within(common, each) for each in found):
            found = [*(each for each in found if not _within(each, common)), common]
    return tuple(found)


def _within(inner: Yes, outer: Yes) -> bool:
    begins = outer.since is None or (inner.since is not None and outer.since <= inner.since)
    return begins and (outer.until is None or (inner.until is not None and inner.until <= outer.until))


def _narrowest(records: Sequence[ConsentRecord], permitted: Iterable[Yes]) -> tuple[Yes, ...]:
    """What any guardian permits, in the order in which a decision asks: most specific first, then the newest."""
    by_id = {each.id: each for each in records}

    def place(yes: Yes) -> tuple[int, bool, float]:
        first = by_id[yes.grants[0]]
        return _WIDTHS.index(first.scope), first.recipient == ANY_RECIPIENT, -first.recorded_at.timestamp()

    return tuple(sorted(permitted, key=place))


def _otherwise(against: Sequence[Standing], records: Sequence[ConsentRecord]) -> Verdict:
    """Why nothing is permitted: a refusal comes first, then that a guardian has said nothing; else the time is wrong.

    `against` are the sides that permit nothing; none, where all permit.
    """
    if not against:
        return Verdict(False, Reason.SPOKEN_OUTSIDE_GRANT, tuple(each.id for each in records))
    refused = [side.otherwise for side in against if side.refused]
    missing = [side for side in against if side.otherwise.reason is Reason.GUARDIAN_MISSING]
    if refused or not missing:
        return (refused or [side.otherwise for side in against])[0]
    return Verdict(False, Reason.GUARDIAN_MISSING, tuple(each.id for each in records))
