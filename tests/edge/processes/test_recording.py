"""The ledger of the first process, as a sibling has it: the same records, and none left open however it ends."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from audit.ledger_samples import exchange, intent, outcome, refusal
from edge.ledger_stand import FaultyDisk, checked, codes, events, opened

from proxy.audit.events import PersonFacts
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.metrics import MeteredLedger, Metrics
from proxy.edge.processes.channel import Channel
from proxy.edge.processes.recording import LedgerElsewhere, RecordsFor, _Intent, _Outcome, _Refusal
from proxy.errors import OwnFault

BODY = b'{"model":"sum-large"}'


class Sides(NamedTuple):
    """A sibling's ledger with its end of the channel, and what the first process has."""

    ledger: LedgerElsewhere
    channel: Channel
    records: RecordsFor
    first: Channel
    files: LedgerFiles


@asynccontextmanager
async def sides(directory: Path, *, seconds: float = 60.0, disk: FaultyDisk | None = None) -> AsyncIterator[Sides]:
    files = await opened(directory, disk=disk)
    records = RecordsFor(MeteredLedger(files, Metrics()))
    channel, first = Channel({}, {}), Channel(records.answers(), records.hears())
    for end, each in zip(socket.socketpair(), (channel, first), strict=True):
        end.setblocking(False)
        await asyncio.get_running_loop().create_unix_connection(lambda each=each: each, sock=end)
    try:
        yield Sides(LedgerElsewhere(channel, seconds), channel, records, first, files)
    finally:
        channel.close()
        await first.answered()
        await records.ended()
        await files.close()


async def test_what_a_sibling_records_is_what_the_first_process_would(tmp_path: Path) -> None:
    facts = intent(body=BODY)
    assert any(isinstance(each, PersonFacts) for each in facts.people)
    async with sides(tmp_path) as two:
        permit = await two.ledger.begin(facts)
        assert codes(tmp_path)[-1] == "egress.intent"
        permit.redeem(BODY)
        with pytest.raises(OwnFault, match="permit_used"):
            permit.redeem(BODY)
        await two.ledger.finish(outcome())
        await two.ledger.refuse(refusal())
    assert checked(tmp_path).problems == []
    assert codes(tmp_path)[1:-1] == ["egress.intent", "egress.outcome", "egress.refused"]
    for told, given in ((_Intent, facts), (_Outcome, outcome()), (_Refusal, refusal())):
        assert told.model_validate_json(told(facts=given).model_dump_json()).facts == given


async def test_what_a_sibling_had_in_hand_when_it_ended_is_treated_as_sent(tmp_path: Path) -> None:
    async with sides(tmp_path) as two:
        await two.ledger.begin(intent("ex-1"))
        await two.ledger.begin(intent("ex-2"))
        await two.ledger.finish(outcome("ex-2"))
        two.channel.close()
        await two.first.answered()
        await two.records.ended()
        await two.records.ended()
        (interrupted,) = [each for each in events(tmp_path) if each.get("status_code") == "interrupted"]
        assert interrupted["metadata"]["correlation_uid"] == "ex-1"
        assert interrupted["unmapped"]["ledger"]["treat_as_sent"]
        with pytest.raises(OwnFault, match="process_ended"):
            await two.ledger.begin(intent("ex-3"))
    assert checked(tmp_path).unanswered == []


@pytest.mark.parametrize("ticks", [0, 1, 3, 20])
async def test_an_intent_whose_caller_went_away_stays_open_nowhere(tmp_path: Path, ticks: int) -> None:
    """Whenever the cancellation comes: none is open at the end, and none is closed that has its permit."""
    async with sides(tmp_path) as two:
        for number in range(10):
            task = asyncio.ensure_future(two.ledger.begin(intent(f"ex-{number}")))
            for _ in range(ticks):
                await asyncio.sleep(0.0001 * number)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                continue
            await two.ledger.finish(outcome(f"ex-{number}"))
        await two.ledger.close()
    report = checked(tmp_path)
    assert (report.problems, report.unanswered) == ([], [])
    assert report.codes["egress.intent"] == report.codes["egress.outcome"]
    assert not [each for each in events(tmp_path) if each.get("status_code") == "interrupted"]


async def test_a_first_process_that_does_not_answer_is_a_fault_and_nothing_is_sent(tmp_path: Path) -> None:
    disk = FaultyDisk()
    async with sides(tmp_path, seconds=0.05, disk=disk) as two:
        disk.hang = threading.Event()
        with pytest.raises(OwnFault, match="ledger_timeout"):
            await two.ledger.begin(intent("ex-1"))
        disk.hang.set()
        await two.ledger.close()
    assert checked(tmp_path).unanswered == []
    assert [each["status_code"] for each in events(tmp_path) if "outcome" in each["metadata"]["event_code"]] == [
        "never_sent"
    ]


async def test_refusals_of_strangers_are_summed_for_all_processes(tmp_path: Path) -> None:
    async with sides(tmp_path) as two:
        stranger = refusal(exchange=exchange(client=None), people=())
        await two.files.refuse(stranger)
        for _ in range(3):
            await two.ledger.refuse(stranger)
    assert [each["unmapped"]["ledger"]["count"] for each in events(tmp_path)[1:-1]] == [1, 3]
