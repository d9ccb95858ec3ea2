"""Anchors that lie, hang, are full, or are somebody else's: each is noticed, none stops a start, and none piles up."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from edge.anchor_stand import Bucket, WitnessStand, configured, filled, public_key, serving, target
from edge.ledger_stand import opened
from harness.certificates import Authority
from harness.patience import PATIENCE

from proxy.audit.checkpoints import Checkpoint, parse_checkpoint
from proxy.audit.signing import new_signing_key
from proxy.edge.http.ingress import runner
from proxy.edge.ledger.anchors import anchor as keeping
from proxy.edge.ledger.anchors.anchor import Anchoring, asked
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.in_directory import InDirectory
from proxy.edge.ledger.anchors.web import AnchorRefused
from proxy.edge.store.store import Store

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ORIGIN = "fjord/egress"


def made(base: Path, /, **given):
    """The anchor that the settings give."""
    return anchors_of(configured(base, target(**given)), Store(None), lambda: AT)[2]  # type: ignore[arg-type]


class Told:
    """An anchor that tells what it is told to."""

    name = "told"
    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self, file: bytes):
        self.file = file

    async def newest(self, origin: str) -> bytes:
        return self.file

    async def keep(self, origin: str, file: bytes) -> tuple[()]:
        return ()


def of_another_log() -> bytes:
    key = new_signing_key("fjord/other")
    return Checkpoint("fjord/other", 10**6, bytes(32)).signed(key)


@pytest.mark.parametrize("file", [b"", b"<html>Please sign in</html>", b"\0" * 4096, of_another_log()])
async def test_what_is_no_checkpoint_of_the_log_says_nothing_of_it(tmp_path, file):
    """A captive portal, an error page with status 200, another log's file: no reason not to start."""
    await filled(tmp_path)
    assert await asked([Told(file)], ORIGIN) == []
    await filled(tmp_path, anchors=[Told(file)])


# --- HTTP ----------------------------------------------------------------------------------------


class Yes(Bucket):
    """Says that it took everything; `read` is what it answers to who looks."""

    def __init__(self, put: int, read: web.Response):
        super().__init__()
        self.put, self.read = put, read

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.path, dict(request.headers)))
        return web.Response(status=self.put) if request.method == "PUT" else web.Response(
            status=self.read.status, body=self.read.body
        )  # fmt: skip


@pytest.mark.parametrize("put", [200, 201, 204, 412])
@pytest.mark.parametrize("read", [(404, b""), (410, b""), (200, b""), (200, b"<html>Welcome</html>")])
async def test_a_server_that_says_yes_and_keeps_nothing_is_no_anchor(tmp_path, put, read):
    file = await filled(tmp_path)
    async with serving(Yes(put, web.Response(status=read[0], body=read[1])).application()) as url:
        with pytest.raises(AnchorRefused):
            await made(tmp_path, http={"url": url + "/{size}"}).keep(ORIGIN, file)


@pytest.mark.parametrize("status", [401, 403, 405, 500])
async def test_who_may_not_read_has_to_believe(tmp_path, status):
    file = await filled(tmp_path)
    async with serving(Yes(200, web.Response(status=status)).application()) as url:
        await made(tmp_path, http={"url": url + "/{size}", "latest_url": url + "/latest"}).keep(ORIGIN, file)


async def test_a_newest_one_that_is_not_overwritten_is_noticed(tmp_path):
    bucket, file = Bucket(), await filled(tmp_path)

    async def stale(request: web.Request) -> web.Response:
        if request.path == "/latest":
            return web.Response(body=b"" if request.method == "PUT" else b"the one before")
        return await bucket._answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stale)
    async with serving(app) as url:
        with pytest.raises(AnchorRefused):
            await made(tmp_path, http={"url": url + "/{size}", "latest_url": url + "/latest"}).keep(ORIGIN, file)


