"""Instructions in which nobody is named leave word for word, in any language; names in them do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import CHAT, INSTRUCTED, openai, running, sent, strings
from promises.prompts import ASKED, PARTLY

SAID = {"role": "user", "content": "Annika Solberg: We ship on time.\nBenedikt Oyelaran: I doubt that."}
NAMED = {
    "Focus on what Harriet Blomqvist promised.": ("Harriet", "Blomqvist"),
    "Address the mail to Giovanni Rossi and Wojciech Szczesny.": ("Giovanni", "Rossi", "Szczesny"),
    "Team: Anna Kowalska (PM), Piotr Nowak (dev), Lars Jensen (QA)": ("Kowalska", "Nowak", "Jensen"),
    "Mark said that the price is fixed. Say so.": ("Mark",),
    "Achte auf das, was Harriet Blomqvist versprochen hat, und schreibe es auf.": ("Harriet", "Blomqvist"),
    "Fasse zusammen, was Annika über den Hafen gesagt hat.": ("Annika",),
    "Schicke das Protokoll an thea.lund@kanal.example, sobald es fertig ist.": ("thea.lund",),
    "Envoie le compte-rendu à Benedikt Oyelaran et à personne d'autre.": ("Benedikt", "Oyelaran"),
}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("prompts")) as started:
        yield started


@pytest.mark.parametrize("language", ASKED)
def test_instructions_leave_word_for_word(apis: Apis, language: str) -> None:
    for prompt in ASKED[language]:
        reply, received = sent(apis, CHAT, openai({"role": "system", "content": prompt}, SAID))
        assert reply.status == 200, reply.body
        assert received[-1].json["messages"][0]["content"] == prompt


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("language", ASKED)
def test_they_stay_beside_a_transcript(apis: Apis, language: str, below: bool) -> None:
    for prompt in [*ASKED[language], *(PARTLY if language == "en" else ())]:
        text = "\n\n".join((SAID["content"], prompt) if below else (prompt, SAID["content"]))
        reply, received = sent(apis, CHAT, openai({"role": "user", "content": text}))
        assert reply.status == 200, reply.body
        left = received[-1].json["messages"][0]["content"]
        lost = [line for line in prompt.splitlines() if PARTLY.get(line, line).strip() not in left]
        assert not lost, left
        assert "ship on time" in left
        assert "doubt" not in left


@pytest.mark.parametrize("name", INSTRUCTED)
def test_so_they_do_in_any_dialect(apis: Apis, name: str) -> None:
    path, body = INSTRUCTED[name]
    prompt = ASKED["de"][0]
    reply, received = sent(apis, path, body(prompt))
    assert reply.status == 200, reply.body
    assert prompt in list(strings(received[-1].json))


@pytest.mark.parametrize("prompt", NAMED)
def test_who_is_named_in_them_does_not(apis: Apis, prompt: str) -> None:
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": prompt}, SAID))
    assert reply.status == 200, reply.body
    sent_prompt = received[-1].json["messages"][0]["content"]
    assert not [name for name in NAMED[prompt] if name in sent_prompt], sent_prompt
