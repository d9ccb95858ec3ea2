"""A cosignature beside the log confirms it for whoever knows the witness, and for nobody else."""

from edge.anchor_stand import WitnessStand, configured, filled, public_key, target

from proxy.audit.signing import read_checking_key
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.reader import check
from proxy.edge.store.store import Store


async def test_a_cosigned_checkpoint_beside_the_log_counts_for_its_witness(tmp_path):
    await filled(tmp_path)
    stand = WitnessStand(tmp_path, [public_key(tmp_path)])
    async with stand.serving() as url:
        settings = configured(tmp_path, target(witness={"url": url, "key": stand.vkey}))
        place = anchors_of(settings, Store(None), lambda: None)[2]  # type: ignore[arg-type, return-value]
        await filled(tmp_path, anchors=[place])
    key = read_checking_key(public_key(tmp_path))
    report = check(tmp_path / "ledger", key, (), [stand.key.checking])
    assert (report.verdict, report.confirmed) == ("ok", {"witness.example/w1": report.records})
    assert check(tmp_path / "ledger", key).verdict == "unanchored"
