"""The ledger over files: what is recorded, when a permit is given, what callers see."""

import asyncio
import hashlib
import stat
import threading
from dataclasses import replace

import pytest
from audit.ledger_samples import exchange, intent, outcome, refusal
from edge.ledger_stand import FaultyDisk, checked, codes, events, opened, segments

from proxy.audit.events import DeliveryProgress, PersonFacts
from proxy.audit.pseudonyms import belongs_to, epoch_in, grant_pseudonym
from proxy.errors import OwnFault

BODY = b'{"model":"sum-large"}'


async def test_an_exchange_leaves_intent_and_outcome_and_verifies(tmp_path):
    ledger = await opened(tmp_path)
    permit = await ledger.begin(intent(body=BODY))
    on_disk = codes(tmp_path)
    permit.redeem(BODY)
    await ledger.finish(outcome())
    await ledger.close()

    assert on_disk == ["ledger.opened", "egress.intent"]
    assert codes(tmp_path) == ["ledger.opened", "egress.intent", "egress.outcome", "ledger.closed"]
    report = checked(tmp_path)
    assert (report.problems, report.records, report.checkpoint, report.unanswered) == ([], 4, 4, [])


async def test_the_intent_is_synced_before_the_permit_is_given(tmp_path):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    before = disk.syncs
    await ledger.begin(intent())

    assert disk.syncs == before + 1
    await ledger.close()


async def test_a_permit_sends_one_body_once_and_not_for_ever(tmp_path):
    now = [0.0]
    ledger = await opened(tmp_path, monotonic=lambda: now[0])

    with pytest.raises(OwnFault, match="permit_mismatch"):
        (await ledger.begin(intent("ex-1", BODY))).redeem(BODY + b" ")
    permit = await ledger.begin(intent("ex-2", BODY))
    permit.redeem(BODY)
    with pytest.raises(OwnFault, match="permit_used"):
        permit.redeem(BODY)
    permit = await ledger.begin(intent("ex-3", BODY))
    now[0] = 30.0
    with pytest.raises(OwnFault, match="permit_expired"):
        permit.redeem(BODY)
    await ledger.close()


async def test_refusals_are_recorded(tmp_path):
    ledger = await opened(tmp_path)
    await ledger.refuse(refusal())
    await ledger.close()

    event = events(tmp_path)[1]
    assert (event["metadata"]["event_code"], event["status_code"]) == ("egress.refused", "consent_denied")


async def test_consent_records_stand_there_under_the_key_of_whoever_gave_them(tmp_path):
    """Also behind words of a room, and of nobody: once the key is gone, nothing leads to the record."""
    register = {person: hashlib.sha256(person.encode()).digest() for person in ("p-ann", "p-ben", "r-oslo")}

    async def keys(subjects):
        return {subject: register.get(subject, b"m" * 32) for subject in subjects}

    given = {"g-ann": "p-ann", "g-ben": "p-ben"}
    people = (PersonFacts("r-oslo", 1, 10, grants=tuple(given), given_by=given),
              PersonFacts(None, 1, 10, grants=("g-ben",), given_by=given))  # fmt: skip
    ledger = await opened(tmp_path, register=keys)
    await ledger.begin(replace(intent(body=BODY), people=people))
    await ledger.close()

    (event,) = [e for e in events(tmp_path) if e["metadata"]["event_code"] == "egress.intent"]
    room, nobody = (each["data"]["grants"] for each in event["resources"])
    epoch = epoch_in(room[0])
    expected = {
        record: grant_pseudonym(register[person], epoch, event["metadata"]["tenant_uid"], record)
        for record, person in given.items()
    }
    assert room == sorted(expected.values())
    assert nobody == [expected["g-ben"]]


async def test_people_and_meetings_stand_there_by_pseudonym_alone(tmp_path):
    """Canaries: no participant's id, no meeting's id in any byte of the directory; each key finds its person again."""
    register = {}

    async def keys(subjects):
        for subject in subjects:
            register.setdefault(subject, hashlib.sha256(subject.encode()).digest())
        return register

    ledger = await opened(tmp_path, register=keys)
    await ledger.begin(intent(body=BODY))
    await ledger.finish(outcome())
    await ledger.refuse(refusal("ex-2"))
    await ledger.close()

    every_byte = b"".join(path.read_bytes() for path in (tmp_path / "ledger").rglob("*") if path.is_file())
    for canary in (b"p-ann", b"p-ben", b"standup", BODY, hashlib.sha256(BODY).hexdigest().encode()):
        assert canary not in every_byte
    recorded = events(tmp_path)
    assert belongs_to(recorded[1]["resources"][0]["uid"], register["p-ann"], "fjord")
    assert recorded[1]["resources"][0]["uid"] == recorded[3]["resources"][0]["uid"]
    meeting = recorded[1]["message_context"]["uid"]
    assert belongs_to(meeting, register["meeting:standup@fjord"], "fjord")
    assert [e["message_context"]["uid"] for e in recorded[1:4]] == [meeting] * 3


async def test_without_the_register_nothing_leaves_and_refusals_are_recorded_all_the_same(tmp_path):
    async def broken(subjects):
        raise OwnFault("store_unavailable", "the database is away")

    ledger = await opened(tmp_path, register=broken)
    with pytest.raises(OwnFault, match="store_unavailable"):
        await ledger.begin(intent())
    await ledger.refuse(refusal(reason="store_unavailable", fault="OwnFault", status=503))
    await ledger.close()

    assert codes(tmp_path) == ["ledger.opened", "egress.refused", "ledger.closed"]
    assert b"p-ann" not in segments(tmp_path)[0].read_bytes()


