"""An implementation of C2SP tlog-tiles that is not ours accepts the logs that are accepted here, and no others."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from meeting_proxy_verify.log import check_log
from meeting_proxy_verify.merkle import consistency_path, extends, inclusion_path, root_by_inclusion
from meeting_proxy_verify.notes import read_checkpoint, read_key
from meeting_proxy_verify.proof import read_proof
from meeting_proxy_verify.tiles import Tiles
from outsider_logs import MadeLog, Signer
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import PlainEd25519Signer, Vkey, VkeySet
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, InclusionProof, InclusionProofInvalid

WITNESS = Signer("witness.example/w1", 99, kind=4)


REFUSALS = (RuntimeError, ValueError, LookupError, AssertionError, InvalidSignature, InclusionProofInvalid)


def refused(directory: Path, vkey: str) -> bool:
    """Whether the other implementation finds that tiles, bundles and checkpoint do not belong together."""
    reader = TilesReader(LocalBackend(directory))
    try:
        checkpoint = reader.get_checkpoint()
        checkpoint.verify(Vkey.from_string(vkey))
        for number in range(checkpoint.size):
            leaf = leaf_hash(reader.get_entry(number))
            reader.get_inclusion_proof(number, checkpoint.size).check(leaf, checkpoint.root_hash)
    except REFUSALS:
        return True
    return reader.calculate_root_hash() != checkpoint.root_hash


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_the_other_accepts_what_is_accepted_here(tmp_path: Path, size: int) -> None:
    log = MadeLog().group(size)
    directory = log.write(tmp_path / "log")
    (directory / "checkpoint").write_bytes(WITNESS.cosigned(log.checkpoint(), 1_790_000_000))
    assert check_log(directory, [read_key(log.vkey)], (), [read_key(WITNESS.vkey)]).exit_code == 0
    assert not refused(directory, log.vkey)
    reader = TilesReader(LocalBackend(directory))
    checkpoint = reader.get_checkpoint()
    keys = VkeySet(Vkey.from_string(log.vkey), Vkey.from_string(WITNESS.vkey))
    assert len(keys.verify(checkpoint.signatures, checkpoint)) == 2


@pytest.mark.parametrize("size", [3, 256, 300])
def test_proofs_are_the_same(tmp_path: Path, size: int) -> None:
    log = MadeLog().group(size)
    directory = log.write(tmp_path / "log")
    reader = TilesReader(LocalBackend(directory))
    reader.set_size(size)
    tiles = Tiles(directory)
    root = read_checkpoint(log.checkpoint()).head
    for number in range(0, size, 7):
        proof = read_proof(log.proof(number))
        theirs = reader.get_inclusion_proof(number, size).node_hashes
        assert list(proof.path) == theirs == inclusion_path(number, size, tiles.subtree)
        assert root_by_inclusion(log.records[number].leaf, number, size, theirs) == root
        InclusionProof(number, size, list(proof.path)).check(log.records[number].leaf, root)
    for old in range(1, size + 1, 5):
        proof = reader.get_consistency_proof(old, size)
        assert proof.node_hashes == consistency_path(old, size, tiles.subtree)
        old_root = tiles.subtree(0, old)
        proof.check(old_root, root)
        assert extends(old, old_root, size, root, proof.node_hashes)


def test_both_refuse_changed_trees(tmp_path: Path) -> None:
    log = MadeLog().group(300)
    directory = log.write(tmp_path / "log")
    random = Random(1)
    for path in sorted(path for path in directory.rglob("*") if path.is_file() and path.name != "public.key"):
        if path.suffix == ".jsonl":
            continue
        data = path.read_bytes()
        changed = bytearray(data)
        changed[random.randrange(len(data) - 1)] ^= 1
        path.write_bytes(changed)
        assert check_log(directory, [read_key(log.vkey)]).exit_code == 1, path
        assert refused(directory, log.vkey), path
        path.write_bytes(data)


def test_a_checkpoint_that_the_other_signed_is_read_here() -> None:
    signer = PlainEd25519Signer("fjord/egress", bytes(range(32)))
    text = Checkpoint.make_signed("fjord/egress", 7, bytes(32), [signer]).serialize()
    checkpoint = read_checkpoint(text.encode())
    key = read_key(signer.vkey.serialize())
    assert (checkpoint.size, checkpoint.note.signed_by([key])) == (7, key)
