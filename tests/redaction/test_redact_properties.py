"""What holds of every redaction, whatever is said and wherever detection strikes."""

from __future__ import annotations

import re
from itertools import pairwise

from harness.invented import invented
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redaction.redacting import PSEUDONYM, carried_out

from proxy.model import Action, Finding, Participant, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.identities import is_just_word
from proxy.redaction.redact import LabelSpot, Redaction, WithheldSpeech, redact
from proxy.redaction.restore import Restorer, restore

EXAMPLES = invented(150)
PEOPLE = Roster(
    (
        Participant("a", "Jane Doe", emails=("jane@acme.example",)),
        Participant("b", "Jane Roe"),
        Participant("c", "Mark Rose | ACME"),
        Participant("d", "王伟"),
    )
)
WORDS = [
    *(
        "Jane",
        "jane",
        "Doe",
        "Roe",
        "Mark",
        "rose",
        "Rose",
        "王伟",
        "说",
        "Zoe",
        "Quinn",
        "ZOE",
        "J.",
        "jane@acme.example",
    ),
    *(
        "PERSON_1",
        "person 2",
        "[PERSON_3]",
        "PERSON\\_1",
        "PERSON_1_EMAIL",
        "URL_1",
        "PERSON",
        "URL",
        "_EMAIL",
        "1",
        "2",
    ),
    *(
        "5551234567",
        "(555)",
        "123-4567",
        "x@y.example",
        "and",
        "said",
        "it's",
        "'s",
        ".",
        ",",
        "(",
        ")",
        "<",
        ">",
        "_",
        "-",
    ),
    *("é", "Jose\u0301", "[withheld]", "WITHHELD_PERSON", "Will", "will", "12", "\\"),
]
KINDS = ("PERSON", "URL", "PHONE_NUMBER", "EMAIL_ADDRESS", "DATE_TIME")
LINES = st.lists(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", " ", "  "])), min_size=1, max_size=9).map(
        lambda pairs: "".join(word + gap for word, gap in pairs)
    ),
    min_size=1,
    max_size=5,
)
STRIKES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 40), st.integers(1, 14), st.sampled_from(KINDS)), max_size=7
)
ACTIONS = st.dictionaries(
    st.sampled_from(KINDS),
    st.sampled_from([Action.PSEUDONYM, Action.MASK, Action.REMOVE, Action.GENERALIZE, Action.KEEP]),
).map(lambda chosen: {**PSEUDONYM, **chosen})
SPEAKERS = st.lists(st.sampled_from(["Jane Doe", "Jane Roe", "Mark Rose | ACME", "Stranger"]), min_size=5, max_size=5)


def stage(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str]
) -> tuple[str, list[Passage], list[list[Finding]], list[LabelSpot]]:
    text, passages, labels = "", [], []
    for number, (line, label) in enumerate(zip(lines, speakers, strict=False), 1):
        text += f"{number}\n00:00:0{number}.000 --> 00:00:0{number}.500\n"
        person = PEOPLE.resolve(label)
        labels.append(LabelSpot(0, len(text), len(text) + len(label), label, person.id if person else None, False))
        text += f"{label}: "
        passages.append(Passage(0, len(text), line, label))
        text += f"{line}\n\n"
    findings: list[list[Finding]] = [[] for _ in passages]
    for number, start, length, kind in strikes:
        if number < len(lines) and start < len(lines[number]):
            end = min(start + length, len(lines[number]))
            findings[number].append(Finding(start, end, kind, 0.5 + length / 100))
    return text, passages, findings, labels


