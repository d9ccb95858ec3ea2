"""Decide whether a name that is also an English word names somebody where it stands: ``Rose``, and ``the price rose``.

If a person is on record under such a word alone, the word must not be masked wherever anybody says it. So in lower
case it counts as the word, unless grammar says that it is a person: after a title, addressed between commas, before
``'s``, with a verb of saying. A full name of such words (``mark price``) is the other way round: it counts as a name
unless grammar says otherwise. With a capital it counts as a name wherever a capital is significant. As the first word
of a sentence it is no name before what only follows the word (``Mark the date``, ``Will you``).
"""

from __future__ import annotations

import re

from proxy.languages import words
from proxy.redaction.roster.names import HONORIFICS
from proxy.wording.folded import fold_name
from proxy.wording.plain_words import FUNCTION_WORDS, NAME_WORDS, PLAIN_WORDS, PROTOCOL_WORDS
from proxy.wording.vocabulary import is_english, is_given_name, is_known_name, is_ordinary

_TRADES = words("meaning", "trades")
"""Family names that are words and in no other list."""
_MOSTLY_NAMES = words("meaning", "mostly_names")
"""Names that are also words, but hardly ever used as the word in a meeting."""
_TOO_WORDS = (NAME_WORDS | FUNCTION_WORDS | PLAIN_WORDS | PROTOCOL_WORDS | _TRADES) - _MOSTLY_NAMES

_DETERMINERS = "a|an|any|each|every|its|my|no|our|some|that|the|their|these|this|those|your|his|her|what|which|whose"
_SUBJECTS = words("meaning", "subjects")
_PREPOSITIONS = words("meaning", "prepositions")
_BEFORE_VERBS = words("meaning", "before_verbs")
"""What may stand before a verb that is nobody's name."""
_BEFORE_SUBJECTS = words("meaning", "before_subjects")
"""Words that begin a sentence and are followed by its subject."""
_ORDERS = words("meaning", "orders")
"""Names that are orders at the beginning of a sentence of instructions."""
_ACTS = words("meaning", "acts")
"""What continues a sentence after somebody's name, but rarely follows an order."""
_GREETINGS = "hi|hello|hey|thanks|thank you|good morning|good afternoon|good evening|morning|welcome|bye|goodbye|cheers"
_INTERJECTIONS = (
    f"{_GREETINGS}|ok|okay|yes|yeah|yep|no|nope|well|so|and|but|now|right|sorry|please|sure|alright|all right|great|oh"
    "|ah|listen|look|actually|over to you|go ahead|after you"
)
_SAYING = (
    "said|says|asked|asks|told|tells|thinks|thought|agreed|agrees|disagreed|disagrees|wants|wanted|mentioned|mentions"
    "|suggested|suggests|replied|replies|explained|explains|knows|proposed|proposes|volunteered|promised|promises"
    "|offered|offers|confirmed|confirms|reported|reports|believes|joined|wrote|writes"
)
_ADDRESSING = (
    "ask|asked|asking|tell|told|telling|remind|reminded|ping|pinged|invite|invited|email|emailed|thank|thanked"
)
_FOLLOWS = (
    "can|could|would|will|do|did|does|are|is|have|has|should|shall|may|you|your|i|we|let|let's|please|thanks|thank|go"
    "|what|when|where|why|how|who|sorry|yes|no|over"
)
"""How people continue after they have said whom they address."""
_FIELDS = "from|to|cc|by|attendees?|participants?|present|owner|assignee|assigned to|speaker|author|host|name"
_WORD = re.compile(r"[^\W_]+")
_LAST = re.compile(r"(?:^|[^\w'])([^\W_]+)[ \t]+$")
_NEXT = re.compile(r"[ \t]+([^\W_]+)")
_TITLED = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(HONORIFICS - {'miss'}))}|(?<!to )(?<!not )miss|doctor|nurse|captain)\.?[ \t]+$"
)
_DETERMINED = re.compile(
    rf"(?<!\w)(?:(?:{_DETERMINERS})|(?:the|an?|our|my|your|his|her|their|its|every)[ \t]+(?P<between>[^\W\d_]+))[ \t]+$"
)
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:…\n\r\"“”(\[>*•])\s*$")
_OPENS_CLAUSE = re.compile(r"(?:^|[.!?:;…\n\r\"“”(\[>\])*•]|[-–—])\s*$")
_GREETED = re.compile(rf"(?<!\w)(?:{_GREETINGS}|dear)[ \t]+$")
_CALLED = re.compile(rf"(?:^|[.!?:;…\n\r,\"“(>])\s*(?:(?:{_INTERJECTIONS})[, ]+)*(?:{_INTERJECTIONS})[ \t]+$")
_ASKED = re.compile(rf"(?<!\w)(?:{_ADDRESSING})[ \t]+$")
_IN_FIELD = re.compile(rf"(?:^|\n)[ \t>*-]*(?:{_FIELDS})[ \t]*[:=][ \t]*$")
_COMMA_BEFORE = re.compile(r"(?P<chunk>[^,.!?;:\n]*),[ \t]+$")
_INTERJECTION = re.compile(rf"\s*(?:{_INTERJECTIONS})")
_FOLLOWED = re.compile(rf",[ \t]+(?:{_FOLLOWS})\b")
_LISTED = re.compile(r",[ \t]+(?:and|or|but|then|yet|[^\W_]+(?:[ \t]+[^\W_]+)?[ \t]*(?:,|and\b|or\b|[.;!?]|$))")
_ENDS = re.compile(r"[ \t]*(?:[.!?;]|$|[\r\n])")
_POSSESSIVE = re.compile(r"['’]s[ \t]+\w")
_SAYS = re.compile(rf"[ \t]+(?:{_SAYING})\b")
_OF_WHAT = re.compile(
    r"[ \t]*(?:[,.!?]|$|[\r\n])|[ \t]+(?:about|again|directly|for|how|if|please|that|to|what|when|whether|who|why)\b"
)
_COORDINATED = re.compile(r"[ \t]+(?:and|or)[ \t]+([^\W_]+)")
_HAS_OBJECT = re.compile(
    r"[ \t]+(?:(?:the|an?|this|that|these|those|our|my|your|his|her|their|its|every|each|all|any|some|me|us|him|them"
    r"|it)\b(?![’']|[ \t]+(?:is|was|has|said)\b))"
)
_INVERTED = re.compile(
    r"[ \t]+(?:(?:i|you|he|she|it|we|they|there|the|an?|this|that|these|those|any|anyone|anybody|everyone|everybody|our"
    r"|your|my|their|its|his|her)\b)"
)
_LEFT_OUT = re.compile(r"[ \t]+\[withheld\]")
"""The marker in place of a withheld object or subject. Inside what was said, a participant may have typed it."""
_NEAR = 48
"""How many characters before and after a name are examined."""


