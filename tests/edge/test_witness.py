"""A witness answers as C2SP tlog-witness says, and never cosigns two histories of a log."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sqlite3
import tempfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import aiohttp
import pytest
from edge.anchor_stand import WitnessStand
from harness.patience import PATIENCE
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit import notes
from proxy.audit.checkpoints import Checkpoint, parse_checkpoint, with_cosignatures
from proxy.audit.signing import new_signing_key
from proxy.audit.tree import EMPTY_ROOT, TileReader, Tree
from proxy.audit.witnessing import request_of
from proxy.edge import witness
from proxy.edge.witness import Memory, cosigning_key
from proxy.errors import OwnFault

KEY = new_signing_key("fjord/egress")
OTHER = new_signing_key("fjord/egress")
SEEN_AT = 1_700_000_000


class History:
    """A log's entries, and what its key holder could show of them."""

    def __init__(self, entries: list[bytes]):
        self.entries, tree = entries, Tree()
        for entry in entries:
            tree.append(hashlib.sha256(entry).digest())
        tiles = {(name.level, name.number): row for name, row in (*tree.take_full(), *tree.partial())}
        self._reader = TileReader(tree.size, lambda name: tiles[name.level, name.number])

    def root(self, size: int) -> bytes:
        return self._reader.root(size)

    def proof(self, old: int, size: int) -> list[bytes]:
        return self._reader.consistency(old, size)

    def file(self, size: int, key=KEY) -> bytes:
        return Checkpoint("fjord/egress", size, self.root(size)).signed(key)

    def request(self, old: int, size: int, key=KEY) -> bytes:
        return request_of(old, self.proof(old, size) if old <= size else [], self.file(size, key))


LOG = History([b"%d" % i for i in range(600)])
FORK = History([b"%d" % i for i in range(40)] + [b"x%d" % i for i in range(560)])


class Client:
    def __init__(self, url: str):
        self.url, self.session = url, aiohttp.ClientSession()

    async def add(self, body: bytes) -> tuple[int, bytes, str]:
        async with self.session.post(f"{self.url}/add-checkpoint", data=body) as answer:
            return answer.status, await answer.read(), answer.content_type

    async def newest(self, origin: str) -> tuple[int, bytes]:
        place = hashlib.sha256(origin.encode()).hexdigest()
        async with self.session.get(f"{self.url}/{place}/checkpoint") as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def client(tmp_path):
    stand = WitnessStand(tmp_path, [KEY.checking.render()])
    async with stand.serving() as url:
        client = Client(url)
        client.key, client.witness = stand.key.checking, stand.witness
        yield client
        await client.session.close()


async def test_it_cosigns_a_log_that_grows(client):
    assert (await client.newest("fjord/egress"))[0] == 404
    old = 0
    for size in (0, 1, 7, 7, 256, 600):
        status, body, _ = await client.add(LOG.request(old, size))
        assert status == 200
        [line] = notes.parse_signatures(body)
        cosigned = with_cosignatures(LOG.file(size), (line,))
        assert client.key.cosigned(cosigned) == SEEN_AT
        assert await client.newest("fjord/egress") == (200, cosigned)
        old = size


async def test_another_old_size_is_a_conflict_that_tells_the_size(client):
    assert await client.add(LOG.request(5, 9)) == (409, b"0\n", "text/x.tlog.size")
    await client.add(LOG.request(0, 9))
    for old in (0, 5, 10):
        assert await client.add(LOG.request(old, 12)) == (409, b"9\n", "text/x.tlog.size")
    assert (await client.add(LOG.request(9, 12)))[0] == 200


async def test_another_history_is_unprocessable(client):
    await client.add(LOG.request(0, 100))
    assert (await client.add(FORK.request(100, 200)))[0] == 422
    assert (await client.add(FORK.request(100, 100)))[0] == 422
    assert (await client.add(LOG.request(100, 100)))[0] == 200
    assert (await client.add(LOG.request(100, 200)))[0] == 200


async def test_a_proof_that_is_not_needed_or_is_another_is_unprocessable(client):
    assert (await client.add(request_of(0, LOG.proof(3, 9), LOG.file(9))))[0] == 422
    await client.add(LOG.request(0, 9))
    assert (await client.add(request_of(9, LOG.proof(8, 12), LOG.file(12))))[0] == 422
    assert (await client.add(request_of(9, [], LOG.file(12))))[0] == 422
    assert (await client.add(request_of(9, LOG.proof(9, 12)[:1], LOG.file(9))))[0] == 422


