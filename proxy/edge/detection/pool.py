"""The `Detector` port: worker processes that share one loaded model and divide the blocks of a request.

A worker that dies or takes too long fails only the request that it was working for, and is replaced.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from proxy.edge.detection.fork_server import Nursery, Worker
from proxy.errors import OwnFault
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.settings import Detection

MAX_REQUESTS = 128
"""Requests that may be in detection at once. Further requests are refused rather than kept waiting."""
BATCH_CHARS = 16_000
"""Characters per batch for a worker: large enough to be efficient, small enough to divide a transcript."""
RETRY_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0)
_WARM_UP = (Excerpt.whole("Nothing to see here."),)

Asked = TypeVar("Asked", Excerpt, str)
Answer = TypeVar("Answer")


class WorkerPool:
    """A fixed number of workers behind a queue. Call `start` at the beginning and `close` at the end.

    Requests that come while it starts wait for a worker, as they do when all workers are busy.
    """

    def __init__(
        self,
        detection: Detection,
        routes: Mapping[str, Detection] | None = None,
        max_requests: int = MAX_REQUESTS,
        nursery: Callable[[], Awaitable[Nursery]] | None = None,
    ):
        """`routes` are the settings of the routes that detect differently from `detection`, by name.

        `nursery` gives the one that another process of the proxy began; None: the pool begins one of its own.
        """
        self._detection = detection
        self._begun = nursery or partial(Nursery.start, detection, routes or {})
        self._max_requests = max_requests
        self._requests = 0
        self._nursery: Nursery | None = None
        self._workers: dict[Worker, Nursery] = {}
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._chores: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()
        self._opened = asyncio.Event()
        self._closed = False

    async def start(self) -> None:
        """Load the model, fork the workers, and wait until each has answered once."""
        try:
            await self._open()
        except BaseException as error:
            await self.close()
            if isinstance(error, OSError | EOFError | TimeoutError):
                raise OwnFault("detector_failed", "no detection worker could be started") from None
            raise

    async def close(self) -> None:
        """End all processes. Requests under way fail."""
        self._closed = True
        for chore in list(self._chores):
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._shut()

    async def ping(self) -> bool:
        """Return whether there is at least one worker that has answered before."""
        return any(worker.proven and not worker.gone for worker in self._workers)

    def pids(self) -> list[int]:
        """Return the process ids of the workers."""
        return sorted(worker.pid for worker in self._workers if not worker.gone)

    @property
    def nursery_pid(self) -> int | None:
        """The id of the process that forks the workers."""
        return self._nursery.pid if self._nursery is not None else None

    async def lend(self) -> socket.socket:
        """As `Nursery.lend`, once there is a nursery. Raises `OwnFault` if it ended just now."""
        await self._opened.wait()
        nursery = self._nursery
        try:
            if nursery is not None:
                return await nursery.lend()
        except (OSError, EOFError):
            self._chore(self._replace_nursery(nursery))
        raise OwnFault("detector_failed", "the process that forks detection workers ended; it is being replaced")

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """Return findings of each excerpt, in coordinates of its text.

        Raises `OwnFault`: detector_busy, detector_crashed, detector_timeout, detector_failed.
        """
        return await self._shared(excerpts, lambda worker, batch: worker.find(batch, profile))

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """Return the language of each text; faults as `find`."""
        return await self._shared(texts, lambda worker, batch: worker.tell(batch, expected))

    async def _shared(
        self, asked: Sequence[Asked], ask: Callable[[Worker, Sequence[Asked]], Awaitable[list[Answer]]]
    ) -> list[Answer]:
        """Return answers to everything asked, divided among the workers; `ask` asks one of them about a batch."""
        if self._closed or self._requests >= self._max_requests:
            detail = "too many requests are in detection; try again, or raise detection.workers"
            raise OwnFault("detector_busy", detail, retry_after=1)
        self._requests += 1
        batches = list(_batches(asked, self._share(asked)))
        try:
            if len(batches) == 1:
                return await self._alone(batches[0], ask)
            return await self._divided(batches, ask)
        finally:
            self._requests -= 1

    async def _alone(
        self, batch: Sequence[Asked], ask: Callable[[Worker, Sequence[Asked]], Awaitable[list[Answer]]]
    ) -> list[Answer]:
        """Return the answers of one worker, which is all that a short request needs."""
        try:
            return await self._asked(batch, ask)
        except OwnFault:
            raise
        except Exception:  # noqa: BLE001 - as where several are asked
            raise OwnFault("detector_failed", "detection failed") from None

    async def _divided(
        self,
        batches: Sequence[Sequence[Asked]],
        ask: Callable[[Worker, Sequence[Asked]], Awaitable[list[Answer]]],
    ) -> list[Answer]:
        """Return the answers of several workers, in the order of the batches."""
        # One request never takes more turns than there are workers, so a long one leaves room for short ones.
        turns = asyncio.Semaphore(self._detection.workers)

        async def in_turn(batch: Sequence[Asked]) -> list[Answer]:
            async with turns:
                return await self._asked(batch, ask)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(in_turn(batch)) for batch in batches]
        except ExceptionGroup as failed:
            fault = next((error for error in failed.exceptions if isinstance(error, OwnFault)), None)
            raise fault or OwnFault("detector_failed", "detection failed") from None
        return [answer for task in tasks for answer in task.result()]

    def _share(self, asked: Sequence[Asked]) -> int:
        return min(BATCH_CHARS, sum(map(_size, asked)) // self._detection.workers + 1)

    async def _asked(
        self, batch: Sequence[Asked], ask: Callable[[Worker, Sequence[Asked]], Awaitable[list[Answer]]]
    ) -> list[Answer]:
        limit = self._detection.timeout_seconds
        worker = await self._take()
        try:
            async with asyncio.timeout(limit):
                answers = await ask(worker, batch)
        except TimeoutError:
            worker.give_up()
            raise OwnFault("detector_timeout", f"detection took more than {limit:g} s for one part") from None
        except OSError:
            worker.give_up()
            raise OwnFault("detector_crashed", "a detection worker ended; it is being replaced") from None
        except OwnFault:
            self._idle.put_nowait(worker)
            raise
        except BaseException:
            # Cancelled: the worker is still busy, and nobody waits for its answer.
            worker.give_up()
            raise
        self._idle.put_nowait(worker)
        return answers

    async def _take(self) -> Worker:
        limit = self._detection.timeout_seconds
        while not self._idle.empty():
            if not (idle := self._idle.get_nowait()).gone:
                return idle
        try:
            async with asyncio.timeout(limit):
                while (worker := await self._idle.get()).gone:
                    pass
        except TimeoutError:
            raise OwnFault(
                "detector_busy", f"no detection worker became free within {limit:g} s", retry_after=1
            ) from None
        return worker

    # --- hiring and replacing ---

    async def _open(self) -> None:
        nursery = await self._begun()
        self._nursery = nursery
        self._opened.set()
        for _ in range(self._detection.workers):
            await self._hire(nursery)

    async def _hire(self, nursery: Nursery) -> None:
        worker = await nursery.fork(self._on_lost)
        self._workers[worker] = nursery
        async with asyncio.timeout(self._detection.timeout_seconds):
            await worker.find(_WARM_UP, Profile())
        worker.proven = True
        self._idle.put_nowait(worker)

    def _on_lost(self, worker: Worker) -> None:
        nursery = self._workers.pop(worker, None)
        if nursery is None or self._closed:
            return
        self._chore(self._replace(worker, nursery))

    def _chore(self, work: Coroutine[Any, Any, None]) -> None:
        chore = asyncio.get_running_loop().create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _replace(self, worker: Worker, nursery: Nursery) -> None:
        async with self._opening:
            if nursery is not self._nursery:
                return  # it belonged to a nursery that was given up with all its workers
            try:
                await nursery.kill(worker)
                await self._hire(nursery)
            except (OSError, EOFError, TimeoutError):
                await self._reopen()

    async def _replace_nursery(self, nursery: Nursery | None) -> None:
        async with self._opening:
            if nursery is self._nursery and not self._closed:
                await self._reopen()

    async def _reopen(self) -> None:
        """Start over with a new nursery, as often as needed."""
        attempt = 0
        while True:
            await self._shut()
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1
            try:
                return await self._open()
            except (OwnFault, OSError, EOFError, TimeoutError):
                continue

    async def _shut(self) -> None:
        workers, self._workers = list(self._workers), {}
        for worker in workers:
            worker.give_up()
        nursery, self._nursery = self._nursery, None
        self._opened.clear()
        if nursery is not None:
            await nursery.close()


def _size(asked: Excerpt | str) -> int:
    """The characters to read."""
    return len(asked) if isinstance(asked, str) else len(asked.text)


def _batches(asked: Sequence[Asked], share: int) -> Iterator[list[Asked]]:
    """Yield what stands side by side in batches of about `share` characters, at least one text each."""
    batch: list[Asked] = []
    size = 0
    for each in asked:
        if batch and size + _size(each) > share:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += _size(each)
    if batch:
        yield batch
