"""The index over ledgers: it answers what the segments do, and notices when it does not fit them any more."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import stat
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from audit.ledger_samples import AT, KEY, exchange, intent, outcome, refusal

from proxy.audit.about import carried
from proxy.audit.acts import Act, Acts, Operator, OperatorKind, act_event
from proxy.audit.checkpoints import Checkpoint
from proxy.audit.events import PersonFacts
from proxy.audit.log import GENESIS, lay, segment_name
from proxy.audit.ocsf import Event, Stamp, intent_event, lifecycle_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import Pseudonyms, grant_pseudonym, pseudonym
from proxy.audit.query import EVERYTHING, EventFilter, Grant, Subject
from proxy.edge.ledger.index import filling
from proxy.edge.ledger.index.index import LedgerIndex, opened
from proxy.edge.ledger.reader import LogIncomplete, all_records, records
from proxy.edge.ledger.tiles import GrowingTiles, TileFolder

SECRETS = {person: person.encode().ljust(32, b"k") for person in ("p-ann", "p-ben", "p-eve", "m-1", "m-2")}
ANN, BEN, EVE, M1, M2 = (Subject(secret, "fjord") for secret in SECRETS.values())
PEOPLE = {person: pseudonym("ptc", SECRETS[person], "2026", "fjord") for person in ("p-ann", "p-ben", "p-eve")}
GRANTS = {f"g-{one}": grant_pseudonym(SECRETS[one], "2026", "fjord", f"g-{one}") for one in PEOPLE}
salts = (bytes([n % 256, n // 256]) * 8 for n in itertools.count(1))


def at(minute: int) -> Stamp:
    return Stamp(KEY.origin, "fjord", "0.1.0", AT + timedelta(minutes=minute), f"evt-{minute}")


def made(count: int, client: str = "minutes-bot") -> list[Event]:
    """Exchanges of two people in two meetings by two routes; every fourth is refused."""
    events: list[Event] = []
    for n in range(count):
        person, meeting = ("p-ann", "p-ben")[n % 2], ("m-1", "m-2")[n // 2 % 2]
        names = Pseudonyms(PEOPLE, pseudonym("mtg", SECRETS[meeting], "2026", "fjord"), GRANTS)
        facts = exchange(f"ex-{client}-{n}", client=client, route=("summary", "notes")[n // 3 % 2])
        people = (PersonFacts(person, n % 3, n % 3 * 10, 1, {"granted": 1}, (f"g-{person}",)), PersonFacts(None, 1, 5))
        if n % 4 == 3:
            events.append(refusal_event(at(n), refusal(exchange=facts, people=people), names))
        else:
            sent = intent(f"ex-{client}-{n}")
            events.append(intent_event(at(n), type(sent)(facts, people, 2, sent.body_sha256), names, b"k" * 32))
            done = outcome(f"ex-{client}-{n}")
            events.append(outcome_event(at(n), type(done)(facts, done.delivered, 200, 1, 1, 1), names))
    return events


def acted(account: str = "root", person: str = "p-eve") -> list[Event]:
    """Two acts: by an account after sudo, about a person, and by a person about themselves."""
    by = (Operator(OperatorKind.ACCOUNT, account, "alice"), person), (Operator(OperatorKind.PERSON, "p-ben"), "p-ben")
    acts = [Act(f"act-{who.name}", AT, Acts.CONSENT_RECORDED, who, (about,)) for who, about in by]
    return [act_event(at(1), act, Pseudonyms(PEOPLE), b"k" * 32, AT) for act in acts]


def repeated(name: str, *sources: str, fetches: str | None = None, minute: int = 90) -> list[Event]:
    """An exchange without words of anybody that repeats the replies to others, or fetches the reply to one."""
    sent = intent(name, derived_from=sources)
    facts = replace(sent.exchange, first_exchange=fetches)
    names = Pseudonyms(PEOPLE, pseudonym("mtg", SECRETS["m-1"], "2026", "fjord"), GRANTS)
    begun = intent_event(at(minute), replace(sent, exchange=facts, people=()), names, b"k" * 32)
    return [begun, outcome_event(at(minute), replace(outcome(name), exchange=facts), names)]


def chain(round_: int = 0, client: str = "minutes-bot") -> list[Event]:
    """What repeats replies that rest on Ann's words, on Ben's, on both over some steps, and by way of a job."""
    own = f"ex-{client}-2", f"ex-{client}-1"
    names = [f"rep-{round_}-{n}" for n in range(7)]
    return [
        *repeated(names[0], own[0]),
        *repeated(names[1], own[1]),
        *repeated(names[2], names[0], names[1]),
        *repeated(names[3], names[2], minute=1),
        *repeated(names[4], fetches=own[0]),
        *repeated(names[5], fetches=own[0]),
        *repeated(names[6], names[5]),
    ]


class Log:
    """A log that a test writes to, in segments of seven records, of which pairs are signed together (in version 2)."""

    def __init__(self, folder: Path, version: int = 2):
        self.folder, self.version, self.commitments, self.link = folder, version, list[bytes](), GENESIS
        (folder / "segments").mkdir(parents=True)
        self.state()

    @property
    def size(self) -> int:
        return len(self.commitments)

    def state(self) -> None:
        tiles = GrowingTiles.of(TileFolder(self.folder / "tile"), self.commitments)
        tiles.write()
        self.say(self.size, tiles.root() if self.version > 1 else self.link)

    def say(self, size: int, head: bytes) -> None:
        (self.folder / "checkpoint").write_bytes(Checkpoint(KEY.origin, size, head).signed(KEY))

    def add(self, events: list[Event]) -> None:
        for event in events:
            line = replace(lay(event, self.size, self.link, next(salts)), version=self.version)
            if self.version == 1 or event is events[-1] or self.size % 7 in (1, 3, 5, 6):
                line = line.signed(KEY)
            with self.segment(self.size).open("ab") as file:
                file.write(line.render())
            self.commitments.append(line.commitment)
            self.link = line.link(KEY.origin)
        self.state()

    def segment(self, sequence: int) -> Path:
        return self.folder / "segments" / segment_name(sequence // 7 * 7)


@pytest.fixture(params=[1, 2])
def log(tmp_path: Path, request: pytest.FixtureRequest) -> Log:
    return Log(tmp_path / "ledger", request.param)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction of the tests holds less than a segment, or just one."""
    monkeypatch.setattr(filling, "BATCH", 7)


