"""Consent records as CSV: one row for each record, columns named after its fields.

A spreadsheet executes cells that begin with ``=``, ``+``, ``-`` or ``@``. Such texts are written with a leading
apostrophe, which reading removes, so that nothing is executed and nothing is lost.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from proxy.consent.receipts import instant_of, instant_text, invalid, parsed
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.csv_source import TRUTH, column_names, header_problem, reader_of

COLUMNS = ConsentRecord._fields
OPTIONAL = frozenset(
    {"id", "recorded_at", "actor", "valid_until", "covers_earlier", "guardian"}
    | {"lawful_basis", "evidence_ref", "notice_hash", "notice_language"}
)
"""Columns that may be absent and cells that may be empty. ``affirmative`` is not among them: no grant is assumed."""
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write(records: Sequence[ConsentRecord]) -> str:
    """Write the records in full, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(record, name)) for name in COLUMNS] for record in records)
    return text.getvalue()


def read(text: str, now: datetime) -> list[ConsentRecord]:
    """Read the records; raises `ClientFault` naming row (as a spreadsheet counts: the header is row 1) and column.

    An absent ``id`` is derived from the row, so the same row always gets the same id, whatever spreadsheet
    saved it. An absent ``recorded_at`` is `now`, and an absent ``actor`` is the participant.
    """
    reader = reader_of(text, COLUMNS)
    try:
        rows = _without_empty_end(list(reader))
    except csv.Error:
        raise invalid(f"line {reader.line_num}", "the quotes do not match, or a cell is too long") from None
    header = column_names(rows[0]) if rows else []
    _check(header)
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise invalid(f"row {number}", f"it has {len(row)} cells, the header has {len(header)}")
        cells = {name: _plain(cell) for name, cell in zip(header, row, strict=True) if cell}
        found.append(_record(cells, f"row {number}", now))
    return found


def _without_empty_end(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    return rows


def _check(header: Sequence[str]) -> None:
    needed = [name for name in COLUMNS if name not in OPTIONAL]
    if problem := header_problem(header, COLUMNS, needed):
        raise invalid("row 1", problem)


def _record(cells: Mapping[str, str], row: str, now: datetime) -> ConsentRecord:
    for name in COLUMNS:
        if name not in OPTIONAL and name not in cells:
            raise invalid(f"{row}, {name}", "the cell must not be empty")

    def read_cell(name: str, parse: Callable[[str], datetime | bool], otherwise: datetime | bool | None) -> object:
        return parse(cells[name]) if name in cells else otherwise

    def instant(name: str) -> Callable[[str], datetime]:
        return lambda cell: instant_of(cell, f"{row}, {name}")

    def yes_or_no(name: str) -> Callable[[str], bool]:
        return lambda cell: parsed(TRUTH.__getitem__, cell.lower(), f"{row}, {name}", "write true or false")

    values: dict[str, object] = dict(cells)
    values |= {
        "scope": parsed(Scope, cells["scope"], f"{row}, scope", "use meeting, series or org"),
        "state": parsed(ConsentState, cells["state"], f"{row}, state", f"use one of: {', '.join(ConsentState)}"),
        "valid_from": read_cell("valid_from", instant("valid_from"), None),
        "valid_until": read_cell("valid_until", instant("valid_until"), None),
        "recorded_at": read_cell("recorded_at", instant("recorded_at"), now),
        "affirmative": read_cell("affirmative", yes_or_no("affirmative"), None),
        "covers_earlier": read_cell("covers_earlier", yes_or_no("covers_earlier"), False),
        "guardian": read_cell("guardian", yes_or_no("guardian"), False),
        "actor": cells.get("actor", cells["participant"]),
        "id": cells.get("id") or _id(cells),
    }
    return ConsentRecord(**values)  # type: ignore[arg-type]


def _id(cells: Mapping[str, str]) -> str:
    alike = {name: str(TRUTH[cell.lower()]).lower() if cell.lower() in TRUTH else cell for name, cell in cells.items()}
    said = json.dumps({name: cell for name, cell in alike.items() if name != "recorded_at"}, sort_keys=True)
    return "row-" + hashlib.sha256(said.encode()).hexdigest()[:32]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = instant_text(value) if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def _plain(cell: str) -> str:
    return cell.removeprefix("'")
