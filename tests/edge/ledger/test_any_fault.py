"""Whatever call of the disk fails, with whatever error, in whatever order: no permit without a record, none lost.

Each step of an invented history is a call of the ledger, a fault that some calls of the disk will meet, the end of all
faults, or the end of the process, in good order or not. After each end the log is opened anew from its files alone.
``EXAMPLES=20 make test ARGS=tests/edge/ledger/test_any_fault.py`` is the long mode.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from audit.ledger_samples import intent, outcome, refusal
from edge.ledger_stand import checked, events, opened
from harness.invented import invented
from harness.patience import PATIENCE
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from proxy.edge.ledger.segment import Disk
from proxy.errors import OwnFault

CALLS = ["write", "sync", "allocate", "create", "reopen", "open_folder", "sync_folder", "cut", "free"]
ERRORS = sorted(errno.errorcode)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
PASSING = {errno.EMFILE, errno.ENFILE, errno.EINTR, errno.EAGAIN, errno.ENOMEM, errno.EBUSY} | FULL

FAULTS = st.tuples(
    st.sampled_from(CALLS),
    st.sampled_from(sorted(PASSING)) | st.sampled_from(ERRORS),
    st.sampled_from(["before", "after"]),
    st.integers(1, 3),
)
"""The call, its error, whether it took effect all the same, and how often."""


class AnyFault(Disk):
    """Fails the next calls of a name with an error number: before the call took effect, after it, or in the middle."""

    def __init__(self) -> None:
        self.planned: dict[str, list[tuple[int, str]]] = {}

    def _met(self, name: str, moment: str) -> None:
        planned = self.planned.get(name)
        if planned and planned[0][1] == moment:
            raise OSError(planned.pop(0)[0], "told to fail")

    def write(self, fd, content):
        self._met("write", "before")
        planned = self.planned.get("write")
        written = os.write(fd, content[: max(len(content) // 3, 1)] if planned else content)
        self._met("write", "after")
        return written

    def __getattribute__(self, name):
        call = super().__getattribute__(name)
        if name not in CALLS or name == "write":
            return call

        def called(*words):
            self._met(name, "before")
            answer = call(*words)
            try:
                self._met(name, "after")
            except OSError:
                if name in ("create", "reopen", "open_folder"):
                    os.close(answer)
                raise
            return answer

        return called


class Histories(RuleBasedStateMachine):
    """A ledger, and what its callers were told."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.place = Path(tempfile.mkdtemp(prefix="any-fault-"))
        self.disk = AnyFault()
        self.permitted: list[str] = []
        self.ended: list[str] = []
        self.open: list[str] = []
        self.refused = 0
        self.number = 0

    @initialize(segment_bytes=st.sampled_from([1, 9000, 1 << 20]), gentle=st.booleans())
    def start(self, segment_bytes, gentle):
        """A gentle history has only faults that pass."""
        self.segment_bytes, self.gentle = segment_bytes, gentle
        self._open()

    def _open(self):
        self.disk.planned.clear()
        self.grave = False
        self.ledger = self._done(opened(self.place, disk=self.disk, segment_bytes=self.segment_bytes))

    def _done(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, PATIENCE))

    @rule(met=FAULTS)
    def fault(self, met):
        call, number, moment, times = met
        grave = call in ("sync", "sync_folder") or number not in PASSING
        if grave and self.gentle:
            return
        self.disk.planned.setdefault(call, []).extend([(number, moment)] * times)
        self.grave |= grave

    @rule()
    def faults_end(self):
        self.disk.planned.clear()

    @rule(count=st.integers(1, 4), met=st.lists(FAULTS, max_size=1))
    def begin(self, count, met):
        for each in met:
            self.fault(each)
        names = [f"ex-{self.number + each}" for each in range(count)]
        self.number += count

        async def all_at_once():
            return await asyncio.gather(*(self.ledger.begin(intent(name)) for name in names), return_exceptions=True)

        for name, given in zip(names, self._done(all_at_once()), strict=True):
            if isinstance(given, BaseException):
                assert isinstance(given, OwnFault), given
            else:
                self.permitted.append(name)
                self.open.append(name)

    @rule()
    def finish(self):
        if not self.open:
            return
        name = self.open.pop(0)
        try:
            self._done(self.ledger.finish(outcome(name)))
            self.ended.append(name)
        except OwnFault:
            pass

    @rule()
    def refuse(self):
        try:
            self._done(self.ledger.refuse(refusal(f"no-{self.refused}")))
            self.refused += 1
        except OwnFault:
            pass

    @rule()
    def a_second_passes(self):
        """The ledger looks after its disk."""
        try:
            self._done(self.ledger._look_after())
            self._done(self.ledger._tasks_done())
        except OwnFault as fault:
            assert fault.reason == "ledger_unavailable"

    @rule()
    def good_end(self):
        self._done(self.ledger.close())
        self._next_life()

    @rule()
    def bad_end(self):
        """The process is gone between two calls of its disk: nothing is written any more."""
        self.ledger._tending.cancel()
        self.disk.planned = {name: [(errno.EIO, "before")] * 1000 for name in CALLS}
        self._done(self.ledger._recorder.stop())
        self._next_life()

    def _next_life(self):
        self.open.clear()
        self._open()

    @rule()
    def works_again_by_itself_if_the_faults_pass(self):
        self.disk.planned.clear()
        if not self.ledger._recorder._writer.broken:
            self._done(self.ledger._look_after())
            self._done(self.ledger.ping())

    @invariant()
    def nothing_breaks_it_that_passes(self):
        assert self.grave or not self.ledger._recorder._writer.broken

    @invariant()
    def every_permit_has_its_record(self):
        recorded = Counter(
            (event["metadata"]["event_code"], event["metadata"]["correlation_uid"])
            for event in events(self.place)
            if "correlation_uid" in event["metadata"]
        )
        assert all(recorded["egress.intent", name] == 1 for name in self.permitted)
        assert all(recorded["egress.outcome", name] for name in self.ended)

    def teardown(self):
        try:
            if hasattr(self, "ledger"):
                self._done(self.ledger.close())
                self._open()
                self._done(self.ledger.close())
                report = checked(self.place)
                assert (report.problems, report.unanswered) == ([], [])
                counted = sum(
                    event["unmapped"]["ledger"]["count"]
                    for event in events(self.place)
                    if event["metadata"]["event_code"] == "egress.refused"
                )
                assert counted >= self.refused
        finally:
            self.loop.close()
            shutil.rmtree(self.place)


TestAnyFault = Histories.TestCase
TestAnyFault.settings = settings(
    max_examples=invented(120), stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
