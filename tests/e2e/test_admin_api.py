"""The admin API and Zoom's calls, on a running proxy, over HTTP: what is recorded decides over the next request."""

import hashlib
import hmac
import http.client
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.patience import PATIENCE
from harness.process import STARTED, Proxy, Response, settings
from harness.recorder import Recorder
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.edge.admin.openapi import document

TOKEN = "admin-token-of-the-tests"
SECRET = "zoom-secret-of-the-tests"
DOCS = Path(__file__).parents[2] / "docs"
ROSTER = [
    {"id": "p-ann", "name": "Annika Solberg", "emails": ["annika.solberg@fjord.example"]},
    {"name": "Benedikt Oyelaran", "emails": ["Ben.O@partner.example"], "aliases": ["Ben"]},
    {"id": "p-tel", "name": "Caller 1", "class": "phone"},
]
NUMBER = "86431910364"
ANN = {"participant_user_id": "u-ann", "email": "annika.solberg@fjord.example"}
BEN = {"participant_user_id": "u-ben", "email": "ben.o@partner.example"}


@pytest.fixture(scope="module")
def recipient():
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def proxy(recipient, tmp_path_factory):
    directory = tmp_path_factory.mktemp("admin")
    listed = settings(directory, recipient.base_url)
    listed["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
    listed["webhooks"] = {"zoom": {"secret": {"env": "TEST_ZOOM_SECRET"}}}
    listed["people"] = {"domains": {"fjord.example": "employee", "partner.example": "external"}}
    running = Proxy(directory, listed, {"TEST_ADMIN_TOKEN": TOKEN, "TEST_ZOOM_SECRET": SECRET}).start()
    yield running
    running.stop()


def ask(proxy: Proxy, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Response:
    sent = {"Authorization": f"Bearer {TOKEN}"} if headers is None else headers
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if raw is not None:
        sent = {"Content-Type": "application/json", **sent}
    connection = http.client.HTTPConnection("127.0.0.1", proxy.document["admin"]["port"], timeout=PATIENCE)
    try:
        connection.request(method, path, raw, sent)
        reply = connection.getresponse()
        return Response(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    finally:
        connection.close()


def put_meeting(proxy: Proxy, name: str, **changes: Any) -> dict[str, Any]:
    sent = {"start": STARTED, "complete": True, "participants": ROSTER, **changes}
    reply = ask(proxy, "PUT", f"/v1/meetings/{name}", sent)
    assert reply.status == 200, reply.body
    return reply.json


def event(meeting: str, person: str = "p-ann", **changes: Any) -> dict[str, Any]:
    return {
        "participant": person, "scope": "meeting", "scope_id": meeting, "purpose": "summary",
        "recipient": "acme-llm", "state": "granted", "method": "verbal", "affirmative": True,
        "valid_from": "2026-03-01T00:00:00Z", **changes,
    }  # fmt: skip


def call(proxy: Proxy, body: Any, *, secret: str = SECRET, age: float = 0, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(time.time() - age))
    signed = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    sent = {"x-zm-signature": signed, "x-zm-request-timestamp": stamp, **headers}
    return ask(proxy, "POST", "/webhooks/zoom", raw, sent)


def zoom(event: str, at: str, number: str = NUMBER, **person: str) -> dict[str, Any]:
    """A call as Zoom sends it; the numbers and ids are made up."""
    when = {"meeting.started": "start_time", "meeting.ended": "end_time"}.get(event)
    timed = {when: at} if when else {"start_time": "2026-03-02T10:02:00Z"}
    about: dict[str, Any] = {"id": number, "uuid": "hwkAAD+yS/wyG3GyUkqc0vA==", "host_id": "h", "topic": "Board",
                             "type": 8, "duration": 60, "timezone": "UTC", **timed}  # fmt: skip
    if not when:
        name = "join_time" if event.endswith("joined") else "leave_time"
        about["participant"] = {"user_id": "16778240", "id": "", "participant_user_id": "", "email": "",
                                "participant_uuid": "67C1A429", name: at, **person}  # fmt: skip
    return {"event": event, "event_ts": 1772445600000, "payload": {"account_id": "a", "object": about}}


def incidents(proxy: Proxy) -> list[str]:
    return [each["reason"] for each in ask(proxy, "GET", "/v1/incidents").json["incidents"]]


# --- the token -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"},
     {"Authorization": f"Bearer {TOKEN}x"}, {"X-Api-Key": TOKEN}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/openapi.json", "/v1/none-such"])
def test_without_the_token_nothing_is_told(proxy, headers, path):
    reply = ask(proxy, "GET", path, headers=headers)

    assert reply.status == 401
    assert reply.json["error"]["code"] == "admin_unauthorized"
    assert reply.headers["www-authenticate"] == "Bearer"


def test_without_a_configured_token_there_is_no_api(recipient, tmp_path):
    closed = Proxy(tmp_path, settings(tmp_path, recipient.base_url)).start()
    try:
        for path in ("/v1/meetings", "/webhooks/zoom"):
            reply = ask(closed, "GET" if path.startswith("/v1") else "POST", path)
            assert (reply.status, reply.json["error"]["code"]) == (404, "admin_disabled")
        assert ask(closed, "GET", "/healthz").status == 200
    finally:
        closed.stop()


# --- meetings and people -------------------------------------------------------------------------


def test_a_meeting_is_put_and_read_with_people_found_by_their_address(proxy):
    first = put_meeting(proxy, "people-1", series="people")
    again = put_meeting(proxy, "people-2", series="people")

    classes = {person["name"]: person["class"] for person in first["participants"]}
    assert classes == {"Annika Solberg": "employee", "Benedikt Oyelaran": "external", "Caller 1": "phone"}
    made = first["participants"][1]["id"]
    assert made == again["participants"][1]["id"]
    assert "ben" not in made.lower()
    assert ask(proxy, "GET", "/v1/meetings/people-1").json == first
    assert {"people-1", "people-2"} <= {each["id"] for each in ask(proxy, "GET", "/v1/meetings").json["meetings"]}


def test_what_is_left_out_of_a_person_stays(proxy):
    ask(proxy, "PUT", "/v1/people/p-min", {"name": "Minna", "minor": True, "aliases": ["Mi"]})

    changed = ask(proxy, "PUT", "/v1/people/p-min", {"emails": ["minna@fjord.example"]})

    assert changed.json == ask(proxy, "GET", "/v1/people/p-min").json
    assert (changed.json["minor"], changed.json["aliases"], changed.json["name"]) == (True, ["Mi"], "Minna")


def test_everybody_is_listed_by_name(proxy):
    put_meeting(proxy, "listed")

    found = ask(proxy, "GET", "/v1/people").json["people"]

    assert [each["name"] for each in found] == sorted(each["name"] for each in found)
    assert next(each for each in found if each["id"] == "p-tel") == ask(proxy, "GET", "/v1/people/p-tel").json


def test_people_who_share_a_name_are_remarked_on(proxy):
    twins = [{"id": "p-1", "name": "Kim Lee"}, {"id": "p-2", "name": "Kim Lee"}]

    assert "p-1, p-2" in put_meeting(proxy, "twins", participants=twins)["remarks"][0]


@pytest.mark.parametrize(
    ("participant", "says"),
    [
        ({"id": 7, "name": "A"}, "this has to be a valid string"),
        ({"id": "a", "name": "A", "class": "canary"}, "this has to be 'employee', 'guest', 'external'"),
        ({"id": "a", "name": "A", "minor": "canary"}, "this has to be a valid boolean"),
    ],
    ids=["number", "class", "boolean"],
)
def test_a_value_of_another_type_is_told_in_words_and_not_repeated(proxy, participant, says):
    reply = ask(proxy, "PUT", "/v1/meetings/m", {"start": STARTED, "participants": [participant]})
    assert reply.status == 400
    assert reply.json["error"]["message"].startswith(says)
    assert b"canary" not in reply.body


def twice(sent: dict[str, Any], key: str, second: str) -> bytes:
    """A body that has a key twice: parsers take the first or the second."""
    return json.dumps(sent)[:-1].encode() + f', "{key}": "{second}"}}'.encode()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "field"),
    [
        ("GET", "/v1/meetings/none", None, 404, "unknown_meeting", None),
        ("GET", "/v1/people/none", None, 404, "unknown_person", None),
        ("GET", "/v1/people/none/exchanges", None, 404, "unknown_person", "id"),
        ("GET", "/v1/meetings/none/standings", None, 404, "unknown_meeting", None),
        ("DELETE", "/v1/meetings/m", None, 404, "unknown_path", None),
        ("GET", "/v1/meetings/a%20b", None, 400, "invalid_body", "id"),
        ("PUT", "/v1/meetings/m", b"{", 400, "invalid_body", "body"),
        ("PUT", "/v1/meetings/m", {}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", {"start": "2026-03-02T10:00:00"}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", {"start": "0"}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", {"start": "1772445600"}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", {"start": 1772445600}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", {"start": "2026-03-02"}, 400, "invalid_body", "start"),
        ("PUT", "/v1/meetings/m", f'{{"start": "{STARTED}", "st\\u0061rt": "{STARTED}"}}'.encode(), 400, "invalid_body",
         "body"),
        ("POST", "/v1/consent-events", twice(event("m", state="denied"), "state", "granted"), 400, "invalid_body",
         "body"),
        ("POST", "/v1/consent-events", event("m", valid_from="0"), 400, "invalid_body", "valid_from"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "canary": 1}, 400, "invalid_body", "body"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "end": STARTED}, 400, "invalid_meeting", "end"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "participants": [{"name": "canary"}]}, 400, "invalid_roster",
         "participants[0]"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "participants": [{"id": "p-new"}]}, 400, "invalid_roster",
         "participants[0]"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "participants": [{"id": "a", "class": "canary", "name": "A"}]},
         400, "invalid_body", "participants[0].class"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "participants": [{"id": "a", "name": "A"}] * 2}, 400,
         "invalid_roster", "id"),
        ("PUT", "/v1/meetings/m", {"start": STARTED, "participants": [{"id": "r", "name": "R", "members": ["x"]}]},
         400, "invalid_roster", "members"),
        ("PUT", "/v1/meetings/m", b"[" * 100_000, 400, "invalid_body", "body"),
        ("PUT", "/v1/meetings/m", b" " * (3 << 20), 413, "body_too_large", None),
        ("GET", "/v1/consent-events", None, 400, "invalid_query", "participant"),
        ("GET", "/v1/consent-events?participant=a&participant=b", None, 400, "invalid_query", "query"),
        ("GET", "/v1/incidents?limit=0", None, 400, "invalid_query", "limit"),
        ("GET", "/v1/coverage?hours=-1", None, 400, "invalid_query", "hours"),
        ("GET", "/v1/coverage?hours=0", None, 400, "invalid_period", "next"),
        ("GET", "/v1/coverage?hours=9999", None, 400, "invalid_period", "next"),
        ("POST", "/v1/consent-events", event("m", affirmative=False), 400, "not_affirmative", "affirmative"),
        ("POST", "/v1/consent-events", event("m", method="policy"), 400, "method_not_accepted", "method"),
        ("POST", "/v1/consent-events", event("m", actor="p-host"), 400, "on_behalf", "actor"),
        ("POST", "/v1/consent-events", event("m", purpose="canary"), 400, "unknown_purpose", "purpose"),
        ("POST", "/v1/consent-events", event("m", recipient="canary"), 400, "unknown_recipient", "recipient"),
        ("POST", "/v1/consent-events", event("m", scope="org"), 400, "unknown_organization", "scope_id"),
        ("POST", "/v1/consent-events", event("m", scope_id=None), 400, "incomplete_record", "scope_id"),
        ("POST", "/v1/consent-events", event("m", valid_until="2026-02-01T00:00:00Z"), 400, "invalid_period",
         "valid_until"),
        ("POST", "/v1/consent-events", event("m", state="denied", valid_until="2027-02-01T00:00:00Z"), 400,
         "invalid_period", "valid_until"),
        ("POST", "/v1/consent-events", {k: v for k, v in event("m").items() if k != "affirmative"}, 400,
         "invalid_body", "affirmative"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_changes_nothing(proxy, method, path, body, status, code, field):
    before = (ask(proxy, "GET", "/v1/meetings").body, ask(proxy, "GET", "/v1/consent-events?participant=p-ann").body)

    reply = ask(proxy, method, path, body)

    assert (reply.status, reply.json["error"]["code"], reply.json["error"]["field"]) == (status, code, field)
    assert set(reply.json["error"]) == {"code", "message", "field"}
    assert b"canary" not in reply.body
    assert before == (
        ask(proxy, "GET", "/v1/meetings").body,
        ask(proxy, "GET", "/v1/consent-events?participant=p-ann").body,
    )


# --- consent -------------------------------------------------------------------------------------


def test_what_is_recorded_counts_in_the_very_next_request(proxy, recipient):
    put_meeting(proxy, "next")
    words = "Annika Solberg: the printer is out of paper\n"

    def heard() -> bool:
        mark = len(recipient.received)
        proxy.chat(words, meeting="next")
        return any(b"printer is out" in request.body for request in recipient.received[mark:])

    assert not heard()
    recorded = ask(proxy, "POST", "/v1/consent-events", event("next", covers_earlier=True))
    assert recorded.status == 201
    assert recorded.json["receipt"]["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert recorded.json["receipt"]["dct:source"] == recorded.json["id"]
    assert recorded.json["remarks"] == []
    assert heard()
    ask(proxy, "POST", "/v1/consent-events", event("next", state="withdrawn", method="verbal"))
    assert not heard()
    events = ask(proxy, "GET", "/v1/consent-events?participant=p-ann&purpose=summary").json["events"]
    states = [each["state"] for each in events if each["scope_id"] == "next"]
    assert states == ["granted", "withdrawn"]


def test_a_withdrawal_is_answered_with_what_had_already_left(proxy):
    """As the command line tells it: by exchange, and that nothing of it can be called back."""
    put_meeting(proxy, "left", participants=[{"id": "p-left", "name": "Lena Thorvald"}])
    told = [ask(proxy, "POST", "/v1/consent-events", event("left", "p-left", covers_earlier=True)).json]
    assert proxy.chat("Lena Thorvald: the roof leaks\n", meeting="left").status == 200
    no = {"method": "verbal", "affirmative": True}
    told.append(ask(proxy, "POST", "/v1/consent-events", event("left", "p-left", state="denied", **no)).json)
    withdrawal = ask(proxy, "POST", "/v1/consent-events", event("left", "p-left", state="withdrawn", **no))
    nothing = ask(proxy, "POST", "/v1/consent-events", event("left", "p-nobody", state="withdrawn", **no))
    words = ["--participant", "p-left", "--purpose", "summary", "--scope", "meeting", "--scope-id", "left", "--json"]
    by_command = CliRunner().invoke(app, ["consent", "withdraw", "--config", str(proxy.config), *words])

    assert [each["already_left"] for each in told] == [None, None]
    assert withdrawal.status == 201
    left = withdrawal.json["already_left"]
    (exchange,) = left["exchanges"]
    assert (exchange["recipient"], exchange["purpose"], exchange["utterances"]) == ("acme-llm", "summary", 1)
    assert "cannot be called back" in left["note"]
    (same,) = json.loads(by_command.output.splitlines()[-1])["already_left"]["exchanges"]
    assert same | {"at": None} == exchange | {"at": None}
    assert ask(proxy, "GET", "/v1/people/p-left/exchanges").json == left
    standing = ask(proxy, "GET", "/v1/meetings/left/standings").json
    told = {(each["participant"], each["purpose"]): (each["heard"], each["reason"]) for each in standing["consent"]}
    assert told == {("p-left", "summary"): (False, "withdrawn"), ("p-left", "compose"): (False, "no_grant")}
    assert (standing["unmatched_labels"], standing["spoken_refusals"]) == (0, [])
    assert nothing.json["already_left"]["exchanges"] == []


def test_a_record_of_somebody_unknown_is_made_and_remarked_on(proxy):
    recorded = ask(proxy, "POST", "/v1/consent-events", event("not-yet", "p-later", state="denied"))

    assert recorded.status == 201
    assert len(recorded.json["remarks"]) == 2


# --- phone-ins -----------------------------------------------------------------------------------


def pressed(digit: str, at: datetime, **changes: Any) -> dict[str, Any]:
    return {"meeting": "phones", "label": "Caller 1", "purpose": "summary", "recipient": "acme-llm", "digit": digit,
            "call": "call-77", "pressed_at": at.isoformat(), **changes}  # fmt: skip


def test_keys_of_a_phone_in(proxy):
    put_meeting(proxy, "phones")
    at = datetime.now(UTC) - timedelta(minutes=1)

    yes = ask(proxy, "POST", "/v1/dtmf", pressed("1", at))
    repeated = ask(proxy, "POST", "/v1/dtmf", pressed("1", at))
    no = ask(proxy, "POST", "/v1/dtmf", pressed("2", at + timedelta(seconds=5)))
    late = ask(proxy, "POST", "/v1/dtmf", pressed("1", at + timedelta(seconds=1)))
    nothing = ask(proxy, "POST", "/v1/dtmf", pressed("9", at + timedelta(seconds=9)))

    assert (yes.status, repeated.status, no.status) == (201, 200, 201)
    assert repeated.json == yes.json | {"repeated": True}
    assert (late.status, late.json["error"]["code"]) == (409, "answer_outdated")
    assert (nothing.status, nothing.json["error"]["code"]) == (400, "unknown_digit")
    events = ask(proxy, "GET", "/v1/consent-events?participant=p-tel").json["events"]
    assert [(e["state"], e["method"], e["evidence_ref"]) for e in events] == [
        ("granted", "dtmf", "call:call-77"), ("denied", "dtmf", "call:call-77")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"label": "Caller 2"}, "unknown_participant", "label"),
        ({"label": None, "participant": "p-none"}, "unknown_participant", "participant"),
        ({"label": None}, "invalid_body", "participant"),
        ({"participant": "p-tel"}, "invalid_body", "participant"),
        ({"meeting": "none"}, "unknown_meeting", "meeting"),
        ({"pressed_at": "2100-01-01T00:00:00Z"}, "invalid_period", "pressed_at"),
    ],
)
def test_a_caller_is_never_guessed(proxy, changes, code, field):
    put_meeting(proxy, "phones")

    reply = ask(proxy, "POST", "/v1/dtmf", pressed("1", datetime.now(UTC)) | changes)

    assert (reply.json["error"]["code"], reply.json["error"]["field"]) == (code, field)