FILTERS = [
    EventFilter(),
    EventFilter(event="intent"),
    EventFilter(event="egress.refused", disposition="BLOCKED"),
    EventFilter(client="minutes-bot", route="notes"),
    EventFilter(client="nobody"),
    EventFilter(since=AT + timedelta(minutes=3), until=AT + timedelta(minutes=9)),
    EventFilter(participant=(ANN,)),
    EventFilter(participant=(ANN, BEN), event="intent", purpose="summary", recipient="acme-llm"),
    EventFilter(participant=(EVE,)),
    EventFilter(participant=()),
    EventFilter(meeting=(M1,)),
    EventFilter(meeting=(M1, M2), grant=Grant("g-p-ben", (BEN,))),
    EventFilter(grant=Grant(GRANTS["g-p-ann"])),
    EventFilter(grant=Grant("g-p-ben", (ANN,))),
    EventFilter(grant=Grant("g-nobody")),
    EventFilter(operator="root"),
    EventFilter(operator="alice", participant=(EVE,)),
    EventFilter(operator="nobody"),
    EventFilter(event="consent.recorded"),
    EventFilter(event="recorded"),
    EventFilter(exchange="ex-minutes-bot-4"),
]


def sequences(index: LedgerIndex, wanted: EventFilter = EVERYTHING) -> list[int]:
    return [record.sequence for record in index.events(wanted)]


@pytest.mark.usefixtures("no_tables")
def test_it_answers_what_the_segments_do_while_the_log_grows(log: Log, store_url: str):
    for turn in range(3):
        log.add([*made(12), *acted(), *chain(turn)])
        with opened(store_url, [log.folder]) as index:
            for wanted in FILTERS:
                expected = [record.sequence for record in records(log.folder, wanted)]
                assert sequences(index, wanted) == expected, wanted
                newest = [record.sequence for record in index.newest(wanted, 3)]
                assert newest == expected[-3:], wanted
            everything = [(record.sequence, record.event) for record in records(log.folder)]
            for subjects in ([ANN], [BEN], [ANN, BEN], [EVE]):
                assert index.carried(subjects) == carried(everything, subjects)
                for wanted in FILTERS:
                    assert index.carried(subjects, wanted) == carried(everything, subjects, wanted), wanted
            names = [each.exchange for each in index.carried([ANN]) if each.rests_on]
            assert sorted(names) == [f"rep-{n}-{each}" for n in range(turn + 1) for each in (0, 2, 3, 6)]
            assert index.values()["route"] == {"summary", "notes"}
            assert index.values()["recipient"] == {"acme-llm"}
            assert index.values()["operator"] == {"root", "alice"}
            assert index.has_grant(Grant("g-p-ann", (ANN,)))
            assert not index.has_grant(Grant("g-nobody", (ANN,)))


