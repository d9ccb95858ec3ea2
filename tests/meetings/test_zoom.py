"""Zoom's calls: a call is believed when it is signed and fresh, and is of Zoom's shape or refused."""

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.meetings.zoom import Challenge, MeetingCall, PresenceCall, answer, check, read, signature

CASES = invented(200)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "s3cret"
JOINED = {
    "event": "meeting.participant_joined",
    "event_ts": 1772445660123,
    "payload": {
        "account_id": "a",
        "object": {
            "uuid": "hwkAAD+yS/wyG3GyUkqc0vA==", "id": "86431910364", "type": 8, "topic": "Board", "host_id": "h",
            "duration": 60, "start_time": "2026-03-02T10:00:00Z", "timezone": "",
            "participant": {"user_id": "16778240", "user_name": "Ann Lee", "id": "z", "participant_user_id": "z",
                            "join_time": "2026-03-02T10:01:00Z", "email": "ann@acme.example", "registrant_id": None},
        },
    },
}  # fmt: skip


def changed(path: str, value: object) -> bytes:
    call = copy.deepcopy(JOINED)
    *parents, last = path.split(".")
    place = call
    for name in parents:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(call).encode()


def test_the_signature_that_another_program_makes():
    """printf 'v0:1772445600:{"event":"x"}' | openssl dgst -sha256 -hmac secret"""
    assert signature("secret", "1772445600", b'{"event":"x"}') == (
        "v0=80ed2a3b38f8d701ccb29a415bcf616d10b20e2fa83211cd4dd076ae4143067a"
    )


def test_what_a_call_says():
    assert read(json.dumps(JOINED).encode()) == PresenceCall(
        "86431910364", "hwkAAD+yS/wyG3GyUkqc0vA==", "joined", datetime(2026, 3, 2, 10, 1, tzinfo=UTC), "Ann Lee",
        "ann@acme.example", "16778240",
    )  # fmt: skip
    ended = changed("event", "meeting.ended")
    assert read(ended) == MeetingCall(
        "86431910364", "hwkAAD+yS/wyG3GyUkqc0vA==", "ended", datetime(2026, 3, 2, 10, 1, 0, 123000, UTC)
    )
    assert isinstance(read(changed("payload.object.id", 86431910364)), PresenceCall)
    assert read(b'{"event":"meeting.sharing_started"}') is None


@pytest.mark.parametrize("user", ["", None, ...])
def test_an_address_that_a_guest_typed_is_not_believed(user):
    said = read(changed("payload.object.participant.participant_user_id", user))

    assert isinstance(said, PresenceCall)
    assert said.email is None


@pytest.mark.parametrize(
    ("path", "value"),
    [("payload", 1), ("payload.object", ...), ("payload.object.id", "../x"), ("payload.object.id", True),
     ("payload.object.uuid", ""), ("payload.object.participant", ...), ("event_ts", -1), ("event_ts", 1e300),
     ("payload.object.participant.join_time", "2026-03-02T10:01:00"), ("event", 7),
     ("payload.object.participant.user_name", "x" * 513)],
)  # fmt: skip
def test_what_is_not_of_zooms_shape_is_refused_without_quoting_it(path, value):
    with pytest.raises(ClientFault, match="webhook_invalid") as caught:
        read(changed(path, value))
    assert "Ann" not in str(caught.value)


def test_a_call_with_a_key_twice_is_refused():
    twice = json.dumps(JOINED).replace('"user_name": "Ann Lee"', '"user_name": "Eve", "user_name": "Ann Lee"').encode()
    with pytest.raises(ClientFault, match="webhook_invalid"):
        read(twice)


@pytest.mark.parametrize("name", [None, "", ...])
def test_somebody_without_a_name_is_somebody(name):
    said = read(changed("payload.object.participant.user_name", name))

    assert isinstance(said, PresenceCall)
    assert said.label == ""


