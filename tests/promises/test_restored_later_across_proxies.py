"""Promise 5 where the reply arrives later, with proxies on one PostgreSQL: they share jobs if they share the key."""

from __future__ import annotations

from harness.postgres import Postgres
from harness.recorder import Recorder
from harness.skynet import COMES_BACK, HIDDEN, OTHER_KEY, Skynet, ask, code, fetched, job_of, proxy_of


def test_a_job_asked_for_at_one_proxy_is_fetched_at_another_with_the_key(tmp_path_factory, postgres: Postgres) -> None:
    skynet, store = Skynet(), postgres.database()
    with Recorder(skynet) as recorder:
        one, other, stranger = (
            proxy_of(tmp_path_factory.mktemp(name), recorder, meeting=name == "one", store=store)
            for name in ("one", "other", "stranger")
        )
        for number, proxy in enumerate((one, other, stranger)):
            proxy.document["ledger"]["name"] = f"egress-{number}"
        stranger.environment["LATER_KEY"] = "e" * 64
        proxies = [one, other, stranger]
        try:
            for proxy in proxies:
                proxy.start()
            job = job_of(one)
            skynet.succeed(job)
            assert COMES_BACK in ask(other, job).json["result"]
            mark = len(fetched(recorder))
            assert code(ask(stranger, job)) == (503, "job_unreadable")
            assert code(ask(other, job, OTHER_KEY)) == (404, "unknown_job")

            other.consent("withdraw", "p-ann")
            assert code(ask(one, job)) == (403, "consent_withdrawn")
            assert len(fetched(recorder)) == mark
            assert [word for word in HIDDEN if word.encode() in recorder.wire] == []
            database = store.partition("@/")[2].partition("?")[0]
            rows = postgres.sql("SELECT job, client, until::text, people::text, sealed FROM later_replies", database)
            assert "Tobias" not in str(rows)
            assert "PERSON" not in str(rows)
            assert job not in str(rows)
        finally:
            for proxy in proxies:
                if proxy.process is not None:
                    proxy.stop()
