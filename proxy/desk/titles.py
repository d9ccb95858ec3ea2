"""What people call the meetings and series that ids stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from proxy.consent.records import ConsentRecord, Scope
from proxy.desk.ports import OnFile

Titles = Mapping[tuple[Scope, str], str]
"""Titles by scope and id. What has no title is absent."""


async def of_records(files: OnFile, records: Iterable[ConsentRecord]) -> Titles:
    """The titles of the meetings and series that these records are about."""
    return await files.meetings.titles({(each.scope, each.scope_id) for each in records})


def with_title(written_id: str, title: str | None) -> str:
    """An id as people read it: behind its title, if it has one."""
    return written_id if title is None else f"{title} ({written_id})"
