"""The words of a client that may leave on one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from proxy.edge.http.admission import Admission
from proxy.edge.quota import WordsOfDay
from proxy.errors import ClientFault
from proxy.settings import Client, Limits

EVENING = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


def client(name: str = "bot", **own: int) -> Client:
    return Client(name=name, key_sha256="0" * 64, routes=("x",), **own)


def test_words_up_to_the_limit_leave_and_one_more_does_not() -> None:
    quota = WordsOfDay(lambda: EVENING)
    quota.take(client(words_per_day=10), 4)
    quota.take(client(words_per_day=10), 6)
    with pytest.raises(ClientFault, match="0 words left") as refused:
        quota.take(client(words_per_day=10), 1)
    assert (refused.value.reason, refused.value.status) == ("rate_limited", 429)
    assert refused.value.headers == (("retry-after", "60"),)


def test_what_is_too_much_counts_nothing_and_less_may_follow() -> None:
    quota = WordsOfDay(lambda: EVENING)
    quota.take(client(words_per_day=10), 4)
    with pytest.raises(ClientFault, match=r"6 words left .*words_per_day"):
        quota.take(client(words_per_day=10), 7)
    quota.take(client(words_per_day=10), 6)


def test_each_client_has_its_own_and_one_without_a_limit_has_none() -> None:
    quota = WordsOfDay(lambda: EVENING)
    quota.take(client("one", words_per_day=5), 5)
    quota.take(client("two", words_per_day=5), 5)
    quota.take(client("three"), 1_000_000)


def test_the_next_day_begins_anew() -> None:
    at = [EVENING]
    quota = WordsOfDay(lambda: at[0])
    quota.take(client(words_per_day=5), 5)
    at[0] += timedelta(minutes=1)
    quota.take(client(words_per_day=5), 5)


def test_a_changed_limit_holds_at_once() -> None:
    quota = WordsOfDay(lambda: EVENING)
    quota.take(client(words_per_day=5), 5)
    quota.take(client(words_per_day=9), 4)
    with pytest.raises(ClientFault, match="0 words left"):
        quota.take(client(words_per_day=3), 1)


def test_a_call_without_words_needs_none_and_a_client_without_any_left_is_refused_by_its_head() -> None:
    quota = WordsOfDay(lambda: EVENING)
    bot = client(words_per_day=5)
    admission = Admission(Limits(), lambda: 0.0, quota, several=False)
    with admission.enter(bot):
        quota.take(bot, 5)
    quota.take(bot, 0)
    with pytest.raises(ClientFault, match="words_per_day"):
        admission.enter(bot)
