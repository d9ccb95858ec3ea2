"""Takes changed settings into force while the proxy serves: all of them at once, or none.

What new settings need is built, loaded and on file before anything changes. The change itself cannot fail. Requests
under way end under the settings under which they began; their connections and workers close with the last of them.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from proxy.composition.generation import Detecting, Generation, Standing, built
from proxy.desk import acts
from proxy.edge import file_handles, telemetry
from proxy.edge.acts import ActsToLedger
from proxy.edge.admin.health import Loaded
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.by_age import ByAge
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.http import tls
from proxy.edge.http.admission import Admission, share_of
from proxy.edge.kept import Kept
from proxy.edge.pages.service import PageService
from proxy.edge.processes.orders import Orders
from proxy.edge.processes.siblings import Siblings
from proxy.errors import Fault, OwnFault
from proxy.exchange import Exchange
from proxy.settings import Client, Settings

Read = Callable[[Settings], Settings]
"""Reads the settings again, with the content of their files, for a process that runs with those given.

Raises `ConfigProblem` or `Unusable`.
"""

_FIELD = re.compile(r"(?:[^ ]*: )?([a-z_][A-Za-z0-9_.\[\]-]*): ")
"""Where a line about a problem names the field: behind the file, if it names that."""

log = telemetry.logger()


class Unusable(Exception):
    """Valid settings that cannot serve here, with the reasons, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


class InForce:
    """The generation that serves what begins now, and those before, until their last requests have ended."""

    def __init__(self, first: Kept[Generation], detecting: Kept[Detecting]) -> None:
        self._now, self.detecting = first, detecting
        self._before: list[Kept[Generation] | Kept[Detecting]] = []
        self._preparing: Kept[Detecting] | None = None
        self._detected: list[Kept[Detecting]] = []
        """Detection of before."""
        self.loaded = Loaded(first.part.settings.digest(), time.time())

    @property
    def generation(self) -> Generation:
        """The one that serves what begins now."""
        return self._now.part

    @contextmanager
    def exchange(self) -> Iterator[Exchange]:
        """Keep what serves a request until the request has ended."""
        with self._now.used() as generation:
            yield generation.exchange

    def certificate(self, listener: str) -> ssl.SSLContext | None:
        """The TLS of a listener, by the name of its section: each new connection gets the certificate in force."""
        first = self.generation.certificates.get(listener)
        return None if first is None else tls.following(first, lambda: self.generation.certificates[listener])

    async def ping(self) -> bool:
        """Return whether detection works."""
        return await self.generation.detecting.pool.ping()

    def client(self, name: str) -> Client | None:
        """The client of this name, with the limits that are in force."""
        return next((each for each in self.generation.settings.clients if each.name == name), None)

    def orders(self, processes: int) -> Orders:
        """What siblings are to serve by."""
        detecting = self.detecting.part
        return Orders.of(self.generation.settings, processes, detecting.number, detecting.memory)

    def pages(self) -> PageService:
        """The pages on which people are asked. Whether there are any is fixed."""
        pages = self.generation.pages
        if pages is None:
            raise OwnFault("internal_error", "pages that are not configured", status=500)
        return pages

    def detection(self, number: int) -> Kept[Detecting] | None:
        """Detection of this number: of now, of what is being prepared, or still used of before."""
        if self.detecting.part.number == number:
            return self.detecting
        others = [each for each in (self._preparing, *self._detected) if each is not None and not each.has_closed]
        return next((each for each in others if each.part.number == number), None)

    def prepare(self, detecting: Kept[Detecting] | None) -> None:
        """Let other processes know detection that may be in force soon; None: any more."""
        self._preparing = detecting

    def change(self, fresh: Kept[Generation], detecting: Kept[Detecting]) -> None:
        """Serve by another generation from now on. Cannot fail."""
        self._before = [each for each in self._before if not each.has_closed]
        replaced: list[Kept[Generation] | Kept[Detecting]] = [self._now]
        self._detected = [each for each in self._detected if not each.has_closed]
        if detecting is not self.detecting:
            replaced.append(self.detecting)
            self._detected.append(self.detecting)
        self._now, self.detecting = fresh, detecting
        self._before += replaced
        for each in replaced:
            each.let_go()
        self.loaded = Loaded(fresh.part.settings.digest(), time.time(), self.loaded.reloads + 1, self.loaded.refusals)

    def refuse(self, problems: Sequence[str]) -> None:
        """Note why settings were not taken. What is in force stays."""
        known = self.loaded
        self.loaded = Loaded(known.digest, known.at, known.reloads, known.refusals + 1, tuple(problems))

    async def close(self) -> None:
        """Close everything. Nobody may begin a request any more."""
        for each in (*self._before, self._now, self.detecting):
            await each.closed()


