"""Promise 2 over a chain of requests: what the proxy gave back may be told again while all whose words it rests on may
still be heard, for the same client in the same meeting; one refusal is no veto over it, and it is no way around one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.process import Proxy, settings
from harness.recorder import Received, Recorder
from harness.replies import telling

from proxy.edge.store.store import Store

OTHER_KEY = "another-client-key"
PARTS = [
    "Annika Solberg: We sign the new contract first.\nBenedikt Oyelaran: I refuse to sell the orchard.",
    "Annika Solberg: The work on the roof begins in May.\nBenedikt Oyelaran: The orchard belongs to my sister.",
]
SUMMARIES = [
    "## First part\n\n- **PERSON_1** wants the new contract to be signed before anything else.",
    "## Second part\n\n- Work on the roof is going to begin in May, as planned.",
]
COMBINED = "The new contract is signed before anything else, and then the roof is mended from May on."
TRANSLATED = "First comes the signature of the contract, then, starting in May, the repair of the roof."
BEN = (b"orchard", b"sister")


class Scripted:
    """Answers with `text`, streamed where asked."""

    def __init__(self) -> None:
        self.text = ""

    async def __call__(self, received: Received, writer: asyncio.StreamWriter) -> None:
        await telling(self.text)(received, writer)


class Front:
    """A proxy of the test's own, in front of a recipient that says what the test wants."""

    def __init__(self, directory: Path, recorder: Recorder, said: Scripted) -> None:
        self.recorder, self.said = recorder, said
        document = settings(directory, recorder.base_url, derived_texts={"hours": 24})
        document["clients"].append(
            {
                "name": "other",
                "key_sha256": hashlib.sha256(OTHER_KEY.encode()).hexdigest(),
                "routes": ["summary", "compose", "plain"],
            }
        )
        self.proxy = Proxy(directory, document)
        for meeting in ("m1", "m2"):
            self.proxy.meeting(name=meeting)
            for purpose in ("summary", "compose"):
                self.proxy.consent("grant", "p-ann", meeting=meeting, purpose=purpose)
                self.proxy.consent("deny", "p-ben", meeting=meeting, purpose=purpose)
        self.proxy.start()

    def ask(self, text: str, answer: str, *, stream: bool = False, meeting: str = "m1", key: str | None = None, **more):
        """Send a text, which the recipient answers so; what came back and what arrived (nothing: None)."""
        self.said.text, mark = answer, len(self.recorder.received)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        path = more.pop("path", "/v1/chat/completions")
        messages = more.pop("messages", [{"role": "user", "content": text}])
        messages = [{"role": "system", "content": "Write for the minutes."}, *messages]
        body = json.dumps({"model": "m", "messages": messages, "stream": stream, **more}).encode()
        reply = self.proxy.post(f"/m/{meeting}{path}", body, headers)
        arrived = self.recorder.received[mark:]
        return reply, (arrived[0].body.decode() if arrived else None)

    def summarized(self, *, stream: bool = False) -> list[str]:
        """Summaries of both parts, as the client got them."""
        replies = [self.ask(part, summary, stream=stream)[0] for part, summary in zip(PARTS, SUMMARIES, strict=True)]
        assert [reply.status for reply in replies] == [200, 200]
        return [reply.text for reply in replies]


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    said = Scripted()
    with Recorder(said) as recorder:
        made = Front(tmp_path, recorder, said)
        yield made
        made.proxy.kill()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_one_refusal_is_no_veto_over_a_long_meeting(front: Front, stream: bool) -> None:
    parts = front.summarized(stream=stream)
    assert "Annika Solberg" in parts[0]
    combined, left = front.ask("\n\n".join(parts), COMBINED, stream=stream)
    assert combined.status == 200
    assert left is not None
    assert "wants the new contract to be signed before anything else" in left
    assert "Work on the roof is going to begin in May" in left
    assert "Annika" not in left

    for answer in (TRANSLATED, "Contract and roof"):
        reply, left = front.ask(combined.text, answer, stream=stream)
        assert reply.status == 200
        assert left is not None
        assert "then the roof is mended from May on" in left
    question = [
        {"role": "assistant", "content": combined.text},
        {"role": "user", "content": f"<summary>\n{combined.text}\n</summary>"},
    ]
    reply, left = front.ask("", "From May on.", messages=question, stream=stream)
    assert reply.status == 200
    assert left is not None
    assert left.count("then the roof is mended from May on") == 2
    assert not any(word in front.recorder.wire for word in BEN)


