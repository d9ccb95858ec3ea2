"""Every edit of a value as JSON has it: what is left out, taken away, put in twice, or told otherwise."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


BY_THE_STORE = frozenset(
    {"id", "name", "display_name", "on_roster", "postal_address", "country", "retention_days", "may_train",
     "safeguards", "purpose_called", "rooms", "consent_records", "meeting", "proof", "proofs"}
)  # fmt: skip
"""What no log has: it is told from the store or the settings as they are now, or is a proof, which `report` checks."""


def paths(value: Any, known_elsewhere: frozenset[str], at: Path = ()) -> Iterator[Path]:
    """The path of each value within a value at `at`, except under keys whose values only the store knows.

    Of a recipient the log has the name as well.
    """
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in held:
        if key not in known_elsewhere or (*at, key)[-2:] == ("recipient", "name"):
            yield (*at, key)
            yield from paths(inner, known_elsewhere, (*at, key))


def others(value: Any) -> list[Any]:
    """Other values than this one: of its own type where it has others, of another type, and none."""
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int):
        return [value + 1, value - 1, float(value), str(value), None]
    if isinstance(value, str):
        return [value + "x", "", [value], None]
    if isinstance(value, list):
        return [[*value, "x"], *([value[:-1], [], [*value, value[0]]] if value else []), None]
    if isinstance(value, dict):
        return [{} if value else {"x": 1}, [], None]
    return [0, "x", False]


def set_at(whole: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path."""
    edited = copy.deepcopy(whole)
    _inner(edited, path[:-1])[path[-1]] = value
    return edited


def without(whole: Any, path: Path) -> Any:
    """A copy that lacks what stands at a path."""
    edited = copy.deepcopy(whole)
    del _inner(edited, path[:-1])[path[-1]]
    return edited


def moved(whole: Any, source: str, at: int, target: str) -> Any:
    """A copy in which an entry stands in another list."""
    edited = copy.deepcopy(whole)
    edited.setdefault(target, []).append(edited[source].pop(at))
    return edited


