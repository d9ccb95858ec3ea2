"""Synthetic facts and logs for the tests of the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.audit.log import GENESIS, lay, segment_name
from proxy.audit.ocsf import Event, Stamp, intent_event, outcome_event
from proxy.audit.pseudonyms import Pseudonyms
from proxy.audit.signing import SigningKey
from proxy.audit.tree import WIDTH, Tree, bundle, tiles_of

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ORIGIN = "fjord/egress"
KEY = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_KEY = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
NAMES = Pseudonyms(
    {"p-ann": "ptc:2026:" + "a" * 32, "p-ben": "ptc:2026:" + "b" * 32},
    "mtg:2026:" + "c" * 32,
    {"g-1": "grt:2026:" + "d" * 32, "g-2": "grt:2026:" + "e" * 32},
)


def stamp(uid: str = "evt-1") -> Stamp:
    return Stamp(ORIGIN, "fjord", "0.1.0", AT, uid)


def exchange(name: str = "ex-1", **changes: object) -> ExchangeFacts:
    given: dict[str, object] = {
        "client": "minutes-bot",
        "route": "summary",
        "purpose": "summary",
        "recipient": "acme-llm",
        "recipient_host": "llm.example",
        "recipient_port": 443,
        "region": "eu",
        "terms_version": "2023-08-07",
        "meeting": "standup@fjord",
        "operation": "POST /v1/chat/completions",
        "model": "sum-large",
        "settings_digest": "sha256:" + "0" * 64,
    } | changes
    return ExchangeFacts(exchange=name, **given)  # type: ignore[arg-type]


PEOPLE = (
    PersonFacts("p-ann", 3, 120, 0, {"granted": 3}, ("g-1",), {"PERSON": 2, "PHONE_NUMBER": 1}),
    PersonFacts("p-ben", 0, 0, 2, {"denied": 2}, ("g-2",)),
    PersonFacts(None, 0, 0, 1, {"unknown_speaker": 1}),
)


def intent(name: str = "ex-1", body: bytes = b"{}", **changes: object) -> IntentFacts:
    given: dict[str, object] = {
        "removed": {"PERSON": 2, "PHONE_NUMBER": 1},
        "kept": {"DATE_TIME": 1},
        "stripped": {"user": 1, "user-agent": 1},
        "languages": {"en": 20, "de": 3, "und": 0},
        "coverage": {"full": 20, "in_part": 3},
    } | changes
    return IntentFacts(exchange(name), PEOPLE, len(body), hashlib.sha256(body).digest(), **given)  # type: ignore[arg-type]


def outcome(name: str = "ex-1", **changes: object) -> OutcomeFacts:
    given: dict[str, object] = {
        "delivered": DeliveryProgress.FULL,
        "status": 200,
        "bytes_received": 400,
        "bytes_delivered": 420,
        "duration_ms": 812,
        "restored": 2,
    } | changes
    return OutcomeFacts(exchange(name), **given)  # type: ignore[arg-type]


def refusal(name: str = "ex-1", **changes: object) -> RefusalFacts:
    given: dict[str, object] = {"status": 403, "reason": "consent_denied", "fault": "Refusal", "people": PEOPLE}
    return RefusalFacts(changes.pop("exchange", exchange(name)), **(given | changes))  # type: ignore[arg-type]


def events(count: int) -> list[Event]:
    """Intents and their outcomes in turn."""
    made = []
    for i in range(count):
        name = f"ex-{i // 2}"
        made.append(
            intent_event(stamp(f"evt-{i}"), intent(name), NAMES, b"k" * 32)
            if i % 2 == 0
            else outcome_event(stamp(f"evt-{i}"), outcome(name), NAMES)
        )
    return made


@dataclass(frozen=True)
class Log:
    """A log of a version, with all that proves it. `groups`: records that are written together."""

    lines: list[bytes]
    key: SigningKey
    tree: Tree
    roots: list[bytes]
    links: list[bytes]
    files: dict[str, bytes]

    def checkpoint(self, size: int | None = None, key: SigningKey | None = None) -> bytes:
        """That of version 2."""
        size = len(self.lines) if size is None else size
        return checkpoint_of(size, self.roots[size], key or self.key)

    def tiles(self, **changed: bytes) -> Tiles:
        return Tiles(self.files | changed)


@dataclass(frozen=True)
class Tiles:
    """Implements `TileFiles`."""

    files: dict[str, bytes]

    def paths(self) -> list[str]:
        return sorted(self.files)

    def read(self, path: str) -> bytes:
        return self.files[path]


def made_log(
    count: int,
    key: SigningKey = KEY,
    salt: bytes = b"s" * 16,
    *,
    group: int = 3,
    version: int = 2,
    handed: tuple[int, SigningKey] | None = None,
) -> Log:
    """Of version 1 each line is signed, of version 2 the last one of each group; a key may be handed over."""
    previous, lines, tree = GENESIS, [], Tree()
    roots, links, commitments = [tree.root()], [GENESIS], []
    for i, event in enumerate(events(count)):
        line = replace(lay(event, i, previous, salt), version=version)
        if version == 1 or i % group == group - 1 or i == count - 1:
            line = line.signed(key if handed is None or i < handed[0] else handed[1])
        lines.append(line.render())
        previous = line.link(key.origin)
        tree.append(line.commitment)
        commitments.append(line.commitment)
        roots.append(tree.root())
        links.append(previous)
    files = {name.path: row for name, row in [*tree.take_full(), *tree.partial()]}
    for name in tiles_of(count):
        if not name.level:
            start = name.number * WIDTH
            files[f"entries/{name.place}"] = bundle(commitments[start : start + name.width])
    return Log(lines, key, tree, roots, links, files)


def log_lines(count: int, key: SigningKey = KEY, salt: bytes = b"s" * 16) -> tuple[list[bytes], bytes]:
    """The lines of a log, each signed, and the link hash of the last."""
    log = made_log(count, key, salt, group=1)
    return log.lines, log.links[-1]


def segments_of(lines: list[bytes], per_segment: int = 1000) -> list[tuple[str, list[bytes]]]:
    return [
        (segment_name(i), [b"".join(lines[i : i + per_segment])]) for i in range(0, max(len(lines), 1), per_segment)
    ]


def checkpoint_of(size: int, head: bytes, key: SigningKey = KEY) -> bytes:
    return Checkpoint(key.origin, size, head).signed(key)
