"""What leaves besides the body: addresses and headers come from the configuration alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.egress.headers import OTHER, SERVICE_GENERATED
from proxy.egress.prepare import prepare, upstream_url
from proxy.errors import ClientFault
from proxy.model import Inbound
from proxy.settings import Recipient, Route, Terms

ALLOWED = {"content-type", "accept", "accept-encoding", "user-agent"}


def recipient(base_url: str = "https://llm.example/v1") -> Recipient:
    return Recipient(base_url=base_url, terms=Terms(version="1"))


def route(path: str = "/v1/chat/completions", upstream_path: str | None = None) -> Route:
    return Route(
        name="r", path=path, dialect="openai-chat", purpose="summary", recipient="acme", upstream_path=upstream_path
    )


def prepared(headers=(), query="", stream=False, path="/anything"):
    inbound = Inbound("PUT", path, query, tuple(headers), b"inbound")
    return prepare(inbound, route(), "acme", recipient(), b"outbound", "application/json", stream)


@pytest.mark.parametrize(
    ("base", "path", "upstream_path", "url"),
    [
        ("https://llm.example/v1", "/v1/chat/completions", None, "https://llm.example/v1/chat/completions"),
        ("https://llm.example/v1/", "/v1/chat/completions", None, "https://llm.example/v1/chat/completions"),
        ("https://llm.example", "/v1", None, "https://llm.example"),
        ("https://llm.example", "/v10/x", None, "https://llm.example/v10/x"),
        ("https://llm.example", "/summaries", None, "https://llm.example/summaries"),
        ("https://llm.example/x", "/v1/a", "/v1/b", "https://llm.example/x/v1/b"),
        ("https://llm.example/x", "/v1/a", "b?api-version=2", "https://llm.example/x/b?api-version=2"),
        ("https://llm.example/x", "/v1/a", "", "https://llm.example/x"),
    ],
)
def test_url_comes_from_the_configuration(base, path, upstream_path, url):
    assert upstream_url(route(path, upstream_path), recipient(base)) == url


@given(path=st.text(max_size=40), headers=st.lists(st.tuples(st.text(max_size=10), st.text(max_size=10)), max_size=5))
def test_nothing_of_the_client_but_the_body_reaches_the_outbound_request(path, headers):
    assert prepared(headers, path=path).outbound == prepared().outbound


def test_only_listed_headers_leave():
    outbound = prepared([("x-evil", "1"), ("user-agent", "Mozilla"), ("authorization", "Bearer k")]).outbound

    assert {name for name, _ in outbound.headers} == ALLOWED
    assert dict(outbound.headers)["user-agent"] == "meeting-privacy-proxy"
    assert outbound.method == "POST"
    assert outbound.body == b"outbound"


def test_accept_follows_the_stream():
    assert dict(prepared(stream=True).outbound.headers)["accept"] == "text/event-stream"
    assert dict(prepared(stream=False).outbound.headers)["accept"] == "application/json"


def test_a_query_is_refused_without_quoting_it():
    with pytest.raises(ClientFault) as caught:
        prepared(query="user=canary")

    assert caught.value.reason == "query_not_allowed"
    assert "canary" not in str(caught.value)


def test_what_clients_tell_about_themselves_is_counted():
    stripped = prepared(
        [
            ("host", "localhost"),
            ("content-length", "3"),
            ("authorization", "Bearer k"),
            ("x-meeting-id", "m"),
            ("x-acts-for", "p"),
            ("User-Agent", "OpenAI/Python"),
            ("x-stainless-os", "Linux"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-maya-chen", "1"),
        ]
    ).stripped

    assert stripped == {"cookie": 2, "other": 1, "user-agent": 1, "x-forwarded-for": 1, "x-stainless-os": 1}


@given(st.lists(st.text(max_size=30), max_size=10))
def test_unlisted_names_never_become_keys_of_the_ledger(names):
    assert set(prepared([(name, "") for name in names]).stripped) <= SERVICE_GENERATED | {OTHER}