async def test_an_empty_log_has_the_root_of_an_empty_tree(client):
    file = Checkpoint("fjord/egress", 0, bytes(32)).signed(KEY)
    assert (await client.add(request_of(0, [], file)))[0] == 422
    assert parse_checkpoint(LOG.file(0)).head == EMPTY_ROOT


async def test_an_unknown_log_is_not_found_and_an_unknown_key_forbidden(client):
    other = new_signing_key("fjord/other")
    unknown = Checkpoint("fjord/other", 1, LOG.root(1)).signed(other)
    assert (await client.add(request_of(0, [], unknown)))[0] == 404
    assert (await client.newest("fjord/other"))[0] == 404
    assert (await client.add(LOG.request(0, 5, OTHER)))[0] == 403


async def test_a_false_signature_under_a_trusted_key_is_forbidden_whatever_else_is_valid(client):
    note = notes.parse(LOG.file(5))
    [line] = note.signatures
    false = line._replace(content=line.content[:-1] + bytes([line.content[-1] ^ 1]))
    for signatures in ((false,), (line, false), (false, line)):
        assert (await client.add(request_of(0, [], replace(note, signatures=signatures).render())))[0] == 403
    [strange] = notes.parse(LOG.file(5, OTHER)).signatures
    status, _, _ = await client.add(request_of(0, [], replace(note, signatures=(strange, line)).render()))
    assert status == 200
    assert strange not in notes.parse((await client.newest("fjord/egress"))[1]).signatures


async def test_lines_that_a_checkpoint_has_more_are_signed_with_it(client):
    text = Checkpoint("fjord/egress", 5, LOG.root(5)).text() + "more of it\n"
    file = notes.signed(text, KEY.origin, KEY.checking.key_id + KEY.sign(text.encode()))
    status, body, _ = await client.add(request_of(0, [], file))
    [line] = notes.parse_signatures(body)
    assert (status, client.key.cosigned(with_cosignatures(file, (line,)))) == (200, SEEN_AT)
    assert (await client.add(LOG.request(5, 9)))[0] == 200


def changed(part: bytes, by: bytes) -> bytes:
    return LOG.request(3, 9).replace(part, by, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        LOG.request(0, 5)[:-1],
        changed(b"old 3", b"old 03"),
        changed(b"old 3", b"old -3"),
        changed(b"old 3", b"old +3"),
        changed(b"old 3", b"old 10"),
        changed(b"old 3", b"old 3 "),
        changed(b"old 3", b"Old 3"),
        changed(b"old 3", b"old 99999999999999999999"),
        changed(b"old 3\n", b"old 3\r\n"),
        changed(b"old 3\n", b"old 3\nAAAA\n"),
        changed(b"old 3\n", b"old 3\n*\n"),
        changed(b"old 3\n", b"old 3\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
        changed(b"\n9\n", b"\n09\n"),
        changed(b"\n9\n", b"\n" + b"9" * 20 + b"\n"),
        changed(b"fjord/egress\n9", b"9"),
    ],
)
async def test_what_is_no_request_is_refused(client, body):
    assert (await client.add(body))[0] == 400


async def test_a_body_that_is_too_large_is_refused_and_other_methods_and_places_too(client):
    assert (await client.add(b"a" * (witness.BODY_BYTES + 1)))[0] == 413
    async with client.session.get(f"{client.url}/add-checkpoint") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    async with client.session.get(f"{client.url}/") as answer:
        assert answer.status == 404


async def test_a_state_that_fails_cosigns_nothing(tmp_path, monkeypatch):
    stand = WitnessStand(tmp_path, [KEY.checking.render()])

    def fails(*_):
        raise sqlite3.OperationalError

    monkeypatch.setattr(stand.memory, "replace", fails)
    async with stand.serving() as url:
        client = Client(url)
        assert (await client.add(LOG.request(0, 5)))[:2] == (503, b"")
        await client.session.close()


async def test_more_requests_than_fit_are_asked_to_come_again(client, monkeypatch):
    monkeypatch.setattr(witness, "MAX_UNDER_WAY", 0)
    assert (await client.add(LOG.request(0, 5)))[0] == 503


