"""An index that somebody changed, or that does not fit the log any more, gives no answer: every record that is shown is
proven to be the one that the checkpoint covers.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from edge.ledger.test_ledger_index import ANN, BEN, PEOPLE, Log, acted, chain, made, repeated, sequences
from sqlalchemy import Connection, create_engine

from proxy.audit.log import commit, parse
from proxy.audit.query import EventFilter
from proxy.audit.tree import TileMissing, Tree
from proxy.edge.ledger.index import comparing, hashes, tables
from proxy.edge.ledger.index.database import IndexMismatch, default_url
from proxy.edge.ledger.index.hashes import proven, rows_of
from proxy.edge.ledger.index.index import LedgerIndex, opened
from proxy.edge.ledger.index.tables import add
from proxy.edge.ledger.reader import LogIncomplete


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made_log = Log(tmp_path / "ledger")
    made_log.add([*made(12), *chain()])
    with opened(None, [made_log.folder]) as index:
        assert index.carried([ANN])
    return made_log


def change(log: Log, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(default_url(log.folder).removeprefix("sqlite:///"))) as raw, raw:
        assert raw.execute(statement, values).rowcount


def ask(log: Log) -> None:
    with opened(None, [log.folder]) as index:
        index.carried([ANN])
        sequences(index, EventFilter(participant=(ANN,)))
        sequences(index)


PERSON = "(SELECT id FROM ledger_index_words WHERE value = ?)"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE ledger_index_records SET offset = offset + 1 WHERE sequence = 4", ()),
        ("UPDATE ledger_index_records SET length = length - 1 WHERE sequence = 4", ()),
        ("UPDATE ledger_index_records SET segment = 0, offset = 0 WHERE sequence = 12", ()),
        ("UPDATE ledger_index_records SET time = time + 600000, code = code + 1 WHERE sequence = 4", ()),
        (f"INSERT INTO ledger_index_mentions SELECT {PERSON}, log, sequence, 1 FROM ledger_index_records "
         "WHERE sequence = 2", (PEOPLE["p-ann"],)),
        (f"UPDATE OR REPLACE ledger_index_mentions SET person = {PERSON} WHERE sequence = 2", (PEOPLE["p-ann"],)),
        ("UPDATE ledger_index_segments SET tree = zeroblob(length(tree))", ()),
        ("UPDATE ledger_index_segments SET tree = x''", ()),
    ],
    ids=["moved", "shorter", "elsewhere", "told otherwise", "one more", "of another", "no tree", "nothing"],
)  # fmt: skip
def test_an_index_that_was_changed_gives_no_answer_until_it_is_made_anew(
    log: Log, statement: str, values: tuple[object, ...]
) -> None:
    change(log, statement, *values)
    asked = EventFilter(participant=(ANN, BEN), event="intent")
    with pytest.raises(IndexMismatch, match="--rebuild"), opened(None, [log.folder]) as index:
        index.carried([ANN])
        sequences(index, asked)
        sequences(index, EventFilter(event="outcome"))
        sequences(index)
    with LedgerIndex(default_url(log.folder), [log.folder]) as index:
        index.rebuild()
        index.catch_up()
        assert len(sequences(index)) == log.size
    ask(log)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM ledger_index_mentions WHERE sequence = 4", "mentions"),
        ("UPDATE ledger_index_mentions SET sent = 0 WHERE sequence = 4", "mentions"),
        ("DELETE FROM ledger_index_records WHERE sequence = 5", "records"),
        ("DELETE FROM ledger_index_links WHERE fetches = 0", "links"),
        ("DELETE FROM ledger_index_decisions WHERE sequence = 4", "decisions"),
        ("UPDATE ledger_index_records SET exchange = 'ex-none' WHERE sequence = 5", "records"),
        ("INSERT INTO ledger_index_operators SELECT 1, id, 4 FROM ledger_index_logs", "operators"),
    ],
    ids=["a person", "that it left", "an outcome", "repeated", "a grant", "an exchange", "an operator"],
)  # fmt: skip
def test_what_an_index_leaves_out_shows_when_it_is_compared(log: Log, statement: str, kind: str) -> None:
    change(log, statement)
    with opened(None, [log.folder]) as index:
        with pytest.raises(IndexMismatch, match=f"other {kind} than .*--rebuild"):
            index.compare()
        index.rebuild()
        index.catch_up()
        index.compare()


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.usefixtures("no_tables")
def test_an_index_that_nobody_changed_has_what_the_ledger_has(
    tmp_path: Path, store_url: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_PAGE", 5)
    log = Log(tmp_path / "ledger", version)
    log.add([*made(12), *acted(), *chain()])
    with opened(store_url, [log.folder]) as index:
        log.add(made(1))
        index.compare()


def test_a_leaf_that_the_index_has_otherwise_is_noticed(log: Log) -> None:
    with closing(sqlite3.connect(default_url(log.folder).removeprefix("sqlite:///"))) as raw:
        ((first, tree),) = raw.execute("SELECT first, tree FROM ledger_index_segments ORDER BY first DESC LIMIT 1")
    change(log, "UPDATE ledger_index_segments SET tree = ? WHERE first = ?", tree[:-1] + bytes([tree[-1] ^ 1]), first)
    with pytest.raises(IndexMismatch):
        ask(log)


@pytest.mark.parametrize("sequence", [1, 3, 9])
def test_a_record_that_was_written_anew_is_noticed_where_its_segment_looks_the_same(log: Log, sequence: int) -> None:
    """It matches its own commitment, its file has the size and the time that it had; the tree has another leaf."""
    path = log.segment(sequence)
    before, lines = path.stat(), path.read_bytes().splitlines(keepends=True)
    line = parse(lines[sequence % 7][:-1])
    assert line is not None
    forged = line.event.replace(b'"recipient:acme-llm"', b'"recipient:else-llm"')
    assert forged != line.event
    lines[sequence % 7] = replace(line, event=forged, commitment=commit(line.salt, forged)).render()
    path.write_bytes(b"".join(lines))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IndexMismatch, match=f"record {sequence} is not the one that the checkpoint covers"):
        ask(log)
    with pytest.raises(LogIncomplete), LedgerIndex(default_url(log.folder), [log.folder]) as index:
        index.rebuild()
        index.catch_up()


def test_a_record_that_no_checkpoint_covers_yet_is_shown_and_has_to_match_its_commitment(log: Log) -> None:
    covered = (log.folder / "checkpoint").read_bytes()
    log.add(repeated("late", "ex-minutes-bot-2"))
    (log.folder / "checkpoint").write_bytes(covered)
    with opened(None, [log.folder]) as index:
        assert sequences(index)[-1] == log.size - 1
        assert "late" in [each.exchange for each in index.carried([ANN])]
    path = log.segment(log.size - 1)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"late"', b'"lame"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(LogIncomplete, match="damaged"):
        ask(log)


def test_an_index_of_another_version_is_made_anew_by_itself(log: Log) -> None:
    change(log, "UPDATE ledger_index_state SET version = ?", tables.VERSION - 1)
    change(log, "ALTER TABLE ledger_index_records ADD COLUMN attempt INTEGER")
    change(log, "DROP TABLE ledger_index_links")
    ask(log)


def test_a_log_of_more_than_a_tile_is_proven_as_it_grows_and_is_pruned(tmp_path: Path) -> None:
    """Tiles become full in the midst of segments and of transactions, and between two times that it is asked."""
    log = Log(tmp_path / "ledger")
    for size in (250, 300, 600):
        while log.size < size:
            log.add(made(10, client=f"bot-{log.size}"))
        covered = (log.folder / "checkpoint").read_bytes()
        with opened(None, [log.folder]) as index:
            assert sequences(index) == list(range(log.size))
    log.add(made(90))
    (log.folder / "checkpoint").write_bytes(covered)
    with opened(None, [log.folder]) as index:
        assert sequences(index) == list(range(log.size))
    with closing(sqlite3.connect(default_url(log.folder).removeprefix("sqlite:///"))) as raw:
        kept = raw.execute("SELECT number FROM ledger_index_blocks ORDER BY number").fetchall()
    assert kept == [(n,) for n in range(log.size // 256 * (256 // hashes.BLOCK))]
    change(log, "UPDATE ledger_index_blocks SET hashes = zeroblob(length(hashes)) WHERE number = 3")
    with pytest.raises(IndexMismatch), opened(None, [log.folder]) as index:
        sequences(index)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as opened_connection:
        tables.metadata.create_all(opened_connection)
        yield opened_connection
    engine.dispose()


def leaf(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


def grown(connection: Connection, sizes: tuple[int, ...]) -> dict[int, bytes]:
    """Trees that grow, as the index keeps them; the roots at these sizes."""
    tree, roots = Tree(), dict[int, bytes]()
    for size in sizes:
        while tree.size < size:
            tree.append_hash(leaf(tree.size))
        for table, rows in zip((tables.blocks, tables.tiles), rows_of(1, tree.take_full()), strict=True):
            add(connection, table, rows)
        roots[size] = tree.root()
        connection.info["tree"] = tree
    return roots


SOME = (0, 15, 16, 255, 256, 4095, 65535, 65536, 65537, 65791, 65792, 66000)


def test_every_leaf_of_a_tree_of_several_levels_is_proven_by_what_is_kept(connection: Connection) -> None:
    sizes = (65536, 65600, 65536 + 256 * 2 + 7, 66100)
    roots = grown(connection, sizes)
    known = connection.info["tree"]
    for size in sizes:
        tree = proven(connection, 1, known, size, roots[size])
        assert tree is not None
        wanted = [n for n in SOME if n < size] + [size - 1]
        assert tree.leaves(connection, wanted) == {n: leaf(n) for n in wanted}
        assert proven(connection, 1, known, size, leaf(1)) is None


def test_what_is_kept_of_another_tree_proves_nothing(connection: Connection) -> None:
    roots = grown(connection, (66100,))
    tree = proven(connection, 1, connection.info["tree"], 66100, roots[66100])
    assert tree is not None
    (content,) = connection.exec_driver_sql("SELECT hashes FROM ledger_index_blocks WHERE number = 9").scalars()
    for at in (0, 32 * hashes.BLOCK - 1, 32 * hashes.BLOCK, len(content) - 1):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        connection.exec_driver_sql("UPDATE ledger_index_blocks SET hashes = ? WHERE number = 9", (changed,))
        with pytest.raises(TileMissing):
            tree.leaves(connection, [9 * hashes.BLOCK])
    connection.exec_driver_sql("UPDATE ledger_index_blocks SET hashes = ? WHERE number = 9", (content,))
    assert tree.leaves(connection, [9 * hashes.BLOCK]) == {9 * hashes.BLOCK: leaf(9 * hashes.BLOCK)}
    connection.exec_driver_sql("DELETE FROM ledger_index_blocks WHERE number = 10")
    with pytest.raises(TileMissing):
        tree.leaves(connection, [9 * hashes.BLOCK, 10 * hashes.BLOCK])
    connection.exec_driver_sql("UPDATE ledger_index_tiles SET hashes = zeroblob(8192) WHERE level = 1")
    fresh = proven(connection, 1, connection.info["tree"], 66100, roots[66100])
    assert fresh is not None
    with pytest.raises(TileMissing):
        fresh.leaves(connection, [9 * hashes.BLOCK])


def test_of_records_that_are_gone_no_hashes_are_kept_but_of_tiles_that_others_are_in(connection: Connection) -> None:
    grown(connection, (66100,))
    hashes.drop_hashes(connection, 1, 300, 65900)
    numbers = connection.exec_driver_sql("SELECT min(number), max(number) FROM ledger_index_blocks").one()
    assert numbers == (256 // hashes.BLOCK, 65900 // 256 * 256 // hashes.BLOCK - 1)
    hashes.drop_hashes(connection, 1, 300, 0)
    assert connection.exec_driver_sql("SELECT count(*) FROM ledger_index_blocks").scalar() == 0
    assert connection.exec_driver_sql("SELECT count(*) FROM ledger_index_tiles").scalar() == 0
