"""Anchors outside of the host keep each checkpoint, date it or cosign it, and stop nothing where they fail."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from edge.anchor_stand import Bucket, WitnessStand, configured, filled, public_key, serving, target
from edge.ledger_stand import opened
from harness.patience import PATIENCE
from harness.time_authority import TimeAuthority

from proxy.audit.checkpoints import parse_checkpoint
from proxy.edge.ledger.anchors.configured import anchors_of, problems
from proxy.edge.ledger.anchors.web import AnchorRefused
from proxy.edge.store.store import Store
from proxy.errors import OwnFault

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ORIGIN = "fjord/egress"


def anchor(base: Path, /, **given):
    """The anchor that the settings give."""
    settings = configured(base, target(**given))
    assert problems(settings.ledger) == []
    return anchors_of(settings, Store(None), lambda: AT)[2]  # type: ignore[arg-type]


# --- a directory ---------------------------------------------------------------------------------


async def test_a_directory_gets_one_read_only_file_for_each_checkpoint(tmp_path):
    kept = tmp_path / "worm"
    kept.mkdir()
    first = await filled(tmp_path, anchors=[anchor(tmp_path, directory=str(kept))])
    last = await filled(tmp_path, anchors=[anchor(tmp_path, directory=str(kept))])
    files = sorted((kept / "fjord_egress").iterdir())
    assert [file.name for file in files] == [f"{parse_checkpoint(file.read_bytes()).size:020}" for file in files]
    assert {first, last} <= {file.read_bytes() for file in files}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o440}
    assert await anchor(tmp_path, directory=str(kept)).newest(ORIGIN) == last


async def test_a_file_in_a_directory_is_never_overwritten(tmp_path):
    kept = tmp_path / "worm"
    kept.mkdir()
    file, place = await filled(tmp_path), anchor(tmp_path, directory=str(kept))
    await place.keep(ORIGIN, file)
    await place.keep(ORIGIN, file)
    other = file.replace(b"\n\n", b"\n\n\xe2\x80\x94 other AAAAAAAA\n")
    with pytest.raises(AnchorRefused):
        await place.keep(ORIGIN, other)
    assert await place.newest(ORIGIN) == file


async def test_a_file_that_was_not_finished_or_is_of_another_log_says_nothing(tmp_path):
    kept = tmp_path / "worm"
    (kept / "fjord_egress").mkdir(parents=True)
    file, place = await filled(tmp_path), anchor(tmp_path, directory=str(kept))
    assert await place.newest(ORIGIN) is None
    await place.keep(ORIGIN, file)
    (kept / "fjord_egress" / f"{10**6:020}").write_bytes(file[:40])
    (kept / "fjord_egress" / f"{10**6 + 1:020}").write_bytes(file.replace(b"fjord/", b"fjor/d"))
    assert await place.newest(ORIGIN) == file


async def test_a_log_that_was_rolled_back_does_not_start_where_a_directory_knows_more(tmp_path):
    kept = tmp_path / "worm"
    kept.mkdir()
    await filled(tmp_path, 1, anchors=[anchor(tmp_path, directory=str(kept))])
    shutil.copytree(tmp_path / "ledger", tmp_path / "before")
    await filled(tmp_path, 2, anchors=[anchor(tmp_path, directory=str(kept))])
    shutil.rmtree(tmp_path / "ledger")
    shutil.copytree(tmp_path / "before", tmp_path / "ledger")
    with pytest.raises(OwnFault) as refused:
        await opened(tmp_path, anchors=[anchor(tmp_path, directory=str(kept))])
    assert (refused.value.reason, "'outside'" in refused.value.detail) == ("ledger_behind_anchor", True)


async def test_a_directory_that_is_not_there_stops_nothing(tmp_path):
    ledger = await opened(tmp_path, anchors=[anchor(tmp_path, directory=str(tmp_path / "none"))])
    ledger.anchoring.retry_seconds = 0.01
    async with asyncio.timeout(PATIENCE):
        while not ledger.anchoring.states[0].failures:
            await asyncio.sleep(0.01)
    await ledger.close()
    assert not (tmp_path / "none").exists()


# --- HTTP ----------------------------------------------------------------------------------------


async def test_each_checkpoint_is_put_and_the_newest_read(tmp_path):
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        http = {"url": url + "/b/{origin}/{size}", "latest_url": url + "/b/{origin}/latest", "headers": {"x-a": "1"}}
        place = anchor(tmp_path, http=http)
        assert await place.newest(ORIGIN) is None
        file = await filled(tmp_path, anchors=[place])
        size = parse_checkpoint(file).size
        assert bucket.objects[f"/b/fjord/egress/{size:020}"] == file
        assert await place.newest(ORIGIN) == file
    puts = [headers for method, path, headers in bucket.requests if method == "PUT" and not path.endswith("latest")]
    assert {(headers["If-None-Match"], headers["x-a"]) for headers in puts} == {("*", "1")}


async def test_what_is_there_already_is_kept_only_if_it_is_the_same(tmp_path):
    bucket, file = Bucket(), await filled(tmp_path)
    async with serving(bucket.application()) as url:
        place = anchor(tmp_path, http={"url": url + "/{size}"})
        await place.keep(ORIGIN, file)
        await place.keep(ORIGIN, file)
        bucket.objects = dict.fromkeys(bucket.objects, b"another")
        with pytest.raises(AnchorRefused):
            await place.keep(ORIGIN, file)
    assert set(bucket.objects.values()) == {b"another"}


@pytest.mark.parametrize("status", [301, 302, 307, 403, 404, 500])
async def test_an_answer_that_is_no_success_keeps_nothing_and_is_not_followed(tmp_path, status):
    bucket, file = Bucket(), await filled(tmp_path)
    bucket.status = status
    async with serving(bucket.application()) as url:
        with pytest.raises(AnchorRefused):
            await anchor(tmp_path, http={"url": url + "/{size}"}).keep(ORIGIN, file)
    assert len(bucket.requests) == 1


async def test_proxies_of_the_environment_are_not_used(tmp_path, monkeypatch):
    bucket, file = Bucket(), await filled(tmp_path)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with serving(bucket.application()) as url:
        await anchor(tmp_path, http={"url": url + "/{size}"}).keep(ORIGIN, file)
    assert bucket.objects


async def test_a_credential_is_read_when_it_is_needed(tmp_path, monkeypatch):
    bucket, file = Bucket(), await filled(tmp_path)
    monkeypatch.setenv("ANCHOR_TOKEN", "t0ken")
    async with serving(bucket.application()) as url:
        place = anchor(tmp_path, http={"url": url + "/{size}", "credential": {"env": "ANCHOR_TOKEN"}})
        await place.keep(ORIGIN, file)
    assert bucket.requests[0][2]["Authorization"] == "Bearer t0ken"
    monkeypatch.delenv("ANCHOR_TOKEN")
    settings = configured(tmp_path, target(http={"url": "http://x/{size}", "credential": {"env": "ANCHOR_TOKEN"}}))
    assert ["ANCHOR_TOKEN" in problem for problem in problems(settings.ledger)] == [True]


async def test_a_bucket_gets_signed_requests_with_a_lock(tmp_path, monkeypatch):
    bucket, file = Bucket(), await filled(tmp_path)
    monkeypatch.setenv("AK", "AKIDEXAMPLE")
    monkeypatch.setenv("SK", "secret")
    s3 = {"region": "eu-north-1", "access_key": {"env": "AK"}, "secret_key": {"env": "SK"}, "lock_days": 400}
    async with serving(bucket.application()) as url:
        await anchor(tmp_path, http={"url": url + "/b/{size}", "s3": s3}).keep(ORIGIN, file)
    [headers] = [headers for method, _, headers in bucket.requests if method == "PUT"]
    assert headers["x-amz-object-lock-mode"] == "COMPLIANCE"
    assert headers["x-amz-object-lock-retain-until-date"] == "2027-04-06T10:00:00Z"
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/eu-north-1/s3/aws4_request,SignedHeaders=content-type;host;"
        "if-none-match;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date;x-amz-object-lock-mode;"
    )


# --- how often -----------------------------------------------------------------------------------


async def test_a_server_is_asked_once_in_a_while_and_at_a_good_end(tmp_path):
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        place = anchor(tmp_path, http={"url": url + "/{size}", "every_seconds": 86400})
        file = await filled(tmp_path, 20, anchors=[place], checkpoint_seconds=0.001)
    sizes = sorted(bucket.objects)
    assert len(sizes) == 2
    assert bucket.objects[sizes[-1]] == file


# --- a witness -----------------------------------------------------------------------------------


async def test_a_witness_cosigns_and_the_directory_has_it(tmp_path):
    await filled(tmp_path)
    stand = WitnessStand(tmp_path, [public_key(tmp_path)])
    async with stand.serving() as url:
        given = {"witness": {"url": url, "key": stand.vkey}}
        assert await anchor(tmp_path, **given).newest(ORIGIN) is None
        for _ in range(2):  # The second time, the anchor does not know what the witness has seen.
            file = await filled(tmp_path, 5, anchors=[anchor(tmp_path, **given)])
            known = await anchor(tmp_path, **given).newest(ORIGIN)
            assert known.startswith(file.partition(b"\n\n")[0])
            assert stand.key.checking.cosigned(known) == 1_700_000_000
            assert (tmp_path / "ledger" / "cosigned" / "outside").read_bytes() == known


async def test_a_cosignature_is_added_to_the_checkpoint_while_the_log_is_open(tmp_path):
    await filled(tmp_path)
    stand = WitnessStand(tmp_path, [public_key(tmp_path)])
    async with stand.serving() as url:
        ledger = await opened(tmp_path, anchors=[anchor(tmp_path, witness={"url": url, "key": stand.vkey})])
        async with asyncio.timeout(PATIENCE):
            while stand.key.checking.cosigned((tmp_path / "ledger" / "checkpoint").read_bytes()) is None:
                await asyncio.sleep(0.01)
        await ledger.close()


async def test_a_witness_that_knows_more_is_an_anchor_that_knows_more(tmp_path):
    await filled(tmp_path, 1)
    shutil.copytree(tmp_path / "ledger", tmp_path / "before")
    stand = WitnessStand(tmp_path, [public_key(tmp_path)])
    async with stand.serving() as url:
        place = anchor(tmp_path, witness={"url": url, "key": stand.vkey})
        await filled(tmp_path, 1, anchors=[place])
        shutil.rmtree(tmp_path / "ledger")
        shutil.copytree(tmp_path / "before", tmp_path / "ledger")
        with pytest.raises(AnchorRefused):
            await place.keep(ORIGIN, (tmp_path / "ledger" / "checkpoint").read_bytes())
        with pytest.raises(OwnFault) as refused:
            await opened(tmp_path, anchors=[place])
    assert refused.value.reason == "ledger_behind_anchor"


async def test_what_another_key_cosigned_does_not_count(tmp_path):
    await filled(tmp_path)
    (tmp_path / "other").mkdir()
    stand, other = WitnessStand(tmp_path, [public_key(tmp_path)]), WitnessStand(tmp_path / "other", [])
    async with stand.serving() as url:
        place = anchor(tmp_path, witness={"url": url, "key": other.vkey})
        with pytest.raises(AnchorRefused):
            await place.keep(ORIGIN, (tmp_path / "ledger" / "checkpoint").read_bytes())
        with pytest.raises(AnchorRefused):
            await place.newest(ORIGIN)
    assert not (tmp_path / "ledger" / "cosigned").exists()


def test_a_damaged_key_of_a_witness_is_told(tmp_path):
    stand = WitnessStand(tmp_path, [])
    damaged = stand.vkey[:-4] + ("AAAA" if not stand.vkey.endswith("AAAA") else "BBBB")
    settings = configured(tmp_path, target(witness={"url": "http://x", "key": damaged}))
    assert ["ledger.anchors" in problem for problem in problems(settings.ledger)] == [True]


# --- time stamps ---------------------------------------------------------------------------------


async def test_an_authority_dates_checkpoints(tmp_path):
    from proxy.edge.ledger.anchors.time_stamps import authority_of
    from proxy.edge.ledger.files import kept_stamps

    authority = TimeAuthority.made(tmp_path / "tsa")
    async with serving(authority.application()) as url:
        place = anchor(tmp_path, timestamp={"url": url, "authorities": str(authority.ca)})
        file = await filled(tmp_path, anchors=[place])
    found = {each.size: each.answer for each in kept_stamps(tmp_path / "ledger") if each.authority == "outside"}
    stated = parse_checkpoint(file)
    checking = authority_of("outside", authority.ca)
    assert checking.dated(found[stated.size], stated.text()) > 1_600_000_000
    assert checking.dated(found[stated.size], stated.text().replace("fjord", "other")) is None
    assert (await place.newest(ORIGIN), place.tells) == (None, False)


async def test_the_answer_of_another_authority_or_to_another_question_is_not_kept(tmp_path):
    from proxy.audit.dating import StampUnreadable

    file = await filled(tmp_path)
    authority, other = TimeAuthority.made(tmp_path / "tsa"), TimeAuthority.made(tmp_path / "other")
    async with serving(authority.application()) as url:
        with pytest.raises(StampUnreadable):
            await anchor(tmp_path, timestamp={"url": url, "authorities": str(other.ca)}).keep(ORIGIN, file)
        place = anchor(tmp_path, timestamp={"url": url, "authorities": str(authority.ca)})
        await place.keep(ORIGIN, file)
    [old] = (tmp_path / "ledger" / "timestamps" / "outside").iterdir()
    replayed = old.read_bytes()
    old.unlink()
    app = _answering(replayed)
    async with serving(app) as url:
        with pytest.raises(StampUnreadable):  # It repeats another number.
            await anchor(tmp_path, timestamp={"url": url, "authorities": str(authority.ca)}).keep(ORIGIN, file)
    assert not list((tmp_path / "ledger" / "timestamps" / "outside").iterdir())


def _answering(body: bytes):
    from aiohttp import web

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body)

    app = web.Application()
    app.router.add_post("/", answer)
    return app


def test_an_authority_without_certificates_is_told(tmp_path):
    settings = configured(tmp_path, target(timestamp={"url": "http://x", "authorities": str(tmp_path / "none")}))
    assert ["certificates" in problem for problem in problems(settings.ledger)] == [True]
