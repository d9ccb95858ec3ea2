"""Actions with parameters, and operators that others wrote: what leaves, and that nothing leaks through them."""

from __future__ import annotations

import json
import re
import string
import subprocess
import sys
from hashlib import sha256
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_anonymizer.operators import Decrypt, Operator, OperatorType
from redaction.redacting import roster, run, run_transcript

from proxy.errors import OwnFault
from proxy.model import Action, Finding, Participant, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.action_operators import operation_of
from proxy.redaction.anonymizer import Act, Operation
from proxy.redaction.own_words import holds
from proxy.redaction.redact import WithheldSpeech, redact
from proxy.settings import Operated

KEY = "0123456789abcdef0123456789abcdef"
CARD = "4111 1111 0008 1234"


class Own(Operator):
    """Answers with whatever the parameters say, or does what they say."""

    seen: ClassVar[list[dict[str, Any]]] = []

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> Any:
        self.seen.append(params or {})
        made = (params or {})["made"]
        if isinstance(made, BaseException):
            raise made
        return made(text) if callable(made) else made

    def validate(self, params: dict[str, Any] | None = None) -> None: ...

    def operator_name(self) -> str:
        return "own"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


def own(made: Any) -> Operation:
    return Operation("tests.Own", Own, {"made": made})


def act(text: str, kind: str, said: str, action: Act) -> str:
    return run(text, (kind, said), actions={kind: action, "default": Action.PSEUDONYM}).sent


def written(**operated: Any) -> Operation:
    return operation_of(Operated.model_validate(operated), key=KEY)


@pytest.mark.parametrize(
    ("mask", "sent"),
    [
        ({}, "***************" + "****"),
        ({"char": "#"}, "#" * 19),
        ({"keep_last": 4}, "***************1234"),
        ({"keep_last": 10}, "*" * 19),
    ],
)
def test_masks_keep_the_last_and_never_most(mask: dict[str, Any], sent: str) -> None:
    assert act(f"it is {CARD} then", "CREDIT_CARD", CARD, written(mask=mask)) == f"it is {sent} then"


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("4111 1111 1111 1111. NIF 123456Z", ""),
        ("+1 (415) 555-2671 ext. 4432", ""),
        ("+1 415 555 2671 ext 4432", ""),
        ("4012 8888 8888 1881, 4432", ""),
        ("+1 (415) 555-2671", "2671"),
        ("GB29 NWBK 6016 1331 9268 19", "8 19"),
        ("QQ 12 34 56 C", "56 C"),
        ("Ann Quistgaard", "aard"),
    ],
)
def test_a_mask_keeps_the_last_of_one_number(said: str, end: str) -> None:
    sent = act(f"it is {said}", "CUSTOMER", said, written(mask={"keep_last": 4})).removeprefix("it is ")
    assert sent == "*" * (len(said) - len(end)) + end


def test_a_mask_keeps_nothing_that_is_replaced_elsewhere() -> None:
    actions = {"CREDIT_CARD": written(mask={"keep_last": 4}), "PIN": Action.PSEUDONYM}
    sent = run(f"it is {CARD}, pin 1234", ("CREDIT_CARD", CARD), ("PIN", " 1234"), actions=actions).sent
    assert "1234" not in sent