def test_the_ledger_names_the_exchanges_that_it_came_from(front: Front) -> None:
    parts = front.summarized()
    reply, _ = front.ask("\n\n".join(parts), COMBINED)
    intents = [e for e in front.proxy.settled() if e["metadata"]["event_code"] == "egress.intent"]
    ids = [event["metadata"]["correlation_uid"] for event in intents]
    assert reply.headers["x-exchange-id"] == ids[-1]
    assert intents[-1]["unmapped"]["ledger"]["derived_from"] == sorted(ids[:2])
    shown = front.proxy.cli("ledger", "show", "--config", str(front.proxy.config), ids[-1])
    assert all(source in shown for source in ids[:2])


def listed(front: Front, *words: str) -> dict[str, list[str]]:
    """The exchanges that a command lists of what left of Ann, each with those on which it rests."""
    told = front.proxy.cli(*words[:2], "--config", str(front.proxy.config), *words[2:], "--json")
    found = json.loads(told.splitlines()[-1])
    return {each["exchange"]: each["rests_on"] for each in found.get("already_left", found)["exchanges"]}


def test_every_list_of_what_left_of_somebody_has_what_was_told_again(front: Front) -> None:
    """Nothing was said in the later requests but what the AI had made of Ann's words."""
    parts = front.summarized()
    combined, _ = front.ask("\n\n".join(parts), COMBINED)
    front.ask(combined.text, TRANSLATED)
    intents = [e for e in front.proxy.settled() if e["metadata"]["event_code"] == "egress.intent"]
    first, second, third, fourth = (event["metadata"]["correlation_uid"] for event in intents)
    expected = {first: [], second: [], third: sorted([first, second]), fourth: [third]}

    assert listed(front, "ledger", "carried", "--participant", "p-ann") == expected
    report = json.loads(front.proxy.cli("subject", "report", "--config", str(front.proxy.config), "p-ann", "--json"))
    assert {each["exchange"]: [] for each in report["exchanges"]} == {first: [], second: []}
    assert {each["exchange"]: each["rests_on"] for each in report["repeated"]} == {
        name: expected[name] for name in (third, fourth)
    }
    shown = front.proxy.cli("ledger", "carried", "--config", str(front.proxy.config), "--participant", "p-ann")
    assert f"from {third}; reply full  [{fourth}]" in shown
    nothing = front.proxy.cli("ledger", "carried", "--config", str(front.proxy.config), "--participant", "p-ben")
    assert "No exchange on file carried words of p-ben" in nothing
    no = ("--purpose", "summary", "--scope", "meeting", "--scope-id", "m1")
    assert listed(front, "consent", "withdraw", "--participant", "p-ann", *no) == expected
    forgotten = front.proxy.cli("subject", "forget", "--config", str(front.proxy.config), "p-ann", "--yes", "--json")
    (recipient,) = json.loads(forgotten)["recipients"]
    assert sorted(recipient["exchanges"]) == sorted(expected)


def test_it_stops_when_somebody_withdraws_in_between(front: Front) -> None:
    parts = front.summarized()
    front.proxy.consent("withdraw", "p-ann")
    _, left = front.ask("\n\n".join(parts), COMBINED)
    assert left is None or ("contract" not in left and "roof" not in left)
    chiara = [{"role": "user", "content": "Speaker 2: So be it."}, {"role": "user", "content": parts[1]}]
    reply, left = front.ask("", COMBINED, messages=chiara)
    assert (reply.status, left) == (403, None)
    assert "messages[2].content" in reply.json["error"]["message"]


CUT = [
    "So far: wants the new contract to be signed bef",
    "So far: the new contract to be signed before anything else and work on the roof is going to begin in May.",
    "Note that the new contract to be signed before anything else",
]


@pytest.mark.parametrize("cut", CUT)
def test_a_part_of_it_among_the_clients_own_words_stops_too(front: Front, cut: str) -> None:
    front.summarized()
    morning = {"role": "user", "content": "Benedikt Oyelaran: Good morning to everybody here."}
    asked = [{"role": "system", "content": f"{cut}\nKeep the names."}, morning]
    front.proxy.consent("grant", "p-ben", meeting="m1", purpose="summary")
    _, left = front.ask("", COMBINED, messages=asked)
    assert left is not None
    assert "contract" in left
    front.proxy.consent("withdraw", "p-ann")
    _, left = front.ask("", COMBINED, messages=asked)
    assert left is not None
    assert not any(word in left for word in ("contract", "roof", "May", "signed"))
    assert "Keep the names." in left
    assert "Good morning" in left


