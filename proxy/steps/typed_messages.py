"""Which messages of a chat the client's user typed to the model, if the operator says that they do.

No text proves by itself that it is a question to the model: a participant can ask the same in a meeting, and a client
can send what was said in messages without a name. So only the operator can say it (``clients[].last_message``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.model import Slot, SlotKind

_LONGEST = 120
"""Words in a message that somebody types to a model. A longer one may be a transcript without labels."""
MESSAGE = re.compile(r"(?:(?:messages|input)\[[0-9]+\]\.content(?:\[[0-9]+\](?:\.text)?)?|input|prompt)")
"""Where the text of a message stands."""
_PART = re.compile(r"\.content\[[0-9]+\].*$")
_SPOKEN = (SlotKind.SPEECH, SlotKind.REPLY)


def typed_to_model(slots: Sequence[Slot]) -> frozenset[int]:
    """Indices of short user messages that are the last one, or were so until the model answered them."""
    messages = [slot for slot in slots if slot.kind in _SPOKEN and slot.text.strip()]
    return frozenset(
        slot.index
        for at, slot in enumerate(messages)
        if slot.kind is SlotKind.SPEECH
        and not (slot.transcript or slot.utterance is not None or slot.author is not None or slot.place is not None)
        and MESSAGE.fullmatch(slot.where)
        and len(slot.text.split()) <= _LONGEST
        and ((following := _following(messages, at)) is None or following.kind is SlotKind.REPLY)
    )


def _following(messages: Sequence[Slot], at: int) -> Slot | None:
    """The next message; text parts of one message count as one."""
    own = _PART.sub("", messages[at].where)
    return next((slot for slot in messages[at + 1 :] if _PART.sub("", slot.where) != own), None)
