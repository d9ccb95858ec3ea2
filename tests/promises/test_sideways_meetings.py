"""Promise 2, whose meeting: a request is judged by the one meeting that it belongs to beyond doubt, or by none."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from harness.endpoints import Apis
from harness.patience import PATIENCE
from harness.process import KEY, grant_all
from promises.bodies import CHAT, running

from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

HOUR = timedelta(hours=1)
NUMBER = count()
ROSTER = Roster((Participant("p-ann", "Annika Solberg"),), complete=True)
SAID, STAYED = "PERSON_1: canary\n", "WITHHELD_PERSON: [withheld]\n"


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    """The second client is bound to the series ``weekly``."""
    with running(tmp_path_factory.mktemp("meetings"), series="weekly") as running_apis:
        yield running_apis


def on_file(apis: Apis, *meetings: tuple[str | None, datetime, datetime | None]) -> list[str]:
    """Put meetings on file in which Annika granted (series, start, end); their ids. No others of a series remain."""
    ids = [f"w-{next(NUMBER)}" for _ in meetings]

    async def add() -> None:
        async with await Store.open(apis.proxy.document["store"]) as store:
            for meeting in await store.meetings.listed():
                if meeting.series is not None:
                    ended = Meeting(meeting.id, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
                    await store.meetings.put(ended)
            for name, (series, start, end) in zip(ids, meetings, strict=True):
                await store.meetings.put(Meeting(name, start, end, series, ROSTER))

    asyncio.run(add())
    for name in ids:
        grant_all(apis.proxy, ["p-ann"], name)
    return ids


def asked(
    apis: Apis, target: str, headers: Sequence[tuple[str, str]] = (), key: str = KEY
) -> tuple[int, str, list[bytes]]:
    """Status, what reached the recipient or the error's code, and all that reached the recipient, byte for byte."""
    mark = len(apis.recorder.received)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Annika Solberg: canary\n"}]}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", apis.proxy.document["listen"]["port"], timeout=PATIENCE)
    connection.putrequest("POST", target, skip_accept_encoding=True)
    common = [("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"), ("Content-Length", len(body))]
    for name, value in (*common, *headers):
        connection.putheader(name, str(value))
    connection.endheaders(body)
    reply = connection.getresponse()
    answer = json.loads(reply.read())
    left = apis.recorder.received[mark:]
    told = left[0].json["messages"][0]["content"] if left else answer["error"]["code"]
    return reply.status, told, [received.raw for received in left]


@pytest.mark.parametrize(
    ("prefix", "headers", "status", "told"),
    [
        ("/m/m1", (), 200, SAID),
        ("/m/%6d%31", (), 200, SAID),
        ("", (("X-Meeting-Id", "m1"),), 200, SAID),
        ("", (("x-meeting-id", "  m1 "),), 200, SAID),
        ("/m/m1", (("X-Meeting-Id", "m1"),), 200, SAID),
        ("/m/%6D1", (("X-Meeting-Id", "m1"),), 200, SAID),
        ("", (), 200, STAYED),
        ("/m/M1", (), 403, "unknown_meeting"),
        ("/m/none", (), 403, "unknown_meeting"),
        ("", (("X-Meeting-Id", "M1"),), 403, "unknown_meeting"),
        ("/m/m1", (("X-Meeting-Id", "m-all"),), 400, "meeting_ambiguous"),
        ("/m/m1", (("X-Meeting-Id", ""),), 400, "meeting_ambiguous"),
        ("", (("X-Meeting-Id", ""),), 400, "meeting_id_malformed"),
        ("", (("X-Meeting-Id", "%6d1"),), 400, "meeting_id_malformed"),
        ("", (("X-Meeting-Id", "m1, m-all"),), 400, "meeting_id_malformed"),
        ("", (("X-Meeting-Id", "m1"), ("X-Meeting-Id", "m1")), 400, "header_repeated"),
        ("", (("X-Meeting-Id", "m1"), ("x-meeting-id", "m-all")), 400, "header_repeated"),
        ("/m/%20m1", (), 400, "meeting_id_malformed"),
        ("/m/m1%00", (), 400, "meeting_id_malformed"),
        ("/m/m1%2Fm1", (), 400, "meeting_id_malformed"),
        ("/m/%256d1", (), 400, "meeting_id_malformed"),
        ("/m/%EF%BD%8D1", (), 400, "meeting_id_malformed"),
        ("/m/m1;m-all", (), 400, "meeting_id_malformed"),
        ("/m/..", (), 400, "meeting_id_malformed"),
        ("/m/m1/", (), 404, "unknown_route"),
        ("/m/", (), 404, "unknown_route"),
        ("/m", (), 404, "unknown_route"),
        ("/m/m1/m/m1", (), 404, "unknown_route"),
        ("/m/m-all/m/m1", (), 404, "unknown_route"),
        ("//m/m1", (), 404, "unknown_route"),
        ("/M/m1", (), 404, "unknown_route"),
    ],
)
def test_a_meeting_is_named_without_a_doubt_or_not_at_all(
    apis: Apis, prefix: str, headers: Sequence[tuple[str, str]], status: int, told: str
) -> None:
    assert asked(apis, prefix + CHAT, headers)[:2] == (status, told)


