"""Health, readiness and metrics, asked over HTTP; no metric names a person or a meeting."""

import asyncio
import platform
import time

import aiohttp
import pytest
from aiohttp import web

from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.edge.admin import health as admin
from proxy.edge.http import ingress
from proxy.edge.ledger.anchors.anchor import AnchorState
from proxy.edge.ledger.ledger import LedgerHealth
from proxy.edge.metrics import MeteredDetector, MeteredLedger, Metrics
from proxy.errors import OwnFault
from proxy.model import Profile


async def ask(path: str, checks=None, metrics: Metrics | None = None, loading=tuple) -> tuple[int, dict[str, str], str]:
    runner = ingress.runner(admin.build(checks or {}, metrics or Metrics(), loading=loading), 1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{runner.addresses[0][1]}{path}") as reply,
        ):
            return reply.status, {k.lower(): v for k, v in reply.headers.items()}, await reply.text()
    finally:
        await runner.cleanup()


async def works() -> None:
    return None


async def says_no() -> bool:
    return False


async def fails() -> None:
    raise RuntimeError("canary-7319")


async def hangs() -> None:
    await asyncio.sleep(60)


async def test_the_process_is_alive():
    status, _, body = await ask("/healthz", {"store": fails})

    assert (status, body) == (200, '{"status": "ok"}')


async def test_ready_when_all_parts_work():
    status, _, body = await ask("/readyz", {"store": works, "ledger": works})

    assert status == 200
    assert body == '{"status": "ready", "parts": {"store": "ok", "ledger": "ok"}}'


@pytest.mark.parametrize("check", [fails, says_no, hangs])
async def test_not_ready_names_the_failing_part_and_not_why(check, monkeypatch, capfd):
    monkeypatch.setattr(admin, "CHECK_SECONDS", 0.1)

    status, _, body = await ask("/readyz", {"store": works, "ledger": check})

    assert status == 503
    assert body == '{"status": "not_ready", "parts": {"store": "ok", "ledger": "failing"}}'
    assert "canary" not in body + capfd.readouterr().err


@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        (works, '{"status": "loading", "parts": {"ledger": "ok", "detector": "loading"}}'),
        (fails, '{"status": "not_ready", "parts": {"ledger": "failing", "detector": "loading"}}'),
    ],
)
async def test_a_part_that_is_still_being_started_is_loading_and_not_failing(ledger, told):
    checks = {"ledger": ledger, "detector": says_no}

    status, _, body = await ask("/readyz", checks, loading=lambda: ("detector",))

    assert (status, body) == (503, told)


async def test_metrics_say_which_release_runs_and_what_it_takes():
    _, _, body = await ask("/metrics", metrics=Metrics("9.8.7"))

    assert f'meeting_proxy_build_info{{python="{platform.python_version()}",version="9.8.7"}} 1.0' in body
    assert "process_resident_memory_bytes" in body


async def test_not_ready_names_the_code_of_a_fault():
    async def full() -> None:
        raise OwnFault("ledger_full", "canary-7319")

    status, _, body = await ask("/readyz", {"store": works, "ledger": full})

    assert status == 503
    assert body == (
        '{"status": "not_ready", "parts": {"store": "ok", "ledger": "failing"}, "reasons": {"ledger": "ledger_full"}}'
    )


async def test_metrics_show_how_the_ledger_is():
    metrics, health = Metrics(), LedgerHealth(None, None, 0, 0)
    metrics.watch(lambda: health, [])
    text = metrics.exposition().decode()
    assert 'meeting_proxy_ledger_trouble{reason="ledger_full"} 0.0' in text
    assert "ledger_free_bytes" not in text

    health = LedgerHealth("ledger_full", 4096, 1, 17)
    with pytest.raises(OwnFault):
        await MeteredLedger(FakeLedger(OwnFault("ledger_full")), metrics).begin(IntentFacts(EXCHANGE, (), 0, b""))
    text = metrics.exposition().decode()
    for line in (
        'meeting_proxy_ledger_trouble{reason="ledger_full"} 1.0',
        'meeting_proxy_ledger_trouble{reason="ledger_timeout"} 0.0',
        'meeting_proxy_ledger_trouble{reason="ledger_unavailable"} 0.0',
        'meeting_proxy_ledger_refused_total{reason="ledger_full"} 1.0',
        "meeting_proxy_ledger_free_bytes 4096.0",
        "meeting_proxy_ledger_sync_failures_total 1.0",
        "meeting_proxy_ledger_unwritten_refusals 17.0",
    ):
        assert line in text.splitlines()


class Hourly:
    """An anchor that nothing asks."""

    name = "hourly"
    every_seconds = 3600.0


async def test_metrics_show_how_late_an_anchor_is_and_not_that_it_rests():
    now, metrics = time.monotonic(), Metrics()
    resting = AnchorState(Hourly(), 5, kept_at=now - 1000, behind_since=now - 700)  # type: ignore[arg-type]
    metrics.watch(lambda: LedgerHealth(None, None, 0, 0), [resting])
    values = dict(line.rsplit(" ", 1) for line in metrics.exposition().decode().splitlines())
    assert float(values['meeting_proxy_ledger_unanchored_seconds{anchor="hourly"}']) >= 700
    assert values['meeting_proxy_ledger_anchor_late_seconds{anchor="hourly"}'] == "0.0"
    assert values['meeting_proxy_ledger_anchored_records{anchor="hourly"}'] == "5.0"


