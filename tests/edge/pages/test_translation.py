"""Languages: catalogues that are whole and current, the choice among them, and dates in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from edge.pages.catalogues import catalogue, compiled, messages, paths, sentences

from proxy.audit.about import CANNOT_BE_CALLED_BACK
from proxy.desk.reports import NOT_COVERED
from proxy.edge.pages import report_words
from proxy.edge.pages.translation import NAMES, accepted, choose, languages
from proxy.settings import ConsentPages

ALL = languages(list(NAMES))
PLACES = re.compile(r"\{\w+\}")


def test_every_language_that_can_be_configured_has_a_catalogue():
    offered = ConsentPages.model_fields["languages"].default
    assert set(offered) == set(NAMES)
    assert {path.parents[1].name for path in paths()} == set(NAMES) - {"en"}


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.parents[1].name)
def test_a_catalogue_says_every_sentence_with_all_its_places(path):
    written = catalogue(path)
    assert {message.id for message in written if message.id} == {m.id for m in sentences() if m.id}
    for message in written:
        if not message.id:
            continue
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations), message.id
        assert not message.fuzzy, message.id
        source = message.id if isinstance(message.id, str) else message.id[1]
        for each in translations:
            places = set(PLACES.findall(each))
            # One or two days may be words.
            assert places == set(PLACES.findall(source)) or (len(translations) > 1 and not places), each


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.parents[1].name)
def test_the_compiled_catalogue_is_current(path):
    """After a change: ``python tests/edge/pages/catalogues.py``."""
    assert messages(path.with_suffix(".mo").read_bytes()) == messages(compiled(catalogue(path)))


@pytest.mark.parametrize(
    ("header", "order"),
    [
        ("", []),
        ("de", ["de"]),
        ("de-AT, fr;q=0.9, en;q=0.8", ["de", "fr", "en"]),
        ("en;q=0.1, ar", ["ar", "en"]),
        ("fr;q=0, nl", ["nl"]),
        ("fr;q=x, nl;q=2, pl", ["pl"]),
        (";;;,,,q=1", ["q=1"]),
        ("*", ["*"]),
    ],
)
def test_a_browsers_wishes_are_read_in_order(header, order):
    assert accepted(header) == order


def test_the_language_asked_for_comes_before_the_browsers_and_the_first_is_for_all_others():
    assert choose(ALL, "pl", "de").code == "pl"
    assert choose(ALL, "xx", "de-CH, en").code == "de"
    assert choose(ALL, None, "tlh, *").code == "en"
    assert choose(languages(["nl", "en"]), None, None).code == "nl"


def test_a_date_is_told_in_words_and_with_its_zone():
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert ALL["en"].date(at) == "2 March 2026, 23:30 (UTC)"
    assert ALL["de"].date(at, ZoneInfo("Europe/Berlin")) == "3. März 2026, 00:30 Uhr (CET)"
    assert ALL["es"].date(at) == "2 de marzo de 2026, 23:30 (UTC)"


def test_plural_forms_follow_the_language():
    assert [ALL["pl"].days(n) for n in (1, 2, 5)] == ["1 dzień", "2 dni", "5 dni"]
    assert ALL["en"].days(1) == "1 day"
    assert ALL["ar"].days(2) == "يومان"


def test_what_runs_against_the_sentence_is_isolated():
    message = "This page is for {name}."
    assert ALL["en"].say(message, name="Ann") == "This page is for Ann."
    assert ALL["en"].say(message, name="ليلى") == "This page is for \u2068ليلى\u2069."
    assert "\u2068Ann\u2069" in ALL["ar"].say(message, name="Ann")


def test_a_value_is_never_read_as_a_template():
    assert ALL["de"].say("This page is for {name}.", name="{name} {0}") == "Diese Seite ist für {name} {0}."


def test_what_reports_say_of_every_person_is_a_sentence_of_the_catalogues():
    assert set(report_words.SAID_BY_REPORTS) == {*NOT_COVERED, CANNOT_BE_CALLED_BACK}


@pytest.mark.parametrize("code", sorted(set(NAMES) - {"en"}))
def test_a_report_has_no_english_sentence_in_another_language(code):
    tables = (
        report_words.WORDS, report_words.REASONS, report_words.METHODS, report_words.REFUSALS, report_words.SOURCES,
        report_words.KINDS,
    )  # fmt: skip
    words = [*(each for table in tables for each in table.values()), *report_words.SAID_BY_REPORTS]
    assert [each for each in words if " " in each and ALL[code].say(each) == each and "{purpose}" not in each] == []
