"""`ledger.group`: its members read the records and nothing else, whatever the umask."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from audit.ledger_samples import intent
from edge.ledger_stand import opened, segments, settings
from edge.ship_stand import write

from proxy.edge.ledger import sharing
from proxy.edge.ledger.files import replace_file
from proxy.errors import OwnFault

ROOT = os.getuid() == 0
GROUP = 54321 if ROOT else os.getgid()
"""Only root may give files to a group in which it is not."""


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def filled(place: Path, **changes) -> Path:
    ledger = await opened(place, segment_bytes=5_000, **changes)
    for number in range(5):
        await ledger.begin(intent(f"ex-{number}"))
    await ledger.close()
    return place / "ledger"


@pytest.mark.usefixtures("umask")
async def test_records_are_readable_for_the_group_and_everything_else_is_not(tmp_path):
    directory = await filled(tmp_path, group=GROUP)
    assert len(segments(tmp_path)) > 1

    tiles = list((directory / "tile").rglob("*"))
    for folder in (directory, directory / "segments", directory / "tile", *filter(Path.is_dir, tiles)):
        assert (mode(folder), folder.stat().st_gid) == (0o2750, GROUP), folder
    files = [*segments(tmp_path), directory / "checkpoint", directory / "public.key", *filter(Path.is_file, tiles)]
    assert len(files) > len(segments(tmp_path)) + 2
    for file in files:
        assert (mode(file), file.stat().st_gid) == (0o640, GROUP), file
    for file in (directory / "lock", directory / "reserve", tmp_path / "keys" / "ledger.key"):
        assert mode(file) & 0o077 == 0, file.name


@pytest.mark.usefixtures("umask")
async def test_a_ledger_from_before_is_opened_to_the_group_and_closed_again(tmp_path):
    directory = await filled(tmp_path)
    assert [mode(path) & 0o077 for path in (directory, *segments(tmp_path))] == [0] * (1 + len(segments(tmp_path)))
    await filled(tmp_path, group=str(GROUP))
    assert {mode(path) for path in segments(tmp_path)} == {0o640}

    await filled(tmp_path)
    assert mode(directory) == 0o700


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("shared", [True, False])
async def test_folders_and_files_made_later_are_as_readable_as_the_ledger(tmp_path, shared):
    directory = await filled(tmp_path, group=GROUP if shared else None)
    folder = directory / "tile" / "0" / "x001"
    sharing.make_folder(folder)
    sharing.make_folder(folder)
    replace_file(folder / "234", b"hashes", mode=0o640)

    assert {mode(each) for each in (folder, folder.parent, folder.parent.parent)} == {0o2750 if shared else 0o700}
    if shared:
        assert (mode(folder / "234"), (folder / "234").stat().st_gid) == (0o640, GROUP)


async def test_a_signing_key_inside_of_the_directory_stays_private(tmp_path):
    await filled(tmp_path, group=GROUP, signing_key=str(tmp_path / "ledger" / "ledger.key"))

    assert mode(tmp_path / "ledger" / "ledger.key") == 0o600


async def test_a_directory_that_was_opened_by_other_means_is_left_alone(tmp_path):
    directory = await filled(tmp_path)
    directory.chmod(0o750)
    await filled(tmp_path)

    assert mode(directory) == 0o750


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
async def test_another_user_of_the_group_reads_the_records_and_changes_nothing():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        directory = await filled(Path(place), group=GROUP)
        segment = segments(Path(place))[0].name
        tries = (
            f"[ -r segments/{segment} ] && [ -r checkpoint ] && [ -r public.key ] && [ -x segments ] && "
            f"! [ -w segments/{segment} ] && ! [ -w . ] && ! [ -w segments ] && ! [ -w checkpoint ] && "
            "! [ -r lock ] && ! [ -r reserve ] && ! [ -r ../keys/ledger.key ]"
        )

        def told(group: int) -> int:
            return subprocess.run(
                ["/bin/sh", "-c", tries], cwd=directory, user=54322, group=group, extra_groups=[]
            ).returncode

        assert told(GROUP) == 0
        assert told(GROUP + 1) != 0


async def test_a_group_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(OwnFault, match="ledger_group_unknown"):
        await filled(tmp_path, group="no-such-group-here")
    assert sharing.problems(settings(tmp_path, group="no-such-group-here"))
    assert not sharing.problems(settings(tmp_path, group=GROUP))
    await write(tmp_path, 1)  # the directory is free again


async def test_a_group_to_which_the_user_may_not_give_files_is_told(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError

    monkeypatch.setattr(os, "chown", denied)
    with pytest.raises(OwnFault, match="ledger_group_denied"):
        await filled(tmp_path, group=GROUP)
