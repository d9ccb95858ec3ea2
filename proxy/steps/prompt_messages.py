"""Tells a prompt in a message of its own from what people say: the one message without a label, all of it a request.

Clients send the prompt in one user message and the transcript in the next, or the other way round. Wording alone proves
nothing there, since live assistants send what is said in messages of their own. So three things must hold: people of
the roster speak by label in all other user messages, no further message is without a label, and every line of this one
reads as the client's, at least one of them as a request about a text.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.attribution.prompts import is_prompt
from proxy.model import Slot, SlotKind
from proxy.steps.typed_messages import MESSAGE


def prompt_message(slots: Sequence[Slot], unclaimed: Sequence[bool], spoken: Sequence[bool]) -> int | None:
    """The position of the slot that is a prompt in a message of its own; None if there is none.

    `unclaimed`: nobody's words by label; `spoken`: people of the roster speak in it.
    """
    said = [at for at, slot in enumerate(slots) if slot.kind is SlotKind.SPEECH and slot.text.strip()]
    alone = [at for at in said if unclaimed[at]]
    if len(alone) != 1 or alone[0] not in (said[0], said[-1]) or not all(spoken[at] for at in said if at != alone[0]):
        return None
    slot = slots[alone[0]]
    whole = MESSAGE.fullmatch(slot.where) is not None and len(said) > 1
    return alone[0] if whole and is_prompt(slot.text) else None