def test_what_is_carried_is_narrowed_by_the_request_alone(log: Log, tmp_path: Path):
    """The outcomes belong to the list, though they hold no person, and may lie outside of the time."""
    log.add(made(12))
    with opened(None, [log.folder]) as index:
        all_of_ann = index.carried([ANN])
        found = index.carried([ANN], EventFilter(meeting=(M1,), until=AT + timedelta(minutes=5)))
    assert [each.exchange for each in found] == ["ex-minutes-bot-4"]
    assert found[0] in all_of_ann
    assert found[0].delivered == "full"


KATHMANDU = timezone(timedelta(hours=5, minutes=45))
VALUES: dict[str, list[object]] = {
    "since": [AT + timedelta(minutes=3), (AT + timedelta(minutes=3, milliseconds=1)).astimezone(KATHMANDU)],
    "until": [AT + timedelta(minutes=9), (AT + timedelta(minutes=9, microseconds=1)).astimezone(KATHMANDU)],
    "client": ["minutes-bot", "other-bot"],
    "route": ["summary", "notes"],
    "purpose": ["summary", "qa"],
    "recipient": ["acme-llm"],
    "event": ["intent", "egress.refused", "consent.recorded"],
    "disposition": ["blocked", "corrected", "allowed"],
    "operator": ["root", "alice"],
    "grant": [Grant("g-p-ann", (ANN,)), Grant("g-p-ben", (BEN,)), Grant("g-none")],
    "meeting": [(M1,), (M2,), (M1, M2)],
    "participant": [(ANN,), (BEN,), (ANN, BEN), (EVE,)],
}


def test_any_filters_together_find_what_fits_all_of_them(tmp_path: Path):
    log = Log(tmp_path / "ledger")
    log.add([*made(12), *acted(), *made(8, client="other-bot"), *chain()])
    chance, found = random.Random(12), 0
    everything = [(record.sequence, record.event) for record in records(log.folder)]
    with opened(None, [log.folder]) as index:
        for _ in range(400):
            names = chance.sample(sorted(VALUES), chance.randint(2, 4))
            wanted = EventFilter(**{name: chance.choice(VALUES[name]) for name in names})
            expected = [sequence for sequence, event in everything if wanted.fits(event)]
            assert sequences(index, wanted) == expected, wanted
            assert index.carried([BEN], wanted) == carried(everything, [BEN], wanted), wanted
            found += len(expected)
    assert found > 400


def test_what_repeats_a_reply_is_found_in_the_ledger_of_another_proxy(log: Log, tmp_path: Path):
    """Proxies with one store give back, and take again, what any of them gave back, whichever clock is ahead."""
    other = Log(tmp_path / "other")
    log.add([*repeated("rep-2", "rep-1", minute=0), *made(3)])
    other.add([*repeated("rep-3", "rep-2", minute=1), *repeated("rep-1", "ex-minutes-bot-2", minute=2)])
    with opened(None, [log.folder, other.folder]) as index:
        found = {each.exchange: each.rests_on for each in index.carried([ANN])}
    assert found == {
        "ex-minutes-bot-2": (),
        "rep-1": ("ex-minutes-bot-2",),
        "rep-2": ("rep-1",),
        "rep-3": ("rep-2",),
    }
    with opened(None, [log.folder]) as index:
        assert [each.exchange for each in index.carried([ANN])] == ["ex-minutes-bot-2"]


def test_a_line_that_is_being_written_is_read_when_it_is_whole(log: Log, tmp_path: Path):
    log.add(made(2))
    path = log.segment(log.size)
    whole = path.read_bytes()
    log.add(made(1))
    longer = path.read_bytes()
    path.write_bytes(longer[: len(whole) + 40])
    log.say(0, GENESIS)
    with opened(None, [log.folder]) as index:
        assert sequences(index) == [0, 1, 2, 3]
    with path.open("ab") as file:
        file.write(longer[len(whole) + 40 :])
    with opened(None, [log.folder]) as index:
        assert sequences(index)[4] == 4


