"""Synthetic facts and logs for the tests of the ledger."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.audit.log import GENESIS, seal, segment_name
from proxy.audit.ocsf import Event, Stamp, intent_event, outcome_event
from proxy.audit.pseudonyms import Pseudonyms
from proxy.audit.signing import Checkpoint, SigningKey

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ORIGIN = "fjord/egress"
KEY = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_KEY = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
NAMES = Pseudonyms({"p-ann": "ptc:2026:" + "a" * 32, "p-ben": "ptc:2026:" + "b" * 32}, "mtg:2026:" + "c" * 32)


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


def log_lines(count: int, key: SigningKey = KEY, salt: bytes = b"s" * 16) -> tuple[list[bytes], bytes]:
    """The lines of a log, and the link hash of the last."""
    previous, lines = GENESIS, []
    for i, event in enumerate(events(count)):
        line = seal(event, i, previous, salt, key)
        lines.append(line.render())
        previous = line.link(key.origin)
    return lines, previous


def segments_of(lines: list[bytes], per_segment: int = 1000) -> list[tuple[str, list[bytes]]]:
    return [
        (segment_name(i), [b"".join(lines[i : i + per_segment])]) for i in range(0, max(len(lines), 1), per_segment)
    ]


def checkpoint_of(size: int, head: bytes, key: SigningKey = KEY) -> bytes:
    return Checkpoint(key.origin, size, head).signed(key)
