"""Compares what the configuration claims about recipients' terms with their text, in files and in the store."""

from __future__ import annotations

from pathlib import Path

from proxy.consent.clauses import doubts
from proxy.consent.terms import TermsVersion
from proxy.edge.store.database import revision_at
from proxy.edge.store.schema import NEWEST
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Settings


async def doubts_of(settings: Settings) -> list[str]:
    """Return what does not fit, one line each. A failing store is reported.

    A missing store is not created, and one of another schema stays as it is: opening it would take the step to this
    version, which a proxy of the version before could not take back.
    """
    found: list[str] = []
    versions: dict[str, list[TermsVersion]] = {}
    try:
        revision = await revision_at(settings.store)
        if revision == NEWEST:
            versions = await _on_file(settings)
        elif revision is not None:
            told = f"it has schema {revision}, and this version needs {NEWEST}: back it up, the start upgrades it"
            found.append(f"store: terms on file were not compared, for {told}")
    except OwnFault as fault:
        found.append(f"store: terms on file were not compared, for it cannot be read ({fault.detail})")
    for name, recipient in settings.recipients.items():
        found += doubts(name, recipient, versions.get(name, []), _text(recipient.terms.file))
    return found


async def _on_file(settings: Settings) -> dict[str, list[TermsVersion]]:
    async with await Store.open(settings.store) as store:
        return {name: await store.terms.of(name) for name in settings.recipients}


def _text(file: str | None) -> str | None:
    """Return the text of ``terms.file``, or None if it cannot be read: another check reports a missing file."""
    try:
        return None if file is None else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