def test_a_recovered_log_is_read_again_from_where_it_was_cut(log: Log, tmp_path: Path):
    log.add(made(10))
    with opened(None, [log.folder]) as index:
        before = sequences(index)
    kept = log.segment(log.size - 1).read_bytes().splitlines(keepends=True)
    last = filling.parse(kept[-3][:-1])
    log.segment(log.size - 1).write_bytes(b"".join(kept[:-2]))
    log.commitments, log.link = log.commitments[:-2], last.link(KEY.origin)
    log.state()
    with opened(None, [log.folder]) as index:
        assert sequences(index) == before[:-2]
    log.add(made(3, client="other-bot"))
    with opened(None, [log.folder]) as index:
        assert sequences(index) == list(range(log.size))
        assert len(sequences(index, EventFilter(client="other-bot"))) == 6


def test_another_log_in_the_directory_is_not_taken_for_the_one_before(log: Log, tmp_path: Path):
    log.add(made(10))
    with opened(None, [log.folder]) as index:
        assert len(sequences(index)) == log.size
    shutil.rmtree(log.folder)
    other = Log(log.folder)
    other.add(made(2, client="other-bot"))
    with opened(None, [log.folder]) as index:
        assert len(sequences(index)) == 4
        assert sequences(index, EventFilter(client="minutes-bot")) == []


def test_a_pruned_log_says_so_or_is_not_whole(log: Log, tmp_path: Path):
    log.add(made(12))
    with opened(None, [log.folder]) as index:
        assert sequences(index)[0] == 0
    log.segment(0).unlink()
    with pytest.raises(LogIncomplete, match="before 7"), opened(None, [log.folder]):
        pass
    with pytest.raises(LogIncomplete, match="before 7"), opened(f"sqlite:///{tmp_path / 'new.db'}", [log.folder]):
        pass
    log.add([lifecycle_event(at(99), filling.PRUNED, {"before_sequence": 7})])
    for url in (None, f"sqlite:///{tmp_path / 'new.db'}"):
        with opened(url, [log.folder]) as index:
            assert sequences(index) == list(range(7, log.size))
            assert index.carried([ANN]) == carried(
                ((record.sequence, record.event) for record in records(log.folder)), [ANN]
            )


def test_what_was_pruned_is_in_no_index_any_more(log: Log, tmp_path: Path):
    """The last pseudonym of somebody goes with the last record of them."""
    names = Pseudonyms(PEOPLE, None, {"g-eve": "grt:2026:" + "e" * 32})
    eve = (PersonFacts("p-eve", 1, 5, 0, {"granted": 1}, ("g-eve",)),)
    log.add([refusal_event(at(0), refusal(exchange=exchange("ex-0"), people=eve), names), *acted("eves-host")])
    log.add(made(12))
    with opened(None, [log.folder]):
        pass
    assert PEOPLE["p-eve"].encode() in content(tmp_path)
    log.segment(0).unlink()
    log.add([lifecycle_event(at(99), filling.PRUNED, {"before_sequence": 7})])
    with opened(None, [log.folder]) as index:
        assert not index.has_grant(Grant("grt:2026:" + "e" * 32))
        assert index.values()["operator"] == frozenset()
    for gone in (PEOPLE["p-eve"], "e" * 32, "eves-host"):
        assert gone.encode() not in content(tmp_path)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("ledger-index.db*"))


@pytest.mark.parametrize("place", [0, 8, -1])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_record_that_was_changed_is_noticed(log: Log, tmp_path: Path, place: int, fresh: bool):
    """Also where the index read it before it was changed."""
    log.add(made(10))
    if not fresh:
        with opened(None, [log.folder]):
            pass
    sequence = place % log.size
    path = log.segment(sequence)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[sequence % 7] = lines[sequence % 7].replace(b'"egress.', b'"egresz.', 1)
    path.write_bytes(b"".join(lines))
    os.utime(path, ns=(0, 1))
    with pytest.raises(LogIncomplete), opened(None, [log.folder]):
        pass


def test_records_that_are_cut_off_are_noticed_by_the_checkpoint(log: Log, tmp_path: Path):
    log.add(made(10))
    with opened(None, [log.folder]):
        pass
    log.segment(log.size - 1).unlink()
    with pytest.raises(LogIncomplete, match="newest records are missing"), opened(None, [log.folder]):
        pass


