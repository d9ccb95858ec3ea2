"""Promise 3 in other scripts: people, places and firms that no roster names are replaced, and come back right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.process import PEOPLE
from promises.conftest import Stand

SAID = {
    "ja": ("昨日、中村健太さんと打ち合わせをしました。予算については小川さんに確認して、来週までに資料を作ります。"
           "渡辺美咲課長は大阪に出張していて、金曜日に戻ります。",
           ("中村健太", "小川", "渡辺美咲", "大阪")),
    "zh": ("昨天我和李志强开了会，预算的问题要先问王秀兰经理。刘洋下周去上海出差，回来以后再把材料发给大家看。",
           ("李志强", "王秀兰", "刘洋", "上海")),
    "ko": ("어제 이준호 팀장님과 회의를 했습니다. 예산은 최은지 씨한테 다시 물어보고 자료를 준비하겠습니다. "
           "김하윤은 부산에 출장을 갔다가 금요일 오후에 사무실로 돌아옵니다.",
           ("이준호", "최은지", "김하윤", "부산")),
    "hi": ("नमस्ते, मैं राजेश कुमार बोल रहा हूँ। बजट के बारे में सुनीता शर्मा से पूछना पड़ेगा, वे अगले हफ्ते मुंबई जा रही हैं।",
           ("राजेश कुमार", "सुनीता शर्मा", "मुंबई")),
    "ar": ("تحدثت أمس مع السيد أحمد الخطيب عن الميزانية، وقال إن فاطمة الزهراني ستسافر إلى القاهرة الأسبوع القادم.",
           ("أحمد الخطيب", "فاطمة الزهراني", "القاهرة")),
    "uk": ("Учора ми говорили з Оксаною Коваленко про бюджет, а Тарас Шевчук сказав, що у п'ятницю поїде до Львова.",
           ("Оксаною Коваленко", "Тарас Шевчук", "Львова")),
    "ru": ("вчера говорили с иваном петровичем соколовым про бюджет он сказал что ольга мельникова на следующей неделе "
           "едет в казань и вернётся только в пятницу",
           ("иваном петровичем соколовым", "ольга мельникова", "казань")),
}  # fmt: skip
"""By language: what is said, and what of it must not leave. The Russian is written as a recognizer of speech writes."""
PATH = "/compose/v1/chat/completions"


@pytest.fixture
def open_route(alone: Stand) -> Iterator[Stand]:
    """A proxy with a route that lets other languages out in part."""
    alone.proxy.document["routes"][1]["detection"] = {"languages": {"in_part": "patterns"}}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann", purpose="compose")
    alone.proxy.start()
    yield alone
    alone.proxy.stop()


def test_names_in_other_scripts_are_replaced_and_restored(open_route: Stand) -> None:
    for language, (said, names) in SAID.items():
        before = len(open_route.recorder.received)
        answered = open_route.proxy.chat(f"Annika Solberg: {said}\n", path=PATH)
        assert answered.status == 200, (language, answered.text)
        (received,) = open_route.recorder.received[before:]
        left = received.json["messages"][0]["content"]
        assert not [name for name in names if name in left], (language, left)
        assert "PERSON_1" in left, (language, left)
        assert said in answered.text, (language, answered.text)


def test_a_name_in_another_script_is_replaced_in_an_english_meeting(open_route: Stand) -> None:
    said = "I asked 최은지 and 小川さん about the budget yesterday, and Оксана Коваленко will write to both of them."
    answered = open_route.proxy.chat(f"Annika Solberg: {said}\n", path=PATH)
    left = open_route.recorder.received[-1].json["messages"][0]["content"]
    assert not [name for name in ("최은지", "小川", "Оксана", "Коваленко") if name in left], left
    assert "about the budget yesterday" in left
    assert said in answered.text


def test_the_same_person_has_one_stand_in_whatever_particle_follows(open_route: Stand) -> None:
    said = "小川さんが来ました。小川さんは資料を作ります。それから小川に電話しました。会議は来週の金曜日に開きます。"
    open_route.proxy.chat(f"Annika Solberg: {said}\n", path=PATH)
    left = open_route.recorder.received[-1].json["messages"][0]["content"]
    assert "小川" not in left
    assert "PERSON_3" not in left, left


LISTED = [
    {"id": "p-kim", "name": "김민수", "class": "guest"},
    {"id": "p-wan", "name": "王伟", "class": "guest"},
    {"id": "p-tan", "name": "田中花子", "class": "guest"},
    {"id": "p-mar", "name": "Мария Волкова", "class": "guest"},
]
OF_THEM = (
    "오늘 회의에서 김민수는 예산을 다시 계산해서 다음 주까지 자료를 보내기로 했습니다.\n"
    "Annika Solberg: 我们已经告诉王伟下周要把所有材料准备好，然后再发给大家看一遍。\n"
    "Annika Solberg: それから田中花子さんに来週の会議の資料をお願いしました。\n"
    "Annika Solberg: А потом надо ещё раз спросить, когда Мария Волкова вернётся из отпуска.\n"
)


def test_names_of_the_roster_in_other_scripts_are_theirs(open_route: Stand) -> None:
    open_route.proxy.meeting([*PEOPLE, *LISTED], "m2")
    for person in ("p-ann", *(each["id"] for each in LISTED)):
        open_route.proxy.consent("grant", person, purpose="compose", meeting="m2")
    answered = open_route.proxy.chat(f"Annika Solberg: {OF_THEM}", path=PATH, meeting="m2")
    assert answered.status == 200, answered.text
    left = open_route.recorder.received[-1].json["messages"][0]["content"]
    for name in ("김민수", "王伟", "田中花子", "田中", "Мария", "Волкова"):
        assert name not in left, left
    assert "예산" in left
    assert OF_THEM in answered.text


def test_a_name_in_an_instruction_in_another_script_is_replaced_and_orders_stay(open_route: Stand) -> None:
    asked = "请把会议内容总结成五行，并且单独列出张秀英说的内容，不要加标题，谢谢。"
    messages = [{"role": "system", "content": asked}, {"role": "user", "content": f"Annika Solberg: {SAID['zh'][0]}\n"}]
    answered = open_route.proxy.chat("", path=PATH, messages=messages)
    assert answered.status == 200, answered.text
    told = open_route.recorder.received[-1].json["messages"][0]["content"]
    assert "张秀英" not in told, told
    assert told.startswith("请把会议内容总结成五行")
