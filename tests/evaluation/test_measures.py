"""The figures of detectors side by side, from counts by document."""

from __future__ import annotations

import pytest
from evaluation.annotating import marked

from proxy.evaluation.annotated import Coarse
from proxy.evaluation.measures import ALL, DetectorFigures, measure, tally

OURS = (
    "so [PERSON {PERSON Maya Chen}] of [LOCATION {LOCATION Oslo}] said",
    "and {ORGANIZATION the} [PERSON {PERSON Tom Becker}] agreed",
    "[PERSON Priya] did not and [PERSON {PERSON Maya}] left",
)
THEIRS = (
    "so [PERSON {PERSON Maya} Chen] of [LOCATION {LOCATION Oslo}] said",
    "and the [PERSON Tom Becker] agreed",
    "[PERSON Priya] did not and [PERSON {PERSON Maya}] left",
)


def side_by_side(**options: object) -> tuple[DetectorFigures, DetectorFigures]:
    words = [len(marked(line)[0].text.split()) for line in OURS]
    results = {
        name: ([tally(*marked(line)) for line in lines], seconds)
        for name, lines, seconds in (("ours", OURS, 0.5), ("theirs", THEIRS, 2.0))
    }
    ours, theirs = measure(results, words, rounds=100, **options)
    return ours, theirs


def test_figures_are_ratios_of_sums() -> None:
    ours, theirs = side_by_side()
    rows = {figures.kind: figures for figures in ours.kinds}
    assert list(rows) == ["PERSON", "LOCATION", "ORG", ALL]
    person = rows["PERSON"]
    assert (person.counts.entities, person.documents) == (4, 3)
    assert person.protected.value == 0.75
    assert person.leaked_characters.value == pytest.approx(5 / 26)
    assert person.precision.value == person.strict.value == 1
    assert person.f2.value == pytest.approx(5 * 0.75 / (4 + 0.75))
    assert rows["ORG"].precision.value == 0
    assert rows["ORG"].f2.value is None
    assert rows[ALL].protected.value == 0.8
    assert rows[ALL].precision.value == 0.8
    assert theirs.kinds[-1].protected.value == 0.4


def test_detectors_are_compared_by_what_leaks_and_by_speed() -> None:
    ours, theirs = side_by_side()
    assert {figures.kind: figures.leaks_more.value for figures in theirs.kinds} == {
        "PERSON": 3.0,
        "LOCATION": None,
        ALL: 3.0,
    }
    assert ours.words == theirs.words == 17
    assert (ours.words_per_second, theirs.words_per_second) == (34, 8.5)


def test_false_findings_are_counted_of_all_kinds_and_of_those_the_set_knows() -> None:
    ours, _ = side_by_side()
    assert ours.false_findings.value == pytest.approx(200 / 17)
    assert ours.false_of_annotated.value == 0


def test_only_the_kinds_asked_for_are_measured() -> None:
    ours, _ = side_by_side(kinds=(Coarse.LOCATION,))
    assert [figures.kind for figures in ours.kinds] == ["LOCATION", ALL]
    assert ours.kinds[-1].counts.entities == 1


def test_comparing_with_itself_gives_one() -> None:
    tallies = [tally(*marked(line)) for line in THEIRS]
    ours, theirs = measure({"a": (tallies, 1), "b": (tallies, 1)}, [5, 5, 5], rounds=100)
    assert theirs.kinds[-1].leaks_more.value == 1
    assert ours.kinds[-1].protected == theirs.kinds[-1].protected
