"""Whether a person is heard once a yes is on file and, if not, what stands against it and who can lift that.

Recording a yes never makes it count: a no may stand that it does not undo (`consent.standing`). What is said here is
by the records of the person alone; ``consent coverage`` also has what routes and recipients are bound by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from proxy.consent.custody import Guardians, guardians_of, lacking, standing
from proxy.consent.offers import Place
from proxy.consent.records import ANY_RECIPIENT, FORGOTTEN, ConsentRecord, ConsentState, Scope
from proxy.consent.standing import Standing
from proxy.consent.verdicts import Question, Reason
from proxy.desk.invitations import names_of
from proxy.desk.ports import OnFile
from proxy.model import Participant
from proxy.settings import ConsentSettings, Settings

NOES = (ConsentState.DENIED, ConsentState.WITHDRAWN)

_OTHERWISE = {
    Reason.STALE_TERMS: "it is to other terms than the current ones; ask again under these",
    Reason.EXPIRED: "it has ended; ask again",
    Reason.NOT_YET_VALID: "it counts only from {since} on",
    Reason.GUARDIAN_MISSING: "they are a minor, and no guardian who is on file and of age has said yes",
}


async def against(files: OnFile, person: Participant | None, made: ConsentRecord, settings: Settings) -> list[str]:
    """What to tell whoever recorded this yes: a sentence for each recipient to whom the person is not heard now.

    Nothing for a record that is no yes, and where the person is heard. The record is on file already.
    """
    if made.state is not ConsentState.GRANTED:
        return []
    about = await files.consents.grants([made.participant], purposes={made.purpose})
    meeting = await files.meetings.by_id(made.scope_id) if made.scope is Scope.MEETING else None
    around = (meeting.series, meeting.earlier_series) if meeting is not None else (None, ())
    guardians = guardians_of(person, settings.consent)
    place, minor = Place(settings.organization, *around), person is not None and person.minor
    told: list[str] = []
    for name in _recipients(made, settings):
        question = _question(made, name, settings)
        reaching = [each for each in about if each.recipient in (name, ANY_RECIPIENT)]
        matching = place.reaching(reaching, made, question, settings.consent)
        found = standing(matching, question, settings.consent, minor=minor, default_admits=False, guardians=guardians)
        if found.permitted:
            continue
        if found.refused:
            noes = _standing_noes(matching, question, settings.consent, minor=minor)
            names = await names_of(files, {each.actor for each in noes} | {made.participant})
            why = "; ".join(_lifted(no, made, name, names, minor=minor) for no in noes)
        else:
            missing = lacking(matching, question, settings.consent, guardians) if minor else ()
            why = _shortcoming(found, made) if not missing else await _awaited(files, missing, guardians)
        told.append(f"this yes does not count now for {made.purpose} by {settings.called(name)}: {why}")
    return told


async def _awaited(files: OnFile, missing: Sequence[str], guardians: Guardians) -> str:
    """Whose yes a minor is still without, and how they are asked."""
    names = await names_of(files, missing)
    whose = ", ".join(f"{each} ({names[each]})" for each in missing)
    need = "each guardian on file has to say yes" if guardians.each else "a guardian on file has to say yes"
    return f"{need}, and there is none by {whose}; ask them ('meeting-proxy consent invite --guardian')"


def _recipients(made: ConsentRecord, settings: Settings) -> Sequence[str]:
    """The recipients that a yes is about: the one that it names, or all that requests of this purpose may go to."""
    if made.recipient != ANY_RECIPIENT:
        return [made.recipient]
    routed = {route.recipient for route in settings.routes if route.purpose == made.purpose}
    return sorted(routed or settings.recipients)


def _question(made: ConsentRecord, recipient: str, settings: Settings) -> Question:
    known = settings.recipients.get(recipient)
    return Question(
        organization=settings.organization,
        purpose=made.purpose,
        recipient=recipient,
        terms_version=made.terms_version if known is None else known.terms.version,
        may_train=False,
        route_enabled=True,
        purpose_allowed=True,
        meeting=None,
        now=made.recorded_at,
    )


def _standing_noes(
    matching: Sequence[ConsentRecord], question: Question, policy: ConsentSettings, *, minor: bool
) -> list[ConsentRecord]:
    """The newest refusal of each person, scope and recipient that would stand if it were the only one."""
    latest: dict[tuple[str, Scope, str], ConsentRecord] = {}
    for no in matching:
        alone = [each for each in matching if each.state not in NOES or each.id == no.id]
        if no.state in NOES and standing(alone, question, policy, minor=minor, default_admits=False).refused:
            latest[no.actor, no.scope, no.recipient] = no
    return list(latest.values())


def _lifted(
    no: ConsentRecord, made: ConsentRecord, recipient: str, names: dict[str, str | None], *, minor: bool
) -> str:
    """One no that stands, and who can lift it."""
    person = names[made.participant] or made.participant
    to = "any recipient" if no.recipient == ANY_RECIPIENT else no.recipient
    where = f"to {to} in {no.scope.value} {no.scope_id}"
    since = f"of {no.recorded_at.astimezone(UTC):%Y-%m-%d}"
    if minor and no.actor.startswith(FORGOTTEN):
        return (
            f"the no {since} {where} stands, and whoever said it was forgotten, so that no guardian can lift it; it "
            f"ends once {person} is of age (on file as no minor) and says yes"
        )
    if minor and no.guardian:
        said = names.get(no.actor) or no.actor
        return (
            f"the no {since} {where} by {said}, a guardian, stands; only {said} can lift it{_how(no, made, recipient)}"
        )
    if minor:
        return f"{person}'s own no {since} {where} stands; only {person} can lift it (a grant without --guardian)"
    return f"{person}'s no {since} {where} stands; only {person} can lift it{_how(no, made, recipient)}"


def _how(no: ConsentRecord, made: ConsentRecord, recipient: str) -> str:
    """With which yes, where this one is wider than the no."""
    named = no.recipient != ANY_RECIPIENT and made.recipient == ANY_RECIPIENT
    wider = _WIDTHS.index(made.scope) > _WIDTHS.index(no.scope)
    if not named and not wider:
        return ""
    options = [*([f"--recipient {recipient}"] if named else []), *([f"--scope {no.scope.value}"] if wider else [])]
    return f", by a yes that is no wider than it ({' '.join(options)})"


_WIDTHS = (Scope.MEETING, Scope.SERIES, Scope.ORG)


def _shortcoming(found: Standing, made: ConsentRecord) -> str:
    reason = found.otherwise.reason
    told = _OTHERWISE.get(reason, f"{reason.value}; 'meeting-proxy explain {reason.value}' says what to do")
    return told.format(since=f"{made.valid_from.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
