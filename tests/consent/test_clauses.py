"""The reader of terms: what it shows of clauses written with its rules, and how well it does on others."""

from __future__ import annotations

import pytest
from consent.clause_cases import KNOWN, UNSEEN

from proxy.consent.clause_stance import Stance
from proxy.consent.clauses import Code, read

SIGN = {Stance.TAKES: "", Stance.PROMISES: "-", Stance.ASKS: "?"}

# Clause 10.4 of a meeting vendor's terms of August 2023, as reported; the recital of acts is shortened.
REPORTED = (
    "10.4 Customer License Grant. You agree to grant and hereby grant us a perpetual, worldwide, non-exclusive, "
    "royalty-free, sublicensable, and transferable license and all other rights required or necessary to redistribute, "
    "publish, access, use, store, transmit, and process Customer Content and to perform all acts with respect to the "
    "Customer Content: for the purpose of product and service development, marketing, analytics, quality assurance, "
    "machine learning, artificial intelligence, training, testing, improvement of the services, or any combination "
    "thereof."
)


def shown(text: str) -> set[str]:
    return {SIGN[flag.stance] + flag.code for flag in read(text).flags}


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_clauses_that_the_rules_were_written_for(text: str, expected: str) -> None:
    assert shown(text) == set(expected.split())


def test_clauses_written_after_the_rules_were_frozen() -> None:
    right = wrong = missed = 0
    for text, expected in UNSEEN:
        wanted = {code for code in expected.split() if code[0] not in "-?"}
        found = {code for code in shown(text) if code[0] not in "-?"}
        right, wrong, missed = right + len(found & wanted), wrong + len(found - wanted), missed + len(wanted - found)
    assert right / (right + wrong) > 0.91  # precision; 34 of 37 when it was measured
    assert right / (right + missed) > 0.94  # recall; 34 of 36


def test_no_promise_of_the_unseen_clauses_reads_as_a_licence_to_train() -> None:
    promises = [text for text, expected in UNSEEN if "-training_licence" in expected]
    assert len(promises) >= 5
    assert [text for text in promises if read(text).has(Code.TRAINING_LICENCE)] == []


def test_the_reported_clause_is_shown_by_its_sentence_and_is_serious() -> None:
    reading = read("10 Licences\n\n" + REPORTED + "\n\n10.5 Notices. Notices are sent by post.")
    assert {flag.code for flag in reading.serious} >= {Code.TRAINING_LICENCE, Code.BROAD_LICENCE}
    assert {flag.sentence.section for flag in reading.serious} == {"10.4"}
    assert all("machine learning, artificial intelligence" in flag.sentence.text for flag in reading.serious)


def test_the_promise_that_was_added_later_does_not_hide_the_licence() -> None:
    amended = REPORTED + (
        " Notwithstanding the above, we will not use audio, video or chat Customer Content to train our artificial "
        "intelligence models without your consent."
    )
    stances = {flag.stance for flag in read(amended).flags if flag.code is Code.TRAINING_LICENCE}
    assert stances == {Stance.TAKES, Stance.PROMISES}


@pytest.mark.parametrize("mark", ["(a) {}; (b) {}; or (c) {}.", "\n- {};\n- {}; or\n- {}."])
@pytest.mark.parametrize(("verb", "sign"), [("will not", "-"), ("may", "")])
def test_items_of_a_list_lean_on_what_introduces_it(mark: str, verb: str, sign: str) -> None:
    items = ("sell your recordings to third parties", "train models on your content", "keep transcripts indefinitely")
    text = f"We {verb}: " + mark.format(*items)
    assert shown(text) == {sign + code for code in ("third_parties", "training_licence", "endless_retention")}


@pytest.mark.parametrize("condition", ["With your consent, ", "If you opt in, ", "Where you have agreed to it, "])
def test_who_is_asked_first_is_not_taken_from(condition: str) -> None:
    line = "we may use recordings to train our models."
    assert shown(condition + line) == {"?training_licence"}
    assert shown("Without your consent, " + line) == {"training_licence"}


def test_a_text_in_another_language_is_not_called_harmless() -> None:
    german = "Der Anbieter darf die Inhalte der Besprechungen zum Training seiner Modelle verwenden. " * 3
    assert read(german).english is False
    assert read(REPORTED).english is True