def is_mostly_name(folded: str) -> bool:
    """Whether a folded word is a name, and hardly ever used as the word that it also is (``john``)."""
    return folded in _MOSTLY_NAMES


def is_word_too(folded: str) -> bool:
    """Whether a folded name consists only of words common in English texts."""
    words = _WORD.findall(folded)
    return bool(words) and all(word in _TOO_WORDS for word in words)


def means_word(text: str, start: int, end: int, folded: str, *, sent: bool = False) -> bool:
    """Whether ``text[start:end]``, which folds to `folded`, is used as ordinary words here and names nobody.

    In text that is `sent`, replacements may hide the end of a sentence. There the answer is "yes" more often, so that a
    word left on purpose is never taken for a name that was forgotten.
    """
    if not is_word_too(folded):
        return False
    said = text[start:end]
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR]
    if not said.islower():
        opens = sent or _OPENS_SENTENCE.search(before) is not None
        left_out = sent and _LEFT_OUT.match(behind) is not None
        return opens and said[1:].islower() and (left_out or _opens_as_word(folded, behind.lower()))
    if not folded.isalnum():
        return _is_phrase(before, behind.lower())
    return _TITLED.search(before) is None if sent else not _is_somebody(folded, before, behind)


def is_titled(text: str, start: int) -> bool:
    """Whether a title of a person stands before `start`."""
    return _TITLED.search(text[max(0, start - _NEAR) : start].lower()) is not None


def is_somebody(text: str, start: int, end: int) -> bool:
    """Whether grammar says that ``text[start:end]`` names a person, however it is written."""
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR]
    return _is_somebody(fold_name(text[start:end]), before, behind)


def does_something(text: str, start: int, end: int) -> bool:
    """The same, but a possessive, or that it is set off by commas, is not enough: this is said of things, too."""
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR]
    if _TITLED.search(before) or before.endswith("@") or _IN_FIELD.search(before):
        return True
    return not _is_determined(before) and (
        _acts(before, behind) or _is_named(fold_name(text[start:end]), before, behind)
    )


