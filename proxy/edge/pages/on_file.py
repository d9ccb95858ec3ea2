"""What is on file of a person, in words: for what, to whom, for which meetings, since when and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from proxy.consent.invitations import Offer
from proxy.consent.offers import LiveYes, OfferStatus
from proxy.edge.pages import labels
from proxy.edge.pages.notice import purpose_words
from proxy.edge.pages.translation import Language
from proxy.settings import Settings


def offer_words(offer: Offer, settings: Settings, language: Language) -> str:
    """Return an offer in words: for what, and to whom."""
    title, _ = purpose_words(offer.purpose, settings, language)
    return language.say(labels.OFFER_TO, purpose=title, recipient=settings.called(offer.recipient))


def yes_words(yes: LiveYes, language: Language, zone: tzinfo) -> str:
    """Return a yes in words: for which meetings, since when, until when, and whether for earlier words."""

    def dated(message: str, at: datetime | None, otherwise: str) -> str:
        return language.say(otherwise) if at is None else language.say(message, date=language.date(at, zone))

    given = language.say(labels.YES_IN[yes.scope], date=language.date(yes.recorded_at, zone))
    end = dated(labels.YES_UNTIL, yes.until, labels.YES_ENDLESS)
    return " ".join((given, end, dated(labels.YES_FROM, yes.words_since, labels.YES_EARLIER)))


def yeses_in_words(status: OfferStatus, settings: Settings, language: Language, zone: tzinfo) -> Iterator[str]:
    """Yield each yes of an offer, a line each, with the offer."""
    for yes in status.yeses:
        yield f"{offer_words(status.offer, settings, language)}. {yes_words(yes, language, zone)}"
