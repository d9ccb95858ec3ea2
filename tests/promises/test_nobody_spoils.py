"""What one person says never ends a request for the others: it stays in, and the rest leaves."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from harness.process import Response
from harness.recorder import Received
from promises.bodies import CHAT, SAID, running, sent

GERMAN = (
    "wir müssen heute noch über die Lieferung sprechen, weil der Kunde gestern angerufen hat und sehr unzufrieden war, "
    "und außerdem sollten wir den Zeitplan für die nächsten Wochen überarbeiten, damit alle Beteiligten wissen, was "
)
KEPT = "the quartz anchor goes out on Friday as planned and the cobalt falcon follows"
SPOILING = {
    "a card": "my card is 4111 1111 1111 1111, canary",
    "a password": "the password is hunter two all lower case, canary",
    "another language": f"canary {GERMAN * 4}",
    "a name in base64": f"canary {base64.b64encode(b'ask Benedikt Oyelaran about it').decode()}",
    "broken JSON": 'canary {"speaker": "x", "text": "y", "foo": 1',
    "JSON of no known shape": 'canary {"speaker":"x","text":"y","foo":1}',
    "a cue as Graph writes it": 'canary\n0:0 --> 0:1\n{"spokenText":"canary","foo":1}',
    "many brackets": "canary " + '[["' * 400,
}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    directory = tmp_path_factory.mktemp("spoiling")
    with running(directory, redaction={"CREDIT_CARD": "refuse", "SECRET": "refuse"}, min_retained_ratio=0.3) as apis:
        yield apis


def said(apis: Apis, text: str, name: str = "openai-chat") -> tuple[Response, list[Received]]:
    path, body = SAID[name]
    return sent(apis, path, body(text))


@pytest.mark.parametrize("spoiling", SPOILING)
@pytest.mark.parametrize("speaker", ['Zoë "Zed" O\\Hara', "Wanda Quist"], ids=["granted", "unknown"])
def test_words_that_policy_refuses_stay_in_alone(apis: Apis, spoiling: str, speaker: str) -> None:
    kept = "\n".join(f"Annika Solberg: {KEPT} by {day}" for day in ("May", "June", "July", "August") for _ in range(3))
    reply, received = said(apis, f"{kept}\n{speaker}: {SPOILING[spoiling]}\nAnnika Solberg: thanks all")
    assert reply.status == 200, reply.body
    gone = received[0].raw.decode()
    assert gone.count("quartz anchor") == 12
    if speaker == "Wanda Quist" or spoiling in ("a card", "a password", "another language", "a name in base64"):
        assert "canary" not in gone


@pytest.mark.parametrize("spoiling", ["a card", "a password"])
def test_the_clients_own_words_refuse_the_request(apis: Apis, spoiling: str) -> None:
    path = CHAT
    messages = [
        {"role": "system", "content": f"Sum up. {SPOILING[spoiling]}"},
        {"role": "user", "content": f"Annika Solberg: {KEPT}"},
    ]
    reply, received = sent(apis, path, {"model": "m", "messages": messages})
    assert (reply.status, reply.json["error"]["code"]) == (403, "kind_refused")
    assert received == []


def test_a_page_that_a_guest_types_refuses_nothing(apis: Apis) -> None:
    reply, received = said(apis, f"Annika Solberg: {KEPT}\nWanda Quist: {'canary umber velvet ' * 200}")
    assert reply.status == 200, reply.body
    assert b"quartz anchor" in received[0].raw
    assert b"canary" not in received[0].raw


def test_where_nothing_would_be_left_the_request_is_refused(apis: Apis) -> None:
    reply, received = said(apis, f"Annika Solberg: {SPOILING['a card']}")
    assert (reply.status, reply.json["error"]["code"]) == (403, "kind_refused")
    assert received == []


@pytest.mark.parametrize("name", ["Ben Okoro", "Benedikt", "Oyelaran", "Annika Solberg", "Benedikt Oyelaran"])
@pytest.mark.parametrize("field", ["metadata", "said"])
def test_a_short_name_in_base64_does_not_leave(apis: Apis, name: str, field: str) -> None:
    """Also where it has fewer than 16 letters."""
    encoded = base64.b64encode(name.encode()).decode()
    text = f"Annika Solberg: {KEPT}\nAnnika Solberg: it says {encoded} there\nAnnika Solberg: {KEPT}"
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    if field == "metadata":
        body["messages"] = [{"role": "user", "content": f"Annika Solberg: {KEPT}"}]
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": "look", "description": f"uses {encoded} as key", "parameters": {"type": "object"}},
            }
        ]
    reply, received = sent(apis, CHAT, body)
    assert reply.status in (200, 403)
    if name != "Ben Okoro":
        assert not any(encoded.rstrip("=") in json.dumps(one.json) for one in received)


def test_what_a_guest_says_again_is_still_who_said_it_first(apis: Apis) -> None:
    lines = f"Annika Solberg: {KEPT}\nWanda Quist: {KEPT}\nWanda Quist: goes out on Friday as planned"
    reply, received = said(apis, lines)
    assert reply.status == 200, reply.body
    assert received[0].raw.decode().count("quartz anchor") == 1
    assert received[0].raw.decode().count("Friday as planned") == 1


def test_a_few_words_of_a_guest_are_not_cut_out_of_others_sentences(apis: Apis) -> None:
    reply, received = said(apis, f"Wanda Quist: the quartz anchor\nAnnika Solberg: {KEPT}")
    assert reply.status == 200, reply.body
    assert KEPT in received[0].raw.decode()
    assert received[0].raw.decode().count("quartz anchor") == 1
