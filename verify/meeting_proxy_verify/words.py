"""An event of a log in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

_TITLES = {
    "egress.intent": "Bytes were about to leave",
    "egress.outcome": "How an exchange ended",
    "egress.refused": "Nothing left: the request was refused",
    "ledger.opened": "The proxy started",
    "ledger.closed": "The proxy stopped in good order",
    "ledger.recovered": "The last run had ended badly",
    "ledger.rotated": "A further segment was begun",
    "ledger.pruned": "Lines of old records were deleted",
    "ledger.key_changed": "The log got a new key",
    "ledger.heartbeat": "Nothing was recorded for a while: the proxy is there",
    "ledger.loss_accepted": "The proxy was started although records were known to be missing or others",
    "consent.recorded": "A consent or a refusal was put on file",
    "consent.withdrawn": "A consent was withdrawn",
    "consent.invited": "Links that ask for consent were made",
    "consent.exported": "Consent records were written to a file",
    "meeting.changed": "The roster or the times of a meeting were changed",
    "person.changed": "A person's entry was changed",
    "person.reported": "An operator asked what of a person's words left",
    "person.forgotten": "A person was forgotten",
    "terms.added": "A version of a recipient's terms was put on file",
    "terms.accepted": "A version of a recipient's terms was accepted",
    "access.changed": "A key of a client or a token of the admin API was made or taken away",
    "operator.signed_in": "Somebody signed in to the admin API",
    "operator.refused": "Somebody was refused by the admin API",
    "ledger.changed": "An operator pruned the ledger, changed its key, or retired that of another proxy",
    "settings.changed": "The proxy started with other settings than the last time",
}

_FIELDS = (
    ("exchange", "metadata.correlation_uid"),
    ("log", "metadata.log_name"),
    ("client", "actor.app_uid"),
    ("operator", "actor.user.name"),
    ("kind of operator", "unmapped.ledger.operator_kind"),
    ("about", "entity.uid"),
    ("people", "unmapped.ledger.people"),
    ("recipient", "api.service.name"),
    ("host", "dst_endpoint.hostname"),
    ("request", "api.operation"),
    ("model", "ai_model.name"),
    ("purpose", "unmapped.ledger.purpose"),
    ("region", "unmapped.ledger.region"),
    ("meeting", "message_context.uid"),
    ("decision", "disposition"),
    ("status", "status"),
    ("reason", "status_code"),
    ("bytes sent", "http_request.body_length"),
    ("reply", "http_response.code"),
    ("delivered", "unmapped.ledger.delivered"),
    ("removed", "unmapped.ledger.removed"),
    ("detected and sent", "unmapped.ledger.kept"),
    ("records before this one deleted", "unmapped.ledger.before_sequence"),
    ("key or token of", "unmapped.ledger.holder"),
    ("role", "unmapped.ledger.role"),
    ("retired ledger", "unmapped.ledger.log"),
    ("change", "unmapped.ledger.change"),
    ("digest of a text", "unmapped.ledger.text"),
    ("root at its end", "unmapped.ledger.end"),
    ("stands for requests", "unmapped.ledger.count"),
)


def looked_up(event: object, path: str) -> object:
    """The value at a path of names, None where there is none."""
    for name in path.split("."):
        if not isinstance(event, Mapping):
            return None
        event = event.get(name)
    return event


def in_words(event: Mapping[str, object]) -> list[str]:
    """An event, one fact a line."""
    code = str(looked_up(event, "metadata.event_code") or "an event without a code")
    lines = [f"{_TITLES.get(code, 'Event')} ({code})"]
    time = event.get("time")
    if isinstance(time, int):
        lines.append(f"  time: {in_utc(time // 1000)} by the clock of the proxy's host")
    for label, path in _FIELDS:
        value = looked_up(event, path)
        if value not in (None, "", {}, []):
            lines.append(f"  {label}: {_shown(value)}")
    people = event.get("resources")
    return lines + [f"  person {_person(person)}" for person in (people if isinstance(people, list) else [])]


def in_utc(seconds: int) -> str:
    """A time since 1970 as a date, or the number where it is none."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def _person(person: object) -> str:
    data = looked_up(person, "data")
    parts = [f"{looked_up(person, 'uid')}: {looked_up(person, 'role')}"]
    for label, name in (
        ("utterances sent", "utterances"),
        ("withheld", "withheld_utterances"),
        ("decided by", "reasons"),
        ("consent records", "grants"),
        ("removed", "removed"),
    ):
        value = looked_up(data, name)
        if value not in (None, {}, []):
            parts.append(f"{label} {_shown(value)}")
    return "; ".join(parts)


def _shown(value: object) -> str:
    """Without control characters: what is printed is what was recorded, and nothing to a terminal."""
    if isinstance(value, Mapping):
        text = ", ".join(f"{key} {number}" for key, number in value.items())
    elif isinstance(value, list):
        text = ", ".join(str(item) for item in value)
    else:
        text = str(value)
    return "".join(c if c.isprintable() else "?" for c in text)