def test_no_spelling_of_a_path_beyond_the_route_reaches_it(apis: Apis) -> None:
    for target in (f"/m/m1{CHAT}/", f"/m/m1{CHAT}/m/m1", "/m/m1", f"/m/m1{CHAT}%2F", "/m/m1/v1/%63hat/completions"):
        status, told, left = asked(apis, target)
        assert (status, told, left) == (404, "unknown_route", []), target


def test_how_a_meeting_was_named_never_leaves(apis: Apis) -> None:
    for target, headers in ((f"/m/m1{CHAT}", ()), (CHAT, (("X-Meeting-Id", "m1"),))):
        _, _, (raw,) = asked(apis, target, headers)
        assert b"m1" not in raw.partition(b"\r\n\r\n")[0]
        assert b"x-meeting" not in raw.lower().partition(b"\r\n\r\n")[0]


NOW = datetime.now(UTC)
SERIES_KEY = f"{KEY}-of-series"


@pytest.mark.parametrize(
    ("meetings", "told"),
    [
        ([], STAYED),
        ([("weekly", NOW - HOUR, NOW + HOUR)], SAID),
        ([("weekly", NOW - HOUR, None)], SAID),
        ([("weekly", NOW - 2 * HOUR, NOW - HOUR)], SAID),
        ([("weekly", NOW - 5 * HOUR, NOW - 3 * HOUR)], STAYED),
        ([("weekly", NOW + HOUR, NOW + 2 * HOUR)], STAYED),
        ([("monthly", NOW - HOUR, NOW + HOUR)], STAYED),
        ([("Weekly", NOW - HOUR, NOW + HOUR)], STAYED),
        ([(None, NOW - HOUR, NOW + HOUR)], STAYED),
        ([("weekly", NOW - HOUR, NOW + HOUR), ("monthly", NOW - HOUR, NOW + HOUR)], SAID),
        ([("weekly", NOW - HOUR, NOW + HOUR), ("weekly", NOW + 2 * HOUR, None)], SAID),
        ([("weekly", NOW - HOUR, NOW + HOUR), ("weekly", NOW - HOUR, NOW + HOUR)], STAYED),
        ([("weekly", NOW - 3 * HOUR, NOW - HOUR), ("weekly", NOW - HOUR, NOW + HOUR)], STAYED),
    ],
)
def test_a_key_stands_for_a_meeting_where_exactly_one_of_its_series_fits(apis: Apis, meetings, told: str) -> None:
    on_file(apis, *meetings)
    assert asked(apis, CHAT, key=SERIES_KEY)[:2] == (200, told)


def test_a_client_of_a_series_names_meetings_of_that_series_only(apis: Apis) -> None:
    """Else it could have words of its meeting judged by what people said yes to elsewhere."""
    ours, others = on_file(apis, ("weekly", NOW - 90 * HOUR, NOW - 89 * HOUR), ("monthly", NOW - HOUR, None))
    assert asked(apis, f"/m/{ours}{CHAT}", key=SERIES_KEY)[:2] == (200, SAID)
    assert asked(apis, CHAT, [("X-Meeting-Id", ours)], key=SERIES_KEY)[:2] == (200, SAID)
    for meeting in ("m1", others, "no-such-meeting"):
        for target, headers in ((f"/m/{meeting}{CHAT}", ()), (CHAT, [("X-Meeting-Id", meeting)])):
            assert asked(apis, target, headers, key=SERIES_KEY) == (403, "meeting_outside_series", [])
    assert asked(apis, f"/m/{others}{CHAT}")[:2] == (200, SAID)


def test_a_named_meeting_counts_and_not_the_one_that_fits_by_time(apis: Apis) -> None:
    before, _ = on_file(apis, ("weekly", NOW - 90 * HOUR, NOW - 89 * HOUR), ("weekly", NOW - HOUR, None))
    apis.proxy.consent("deny", "p-ann", meeting=before)
    assert asked(apis, CHAT, key=SERIES_KEY)[:2] == (200, SAID)
    assert asked(apis, f"/m/{before}{CHAT}", key=SERIES_KEY)[:2] == (200, STAYED)