def test_what_a_reply_repeats_of_a_prompt_stays_in_the_prompt(front: Front) -> None:
    prompt = {"role": "system", "content": "Tell which contracts the orchard committee signs before anything else."}
    front.ask("", f"{prompt['content'][5:]} None.", messages=[prompt, {"role": "user", "content": PARTS[0]}])
    front.proxy.consent("withdraw", "p-ann")
    front.proxy.consent("grant", "p-ben", meeting="m1", purpose="summary")
    _, left = front.ask(
        "", COMBINED, messages=[prompt, {"role": "user", "content": "Benedikt Oyelaran: Good morning."}]
    )
    assert left is not None
    assert prompt["content"] in left


def test_a_refusal_names_those_because_of_whose_words_by_pseudonym(front: Front) -> None:
    """Nobody said anything in the request; it repeats what was made of Ann's words."""
    parts = front.summarized()
    front.proxy.consent("withdraw", "p-ann")
    reply, left = front.ask("\n\n".join(parts), COMBINED)
    assert (reply.status, left) == (403, None)
    events = front.proxy.settled()
    refused, intents = events[-1], [e for e in events if e["metadata"]["event_code"] == "egress.intent"]
    (ann,) = {person["uid"] for event in intents for person in event["resources"] if person["role"] == "sent"}
    named = {person["uid"]: person["data"] for person in refused["resources"]}
    assert list(named) == [ann]
    assert (named[ann]["utterances"], named[ann]["withheld_utterances"] > 0) == (0, True)
    assert list(named[ann]["reasons"]) == ["withdrawn"]
    assert named[ann]["grants"]
    assert not any(word in front.proxy.ledger_bytes for word in (b"p-ann", b"Annika", b"p-ben", b"Benedikt"))
    found = front.proxy.cli("ledger", "query", "--config", str(front.proxy.config), "--participant", "p-ann",
                            "--event", "refused", "--json")  # fmt: skip
    assert refused["metadata"]["correlation_uid"] in found
    report = json.loads(front.proxy.cli("subject", "report", "--config", str(front.proxy.config), "p-ann", "--json"))
    assert report["withheld"][-1]["exchange"] == refused["metadata"]["correlation_uid"]
    assert list(report["withheld"][-1]["reasons"]) == ["withdrawn"]


def test_who_explains_a_request_reads_that_it_repeats_a_reply(front: Front, tmp_path: Path) -> None:
    """Neither is that text an unknown person's, nor need anybody look up whose id it rests on."""
    parts = front.summarized()
    file = tmp_path / "again.json"
    file.write_text(json.dumps({"model": "m", "messages": [{"role": "user", "content": "\n\n".join(parts)}]}))
    words = ("explain", str(file), "--config", str(front.proxy.config), "--meeting", "m1", "--utterances")
    words = (*words, "--client", front.proxy.document["clients"][0]["name"])
    told = front.proxy.cli(*words)
    assert "given back by exchange" in told
    assert "│ unknown" not in told
    front.proxy.consent("withdraw", "p-ann")
    assert "rests on words of Annika Solberg (p-ann)" in front.proxy.cli(*words, code=1)


def test_it_holds_for_one_purpose(front: Front) -> None:
    parts = front.summarized()
    front.proxy.consent("withdraw", "p-ann", purpose="compose")
    _, left = front.ask("\n\n".join(parts), COMBINED, path="/compose/v1/chat/completions")
    assert left is None or ("contract" not in left and "roof" not in left)


@pytest.mark.parametrize("other", ["client", "meeting"])
def test_it_holds_for_one_client_and_one_meeting(front: Front, other: str) -> None:
    parts = front.summarized()
    elsewhere = {"key": OTHER_KEY} if other == "client" else {"meeting": "m2"}
    _, left = front.ask("\n\n".join(parts), COMBINED, **elsewhere)
    assert left is None or ("contract" not in left and "roof" not in left)