async def test_an_answer_without_end_is_not_waited_for(tmp_path):
    file = await filled(tmp_path)

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65536)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", endless)
    async with serving(app) as url:
        with pytest.raises(AnchorRefused):
            await made(tmp_path, http={"url": url + "/{size}"}).keep(ORIGIN, file)


async def test_a_certificate_that_nobody_trusts_or_of_another_host_keeps_nothing(tmp_path):
    bucket, file = Bucket(), await filled(tmp_path)
    authority = Authority(tmp_path / "certificates")
    ca, context = authority.file, authority.server_context()
    site = runner(bucket.application(), 1)
    await site.setup()
    await web.TCPSite(site, "127.0.0.1", 0, ssl_context=context).start()
    port = site.addresses[0][1]
    try:
        for host, trusted in (("127.0.0.1", None), ("localhost", str(ca))):
            given = {"url": f"https://{host}:{port}/{{size}}"} | ({} if trusted is None else {"ca_file": trusted})
            with pytest.raises((OSError, ssl.SSLError)):
                await made(tmp_path, http=given).keep(ORIGIN, file)
        assert bucket.objects == {}
        await made(tmp_path, http={"url": f"https://127.0.0.1:{port}/{{size}}", "ca_file": str(ca)}).keep(ORIGIN, file)
        assert list(bucket.objects.values()) == [file]
    finally:
        await site.cleanup()


async def test_a_server_that_failed_for_long_gets_the_newest_alone(tmp_path):
    bucket = Bucket()
    bucket.status = 503
    async with serving(bucket.application()) as url:
        place = made(tmp_path, http={"url": url + "/{size}", "every_seconds": 0.001})
        ledger = await opened(tmp_path, anchors=[place], checkpoint_seconds=0.001)
        ledger.anchoring.retry_seconds = 0.001
        async with asyncio.timeout(PATIENCE):
            while ledger.anchoring.states[0].failures < 20:
                await ledger.tell_of_key_change()
            bucket.status = None
            while ledger.anchoring.states[0].behind_since is not None:
                await asyncio.sleep(0.001)
        assert len(bucket.objects) < 5
        await ledger.close()


# --- a witness -----------------------------------------------------------------------------------


async def test_a_witness_that_once_told_a_wrong_size_is_asked_again(tmp_path):
    await filled(tmp_path)
    stand, lies = WitnessStand(tmp_path, [public_key(tmp_path)]), [b"999999\n"]
    file = (tmp_path / "ledger" / "checkpoint").read_bytes()

    async def first_a_lie(request: web.BaseRequest) -> web.StreamResponse:
        if not lies:
            return await stand.witness.serve(request)
        answer = web.Response(status=409, body=lies.pop(), content_type="text/x.tlog.size")
        await answer.prepare(request)
        await answer.write_eof()
        return answer

    app = stand.witness.application()
    from proxy.edge.http.server import SERVICE, HttpService

    app[SERVICE] = HttpService(first_a_lie, stand.witness.serve_malformed, 10, 64)
    async with serving(app) as url:
        place = made(tmp_path, witness={"url": url, "key": stand.vkey})
        with pytest.raises(AnchorRefused):
            await place.keep(ORIGIN, file)
        assert len(await place.keep(ORIGIN, file)) == 1
    stand.memory.close()


@pytest.mark.parametrize("answer", [b"", b"-1\n", b"1e3\n", b"0\n\n", b"9" * 30 + b"\n", b"\xff\n"])
async def test_a_conflict_that_tells_no_size_or_the_same_again_is_a_refusal(tmp_path, answer):
    file = await filled(tmp_path)

    async def conflict(_: web.Request) -> web.Response:
        return web.Response(status=409, body=answer)

    app = web.Application()
    app.router.add_post("/add-checkpoint", conflict)
    stand = WitnessStand(tmp_path, [])
    async with serving(app) as url:
        for _ in range(2):
            with pytest.raises(AnchorRefused):
                await made(tmp_path, witness={"url": url, "key": stand.vkey}).keep(ORIGIN, file)


