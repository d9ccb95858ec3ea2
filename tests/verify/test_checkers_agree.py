"""Whatever is done to a copy of a ledger, the proxy's checker and the outsider's end with the same exit code."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from audit.ledger_samples import ORIGIN, intent, outcome
from damages import DAMAGES, Base, Files, laid, taken
from edge.anchor_stand import WitnessStand, configured, public_key, serving, target
from edge.ledger_stand import AT, opened, settings
from harness.invented import invented
from harness.time_authority import TimeAuthority
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from meeting_proxy_verify.main import main
from outsider_logs import MadeLog
from typer.testing import CliRunner

from proxy.cli.ledger import app
from proxy.edge.ledger import reader
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.rotation import rotated
from proxy.edge.store.store import Store

SEGMENT = 1 << 14
NOT_TRIED = 64
"""How the outsider's checker ends where an option makes no sense. The proxy's has 2 for it."""


class Ledgers(NamedTuple):
    """What is damaged, by name, and what an auditor may know besides: a witness's key, an authority's certificates."""

    bases: dict[str, Base]
    witness: str
    authority: Path
    copy: Path


# --- the ledgers ---------------------------------------------------------------------------------


async def run(directory: Path, exchanges: int, **changes) -> Files:
    """One run of the proxy's ledger, ended well. The files of its directory."""
    ledger = await opened(directory, **{"segment_bytes": SEGMENT} | changes)
    for number in range(exchanges):
        await ledger.begin(intent(f"ex-{number}"))
        await ledger.finish(outcome(f"ex-{number}"))
    await ledger.close()
    return taken(directory / "ledger")


async def others(directory: Path, exchanges: int) -> tuple[Files, Files]:
    """Other ledgers of this name: under the key that this one has now, and under another."""
    fork, stranger = directory.with_name(f"{directory.name}-fork"), directory.with_name(f"{directory.name}-other")
    shutil.copytree(directory / "keys", fork / "keys", ignore=shutil.ignore_patterns("*.checkpoint"))
    stranger.mkdir()
    return await run(fork, exchanges), await run(stranger, exchanges)


async def plain(directory: Path) -> list[Files]:
    return [await run(directory, exchanges) for exchanges in (6, 5, 7)]


async def of_two_tiles(directory: Path) -> list[Files]:
    """One tile and bundle of level 0 is full, so that there is one of level 1."""
    return [await run(directory, exchanges, segment_bytes=1 << 18) for exchanges in (90, 45)]


async def rotated_twice(directory: Path) -> list[Files]:
    found = []
    for exchanges in (4, 5):
        found.append(await run(directory, exchanges))
        ledger = await opened(directory, segment_bytes=SEGMENT)
        await ledger.tell_of_key_change()
        await ledger.close()
        rotated(settings(directory), ORIGIN, None)
        found.append(taken(directory / "ledger"))
    return [*found, await run(directory, 4)]


async def pruned_twice(directory: Path) -> list[Files]:
    found = [await run(directory, 30)]
    for exchanges in (5, 12):
        ledger = await opened(directory, segment_bytes=SEGMENT)
        await ledger.prune(AT + timedelta(days=1), lambda _: False, None)
        await ledger.close()
        found += [taken(directory / "ledger"), await run(directory, exchanges)]
    return found


async def killed(directory: Path) -> list[Files]:
    found = [await run(directory, 4)]
    ledger = await opened(directory, segment_bytes=SEGMENT)
    for number in range(5):
        await ledger.begin(intent(f"ex-{number}"))
        await ledger.finish(outcome(f"ex-{number}"))
    found.append(taken(directory / "ledger"))
    await ledger.close()
    return found


async def confirmed(directory: Path, authority: TimeAuthority) -> tuple[list[Files], str]:
    found = [await run(directory, 4)]
    stand = WitnessStand(directory, [public_key(directory)])
    async with stand.serving() as witness, serving(authority.application()) as dates:
        given = configured(
            directory,
            target(name="seen", witness={"url": witness, "key": stand.vkey}),
            target(name="tsa", timestamp={"url": dates, "authorities": str(authority.ca)}),
        )
        for exchanges in (3, 4):
            anchors = anchors_of(given, Store(None), lambda: AT)[2:]  # type: ignore[arg-type]
            found.append(await run(directory, exchanges, anchors=anchors))
    return [*found, await run(directory, 2)], stand.vkey


def of_version_1(directory: Path) -> list[Files]:
    """A ledger of version 1, and the same one after it was taken over."""
    log = MadeLog(ORIGIN).group(5, version=1)
    first = taken(log.write(directory / "first", version=1, tiles=False))
    return [first, taken(log.group(4).segment().group(3).write(directory / "second"))]


