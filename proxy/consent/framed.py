"""Whether what stands before words makes them nobody's: reported, read out, supposed, asked. English; word lists.

Every pattern is bounded in how far it reaches, so that a reading is linear in the text's length.
"""

from __future__ import annotations

import re

_HEARD_BEFORE = 160
"""So many characters before are searched: recognizers write long sentences."""
_TOLD = re.compile(
    r"\b(?:says?|said|saying|told|tells?|telling|asks?|asked|wrote|writes|writing|typed?|typing|answered|replied|reads?"
    r"|reading|meant|means?|claim(?:s|ed)?|thinks?|thought|believe[sd]?|assume[sd]?|pretend(?:s|ed)?|quot(?:e|es|ing)"
    r"|phrases?|sentences?|example|words|according[ ]to)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\bI(?:['’](?:d|ve|m))?[ ](?:(?:would[ ]like|have|want(?:ed)?|need(?:ed)?|must|just|also|already|only|like"
    r"|to)[ ]){0,5}"
    r"(?:said|say|told|tell|think|believe)\b"
    r"(?!['’])|\bas[ ]I[ ](?:said|told)\b|\b(?:let[ ]me|I['’](?:d[ ]like|ve[ ]got)[ ]to)[ ]say\b"
    r"|\bas[ ](?:[\w'’-]{1,20}[ ]){1,3}(?:said|says|told[ ]you)\b(?=[ ]?,)",
    re.IGNORECASE,
)
"""Who speaks of what they say themselves, or joins what another said: ``As Ben said, I …``."""
_ASKED = re.compile(r"\b(?:should|can|could|may|must|do|did|would|shall|why|how|never)[ ]I[ ]\w+", re.I)
_IF = re.compile(
    r"\b(?:if|whether|unless|suppos(?:e|ing)|imagine|in[ ]case|when|whenever|once|until|till|as[ ]soon[ ]as)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:it|you|we|they|he|she|this|there|everybody|everyone)\b", re.IGNORECASE)
_FINISHED = re.compile(rf"{_SUBJECT.pattern}|\bto[ ]\w", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:and|or)\b[^,]*$", re.IGNORECASE)
_BUT = re.compile(r"\b(?:but|however|though)\b[ ,]*$", re.IGNORECASE)
_DIRECT = re.compile(
    r"\b(?:(?:if|whether|unless|suppos(?:e|ing)|imagine|in[ ]case|when|whenever|once|until|till|where|why|how|what|who"
    r"|which|(?:neither|either)\b[^,]{0,60}[ ]n?or|(?:was|were|is|all)[ ]like|goes|went|as[ ](?:if|though))[ ,]*"
    r"|(?:before|after)[ ]*)$",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"\b(?:can|could|should|shall|may|might|must|do|did|would|will)[ ]*$", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:\b(?:not|nobody|no[ ]one)\b|n['’]t\b|\bnever\b)[^,;:–—]{0,60}\b(?:that|as[ ](?:if|though)|like)[ ]*$",
    re.IGNORECASE,
)
_INTERROGATIVE = re.compile(
    r"(?:^|[,;–—-][ ]*|\bso[ ])(?:is|are|do|does|did|can|could|would|will|has|was)[ ][^,;–—]{1,60}\bthat[ ]*$",
    re.IGNORECASE,
)
_OPEN_QUOTE = re.compile(r"(?:^|\s)[\"“„«][^\"“”»]*$")
"""A quotation that does not end where its line does."""
_COLON = re.compile(r":(?=\s|$)")
_OF_ONESELF = re.compile(r"\b(?:I|me|my|thing|note|point|clear|record|again)\b", re.IGNORECASE)
"""With such a word somebody announces what they say themselves; with others what is read out: ``The form says: …``."""
_AFTERWARDS = re.compile(
    r"\W*(?:but[ ])?(?:that|this|it|so)(?:['’]s|[ ](?:is|was))?[ ](?:just[ ])?(?:(?:what|how|the|a)[ ])?[^.!?\n]{0,60}"
    r"\b(?:say|says|said|reads|wrote|stands|written|worded|wording|quote|quotation|example|sentence|text[ ]of|line)\b",
    re.IGNORECASE,
)
"""``That is what the form says.``"""
_OWN_AFTERWARDS = re.compile(r"\bI(?:['’]ve|[ ]have)?[ ](?:just[ ])?(?:say|said)\b|\bmy\b", re.IGNORECASE)


def is_framed(sentence: str, start: int, inside: str) -> bool:
    """Whether what stands before a place of the sentence, or in the words there, makes them nobody's."""
    before = sentence[max(0, start - _HEARD_BEFORE) : start]
    last = _last(_COLON, before)
    if last is not None and _OF_ONESELF.search(before[: last.start()]) is None:
        return True
    if _OPEN_QUOTE.search(before) or _DIRECT.search(before) or _DENIED.search(before) or _INTERROGATIVE.search(before):
        return True
    return _TOLD.search(inside) is not None or _is_told(before) or _is_supposed(before)


def is_inverted(sentence: str, start: int) -> bool:
    """Whether the word before a place asks: ``Can I …``."""
    return _INVERTED.search(sentence[max(0, start - 10) : start]) is not None


def is_read_out(following: str) -> bool:
    """Whether the sentence that follows says that the one before was read out."""
    return _AFTERWARDS.match(following) is not None and _OWN_AFTERWARDS.search(following) is None


def _is_told(before: str) -> bool:
    own = before if _ASKED.search(before) else _OWN.sub("", before)
    told = _last(_TOLD, own)
    return told is not None and not _is_left(own[told.end() :])


def _is_left(between: str) -> bool:
    """Whether another clause of theirs has begun since: ``He says he is fine, but …``."""
    return _BUT.search(between) is not None and _FINISHED.search(between) is not None


def _is_supposed(before: str) -> bool:
    supposed = _last(_IF, before)
    if supposed is None:
        return False
    between = before[supposed.end() :]
    return _SUBJECT.search(between) is None or _JOINED.search(between) is not None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text))), None)
