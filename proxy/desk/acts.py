"""What operators' changes to consent are told as, alike in every way in. Other use cases tell of theirs themselves."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.audit.acts import Acts, Fact
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk.ports import OnFile


async def of_records(held: OnFile, made: Sequence[ConsentRecord], *, way: str = "said") -> None:
    """Put on file that these records were made: one act for those that say the same, on all whose records they are.

    `way` is how they came in: said, key, page, link, file, signal or merge.
    """
    alike: dict[tuple[ConsentState, Scope, str, str, str], list[str]] = {}
    for each in made:
        same = (each.state, each.scope, each.scope_id, each.purpose, each.recipient)
        alike.setdefault(same, []).append(each.participant)
    for (state, scope, scope_id, purpose, recipient), people in alike.items():
        code = Acts.CONSENT_WITHDRAWN if state is ConsentState.WITHDRAWN else Acts.CONSENT_RECORDED
        facts: dict[str, Fact] = {
            "state": state.value, "scope": scope.value, "purpose": purpose, "recipient": recipient, "way": way,
            "count": len(people),
        }  # fmt: skip
        await held.acts.did(code, people=people, meeting=scope_id if scope is Scope.MEETING else None, facts=facts)


async def of_start(files: OnFile, log: str, settings: str) -> None:
    """Put on file that the proxy of a log starts with other settings, by digest, than the last time."""
    async with files.at_once() as held:
        before = await held.acts.started(log, settings)
        if before is not None and before != settings:
            await held.acts.did(Acts.SETTINGS_CHANGED, facts={"old": before, "new": settings})