@pytest.mark.parametrize("half", ["\ud83d", "\udc4d", "\ud83d\ud83d\udc4d"])
def test_a_name_that_was_cut_within_a_character_is_read(half):
    said = read(changed("payload.object.participant.user_name", f"Ann {half}"))

    assert isinstance(said, PresenceCall)
    assert said.label.startswith("Ann \ufffd")


@pytest.mark.parametrize(
    "token", ["v0:1:{}", "", "a b", "a" * 129, "é", "abc\n", "v0:1772445600:" + json.dumps(JOINED)]
)
def test_a_token_that_could_be_a_call_is_not_answered(token):
    with pytest.raises(ClientFault, match="webhook_invalid"):
        read(json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": token}}).encode())


def test_no_answer_to_a_challenge_signs_a_call():
    said = answer(SECRET, Challenge("abc"))

    for body in (b"", b"abc", json.dumps(said).encode()):
        with pytest.raises(ClientFault, match="webhook_forged"):
            check(SECRET, STAMP, "v0=" + said["encryptedToken"], body, NOW)


BODY = json.dumps(JOINED).encode()
SIGNED = signature(SECRET, STAMP, BODY)


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_a_fresh_and_signed_call_is_believed(age):
    check(SECRET, STAMP, SIGNED, BODY, NOW + timedelta(seconds=age))
    in_ms = STAMP + "000"
    check(SECRET, in_ms, signature(SECRET, in_ms, BODY), BODY, NOW)


@pytest.mark.parametrize("age", [-301, 301, 86400])
def test_a_call_that_is_not_fresh_is_not(age):
    with pytest.raises(ClientFault, match="webhook_expired"):
        check(SECRET, STAMP, SIGNED, BODY, NOW + timedelta(seconds=age))


@settings(max_examples=CASES, deadline=None)
@given(
    st.one_of(st.none(), st.text(max_size=20), st.just(STAMP)),
    st.one_of(st.none(), st.text(max_size=80), st.just(SIGNED), st.just(SIGNED.upper())),
    st.one_of(st.binary(max_size=50), st.just(BODY), st.just(BODY + b" ")),
)
def test_nothing_else_is_believed(stamp, signed, body):
    if (stamp, signed, body) == (STAMP, SIGNED, BODY):
        return
    with pytest.raises(ClientFault) as caught:
        check(SECRET, stamp, signed, body, NOW)
    assert (caught.value.reason, caught.value.status) == ("webhook_forged", 401)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=8,
)
PLACES = st.sampled_from(
    ["event", "event_ts", "payload", "payload.object", "payload.object.id", "payload.object.uuid",
     "payload.object.start_time", "payload.object.participant", "payload.object.participant.user_name",
     "payload.object.participant.user_id", "payload.object.participant.email",
     "payload.object.participant.join_time", "payload.object.participant.participant_user_id"]
)  # fmt: skip


@settings(max_examples=CASES, deadline=None)
@given(st.one_of(st.builds(changed, PLACES, JSON), st.binary(max_size=80), JSON.map(lambda v: json.dumps(v).encode())))
def test_any_body_is_read_or_refused(body):
    try:
        said = read(body)
    except ClientFault as fault:
        assert fault.reason == "webhook_invalid"
        return
    assert said is None or isinstance(said, (Challenge, MeetingCall, PresenceCall))
    if isinstance(said, (MeetingCall, PresenceCall)):
        assert said.at.tzinfo is not None
        assert said.number.isdigit()


@pytest.mark.parametrize(
    ("topic", "title"), [("Board\nweekly", "Board weekly"), ("", None), (None, None), (7, None), ("x" * 900, "x" * 200)]
)
def test_a_started_meeting_is_called_as_its_topic(topic, title):
    started = json.loads(changed("event", "meeting.started"))
    started["payload"]["object"]["topic"] = topic

    assert read(json.dumps(started).encode()).topic == title
