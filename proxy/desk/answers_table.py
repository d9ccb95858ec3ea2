"""Consent answers as one flat table, for people who audit: with names and titles, and whether a yes still counts.

It is for reading. What is read back in is `consent.formats.records_csv`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from proxy.consent.in_force import counting
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState
from proxy.desk import consents, titles
from proxy.desk.ports import OnFile
from proxy.model import Participant
from proxy.settings import Settings

COLUMNS = (
    "record recorded_at person name answer counts purpose purpose_called recipient recipient_called scope scope_id "
    "scope_called terms_version valid_from valid_until method affirmative said_by said_by_name guardian covers_earlier "
    "lawful_basis evidence notice_language notice_hash"
).split()
Row = Mapping[str, object]
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


async def table(files: OnFile, settings: Settings, wanted: consents.Wanted, now: datetime) -> str:
    """The records that `consents.listed` has, as CSV; that they were written out is an act. Raises as it does."""
    found = await consents.exported(files, settings, wanted, "table")
    people = {each.id: each for each in await files.people.everybody()}
    living = _living(await files.consents.listed(), people, settings, now)
    called = await titles.of_records(files, found)
    return written(_row(each, people, called, settings, living) for each in found)


def written(rows: Iterable[Row]) -> str:
    """Rows as CSV (RFC 4180) under `COLUMNS`, in which a spreadsheet calculates nothing.

    All cells are quoted: where a comma separates nothing, what stands behind one of another kind would be a cell.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _living(
    records: Sequence[ConsentRecord], people: Mapping[str, Participant], settings: Settings, now: datetime
) -> set[str]:
    """The ids of the records by which anybody may be heard, now or later."""
    by_person: dict[str, list[ConsentRecord]] = defaultdict(list)
    for each in records:
        by_person[each.participant].append(each)
    found: set[str] = set()
    for person, own in by_person.items():
        minor = person in people and people[person].minor
        found |= {each.id for each in counting(own, settings.consent, minor=minor, now=now)}
    return found


def _row(
    record: ConsentRecord,
    people: Mapping[str, Participant],
    called: titles.Titles,
    settings: Settings,
    living: set[str],
) -> Row:
    to = record.recipient
    return {
        "record": record.id,
        "recorded_at": record.recorded_at,
        "person": record.participant,
        "name": _name(people, record.participant),
        "answer": record.state.value,
        "counts": record.id in living if record.state is ConsentState.GRANTED else None,
        "purpose": record.purpose,
        "purpose_called": settings.purpose_called(record.purpose),
        "recipient": to,
        "recipient_called": "anybody" if to == ANY_RECIPIENT else settings.called(to),
        "scope": record.scope.value,
        "scope_id": record.scope_id,
        "scope_called": called.get((record.scope, record.scope_id)),
        "terms_version": record.terms_version,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "method": record.method,
        "affirmative": record.affirmative,
        "said_by": record.actor,
        "said_by_name": _name(people, record.actor),
        "guardian": record.guardian,
        "covers_earlier": record.covers_earlier,
        "lawful_basis": record.lawful_basis,
        "evidence": record.evidence_ref,
        "notice_language": record.notice_language,
        "notice_hash": record.notice_hash,
    }


def _name(people: Mapping[str, Participant], person: str) -> str | None:
    return people[person].name if person in people else None


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    text = "" if value is None else " ".join(str(value).split())
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text
