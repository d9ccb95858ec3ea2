"""Several directories with the same log: what is in any of them is told once, or nothing is told."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest
from edge.ledger.test_ledger_index import ANN, Log, made, sequences

from proxy.audit.query import EVERYTHING
from proxy.edge.ledger.index.index import opened
from proxy.edge.ledger.reader import LogIncomplete
from proxy.errors import OwnFault


@pytest.fixture(params=[1, 2])
def log(tmp_path: Path, request: pytest.FixtureRequest) -> Log:
    return Log(tmp_path / "ledger", request.param)


def copied(log: Log, folder: Path) -> Log:
    shutil.copytree(log.folder, folder)
    found = copy.copy(log)
    found.folder, found.commitments = folder, list(log.commitments)
    return found


def test_an_older_copy_takes_nothing_away_in_any_order(log: Log, tmp_path: Path) -> None:
    log.add(made(5))
    backup = copied(log, tmp_path / "backup").folder
    log.add(made(6, client="other-bot"))
    for folders in ([log.folder, backup], [backup, log.folder], [log.folder, log.folder], [backup, log.folder, backup]):
        with opened(None, folders) as index:
            assert sequences(index) == list(range(log.size))
            assert index.count() == log.size
            assert len(index.newest(EVERYTHING, 3)) == 3
            found = {each.exchange for each in index.carried([ANN])}
        with opened(None, [log.folder]) as index:
            assert found == {each.exchange for each in index.carried([ANN])}


def test_another_log_beside_two_copies_is_read_as_well(log: Log, tmp_path: Path) -> None:
    log.add(made(5))
    backup = copied(log, tmp_path / "backup").folder
    log.add(made(2))
    other = Log(tmp_path / "other")
    other.add(made(3, client="other-bot"))
    empty = Log(tmp_path / "empty")
    with opened(None, [backup, other.folder, log.folder, empty.folder]) as index:
        assert index.count() == log.size + other.size


@pytest.mark.parametrize("more", [0, 1, 9])
def test_two_histories_of_one_log_have_no_list(log: Log, tmp_path: Path, more: int) -> None:
    log.add(made(5))
    fork = copied(log, tmp_path / "fork")
    log.add(made(6, client="other-bot"))
    fork.add(made(1 + more, client="third-bot"))
    for folders in ([log.folder, fork.folder], [fork.folder, log.folder]):
        with pytest.raises(OwnFault) as caught, opened(None, folders):
            pass
        assert caught.value.reason == "ledger_forked"
        assert "--directory" in str(caught.value)


def test_copies_of_which_none_has_all_have_no_list(log: Log, tmp_path: Path) -> None:
    log.add(made(12))
    backup = copied(log, tmp_path / "backup").folder
    log.add(made(3))
    log.segment(0).unlink()
    with pytest.raises(LogIncomplete, match="neither"), opened(None, [log.folder, backup]):
        pass
