"""Heads in scripts without spaces or with other capitals, titles before names, and names behind words."""

from __future__ import annotations

import random

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

ROSTER = Roster(
    tuple(
        Participant(f"p-{number}", name)
        for number, name in enumerate(
            ("Evelyn Hart", "田中 美咲", "王伟", "김민수", "Иван Петров", "Ben Okoro", "Maria Okafor")
        )
    ),
    complete=True,
)
JAPANESE = "計画は終わりました。誰も知りませんでした。"
CHINESE = "我们认为计划太晚了，没有人知道。"
ENGLISH = "the harbour budget is too high for us"


def listen(text: str, kind: SlotKind = SlotKind.INSTRUCTIONS) -> Hearing:
    return hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False)


def claimed(hearing: Hearing, words: str) -> bool:
    """Whether the words are the client's, Evelyn's or Maria's."""
    text, others = hearing.slots[0].text, ("p-0", "p-6")
    said = [text[slice(*span)] for one in hearing.said if one.participant in others for span in one.utterance.words]
    return any(words in each for each in (*hearing.instructions, *said))


@pytest.mark.parametrize("name", ["田中 美咲", "田中", "王伟", "김민수"])
@pytest.mark.parametrize(
    "head", ["{}：", "{}さん：", "{}说：", "【{}】", "（{}）", "{}「", "{}\u3000", "○{} ", "{}\n", "10:02 {}\n"]
)
@pytest.mark.parametrize("words", [JAPANESE, CHINESE])
def test_words_without_spaces_are_as_many_as_others(name: str, head: str, words: str) -> None:
    assert not claimed(listen(head.format(name) + words), words[:6])


@pytest.mark.parametrize("head", ["{}：", "{}さん：", "【{}】", "（{}）", "{}「", "{}\u3000"])
def test_so_they_are_on_the_line_of_somebody_else(head: str) -> None:
    text = f"Evelyn Hart: We ship on Monday. {head.format('田中')}{JAPANESE}"
    assert not claimed(listen(text, SlotKind.SPEECH), JAPANESE[:6])


@pytest.mark.parametrize(
    "asked",
    [
        "田中さんの発言を中心に要約してください。",
        "会議の議事録を作成してください。田中美咲さんの担当作業も列挙すること。",
        "请总结王伟提出的要点，并列出行动项。",
        "请给王伟写一封邮件，语气友好。",
        "김민수의 의견을 중심으로 회의를 요약해 주세요.",
    ],
)
def test_requests_that_name_somebody_stay(asked: str) -> None:
    assert "".join(listen(asked).instructions) == asked


@pytest.mark.parametrize("head", ["И. П.:", "И.П. —", "ИП:"])
def test_initials_of_any_script_with_capitals_are_names(head: str) -> None:
    assert not claimed(listen(f"{head} {ENGLISH}"), ENGLISH)


@pytest.mark.parametrize("head", ["Mr Okoro\n", "Mr. Okoro\n\n", "Dr. Okoro (chair)\n"])
def test_a_title_belongs_to_the_name(head: str) -> None:
    assert not claimed(listen(head + ENGLISH), ENGLISH)


@pytest.mark.parametrize("signature", ["\n\nBen", "\nBen", "\n\nMr Okoro", "\n\nB. Okoro"])
def test_a_first_name_alone_signs_the_words_above(signature: str) -> None:
    assert not claimed(listen(f"Our {ENGLISH}.{signature}"), ENGLISH)


@pytest.mark.parametrize("behind", [" – so Ben", "“ – so Ben Okoro", " :Ben Okoro", "”, said Ben", " (laut Ben)"])
def test_a_line_below_somebodys_is_whose_its_end_says(behind: str) -> None:
    text = f"Maria Okafor: We ship on Monday.\n„Our {ENGLISH}.{behind}"
    hearing = listen(text, SlotKind.SPEECH)
    assert not claimed(hearing, ENGLISH)
    assert claimed(hearing, "We ship on Monday")


@pytest.mark.parametrize("text", ["so we met Ben", "then it was over to Ben", "I talked to Ben Okoro"])
def test_people_are_named_at_the_end_of_other_lines(text: str) -> None:
    assert claimed(listen(f"Maria Okafor: We ship on Monday.\n{text}", SlotKind.SPEECH), text)


SAID = {
    "Russian": "мы обсудили бюджет потом решили вернуться завтра он согласился хорошо спасибо",
    "Ukrainian": "ми обговорили бюджет потім вирішили повернутися завтра він погодився добре дякую",
    "Korean": "오늘 예산을 정했습니다 다음에 다시 회의를 합시다 좋아요 감사합니다",
    "Arabic": "ناقشنا الميزانية ثم قررنا العودة غدا وافق شكرا جزيلا",
    "Hindi": "हमने बजट पर बात की फिर तय किया कल मिलेंगे धन्यवाद",
    "Greek": "συζητήσαμε τον προϋπολογισμό μετά αποφασίσαμε αύριο συμφώνησε καλά",
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("seed", range(8))
def test_short_sentences_of_scripts_beside_latin_stay_with_whoever_says_them(language: str, seed: int) -> None:
    rng = random.Random(seed)
    words = [word for word in SAID[language].split() if len(word) > 3 or not word.islower()]  # ``Mr.`` is no sentence
    sentences = [" ".join(rng.sample(words, rng.randint(1, 4))).capitalize() + "." for _ in range(rng.randint(2, 4))]
    heard = listen(f"Evelyn Hart: {' '.join(sentences)}", SlotKind.SPEECH)
    assert [each.participant for each in heard.said] == ["p-0"], sentences


@pytest.mark.parametrize("name", ["Wanda Quist", "Ванда Квист", "Βάντα Κουίστ"])
@pytest.mark.parametrize("end", ["", ":", " —"])
def test_a_strangers_name_at_the_end_of_a_line_still_is_one(name: str, end: str) -> None:
    heard = listen(f"Evelyn Hart: Мы обсудили бюджет. {name}{end}", SlotKind.SPEECH)
    assert [each.participant for each in heard.said][:1] == ["p-0"]
    assert len(heard.said) == 2