# --- presence ------------------------------------------------------------------------------------


def test_presence_by_the_api(proxy):
    put_meeting(proxy, "came")
    joined = {"label": "Ben", "event": "joined", "at": "2026-03-02T10:05:00Z"}

    first = ask(proxy, "POST", "/v1/meetings/came/presence", joined).json
    again = ask(proxy, "POST", "/v1/meetings/came/presence", joined).json
    by_label = ask(proxy, "GET", "/v1/meetings/came").json
    ben = by_label["participants"][1]["id"]
    ask(proxy, "POST", "/v1/meetings/came/presence", joined | {"participant": ben})
    complete = ask(proxy, "GET", "/v1/meetings/came").json
    ask(proxy, "POST", "/v1/meetings/came/presence", joined | {"label": "Somebody Else"})
    after = ask(proxy, "GET", "/v1/meetings/came").json

    assert (first["noted"], again["noted"]) == (True, False)
    assert by_label["complete"]
    assert by_label["participants"][1]["joined_at"] is None  # Ben has an address: a label does not make him late
    assert complete["complete"]
    assert complete["participants"][1]["joined_at"] == "2026-03-02T10:05:00Z"
    assert not after["complete"]
    refused = ask(proxy, "POST", "/v1/meetings/came/presence", joined | {"participant": "p-none"})
    assert (refused.status, refused.json["error"]["code"]) == (404, "unknown_participant")


