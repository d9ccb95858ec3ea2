"""Routes whose replies arrive later: their paths, and what keeps them from being fetched."""

import pytest
from pydantic import ValidationError

from proxy.settings import Settings

SUMMARY = {"name": "s", "path": "/s/v1/summary", "dialect": "skynet-summaries", "purpose": "qa", "recipient": "acme"}
JOB = {"name": "j", "path": "/s/v1/job/{job}", "dialect": "skynet-job", "recipient": "acme"}
KEY = {"key": {"env": "LATER"}}


def settings(*routes, later=KEY):
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {
                name: {"base_url": "https://llm.example", "terms": {"version": "1"}} for name in ("acme", "birch")
            },
            "routes": list(routes),
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": [routes[0]["name"]]}],
            "later_replies": later,
        }
    )


def test_a_path_of_jobs_stands_for_any_id_and_for_no_other_path():
    known = settings(SUMMARY, JOB)
    assert known.later_replies.hours == 24
    route = known.route_at("/s/v1/job/5e0c-1")
    assert route is known.routes[1]
    assert (route.accepted, known.routes[0].accepted) == (("GET",), ("POST",))
    assert route.parameters_at("/s/v1/job/5e0c-1") == {"job": "5e0c-1"}
    for path in ("/s/v1/job/", "/s/v1/job", "/s/v1/job/{job}", "/s/v1/job/a/b", "/s/v1/job/..", "/s/v1/job/a%20b",
                 "/s/v1/job/.a", "/s/v1/job/" + "a" * 129, "/s/v1/jobs/a", "/x/s/v1/job/a"):  # fmt: skip
        assert known.route_at(path) is None, path


def test_other_parameters_of_such_a_path_are_listed_as_ever():
    tenants = {**JOB, "path": "/{tenant}/job/{job}", "parameters": {"tenant": ["red", "blue"]}}
    route = settings(SUMMARY, tenants).routes[1]
    assert route.parameters_at("/red/job/1") == {"tenant": "red", "job": "1"}
    assert route.parameters_at("/green/job/1") is None


@pytest.mark.parametrize(
    ("routes", "later", "says"),
    [
        ([SUMMARY, JOB], None, "there is no key"),
        ([SUMMARY], KEY, "no route fetches"),
        ([SUMMARY, {**JOB, "recipient": "birch"}], KEY, "no route fetches"),
        ([SUMMARY, JOB, {**JOB, "name": "k"}], KEY, "used twice"),
        ([SUMMARY, JOB, {**SUMMARY, "name": "t", "path": "/s/v1/job/x"}], KEY, "may have the same path"),
        ([SUMMARY, {**JOB, "path": "/s/v1/job"}], KEY, "ends in /{job}"),
        ([SUMMARY, {**JOB, "path": "/s/{job}/reply"}], KEY, "ends in /{job}"),
        ([SUMMARY, {**JOB, "upstream_path": "/job"}], KEY, "{job} in upstream_path"),
        ([SUMMARY, {**JOB, "parameters": {"job": ["x"]}}], KEY, "list values"),
        ([SUMMARY, {**JOB, "purpose": "qa"}], KEY, "have none"),
        ([SUMMARY, {**JOB, "methods": ["HEAD"]}], KEY, "content-free"),
        ([{**SUMMARY, "purpose": None}, JOB], KEY, "give a purpose"),
        ([SUMMARY, JOB], {**KEY, "hours": 169}, "less than or equal to 168"),
        ([SUMMARY, JOB], {**KEY, "hours": 0}, "greater than 0"),
        ([SUMMARY, JOB], {"key": {}}, "exactly one of"),
    ],
)
def test_what_keeps_replies_from_being_fetched_is_told(routes, later, says):
    with pytest.raises(ValidationError) as caught:
        settings(*routes, later=later)
    assert says in str(caught.value)
