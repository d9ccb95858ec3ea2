"""What is on file of a person, in words: for what, to whom, for which meetings, since when and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from proxy.consent.invitations import Offer
from proxy.consent.no_ends import NoEnds, said_no_ends
from proxy.consent.offers import LiveYes, OfferStatus
from proxy.consent.records import FORGOTTEN, ConsentState, Scope
from proxy.desk.invitations import OnRecord
from proxy.edge.pages import labels
from proxy.edge.pages.notice import asking, purpose_words, scope_words
from proxy.edge.pages.reading import Subject
from proxy.edge.pages.translation import Language
from proxy.settings import Settings


def offer_words(offer: Offer, settings: Settings, language: Language) -> str:
    """Return an offer in words: for what, and to whom."""
    title, _ = purpose_words(offer.purpose, settings, language)
    return language.say(labels.OFFER_TO, purpose=title, recipient=settings.called(offer.recipient))


def yes_words(yes: LiveYes, subject: Subject, language: Language, zone: tzinfo) -> str:
    """Return a yes in words: for which meetings, since when, until when, whether for earlier words, and whose it is.

    Nobody is told whose it is where they gave it themselves.
    """
    child = subject.child if yes.scope is Scope.ORG else None
    given = language.say_of(child, labels.YES_IN[yes.scope], date=language.date(yes.recorded_at, zone))
    told = [given, *_times(yes.until, yes.words_since, subject, language, zone)]
    if yes.guardian is not None and yes.guardian != subject.addressee.id:
        told.append(language.say(labels.YES_BY, name=who_answered(subject.named.get(yes.guardian), language)))
    return " ".join(told)


def missing_words(status: OfferStatus, subject: Subject, language: Language) -> list[str]:
    """Return whose yes is wanting for a minor, a sentence; nothing where none is."""
    if not status.missing:
        return []
    names = ", ".join(who_answered(subject.named.get(each), language) for each in status.missing)
    return [language.say(labels.GUARDIANS_MISSING, names=names)]


def _times(
    until: datetime | None, since: datetime | None, subject: Subject, language: Language, zone: tzinfo
) -> Iterator[str]:
    """Until when a yes counts, and for words from when on; None: without an end, and for earlier words."""
    yield (
        language.say(labels.YES_ENDLESS)
        if until is None
        else language.say(labels.YES_UNTIL, date=language.date(until, zone))
    )
    yield (
        language.say_of(subject.child, labels.YES_EARLIER)
        if since is None
        else language.say_of(subject.child, labels.YES_FROM, date=language.date(since, zone))
    )


def who_answered(name: str | None, language: Language) -> str:
    """Return who answered, by name; None is somebody who was forgotten."""
    return language.say(labels.SOMEBODY_FORGOTTEN) if name is None else name


def no_words(
    ends: NoEnds, subject: Subject, settings: Settings, language: Language, *, of_forgotten: bool = False
) -> str:
    """Return until when a no counts, as whoever has the link reads it; `of_forgotten`: nobody is left who said it."""
    if of_forgotten:
        return language.say(labels.NO_ENDLESS_OF_FORGOTTEN, name=subject.person.name)
    if ends is NoEnds.BY_READER:
        return language.say(labels.NO_ENDLESS)
    if ends is NoEnds.BY_OTHERS:
        return language.say(labels.NO_ENDLESS_OF_OTHERS)
    if subject.guardian is None:
        return language.say(labels.NO_ENDLESS_OF_MINOR, organization=asking(settings))
    return language.say(labels.NO_ENDLESS_OF_CHILD, name=subject.person.name)


def record_facts(
    each: OnRecord, subject: Subject, settings: Settings, language: Language, zone: tzinfo
) -> Iterator[tuple[str, str]]:
    """Yield what a receipt says of one record: pairs of a name and a value, in the person's language."""
    say, record, meeting = language.say, each.record, subject.matter.meeting
    yield say(labels.RECEIPT_ANSWER), say(labels.ANSWERS[record.state], date=language.date(record.recorded_at, zone))
    yield say(labels.RECEIPT_BY), who_answered(each.answered_by, language)
    yield say(labels.RECEIPT_ABOUT), scope_words(record.scope, record.scope_id, meeting, each.title, language, zone)
    if record.state is ConsentState.GRANTED:
        since = None if record.covers_earlier else record.valid_from
        told = _times(record.valid_until, since, subject, language, zone)
        yield say(labels.RECEIPT_COUNTS), " ".join(told)
    else:
        ends = said_no_ends(record, subject.invitation, minor=subject.person.minor)
        gone = subject.person.minor and record.actor.startswith(FORGOTTEN)
        yield say(labels.RECEIPT_COUNTS), no_words(ends, subject, settings, language, of_forgotten=gone)
    yield say(labels.TERMS), say(labels.TERMS_VERSION, version=record.terms_version)


def yeses_in_words(
    status: OfferStatus, subject: Subject, settings: Settings, language: Language, zone: tzinfo
) -> Iterator[str]:
    """Yield each yes of an offer, a line each, with the offer."""
    for yes in status.yeses:
        yield f"{offer_words(status.offer, settings, language)}. {yes_words(yes, subject, language, zone)}"
