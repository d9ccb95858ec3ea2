"""An anchor that was away at the start is compared when it is back, before it keeps anything newer."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from audit.ledger_samples import intent, outcome
from edge.anchor_stand import Bucket, WitnessStand, configured, filled, public_key, serving, target
from edge.ledger_stand import opened
from harness.patience import PATIENCE

from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.findings import Kind
from proxy.audit.signing import read_checking_key
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.in_directory import InDirectory
from proxy.edge.ledger.reader import check
from proxy.edge.store.store import Store
from proxy.errors import OwnFault

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def made(base: Path, /, **given):
    """The anchor that the settings give."""
    return anchors_of(configured(base, target(**given)), Store(None), lambda: AT)[2]  # type: ignore[arg-type]


async def rolled_back(base: Path, anchor, more: int = 3) -> bytes:
    """Anchor a history, put an older copy of the ledger back, and return the newest checkpoint of what was lost."""
    await filled(base, 1, anchors=[anchor])
    shutil.copytree(base / "ledger", base / "before")
    lost = await filled(base, more, anchors=[anchor])
    shutil.rmtree(base / "ledger")
    shutil.copytree(base / "before", base / "ledger")
    return lost


async def begun(base: Path, anchor, count: int):
    """A ledger that was opened while its anchor was away, with `count` exchanges more."""
    ledger = await opened(base, anchors=[anchor], checkpoint_seconds=0.01)
    ledger.anchoring.retry_seconds = 0.01
    for number in range(count):
        await ledger.begin(intent(f"new-{number}"))
        await ledger.finish(outcome(f"new-{number}"))
    return ledger


async def until_distrusted(ledger) -> None:
    async with asyncio.timeout(PATIENCE):
        while not ledger.anchoring.states[0].lost:
            await asyncio.sleep(0.01)


async def stays_shut(ledger, reason: str) -> None:
    """Nothing leaves and readiness says why; what is under way is still recorded."""
    for attempt in (ledger.ping(), ledger.begin(intent("after"))):
        with pytest.raises(OwnFault) as refused:
            await attempt
        assert (refused.value.reason, "'outside'" in refused.value.detail) == (reason, True)
    assert ledger.health().reason == reason
    await ledger.finish(outcome("new-0"))
    assert await ledger.close()


@pytest.mark.parametrize(("count", "reason"), [(12, "ledger_forked"), (0, "ledger_behind_anchor")])
async def test_a_directory_that_is_back_is_compared_before_it_keeps_more(tmp_path, count, reason):
    kept = tmp_path / "worm"
    kept.mkdir()
    place = made(tmp_path, directory=str(kept))
    lost = await rolled_back(tmp_path, place)
    kept.rename(tmp_path / "unmounted")
    there = sorted((tmp_path / "unmounted" / "fjord_egress").iterdir())
    ledger = await begun(tmp_path, made(tmp_path, directory=str(kept)), count)
    (tmp_path / "unmounted").rename(kept)
    await until_distrusted(ledger)
    await stays_shut(ledger, reason)
    assert sorted(each.name for each in (kept / "fjord_egress").iterdir()) == [each.name for each in there]
    assert await place.newest("fjord/egress") == lost


async def test_an_empty_folder_where_the_mount_was_missing_does_not_hide_it(tmp_path):
    """What is kept in the folder below a mount is none of the mount's."""
    kept = tmp_path / "worm"
    kept.mkdir()
    await rolled_back(tmp_path, made(tmp_path, directory=str(kept)))
    kept.rename(tmp_path / "unmounted")
    kept.mkdir()
    ledger = await begun(tmp_path, made(tmp_path, directory=str(kept)), 12)
    async with asyncio.timeout(PATIENCE):
        while ledger.anchoring.states[0].behind_since is not None:
            await asyncio.sleep(0.01)
    kept.rename(tmp_path / "below")
    (tmp_path / "unmounted").rename(kept)
    await ledger.tell_of_key_change()
    await until_distrusted(ledger)
    await stays_shut(ledger, "ledger_forked")