@dataclass(frozen=True, slots=True)
class Reload:
    """Reads the settings again when it is asked to, and takes them into force."""

    in_force: InForce
    standing: Standing
    read: Read
    admission: Admission
    sign_ins: SignIns
    to_ledger: ActsToLedger
    by_age: Sequence[ByAge]
    siblings: Siblings | None = None

    @property
    def processes(self) -> int:
        """How many serve."""
        return 1 if self.siblings is None else 1 + self.siblings.number

    async def run(self, asked: asyncio.Event) -> None:
        """Reload each time that it is asked for; asked for meanwhile, once more afterwards."""
        while True:
            await asked.wait()
            asked.clear()
            await self.once()

    async def once(self) -> None:
        """Take changed settings into force, or log why not."""
        try:
            settings = await asyncio.to_thread(self.read, self.in_force.generation.settings)
            detecting, fresh = await self._prepared(settings)
        except ConfigProblem as found:
            self._refused("configuration_invalid", [str(each) for each in found.problems])
        except Unusable as found:
            self._refused("configuration_invalid", found.problems)
        except Fault as fault:
            self._refused(fault.reason, [str(fault)])
        except Exception as error:
            log.error("reload_failed", exc_info=error)
            self._refused("internal_error", [f"a defect ({type(error).__name__}); see the log"])
        else:
            await self._change(settings, fresh, detecting)

    async def _prepared(self, settings: Settings) -> tuple[Kept[Detecting], Kept[Generation]]:
        """Build all that serves under these settings, in all processes, and put on file that they hold from now on."""
        known = self.in_force.detecting
        detecting = known if known.part.serves(settings) else Detecting(settings).kept()
        fresh = None
        try:
            if detecting is not known:
                await detecting.part.pool.start()
            fresh = await built(settings, self.standing, detecting)
            if self.siblings is not None:
                self.in_force.prepare(detecting)
                await self.siblings.prepare(self._orders(settings, detecting))
            await acts.of_start(self.standing.store, settings.log, settings.digest())
        except BaseException:
            self.in_force.prepare(None)
            if self.siblings is not None:
                self.siblings.abandon()
            if fresh is not None:
                await fresh.closed()
            if detecting is not known:
                await detecting.closed()
            raise
        return detecting, fresh

    def _orders(self, settings: Settings, detecting: Kept[Detecting]) -> Orders:
        return Orders.of(settings, self.processes, detecting.part.number, detecting.part.memory)

    async def _change(self, settings: Settings, fresh: Kept[Generation], detecting: Kept[Detecting]) -> None:
        if self.siblings is not None:  # Whoever is told that it is done finds it done in all processes.
            await self.siblings.change(self._orders(settings, detecting))
        telemetry.configure(settings.log_level)
        file_handles.allow(settings)
        self.admission.bound(share_of(settings.limits, self.processes), several=len(settings.clients) > 1)
        self.sign_ins.know(fresh.part.admin_ways)
        self.to_ledger.know(settings)
        self.in_force.change(fresh, detecting)
        self.in_force.prepare(None)
        for each in self.by_age:
            each.know(settings)
        self.standing.metrics.reloads.labels("taken").inc()
        log.info("reloaded")

    def _refused(self, reason: str, problems: Sequence[str]) -> None:
        self.in_force.refuse(problems)
        self.standing.metrics.reloads.labels("refused").inc()
        for problem in problems:
            field = _FIELD.match(problem)
            log.error("reload_refused", reason=reason, field=field[1] if field else None)
