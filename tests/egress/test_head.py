"""What leaves besides the body: addresses and headers come from the configuration alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.egress.head import OTHER, SERVICE_GENERATED, prepare, upstream_url
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


def listing(**fields):
    given = {"name": "r", "path": "/v1/messages", "dialect": "anthropic-messages", "purpose": "qa", "recipient": "acme"}
    return Route.model_validate({**given, **fields})


def sent(listed, headers=(), query="", path="/v1/messages", method="POST"):
    inbound = Inbound(method, path, query, tuple(headers), b"")
    return prepare(inbound, listed, "acme", recipient(), b"outbound", "application/json", stream=False)


def test_an_apis_own_header_leaves_with_its_one_value():
    assert dict(sent(listing()).outbound.headers)["anthropic-version"] == "2023-06-01"
    given = sent(listing(), [("anthropic-version", "2023-06-01")])
    assert dict(given.outbound.headers)["anthropic-version"] == "2023-06-01"
    assert given.stripped == {}
    with pytest.raises(ClientFault) as caught:
        sent(listing(), [("anthropic-version", "canary-1")])
    assert (caught.value.reason, "canary" in str(caught.value)) == ("header_not_allowed", False)


def test_of_a_clients_header_those_values_leave_that_are_listed():
    listed = listing(headers={"anthropic-beta": ["b-1", "b-2"]})
    given = sent(listed, [("anthropic-beta", "b-2, canary,b-1"), ("anthropic-beta", "b-2"), ("x-other", "b-1")])
    assert dict(given.outbound.headers)["anthropic-beta"] == "b-2,b-1"
    assert given.stripped == {"anthropic-beta": 1, "other": 1}
    assert "anthropic-beta" not in dict(sent(listed, [("anthropic-beta", "canary")]).outbound.headers)
    assert sent(listing(), [("anthropic-beta", "b-1,b-2")]).stripped == {"anthropic-beta": 1}


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("", "https://llm.example/v1/messages"),
        ("v=2", "https://llm.example/v1/messages?v=2"),
        ("w=x&v=1", "https://llm.example/v1/messages?v=1&w=x"),
    ],
)
def test_a_listed_query_leaves_in_the_routes_order(query, url):
    assert sent(listing(query={"v": ["1", "2"], "w": ["x"]}), query=query).outbound.url == url


@pytest.mark.parametrize("query", ["v=3", "v=1&v=1", "v=1&", "u=1", "v", "v=%31", "&", "V=1", "v=1&canary=1"])
def test_any_other_query_is_refused(query):
    with pytest.raises(ClientFault) as caught:
        sent(listing(query={"v": ["1", "2"]}), query=query)
    assert caught.value.reason == "query_not_allowed"
    assert "canary" not in str(caught.value)


def test_a_query_joins_what_the_operator_fixed():
    listed = listing(upstream_path="/x?fixed=1", query={"v": ["2"]})
    assert sent(listed, query="v=2").outbound.url == "https://llm.example/v1/x?fixed=1&v=2"


def test_parameters_of_the_path_leave_as_they_are_listed():
    listed = listing(path="/d/{deployment}/x", parameters={"deployment": ["gpt-large", "b"]})
    assert sent(listed, path="/d/b/x").outbound.url == "https://llm.example/v1/d/b/x"
    elsewhere = listing(path="/d/{a}/x", upstream_path="/{a}", parameters={"a": ["b"]})
    assert sent(elsewhere, path="/d/b/x").outbound.url == "https://llm.example/v1/b"


def test_a_call_without_words_leaves_by_a_listed_method_without_a_type():
    listed = Route.model_validate(
        {"name": "r", "path": "/v1/models", "dialect": "content-free", "recipient": "acme", "methods": ["GET", "HEAD"]}
    )
    for method, leaves in (("GET", "GET"), ("HEAD", "HEAD"), ("DELETE", "GET")):
        inbound = Inbound(method, "/v1/models", "", (), b"")
        outbound = prepare(inbound, listed, "acme", recipient(), b"", None, stream=False).outbound
        assert outbound.method == leaves
        assert "content-type" not in dict(outbound.headers)
        assert outbound.url == "https://llm.example/v1/models"
