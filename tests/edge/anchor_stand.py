"""Servers on 127.0.0.1 that keep checkpoints, cosign and date them, and what a ledger's anchors need of them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import opened

from proxy.audit.signing import KeyHistory, read_checking_key
from proxy.edge.http.ingress import runner
from proxy.edge.witness import CosigningKey, Memory, Witness, cosigning_key
from proxy.settings import AnchorTarget, Settings


@contextlib.asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """The address of an application while it runs."""
    site = runner(app, 1)
    await site.setup()
    await web.TCPSite(site, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{site.addresses[0][1]}"
    finally:
        await site.cleanup()


class Bucket:
    """Takes objects, and overwrites none if asked not to. `requests` has method, path and headers of each.

    It lists them as Amazon S3 does (ListObjectsV2), `page` at a time.
    """

    page = 2

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.status: int | None = None

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.path, dict(request.headers)))
        if self.status is not None:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        if "list-type" in request.query:
            return self._listed(request.query["prefix"], request.query.get("start-after", ""))
        if request.method == "GET":
            there = self.objects.get(request.path)
            return web.Response(status=404) if there is None else web.Response(body=there)
        if request.headers.get("If-None-Match") == "*" and request.path in self.objects:
            return web.Response(status=412)
        self.objects[request.path] = await request.read()
        return web.Response()

    def _listed(self, prefix: str, after: str) -> web.Response:
        keys = sorted(path.removeprefix("/b/") for path in self.objects)
        found = [key for key in keys if key.startswith(prefix) and key > after][: self.page]
        told = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found)
        return web.Response(text=f"<ListBucketResult>{told}</ListBucketResult>", content_type="application/xml")


class WitnessStand:
    """A witness with its key and state in a folder."""

    def __init__(self, folder: Path, public_keys: list[str], seconds: Callable[[], int] = lambda: 1_700_000_000):
        self.key: CosigningKey = cosigning_key(folder / "witness.key", "witness.example/w1")
        self.memory = Memory.open(folder / "witness.db", self.key.checking, new=self.key.new)
        keys = [read_checking_key(text) for text in public_keys]
        logs = {key.origin: [KeyHistory(((0, key),))] for key in keys if key is not None}
        self.witness = Witness(self.key, logs, self.memory, seconds)

    @property
    def vkey(self) -> str:
        return self.key.checking.render()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        async with serving(self.witness.application()) as url:
            yield url
        self.witness.close()
        self.memory.close()


def target(**given) -> AnchorTarget:
    return AnchorTarget.model_validate({"name": "outside"} | given)


def configured(directory: Path, *targets: AnchorTarget) -> Settings:
    """Settings of a proxy whose ledger is that of `ledger_stand.settings`."""
    return Settings.model_validate(
        {
            "version": 1,
            "organization": "fjord",
            "recipients": {"ai": {"base_url": "https://ai.example/v1", "terms": {"version": "1"}}},
            "routes": [{"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
                        "recipient": "ai"}],
            "clients": [{"name": "c", "key_sha256": "0" * 64, "routes": ["s"]}],
            "store": f"sqlite:///{directory}/proxy.db",
            "ledger": {"directory": str(directory / "ledger"), "signing_key": str(directory / "keys" / "ledger.key"),
                       "anchors": [each.model_dump(exclude_none=True, exclude_defaults=True) for each in targets]},
        }
    )  # fmt: skip


async def filled(directory: Path, count: int = 3, *, anchors=(), **changes) -> bytes:
    """Write exchanges with these anchors, close in order, and return the log's last checkpoint."""
    ledger = await opened(directory, anchors=anchors, **changes)
    for i in range(count):
        await ledger.begin(intent(f"ex-{i}"))
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()
    return (directory / "ledger" / "checkpoint").read_bytes()


def public_key(directory: Path) -> str:
    return (directory / "ledger" / "public.key").read_text().strip()