def test_it_is_no_way_around_a_refusal(front: Front) -> None:
    parts = front.summarized()
    beside = [
        f"{parts[0]}\nI refuse to sell the orchard.",
        f"{parts[0]} I refuse to sell the orchard.",
        f"{parts[0]}\n\nBenedikt Oyelaran: I refuse to sell the orchard.",
        f"I refuse to sell the orchard.\n{parts[0]}",
        f"Benedikt Oyelaran: I refuse to sell the orchard because\n{parts[1]}\nand it belongs to my sister.",
    ]
    for text in beside:
        front.ask(text, COMBINED)
    assert not any(word in front.recorder.wire for word in BEN)


@pytest.mark.parametrize(
    "asked", ["Combine these summaries:", "Translate the following text:", "Make one summary of these:"]
)
def test_what_asks_for_something_above_it_is_the_clients_own(front: Front, asked: str) -> None:
    parts = front.summarized()
    reply, left = front.ask("\n\n".join([asked, *parts]), COMBINED)
    assert reply.status == 200
    assert left is not None
    assert f'"content": "{asked}' in left
    assert "x-withheld-unproven" not in reply.headers
    for other in (
        "Write that the orchard is sold:",
        "Combine these. The orchard is sold:",
        "Ben wants these combined:",
    ):
        _, left = front.ask("\n\n".join([other, *parts]), COMBINED)
        assert left is None or (other not in left and "orchard" not in left)


def test_lines_of_a_summary_that_look_like_somebodys_are_the_summary(front: Front) -> None:
    line = "is asked to find another date for the board before the summer"
    summary = f"Actions:\nBenedikt Oyelaran: {line}\nAnnika Solberg: signs the new contract"
    reply, _ = front.ask(PARTS[0], summary)
    _, left = front.ask(reply.text, COMBINED)
    assert left is not None
    assert line in left
    assert "Oyelaran" not in left


def test_what_somebody_says_is_theirs_though_a_reply_said_it(front: Front) -> None:
    offered = json.dumps({"suggested": ["I cannot make it", "The orchard is sold in May, as planned"]})
    front.ask(PARTS[0], offered)
    front.ask("", COMBINED, messages=[{"role": "user", "name": "Benedikt Oyelaran", "content": "I cannot make it"}])
    front.ask(f"{PARTS[0]}\nBenedikt Oyelaran: The orchard is sold in May, as planned", COMBINED)
    front.ask(f"{PARTS[0]}\nBenedikt Oyelaran:\nI cannot make it", COMBINED)
    assert not any(word in front.recorder.wire for word in (b"cannot make", *BEN))


def test_a_label_that_was_given_back_leaves_words_to_their_speaker(front: Front) -> None:
    front.ask(PARTS[0], json.dumps({"attendees": ["Annika Solberg", "Benedikt Oyelaran"]}))
    _, left = front.ask("Annika Solberg:\nWe sign the new contract first.\nBenedikt Oyelaran:\nMy sister.", COMBINED)
    assert left is not None
    assert "We sign the new contract first" in left
    assert "sister" not in left


@pytest.mark.parametrize(
    "line",
    [
        "Benedikt Oyelaran\n{}",
        "## Benedikt Oyelaran\n\n{}",
        "| Benedikt Oyelaran | {} |",
        "Thanks. Benedikt: {}",
        '{{"writer":"Benedikt Oyelaran","a":"{}"}}',
    ],
    ids=["a name above", "a heading", "a row", "within a line", "a field"],
)
def test_what_a_name_opens_below_others_words_is_not_derived(front: Front, line: str) -> None:
    told = front.ask(PARTS[0], COMBINED)[0].text
    _, sent = front.ask("Annika Solberg: Good morning.\n" + line.format(told), "Fine.")
    assert sent is None or "mended from May" not in sent


def test_only_digests_are_kept_and_not_for_long(front: Front) -> None:
    parts = front.summarized()
    files = b"".join(path.read_bytes() for path in front.proxy.directory.glob("proxy.db*"))
    assert not any(word in files for word in (b"contract", b"roof", b"orchard"))

    async def swept() -> int:
        async with await Store.open(front.proxy.document["store"]) as store:
            later = datetime.now(UTC) + timedelta(hours=25)
            return len(await store.given_back.find("bot", "m1", later, 10))

    assert asyncio.run(swept()) == 0
    front.proxy.stop()
    front.proxy.document["derived_texts"] = {"hours": 0}
    front.proxy.start()
    _, left = front.ask("\n\n".join(parts), COMBINED)
    assert left is None or "contract" not in left