def test_a_checkpoint_of_other_records_is_noticed(log: Log, tmp_path: Path):
    """Whether it states all records, or fewer than the index read: one may be written while questions are asked."""
    heads = []
    for _ in range(3):
        log.add(made(5))
        tree = GrowingTiles.of(TileFolder(log.folder / "tile"), log.commitments)
        heads.append((log.size, tree.root() if log.version > 1 else log.link))
    with opened(None, [log.folder]) as index:
        assert len(sequences(index)) == log.size
    for size, head in heads:
        log.say(size, head)
        with opened(None, [log.folder]) as index:
            assert len(sequences(index)) == log.size
        log.say(size, bytes(31) + b"1")
        for url in (None, f"sqlite:///{tmp_path / 'new.db'}"):
            with pytest.raises(LogIncomplete, match="not those that the checkpoint states"), opened(url, [log.folder]):
                pass


def test_lines_that_nobody_signed_yet_are_no_records_yet(tmp_path: Path):
    """A power loss leaves them, and recovery cuts them off; whether they can be read does not matter."""
    log = Log(tmp_path / "ledger")
    log.add(made(3))
    size, path = log.size, log.segment(log.size)
    before = path.read_bytes()
    log.add([made(1)[0]])
    line = filling.parse(path.read_bytes()[len(before) : -1])
    unsigned = replace(line, signature=b"").render()
    tiles = GrowingTiles.of(TileFolder(log.folder / "tile"), log.commitments[:size])
    log.say(size, tiles.root())
    for tail in (unsigned, b"?\n" + unsigned, unsigned + b"?\n"):
        path.write_bytes(before + tail)
        with opened(None, [log.folder]) as index:
            assert sequences(index) == list(range(size))
        assert [record.sequence for record in all_records(log.folder)] == list(range(size))
    path.write_bytes(before + b"?\n" + line.render())
    with pytest.raises(LogIncomplete), opened(None, [log.folder]):
        pass
    path.write_bytes(before + line.render())
    with opened(None, [log.folder]) as index:
        assert sequences(index) == list(range(size + 1))


def test_a_pruned_log_needs_the_commitments_of_what_was_pruned(log: Log, tmp_path: Path):
    log.add(made(12))
    log.segment(0).unlink()
    log.add([lifecycle_event(at(99), filling.PRUNED, {"before_sequence": 7})])
    with opened(None, [log.folder]) as index:
        assert sequences(index)[0] == 7
    shutil.rmtree(log.folder / "tile")
    with opened(None, [log.folder]) as index:
        assert sequences(index)[0] == 7
    with pytest.raises(LogIncomplete), opened(f"sqlite:///{tmp_path / 'new.db'}", [log.folder]):
        pass


def test_several_logs_are_read_as_one_by_their_time(log: Log, tmp_path: Path):
    other = Log(tmp_path / "other")
    log.add(made(9))
    other.add(made(9, client="other-bot"))
    with opened(None, [log.folder, other.folder]) as index:
        times = [record.event["time"] for record in index.events()]
        assert times == sorted(times)
        assert len(times) == log.size + other.size
        assert len(index.newest(EventFilter(), 5)) == 5
        assert len(index.carried([BEN])) == 2 * len(
            carried(((r.sequence, r.event) for r in records(log.folder)), [BEN])
        )
        assert index.count() == log.size + other.size
    with opened(f"sqlite:///{tmp_path / 'ledger-index.db'}", [other.folder]) as index:
        assert {record.event["actor"]["app_uid"] for record in index.events()} == {"client:other-bot"}


def test_it_is_for_its_owner_alone_and_holds_no_event(log: Log, tmp_path: Path):
    log.add(made(10))
    with opened(None, [log.folder]):
        pass
    (path,) = tmp_path.glob("ledger-index.db")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"llm.example" not in content(tmp_path)
    assert b'"metadata"' not in content(tmp_path)


def test_made_anew_it_is_the_same(log: Log, tmp_path: Path):
    log.add(made(10))
    with opened(None, [log.folder]) as index:
        before = [record.sequence for record in index.events(EventFilter(participant=(ANN,)))]
        index.rebuild()
        index.catch_up()
        assert sequences(index, EventFilter(participant=(ANN,))) == before


def test_where_none_can_be_kept_a_temporary_one_answers(log: Log, tmp_path: Path):
    log.add(made(4))
    (tmp_path / "ledger-index.db").mkdir()
    told: list[str] = []
    with opened(None, [log.folder], unkept=lambda fault: told.append(fault.reason)) as index:
        assert len(sequences(index)) == log.size
    assert told == ["ledger_index_unavailable"]
