"""Which records of a person are in force for any question that they answer. Pure.

A decision asks one question: of a meeting, a purpose and a recipient. Retention asks about all of them, also about
meetings that are no longer on file, so that nobody knows which series they were in. Each is weighed by `standing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, product

from proxy.consent.custody import standing
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.standing import Standing
from proxy.consent.verdicts import Question
from proxy.settings import ConsentSettings

_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)


def counting(
    records: Sequence[ConsentRecord], policy: ConsentSettings, *, minor: bool, now: datetime
) -> list[ConsentRecord]:
    """Return the grants among the records of one person that permit something, now or when their time has come.

    Of a minor any guardian's grant is enough here: that of another one may still come.
    Terms that changed since a grant do not end it here: the words of an earlier version can be in force again.
    """
    found: set[str] = set()
    for purpose in {each.purpose for each in records}:
        about = [each for each in records if each.purpose == purpose]
        living = [each for each in about if _lives(each, now)]
        moments = {now, *(each.valid_from for each in living if each.valid_from > now)}
        for at, version in product(moments, {each.terms_version for each in living}):
            weighed = _weighed(about, policy, version, minor=minor, now=at)
            found |= {grant for each in weighed for yes in each.permitted for grant in yes.grants}
    return [each for each in records if each.id in found]


def refuses(records: Sequence[ConsentRecord], policy: ConsentSettings, *, minor: bool, now: datetime) -> bool:
    """Whether a refusal among the records of one person stands for any question."""
    purposes = {each.purpose for each in records if each.state in _NO}
    for purpose in purposes:
        about = [each for each in records if each.purpose == purpose]
        for version in {each.terms_version for each in about}:
            if any(each.refused for each in _weighed(about, policy, version, minor=minor, now=now)):
                return True
    return False


def guardians_refusing(records: Sequence[ConsentRecord], policy: ConsentSettings, *, now: datetime) -> set[str]:
    """Return who gave, as guardians, a refusal of one minor that stands: nobody else can take it back."""
    guardians = {each.actor for each in records if each.guardian and each.state in _NO}
    return {
        who
        for who in guardians
        if refuses([r for r in records if r.state not in _NO or r.actor == who], policy, minor=True, now=now)
    }


def _lives(grant: ConsentRecord, now: datetime) -> bool:
    if grant.state is not ConsentState.GRANTED or grant.valid_from.tzinfo is None:
        return False
    until = grant.valid_until
    return until is None or (until.tzinfo is not None and until > now)


def _weighed(
    about: Sequence[ConsentRecord], policy: ConsentSettings, terms_version: str, *, minor: bool, now: datetime
) -> Iterator[Standing]:
    """Weigh records of one person and purpose for every recipient, meeting and series that they name."""
    for recipient in sorted({ANY_RECIPIENT, *(each.recipient for each in about)}):
        reaching = [each for each in about if each.recipient in (recipient, ANY_RECIPIENT)]
        question = Question(
            organization="",
            purpose=about[0].purpose,
            recipient=recipient,
            terms_version=terms_version,
            may_train=False,
            route_enabled=True,
            purpose_allowed=True,
            meeting=None,
            now=now,
        )
        for matching in _matching(reaching):
            yield standing(matching, question, policy, minor=minor, default_admits=False)


def _matching(records: Sequence[ConsentRecord]) -> Iterator[list[ConsentRecord]]:
    """Yield the records that match together: of one organization, a series or none, and a meeting or none.

    Any meeting may have been in any series. Where nobody refused, a record counts or not whatever is in other scopes,
    so that each scope is enough by itself.
    """
    by_place: dict[tuple[Scope, str], list[ConsentRecord]] = {}
    for each in records:
        by_place.setdefault((each.scope, each.scope_id), []).append(each)
    if all(each.state is ConsentState.GRANTED for each in records):
        yield from by_place.values()
        return
    orgs, series, meetings = (
        [None, *(place for place in by_place if place[0] is scope)]
        for scope in (Scope.ORG, Scope.SERIES, Scope.MEETING)
    )
    for places in product(orgs[1:] or orgs, series, meetings):
        together = list(chain.from_iterable(by_place[place] for place in places if place is not None))
        if together:
            yield together
