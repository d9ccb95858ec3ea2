"""Finds what a link is about: the person, the meeting, what is on file, and the current terms.

Also finds what changed between two versions of terms, as the few sentences that a person should see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from proxy.consent.clauses import Reading, read
from proxy.consent.invitations import Asks, Invitation, Offer, terms_mark
from proxy.consent.offers import OfferStatus
from proxy.consent.records import Scope
from proxy.consent.terms import diff
from proxy.desk import invitations, people
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant
from proxy.settings import Recipient, Settings

SHOWN = 4
"""Sentences of each kind that are shown. The whole text is one link away."""

_LONGEST = 400


class Changes(NamedTuple):
    """New and removed sentences, each cut to a readable length. `more` says that there are others."""

    since: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    more: bool


@lru_cache(maxsize=32)
def changes(since: str, old: str, new: str) -> Changes:
    """Return the sentences in which two texts differ. `since` names the older version.

    A changed sentence counts as both removed and new. Results are cached for the last texts compared: long terms take a
    while, and everybody who is asked sees the same.
    """
    found = diff(old, new)
    added = [change.after.text for change in found if change.after is not None]
    gone = [change.before.text for change in found if change.before is not None]
    more = len(added) > SHOWN or len(gone) > SHOWN
    return Changes(since, tuple(map(cut, added[:SHOWN])), tuple(map(cut, gone[:SHOWN])), more)


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """A recipient's terms as a person sees them: the version and, if on file, its text and what changed.

    `reading` are the clauses of the text, which may speak against what is stated of the recipient.
    """

    version: str
    text: str | None
    changes: Changes | None
    changed_since_invited: bool
    reading: Reading | None = None


_read = lru_cache(maxsize=32)(read)


def shown_terms(version: str, text: str | None, compared: Changes | None, *, changed_since_invited: bool) -> ShownTerms:
    """Return terms as a person sees them. Reading takes a while for long terms; the last texts are remembered."""
    return ShownTerms(version, text, compared, changed_since_invited, None if text is None else _read(text))


def cut(text: str) -> str:
    """Return a sentence of terms, no longer than a page shows it."""
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked, as anybody may read it. `meeting` is None for a series or the organization.

    `offers` are fewer than those of `asks` if the settings no longer allow some.
    """

    asks: Asks
    meeting: Meeting | None
    series_title: str | None
    offers: tuple[Offer, ...]
    terms: Mapping[str, ShownTerms]


@dataclass(frozen=True, slots=True)
class Subject:
    """All that the page of a link shows. It is only about the person of the link.

    The invitation may name another id of the person (`people.known_by`), by which only refusals are taken.
    """

    invitation: Invitation
    person: Participant
    matter: Matter
    presents: tuple[OfferStatus, ...]
    guardian: Participant | None = None
    """Who has the link, and answers for the person as their parent or guardian."""
    named: Mapping[str, str | None] = field(default_factory=dict)
    """The names of the guardians whose yes counts, or is wanting, by id."""

    @property
    def addressee(self) -> Participant:
        """Whoever has the link."""
        return self.guardian or self.person

    @property
    def child(self) -> str | None:
        """The name of the minor for whom a parent or guardian has the link."""
        return None if self.guardian is None else self.person.name

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What the person can answer."""
        return self.matter.offers

    @property
    def terms(self) -> Mapping[str, ShownTerms]:
        """The terms of each recipient."""
        return self.matter.terms

    @property
    def may_say_yes(self) -> bool:
        """Whether a grant of the person can be taken by this link."""
        of_age = self.guardian is not None or not self.person.minor
        return of_age and self.invitation.participant == self.person.id

    @property
    def granted(self) -> tuple[OfferStatus, ...]:
        """The offers of which a yes is on file that counts now, here or in more than what is asked."""
        return tuple(each for each in self.presents if each.yeses)


async def matter(asks: Asks, settings: Settings, store: Store, texts: Mapping[str, str]) -> Matter | None:
    """Find what is asked now; None if its meeting or all its recipients are gone.

    `texts` are the current terms by recipient, from the files that the settings name. Terms in the store take
    precedence.
    """
    meeting = await store.meetings.by_id(asks.scope_id) if asks.scope is Scope.MEETING else None
    offers = tuple(offer for offer in asks.offers if _allowed(offer, settings.recipients))
    if asks.scope is Scope.ORG and asks.scope_id != settings.organization:
        return None
    if not offers or (asks.scope is Scope.MEETING and meeting is None):
        return None
    marks = dict(asks.terms)
    recipients = dict.fromkeys(offer.recipient for offer in offers)
    terms = {
        name: await _terms(name, settings.recipients[name], marks[name], store, texts.get(name)) for name in recipients
    }
    about = asks.scope, asks.scope_id
    called = None if meeting is not None else (await store.meetings.titles([about])).get(about)
    return Matter(asks, meeting, called, offers, terms)


async def subject(
    invitation: Invitation, settings: Settings, store: Store, texts: Mapping[str, str], now: datetime
) -> Subject | None:
    """Find what this invitation is about now; None if its person is gone, or what it asks (`matter`)."""
    person = await people.known_by(store, invitation.participant)
    found = await matter(invitation, settings, store, texts)
    guardian = None if invitation.guardian is None else await people.known_by(store, invitation.guardian)
    if person is None or found is None or not _may_answer(invitation, person, guardian):
        return None
    presents = await invitations.presents(
        store, invitation, person, found.offers, meeting=found.meeting, settings=settings, now=now
    )
    guardians = {yes.guardian for each in presents for yes in each.yeses if yes.guardian is not None}
    guardians |= {one for each in presents for one in each.missing}
    return Subject(invitation, person, found, presents, guardian, named=await invitations.names_of(store, guardians))


def _may_answer(invitation: Invitation, person: Participant, guardian: Participant | None) -> bool:
    """Whether whoever has the link can answer: a guardian, while they are one and the person is a minor."""
    if invitation.guardian is None:
        return True
    if guardian is None or not person.minor or guardian.minor or guardian.id == person.id:
        return False
    return invitations.may_answer(replace(invitation, guardian=guardian.id), person)


def _allowed(offer: Offer, recipients: Mapping[str, Recipient]) -> bool:
    recipient = recipients.get(offer.recipient)
    # Training is something that a recipient's terms claim, not a purpose that a route names.
    if recipient is not None and offer.purpose == "model_training":
        return True
    return recipient is not None and (recipient.purposes is None or offer.purpose in recipient.purposes)


async def _terms(name: str, recipient: Recipient, mark: str, store: Store, file_text: str | None) -> ShownTerms:
    version = recipient.terms.version
    on_file = await store.terms.of(name)
    versions = [each.version for each in on_file]
    changed = mark != terms_mark(version)
    if version not in versions:
        older = on_file[-1] if on_file else None
        text = file_text
    else:
        position = versions.index(version)
        older = on_file[position - 1] if position else None
        text = on_file[position].text
    compared = None
    if older is not None and text is not None:
        compared = await asyncio.to_thread(changes, older.version, older.text, text)
    return await asyncio.to_thread(shown_terms, version, text, compared, changed_since_invited=changed)
