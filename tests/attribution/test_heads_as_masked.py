"""Whoever redaction masks at the head of words is their speaker for attribution, in whatever form the name stands.

Forms and layouts are drawn from a seed: a person, a form of the name that readers take for theirs, a layout, a place.
"""

from __future__ import annotations

import random

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.redaction.roster.search import people_of, search_for
from proxy.steps.hearing import hear

MARIA = "Maria Okafor"
FORMS = {
    "Иван Петров": ("Петрова", "Ивану", "Петровым", "Ивана Петрова"),
    "محمد العلي": ("محمّد", "مُحَمَّد", "مـحـمـد", "مح‌مد"),
    "دان כהן": ("כֹּהֵן",),
    "Łukasz Wójcik": ("Łukasza", "Wójcika"),
    "王伟": ("王总", "王先生", "老王", "王 伟", "王偉", "王經理"),
    "김민수": ("김 부장", "김부장", "민수", "민수 씨"),
    "田中美咲": ("田中さん", "田中部長", "田中様"),
    "Chiara Montefusco": ("Chara", "Montefuscco", "ᴄʜɪᴀʀᴀ", "Chiaras"),
    "Benedikt Oyelaran": ("Bennedikt", "Benedict", "Oyelarran", "Benedikts", "ʙᴇɴᴇᴅɪᴋᴛ"),
}
ROSTER = Roster(tuple(Participant(f"p-{at}", name) for at, name in enumerate((MARIA, *FORMS))), complete=True)
WORDS = "the harbour budget is too high and nobody told the board"
LAYOUTS = ("{}: {}", "**{}:** {}", "[{}] {}", "{} — {}", "10:02 {}\n{}", "> {}: {}", "{}：{}", "［{}］{}", "<{}> {}")
PLACES = {
    "instructions": (SlotKind.INSTRUCTIONS, ""),
    "below a line": (SlotKind.SPEECH, f"{MARIA}: Hello all and welcome.\n"),
    "below a paragraph": (SlotKind.SPEECH, f"{MARIA}: Hello all and welcome.\n\n"),
}
SEARCH = search_for(tuple(people_of(ROSTER)))


def leaves(text: str, kind: SlotKind, author: str | None = None) -> bool:
    """Whether the words count as the client's or as Maria's."""
    heard = hear([Slot(0, "messages[0].content", text, kind, author=author)], ROSTER, None, opaque_is_instruction=False)
    said = [text[slice(*span)] for one in heard.said if one.participant == "p-0" for span in one.utterance.words]
    return any(WORDS[:20] in each for each in (*heard.instructions, *said))


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms])
def test_redaction_knows_the_form(form: str) -> None:
    assert SEARCH.find(f"{form}: {WORDS}")


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms])
def test_the_form_is_a_speaker_in_every_layout(form: str) -> None:
    draw = random.Random(form)
    for layout in draw.sample(LAYOUTS, 6):
        for place, (kind, above) in PLACES.items():
            assert not leaves(above + layout.format(form, WORDS), kind), (layout, place)


@pytest.mark.parametrize(
    "line",
    [
        "Zdaniem Łukasza {}",
        "По мнению Петрова, {}",
        "Мнение Петрова: {}",
        "Uwaga Wójcika: {}",
        "Слово Петрову. {}",
        "Głos ma Łukasz. {}",
        "Benedikts Einwand: {}",
        "田中さんの意見：\n{}",
        "According to Bennedikt, {}",
        "{}\n— Oyelarran",
    ],
)
def test_what_credits_words_credits_them_to_the_form(line: str) -> None:
    assert not leaves(line.format(WORDS), SlotKind.INSTRUCTIONS)


@pytest.mark.parametrize("line", ["Слово Петрову. {}", "The floor is to Bennedikt. {}", "Over to Chara. {}"])
def test_whoever_gets_the_floor_on_a_line_of_its_own_speaks(line: str) -> None:
    said = line.format(WORDS)
    assert not leaves(f"{MARIA}: Hello all and welcome.\n{said}", SlotKind.SPEECH)
    assert leaves(f"{MARIA}: {said}", SlotKind.SPEECH)


@pytest.mark.parametrize(
    "asked",
    [
        "Ask Bennedikt for the numbers and list what is open.",
        "Summarize what Chara and Oyelarran decided, as a list.",
        "请总结王总提出的要点，并列出行动项。",
        "田中部長の発言を中心に要約してください。",
        "Напиши письмо Петрову о том, что решили на встрече.",
    ],
)
def test_requests_about_the_form_stay(asked: str) -> None:
    heard = hear(
        [Slot(0, "messages[0].content", asked, SlotKind.INSTRUCTIONS)], ROSTER, None, opaque_is_instruction=False
    )
    assert "".join(heard.instructions) == asked
