"""Promise 3 in other languages: what detection does not cover whole is refused, or let out by policy and recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from promises.conftest import Stand

GERMAN = (
    "Annika Solberg: Guten Morgen zusammen, wir fangen jetzt an, auch wenn noch nicht alle da sind.\n"
    "Annika Solberg: Schreibt bitte an annika.solberg@fjord.example oder an lager@kanal.example, wenn etwas fehlt.\n"
    "Annika Solberg: Meine Steuer-ID ist übrigens 86095742719, und Annika hat alle Unterlagen schon geschickt.\n"
)
ENGLISH = "Annika Solberg: Good morning everybody, let us begin although not all of us are here.\n"
MIXED = ENGLISH * 12 + "Annika Solberg: Das machen wir dann morgen, wenn der Kollege im Büro ist, einverstanden?\n"


@pytest.fixture
def part(alone: Stand) -> Iterator[Stand]:
    """A proxy with a route for English as it is shipped, and one that lets other languages out in part."""
    alone.proxy.document["routes"][1]["detection"] = {"languages": {"in_part": "patterns"}, "disable": ["ner_person"]}
    alone.proxy.meeting()
    for purpose in ("summary", "compose"):
        alone.proxy.consent("grant", "p-ann", purpose=purpose)
    alone.proxy.start()
    yield alone
    alone.proxy.stop()


def test_complaint_15_german_leaves_only_where_policy_lets_it_and_is_recorded(part: Stand) -> None:
    """Complaint 15: all text was read as English; here its language is told, and what is not covered is refused."""
    proxy = part.proxy

    refused = proxy.chat(GERMAN)
    assert refused.status == 403
    assert refused.json["error"]["code"] == "language_uncovered"
    told = refused.json["error"]["message"]
    assert "German (de, 100 %" in told
    assert "detection.languages.in_part" in told
    assert not any(word in told for word in ("Morgen", "Annika", "Steuer"))
    assert part.recorder.received == []
    assert proxy.events[-1]["status_code"] == "language_uncovered"

    answered = proxy.chat(GERMAN, path="/compose/v1/chat/completions")
    assert answered.status == 200
    (received,) = part.recorder.received
    for original in (b"Annika", b"Solberg", b"lager@kanal.example", b"86095742719"):
        assert original not in received.raw
    assert "Guten Morgen zusammen" in received.json["messages"][0]["content"]
    assert "86095742719" in answered.text
    intent = next(e for e in proxy.settled() if e["metadata"]["event_code"] == "egress.intent")["unmapped"]["ledger"]
    assert list(intent["languages"]) == ["de"]
    assert intent["coverage"] == {"in_part": intent["languages"]["de"]}
    assert intent["removed"]["DE_TAX_ID"] == 1

    mixed = proxy.chat(MIXED)
    assert mixed.status == 200, "two sentences of another language refuse no meeting"
    last = [e for e in proxy.settled() if e["metadata"]["event_code"] == "egress.intent"][-1]["unmapped"]["ledger"]
    assert last["languages"]["en"] > 150

    metrics = proxy.admin("/metrics").body.decode()
    assert 'words_sent_total{language="de",route="compose",tier="in_part"}' in metrics


def test_a_language_that_is_expected_but_refused_is_no_valid_configuration(alone: Stand) -> None:
    alone.proxy.document["routes"][0]["language"] = ["en", "de"]
    done = alone.proxy.cli("check", "--config", str(alone.proxy.config), "--json", code=1)
    assert "routes[0].language: German (de) is covered in part only" in done
    alone.proxy.document["detection"]["languages"] = {"in_part": "patterns"}
    done = alone.proxy.cli("check", "--config", str(alone.proxy.config), "--json")
    assert "names outside the roster" in done


DICTATED = {
    "de": ("Also meine Nummer ist {}, bitte ruft mich morgen an, wenn die Unterlagen da sind.",
           "null eins sieben sechs zweiundvierzig elf null acht"),
    "fr": ("Alors mon adresse c'est {}, envoyez tout avant demain soir s'il vous plaît.",
           "camille point durand arobase fjord point fr"),
    "es": ("Entonces mi número es el {}, llamadme mañana por la mañana cuando estéis en la oficina.",
           "seis doce treinta y cuatro cincuenta y seis setenta y ocho"),
    "it": ("Allora la mia mail è {}, mandate tutto entro domani sera per favore, grazie mille a tutti.",
           "giulia punto ferri chiocciola fjord punto it"),
    "pt": ("Então o meu número é o {}, liguem amanhã de manhã quando estiverem no escritório.",
           "nove um dois trinta e quatro cinquenta e seis sete"),
    "nl": ("Dus mijn nummer is {}, bel me morgenochtend maar als jullie op kantoor zijn.",
           "nul zes twaalf vierendertig zesenvijftig achtenzeventig"),
}  # fmt: skip


def test_what_is_dictated_in_other_languages_is_replaced_and_restored(part: Stand) -> None:
    for sentence, said in DICTATED.values():
        before = len(part.recorder.received)
        text = f"Annika Solberg: {sentence.format(said)}\n"
        answered = part.proxy.chat(text, path="/compose/v1/chat/completions")
        assert answered.status == 200
        (received,) = part.recorder.received[before:]
        left = received.json["messages"][0]["content"]
        assert not any(word in left for word in said.split() if len(word) > 4)
        assert said in answered.text
