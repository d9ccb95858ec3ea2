"""Promise 2 where a machine states an objection: a no of a vCon keeps words in, and its yes lets none out."""

from __future__ import annotations

import json
from typing import Any

import pytest

ANN, BEN = "Annika Solberg", "Benedikt Oyelaran"
PEOPLE = [{"id": "p-ann", "name": ANN, "class": "employee"}, {"id": "p-ben", "name": BEN, "class": "employee"}]


def vcon(*attachments: dict[str, Any]) -> str:
    said = [(0, "The zebra moves to June."), (1, "The canary sings on Monday.")]
    return json.dumps({
        "vcon": "0.0.2", "uuid": "018e1c55-5b9a-8a00-8000-000000000000", "created_at": "2026-03-02T10:00:00Z",
        "parties": [{"name": ANN}, {"name": BEN}],
        "dialog": [{"type": "text", "start": "2026-03-02T10:01:00Z", "parties": [at], "originator": at,
                    "body": text, "encoding": "none"} for at, text in said],
        "attachments": list(attachments),
    })  # fmt: skip


def basis(party: object = 1, granted: object = False, purpose: str = "summary", **changes: Any) -> dict[str, Any]:
    body = {"lawful_basis": "consent", "purpose_grants": [
        {"purpose": purpose, "granted": granted, "granted_at": "2026-03-02T09:00:00Z"}]}  # fmt: skip
    return {"purpose": "lawful_basis", "party": party, "encoding": "json", "body": body, **changes}


def consents(status: object) -> dict[str, Any]:
    return {"type": "consent", "party": 1, "encoding": "json", "body": {"consents": [
        {"purpose": "summary", "status": status, "timestamp": "2026-03-02T09:00:00Z"}]}}  # fmt: skip


@pytest.fixture(scope="module")
def meeting(stand) -> str:
    """A meeting whose people have both granted."""
    stand.proxy.meeting(PEOPLE, name="m-stated")
    for person in ("p-ann", "p-ben"):
        stand.proxy.consent("grant", person, meeting="m-stated")
    return "m-stated"


def left(stand, meeting: str, document: str, *, prompt: bool) -> bytes:
    mark = stand.mark()
    if prompt:
        reply = stand.proxy.chat(f"Sum up:\n```json\n{document}\n```\nBe brief.", meeting=meeting)
    else:
        reply = stand.proxy.post(f"/m/{meeting}/v1/transcript", document.encode(), {"Content-Type": "application/json"})
    assert reply.status == 200, reply.body
    (received,) = stand.since(mark)
    return received.raw


NOES = {
    "granted false": basis(),
    "in a string": basis(body=json.dumps(basis()["body"])),
    "under the older name": consents("denied"),
    "revoked": consents("revoked"),
    "an unknown state": consents("doubtful"),
    "of an unknown purpose": basis(purpose="ai_processing"),
    "granted as a word": basis(granted="no"),
    "a body that cannot be read": basis(body="eyJhbGciOiJub25lIn0", encoding="base64url"),
    "of a party that is none": basis(party="one"),
    "without a party": {"purpose": "lawful_basis", "body": basis()["body"]},
}


@pytest.mark.parametrize("prompt", [False, True], ids=["body", "prompt"])
@pytest.mark.parametrize("case", NOES)
def test_a_no_of_a_vcon_keeps_the_words_of_its_party_in(stand, meeting: str, case: str, prompt: bool) -> None:
    everybodys = case in ("of a party that is none", "without a party")
    if everybodys and not prompt:
        reply = stand.proxy.post(
            f"/m/{meeting}/v1/transcript", vcon(NOES[case]).encode(), {"Content-Type": "application/json"}
        )
        assert b"canary" not in reply.body
        return
    if everybodys:
        mark = stand.mark()
        stand.proxy.chat(f"Sum up:\n```json\n{vcon(NOES[case])}\n```\nBe brief.", meeting=meeting)
        assert not any(b"canary" in received.raw or b"zebra" in received.raw for received in stand.since(mark))
        return
    sent = left(stand, meeting, vcon(NOES[case]), prompt=prompt)
    assert b"canary" not in sent
    assert b"zebra" in sent


@pytest.mark.parametrize(
    "attachment",
    [basis(granted=True), consents("granted"), consents("pending"), basis(purpose="ai_training"),
     basis(purpose="translation"), {"type": "notes", "party": 1, "body": "x"}],
    ids=["granted", "given", "pending", "training", "other purpose", "no consent"],
)  # fmt: skip
def test_what_objects_to_nothing_here_withholds_nothing(stand, meeting: str, attachment: dict[str, Any]) -> None:
    assert b"canary" in left(stand, meeting, vcon(attachment), prompt=False)


def test_a_yes_of_a_vcon_lets_nothing_out(stand, meeting: str) -> None:
    stand.proxy.meeting(PEOPLE, name="m-stated-none")
    stand.proxy.consent("grant", "p-ann", meeting="m-stated-none")
    sent = left(stand, "m-stated-none", vcon(basis(granted=True), consents("granted")), prompt=False)
    assert b"canary" not in sent
    assert b"zebra" in sent
