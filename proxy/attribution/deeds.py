"""Tell requests that people make of each other from those that a client makes of a model.

``Cancel the order.`` and ``If he calls, tell him that he is late.`` are requests as well, and nothing in them is about
a text. They read as a client's only beside one that is. A verb that asks for work on a text needs no company, nor does
a request that mentions a text.
"""

from __future__ import annotations

import re

from proxy.attribution.asking import asks, opens_as_listed, opens_instructions
from proxy.attribution.text_statements import has_words_for_texts
from proxy.attribution.text_words import OF_TEXTS, WORKS, folded, is_form_word, names_things
from proxy.languages import patterns, words

_DEEDS = words("asking", "deeds")
"""Verbs for what people do, and models of language do not."""
_CAUTIONS = words("asking", "cautions")
"""Words before anything that somebody shall do or let be: ``avoid``, ``please``."""
_CONDITION = re.compile(rf"{patterns('asking', 'ifs')}\b", re.IGNORECASE)
_WRITERS = words("asking", "orders", "en") - _CAUTIONS
"""Verbs for what only a writer is told to do or avoid: ``Never invent names``."""
_FORBIDDEN = words("asking", "forbidden")
"""What only a writer is told to avoid, behind such a word: ``Never guess names``."""
_CAPTION = re.compile(r"[^:\n]{1,40}:[ ]+(?P<value>\S.*)", re.DOTALL)
_FIRST = re.compile(r".*?(?:[.!?](?=\s|$)|$)", re.DOTALL)


def asks_people(line: str) -> bool:
    """Whether a line without markup asks for a deed, or for anything under a condition, and mentions no text.

    A caption in such words before a request of the client's is none: ``Tell me: what was decided?``.
    """
    caption = _CAPTION.match(line)
    if caption is not None and asks(caption["value"]):
        return asks_people(caption["value"])
    first = _FIRST.match(line)
    sentence = first[0] if first is not None else line
    asked = folded(sentence)
    if not asked or not (OF_TEXTS | WORKS | _WRITERS).isdisjoint(asked) or opens_as_listed(sentence):
        return False
    if _CONDITION.match(sentence):
        return not (names_things(sentence) or has_words_for_texts(sentence))
    at = next((at for at, word in enumerate(asked) if word not in _CAUTIONS), len(asked) - 1)
    verb = asked[at]
    # Behind a caution, people ask for whatever they like. What is asked for must be a matter of the text's form.
    cautious = asked[0] in _CAUTIONS and verb not in _FORBIDDEN
    others = asked[at + 1 :] if opens_instructions(verb) else asked[at:]
    return verb in _DEEDS or (cautious and not all(map(is_form_word, others)))
