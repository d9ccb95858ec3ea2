"""What has left with somebody's words, by the ledger's files: a list that is whole, or none."""

from pathlib import Path

import pytest
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import keys, opened, segments

from proxy.audit.query import Subject
from proxy.edge.ledger.past_exchanges import LedgerFolder


async def written(directory: Path, count: int = 4) -> tuple[LedgerFolder, list[Subject]]:
    """A ledger of some exchanges, and whoever is in them."""
    ledger = await opened(directory)
    for i in range(count):
        made = intent(f"ex-{i}")
        await ledger.begin(made)
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()
    ids = sorted({person.participant for person in made.people if person.participant})
    return LedgerFolder(directory / "ledger"), [Subject(key, "fjord") for key in (await keys(ids)).values()]


async def test_every_exchange_is_listed(tmp_path):
    past, subjects = await written(tmp_path)
    assert [each.exchange for each in await past.carried(subjects)] == [f"ex-{i}" for i in range(4)]
    assert await past.carried([]) == ()


@pytest.mark.parametrize("place", [0, 3, -1])
@pytest.mark.parametrize("damage", ["cut out", "garbled", "twice"])
async def test_a_ledger_that_is_not_whole_has_no_list(tmp_path, place, damage):
    """A shorter list would say that less has left than did."""
    past, subjects = await written(tmp_path)
    (segment,) = segments(tmp_path)
    lines = segment.read_bytes().splitlines(keepends=True)
    line = lines.pop(place)
    at = place % (len(lines) + 1)
    lines[at:at] = {"cut out": [], "garbled": [b"?" + line], "twice": [line, line]}[damage]
    segment.write_bytes(b"".join(lines))
    assert await past.carried(subjects) is None


async def test_a_segment_that_is_gone_leaves_no_list(tmp_path):
    past, subjects = await written(tmp_path)
    for segment in segments(tmp_path):
        segment.unlink()
    assert await past.carried(subjects) is None


async def test_a_line_that_is_being_written_is_no_record_yet(tmp_path):
    past, subjects = await written(tmp_path)
    (segment,) = segments(tmp_path)
    with segment.open("ab") as file:
        file.write(b'{"seq":99')
    assert len(await past.carried(subjects)) == 4


async def test_without_a_checkpoint_nobody_knows_whether_the_end_is_missing(tmp_path):
    past, subjects = await written(tmp_path)
    (segment,) = segments(tmp_path)
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:4]))
    (tmp_path / "ledger" / "checkpoint").unlink()
    assert await past.carried(subjects) is None


@pytest.mark.parametrize("changed", [b'"prev":"', b'"commitment":"', b'"salt":"'])
async def test_a_record_that_does_not_fit_the_others_leaves_no_list(tmp_path, changed):
    """Also where the line has the right layout."""
    past, subjects = await written(tmp_path)
    (segment,) = segments(tmp_path)
    lines = segment.read_bytes().splitlines(keepends=True)
    at = lines[2].index(changed) + len(changed)
    lines[2] = lines[2][:at] + (b"0" if lines[2][at : at + 1] != b"0" else b"1") + lines[2][at + 1 :]
    segment.write_bytes(b"".join(lines))
    assert await past.carried(subjects) is None