# --- a directory ---------------------------------------------------------------------------------


@pytest.fixture
def worm(tmp_path) -> Path:
    (tmp_path / "worm" / "fjord_egress").mkdir(parents=True)
    return tmp_path / "worm"


def place_of(worm: Path, file: bytes) -> Path:
    return worm / "fjord_egress" / f"{parse_checkpoint(file).size:020}"


async def test_what_a_full_disk_left_unfinished_is_finished(tmp_path, worm):
    file = await filled(tmp_path)
    for left in (b"", file[:10], file[:-1]):
        place_of(worm, file).unlink(missing_ok=True)
        place_of(worm, file).write_bytes(left)
        await InDirectory("worm", worm).keep(ORIGIN, file)
        assert place_of(worm, file).read_bytes() == file
        assert place_of(worm, file).stat().st_mode & 0o777 == 0o440


async def test_a_disk_that_is_full_keeps_nothing_and_what_fits_later_is_whole(tmp_path, worm, monkeypatch):
    file, write = await filled(tmp_path), os.write

    def full(fd: int, content: bytes) -> int:
        if len(content) < len(file):
            raise OSError(28, "told to fail")
        return write(fd, bytes(content[:20]))

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        with pytest.raises(OSError, match="told to fail"):
            await InDirectory("worm", worm).keep(ORIGIN, file)
    assert await InDirectory("worm", worm).newest(ORIGIN) is None
    await InDirectory("worm", worm).keep(ORIGIN, file)
    assert await InDirectory("worm", worm).newest(ORIGIN) == file


async def test_what_a_kill_left_unfinished_has_no_name_of_a_checkpoint_and_goes(tmp_path, worm, monkeypatch):
    """The folder is as it was when the process was killed: at no time is a part of a checkpoint under its own name."""
    file, left, write = await filled(tmp_path), dict[str, bytes](), os.write

    def watched(fd: int, content: bytes) -> int:
        written = write(fd, bytes(content[:20]))
        left.update((each.name, each.read_bytes()) for each in place_of(worm, file).parent.iterdir())
        return written

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", watched)
        await InDirectory("worm", worm).keep(ORIGIN, file)
    assert left
    assert not [name for name in left if name.isdecimal()]
    assert [each.name for each in place_of(worm, file).parent.iterdir()] == [place_of(worm, file).name]
    for name, content in left.items():
        (place_of(worm, file).parent / name).write_bytes(content[:9])
    assert await InDirectory("worm", worm).newest(ORIGIN) == file
    place_of(worm, file).unlink()
    await InDirectory("worm", worm).keep(ORIGIN, file)
    assert [each.name for each in place_of(worm, file).parent.iterdir()] == [place_of(worm, file).name]


