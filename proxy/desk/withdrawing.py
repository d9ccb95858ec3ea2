"""Takes back in one act whatever a person has allowed in a meeting, in all meetings of a series, or everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from proxy.consent.in_force import counting
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.desk import consents, people
from proxy.desk.consents import ConsentStatement, RecordedConsent
from proxy.desk.ports import OnFile, PastExchanges
from proxy.errors import ClientFault
from proxy.model import Meeting
from proxy.settings import Settings


async def take_back(  # noqa: PLR0917 - what is taken back, and how records are made
    files: OnFile,
    past: PastExchanges,
    said: ConsentStatement,
    settings: Settings,
    new_id: Callable[[], str],
    now: datetime,
) -> tuple[RecordedConsent, ...]:
    """Record a withdrawal like `said` for each purpose to which the person has a yes that reaches its scope.

    The purpose of `said` is not read. Raises `ClientFault` as `consents.record` does, and ``nothing_to_take_back``.
    """
    async with files.at_once() as held:
        purposes = sorted(await _allowed(held, said, settings, now))
        drafts = [consents.drafted(replace(said, purpose=each), settings, now, f"cr-{new_id()}") for each in purposes]
        taken = [await consents.taken_down(held, each, settings) for each in drafts]
    return tuple([await consents.told_of(files, past, each, settings) for each in taken])


async def _allowed(held: OnFile, said: ConsentStatement, settings: Settings, now: datetime) -> set[str]:
    """The purposes to which the person has said yes, now or for later, where this withdrawal counts."""
    person = await people.meant(held, said.participant)
    records = await held.consents.listed(participant=person.id)
    within = _Within(said, await held.meetings.listed())
    found = {
        each.purpose
        for each in counting(records, settings.consent, minor=person.minor, now=now)
        if within.has(each) and not any(within.ended(each, by) for by in records)
    }
    if not found:
        detail = (
            f"{person.name or person.id} has said yes to nothing there, so nothing was recorded; a no is recorded by "
            "purpose, with 'meeting-proxy consent deny --purpose' or 'consent withdraw --purpose'"
        )
        raise ClientFault("nothing_to_take_back", detail, status=404, where="scope_id")
    return found


class _Within:
    """Where a withdrawal counts: which yes reaches there, and which of them was taken back there before."""

    def __init__(self, said: ConsentStatement, listed: Sequence[Meeting]) -> None:
        self._said = said
        self._series = {each.id: (each.series, *each.earlier_series) for each in listed}
        of = said.scope_id or ""
        series = self._series.get(of, ()) if said.scope is Scope.MEETING else ()
        self._around = {(said.scope, of), *((Scope.SERIES, each) for each in series)}

    def has(self, yes: ConsentRecord) -> bool:
        """Whether a yes reaches there."""
        if ANY_RECIPIENT not in (self._said.recipient, yes.recipient) and self._said.recipient != yes.recipient:
            return False
        if Scope.ORG in (self._said.scope, yes.scope):
            return True
        inside = self._said.scope_id in self._series.get(yes.scope_id, ()) and yes.scope is Scope.MEETING
        return inside or (yes.scope, yes.scope_id) in self._around

    def ended(self, yes: ConsentRecord, by: ConsentRecord) -> bool:
        """Whether another record is a later no that ends the yes there. `counting` knows no meeting's series."""
        if by.state not in (ConsentState.DENIED, ConsentState.WITHDRAWN) or by.recorded_at <= yes.recorded_at:
            return False
        if by.purpose != yes.purpose or by.recipient not in (ANY_RECIPIENT, yes.recipient):
            return False
        of_its_series = yes.scope is Scope.MEETING and by.scope_id in self._series.get(yes.scope_id, ())
        return (by.scope, by.scope_id) in self._around or (by.scope is Scope.SERIES and of_its_series)
