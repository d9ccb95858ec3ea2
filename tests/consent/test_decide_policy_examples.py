"""The examples of docs/policy.md hold. The meeting lasts from 9:00 to 10:00; it is sent at 10:30."""

from __future__ import annotations

import dataclasses

import pytest
from consent.consent_cases import (
    POLICY,
    at,
    meeting,
    no,
    opaque,
    person,
    question,
    record,
    speech,
    spoken,
    untimed,
    yes,
)

from proxy.consent.decide import Reason, decide
from proxy.consent.records import ConsentState, Scope

AT_8, AT_920, AT_930, AT_945 = at(-60), at(20), at(30), at(45)
SERIES_YES = yes(scope=Scope.SERIES, valid_from=AT_8)
MEETING_NO = no(recorded_at=AT_930)
ORG_YES, ORG_WITHDRAWN = yes(scope=Scope.ORG), record(ConsentState.WITHDRAWN, scope=Scope.ORG, recorded_at=AT_930)
THREE = question(meeting=meeting(person("p1"), person("p2"), person("p3", joined_at=AT_930)))
BO_STAYED = question(meeting=meeting(person("p1"), person("p2", left_at=at(90))), now=at(120))
ANN_BO_CY = [yes(), yes(participant="p2"), no(participant="p3", recorded_at=AT_930)]
W910, W940 = spoken(10, 11), spoken(40, 41)


@pytest.mark.parametrize(
    ("on_file", "asked", "said", "reason"),
    [
        ([], question(), speech(), Reason.NO_GRANT),
        ([SERIES_YES], question(), speech(), Reason.GRANTED),
        ([SERIES_YES], question(purpose="translation"), speech(), Reason.NO_GRANT),
        ([SERIES_YES, MEETING_NO], question(), speech(), Reason.DENIED),
        (
            [SERIES_YES, MEETING_NO, yes(valid_from=AT_945, covers_earlier=True)],
            question(),
            speech(),
            Reason.GRANTED,
        ),
        ([SERIES_YES, MEETING_NO, yes(valid_from=AT_945)], question(), speech(), Reason.SPOKEN_OUTSIDE_GRANT),
        ([ORG_YES, ORG_WITHDRAWN], question(), speech(when=W910), Reason.WITHDRAWN),
        ([ORG_YES, ORG_WITHDRAWN], question(), speech(when=W940), Reason.WITHDRAWN),
        ([yes(valid_from=AT_920)], question(), speech(), Reason.SPOKEN_OUTSIDE_GRANT),
        ([yes(valid_from=AT_920)], question(), untimed(), Reason.SPOKEN_OUTSIDE_GRANT),
        ([yes(terms_version="v0")], question(), speech(), Reason.STALE_TERMS),
        ([yes(valid_until=at(75))], question(), speech(), Reason.EXPIRED),
        ([yes()], dataclasses.replace(question(), may_train=True), speech(), Reason.TRAINING_NOT_GRANTED),
        ([yes(actor="host")], question(), speech(), Reason.ON_BEHALF),
        ([SERIES_YES], question(now=at(120)), speech(when=spoken(80)), Reason.GRANTED),
        ([SERIES_YES], question(now=at(120)), speech(when=spoken(100)), Reason.OUTSIDE_MEETING),
        ([yes(scope=Scope.SERIES, valid_from=at(-1500))], question(), speech(when=spoken(-70)), Reason.OUTSIDE_MEETING),
        (
            [yes(scope=Scope.SERIES, valid_from=at(-1500), covers_earlier=True)],
            question(),
            speech(when=spoken(-70)),
            Reason.GRANTED,
        ),
        ([SERIES_YES], BO_STAYED, speech(when=spoken(100)), Reason.GRANTED),
        (ANN_BO_CY, THREE, opaque(W910), Reason.GRANTED),
        (ANN_BO_CY, THREE, opaque(W940), Reason.NOT_ALL_GRANTED),
        (ANN_BO_CY, THREE, opaque(None), Reason.NOT_ALL_GRANTED),
    ],
)
def test_the_example_holds(on_file, asked, said, reason):
    assert decide(asked, [said], on_file, POLICY).verdicts[0].reason is reason


def quorum(kind):
    return POLICY.model_copy(update={"quorum": {"summary": kind}})


QA_OLD = yes(purpose="qa", terms_version="v0", valid_from=AT_8)


@pytest.mark.parametrize(
    ("on_file", "asked", "rules", "said", "reasons", "refusal"),
    [
        (
            [QA_OLD],
            question(purpose="qa"),
            POLICY.model_copy(update={"reconsent_on_change": ("summary",)}),
            [speech()],
            [Reason.GRANTED],
            None,
        ),
        ([yes()], question(), quorum("all_speakers"), [speech()], [Reason.GRANTED], None),
        (
            [yes()],
            question(),
            quorum("all_speakers"),
            [speech(), speech("p2")],
            [Reason.GRANTED, Reason.NO_GRANT],
            Reason.QUORUM_ALL_SPEAKERS,
        ),
        (
            [yes()],
            question(),
            quorum("all_present"),
            [speech()],
            [Reason.QUORUM_ALL_PRESENT],
            Reason.QUORUM_ALL_PRESENT,
        ),
        (
            ANN_BO_CY,
            THREE,
            quorum("all_present"),
            [speech(when=W910), speech(when=W940)],
            [Reason.GRANTED, Reason.QUORUM_ALL_PRESENT],
            None,
        ),
    ],
)
def test_the_example_of_a_policy_holds(on_file, asked, rules, said, reasons, refusal):
    found = decide(asked, said, on_file, rules)

    assert [v.reason for v in found.verdicts] == reasons
    assert found.refusal is refusal