def test_seats_by_the_api(proxy):
    put_meeting(proxy, "seats")

    def told(event: str, minute: int, seat: str) -> Response:
        sent = {"label": "Annika", "participant": "p-ann", "event": event, "at": f"2026-03-02T10:{minute:02}:00Z"}
        return ask(proxy, "POST", "/v1/meetings/seats/presence", sent | {"seat": seat})

    for event, minute, seat in (
        ("joined", 5, "laptop"),
        ("joined", 5, "phone"),
        ("left", 9, "phone"),
        ("left", 9, "tv"),
    ):
        assert told(event, minute, seat).json == {"noted": True, "participant": "p-ann"}
    still = ask(proxy, "GET", "/v1/meetings/seats").json["participants"][0]
    assert told("left", 9, "laptop").json["noted"]
    assert not told("left", 9, "laptop").json["noted"]

    assert still["left_at"] is None
    assert told("left", 9, "no seat").status == 400


# --- Zoom ----------------------------------------------------------------------------------------


def test_zoom_says_who_came_and_went(proxy):
    put_meeting(proxy, "zoom-1", series=NUMBER, end="2026-03-02T11:00:00Z")

    for sent in (
        zoom("meeting.started", "2026-03-02T09:58:00Z"),
        zoom("meeting.participant_joined", "2026-03-02T09:58:30Z", user_name="Annika Solberg", **ANN),
        zoom("meeting.participant_joined", "2026-03-02T10:20:00Z", user_name="Ben", participant_uuid="B", **BEN),
        zoom("meeting.participant_left", "2026-03-02T10:40:00Z", user_name="Ben", participant_uuid="B", **BEN),
        zoom("meeting.ended", "2026-03-02T11:10:00Z"),
    ):
        assert call(proxy, sent).json == {"status": "noted"}
    repeated = zoom("meeting.participant_left", "2026-03-02T10:40:00Z", user_name="Ben", participant_uuid="B", **BEN)
    assert call(proxy, repeated | {"event_ts": 1772445600001}).json == {"status": "repeated"}

    found = ask(proxy, "GET", "/v1/meetings/zoom-1").json
    assert (found["start"], found["end"]) == ("2026-03-02T09:58:00Z", "2026-03-02T11:10:00Z")
    ann, ben, _ = found["participants"]
    assert (ann["joined_at"], ann["left_at"]) == ("2026-03-02T09:58:30Z", None)
    assert (ben["joined_at"], ben["left_at"]) == ("2026-03-02T10:20:00Z", "2026-03-02T10:40:00Z")
    assert found["complete"]


