"""Verify and read Zoom's webhook calls (developers.zoom.us/docs/api/webhooks). Pure.

A call is signed with the app's secret token over ``v0:{timestamp}:{body}``. Zoom checks an address with a challenge,
whose answer is computed with the same secret. So a challenge is answered only if it is signed itself, and only for a
token that could not be the text of a signature: whoever got other texts signed could forge every call.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from proxy.errors import ClientFault
from proxy.json_source import JsonError, read_json, with_whole_characters
from proxy.settings import Instant
from proxy.settings.lines import one_line

FRESH_SECONDS = 300
"""Seconds by which the time of a call may differ from ours, in either direction."""

MAX_BYTES = 256 << 10
_MAX_DEPTH = 32
_TIMESTAMP = re.compile(r"[0-9]{1,13}")
_PLAIN = r"^[A-Za-z0-9_-]{1,128}$"


def _empty_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str) else ""


def _none_is_empty(value: object) -> object:
    return "" if value is None else value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Short = Annotated[str, Field(max_length=512)]
Optional = Annotated[Short | None, BeforeValidator(_empty_is_absent)]
Moment = Annotated[Instant | None, BeforeValidator(_empty_is_absent)]
Number = Annotated[str, BeforeValidator(_number_as_text), Field(pattern=r"^[0-9]{5,20}$")]


class _Part(BaseModel):
    """Zoom adds fields as it likes: fields that are read are checked, all others are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Person(_Part):
    user_name: Annotated[Short, BeforeValidator(_none_is_empty)] = ""
    user_id: Annotated[Optional, BeforeValidator(_number_as_text)] = None
    participant_uuid: Optional = None
    participant_user_id: Annotated[Optional, BeforeValidator(_number_as_text)] = None
    email: Optional = None
    join_time: Moment = None
    leave_time: Moment = None


class _Recording(_Part):
    recording_start: Moment = None


class _Object(_Part):
    id: Number
    topic: Annotated[str, BeforeValidator(_text_or_none)] = ""
    uuid: Annotated[str, Field(min_length=1, max_length=128)]
    start_time: Moment = None
    end_time: Moment = None
    participant: _Person | None = None
    recording_file: _Recording | None = None


class _Payload(_Part):
    object: _Object


class _Token(_Part):
    plainToken: Annotated[str, Field(pattern=_PLAIN)]  # noqa: N815 - Zoom's spelling


class _Challenge(_Part):
    event: Literal["endpoint.url_validation"]
    payload: _Token


class _Call(_Part):
    event: Literal[
        "meeting.started",
        "meeting.ended",
        "meeting.participant_joined",
        "meeting.participant_left",
        "recording.started",
        "recording.paused",
    ]
    event_ts: Annotated[int, Field(ge=0, le=4102444800000)]
    payload: _Payload


class _Named(_Part):
    event: Short


_NAMED = TypeAdapter(_Named)
_READ = {"endpoint.url_validation": _Challenge} | dict.fromkeys(get_args(_Call.model_fields["event"].annotation), _Call)


@dataclass(frozen=True, slots=True)
class Challenge:
    """Zoom asks whether this address is ours."""

    token: str


@dataclass(frozen=True, slots=True)
class MeetingCall:
    """A meeting started or ended, or its recording started or paused.

    `number` is the meeting's, `uuid` that of this occurrence. A paused recording (``interrupted``) leaves out what was
    said meanwhile, so its offsets are no longer valid times. `topic` is what the meeting is called, if that is said.
    """

    number: str
    uuid: str
    event: Literal["started", "ended", "recorded", "interrupted"]
    at: datetime
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class PresenceCall:
    """Somebody joined or left. `email` is set only for people signed in to Zoom; guests may type any address."""

    number: str
    uuid: str
    event: Literal["joined", "left"]
    at: datetime
    label: str
    email: str | None
    seat: str
    """Zoom's id of this person's presence in this meeting, which distinguishes two people of one name."""


Said = Challenge | MeetingCall | PresenceCall | None
"""What a call says; None for an event that does not matter here."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a call."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def check(secret: str, timestamp: str | None, signed: str | None, body: bytes, now: datetime) -> None:
    """Raise `ClientFault` unless Zoom signed this body (``webhook_forged``) recently (``webhook_expired``)."""
    if not timestamp or not signed or not _TIMESTAMP.fullmatch(timestamp) or not signed.isascii():
        raise ClientFault("webhook_forged", "the call is not signed as configured", status=401)
    if not hmac.compare_digest(signature(secret, timestamp, body), signed):
        raise ClientFault("webhook_forged", "the call is not signed as configured", status=401)
    # Zoom writes seconds here; its events carry milliseconds elsewhere.
    seconds = int(timestamp) / (1000 if len(timestamp) > 11 else 1)
    if abs(now.timestamp() - seconds) > FRESH_SECONDS:
        detail = f"the call was signed more than {FRESH_SECONDS} s ago, or a clock is wrong"
        raise ClientFault("webhook_expired", detail, status=401)


def answer(secret: str, challenge: Challenge) -> dict[str, str]:
    """The answer to a challenge."""
    digest = hmac.new(secret.encode(), challenge.token.encode(), hashlib.sha256).hexdigest()
    return {"plainToken": challenge.token, "encryptedToken": digest}


def read(body: bytes) -> Said:
    """What a call says; raises `ClientFault` (``webhook_invalid``) if it does not have Zoom's shape, or a key twice."""
    if len(body) > MAX_BYTES:
        raise ClientFault("webhook_invalid", f"a call may have {MAX_BYTES} bytes", status=413)
    text = with_whole_characters(body.decode("utf-8", "replace"))
    try:
        read_json(text, max_depth=_MAX_DEPTH)
        shape = _READ.get(_NAMED.validate_json(text).event)
        if shape is None:
            return None
        call = shape.model_validate_json(text)
    except JsonError as error:
        raise ClientFault("webhook_invalid", error.detail, where="body") from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise ClientFault("webhook_invalid", "the call is not of Zoom's shape", where=place or "body") from None
    return Challenge(call.payload.plainToken) if isinstance(call, _Challenge) else _said(call)


def _said(call: _Call) -> Said:
    of, sent = call.payload.object, datetime.fromtimestamp(call.event_ts / 1000, UTC)
    if call.event == "meeting.started":
        return MeetingCall(of.id, of.uuid, "started", of.start_time or sent, one_line(of.topic))
    if call.event == "meeting.ended":
        return MeetingCall(of.id, of.uuid, "ended", of.end_time or sent)
    if call.event == "recording.started":
        began = of.recording_file.recording_start if of.recording_file is not None else None
        return MeetingCall(of.id, of.uuid, "recorded", began or sent)
    if call.event == "recording.paused":
        return MeetingCall(of.id, of.uuid, "interrupted", sent)
    person = of.participant
    if person is None:
        raise ClientFault("webhook_invalid", "the call names no participant", where="payload.object.participant")
    joined = call.event == "meeting.participant_joined"
    return PresenceCall(
        number=of.id,
        uuid=of.uuid,
        event="joined" if joined else "left",
        at=(person.join_time if joined else person.leave_time) or sent,
        label=person.user_name,
        email=person.email if person.participant_user_id else None,
        seat=person.participant_uuid or person.user_id or "",
    )
