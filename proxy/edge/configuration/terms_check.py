"""Compares what the configuration claims about recipients' terms with their text, in files and in the store."""

from __future__ import annotations

from pathlib import Path

from proxy.consent.clauses import doubts
from proxy.consent.terms import TermsVersion
from proxy.edge.store.database import parse
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Settings


async def doubts_of(settings: Settings) -> list[str]:
    """Return what does not fit, one line each. A missing store is not created; a failing store is reported."""
    found: list[str] = []
    versions: dict[str, list[TermsVersion]] = {}
    try:
        if _there(settings.store):
            versions = await _on_file(settings)
    except OwnFault as fault:
        found.append(f"store: terms on file were not compared, for it cannot be read ({fault.detail})")
    for name, recipient in settings.recipients.items():
        found += doubts(name, recipient, versions.get(name, []), _text(recipient.terms.file))
    return found


def _there(url: str) -> bool:
    """Return whether there is a store to look at. This can be told beforehand only for a file."""
    parts = parse(url)
    return not parts.drivername.startswith("sqlite") or Path(parts.database or "").is_file()


async def _on_file(settings: Settings) -> dict[str, list[TermsVersion]]:
    async with await Store.open(settings.store) as store:
        return {name: await store.terms.of(name) for name in settings.recipients}


def _text(file: str | None) -> str | None:
    """Return the text of ``terms.file``, or None if it cannot be read: another check reports a missing file."""
    try:
        return None if file is None else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