async def all_ledgers(directory: Path) -> Ledgers:
    bases = {}
    for make in (plain, of_two_tiles, rotated_twice, pruned_twice, killed):
        place = directory / make.__name__
        place.mkdir()
        *earlier, newest = await make(place)
        bases[make.__name__] = Base(newest, tuple(earlier), await others(place, 18))
    (place := directory / "confirmed").mkdir()
    authority = TimeAuthority.made(directory / "authority", "p256")
    (*earlier, newest), witness = await confirmed(place, authority)
    bases["confirmed"] = Base(newest, tuple(earlier), await others(place, 8))
    old, taken_over = of_version_1(directory)
    bases["of version 1"] = Base(old, (taken_over,), bases["plain"].others)
    bases["taken over"] = Base(taken_over, (old,), bases["plain"].others)
    return Ledgers(bases, witness, authority.ca, directory / "copy")


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledgers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "RETRY_SECONDS", 0.0)  # Nobody writes here.
        yield asyncio.run(all_ledgers(tmp_path_factory.mktemp("ledgers")))


# --- what the checkers say -----------------------------------------------------------------------


def proxy_says(directory: Path, words: Sequence[str]) -> tuple[int, list[str]]:
    """How `meeting-proxy ledger verify` ends, and the problems that it names."""
    done = CliRunner().invoke(app, ["verify", "--directory", str(directory), *words, "--json"])
    assert isinstance(done.exception, SystemExit | None), done.exception
    if not done.stdout:
        return done.exit_code, [done.stderr]
    return done.exit_code, [f"{p['kind']} {p['segment']}: {p['detail']}" for p in json.loads(done.stdout)["problems"]]


