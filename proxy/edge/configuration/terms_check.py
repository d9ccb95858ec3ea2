"""Compares what the configuration claims of recipients' terms with their text, in files and in the store."""

from __future__ import annotations

from pathlib import Path

from proxy.consent.clauses import doubts
from proxy.consent.terms import TermsVersion
from proxy.edge.store.database import parse
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Settings


async def doubts_of(settings: Settings) -> list[str]:
    """What does not fit, one line each. A store that is not there yet is not made; one that fails is told."""
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
    """Whether there is a store to look at; only of a file that can be said beforehand."""
    parts = parse(url)
    return not parts.drivername.startswith("sqlite") or Path(parts.database or "").is_file()


async def _on_file(settings: Settings) -> dict[str, list[TermsVersion]]:
    async with await Store.open(settings.store) as store:
        return {name: await store.terms.of(name) for name in settings.recipients}


def _text(file: str | None) -> str | None:
    """The text of ``terms.file``; a file that is missing is another check's to tell."""
    try:
        return None if file is None else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