async def test_nothing_else_is_there():
    assert (await ask("/v1/chat/completions"))[0] == 404


EXCHANGE = ExchangeFacts("e1", client="bot", route="summary", meeting="canary-meeting")
PEOPLE = (
    PersonFacts("canary-person", 3, 100, 1, {"granted": 3, "denied": 1}, ("canary-grant",)),
    PersonFacts(None, 0, 0, 2, {"unknown_speaker": 2}),
)


class FakeLedger:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.records: list[object] = []

    async def begin(self, intent):
        if self.error:
            raise self.error
        self.records.append(intent)
        return "permit"

    async def finish(self, outcome):
        self.records.append(outcome)

    async def refuse(self, refusal):
        self.records.append(refusal)


async def test_metrics_count_what_the_ledger_records():
    metrics, inner = Metrics(), FakeLedger()
    ledger = MeteredLedger(inner, metrics)

    facts = IntentFacts(EXCHANGE, PEOPLE, 123, b"d", {"PERSON": 4}, {"DATE_TIME": 2}, languages={"en": 90, "de": 7})
    permit = await ledger.begin(facts)
    await ledger.finish(OutcomeFacts(EXCHANGE, DeliveryProgress.FULL, 200, 50, 60, 1500, None, 7))
    await ledger.refuse(RefusalFacts(ExchangeFacts("e2"), 401, "unauthenticated", "ClientFault", count=5))
    status, headers, text = await ask("/metrics", metrics=metrics)

    assert permit == "permit"
    assert len(inner.records) == 3
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'meeting_proxy_requests_total{outcome="full",reason="",route="summary"} 1.0',
        'meeting_proxy_requests_total{outcome="refused",reason="unauthenticated",route="none"} 5.0',
        'meeting_proxy_utterances_sent_total{route="summary"} 3.0',
        'meeting_proxy_utterances_withheld_total{route="summary"} 3.0',
        'meeting_proxy_utterance_decisions_total{reason="unknown_speaker",route="summary"} 2.0',
        'meeting_proxy_findings_removed_total{kind="PERSON",route="summary"} 4.0',
        'meeting_proxy_findings_kept_total{kind="DATE_TIME",route="summary"} 2.0',
        'meeting_proxy_words_sent_total{language="de",route="summary",tier="in_part"} 7.0',
        'meeting_proxy_bytes_total{direction="sent",route="summary"} 123.0',
        'meeting_proxy_pseudonyms_restored_total{route="summary"} 7.0',
        "meeting_proxy_ledger_append_seconds_count 3.0",
        "meeting_proxy_requests_in_flight 0.0",
    ):
        assert line in text.splitlines()
    assert "canary" not in text


async def test_failures_of_parts_are_counted_and_passed_on():
    metrics = Metrics()

    class FailingDetector:
        async def find(self, excerpts, profile):
            raise OwnFault("detector_timeout")

    with pytest.raises(OwnFault, match="detector_timeout"):
        await MeteredDetector(FailingDetector(), metrics).find([], Profile())
    with pytest.raises(RuntimeError):
        await MeteredLedger(FakeLedger(RuntimeError("canary")), metrics).begin(IntentFacts(EXCHANGE, (), 0, b""))

    text = metrics.exposition().decode()
    assert 'meeting_proxy_part_failures_total{part="detector",reason="detector_timeout"} 1.0' in text
    assert 'meeting_proxy_part_failures_total{part="ledger",reason="unexpected"} 1.0' in text
    assert "meeting_proxy_utterances_sent_total{" not in text
    assert "canary" not in text


async def test_what_left_and_what_stayed_are_all_that_was_decided():
    """Also where a request was refused as a whole: what it holds stayed."""
    metrics = Metrics()
    ledger = MeteredLedger(FakeLedger(), metrics)
    await ledger.begin(IntentFacts(EXCHANGE, PEOPLE, 123, b"d", {}, {}, languages={}))
    await ledger.refuse(RefusalFacts(EXCHANGE, 403, "consent_denied", "Refusal", PEOPLE))
    _, _, text = await ask("/metrics", metrics=metrics)

    def total(name: str) -> float:
        lines = (line for line in text.splitlines() if line.startswith(f"meeting_proxy_{name}_total"))
        return sum(float(line.split()[-1]) for line in lines)

    assert (total("utterances_sent"), total("utterances_withheld"), total("utterance_decisions")) == (3, 9, 12)


async def test_no_series_says_since_when_another_is_there():
    metrics = Metrics()
    await MeteredLedger(FakeLedger(), metrics).begin(IntentFacts(EXCHANGE, PEOPLE, 1, b"d", {}, {}, languages={}))
    _, _, text = await ask("/metrics", metrics=metrics)
    assert "_created" not in text
