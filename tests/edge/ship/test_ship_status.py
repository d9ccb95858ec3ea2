"""What is told of targets: metrics, notes, the oldest record that prunes have to keep, and who ships."""

import subprocess
import sys

import pytest
from aiohttp import web
from edge.ship_stand import HttpServer, shipper, shipping, write
from prometheus_client import CollectorRegistry, generate_latest

from proxy.audit.ship.cursor import Cursor, Gap
from proxy.edge.ship.cursors import CursorFile, beside, cursor_folder, oldest_unshipped
from proxy.edge.ship.shipping import Shipping, ShippingCollector, TargetStatus, milliseconds, notes, statuses
from proxy.errors import OwnFault


def target(server, name="siem", **more):
    return {"name": name, "http": {"url": server.url, **more}}


def exposed(collector):
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode().splitlines()


async def test_metrics_tell_lag_failures_and_gaps(tmp_path):
    count = await write(tmp_path, 3)
    server = HttpServer()
    server.answer = lambda body: web.Response(status=403)
    await server.start()
    collector = ShippingCollector("x")
    assert exposed(collector) == []
    made = Shipping.of(shipping(tmp_path, target(server)), collector)
    await made.shippers[0].step()
    await made.look()
    told = exposed(collector)

    assert f'x_ledger_ship_records_behind{{target="siem"}} {count}.0' in told
    assert 'x_ledger_ship_stopped{target="siem"} 1.0' in told
    assert 'x_ledger_ship_failures_total{reason="http_403",target="siem"} 1.0' in told
    assert 'x_ledger_ship_gap_records_total{target="siem"} 0.0' in told
    assert 'x_ledger_ship_last_success_timestamp_seconds{target="siem"} 0.0' in told
    # The events of the ledger of tests are of March 2026, so the oldest one waits for as long.
    (seconds,) = [line for line in told if line.startswith('x_ledger_ship_seconds_behind{target="siem"}')]
    assert float(seconds.split()[1]) > 0
    assert made.notes() == {"siem": "stopped: http_403"}

    server.answer = lambda body: web.Response()
    assert await made.shippers[0].drain() is None
    await made.look()
    assert 'x_ledger_ship_records_behind{target="siem"} 0.0' in exposed(collector)
    assert 'x_ledger_ship_seconds_behind{target="siem"} 0.0' in exposed(collector)
    assert made.notes() == {}
    await made.close()
    await server.kill()


async def test_what_another_process_ships_is_only_watched(tmp_path):
    await write(tmp_path, 1)
    collector = ShippingCollector("x")
    made = Shipping.of(
        shipping(
            tmp_path, {"name": "a", "http": {"url": "http://x", "credential": {"env": "NONE"}}}, ship_by="command"
        ),
        collector,
    )
    assert made.shippers == ()
    await made.look()
    assert [status.target for status in collector.found] == ["a"]
    await made.close()


@pytest.mark.parametrize(
    ("cursor", "told"),
    [
        (Cursor(looked_at=1_000_000), {}),
        (Cursor(looked_at=900_000), {"a": "behind"}),
        (Cursor(looked_at=1_000_000, waiting_since=1, reason="timeout"), {"a": "waiting: timeout"}),
        (Cursor(looked_at=1_000_000, waiting_since=1, reason="http_400", stopped=True), {"a": "stopped: http_400"}),
        (Cursor(looked_at=1_000_000, waiting_since=800_000), {"a": "behind"}),
    ],
)
async def test_notes_tell_of_targets_that_get_nothing(tmp_path, cursor, told):
    await write(tmp_path, 1)
    settings = shipping(tmp_path, {"name": "a", "http": {"url": "http://x"}})
    file = CursorFile.take(cursor_folder(settings), "a")
    file.keep(cursor)
    file.release()

    assert notes(statuses(settings, 1_000_000)) == told


def test_a_ledger_that_is_not_there_yet_is_told_without_a_number(tmp_path):
    settings = shipping(tmp_path, {"name": "a", "http": {"url": "http://x"}})
    (found,) = statuses(settings, milliseconds())
    assert isinstance(found, TargetStatus)
    assert (found.records_behind, found.seconds_behind, found.reason) == (None, 0.0, None)


def test_pruning_has_to_keep_what_the_slowest_target_has_not_got(tmp_path):
    directory = tmp_path / "ledger"
    assert oldest_unshipped(directory) is None
    assert oldest_unshipped(directory, ["new"]) == (0, "new")
    for name, sequence in (("fast", 90), ("slow", 10)):
        file = CursorFile.take(beside(directory), name)
        file.keep(Cursor(sequence=sequence, gaps=(Gap(1, 2, "pruned"),)))
        file.release()

    assert oldest_unshipped(directory) == (11, "slow")
    assert oldest_unshipped(directory, ["fast"]) == (91, "fast")
    (beside(directory) / "broken.cursor").write_text("{")
    with pytest.raises(OwnFault, match="ship_cursor_unreadable"):
        oldest_unshipped(directory)


async def test_two_processes_never_ship_to_one_target(tmp_path):
    await write(tmp_path, 1)
    code = (
        "import sys; from pathlib import Path; from proxy.edge.ship.cursors import CursorFile\n"
        "CursorFile.take(Path(sys.argv[1]), 'siem'); print('taken', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", code, str(beside(tmp_path / "ledger"))]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"taken\n"
        server = HttpServer()
        await server.start()
        made = shipper(tmp_path, target(server))
        await made.step()
        assert (made.reason, dict(made.unkept), server.bodies) == ("ship_locked", {"ship_locked": 1}, [])
        other.kill()
        other.wait()
        assert await made.drain() is None
        await made.close()
        await server.kill()
    assert len(server.bodies) == 1


async def test_nothing_more_is_shipped_before_the_cursor_is_kept(tmp_path, monkeypatch):
    count = await write(tmp_path, 3)
    server = HttpServer()
    await server.start()
    made = shipper(tmp_path, target(server, batch_records=2))
    await made.step()
    keep = CursorFile.keep

    def full(self, cursor, **more):
        self.cursor = cursor
        raise OwnFault("ship_cursor_unwritable", "told to fail")

    monkeypatch.setattr(CursorFile, "keep", full)
    for _ in range(4):
        await made.step()
    assert made.reason == "ship_cursor_unwritable"
    assert len(server.bodies) == 2
    monkeypatch.setattr(CursorFile, "keep", keep)
    assert await made.drain() is None
    await made.close()
    await server.kill()

    assert sum(body.count(b"\n") for body in server.bodies) == count
