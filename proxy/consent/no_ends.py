"""Who can end a no, as it is told to whoever has a link. Pure.

A no has no end of its own. The person concerned ends it, or whoever said it, with a later yes (`consent.standing`). A
minor's own no is the minor's alone, and a guardian's no that guardian's: the yes of another one ends neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from proxy.consent.custody import standing
from proxy.consent.invitations import METHOD, Invitation
from proxy.consent.records import FORGOTTEN, ConsentRecord, ConsentState
from proxy.consent.standing import Standing
from proxy.consent.verdicts import CLOCK_SKEW, Question
from proxy.settings import ConsentSettings

_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)


class NoEnds(StrEnum):
    """What ends a no."""

    BY_READER = "by_reader"
    """A yes of whoever has the link."""
    BY_MINOR = "by_minor"
    """The minor takes it back; their own page takes no yes."""
    BY_OTHERS = "by_others"
    """Whoever said it takes it back: others than the reader, the minor perhaps among them."""


def no_ends(
    records: Sequence[ConsentRecord],
    invitation: Invitation,
    question: Question,
    policy: ConsentSettings,
    *,
    minor: bool,
) -> NoEnds:
    """What ends the refusal that stands, by the records that match the question.

    The yes that a guardian could give is weighed with them, by the rule that decides over speech.
    """
    if invitation.guardian is None and not minor:
        return NoEnds.BY_READER
    of_others = [each for each in records if each.state not in _NO or each.guardian]
    if invitation.guardian is None:
        found = standing(of_others, question, policy, minor=True, default_admits=False)
        return NoEnds.BY_OTHERS if found.refused else NoEnds.BY_MINOR
    if _with_yes(records, invitation, question, policy).permitted:
        return NoEnds.BY_READER
    return NoEnds.BY_MINOR if _with_yes(of_others, invitation, question, policy).permitted else NoEnds.BY_OTHERS


def refused_by_forgotten(records: Sequence[ConsentRecord], question: Question, policy: ConsentSettings) -> bool:
    """Whether a refusal of a minor stands by a guardian who was forgotten. Only the minor, once of age, ends it."""
    of_gone = [each for each in records if each.state not in _NO or each.actor.startswith(FORGOTTEN)]
    return standing(of_gone, question, policy, minor=True, default_admits=False).refused


def said_no_ends(no: ConsentRecord, invitation: Invitation, *, minor: bool) -> NoEnds:
    """What ends one refusal, looked at by itself."""
    if no.actor == invitation.answered_by and invitation.guardian is not None:
        return NoEnds.BY_READER
    if invitation.guardian is None and not minor:
        return NoEnds.BY_READER
    return NoEnds.BY_OTHERS if no.guardian else NoEnds.BY_MINOR


def _with_yes(
    records: Sequence[ConsentRecord], invitation: Invitation, question: Question, policy: ConsentSettings
) -> Standing:
    """How things would stand after a yes by the guardian's link."""
    later = replace(question, now=question.now + CLOCK_SKEW)
    yes = ConsentRecord(
        id="",
        participant=invitation.participant,
        scope=invitation.scope,
        scope_id=invitation.scope_id,
        purpose=question.purpose,
        recipient=question.recipient,
        terms_version=question.terms_version,
        state=ConsentState.GRANTED,
        valid_from=later.now,
        valid_until=None,
        method=METHOD,
        affirmative=True,
        actor=invitation.answered_by,
        recorded_at=later.now,
        guardian=True,
    )
    return standing([*records, yes], later, policy, minor=True, default_admits=False)
