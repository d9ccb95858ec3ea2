"""The tree and its proofs against the definitions of RFC 6962, for sizes around the borders of tiles."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.tree import (
    EMPTY_ROOT,
    TileMissing,
    TileName,
    TileReader,
    Tree,
    bundle,
    consistent,
    included,
    leaf_hash,
    tiles_of,
    unbundle,
)

MOST = 66_000
BORDERS = [0, 1, 2, 3, 5, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, MOST]


def entry(index: int) -> bytes:
    return hashlib.sha256(index.to_bytes(8, "big")).digest()


def defined(entries: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + defined(entries[:k]) + defined(entries[k:])).digest()


@pytest.fixture(scope="module")
def grown() -> tuple[dict[TileName, bytes], dict[int, bytes]]:
    """All tiles of a tree of `MOST` entries, and the roots at the borders."""
    tree, tiles, roots = Tree(), {}, {0: Tree().root()}
    for index in range(MOST):
        tree.append(entry(index))
        if tree.size in BORDERS:
            roots[tree.size] = tree.root()
    tiles.update(tree.take_full())
    tiles.update(tree.partial())
    return tiles, roots


def reader(tiles: dict[TileName, bytes]) -> TileReader:
    return TileReader(MOST, tiles.__getitem__)


def test_its_tiles_are_those_that_the_size_asks_for(grown) -> None:
    assert set(grown[0]) == set(tiles_of(MOST))
    assert all(len(content) == 32 * name.width for name, content in grown[0].items())


@pytest.mark.parametrize("size", BORDERS)
def test_roots_at_the_borders_are_as_defined(grown, size: int) -> None:
    tiles, roots = grown
    assert roots[size] == reader(tiles).root(size) == defined([entry(i) for i in range(size)])


@given(st.integers(0, 700))
def test_a_tree_read_from_its_tiles_goes_on_as_if_never_stopped(size: int) -> None:
    tree = Tree()
    for index in range(size):
        tree.append(entry(index))
    kept = dict(tree.partial())
    again = Tree.read(size, kept.__getitem__)
    for index in range(size, size + 300):
        tree.append(entry(index))
        again.append(entry(index))
    assert again.root() == tree.root() == defined([entry(i) for i in range(size + 300)])
    assert dict(again.take_full()).items() <= dict(tree.take_full()).items()


@given(st.data())
def test_inclusion_is_proven_for_every_entry_and_for_no_other(grown, data) -> None:
    size = data.draw(st.one_of(st.sampled_from(BORDERS[1:]), st.integers(1, MOST)))
    index = data.draw(st.integers(0, size - 1))
    tiles = reader(grown[0])
    path, root = tiles.inclusion(index, size), tiles.root(size)
    assert included(leaf_hash(entry(index)), index, size, path, root)
    assert not included(leaf_hash(entry(index + 1)), index, size, path, root)
    assert not included(leaf_hash(entry(index)), index, size, [*path, bytes(32)], root)
    if path:
        assert not included(leaf_hash(entry(index)), index, size, path[:-1], root)
        assert not included(leaf_hash(entry(index)), index ^ 1, size, path, root)


@given(st.data())
def test_consistency_is_proven_between_all_sizes_and_for_no_other_root(grown, data) -> None:
    sizes = st.one_of(st.sampled_from(BORDERS), st.integers(0, MOST))
    old, new = sorted((data.draw(sizes), data.draw(sizes)))
    tiles = reader(grown[0])
    proof = tiles.consistency(old, new)
    assert consistent(old, tiles.root(old), new, tiles.root(new), proof)
    assert not consistent(old, bytes(32), new, tiles.root(new), proof)
    if old:
        assert not consistent(old, tiles.root(old), new, bytes(32), proof)
        assert not consistent(old, tiles.root(old), new, tiles.root(new), [*proof, bytes(32)])


def test_what_a_tile_does_not_hold_is_missing(grown) -> None:
    tiles = dict(grown[0])
    tiles[TileName(0, 3)] = tiles[TileName(0, 3)][:-1]
    with pytest.raises(TileMissing):
        reader(tiles).leaf(800)
    with pytest.raises(TileMissing):
        reader(tiles).root(MOST + 1)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0), "0/000"),
        (TileName(2, 999, 8), "2/999.p/8"),
        (TileName(0, 1_234_067), "0/x001/x234/067"),
    ],
)
def test_paths_are_those_of_the_standard(name: TileName, path: str) -> None:
    assert name.path == path


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=256), st.binary(min_size=1, max_size=40))
def test_bundles_hold_commitments_alone(commitments: list[bytes], more: bytes) -> None:
    assert unbundle(bundle(commitments)) == commitments
    if len(more) % 34 or more[:2] != b"\0\x20":
        assert unbundle(bundle(commitments) + more) is None


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
