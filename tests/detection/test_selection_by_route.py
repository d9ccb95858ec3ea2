"""Detection by route: what a route adds and replaces, and what is wrong with it, by place and remedy."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.detection.selection import doubts, problems
from proxy.settings import Dictionary, Settings


def settings(*routes: dict[str, Any], **sections: Any) -> Settings:
    given = [
        {"name": f"r{i}", "path": f"/v1/{i}", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
        | route
        for i, route in enumerate(routes)
    ]
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}}},
            "routes": given,
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["r0"]}],
            **sections,
        }
    )


PROJECT = {"kind": "PROJECT", "words": ["Bluebird"]}
TICKET = {"kind": "TICKET", "name": "ticket", "regex": r"T-\d+"}


def test_a_route_adds_to_protection_and_replaces_the_rest() -> None:
    """Naming one more list for a route must not lose those that hold for all."""
    made = settings(
        {"detection": {"deny": [PROJECT], "patterns": [TICKET], "threshold": 0.5}},
        {},
        detection={"deny": [{"kind": "CUSTOMER", "words": ["Fjord"]}], "disable": ["url"], "allow": ["Skerry"]},
    )
    first, second = made.detection_of(made.routes[0]), made.detection_of(made.routes[1])
    assert [deny.kind for deny in first.deny] == ["CUSTOMER", "PROJECT"]
    assert [pattern.kind for pattern in first.patterns] == ["TICKET"]
    assert (first.threshold, first.disable, first.allow) == (0.5, ("url",), ("Skerry",))
    assert second == made.detection
    assert made.detections() == {"r0": first}


def test_language_policy_is_taken_over_setting_by_setting() -> None:
    made = settings(
        {"detection": {"languages": {"in_part": "patterns"}}}, detection={"languages": {"tolerated_words": 7}}
    )
    policy = made.detection_of(made.routes[0]).languages
    assert (policy.in_part, policy.uncovered, policy.tolerated_words) == ("patterns", "refuse", 7)


@pytest.mark.parametrize(
    ("language", "languages"), [("en", ("en",)), (["en", "de"], ("en", "de")), ("auto", ()), ("de", ("de",))]
)
def test_a_route_names_one_language_many_or_none(language: object, languages: tuple[str, ...]) -> None:
    assert settings({"language": language}).routes[0].languages == languages


@pytest.mark.parametrize("language", ["English", "de-DE", [], ["en", "auto-matic"], False])
def test_what_is_no_language_code_is_no_setting(language: object) -> None:
    """In YAML, an unquoted ``no`` is false, not Norwegian."""
    with pytest.raises(ValueError, match="language"):
        settings({"language": language})


def test_shipped_settings_have_no_problems() -> None:
    assert problems(settings({}, {"detection": {"threshold": 0.2}})) == []


@pytest.mark.parametrize(
    ("route", "sections", "place", "remedy"),
    [
        ({"language": ["en", "de"]}, {}, "routes[0].language: German (de) is covered in part only", "in_part"),
        ({"language": "xx"}, {}, "routes[0].language: nothing is known of the language 'xx'", "use one of: en, "),
        ({"detection": {"disable": ["de_tax"]}}, {}, "routes[0].detection.disable: there is no", "'de_tax_id'"),
        ({"redaction": {"PROJECT": "mask"}}, {}, "routes[0].redaction.PROJECT: nothing finds", "deny list"),
        ({"detection": {"patterns": [TICKET, TICKET]}}, {}, "routes[0].detection.patterns: the name", "choose another"),
        ({"detection": {"disable": ["us_mbi"]}, "redaction": {"US_MBI": "refuse"}}, {},
         "routes[0].redaction.US_MBI: nothing finds", "'us_mbi'"),
        ({}, {"redaction": {"PROJECT": "mask"}}, "redaction.PROJECT: nothing finds", "deny list"),
        ({"detection": {"threshold": 0.5}}, {"detection": {"disable": ["nil"]}}, "detection.disable: there is",
         "--list"),
    ],
)  # fmt: skip
def test_problems_name_place_and_remedy_once(route: Any, sections: Any, place: str, remedy: str) -> None:
    (problem,) = problems(settings(route, **sections))
    assert problem.startswith(place)
    assert remedy in problem


def test_words_that_are_found_and_allowed_at_once_are_told_where_they_stand() -> None:
    """Once: what a route takes over from `detection` is told there alone. Entries are not quoted."""
    made = settings({"detection": {"allow": ["Blue  Heron"]}}, {"detection": {"deny": [PROJECT | {"words": ["-"]}]}})
    names = Dictionary(kind="PROJECT", file="names.txt").with_words(("blue heron",))
    made = made.model_copy(update={"detection": made.detection.model_copy(update={"dictionaries": (names,)})})
    first, second = problems(made)
    assert first.startswith("routes[0].detection.dictionaries: an entry of file names.txt is also in allow")
    assert second.startswith("routes[1].detection.deny: a word of kind PROJECT is empty")

    everywhere = made.detection.model_copy(update={"allow": ("blue heron",)})
    (told, _) = problems(made.model_copy(update={"detection": everywhere, "routes": made.routes[1:]}))
    assert told.startswith("detection.dictionaries: an entry of file names.txt")


def test_a_kind_may_be_found_on_the_one_route_that_has_a_recognizer_for_it() -> None:
    assert problems(settings({}, {"detection": {"deny": [PROJECT]}}, redaction={"PROJECT": "refuse"})) == []
    assert problems(settings({"redaction": {"DE_TAX_ID": "remove"}})) == []
    names = {"kind": "PROJECT", "file": "names.txt"}
    assert problems(settings({"detection": {"dictionaries": [names]}}, redaction={"PROJECT": "refuse"})) == []


def test_a_language_is_allowed_where_the_route_or_all_let_it_leave_in_part() -> None:
    assert problems(settings({"language": "de", "detection": {"languages": {"in_part": "patterns"}}})) == []
    assert problems(settings({"language": "de"}, detection={"languages": {"in_part": "patterns"}})) == []


def test_routes_that_let_text_leave_in_part_are_doubtful() -> None:
    made = settings({}, {"detection": {"languages": {"in_part": "patterns", "uncovered": "patterns"}}})
    (doubt,) = doubts(made)
    assert doubt.startswith("routes[1] (r1): languages.in_part and languages.uncovered is 'patterns'")
    assert "names outside the roster" in doubt