async def test_many_at_once_share_a_sync(tmp_path):
    disk = FaultyDisk()
    disk.hang = threading.Event()
    disk.hang.set()
    ledger = await opened(tmp_path, disk=disk)
    before = disk.syncs
    disk.hang.clear()
    waiting = [asyncio.ensure_future(ledger.begin(intent(f"ex-{i}"))) for i in range(100)]
    await asyncio.sleep(0.05)
    disk.hang.set()
    await asyncio.gather(*waiting)

    assert disk.syncs - before <= 3
    await ledger.close()
    assert checked(tmp_path).codes["egress.intent"] == 100


async def test_attempts_of_one_exchange_are_told_apart(tmp_path):
    ledger = await opened(tmp_path)
    for attempt in (1, 2):
        await ledger.begin(intent(attempt=attempt))
        await ledger.finish(outcome(delivered=DeliveryProgress.NONE, status=None, reason="upstream_reset"))
    await ledger.close()

    recorded = [(e["metadata"]["event_code"], e["unmapped"]["ledger"].get("attempt")) for e in events(tmp_path)[1:-1]]
    assert recorded == [("egress.intent", 1), ("egress.outcome", 1), ("egress.intent", 2), ("egress.outcome", 2)]


async def test_segments_rotate_and_verify(tmp_path):
    ledger = await opened(tmp_path, segment_bytes=6000)
    for i in range(20):
        await ledger.begin(intent(f"ex-{i}"))
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()

    assert len(segments(tmp_path)) > 3
    report = checked(tmp_path)
    assert (report.problems, report.unanswered) == ([], [])
    assert report.codes["ledger.rotated"] == len(segments(tmp_path)) - 1


async def test_refusals_of_unknown_callers_are_counted_not_piled_up(tmp_path):
    ledger = await opened(tmp_path, noise_seconds=0.05)
    unknown = exchange("ex-9", client=None, meeting=None)
    for _ in range(1000):
        await ledger.refuse(
            refusal(exchange=unknown, status=401, reason="unauthenticated", fault="ClientFault", people=())
        )
    await ledger.refuse(refusal(exchange=unknown, status=404, reason="unknown_route", fault="ClientFault", people=()))
    while codes(tmp_path).count("egress.refused") < 3:
        await asyncio.sleep(0.01)
    await ledger.close()

    told = [(e["status_code"], e["unmapped"]["ledger"]["count"]) for e in events(tmp_path) if "status_code" in e]
    assert sorted(told) == [("unauthenticated", 1), ("unauthenticated", 999), ("unknown_route", 1)]


async def test_what_was_counted_is_recorded_at_the_end(tmp_path):
    ledger = await opened(tmp_path)
    for _ in range(5):
        await ledger.refuse(refusal(exchange=exchange(client=None), people=()))
    await ledger.close()

    assert [e["unmapped"]["ledger"]["count"] for e in events(tmp_path)[1:-1]] == [1, 4]


@pytest.mark.parametrize("call", ["finish", "refuse"])
async def test_a_cancelled_caller_loses_no_record(tmp_path, call):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    await ledger.begin(intent())
    disk.hang = threading.Event()
    work = ledger.finish(outcome()) if call == "finish" else ledger.refuse(refusal())
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    disk.hang.set()
    await ledger.close()

    assert codes(tmp_path)[2] == ("egress.outcome" if call == "finish" else "egress.refused")


@pytest.mark.parametrize("ticks", [0, 1, 3, 20])
async def test_an_intent_whose_caller_went_away_is_closed_as_never_sent(tmp_path, ticks):
    """Whenever the cancellation comes: no intent stays open, and none is closed that has its permit."""
    ledger = await opened(tmp_path)
    for i in range(10):
        task = asyncio.ensure_future(ledger.begin(intent(f"ex-{i}")))
        for _ in range(ticks):
            await asyncio.sleep(0.0001 * i)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            continue
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()
    again = await opened(tmp_path)
    await again.close()

    report = checked(tmp_path)
    assert (report.problems, report.unanswered) == ([], [])
    assert report.codes["egress.intent"] == report.codes["egress.outcome"]
    assert report.codes["ledger.recovered"] == 0


async def test_one_writer_a_directory(tmp_path, monkeypatch):
    monkeypatch.setattr("proxy.edge.ledger.lock.LOCK_SECONDS", 0.05)
    ledger = await opened(tmp_path)
    with pytest.raises(OwnFault, match="ledger_locked"):
        await opened(tmp_path)
    await ledger.close()

    await (await opened(tmp_path)).close()


async def test_the_signing_key_is_for_its_owner_alone(tmp_path):
    await (await opened(tmp_path)).close()

    assert stat.S_IMODE((tmp_path / "keys" / "ledger.key").stat().st_mode) == 0o600
    assert (tmp_path / "keys" / "ledger.key").read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")


async def test_a_log_is_not_continued_under_another_key(tmp_path):
    await (await opened(tmp_path)).close()
    key = tmp_path / "keys" / "ledger.key"
    pem = key.read_bytes()
    key.unlink()
    with pytest.raises(OwnFault, match="ledger_key_missing"):
        await opened(tmp_path)
    key.write_bytes(b"no key")
    with pytest.raises(OwnFault, match="ledger_key_unreadable"):
        await opened(tmp_path)
    key.write_bytes(pem)
    with pytest.raises(OwnFault, match="ledger_key_changed"):
        await opened(tmp_path, name="other")

    await (await opened(tmp_path)).close()


async def test_nothing_is_taken_after_the_end(tmp_path):
    ledger = await opened(tmp_path)
    await ledger.ping()
    await ledger.close()
    await ledger.close()
    for call in (ledger.begin(intent()), ledger.finish(outcome()), ledger.refuse(refusal()), ledger.ping()):
        with pytest.raises(OwnFault, match="ledger_unavailable"):
            await call
