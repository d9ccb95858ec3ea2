"""Special categories of personal data: found where they are said of people, and left where words mean else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redaction.redacting import roster, run

from proxy.detection.precedence import names_first
from proxy.detection.recognizers.categories import SpecialCategories, lexicon
from proxy.errors import Refusal
from proxy.model import SPECIAL_CATEGORIES, Action, Finding

RECOGNIZER = SpecialCategories()


def found(text: str) -> list[tuple[str, str]]:
    return [(text[r.start : r.end], r.entity_type) for r in RECOGNIZER.analyze(text, [])]


SAID_OF_PEOPLE = [
    ("I am sick", "sick"),
    ("she's been sick all week", "sick"),
    ("he called in sick yesterday", "called in sick"),
    ("my daughter is sick", "sick"),
    ("Jonas is sick today", "sick"),
    ("he has diabetes", "diabetes"),
    ("I had surgery last month", "surgery"),
    ("she was diagnosed with depression", "depression"),
    ("my therapist says so", "therapist"),
    ("are you pregnant", "pregnant"),
    ("Maya is six months pregnant", "pregnant"),
    ("he has MS", "MS"),
    ("I'm still pretty burned out", "burned out"),
    ("my wife is expecting a baby", "expecting a baby"),
    ("she is on maternity leave", "maternity leave"),
    ("I have a really bad headache", "headache"),
    ("he is a Christian", "Christian"),
    ("we are Catholic", "Catholic"),
    ("my church helps", "church"),
    ("she is black", "black"),
    ("he's African American", "African American"),
    ("I am a Republican", "Republican"),
    ("she voted labour", "voted labour"),
    ("he joined the union", "joined the union"),
    ("my union said no", "union"),
    ("she is gay", "gay"),
    ("he is trans", "trans"),
    ("they are lesbians", "lesbians"),
    ("take my DNA", "DNA"),
    ("her fingerprints are stored", "fingerprints"),
    ("he was arrested", "arrested"),
    ("she has a criminal record", "criminal record"),
    ("I go to the mosque", "mosque"),
]
SOMETHING_ELSE = [
    "the project is healthy",
    "a sick feature",
    "that is sick",
    "I'm sick of this",
    "I think it's a sick feature",
    "the union type in the schema",
    "a credit union app",
    "the party size is six",
    "there is political will",
    "the button is disabled",
    "the build is sick",
    "race condition in the black box",
    "the white label product is black",
    "a conservative estimate",
    "the operation failed",
    "our operations team",
    "we have visual aids",
    "Ms Meyer said so",
    "the strong conviction",
    "they are blind spots",
    "the data is infected",
    "Christian said hello",
    "the straight line",
    "I have a question about the surgery app",
    "we green-light it",
    "the stroke width is 2",
    "pick the left wing icon",
    "device fingerprint of the browser",
    "the church encoding",
    "my faith in the team",
    "the data transition",
    "record the meeting",
    "the painkiller of this market",
    "we stand on black, then white",
    "the gay street bakery",
    "Maya said the build is sick",
    "the arrested development of the feature",
    "a virus scanner",
    "the system is in recovery",
]


@pytest.mark.parametrize(("text", "term"), SAID_OF_PEOPLE)
def test_terms_said_of_people_are_found(text: str, term: str) -> None:
    assert term in [said for said, _ in found(text)]


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_words_that_mean_something_else_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he has diabetes", "HEALTH"),
        ("he is Catholic", "RELIGION"),
        ("she is Hispanic", "ETHNICITY"),
        ("her political views", "POLITICS"),
        ("he pays union dues", "TRADE_UNION"),
        ("she is bisexual", "SEXUALITY"),
        ("my DNA test came back", "GENETIC_BIOMETRIC"),
        ("he is on parole", "CRIMINAL"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert [k for _, k in found(text)] == [kind]


@pytest.mark.parametrize("kind", SPECIAL_CATEGORIES)
def test_every_term_is_found_in_its_context(kind: str) -> None:
    """No entry of a file is dead: each is found after one of "he is", "he has", "his", and in any case."""
    for word, term in lexicon(kind):
        if term.kind is None:
            continue
        said = term.exact or word
        texts = [f"so he is {said}", f"so he has {said}", f"so his {said}"]
        assert any((said, kind) in found(text) for text in texts), word
        if term.exact is None:
            assert any((said.upper(), kind) in found(text.upper()) for text in texts), word


@given(st.text("i ahessick'. \u0130ß", max_size=60))
def test_any_text_gives_spans_inside_of_it(text: str) -> None:
    assert all(0 <= r.start < r.end <= len(text) for r in RECOGNIZER.analyze(text, []))


# --- names come first -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "term", "stays"),
    [((0, 15), (0, 9), False), ((10, 25), (0, 19), False), ((0, 5), (0, 15), True), ((0, 9), (0, 9), False),
     ((0, 5), (6, 9), True), ((6, 9), (0, 6), True), ((3, 8), (0, 15), True)],
)  # fmt: skip
def test_a_term_gives_way_to_a_name_that_it_would_cut(
    name: tuple[int, int], term: tuple[int, int], stays: bool
) -> None:
    names, other = [Finding(*name, "PERSON", 0.8)], Finding(0, 99, "LOCATION", 0.5)
    special = Finding(*term, "RELIGION", 0.8)
    assert names_first(names, [special, other]) == ([special, other] if stays else [other])


@pytest.mark.parametrize("action", [Action.REMOVE, Action.PSEUDONYM, Action.MASK])
def test_a_kept_name_of_the_roster_is_not_cut_by_a_term(action: Action) -> None:
    actions = {"default": Action.PSEUDONYM, "PERSON": Action.KEEP, "RELIGION": action}
    people = roster("Christian Meyer")
    outcome = run("so Christian Meyer agreed", ("RELIGION", "Christian"), people=people, actions=actions)
    assert outcome.sent == "so Christian Meyer agreed"
    refusing = actions | {"RELIGION": Action.REFUSE}
    assert run("so Christian Meyer agreed", ("RELIGION", "Christian"), people=people, actions=refusing).sent


def test_kept_kinds_are_counted_and_others_do_what_policy_says() -> None:
    text = "so Maya has diabetes now"
    kept = run(text, ("HEALTH", "diabetes"), actions={"default": Action.PSEUDONYM, "HEALTH": Action.KEEP})
    assert kept.sent == text
    assert kept.redacted.total_kept == {"HEALTH": 1}
    removed = run(text, ("HEALTH", "diabetes"), actions={"default": Action.PSEUDONYM, "HEALTH": Action.REMOVE})
    assert removed.sent == "so Maya has now"
    with pytest.raises(Refusal):
        run(text, ("HEALTH", "diabetes"), actions={"HEALTH": Action.REFUSE})