def test_whom_zoom_does_not_vouch_for_is_known_by_name_only(proxy):
    put_meeting(proxy, "zoom-2", series="71234567890")
    typed = {"user_name": "N.N.", "email": "annika.solberg@fjord.example"}

    call(proxy, zoom("meeting.participant_joined", "2026-03-02T10:01:00Z", "71234567890", **typed))

    found = ask(proxy, "GET", "/v1/meetings/zoom-2").json
    assert not found["complete"]
    assert found["participants"][0]["joined_at"] is None


def test_meetings_that_are_not_on_file_and_other_events_are_let_pass(proxy):
    joined = zoom("meeting.participant_joined", "2026-03-02T10:01:00Z", "99999999999", user_name="Ben")

    assert call(proxy, joined).json == {"status": "unknown_meeting"}
    assert call(proxy, {"event": "meeting.sharing_started", "payload": {}}).json == {"status": "not_of_concern"}


def test_zoom_checks_the_address(proxy):
    challenge = {"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}

    reply = call(proxy, challenge)

    expected = hmac.new(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    assert reply.json == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": expected}
    assert call(proxy, challenge, secret="other").status == 401


def test_the_challenge_signs_nothing_that_could_be_a_call(proxy):
    stamp = int(time.time())
    trick = {"event": "endpoint.url_validation", "payload": {"plainToken": f'v0:{stamp}:{{"event":"meeting.ended"}}'}}

    reply = call(proxy, trick)

    assert (reply.status, reply.json["error"]["code"]) == (400, "webhook_invalid")
    assert "encryptedToken" not in reply.body.decode()


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ({"secret": "not-the-secret"}, 401, "webhook_forged"),
        ({"x-zm-signature": "v0=00"}, 401, "webhook_forged"),
        ({"x-zm-request-timestamp": "soon"}, 401, "webhook_forged"),
        ({"age": 301}, 401, "webhook_expired"),
        ({"age": -301}, 401, "webhook_expired"),
    ],
)
def test_forged_and_expired_calls_change_nothing_and_are_on_record(proxy, how, status, reason):
    put_meeting(proxy, "zoom-3", series="70000000003")
    before, noted = ask(proxy, "GET", "/v1/meetings/zoom-3").json, len(incidents(proxy))

    reply = call(proxy, zoom("meeting.participant_joined", "2026-03-02T10:01:00Z", "70000000003", user_name="X"), **how)

    assert (reply.status, reply.json["error"]["code"]) == (status, reason)
    assert ask(proxy, "GET", "/v1/meetings/zoom-3").json == before
    assert incidents(proxy)[0] == reason
    assert len(incidents(proxy)) == noted + 1


