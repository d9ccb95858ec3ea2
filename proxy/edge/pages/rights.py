"""Who answers for what is done, on what basis, who gets the result, and what a person may ask for (GDPR Art. 13)."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.consent.invitations import Offer
from proxy.desk.protection import Replaced, restored
from proxy.edge.pages import labels
from proxy.edge.pages.translation import Language
from proxy.settings import Settings
from proxy.settings.purposes import written_in


def rights(settings: Settings, organization: str, offers: tuple[Offer, ...], language: Language) -> Iterator[str]:
    """Yield what stands below the choice, a paragraph each: as configured, else the product's own words."""
    pages, say = settings.consent_pages, language.say
    basis = readers = officer = None
    if pages is not None:
        basis, readers = (written_in(each, language.code) for each in (pages.legal_basis, pages.results_go_to))
        officer = pages.data_protection_officer
    yield basis or say(labels.LEGAL_BASIS)
    yield readers or say(labels.RESULTS_GO_TO, organization=organization)
    if Replaced.NAMES in restored(settings, offers):
        yield say(labels.NAMES_PUT_BACK)
    yield say(labels.AI_MAY_ERR, organization=organization)
    days = settings.ledger.retain_days
    yield say(labels.ON_RECORD, organization=organization)
    yield say(labels.RECORD_ENDLESS) if days is None else say(labels.RECORD_DAYS, days=language.days(days))
    idle = settings.retention.idle_days
    if idle is not None:
        yield say(labels.TAKEN_OFF_FILE, days=language.days(idle))
    yield say(labels.RIGHTS, organization=organization)
    if officer is not None:
        yield say(labels.OFFICER, contact=officer.removeprefix("mailto:"))