async def test_those_who_send_slowly_keep_nobody_else_out(client, monkeypatch):
    """Half bodies, twice as many as requests that are worked on at once; each is ended, with an answer, in its time."""
    host, port = client.url.removeprefix("http://").split(":")
    slow = [await asyncio.open_connection(host, int(port)) for _ in range(2 * witness.MAX_UNDER_WAY)]
    for _, writer in slow:
        writer.write(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 900\r\n\r\nold ")
        await writer.drain()
    async with asyncio.timeout(PATIENCE):
        while client.witness._reading < len(slow):
            await asyncio.sleep(0.01)
    assert (await client.add(LOG.request(0, 5)))[0] == 200
    monkeypatch.setattr(witness, "MAX_READING", len(slow))
    assert (await client.add(LOG.request(5, 9)))[0] == 503
    for _, writer in slow:
        writer.close()
    async with asyncio.timeout(PATIENCE):
        while client.witness._reading:
            await asyncio.sleep(0.01)
    assert (await client.add(LOG.request(5, 9)))[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 900\r\n\r\n",
        b"Content-Length: 900\r\n\r\nold 0\n",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nold\r\n",
    ],
)
async def test_who_stops_in_the_middle_is_cut_off(client, monkeypatch, sent):
    monkeypatch.setattr(witness, "BODY_SECONDS", 0.05)
    host, port = client.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n" + sent)
    await writer.drain()
    async with asyncio.timeout(PATIENCE):
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
    writer.close()
    assert (await client.add(LOG.request(0, 5)))[0] == 200


# --- what it remembers ---------------------------------------------------------------------------


async def test_a_witness_remembers_over_a_restart(tmp_path):
    for old, size in ((0, 50), (50, 60)):
        stand = WitnessStand(tmp_path, [KEY.checking.render()])
        async with stand.serving() as url:
            client = Client(url)
            assert (await client.add(LOG.request(old, size)))[0] == 200
            await client.session.close()


def test_a_witness_without_its_memory_or_with_another_ones_does_not_start(tmp_path):
    first = cosigning_key(tmp_path / "a.key", "w/1")
    Memory.open(tmp_path / "a.db", first.checking, new=True).close()
    again = cosigning_key(tmp_path / "a.key", "w/1")
    assert (again.new, again.checking) == (False, first.checking)
    Memory.open(tmp_path / "a.db", again.checking, new=False).close()
    other = cosigning_key(tmp_path / "b.key", "w/1")
    for path, key, new, reason in (
        ("none.db", again, False, "witness_state_missing"),
        ("a.db", other, True, "witness_key_changed"),
        ("a.db", cosigning_key(tmp_path / "a.key", "w/2"), False, "witness_key_changed"),
    ):
        with pytest.raises(OwnFault) as refused:
            Memory.open(tmp_path / path, key.checking, new=new)
        assert refused.value.reason == reason
    (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
    with pytest.raises(OwnFault) as refused:
        Memory.open(tmp_path / "junk.db", again.checking, new=False)
    assert refused.value.reason == "witness_state_unreadable"


HISTORIES = [History([b"%d" % i for i in range(12)]),
             History([b"%d" % i for i in range(5)] + [b"y%d" % i for i in range(7)]),
             History([b"z%d" % i for i in range(12)])]  # fmt: skip
requests = st.tuples(st.sampled_from(range(3)), st.integers(0, 12), st.integers(0, 12))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(requests, min_size=1, max_size=12), min_size=1, max_size=4))
def test_no_two_histories_are_cosigned_whatever_comes_in_which_order(rounds):
    """Each round, requests come at once at two servers on one state; between rounds both are started anew."""
    cosigned: set[tuple[int, int]] = set()

    async def ask(client: Client, history: int, old: int, size: int) -> None:
        status, _, _ = await client.add(HISTORIES[history].request(old, size))
        assert status in (200, 400, 409, 422)
        if status == 200:
            cosigned.add((history, size))

    async def one_round(folder: Path, asked) -> None:
        stands = [WitnessStand(folder, [KEY.checking.render()]) for _ in range(2)]
        async with stands[0].serving() as one, stands[1].serving() as other:
            clients = [Client(one), Client(other)]
            await asyncio.gather(*(ask(clients[n % 2], *each) for n, each in enumerate(asked)))
            for client in clients:
                await client.session.close()

    with tempfile.TemporaryDirectory() as folder:
        for asked in rounds:
            asyncio.run(one_round(Path(folder), asked))
    for (one, size), (other, larger) in combinations(sorted(cosigned, key=lambda each: each[1]), 2):
        assert HISTORIES[one].root(size) == HISTORIES[other].root(min(size, larger))
