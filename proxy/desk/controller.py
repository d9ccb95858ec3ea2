"""Who answers for what is done (the controller of Art. 4(7) GDPR), as the consent pages are configured to say it."""

from __future__ import annotations

from proxy.settings import Settings


def controller(settings: Settings) -> dict[str, str | None]:
    """The controller's name, contact, data protection officer and own notice; None for what is not configured."""
    pages = settings.consent_pages
    return {
        "name": (pages.organization if pages else None) or settings.organization,
        "contact": pages.contact if pages else None,
        "data_protection_officer": pages.data_protection_officer if pages else None,
        "privacy_notice": pages.privacy_notice if pages else None,
    }