def _inner(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


OF_THE_WHOLE = ("organization", "since", "until", "ledger_read", "pseudonyms", "log", "records", "people")
"""What else a report has of the log, or of how much of it was read."""
NAMED = {
    "since": ("of a period",),
    "until": ("of a period",),
    "ledger_read": ("the ledger was read",),
    "pseudonyms": ("pseudonyms", "no such exchange", "no such act"),
    "log": ("log", "it read", "it tells of record", "it tells nothing of records"),
}
"""How a finding may name what is edited there, where not by its key."""
ENTRIES = {"meeting": ("exchanges", "refused", "acts"), "person": ("exchanges", "withheld", "repeated")}
"""The lists of entries that each kind of report has."""


class Edited(NamedTuple):
    """A report in which one thing was edited. `named`: a finding has to have any of these words."""

    report: Any
    named: tuple[str, ...]
    what: str
    of_the_log: bool = False
    """Whether it edits how much of the log was read: only a kept checkpoint contradicts that."""


def edited(report: Any, kind: str, random: Random, since: int = 0) -> Edited | None:
    """A report with something dropped, repeated, moved or told otherwise, wherever the log has it.

    Records before `since` were deleted after it was made. None: nothing in it is told of others.
    """
    parts = [part for part in ENTRIES[kind] if not since or part != "repeated"]
    entries = [(part, at) for part in parts for at, entry in enumerate(report[part]) if entry["sequence"] >= since]
    if entries and (since or random.random() < 0.5):
        ways = (_dropped, _twice, _elsewhere, _as_another)
        return random.choice(ways)(report, *random.choice(entries), random)
    if since:
        return None
    # Of answers that were put on file before the first record of the log, it does not know how many there are.
    if report.get("consent_records") and not report["log"]["first"] and random.random() < 0.2:
        return _answered_otherwise(report, random)
    return _otherwise(report, kind, random)


def several(report: Any, kind: str, random: Random) -> tuple[Any, list[tuple[str, ...]]]:
    """A report in which a fact of each of some entries is told otherwise, and how a finding may name each of them."""
    entries = [(part, at) for part in ENTRIES[kind] for at in range(len(report[part]))]
    changed, named = report, []
    for part, at in random.sample(entries, min(4, len(entries))):
        found = paths(report[part][at], BY_THE_STORE, (part, at))
        path = random.choice([path for path in found if path[2] not in ("people", "exchange")])
        value = _inner(report, path)
        changed = set_at(changed, path, random.choice(others(value)))
        named.append(_of_entry(report, part, at))
    return changed, named


def _dropped(report: Any, part: str, at: int, random: Random) -> Edited:
    """Also with the numbers of its records, and with an earlier end that the report says it read to."""
    entry = report[part][at]
    less = without(report, (part, at))
    if "records" in report and random.random() < 0.5:
        gone = entry.get("records", [entry["sequence"]])
        less["records"] = [each for each in less["records"] if each not in gone]
    if random.random() < 0.5 and _numbers(less)[-1:] > [entry["sequence"]]:
        less["log"]["records"] = random.choice((0, entry["sequence"] - less["log"]["first"]))
    named = (repr(entry.get("exchange")), f"record {entry['sequence']}:", "and says that it read those before")
    return Edited(less, named, f"{part} {at} dropped, {less['log']}")


def _numbers(report: Any) -> list[int]:
    return sorted(entry["sequence"] for parts in ENTRIES.values() for part in parts for entry in report.get(part, ()))


def _twice(report: Any, part: str, at: int, random: Random) -> Edited:
    edited_ = copy.deepcopy(report)
    edited_[part].insert(random.randrange(at + 1, len(edited_[part]) + 1), copy.deepcopy(edited_[part][at]))
    return Edited(edited_, (f"{part}, number",), f"{part} {at} twice")


def _elsewhere(report: Any, part: str, at: int, random: Random) -> Edited:
    """Also as an entry of the other list would look."""
    target = random.choice(sorted({each for parts in ENTRIES.values() for each in parts} - {part}))
    there = moved(report, part, at, target)
    if random.random() < 0.5:
        there[target][-1] |= {"left": target == "exchanges", "whole_request_refused": None, "rests_on": []}
    entry = report[part][at]
    named = (f"{target}, number", repr(entry.get("exchange")), f"record {entry['sequence']}:")
    return Edited(there, named, f"{part} {at} in {target}")


def _as_another(report: Any, part: str, at: int, random: Random) -> Edited:
    """Tells one fact of an entry as it is told of another."""
    entry, other = report[part][at], random.choice(report[part])
    keys = [key for key in entry if key not in BY_THE_STORE and other.get(key, entry[key]) != entry[key]]
    if not keys:
        return _dropped(report, part, at, random)
    key = random.choice(keys)
    changed = set_at(report, (part, at, key), other[key])
    return Edited(changed, _of_entry(report, part, at), f"{part} {at} {key}: {other[key]!r}")


def _answered_otherwise(report: Any, random: Random) -> Edited:
    """Leaves an answer out, or tells another."""
    at = random.randrange(len(report["consent_records"]))
    key = random.choice((None, "state", "scope", "purpose", "recipient"))
    if key is None:
        return Edited(without(report, ("consent_records", at)), ("consent_records",), f"answer {at} left out")
    value = random.choice(others(report["consent_records"][at][key]))
    changed = set_at(report, ("consent_records", at, key), value)
    return Edited(changed, ("consent_records",), f"answer {at} {key}: {value!r}")


def _of_entry(report: Any, part: str, at: int) -> tuple[str, ...]:
    """How a finding may name an entry: by its place, or where it is missed, by its exchange or record."""
    entry = report[part][at]
    missed = repr(entry.get("exchange")), f"record {entry['sequence']}:"
    return f"{part}, number {at + 1}:", f"{part}, number {at + 1},", *missed


def _otherwise(report: Any, kind: str, random: Random) -> Edited:
    """Tells any one value otherwise, or leaves out any one key."""
    told = {key: report[key] for key in (*ENTRIES[kind], *OF_THE_WHOLE) if key in report}
    path = random.choice([*paths(told, BY_THE_STORE)])
    value: Any = report
    for key in path:
        value = value[key]
    if isinstance(path[-1], str) and random.random() < 0.2:
        changed, what = without(report, path), "left out"
    else:
        other = random.randrange(value) if path == ("log", "records") else random.choice(others(value))
        changed, what = set_at(report, path, other), f"{value!r} -> {other!r}"
    part, *inner = path
    named = (
        _of_entry(report, str(part), inner[0]) if inner and isinstance(inner[0], int) and part in ENTRIES[kind] else ()
    )
    return Edited(changed, named or NAMED.get(str(part), (str(part),)), f"{path}: {what}", of_the_log=part == "log")
