"""Whatever is edited in a report of any history is named by an auditor's check, and nothing in one as it was made."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from audit.ledger_samples import AT
from desk.test_reports import SETTINGS
from edits import edited, several
from meeting_proxy_verify.findings import Finding, Place
from reported import KINDS, Pruned, any_events, report_of, written

from proxy.desk import forgetting
from proxy.edge.store.store import Store

EDITS = 8
"""So many are tried on each report."""


def said(problems: list[dict[str, Any]]) -> list[str]:
    """Each finding as people read it."""
    places = [Place(*(each.get(name) for name in Place._fields)) for each in problems]
    return [Finding(each["code"], each["text"], place).line() for each, place in zip(problems, places, strict=True)]


@pytest.mark.parametrize("lines", ["all", "deleted before", "deleted since"])
@pytest.mark.parametrize("seed", range(20))
async def test_an_edit_is_named_wherever_it_is(
    store: Store, complete: Any, tmp_path: Path, *, lines: str, seed: int
) -> None:
    random = Random(seed)
    happened = await any_events(store, random)
    pruned = 0 if lines == "all" else random.randrange(1, len(happened) // 2)
    written(tmp_path, happened, pruned, keys=random.randrange(1, 4))
    if random.random() < 0.3:
        await forgetting.forget(store, SETTINGS, ["p-ben"], lambda: "1", now=AT)
    for kind in KINDS:
        told = await report_of(kind, store, Pruned(happened, pruned if lines == "deleted before" else 0))
        assert complete(told) == (0, [])
        assert complete(told, kept=False) == (3, [])
        for _ in range(EDITS):
            edit = edited(told, kind, random, pruned if lines == "deleted since" else 0)
            if edit is None:
                continue
            code, problems = complete(edit.report, kept=edit.of_the_log or random.random() < 0.5)
            found = said(problems)
            assert code in (1, 2), edit.what
            assert any(name in line for line in found for name in edit.named), (edit.what, found)
        if lines != "deleted since":
            report, each = several(told, kind, random)
            found = said(complete(report)[1])
            assert all(any(name in line for line in found for name in named) for named in each), (each, found)
