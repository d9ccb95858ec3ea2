"""What a record to be made refers to: recipients, terms and the organization, as the configuration has them."""

from __future__ import annotations

from proxy.consent.grants import ANY_RECIPIENT, GrantState, Scope
from proxy.errors import ClientFault
from proxy.settings import Settings

ANY_TERMS = "any"
"""The terms of a no to recipients whose terms differ: a no is a no under any."""


def recipient_named(settings: Settings, name: str) -> str:
    """The name, if it is a recipient's, or ``*`` for any; raises `ClientFault`."""
    if name != ANY_RECIPIENT and name not in settings.recipients:
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}; or * for any", where="recipient")
    return name


def terms_current(settings: Settings, recipient: str, state: GrantState) -> str:
    """The current version of the recipient's terms; of any recipient's, if they all have the same.

    Raises `ClientFault` where they differ; a no does not depend on them.
    """
    asked = settings.recipients.values() if recipient == ANY_RECIPIENT else (settings.recipients[recipient],)
    versions = {each.terms.version for each in asked}
    if len(versions) == 1:
        return versions.pop()
    if state is GrantState.GRANTED:
        raise ClientFault(
            "terms_ambiguous",
            "recipients have different terms; name one recipient, or the terms",
            where="terms_version",
        )
    return ANY_TERMS


def scope_named(settings: Settings, scope: Scope, given: str | None) -> str:
    """The id of a scope; the organization's is its configured name. Raises `ClientFault`."""
    if scope is not Scope.ORG:
        if not given:
            raise ClientFault("incomplete_record", f"name the {scope.value}", where="scope_id")
        return given
    if given not in (None, settings.organization):
        raise ClientFault(
            "unknown_organization", f"the organization is called {settings.organization}", where="scope_id"
        )
    return settings.organization
