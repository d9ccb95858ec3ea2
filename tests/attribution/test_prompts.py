"""What stands beside a transcript has to read as the client's own words; all else there is nobody's."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.prompts import unproven
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
TRANSCRIPT = "Ann Lund: We begin with the harbour.\nBen Okoro: It is late."
PROMPTS = (
    "You write minutes for a rowing club. Be exact and brief.",
    "Summarize the conversation in three sentences.\n- Name who does what.\n- Leave out small talk.",
    "Please draft a mail to all members with these parts:\n1. Greeting\n2. What was agreed\n3. What is still open",
    "# Task\n\nList decisions as bullet points.\n\n## Form\n\n[one paragraph]\n\n- [decision]: [owner]",
    "What was agreed about the slipway?",
    "Here is the transcript of our last session:",
    'Return JSON only:\n{\n  "decisions": ["<text>"],\n  "owner": "<name or null>"\n}',
    "The minutes must not be longer than one page, and should be written so that people who were not there understand\n"
    "what was agreed and why.",
    "Fasse das Gespräch in fünf Sätzen zusammen.",
    "Résume la réunion en trois phrases.",
    "I need a summary for people who missed the session.",
    "Hello! Could you make a summary of our session?",
    "¿Quién hace qué?",
    "Minutes, please.",
    "Qu'a-t-on décidé ?",
    "Ich brauche ein kurzes Protokoll.",
    "Achte auf die Rechtschreibung.",
    "Vous rédigez un compte-rendu.",
    "Step 2: merge the parts below into one summary.",
    "Write the minutes.\n* who proposed what\n* when the next step happens\n* decisions first",
    "Draft a mail.\n- polite but short\n- no jargon\n- without names",
    "Résume la conversation.\n\n- dix phrases au maximum\n- pas de bavardage\n- les questions ouvertes à la fin",
    "Fasse das Gespräch zusammen.\n\n- höchstens eine Seite\n- keine Grußformeln\n- offene Punkte am Schluss",
    "Resume la reunión.\n\n- una página como máximo\n- sin saludos",
    "Riassumi la riunione.\n\n- massimo dieci frasi\n- niente formule di cortesia",
    "Resuma a reunião.\n\n- no máximo dez frases\n- perguntas em aberto no final",
    "Vat het overleg samen.\n\n- hoogstens één pagina\n- geen beleefdheden",
    "One line each",
    "Hooguit drie punten.",
    "Cuatro viñetas como mucho.",
    "Quatro tópicos no máximo.",
    "Glossary:\n- ARR means annual recurring revenue\n- SLA = service level agreement",
    "Example of a good entry:\n- Decision: we keep the old logo until autumn.",
    "I missed this meeting. What do I have to do now?",
    "Kun je een samenvatting van ons gesprek maken?",
    "Sammanfatta mötet.\n\n- högst en sida\n- inga hälsningsfraser",
    "Kan du göra en sammanfattning av samtalet?",
    "Pourrais-tu faire un résumé de notre appel ?",
    "O que foi decidido?",
    "Kannst du das Gespräch bitte zusammenfassen?",
    "Puoi riassumere questa conversazione?",
    "Never guess names.",
    "Elenca i compiti con i responsabili.",
    "The audience is senior management.",
    "Numbers must be exact.",
    "Please keep it under 100 words.",
    "Please do not make it longer than a page.",
    "Please respond with a table.",
    "Always keep the answer shorter than ten lines.",
    "Timestamps are not needed.",
    "If something is unclear, say so.",
    "If nothing was decided, say so.",
    "Where no action items were mentioned, just say so.",
    "The response should be valid JSON.",
    "If possible quote the exact words.",
    "You must not invent facts.",
    "You will receive a transcript.",
    "There may be errors in the transcript.",
    "The minutes should be written for executives.",
    "The style is formal.",
    "<what we agreed>",
)
"""Whole prompts of clients, in parts that may stand alone."""
ELSEWHERE = "Ziel: Protokoll für den Vorstand\n\nTon: förmlich"
CAPTIONS = "Tone: friendly\nLanguage: English\nVocabulary: oars, hull, slipway"
TOLD = (
    "the turquoise walrus wants another budget",
    "We agreed to sell the slipway.\nIt was not easy.",
    "I think that nobody wants the slipway.",
    "Can we move on to my budget?",
    "Wait, the walrus is not sold.",
    "Table 4: I am against the budget",
    "Audience: I am against the budget",
    "<tr><td>the walrus wants another budget</td></tr>",
    "The walrus is to be sold, and the slipway must be closed.",
    "Summary of last time:\n- the walrus wants another budget next year",
    "Bullet points on the walrus were sent on Friday.",
    "In summary, the walrus wants another budget.",
    "Why not sell the walrus?",
    "Summarize these comments of our guests:\n- the walrus wants another budget next year",
    "The board met on Monday. They sold the slipway.",
    "Notes of last time:\n- the walrus wants another budget next year",
    "- the walrus wants another budget next year",
    "Summarize it.\n\n- the walrus wants another budget next year",
    "Write the minutes.\n- why the walrus is late with its budget",
    "Write the minutes.\n- turquoise walrus budget cancelled until May",
    "Glossary:\n- we agreed that the walrus wants another budget, and so on",
    "Das Ergebnis muss den walrus und sein budget retten.",
    "Glossary:\n- WLR means we lose the walrus",
    "It is late. Cancel the walrus and its budget.",
    "The numbers are wrong. Correct the budget of the walrus.",
    "I missed the call with the walrus. Does it want another budget?",
    "Ziel: wir verkaufen den walrus samt budget",
    "Rolle: der walrus ist ohne budget",
    "Pouvez-vous envoyer le compte du walrus et son budget ?",
    "Examples of last time:\n- the walrus wants another budget next year",
    "one walrus budget per page",
    "Vår walrus vill ha en större budget nästa år",
    "Jag skriver till walrus om budgeten.",
    "Mål: vi säljer vår walrus och dess budget",
    "The output of the walrus plant is down by half.",
    "There are two speakers broken in the walrus hall.",
    "The judge gave the walrus thief a sentence of four years.",
    "The notes should be burned before the walrus auditors come.",
    "Amounts are kept in a walrus account that nobody told the board about.",
    "If no walrus was mentioned, say so.",
    "If nothing was paid for the walrus, say so.",
    "If nothing was decided, say so to the walrus supplier.",
    "If possible the walrus supplier gets replaced before June.",
    "If necessary, the walrus yard closes in June.",
    "Please keep the walrus crane in June.",
    "Please hold the walrus at the gate.",
    "Step 3 of the walrus project failed last week.",
    "You are paying the walrus supplier far too much.",
    "Your walrus friend stole the crane in May.",
    "<I paid the walrus supplier>",
    "### I told you that the walrus crane collapsed",
    '```json\n"x": "the walrus crane collapsed in May"\n```',
)
"""What people say, write down and send, with no name that anybody knows."""


def told(text: str) -> str:
    return "".join(text[span.start : span.end] for span, is_told in unproven(text, Span(0, len(text))) if is_told)


@pytest.mark.parametrize("prompt", [*PROMPTS, CAPTIONS, ELSEWHERE])
def test_a_prompt_reads_as_the_clients(prompt: str) -> None:
    assert told(prompt) == ""


@pytest.mark.parametrize("words", TOLD)
def test_what_people_tell_does_not(words: str) -> None:
    assert "walrus" not in words or "walrus" in told(words)
    assert told(words).strip()


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("We are a rowing club. Summarize what was agreed.", " Summarize what was agreed."),
        ("Today is Monday. Summarize it for those who join tomorrow.", " Summarize it for those who join tomorrow."),
        ("It mishears the names of boats. Correct them silently.", " Correct them silently."),
        ("Wir sind ein kleiner Verein. Schreib uns ein kurzes Protokoll.", " Schreib uns ein kurzes Protokoll."),
        ("Nous sommes une petite équipe. Résume ce qui a été décidé.", " Résume ce qui a été décidé."),
        ("The board met. It sold the slipway. Be angry about it.", ""),
    ],
)
def test_of_a_line_that_tells_something_the_sentences_are_the_clients_that_can_only_be_meant_for_a_text(
    line: str, own: str
) -> None:
    spans = unproven(line, Span(0, len(line)))
    assert "".join(line[slice(*span)] for span, is_told in spans if not is_told) == own


@given(
    st.lists(st.sampled_from(PROMPTS + TOLD), min_size=1, max_size=5), st.sampled_from(["\n\n", "\n\n\n", "\r\n\r\n"])
)
def test_all_of_a_text_is_parted_in_order(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    spans = list(unproven(text, Span(0, len(text))))
    assert "".join(text[span.start : span.end] for span, _ in spans) == text
    assert all(is_told != after for (_, is_told), (_, after) in pairwise(spans))


@given(st.sampled_from(PROMPTS), st.sampled_from(TOLD), st.sampled_from(PROMPTS), st.booleans())
def test_beside_a_transcript_the_clients_words_stay_and_those_of_others_are_nobodys(
    above: str, words: str, below: str, under: bool
) -> None:
    parts = [above, TRANSCRIPT, words, below] if under else [above, words, TRANSCRIPT, below]
    text = "\n\n".join(parts)
    heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    own = "".join(text[part.span.start : part.span.end] for part in heard.instructed)
    assert "walrus" not in own
    assert "budget" not in own
    for part in (above, below):
        assert part.splitlines()[0] in own


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_parted(text: str) -> None:
    spans = list(unproven(text, Span(0, len(text))))
    assert "".join(text[span.start : span.end] for span, _ in spans) == text