def test_a_call_that_was_overheard_counts_once(proxy):
    put_meeting(proxy, "zoom-4", series="70000000004")
    raw = json.dumps(
        zoom("meeting.participant_joined", "2026-03-02T10:01:00Z", "70000000004", user_name="Ben")
    ).encode()

    assert call(proxy, raw).status == 200
    before = ask(proxy, "GET", "/v1/meetings/zoom-4").json
    replies = {call(proxy, raw).status for _ in range(3)}

    assert 409 in replies  # a call in another second is signed anew, and then repeats what is known
    assert ask(proxy, "GET", "/v1/meetings/zoom-4").json == before
    assert incidents(proxy)[0] == "webhook_replayed"


def test_no_names_and_no_secrets_in_logs(proxy):
    log = proxy.log.read_text()

    for said in (TOKEN, SECRET, "Annika", "Oyelaran", "fjord.example", "call-77"):
        assert said not in log


# --- the document --------------------------------------------------------------------------------


def test_the_document_is_served_and_the_committed_one_is_current(proxy):
    """Make it anew with ``python -m proxy.edge.admin.openapi > docs/openapi.json``."""
    assert ask(proxy, "GET", "/v1/openapi.json").json == document()
    assert json.loads((DOCS / "openapi.json").read_text()) == document()


