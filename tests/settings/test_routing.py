"""What a route lists: paths with parameters, query, headers, methods, and what does not fit together."""

import pytest
from pydantic import ValidationError

from proxy.settings import Route, Settings

AZURE = "/openai/deployments/{deployment}/chat/completions"


def route(**fields):
    given = {"name": "r", "path": "/v1/x", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
    return Route.model_validate({name: value for name, value in {**given, **fields}.items() if value is not None})


def test_a_path_stands_for_every_value_that_is_listed_and_for_no_other():
    found = route(path="/{a}/x/{b}", parameters={"a": ["1", "2"], "b": ["y"]}).paths
    assert dict(found) == {"/1/x/y": {"a": "1", "b": "y"}, "/2/x/y": {"a": "2", "b": "y"}}
    assert dict(route().paths) == {"/v1/x": {}}


def test_routes_are_found_by_the_paths_they_stand_for():
    settings = Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://llm.example", "terms": {"version": "1"}}},
            "routes": [
                {"name": "r", "path": AZURE, "parameters": {"deployment": ["gpt-large"]}, "dialect": "azure-chat",
                 "purpose": "summary", "recipient": "acme"},
            ],
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["r"]}],
        }
    )  # fmt: skip
    assert settings.route_at("/openai/deployments/gpt-large/chat/completions") is settings.routes[0]
    for path in (AZURE, AZURE.replace("{deployment}", "other"), AZURE.replace("{deployment}", "gpt%2Dlarge")):
        assert settings.route_at(path) is None


def test_two_routes_may_not_stand_for_one_path():
    one = {"name": "a", "path": "/v1/{x}", "parameters": {"x": ["y"]}, "dialect": "openai-chat", "purpose": "qa",
           "recipient": "acme"}  # fmt: skip
    with pytest.raises(ValidationError, match="used twice"):
        Settings.model_validate(
            {
                "version": 1,
                "recipients": {"acme": {"base_url": "https://llm.example", "terms": {"version": "1"}}},
                "routes": [one, {**one, "name": "b", "path": "/v1/y", "parameters": {}}],
                "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["a"]}],
            }
        )


def test_an_unknown_path_is_near_the_route_that_shares_most_of_it():
    paths = {
        "models": "/v1/models",
        "chat": "/v1/chat/completions",
        "messages": "/v1/messages",
        "notes": "/notes/{kind}",
    }
    settings = Settings(
        version=1,
        recipients={"acme": {"base_url": "https://llm.example", "terms": {"version": "1"}}},
        routes=[
            route(
                name=name,
                path=path,
                parameters={"kind": ["short"]} if "{" in path else {},
                **({"dialect": "content-free", "purpose": None} if name == "models" else {}),
            )
            for name, path in paths.items()
        ],
        clients=[{"name": "bot", "key_sha256": "0" * 64, "routes": ["chat"]}],
    )
    near = {
        "/v1/messages/batches": "messages",
        "/v1/chat": "chat",
        "/v1/files": "chat",
        "/notes/long": "notes",
        "/v1/models/m": "models",
    }
    assert {path: settings.route_near(path).name for path in near} == near
    assert [settings.route_near(path) for path in ("/", "", "/x/v1/messages", "/V1")] == [None] * 4


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"purpose": None}, "give a purpose"),
        ({"dialect": "content-free"}, "have none"),
        ({"methods": ["GET"]}, "all others take POST"),
        ({"dialect": "content-free", "purpose": None, "methods": ["POST"]}, "methods"),
        ({"path": "/v1/{a}"}, "list values"),
        ({"parameters": {"a": ["x"]}}, "list values"),
        ({"path": "/{a}/{a}", "parameters": {"a": ["x"]}}, "list values"),
        ({"path": "/{a}", "parameters": {"a": []}}, "parameters"),
        ({"path": "/x{a}", "parameters": {"a": ["x"]}}, "whole part"),
        ({"path": "/{a}", "parameters": {"a": [".."]}}, "parameters"),
        ({"path": "/{a}", "parameters": {"a": ["x/y"]}}, "parameters"),
        ({"path": "/{a}", "parameters": {"a": ["%2e"]}}, "parameters"),
        ({"upstream_path": "/{b}"}, "upstream_path"),
        ({"upstream_path": "/x?v=1", "query": {"v": ["1"]}}, "not both"),
        ({"query": {"v": ["a b"]}}, "query"),
        ({"query": {"v&w": ["a"]}}, "query"),
        ({"path": "/{a}/{b}", "parameters": {n: [f"v{i}" for i in range(40)] for n in ("a", "b")}}, "more than"),
        ({"path": "/{a}/" + "x" * 180, "parameters": {"a": ["y" * 30]}}, "at most 200"),
        ({"headers": {"authorization": ["x"]}}, "clients may send"),
        ({"headers": {"content-type": ["x"]}}, "clients may send"),
        ({"headers": {"X-Big": ["x"]}}, "lower case"),
        ({"headers": {"x-fine": ["a,b"]}}, "headers"),
        ({"headers": {"x-fine": ["a\r\nb: c"]}}, "headers"),
    ],
)
def test_what_does_not_fit_is_an_error(fields, says):
    with pytest.raises(ValidationError, match=says):
        route(**fields)