@st.composite
def number_over_turns(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A number of 16 digits, in two to four turns, with whatever says nothing around its pieces."""
    digits = draw(st.text("123456789", min_size=16, max_size=16))
    cuts = sorted(draw(st.sets(st.integers(1, 15), min_size=1, max_size=3)))
    pieces = [digits[low:high] for low, high in pairwise([0, *cuts, 16])]
    turns = []
    for piece in pieces:
        turns.append((piece, f"{piece}{draw(st.sampled_from(['', ',', ' and', '.', ' ']))}"))
        if draw(st.booleans()):
            turns.append(("", "mm"))
    return turns


@given(number_over_turns(), st.integers(1, 8))
def test_a_number_over_turns_keeps_at_most_the_last(turns: list[tuple[str, str]], kept: int) -> None:
    said = [("Zoe" if piece else "Bo", words) for piece, words in turns]
    found = [("CREDIT_CARD", piece) for piece, _ in turns if piece]
    actions = {"CREDIT_CARD": written(mask={"keep_last": kept}), "default": Action.PSEUDONYM}
    sent = run_transcript(said, *found, actions=actions).sent.replace("PERSON_1", "").replace("PERSON_2", "")
    assert sum(c.isdigit() for c in sent) <= kept


@pytest.mark.parametrize(
    "lines",
    [
        ["it is 4012 8888", "8888 1881 ok"],
        ["it is 4012 8888\n8888 1881 ok"],
        ["it is 4012 8888", "8888 1881 ok", "yes, 8888 1881"],
        ["Zoe: it is 4012 8888\nZoe: 8888 1881 ok"],
        ["Zoe: it is 4012 8888\nBo: mm\nZoe: and 8888 1881 ok"],
        ["00:01 --> 00:03\n<v Zoe>it is 4012 8888\n\n00:03 --> 00:05\n<v Zoe>8888 1881 ok"],
        ['[{"who": "Zoe Q", "text": "it is 4012 8888"}, {"who": "Zoe Q", "at": 3.5, "text": "8888 1881 ok"}]'],
    ],
)
def test_pieces_of_a_number_keep_nothing_wherever_they_stand(lines: list[str]) -> None:
    found = [("CREDIT_CARD", "4012 8888"), ("CREDIT_CARD", "8888 1881")]
    sent = run(lines, *found, actions={"CREDIT_CARD": written(mask={"keep_last": 4})}).sent
    assert not {"8888", "1881"} & set(re.findall(r"\d+", sent))


@pytest.mark.parametrize("end", ["\n", " "])
def test_two_numbers_with_words_between_are_two(end: str) -> None:
    found = [("CREDIT_CARD", CARD), ("CREDIT_CARD", "4012 8888 8888 1881")]
    lines = f"mine is {CARD}{end}whereas Zoe pays with 4012 8888 8888 1881"
    sent = run(lines, *found, actions={"CREDIT_CARD": written(mask={"keep_last": 4})}).sent
    assert f"*1234{end}" in sent
    assert sent.endswith("*1881")


def test_an_operator_is_told_of_a_piece() -> None:
    Own.seen.clear()
    run(
        ["it is 4012 8888", "8888 1881 ok"],
        ("CREDIT_CARD", "4012 8888"),
        ("CREDIT_CARD", "8888 1881"),
        actions={"CREDIT_CARD": own("a card")},
    )
    assert [seen["piece"] for seen in Own.seen] == [True, True]


def test_a_text_of_the_operator_s() -> None:
    assert act("call 415-555-0123 now", "PHONE_NUMBER", "415-555-0123", written(replace={"text": "a number"})) == (
        "call a number now"
    )


def test_a_hash_is_the_same_for_the_same_and_keyed() -> None:
    outcome = run(["it is DE02", "yes DE02"], ("IBAN", "DE02"), actions={"IBAN": written(hash={"key": {"env": "K"}})})
    digest = sha256(b"DE02" + KEY.encode()).hexdigest()
    assert outcome.sent == f"it is {digest}\nyes {digest}"
    assert outcome.echoed == outcome.sent


def test_what_is_encrypted_is_the_same_in_one_request_and_its_key_s_holder_reads_it() -> None:
    act = written(encrypt={"key": {"env": "K"}})
    outcome = run(["it is DE02", "yes DE02"], ("IBAN", "DE02"), actions={"IBAN": act})
    first, second = (line.split()[-1] for line in outcome.sent.split("\n"))
    assert first == second
    assert Decrypt().operate(first, {"key": KEY}) == "DE02"
    assert outcome.echoed == outcome.sent


def test_an_operator_is_told_kind_and_whether_it_is_a_piece() -> None:
    Own.seen.clear()
    assert act("I live in Oslo now", "LOCATION", "Oslo", own("a city")) == "I live in a city now"
    assert {key: Own.seen[0][key] for key in ("entity_type", "piece")} == {"entity_type": "LOCATION", "piece": False}


@pytest.mark.parametrize("made", [ValueError("Oslo"), SystemExit("Oslo"), None, 7, b"Oslo", "x" * 10_001])
def test_an_operator_that_fails_refuses_and_quotes_nothing(made: Any) -> None:
    with pytest.raises(OwnFault) as caught:
        act("I live in Oslo now", "LOCATION", "Oslo", own(made))
    assert (caught.value.reason, caught.value.status) == ("operator_failed", 503)
    assert "tests.Own" in caught.value.detail
    assert "LOCATION" in caught.value.detail
    assert "Oslo" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("made", [lambda text: text, str.upper, lambda text: f"not {text}", "Zoe"])
def test_an_operator_that_gives_something_away_is_masked_over(made: Any) -> None:
    outcome = run(
        "Zoe lives in Oslo now",
        ("LOCATION", "Oslo"),
        ("PERSON", "Zoe"),
        actions={"LOCATION": own(made), "default": Action.PSEUDONYM},
    )
    assert outcome.sent == "PERSON_1 lives in **** now"
    assert outcome.redacted.leftovers(outcome.sent) == []


@pytest.mark.parametrize("said", ["1881", "81", "two", "B", "Oslo", "4012 8888"])
@pytest.mark.parametrize(
    "made",
    [
        lambda text: text,
        lambda text: text[:1] + " " + text[1:],
        "-".join,
        "\u200b".join,
        lambda text: f"({text.upper()})",
        lambda text: text.replace("o", "\u043e").replace("e", "\u0435"),
    ],
)
def test_an_operator_s_own_words_are_masked_at_any_length_and_in_any_spelling(said: str, made: Any) -> None:
    """Also where they are a piece: a number that goes on in the next turn."""
    lines = [f"it is 4111 1111 {said}", f"{said} then"]
    passages = [Passage(0, 0, lines[0], "a"), Passage(0, len(lines[0]) + 1, lines[1], "a")]
    findings = [
        [Finding(6, len(lines[0]), "CREDIT_CARD", 0.9, entity=1)],
        [Finding(0, len(said), "CREDIT_CARD", 0.9, entity=1)],
    ]
    slot = Slot(0, "body", "\n".join(lines), SlotKind.SPEECH)
    actions: dict[str, Act] = {"CREDIT_CARD": own(made), "default": Action.PSEUDONYM}
    redacted = redact([slot], passages, findings, [], Roster(), WithheldSpeech(), actions)
    sent = apply_edits(slot.text, redacted.edits[0])
    assert sent.endswith("\n" + "*" * len(said) + " then")


@given(st.text(string.ascii_letters + string.digits, min_size=1, max_size=6), st.sampled_from([" ", "-", ".", ""]))
def test_words_are_held_in_any_spelling_but_short_ones_not_inside_words(said: str, joint: str) -> None:
    assert holds(f"it is {joint.join(said)}, yes", said)
    assert not holds(f"x{said}x", said)


@pytest.mark.parametrize("line", ["please tell Ann Lund about it", "The meeting of Ann Lund. Sum it up"])
@pytest.mark.parametrize("kept", range(1, 5))
def test_a_mask_that_would_keep_a_name_of_the_roster_is_whole(line: str, kept: int) -> None:
    outcome = run(line, people=roster("Ann Lund"), actions={"PERSON": written(mask={"keep_last": kept})})
    assert outcome.redacted.leftovers(outcome.sent) == []
    end = "Lund"[-kept:] if kept < len("Lund") else ""
    assert outcome.sent == line.replace("Ann Lund", end.rjust(8, "*"))


@pytest.mark.parametrize("made", ["Bo", "ask Bo Quistgaard", "Quistgaard", "bo@example.org"])
def test_an_answer_with_a_name_of_the_roster_is_masked_over(made: str) -> None:
    people = roster(Participant("p1", "Bo Quistgaard", emails=("bo@example.org",)))
    outcome = run("I live in Oslo now", ("LOCATION", "Oslo"), people=people, actions={"LOCATION": own(made)})
    assert outcome.sent == "I live in **** now"


def test_nothing_in_place_of_a_finding_leaves_white_space_tidy() -> None:
    assert act("I live in Oslo, you know", "LOCATION", "Oslo", own(" \n")) == "I live in, you know"


def test_an_operator_s_pseudonym_is_not_given_out() -> None:
    """The reply would restore it to somebody."""
    outcome = run(
        "Zoe lives in Oslo now",
        ("LOCATION", "Oslo"),
        ("PERSON", "Zoe"),
        actions={"LOCATION": own("PERSON_1"), "default": Action.PSEUDONYM},
    )
    assert outcome.sent == "PERSON_2 lives in PERSON_1 now"
    assert outcome.echoed == "Zoe lives in PERSON_1 now"


@given(st.text(max_size=30))
def test_no_answer_breaks_a_string_a_tag_or_a_line(made: str) -> None:
    sent = act('{"city": "Oslo"}', "LOCATION", "Oslo", own(made))
    assert json.loads(sent).keys() == {"city"}
    assert sent.isprintable()
    assert not set("<>&\\") & set(sent)


@given(st.text(string.ascii_letters + " ", min_size=1, max_size=20))
def test_whatever_an_operator_answers_no_original_leaves(made: str) -> None:
    outcome = run(
        "ask Zoe Quinn in Oslo",
        ("LOCATION", "Oslo"),
        ("PERSON", "Zoe Quinn"),
        actions={"LOCATION": own(made + " Oslo"), "PERSON": own("zoe quinn " + made)},
    )
    assert outcome.redacted.leftovers(outcome.sent) == []


def test_labels_have_pseudonyms_beside_an_operator_for_names() -> None:
    outcome = run_transcript([("Jane", "hi Zoe")], ("PERSON", "Zoe"), actions={"PERSON": own("somebody")})
    assert outcome.sent == "PERSON_1: hi somebody\n"


def test_pseudonyms_take_no_analyzer_along() -> None:
    """It is 90 MiB for the process that serves, where its policy names no operator."""
    code = (
        "import sys, proxy.composition.app\n"
        "from proxy.edge.configuration.action_operators import policy\n"
        "from proxy.model import Action\n"
        "policy({'default': Action.PSEUDONYM, 'AGE': Action.KEEP})\n"
        "assert not {'presidio_analyzer', 'presidio_anonymizer', 'spacy'} & set(sys.modules)\n"
        "made = policy({'default': Action.PSEUDONYM, 'AGE': Action.MASK})\n"
        "assert made['AGE'].operator.__mro__[1].__module__.startswith('presidio_anonymizer.')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("between", [", then\num, ", " so far\nand ", "\nthe rest is "])
def test_a_card_number_that_fails_its_check_is_a_piece(between: str) -> None:
    """Whatever words are around it, the rest of it may be anywhere."""
    halves = "4012 8888", "8888 1881"
    outcome = run(
        f"my card is {halves[0]}{between}{halves[1]}",
        *(("CREDIT_CARD", half) for half in halves),
        actions={"CREDIT_CARD": written(mask={"keep_last": 4}), "default": Action.PSEUDONYM},
    )
    assert not any(c.isdecimal() for c in outcome.sent)


@pytest.mark.parametrize("pin", ["1881", "one eight eight one"])
def test_the_end_of_a_number_that_is_told_elsewhere_is_masked(pin: str) -> None:
    outcome = run(
        f"my card is 4012 8888 8888 1881 and the PIN is {pin}",
        ("CREDIT_CARD", "4012 8888 8888 1881"),
        ("SECRET", pin),
        actions={"CREDIT_CARD": written(mask={"keep_last": 4}), "default": Action.PSEUDONYM},
    )
    assert "1881" not in outcome.sent
