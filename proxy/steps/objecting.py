"""Who says aloud in a request that they do not consent."""

from __future__ import annotations

from proxy.consent.aloud import refuses_aloud
from proxy.steps.heard import Hearing, Said


def refusing_aloud(hearing: Hearing) -> frozenset[str]:
    """The ids of those whose own words, each turn by itself, say that they do not consent.

    What a message quotes, what nothing proves to be theirs and what the proxy gave back before are not their own words.
    """
    texts = {slot.index: slot.text for slot in hearing.slots}
    return frozenset(
        said.participant
        for said in hearing.said
        if said.participant is not None and _is_own(said) and refuses_aloud(_words(texts[said.slot], said))
    )


def _is_own(said: Said) -> bool:
    return not (said.unattributed or said.utterance.within or said.sources is not None)


def _words(text: str, said: Said) -> str:
    return "\n".join(text[span.start : span.end] for span in said.utterance.words)
