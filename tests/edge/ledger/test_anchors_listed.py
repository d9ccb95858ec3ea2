"""A server that lists what it keeps has every checkpoint compared, and not only the one that can be overwritten."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from edge.anchor_stand import Bucket, configured, filled, public_key, serving, target
from pydantic import ValidationError

from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.findings import Kind, Report
from proxy.audit.signing import read_checking_key
from proxy.cli.ledger_confirming import older_of, with_listed
from proxy.edge.ledger.anchors import by_http
from proxy.edge.ledger.anchors.anchor import asked
from proxy.edge.ledger.anchors.by_http import compared, sizes_listed
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.reader import check
from proxy.edge.store.store import Store

ORIGIN = "fjord/egress"
LIST = "/b?list-type=2&prefix={origin}/&start-after={origin}/{after}"


def bucket_at(base: Path, url: str, **given):
    """The anchor of the settings that is a bucket at this address."""
    http = {"url": url + "/b/{origin}/{size}", "latest_url": url + "/b/{origin}/latest", "list_url": url + LIST}
    settings = configured(base, target(http={**http, **given}))
    return anchors_of(settings, Store(None), lambda: datetime.now(UTC))[2]  # type: ignore[arg-type]


async def verified(directory: Path, anchor) -> Report:
    """What `ledger verify` says of a ledger with this anchor."""
    older = await older_of([anchor], ORIGIN)
    kept = with_listed(await asked([anchor], ORIGIN), older)
    key = read_checking_key(public_key(directory))
    assert key is not None
    return check(directory / "ledger", key, kept, older=older)


async def test_all_that_it_lists_is_read_newest_first(tmp_path):
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        anchor = bucket_at(tmp_path, url)
        for _ in range(4):
            last = await filled(tmp_path, anchors=[anchor])
        bucket.objects["/b/fjord/other/00000000000000000009"] = last
        bucket.objects["/b/fjord/egress/00000000000009999999"] = b"no checkpoint"
        found = await anchor.every(ORIGIN)
        assert len(found) >= 4 > bucket.page
        assert found[0] == (f"{parse_checkpoint(last).size:020}", last)
        assert [name for name, _ in found] == sorted((name for name, _ in found), reverse=True)
        assert all(bucket.objects[f"/b/fjord/egress/{name}"] == file for name, file in found)
        assert await bucket_at(tmp_path, url, list_url=None).every(ORIGIN) == []


async def test_a_history_that_was_written_anew_contradicts_what_could_not_be_overwritten(tmp_path):
    """Whoever has the signing key and the anchor's can put a new `latest`, and not what is locked."""
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        anchor = bucket_at(tmp_path, url)
        await filled(tmp_path, anchors=[anchor])
        assert (await verified(tmp_path, anchor)).verdict == "ok"
        shutil.rmtree(tmp_path / "ledger")
        for path in (tmp_path / "keys").glob("*.checkpoint"):
            path.unlink()
        bucket.objects["/b/fjord/egress/latest"] = await filled(tmp_path, 9)
        report = await verified(tmp_path, anchor)
        assert {problem.kind for problem in report.problems} == {Kind.CHECKPOINT_MISMATCH}
        assert report.confirmed == {}
        assert (await verified(tmp_path, bucket_at(tmp_path, url, list_url=None))).verdict == "ok"


async def test_one_that_only_lists_confirms_what_it_lists_last(tmp_path):
    bucket = Bucket()
    async with serving(bucket.application()) as url:
        anchor = bucket_at(tmp_path, url, latest_url=None)
        size = parse_checkpoint(await filled(tmp_path, anchors=[anchor])).size
        report = await verified(tmp_path, anchor)
        assert (report.verdict, report.confirmed) == ("ok", {"outside": size})


@pytest.mark.parametrize("status", [302, 403, 500])
async def test_one_that_does_not_let_us_list_is_told(tmp_path, capsys, status):
    bucket = Bucket()
    await filled(tmp_path)
    bucket.status = status
    async with serving(bucket.application()) as url:
        assert await older_of([bucket_at(tmp_path, url)], ORIGIN) == []
    assert "earlier checkpoints of 'outside' are not compared: AnchorRefused" in capsys.readouterr().err


async def test_a_list_without_end_is_left(monkeypatch):
    monkeypatch.setattr(by_http, "MOST_PAGES", 5)
    numbers = count(1)

    async def page(after: int) -> bytes:
        return f"<a>{next(numbers):020}</a>".encode()

    assert await sizes_listed(page) == [1, 2, 3, 4, 5]


async def test_sizes_are_found_in_any_form_and_in_any_order():
    async def page(after: int) -> bytes:
        return f'["{7:020}","x{3:020}.note","{5:019}","{5:021}","{3:020}"]'.encode()

    assert await sizes_listed(page) == [3, 7]


def test_of_very_many_the_newest_are_compared_and_others_all_over():
    assert compared(range(5)) == [4, 3, 2, 1, 0]
    chosen = compared(range(1000), 10)
    assert chosen[:5] == [999, 998, 997, 996, 995]
    assert sorted(chosen[5:]) == [0, 199, 398, 597, 796]


@pytest.mark.parametrize("url", ["http://x/{size}", "http://x/{latest}"])
def test_where_it_lists_has_no_other_names(url):
    with pytest.raises(ValidationError, match="lists checkpoints"):
        target(http={"url": "http://x/{size}", "list_url": url})
