"""The model of other scripts that ships: that it reads anything, repeats itself, and sees who is named in a meeting."""

from __future__ import annotations

import pytest

from proxy.detection.tagger.model import scripts


def seen(text: str) -> set[tuple[str, str]]:
    return {(text[e.start : e.end], e.kind) for e in scripts().find(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("昨日、中村健太さんと打ち合わせをしました。", "中村健太"),
        ("マイケル・ブラウンさんから連絡がありました", "マイケル・ブラウン"),
        ("昨天我和李志强开了会，预算的问题还没有解决。", "李志强"),
        ("我們昨天跟陳淑芬討論了預算", "陳淑芬"),
        ("어제 이준호 팀장님과 회의를 했습니다.", "이준호"),
        ("예산은 최은지한테 물어볼게요", "최은지"),
        ("कल मैंने सुनीता शर्मा से बजट पर बात की।", "सुनीता शर्मा"),
        ("تحدثت أمس مع أحمد الخطيب عن الميزانية.", "أحمد الخطيب"),
        ("Учора ми говорили з Оксаною Коваленко про бюджет.", "Оксаною Коваленко"),
        ("учора тарас шевчук казав що не прийде", "тарас шевчук"),
        ("Вчера мы говорили с Ольгой Сергеевной Мельниковой о договоре.", "Ольгой Сергеевной Мельниковой"),
        ("вчера игорь соколов сказал что не придёт", "игорь соколов"),
    ],
)
def test_people_are_found_in_the_languages_that_people_meet_in(text: str, name: str) -> None:
    assert (name, "PERSON") in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "皆さん、おはようございます。議長、よろしくお願いします。",
        "各位领导，各位同事，大家好，我们现在开始开会。",
        "여러분 안녕하세요, 의장님, 말씀 감사합니다.",
        "अध्यक्ष महोदय, भाइयों और बहनों, धन्यवाद।",
        "سيدي الرئيس، سيداتي وسادتي، شكرا لكم.",
        "Пане голово, шановні колеги, дякую за увагу.",
        "Господин председатель, уважаемые коллеги, спасибо.",
    ],
)
def test_a_form_of_address_names_nobody(text: str) -> None:
    assert not [each for each in seen(text) if each[1] == "PERSON"]