def is_plainly_word(text: str, start: int, end: int, folded: str) -> bool:
    """Whether grammar itself rules out a name, even if a model found one.

    In lower case that holds after an article or before an object; about other places a model may know better.
    """
    if not means_word(text, start, end, folded):
        return False
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR].lower()
    return not text[start:end].islower() or _is_determined(before) or _HAS_OBJECT.match(behind) is not None


def is_order(text: str, start: int, end: int) -> bool:
    """Whether a word that is also a name begins a sentence of instructions as an order (``Mark doubts``).

    If it is followed by something that it does or says (``Mark said``, ``Mark has``), it is a person.
    """
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR]
    opens = _OPENS_SENTENCE.search(before) is not None
    following = _NEXT.match(behind)
    if not (opens and text[start:end].casefold() in _ORDERS) or following is None:
        return False
    acts = _SAYS.match(behind) or following[1] in _ACTS or following[1].endswith("ed")
    return following[1].islower() and not acts


def _opens_as_word(folded: str, behind: str) -> bool:
    """Whether what follows the first word of a sentence shows that it is a verb: its object, or the subject."""
    return _HAS_OBJECT.match(behind) is not None or (folded in _BEFORE_SUBJECTS and _INVERTED.match(behind) is not None)


def _is_phrase(before: str, behind: str) -> bool:
    """Whether a full name in lower case is words that merely stand side by side."""
    last, following = _LAST.search(before), _NEXT.match(behind)
    if _TITLED.search(before) or _SAYS.match(behind):
        return False
    if _is_determined(before) or (last is not None and last[1] in _SUBJECTS):
        return True
    led = last is not None and last[1] in _BEFORE_VERBS
    return led and following is not None and following[1] not in FUNCTION_WORDS and is_ordinary(following[1])


def _is_somebody(folded: str, before: str, behind: str) -> bool:
    """Whether grammar says that a lower-case word names a person."""
    if _TITLED.search(before) or before.endswith("@"):
        return True
    if _is_determined(before):
        return False
    if _POSSESSIVE.match(behind) or _IN_FIELD.search(before):
        return True
    return _acts(before, behind) or _is_addressed(folded, before, behind.lower()) or _is_named(folded, before, behind)


def _acts(before: str, behind: str) -> bool:
    """Whether the word says something, or is asked or told something."""
    last = _LAST.search(before)
    led = last is not None and (last[1] in _SUBJECTS or last[1] in _PREPOSITIONS)
    if _SAYS.match(behind) and not led:
        return True
    return _ASKED.search(before) is not None and _OF_WHAT.match(behind) is not None


def _is_addressed(folded: str, before: str, behind: str) -> bool:
    """Whether the word is who is spoken to: after a greeting, or set off by a comma and not in a list."""
    following = _NEXT.match(behind)
    if _GREETED.search(before) and (following is None or following[1] in FUNCTION_WORDS):
        return not (folded in _BEFORE_SUBJECTS and _INVERTED.match(behind))
    parted = _COMMA_BEFORE.search(before)
    chunk = parted["chunk"] if parted is not None else ""
    apart = _INTERJECTION.fullmatch(chunk) is not None or len(chunk.split()) > 1
    if not behind.startswith(","):
        return apart and _ENDS.match(behind) is not None
    if _FOLLOWED.match(behind) and (apart or _OPENS_CLAUSE.search(before) or _CALLED.search(before)):
        return True
    again = following is None and behind[1:].lstrip().startswith(folded)
    return (apart or _OPENS_CLAUSE.search(before) is not None) and not again and _LISTED.match(behind) is None


def _is_named(folded: str, before: str, behind: str) -> bool:
    """Whether another name stands beside the word, or is joined to it by "and"."""
    joined = _COORDINATED.match(behind)
    if joined is not None and joined[1][0].isupper() and is_known_name(joined[1].lower()):
        return True
    if folded in _BEFORE_SUBJECTS or _HAS_OBJECT.match(behind):
        return False
    last, following = _LAST.search(before), _NEXT.match(behind)
    family = following[1].lower() if following is not None else ""
    if is_known_name(family) and not is_given_name(family) and not is_english(family):
        return True
    return last is not None and (last[1] in _MOSTLY_NAMES or (is_given_name(last[1]) and not is_english(last[1])))


def _is_determined(before: str) -> bool:
    """Whether an article or the like precedes, with one adjective between them at most."""
    found = _DETERMINED.search(before)
    return found is not None and found["between"] not in FUNCTION_WORDS
