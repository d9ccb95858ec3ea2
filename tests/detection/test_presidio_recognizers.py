"""Recognizers of a file for Presidio: what they find, in which language, and that no pattern runs without end."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import PatternRecognizer

from proxy.detection.assembly import build, of_file
from proxy.detection.engine import Engine
from proxy.detection.profiles import ProfileEngine
from proxy.edge.detection.pool import WorkerPool
from proxy.errors import OwnFault
from proxy.model import Excerpt, Profile
from proxy.settings import Detection, PresidioFile, PresidioRegistry

FILE = {
    "recognizers": [
        {
            "name": "Zip code",
            "supported_entity": "ZIP",
            "supported_languages": [
                {"language": "en", "context": ["zip"]},
                {"language": "sv", "context": ["postnummer"]},
            ],
            "patterns": [{"name": "weak", "regex": r"\b\d{5}\b", "score": 0.01}],
        },
        {"name": "Titles", "supported_entity": "TITLE", "deny_list": ["Dr.", "Prof."], "deny_list_score": 0.7},
        {"name": "EsNifRecognizer", "supported_languages": ["de"]},
        {"name": "AuAbnRecognizer"},
        {
            "name": "Ticket",
            "supported_entity": "TICKET",
            "patterns": [
                {"name": "t", "regex": r"\bT-\d{3}\b", "score": 0.6},
                {"name": "u", "regex": r"\bU-\d{3}\b", "score": 0.2},
            ],
            "score_thresholds": {"default": 0.9, "TICKET": 0.15},
        },
        {"name": "Inside", "supported_entity": "URL", "patterns": [{"name": "i", "regex": "xyzzy", "score": 0.6}]},
    ]
}


def of(content: object, **more: object) -> Detection:
    file = PresidioFile(file="recognizers.yaml").with_registry(PresidioRegistry.model_validate(content))
    return Detection(**more).model_copy(update={"presidio_recognizers": file})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def detecting() -> ProfileEngine:
    return ProfileEngine(Detection.unpacked(of(FILE).packed()))


@pytest.mark.parametrize(
    ("text", "languages", "found"),
    [
        ("my zip is 90210 there", (), ("90210", "ZIP")),
        ("my zip is nine oh two one oh there", (), ("nine oh two one oh", "ZIP")),
        ("mitt postnummer är 90210 där", ("sv",), ("90210", "ZIP")),
        ("ask DR. Brown", (), ("DR.", "TITLE")),
        ("sie sagte 12345678Z im Termin", ("de",), ("12345678Z", "ES_NIF")),
        ("it was 51 824 753 556 there", (), ("51 824 753 556", "AU_ABN")),
        ("see T-123 now", (), ("T-123", "TICKET")),
        ("see U-123 now", (), ("U-123", "TICKET")),
        ("see abcxyzzydef now", (), ("xyzzy", "URL")),
    ],
)
def test_found(detecting: ProfileEngine, text: str, languages: tuple[str, ...], found: tuple[str, str]) -> None:
    assert found in {(text[f.start : f.end], f.kind) for f in detecting.find([Excerpt.whole(text)], languages)[0]}


@pytest.mark.parametrize(
    ("text", "languages", "kind"),
    [
        ("we counted 90210 there", (), "ZIP"),
        ("mitt nummer är 90210 där", ("sv",), "ZIP"),
        ("mitt postnummer är 90210 där", (), "ZIP"),
        ("sie sagte 12345678Z im Termin", (), "ES_NIF"),
        ("see Dr.x and T-1234", (), "TICKET"),
    ],
)
def test_left(detecting: ProfileEngine, text: str, languages: tuple[str, ...], kind: str) -> None:
    assert kind not in {f.kind for f in detecting.find([Excerpt.whole(text)], languages)[0]}


def test_a_file_adds_and_takes_nothing_away() -> None:
    content = {"recognizers": ["IbanRecognizer", {"name": "UrlRecognizer", "type": "predefined", "enabled": False}]}
    names = [recognizer.name for recognizer in build(of(content))]
    assert names[:-1] == [recognizer.name for recognizer in build(Detection())]
    assert names[-1] == "presidio:IbanRecognizer"


def test_flags_of_the_file_hold_for_its_patterns_alone() -> None:
    patterns = [{"name": "b", "regex": "badge", "score": 0.6}]
    content = {
        "recognizers": [{"name": "B", "supported_entity": "BADGE", "patterns": patterns}],
        "global_regex_flags": 0,
    }
    (exact,) = of_file(of(content), "en")
    assert exact.analyze("badge", ["BADGE"])
    assert not exact.analyze("Badge", ["BADGE"])
    content["global_regex_flags"] = 2
    (any_case,) = of_file(of(content), "en")
    assert any_case.analyze("Badge", ["BADGE"])


@settings(max_examples=invented(60), deadline=None)
@given(
    st.lists(st.text("ab. -Ä", min_size=1, max_size=5).filter(str.strip), min_size=1, max_size=5),
    st.text("ab. -ÄBA\n", max_size=60),
)
def test_words_of_a_deny_list_are_found_where_presidio_finds_them(words: list[str], text: str) -> None:
    content = {"recognizers": [{"name": "W", "supported_entity": "WORDS", "deny_list": words}]}
    (ours,) = of_file(of(content), "en")
    theirs = PatternRecognizer("WORDS", deny_list=words)
    places = [{(r.start, r.end, r.score) for r in each.analyze(text, ["WORDS"])} for each in (ours, theirs)]
    assert places[0] == places[1]


def test_a_name_of_the_file_ties_no_findings() -> None:
    """Pieces of one number are tied by a field of the finding; a name is free text."""
    patterns = [{"name": "b", "regex": r"B\d{4}", "score": 0.6}]
    content = {"recognizers": [{"name": "x+cut:7", "supported_entity": "BADGE", "patterns": patterns}]}
    (all_found,) = Engine(of(content)).find([Excerpt.whole("badges B1234 and B5678")])
    found = [each for each in all_found if each.kind == "BADGE"]
    assert [(each.start, each.entity) for each in found] == [(7, None), (17, None)]


def test_a_file_that_was_not_read_does_not_run_in_part() -> None:
    with pytest.raises(OwnFault) as caught:
        Engine(Detection(presidio_recognizers=PresidioFile(file="recognizers.yaml")))
    assert caught.value.reason == "recognizers_not_read"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at processes through /proc")
async def test_a_pattern_without_end_refuses_the_text_and_is_not_passed_over() -> None:
    """Presidio ends such a search after a while, with a warning and without what it would have found: a leak."""
    patterns = [{"name": "endless", "regex": "(?:a|aa)+!", "score": 0.6}]
    endless = of({"recognizers": [{"name": "E", "supported_entity": "ENDLESS", "patterns": patterns}]}, workers=1)
    workers = WorkerPool(endless)
    await workers.start()
    try:
        workers._detection = endless.model_copy(update={"timeout_seconds": 0.5})
        with pytest.raises(OwnFault) as caught:
            await workers.find([Excerpt.whole("a" * 200)], Profile())
        assert caught.value.reason == "detector_timeout"
    finally:
        await workers.close()