@pytest.mark.parametrize("refused", ["link", "unlink"])
async def test_a_folder_that_takes_no_links_or_lets_nothing_go_keeps_each_under_its_name(
    tmp_path, worm, monkeypatch, refused
):
    def told(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    first, place = await filled(tmp_path), InDirectory("worm", worm)
    last = await filled(tmp_path)
    with monkeypatch.context() as disk:
        disk.setattr(os, refused, told)
        await place.keep(ORIGIN, first)
        await place.keep(ORIGIN, last)
    assert [place_of(worm, file).read_bytes() for file in (first, last)] == [first, last]
    assert len([each for each in place_of(worm, last).parent.iterdir() if not each.name.isdecimal()]) <= 1


@pytest.mark.parametrize("what", ["a pipe", "a link", "a folder", "a large file", "another file"])
async def test_what_somebody_else_laid_there_is_left_as_it_is_and_holds_nobody_up(tmp_path, worm, what):
    file = await filled(tmp_path)
    elsewhere, path = tmp_path / "elsewhere", place_of(worm, file)
    elsewhere.write_bytes(b"precious")
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a link":
        path.symlink_to(elsewhere)
    elif what == "a folder":
        path.mkdir()
    elif what == "a large file":
        with path.open("wb") as large:
            large.truncate(1 << 40)
    else:
        path.write_bytes(file + b"\n")
    async with asyncio.timeout(PATIENCE):
        with pytest.raises((AnchorRefused, OSError)):
            await InDirectory("worm", worm).keep(ORIGIN, file)
        assert await asked([InDirectory("worm", worm)], ORIGIN) == []
    assert elsewhere.read_bytes() == b"precious"
    assert path.lstat().st_size in {0, 1 << 40, len(file) + 1} or what in ("a folder", "a link")


async def test_a_directory_that_may_only_be_read_keeps_nothing_and_is_tried_again(tmp_path, worm, monkeypatch):
    file, open_file = await filled(tmp_path), os.open

    def read_only(path: object, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(30, "Read-only file system")
        return open_file(path, flags, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as disk:
        disk.setattr(os, "open", read_only)
        with pytest.raises(OSError, match="Read-only"):
            await InDirectory("worm", worm).keep(ORIGIN, file)
    await InDirectory("worm", worm).keep(ORIGIN, file)


# --- what hangs ----------------------------------------------------------------------------------


class Hanging:
    """An anchor whose disk hangs until it is let go."""

    name = "hanging"
    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self) -> None:
        self.released, self.calls = asyncio.Event(), list[bytes]()

    async def newest(self, origin: str) -> None:
        return None

    async def keep(self, origin: str, file: bytes) -> tuple[()]:
        self.calls.append(file)
        await self.released.wait()
        return ()


async def test_an_anchor_that_hangs_is_asked_once_and_gets_the_newest_when_it_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 0.01)
    files = [Checkpoint(ORIGIN, size, bytes(32)).signed(new_signing_key(ORIGIN)) for size in (1, 2, 3)]
    hanging = Hanging()
    anchoring = Anchoring(ORIGIN, [hanging], retry_seconds=0.01)
    anchoring.start()
    state = anchoring.states[0]
    async with asyncio.timeout(PATIENCE):
        for number, file in enumerate(files):
            anchoring.publish(file)
            while state.failures < 3 * (number + 1):
                await asyncio.sleep(0.001)
        assert hanging.calls == files[:1]
        hanging.released.set()
        while state.behind_since is not None:
            await asyncio.sleep(0.001)
    assert (hanging.calls, state.size, state.failing) == ([files[0], files[2]], 3, False)
    await anchoring.close()


async def test_the_end_waits_for_what_is_under_way_and_then_for_the_last(tmp_path):
    files = [Checkpoint(ORIGIN, size, bytes(32)).signed(new_signing_key(ORIGIN)) for size in (1, 2)]
    hanging = Hanging()
    anchoring = Anchoring(ORIGIN, [hanging])
    anchoring.start()
    anchoring.publish(files[0])
    async with asyncio.timeout(PATIENCE):
        while not hanging.calls:
            await asyncio.sleep(0.001)
        anchoring.publish(files[1])
        ending = asyncio.create_task(anchoring.close())
        await asyncio.sleep(0)
        hanging.released.set()
        await ending
    assert hanging.calls == files


async def test_a_disk_of_the_signing_key_that_hangs_takes_no_thread_that_others_need(tmp_path, monkeypatch):
    """Work of exchanges runs in the loop's few threads; as many anchors hang as there are of these, and more."""
    from proxy.edge.ledger.anchors import in_directory

    file, released = await filled(tmp_path), threading.Event()
    monkeypatch.setattr(in_directory, "replace_file", lambda *_: released.wait(PATIENCE))
    many = [asyncio.create_task(in_directory.BesideKey(tmp_path / f"{n}.key").keep(ORIGIN, file)) for n in range(64)]
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.to_thread(lambda: "there") == "there"
    released.set()
    await asyncio.gather(*many)
