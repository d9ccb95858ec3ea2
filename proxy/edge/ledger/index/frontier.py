"""A Merkle tree as the index keeps it: its rightmost tiles, each as the number of its hashes (one byte) and these."""

from __future__ import annotations

from proxy.audit.tree import HASH_BYTES, Tree, hashes_in


def packed(tree: Tree) -> bytes:
    """The bytes that are kept; a few KiB at most."""
    return b"".join(bytes([len(row)]) + b"".join(row) for row in tree.levels)


def unpacked(size: int, content: bytes) -> Tree:
    """The tree over `size` records."""
    tree, at = Tree(size), 0
    while at < len(content):
        end = at + 1 + content[at] * HASH_BYTES
        tree.levels.append(hashes_in(content[at + 1 : end]))
        at = end
    return tree
