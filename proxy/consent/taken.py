"""What is done to people's words in meetings, and whether a sentence is about the speaker's. English; word lists.

Every pattern is bounded in how far it reaches, so that a reading is linear in the text's length.
"""

from __future__ import annotations

import re

TAKEN = (
    r"(?:record(?:ed|ing|ings)?|transcri(?:bed?|bing|ption|pts?)|summari[sz](?:ed?|ing)|summar(?:y|ies)|captur(?:ed?|ing)"
    r"|tap(?:ed|ing)|process(?:ed|ing)|analy[sz](?:ed?|ing)|minuted|notetakers?|note[ -]takers?|AI|bots?)"
)
MY_WORDS = (
    r"(?:me|my[ ](?:own[ ])?(?:voice|words|part|comments?|name|face|image|video|audio|answers?|questions?)"
    r"|(?:what|anything|everything|whatever)[ ](?:that[ ])?(?:I|we)[ ](?:say|said)|us)"
)
_DONE = (
    r"(?:record(?:ed|ing)?|transcribed?|transcribing|summari[sz](?:ed?|ing)|captur(?:ed?|ing)|tap(?:ed|ing)"
    r"|process(?:ed|ing)|analy[sz](?:ed?|ing)|minuted)"
)
_OWN = (
    r"(?:me|us|myself|ourselves|voices?|words|part|comments?|name|face|image|video|audio|camera|contributions?|data"
    r"|statements?|speech|input|remarks?|questions?|answers?|side|meetings?|call|calls|conversations?|session|discussion"
    r"|talk|chat|interview|say|said|saying|it|this|that|these|anything|everything|today|everyone|everybody|tool|app|AI|bot)"
)
"""What a speaker in a meeting may mean by their own: themselves, their words, and the meeting."""
_OF_OTHERS = re.compile(
    r"\b(?:his|her|their|(?!(?:today|yesterday|tomorrow|let|it|that|what)['’])\w{1,20}['’]s)[ ]"
    r"(?!(?:\w{1,20}[ ]){0,2}(?:meeting|session|discussion)\b)",
    re.I,
)
_SELF = re.compile(r"\b(?:I|we|me|us)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\b(?:to|with|want|like|wish|having|have)[ ](?!(?:be|being|have|having|get|getting|to|the[ ](?:use|fact))\b)"
    r"(?P<whom>(?:[\w'’-]{1,20}[ ]){1,7}?)"
    rf"(?:(?:to[ ]be|being|be|getting|get)[ ](?:\w{{1,20}}ly[ ])?{_DONE}|(?:recorded|transcribed|taped|captured)\b)",
    re.IGNORECASE,
)
"""``to my dog being recorded``."""
_ENDS_OWN = re.compile(rf"\b(?:{_OWN}|and|or|not|used|to|with)[ ]$", re.IGNORECASE)
_OBJECT = re.compile(
    r"\b(?:record|recording|recordings[ ]of|recording[ ]of|transcrib(?:e|ing)|tap(?:e|ing)[ ]of|taping|captur(?:e|ing)"
    r"|process(?:ing)?|(?:transcripts?|transcription|summary|summaries)[ ]of)[ ]"
    r"(?P<what>(?<=[ ]of[ ])[^,.;!?\n]{1,60}|(?:my|his|her|their|the|a|an|our|those|\w{1,20}['’]s)[ ][^,.;!?\n]{1,60})",
    re.IGNORECASE,
)
"""``recording my dog``."""
_HOLDS_OWN = re.compile(rf"\b(?:{_OWN}|I|we)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    rf"\b{_DONE}[ ](?:(?:me|us|this|it)[ ])?(?:as[ ](?!(?:well|part|I|we|you|it|this|long|a[ ](?:result|whole|text))\b)"
    r"|(?:twice|double)\b"
    r"|(?:(?:in|at|on|for)[ ](?:the[ ]|my[ ]|a[ ])?(?:books?|accounts?|ledger|register|system|crm|shops?|stores?"
    r"|street|school|gym|bus|train|supermarket|bank|hospital|clinic|surgery|hallway|lift|car[ ]park|garden)\b)"
    r"|by[ ]my[ ](?!(?:own[ ])?(?:company|employer|firm|team|boss|manager|colleagues?|organi[sz]ation|assistant|bot"
    r"|phone|laptop|computer|client|customers?)\b)"
    r"|by[ ](?:the[ ]|a[ ]|an[ ]|his[ ]|her[ ]|their[ ]|our[ ])?(?:\w{1,20}['’]s[ ]|\w{1,20}s['’][ ])?(?:doctors?"
    r"|dentist|therapist|hospital|clinic|police|bank|neighbou?rs?|landlord|school|shop|supermarket|cameras?|cctv|drones?"
    r"|insurer|government|state|court)\b)",
    re.IGNORECASE,
)
"""What tells of another record than that of the meeting, or of other people who make it."""
_CLAUSE = re.compile(
    r"(?:(?!,?[ ](?:and|but|so|because)[ ](?:I|we|please|he|she|they|it)\b|[;!?\n]|,[ ]not[ ]to\b)[\s\S]){0,160}", re.I
)


def is_of_others(sentence: str, start: int) -> bool:
    """Whether the clause that begins there is about what is recorded of others, by others, or somewhere else."""
    found = _CLAUSE.match(sentence, start)
    clause = found[0].replace(",", "") if found else ""
    if _ELSEWHERE.search(clause):
        return True
    whom = _SUBJECT.search(clause)
    if whom and (_OF_OTHERS.search(whom["whom"]) or not (_SELF.search(whom["whom"]) or _ENDS_OWN.search(whom["whom"]))):
        return True
    what = _OBJECT.search(clause)
    return what is not None and (_OF_OTHERS.match(what["what"]) is not None or _HOLDS_OWN.search(what["what"]) is None)