def outsider_says(directory: Path, words: Sequence[str]) -> tuple[int, list[str]]:
    """The same of `meeting-proxy-verify log`."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["log", str(directory), *words, "--json"])
    if code == NOT_TRIED:
        return 2, [err.getvalue()]
    return code, [f"{p['code']} {p.get('file')}: {p['text']}" for p in json.loads(out.getvalue())["problems"]]


def known(base: Base, ledgers: Ledgers, pick: Random) -> list[str]:
    """What an auditor names: a key, checkpoints that were kept, a witness, an authority; or nothing of it."""
    words = []
    keys = [base.files, base.files, base.earlier[0], base.others[1], None]
    kept = [pick.choice([base.files, *base.earlier, *base.others]) for _ in range(pick.choice([0, 0, 1, 2]))]
    given = [
        ("--public-key", "public.key", pick.choice(keys)),
        *(("--checkpoint", "checkpoint", each) for each in kept),
    ]
    for number, (option, name, source) in enumerate(given):
        if source is not None:
            path = ledgers.copy.with_name(f"kept-{number}")
            path.write_bytes(source[name] or b"")
            words += [option, str(path)]
    words += ["--witness", ledgers.witness] * pick.randrange(2)
    return [*words, *(["--authority", str(ledgers.authority)] * pick.randrange(2))]


# --- the property --------------------------------------------------------------------------------


@trying(max_examples=invented(400))
@given(st.integers(0, 2**40))
def test_whatever_is_damaged_both_end_alike(ledgers: Ledgers, seed: int) -> None:
    pick = Random(seed)
    name = pick.choice(sorted(ledgers.bases))
    base = ledgers.bases[name]
    files, damages = dict(base.files), [pick.choice(DAMAGES) for _ in range(pick.choice([1, 1, 2]))]
    for damage in damages:
        damage(files, base, pick)
    directory, words = laid(files, ledgers.copy), known(base, ledgers, pick)
    proxy, outsider = proxy_says(directory, words), outsider_says(directory, words)
    assert proxy[0] == outsider[0], (name, [each.__name__ for each in damages], words, proxy[1], outsider[1])


def test_each_ledger_is_in_order_before_it_is_damaged(ledgers: Ledgers) -> None:
    for name, base in ledgers.bases.items():
        directory = laid(base.files, ledgers.copy)
        for words in ([], ["--witness", ledgers.witness, "--authority", str(ledgers.authority)]):
            wanted = 0 if words and name == "confirmed" else 3
            assert proxy_says(directory, words) == outsider_says(directory, words) == (wanted, []), name


# --- single cases --------------------------------------------------------------------------------


def put(name: str, content: bytes | None) -> Callable[[Base], Files]:
    return lambda base: dict(base.files) | {name: content}


def without(*beginnings: str) -> Callable[[Base], Files]:
    return lambda base: {name: content for name, content in base.files.items() if not name.startswith(beginnings)}


def signed_twice(base: Base) -> Files:
    """A checkpoint with its signature and, under the same key, that of another one."""
    own, other = base.files["checkpoint"] or b"", base.earlier[0]["checkpoint"] or b""
    return dict(base.files) | {"checkpoint": own + other.partition(b"\n\n")[2]}


def tiles_of_another(base: Base) -> Files:
    """Tiles of another ledger that are not wide enough to be those of the checkpoint."""
    kept = {name: content for name, content in base.files.items() if not name.startswith("tile/")}
    other = [name for name in base.others[0] if name.startswith("tile/") and int(name.rpartition("/")[2]) < 40]
    return kept | {name: base.others[0][name] for name in other}


def tiles_before_the_last(base: Base) -> Files:
    """Tiles of the checkpoint before the newest, as after a loss of power."""
    kept = {name: content for name, content in base.files.items() if not name.startswith("tile/")}
    return kept | {name: content for name, content in base.earlier[-1].items() if name.startswith("tile/")}


def older_checkpoint(base: Base) -> Files:
    return dict(base.files) | {"checkpoint": base.earlier[0]["checkpoint"]}


CASES: dict[str, tuple[str, Callable[[Base], Files], bool, int]] = {
    "a garbled key, and another was given": ("plain", put("public.key", b"?"), True, 1),
    "a garbled key, and none was given": ("plain", put("public.key", b"?"), False, 2),
    "a key without a line end, and none was given": ("plain", lambda base: dict(base.files) | {
        "public.key": (base.files["public.key"] or b"").rstrip()}, False, 2),
    "no key, and one was given": ("plain", without("public.key"), True, 3),
    "no handovers": ("rotated_twice", without("keys"), False, 1),
    "neither handovers nor tiles": ("rotated_twice", without("keys", "tile/"), False, 1),
    "garbled handovers": ("rotated_twice", put("keys", b"?"), True, 1),
    "handovers of a log that had none": ("plain", put("keys", b""), True, 1),
    "a folder in place of the handovers": ("plain", put("keys", None), True, 1),
    "an older key": ("rotated_twice", lambda base: dict(base.files) | {
        "public.key": base.earlier[0]["public.key"]}, True, 2),
    "no tiles": ("plain", without("tile/"), True, 2),
    "tiles that are too short and of another ledger": ("plain", tiles_of_another, True, 1),
    "a tile of a level that the tree does not have": ("plain", put("tile/7/000", b"x" * 32), True, 1),
    "a tile of an impossible width": ("plain", put("tile/0/000.p/275", b"x" * 275 * 32), True, 1),
    "a folder in place of a narrower tile": ("plain", put("tile/0/000.p/15", None), True, 3),
    "tiles of a log of version 1": ("of version 1", put("tile/x/000", b""), True, 1),
    "a checkpoint of version 1, and tiles": ("taken over", older_checkpoint, True, 3),
    "no checkpoint, and a damaged tile": ("plain", lambda base: without("checkpoint")(base) | {
        "tile/0/000.p/15": b"x"}, True, 1),
    "no checkpoint of a pruned ledger": ("pruned_twice", without("checkpoint"), True, 2),
    "a checkpoint from before the ledger was pruned": ("pruned_twice", older_checkpoint, True, 1),
    "the last tiles of a pruned ledger are lost": ("pruned_twice", tiles_before_the_last, True, 2),
    "no commitments of what was pruned": ("pruned_twice", without("tile/"), True, 1),
    "two signatures of a checkpoint": ("plain", signed_twice, True, 1),
    "a segment that is none": ("killed", put(f"segments/{386:020d}.jsonl", b"x" * 32), True, 1),
    "an empty segment under the wrong number": ("plain", put(f"segments/{386:020d}.jsonl", b""), True, 1),
    "a folder among the cosigned": ("confirmed", put("cosigned/w", None), True, 3),
}  # fmt: skip


def test_a_kept_checkpoint_that_may_be_of_version_1_blames_no_tiles(ledgers: Ledgers) -> None:
    """It is of another history, and smaller than what was pruned; the log's own is gone."""
    base = ledgers.bases["pruned_twice"]
    directory, kept = laid(without("checkpoint")(base), ledgers.copy), ledgers.copy.with_name("kept")
    kept.write_bytes(base.others[0]["checkpoint"] or b"")
    proxy, outsider = (says(directory, ["--checkpoint", str(kept)]) for says in (proxy_says, outsider_says))
    assert (proxy[0], outsider[0]) == (2, 2), (proxy[1], outsider[1])


@pytest.mark.parametrize("case", CASES)
def test_single_damages_end_as_they_should(ledgers: Ledgers, case: str) -> None:
    name, damaged, is_given, wanted = CASES[case]
    base = ledgers.bases[name]
    key = ledgers.copy.with_name("own-key")
    key.write_bytes(base.files["public.key"] or b"")
    directory, words = laid(damaged(base), ledgers.copy), ["--public-key", str(key)] * is_given
    proxy, outsider = proxy_says(directory, words), outsider_says(directory, words)
    assert (proxy[0], outsider[0]) == (wanted, wanted), (proxy[1], outsider[1])