def test_coverage_tells_of_the_meetings_to_come(proxy):
    soon = datetime.now(UTC) + timedelta(hours=2)
    people = [{"id": "p-ann", "name": "Annika Solberg"}]
    facts = {"start": soon.isoformat(), "title": "Board", "participants": people}
    ask(proxy, "PUT", "/v1/meetings/m-covered", facts)

    (found,) = [
        each for each in ask(proxy, "GET", "/v1/coverage?hours=3").json["meetings"] if each["meeting"] == "m-covered"
    ]
    assert found["title"] == "Board"
    (summary,) = [each for each in found["covered"] if each["purpose"] == "summary"]
    assert summary["people"] == [
        {
            "participant": "p-ann", "name": "Annika Solberg", "answer": "never_asked", "heard_from": None,
            "reason": "no_grant", "missing": [],
        }
    ]  # fmt: skip
    assert summary["all_present_reason"] == "roster_incomplete"
    assert not any(
        each["meeting"] == "m-covered" for each in ask(proxy, "GET", "/v1/coverage?hours=1").json["meetings"]
    )


def test_who_was_heard_in_a_meeting_is_told_by_name_and_of_a_meeting_nobody_knows_nothing(proxy):
    put_meeting(proxy, "m-told")
    ask(proxy, "POST", "/v1/consent-events", event("m-told"))
    proxy.chat("Annika Solberg: The zeppelin is late.\n", meeting="m-told")
    proxy.settled()
    told = ask(proxy, "GET", "/v1/meetings/m-told/report")
    assert told.status == 200
    assert [each["name"] for each in told.json["people"] if each["utterances"]] == ["Annika Solberg"]
    assert len(told.json["exchanges"]) == 1
    assert "zeppelin" not in told.body.decode()
    lost = ask(proxy, "GET", "/v1/meetings/m-nowhere/report")
    assert (lost.status, lost.json["error"]["code"]) == (404, "unknown_meeting")


