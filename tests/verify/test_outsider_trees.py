"""The checker's trees: vectors of the reference implementations of RFC 6962, and the definitions for any size."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meeting_proxy_verify.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_path,
    extends,
    inclusion_path,
    leaf_hash,
    root_by_inclusion,
    root_of,
)
from outsider_logs import naive_inclusion, naive_root

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of Certificate Transparency's own tests: the tree of the first n of these entries."""

INCLUSION_1_OF_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
CONSISTENCY_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]

MANY = [sha256(b"%d" % number).digest() for number in range(65_795)]
"""Leaves for trees of three levels of tiles."""

EDGES = [1, 2, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793]
SIZES = st.one_of(st.integers(1, 1_100), st.sampled_from(EDGES))


def leaves(count: int = 8) -> list[bytes]:
    return [leaf_hash(bytes.fromhex(text)) for text in INPUTS[:count]]


def mth(start: int, end: int) -> bytes:
    return root_of(b"".join(MANY[start:end]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    tree = Tree()
    for leaf in leaves(size):
        tree.append(leaf)
    assert tree.root().hex() == ROOTS[size]
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_proofs_are_those_of_the_reference() -> None:
    eight = leaves()
    path = [bytes.fromhex(text) for text in INCLUSION_1_OF_8]
    root = bytes.fromhex(ROOTS[8])
    assert root_by_inclusion(eight[0], 0, 8, path) == root

    def subtree(start: int, end: int) -> bytes:
        return naive_root(eight[start:end])

    assert inclusion_path(0, 8, subtree) == path
    steps = [bytes.fromhex(text) for text in CONSISTENCY_6_TO_8]
    assert consistency_path(6, 8, subtree) == steps
    assert extends(6, bytes.fromhex(ROOTS[6]), 8, root, steps)


@given(st.integers(0, 600))
def test_a_tree_in_a_stream_is_the_tree_of_the_definition(size: int) -> None:
    tree = Tree()
    for leaf in MANY[:size]:
        tree.append(leaf)
    assert tree.root() == naive_root(MANY[:size])
    assert not size or root_of(b"".join(MANY[:size])) == naive_root(MANY[:size])


@pytest.mark.parametrize("size", EDGES)
def test_tiles_at_their_borders(size: int) -> None:
    """C2SP tlog-tiles: tile n of level l is MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l]) for i from 0 to 255."""
    seen: dict[tuple[int, int], bytes] = {}
    tree = Tree(lambda level, index, hashes: seen.update({(level, index): hashes}))
    for leaf in MANY[:size]:
        tree.append(leaf)
    seen.update({(level, index): hashes for level, index, hashes in tree.unfinished()})
    wanted, hashes, level = {}, MANY[:size], 0
    while hashes:
        for at in range(0, len(hashes), 256):
            wanted[level, at // 256] = b"".join(hashes[at : at + 256])
        hashes = [naive_root(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
        level += 1
    assert seen == wanted
    assert tree.root() == naive_root(MANY[:size])


@given(SIZES, st.data())
def test_each_record_has_one_way_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, mth)
    root = mth(0, size)
    if size <= 1_100:
        assert path == naive_inclusion(index, MANY[:size])
    assert root_by_inclusion(MANY[index], index, size, path) == root
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index)) if size > 1 else size
    assert root_by_inclusion(MANY[index], other, size, path) != root
    assert root_by_inclusion(MANY[index], index, size, [*path, root]) != root
    for at in range(len(path)):
        assert root_by_inclusion(MANY[index], index, size, path[:at] + path[at + 1 :]) != root
        assert root_by_inclusion(MANY[index], index, size, [*path[:at], bytes(32), *path[at + 1 :]]) != root


@given(SIZES, st.data())
def test_a_tree_extends_each_of_its_beginnings_and_nothing_else(size: int, data: st.DataObject) -> None:
    old = data.draw(st.one_of(st.integers(1, size), st.sampled_from([edge for edge in EDGES if edge <= size])))
    path = consistency_path(old, size, mth)
    old_root, root = mth(0, old), mth(0, size)
    assert extends(old, old_root, size, root, path)
    assert not extends(old, bytes(32), size, root, path)
    assert not extends(old, old_root, size, bytes(32), path)
    assert not extends(old, old_root, size, root, [*path, root])
    assert old == size or not extends(size, root, old, old_root, path)
    for at in range(len(path)):
        assert not extends(old, old_root, size, root, path[:at] + path[at + 1 :])
        assert not extends(old, old_root, size, root, [*path[:at], bytes(32), *path[at + 1 :]])
