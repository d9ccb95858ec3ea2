"""`ledger.ship`: what is valid, and what is told where it is not."""

import pytest
from pydantic import ValidationError

from proxy.settings import Ledger

HTTP = {"url": "https://siem.example/in"}


def ship(*targets) -> Ledger:
    return Ledger.model_validate({"ship": targets})


def test_each_kind_of_target_has_defaults():
    (siem, archive, collector) = ship(
        {"name": "siem", "syslog": {"host": "siem.example"}},
        {"name": "archive", "http": HTTP},
        {"name": "collector", "otlp": {"endpoint": "http://127.0.0.1:4318/"}},
    ).ship

    assert (siem.syslog.protocol, siem.syslog.port, siem.syslog.facility) == ("tls", 6514, "audit")
    assert (archive.http.format, archive.http.gzip, archive.receiver.batch_records) == ("ndjson", False, 500)
    assert collector.otlp.url == "http://127.0.0.1:4318/v1/logs"
    assert siem.credential is None


@pytest.mark.parametrize("endpoint", ["https://c.example/otlp/v1/logs", "https://c.example/otlp/v1/logs/"])
def test_an_endpoint_that_takes_logs_already_stays(endpoint):
    (target,) = ship({"name": "c", "otlp": {"endpoint": endpoint}}).ship
    assert target.otlp.url == "https://c.example/otlp/v1/logs"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"name": "a"}, "exactly one"),
        ({"name": "a", "http": HTTP, "otlp": {"endpoint": "http://x"}}, "exactly one"),
        ({"name": "a/b", "http": HTTP}, "no valid name"),
        ({"name": "a", "http": {"url": "siem.example"}}, "http"),
        ({"name": "a", "http": {"url": "https://user:secret@siem.example"}}, "credential"),
        ({"name": "a", "http": {**HTTP, "headers": {"Content-Length": "1"}}}, "proxy's own"),
        ({"name": "a", "http": {**HTTP, "headers": {"X-A": "a\r\nX-B: b"}}}, "one line"),
        ({"name": "a", "http": {**HTTP, "client_key": "k.pem"}}, "client_cert"),
        ({"name": "a", "http": {**HTTP, "format": "xml"}}, "ndjson"),
        ({"name": "a", "syslog": {"host": "h", "facility": "local9"}}, "local7"),
        ({"name": "a", "syslog": {"host": "h", "app_name": "two words"}}, "pattern"),
        ({"name": "a", "syslog": {"host": "h", "verify": False}}, "verify"),
    ],
)
def test_what_is_not_valid_is_told(target, told):
    with pytest.raises(ValidationError, match=told):
        ship(target)


def test_two_targets_need_two_names():
    with pytest.raises(ValidationError, match="same name"):
        ship({"name": "a", "http": HTTP}, {"name": "a", "http": HTTP})