def test_a_no_in_the_chat_counts_in_the_next_request_and_other_messages_are_nothing(proxy):
    put_meeting(proxy, "m-chat")
    ask(proxy, "POST", "/v1/consent-events", event("m-chat"))
    sent = {"meeting": "m-chat", "label": "Annika Solberg", "address": "annika.solberg@fjord.example", "seat": "s-1",
            "message": "M-1", "written_at": STARTED}  # fmt: skip
    for text in ("sounds good", "YES summary", "cut \\ud83d"):
        body = json.dumps({**sent, "text": text}).replace("\\\\ud83d", "\\ud83d").encode()
        reply = ask(proxy, "POST", "/v1/chat-answers", body)
        assert (reply.status, reply.json) == (200, {"answer": "none", "participant": None, "records": []})
    assert b"zeppelin" in proxy.chat("Annika Solberg: The zeppelin is late.\n", meeting="m-chat").body

    said = {**sent, "text": "Please don\u2019t record me!"}
    first, again = (ask(proxy, "POST", "/v1/chat-answers", said) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    assert (first.json["answer"], first.json["participant"]) == ("no", "p-ann")
    assert b"zeppelin" not in proxy.chat("Annika Solberg: The zeppelin is late.\n", meeting="m-chat").body
    for changes in ({"text": 7}, {"prompt": {"purposes": []}}, {"extra": 1}, {"address": "no address"}):
        bad = ask(proxy, "POST", "/v1/chat-answers", {**said, **changes})
        assert (bad.status, bad.json["error"]["code"]) == (400, "invalid_body")
    guest = ask(proxy, "POST", "/v1/chat-answers", {**said, "address": None})
    assert (guest.status, guest.json["error"]["code"]) == (409, "not_a_phone")


def test_an_objection_of_a_platform_is_a_no_in_the_next_request(proxy):
    put_meeting(proxy, "m-objects")
    ask(proxy, "POST", "/v1/consent-events", event("m-objects"))
    sent = {"meeting": "m-objects", "participant": "p-ann", "signalled_at": STARTED, "source": "call-1"}
    allowed = ask(proxy, "POST", "/v1/preferences", {**sent, "preference": "ai-use=y"})
    assert (allowed.status, allowed.json) == (200, {"recorded": [], "purposes": []})
    assert b"zeppelin" in proxy.chat("Annika Solberg: The zeppelin is late.\n", meeting="m-objects").body

    refused = ask(proxy, "POST", "/v1/preferences", {**sent, "preference": "ai-use=n"})
    assert refused.status == 201
    assert "summary" in refused.json["purposes"]
    assert ask(proxy, "POST", "/v1/preferences", {**sent, "preference": "ai-use=n"}).status == 200
    assert b"zeppelin" not in proxy.chat("Annika Solberg: The zeppelin is late.\n", meeting="m-objects").body
    bad = ask(proxy, "POST", "/v1/preferences", {**sent, "preference": "(no)"})
    assert (bad.status, bad.json["error"]["code"]) == (400, "invalid_preference")