def perform(
    lines: list[str],
    strikes: list[tuple[int, int, int, str]],
    speakers: list[str],
    actions: dict[str, Action] | None = None,
    withheld: WithheldSpeech | None = None,
) -> tuple[str, str, Redaction]:
    text, passages, findings, labels = stage(lines, strikes, speakers)
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    redacted = redact(
        [slot], passages, findings, labels, PEOPLE, withheld or WithheldSpeech(), carried_out(actions or PSEUDONYM)
    )
    return text, apply_edits(text, redacted.edits.get(0, ())), redacted


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS, ACTIONS)
@example(["rose rose"], [(0, 0, 1, "PERSON")], ["Jane Doe"], PSEUDONYM)
@example(  # what is left of a kept address that a finding cuts is a name on its own
    ["JaneJane jane@acme.example"], [(0, 14, 1, "PERSON")], ["Jane Doe"], {**PSEUDONYM, "EMAIL_ADDRESS": Action.KEEP}
)
def test_no_original_is_in_what_is_sent(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str], actions: dict[str, Action]
) -> None:
    """What was replaced stands elsewhere only where it is an English word and no name."""
    _, sent, redacted = perform(lines, strikes, speakers, actions)
    left = redacted.originals.search(sent)
    assert all(is_just_word(sent, *span, sent=True) for span in left)
    assert redacted.leftovers(sent) == []


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS, ACTIONS)
def test_no_letter_or_digit_of_a_finding_survives(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str], actions: dict[str, Action]
) -> None:
    """Every finding that policy does not keep lies in edits, letters and digits of it at least."""
    text, passages, findings, _ = stage(lines, strikes, speakers)
    _, _, redacted = perform(lines, strikes, speakers, actions)
    covered = {at for edit in redacted.edits.get(0, ()) for at in range(edit.start, edit.end)}
    for passage, found in zip(passages, findings, strict=True):
        for finding in found:
            if actions.get(finding.kind, Action.PSEUDONYM) in (Action.KEEP, Action.GENERALIZE):
                continue
            span = range(passage.start + finding.start, passage.start + finding.end)
            left = [at for at in span if text[at].isalnum() and at not in covered]
            assert all(text[at] == "s" and text[at - 1] in "'’" for at in left)


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS, ACTIONS)
def test_what_is_outside_of_edits_is_as_it_was(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str], actions: dict[str, Action]
) -> None:
    """Cue numbers, times, line ends and white space between stay; edits lie in words and labels, in order."""
    text, passages, _, labels = stage(lines, strikes, speakers)
    _, sent, redacted = perform(lines, strikes, speakers, actions)
    room = [(p.start, p.end) for p in passages] + [(spot.start, spot.end) for spot in labels]
    edits = redacted.edits.get(0, ())
    assert all(any(low <= edit.start < edit.end <= high for low, high in room) for edit in edits)
    assert all(one.end <= other.start for one, other in pairwise(edits))
    assert sent.count("\n") == text.count("\n")
    assert re.findall(r"^\d+\n\S+ --> \S+$", sent, re.M) == re.findall(r"^\d+\n\S+ --> \S+$", text, re.M)


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS, st.lists(st.integers(0, 400), max_size=6))
@example(["Jane", "Jane", "[PERSON_3](555)"], [(2, 9, 3, "PERSON")], ["Jane Doe"] * 5, [])
@example(["JaneJane", "jane@acme.exampleJane[withheld]Jane"], [(1, 5, 1, "URL")], ["Jane Doe"] * 5, [])
def test_an_echo_reads_as_it_was_said(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str], cuts: list[int]
) -> None:
    """Sent back as it is, in any pieces, the text has every person in fullest form and all else as first said.

    Into the target of a link nothing is put: a click on it would carry that away. What stands in an address that is
    noted with the pseudonyms reads as it did there.
    """
    text, sent, redacted = perform(lines, strikes, speakers)
    originals = redacted.pseudonyms.originals
    spelled = {
        found.start() + offset
        for address, places in redacted.pseudonyms.spelled.items()
        for found in re.finditer(re.escape(address), sent)
        for offset in places
    }
    expected, at, shift = "", 0, 0
    for edit in redacted.edits.get(0, ()):
        said = text[edit.start : edit.end]
        restored = said if edit.start + shift in spelled else originals[edit.replacement]
        is_target = text[: edit.start].endswith("](") and text.startswith(")", edit.end)
        expected += text[at : edit.start] + (edit.replacement if is_target else restored)
        at, shift = edit.end, shift + len(edit.replacement) - len(said)
    expected += text[at:]
    restorer = Restorer(redacted.pseudonyms)
    echoed, at = "", 0
    for cut in [*sorted(cuts), len(sent)]:
        echoed += restorer.feed(sent[at:cut])
        at = max(at, cut)
    assert echoed + restorer.flush() == expected
    assert restore(sent, redacted.pseudonyms) == expected


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS)
def test_two_people_never_share_a_pseudonym(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str]
) -> None:
    text, _, redacted = perform(lines, strikes, speakers)
    _, _, _, labels = stage(lines, strikes, speakers)
    given_to: dict[str, str] = {}
    for spot in labels:
        token = next(e.replacement for e in redacted.edits[0] if e.start == spot.start)
        assert given_to.setdefault(spot.text, token) == token
    assert len(set(given_to.values())) == len(given_to)
    for edit in redacted.edits[0]:
        if text[edit.start : edit.end].lower() == "jane":
            assert edit.replacement not in (given_to.get("Jane Doe"), given_to.get("Jane Roe"))


@settings(max_examples=EXAMPLES)
@given(LINES, STRIKES, SPEAKERS)
def test_withheld_people_are_never_named(
    lines: list[str], strikes: list[tuple[int, int, int, str]], speakers: list[str]
) -> None:
    """Neither in what is sent nor, but for the speaker's own label, in what can be restored."""
    speakers = ["Jane Doe" if speaker == "Mark Rose | ACME" else speaker for speaker in speakers]
    _, sent, redacted = perform(lines, strikes, speakers, withheld=WithheldSpeech(frozenset("c")))
    assert not re.search(r"(?<![\w\u0301])(Mark|Rose)(?!\w)", sent)
    named = {"Mark", "Rose", "Mark Rose", "mark rose"}
    assert named.isdisjoint(redacted.pseudonyms.originals.values())
