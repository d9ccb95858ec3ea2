"""Who says aloud in a request that they do not consent."""

from __future__ import annotations

from itertools import groupby

from proxy.consent.aloud import refuses_aloud
from proxy.steps.heard import Hearing, Said


def refusing_aloud(hearing: Hearing) -> frozenset[str]:
    """The ids of those whose own words, with nobody else's between, say that they do not consent.

    What a message quotes, what nothing proves to be theirs and what the proxy gave back before are not their own words.
    """
    texts = {slot.index: slot.text for slot in hearing.slots}
    runs = groupby(hearing.said, key=lambda said: said.participant if _is_own(said) else None)
    return frozenset(
        person
        for person, turns in runs
        if person is not None and refuses_aloud(*(_words(texts[said.slot], said) for said in turns))
    )


def _is_own(said: Said) -> bool:
    return not (said.unattributed or said.utterance.within or said.sources is not None)


def _words(text: str, said: Said) -> str:
    return "\n".join(text[span.start : span.end] for span in said.utterance.words)
