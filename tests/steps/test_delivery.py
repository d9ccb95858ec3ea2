"""How far a reply has come, as its record tells it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from proxy.audit.events import DeliveryProgress, ExchangeFacts
from proxy.dialects.base import TextForm
from proxy.dialects.wire.reply import TextReply
from proxy.model import ReplyHead
from proxy.ports import ClientGone
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.steps.delivery import Delivery

FACTS = ExchangeFacts("x1")
HEADERS = [("x-exchange-id", "x1")]


class Sink:
    """A client that is gone after as many writes as it is told."""

    def __init__(self, writes: int = 9) -> None:
        self.told: list[object] = []
        self._left = writes

    async def start(self, status: int, content_type: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.told.append((status, content_type, list(headers)))

    async def write(self, piece: bytes) -> None:
        if not self._left:
            raise ClientGone
        self._left -= 1
        self.told.append(piece)

    async def finish(self) -> None:
        self.told.append("end")

    async def abort(self) -> None:
        self.told.append("cut")


def delivery(sink: Sink) -> Delivery:
    made = Delivery(sink, PseudonymMap({"PERSON_1": "Ann"}), HEADERS)
    made.begins(ReplyHead(200, {"content-type": "text/plain"}))
    return made


async def test_a_reply_is_begun_with_its_first_piece_and_counted() -> None:
    sink = Sink()
    made = delivery(sink)
    await made.pass_on(b"")
    assert (made.started, sink.told) == (False, [])

    made.arrives(b"12345")
    await made.pass_on(b"ab")
    await made.end(b"c")

    assert sink.told == [(200, "text/plain", HEADERS), b"ab", b"c", "end"]
    outcome = made.outcome(FACTS, 7, None)
    assert (outcome.delivered, outcome.status, outcome.duration_ms) == (DeliveryProgress.FULL, 200, 7)
    assert (outcome.bytes_received, outcome.bytes_delivered) == (5, 3)


async def test_a_reply_without_a_body_is_begun_and_ended() -> None:
    sink = Sink()
    await delivery(sink).end(b"")
    assert sink.told == [(200, "text/plain", HEADERS), "end"]


@pytest.mark.parametrize(("writes", "part"), [(0, DeliveryProgress.NONE), (1, DeliveryProgress.PARTIAL)])
async def test_of_a_client_that_leaves_it_is_known_what_it_was_given(writes: int, part: DeliveryProgress) -> None:
    made = delivery(Sink(writes))
    with pytest.raises(ClientGone):
        for _ in range(2):
            await made.pass_on(b"ab")
    outcome = made.outcome(FACTS, 0, "client_gone")
    assert (outcome.delivered, outcome.bytes_delivered) == (part, 2 * writes)


async def test_an_answer_that_never_came_has_no_status() -> None:
    outcome = Delivery(Sink(), PseudonymMap({}), HEADERS).outcome(FACTS, 0, "upstream_broken")
    assert (outcome.delivered, outcome.status) == (DeliveryProgress.NONE, None)


async def test_texts_are_restored_and_remembered() -> None:
    made = delivery(Sink())
    text = made.restorer(TextForm.PLAIN)
    assert text.feed("PERSON_1 agrees.") + text.flush() == "Ann agrees."
    assert made.texts == ["Ann agrees."]
    assert made.outcome(FACTS, 0, None).restored == 1


@pytest.mark.parametrize(
    ("form", "pieces", "given"),
    [
        (TextForm.ANSWER, ["PERS", "ON_1 is late."], "Ann is late.\n\nLine."),
        (TextForm.ANSWER, [" ", "\n"], " \n"),
        (TextForm.ANSWER, [], ""),
        (TextForm.PLAIN, ["PERSON_1 is late."], "Ann is late."),
        (TextForm.JSON, ['"PERSON_1"'], '"Ann"'),
        (TextForm.CALLED_JSON, ['"PERSON_1"'], '"Ann"'),
    ],
)
def test_a_line_follows_each_answer_that_says_anything_and_no_other_text(
    form: TextForm, pieces: list[str], given: str
) -> None:
    made = Delivery(Sink(), PseudonymMap({"PERSON_1": "Ann"}), HEADERS, "\n\nLine.")
    text = made.restorer(form)
    told = "".join(map(text.feed, pieces))
    assert text.holds is (form is TextForm.ANSWER)
    assert told + text.flush() == given
    assert text.flush() == ""
    assert made.texts == [given]


def test_a_reply_that_is_one_text_ends_with_the_line() -> None:
    made = Delivery(Sink(), PseudonymMap({"PERSON_1": "Ann"}), HEADERS, "\n\nLine.")
    reply = TextReply(made.restorer)
    assert reply.feed(b"PERSON_1 is late.") + reply.close() == b"Ann is late.\n\nLine."