@pytest.mark.parametrize("away", [503, 500])
async def test_a_server_that_is_back_is_compared_before_it_keeps_more(tmp_path, away):
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        given = {"url": url + "/{size}", "latest_url": url + "/latest", "every_seconds": 0.001}
        await rolled_back(tmp_path, made(tmp_path, http=given))
        before, bucket.status = dict(bucket.objects), away
        ledger = await begun(tmp_path, made(tmp_path, http=given), 12)
        bucket.status = None
        await until_distrusted(ledger)
        await stays_shut(ledger, "ledger_forked")
        assert bucket.objects == before


async def test_a_server_that_may_not_be_read_has_to_be_believed(tmp_path):
    bucket = Bucket()

    async def put_only(request: web.Request) -> web.Response:
        return web.Response(status=403) if request.method == "GET" else await bucket._answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", put_only)
    async with serving(app) as url:
        place = made(tmp_path, http={"url": url + "/{size}", "latest_url": url + "/latest"})
        last = await filled(tmp_path, anchors=[place])
        assert bucket.objects["/latest"] == last


async def test_a_witness_that_is_back_and_refuses_is_asked_what_it_knows(tmp_path):
    await filled(tmp_path, 0)
    stand = WitnessStand(tmp_path, [public_key(tmp_path)])
    async with serving(stand.witness.application()) as url:
        given = {"url": url, "key": stand.vkey, "every_seconds": 0.001}
        await rolled_back(tmp_path, made(tmp_path, witness=given))
        away = made(tmp_path, witness={**given, "url": "http://127.0.0.1:1"})
        ledger = await begun(tmp_path, away, 12)
        away._settings = made(tmp_path, witness=given)._settings
        await until_distrusted(ledger)
        await stays_shut(ledger, "ledger_forked")
    stand.memory.close()


async def test_what_is_extended_is_kept_when_the_anchor_is_back(tmp_path):
    kept = tmp_path / "worm"
    kept.mkdir()
    place = made(tmp_path, directory=str(kept))
    await filled(tmp_path, 2, anchors=[place])
    kept.rename(tmp_path / "unmounted")
    ledger = await begun(tmp_path, made(tmp_path, directory=str(kept)), 3)
    (tmp_path / "unmounted").rename(kept)
    await ledger.close()
    assert await place.newest("fjord/egress") == (tmp_path / "ledger" / "checkpoint").read_bytes()


async def test_a_loss_that_was_accepted_does_not_stop_the_ledger_again(tmp_path):
    kept = tmp_path / "worm"
    kept.mkdir()
    place = made(tmp_path, directory=str(kept))
    lost = await rolled_back(tmp_path, place)
    last = await filled(tmp_path, 12, anchors=[made(tmp_path, directory=str(kept))], accept_loss=True)
    assert parse_checkpoint(last).size > parse_checkpoint(lost).size
    assert await place.newest("fjord/egress") == last


async def kept_by(kept, base: Path):
    """How a check sees the ledger with all that a directory keeps."""
    key = read_checking_key(public_key(base))
    (_, newest), *_ = files = await InDirectory("outside", kept).every("fjord/egress")
    older = [("outside", name, file) for name, file in files[1:]]
    return check(base / "ledger", key, [("outside", newest)], older=older)


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_lost_history_is_told_by_what_a_directory_keeps_unless_the_ledger_says_it_was_lost(tmp_path, accepted):
    kept = tmp_path / "worm"
    kept.mkdir()
    place = made(tmp_path, directory=str(kept))
    await rolled_back(tmp_path, place)
    if not accepted:
        await filled(tmp_path, 12)
    last = await filled(tmp_path, 12, anchors=[place] if accepted else [], accept_loss=accepted)
    if not accepted:
        (kept / "fjord_egress" / f"{parse_checkpoint(last).size:020}").write_bytes(last)
    report = await kept_by(kept, tmp_path)
    if accepted:
        assert (report.verdict, report.problems, report.losses_accepted) == ("ok", [], 1)
    else:
        assert {each.kind for each in report.problems} == {Kind.CHECKPOINT_MISMATCH}
        assert report.confirmed == {}
