"""What people call the meetings, series, recipients and purposes that ids and keys stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from proxy.consent.records import ConsentRecord, Scope
from proxy.desk.ports import OnFile
from proxy.settings import Settings

Titles = Mapping[tuple[Scope, str], str]
"""Titles by scope and id. What has no title is absent."""


async def of_records(files: OnFile, records: Iterable[ConsentRecord]) -> Titles:
    """The titles of the meetings and series that these records are about."""
    return await files.meetings.titles({(each.scope, each.scope_id) for each in records})


def with_title(written_id: str, title: str | None) -> str:
    """An id as people read it: behind its title, if it has one."""
    return written_id if title is None else f"{title} ({written_id})"


def recipient_shown(settings: Settings, recipient: str | None) -> str | None:
    """A recipient as people read it: by its company, with the key of the configuration."""
    return None if recipient is None else _with_key(settings.called(recipient), recipient)


def purpose_shown(settings: Settings, purpose: str | None) -> str | None:
    """A purpose as people read it: by its title, with the key of the configuration."""
    return None if purpose is None else _with_key(settings.purpose_called(purpose), purpose)


def _with_key(called: str, key: str) -> str:
    return key if called == key else f"{called} ({key})"
