"""Whether somebody says of themselves, aloud, that they do not consent. English; the words are lists below.

It is told only where a clause of theirs begins so, be it behind fillers or another clause, in the first person and
about being recorded or summarized. What is quoted, reported of others, asked or supposed is nobody's no: whoever
repeats another's words withdraws for nobody.
"""

from __future__ import annotations

import re

_ADVERB = r"(?:(?:really|still|also|definitely|absolutely|certainly|personally|just|actually|hereby|do|explicitly)[ ])*"
_NOT = r"(?:do[ ]not|don['’]?t|did[ ]not|didn['’]?t|never|will[ ]not|won['’]?t|no[ ]longer|cannot|can['’]?t|can[ ]not)"
_TAKEN = (
    r"(?:record(?:ed|ing|ings)?|transcri(?:bed?|bing|ption|pts?)|summari[sz](?:ed?|ing)|summar(?:y|ies)|captur(?:ed?|ing)"
    r"|tap(?:ed|ing)|process(?:ed|ing)|analy[sz](?:ed?|ing)|minuted|notetakers?|note[ -]takers?|AI|bots?)"
)
"""What is done to people's words in meetings."""
_ABOUT = rf"(?:[^.!?;\n]{{0,60}}\b{_TAKEN}\b)"
_MY_WORDS = r"(?:me|my[ ](?:voice|words|part|comments?|name)|what[ ]I[ ](?:say|said)|anything[ ]I[ ](?:say|said)|us)"
_RECORDING = r"(?:recording|transcribing|transcription|summari[sz]ing|capturing|taping)"
_ENDS = (
    r"(?=[ ]*(?:[.,!;]|$|(?:at[ ]all|any[ ]?more|either|please|thanks|thank[ ]you|ok|okay|alright|right|now|today|here"
    r"|and|but|so|because|you[ ]know)\b))"
)
"""What follows where a clause is over; recognizers write no signs."""
_THIS = r"(?:this|that|it|any[ ]of[ ](?:this|it))(?:[ ](?:meeting|call|conversation|session|discussion|tool|app))?"
_RECORD = r"(?:record|transcribe|summari[sz]e|capture|tape|minute)"
_I = r"I(?:,[ ][^,.!?;\n]{1,40},)?"
_CONSENT = r"(?:consent|give[ ](?:my[ ]|you[ ](?:my[ ])?)?(?:consent|permission))"
_NOES = (
    rf"{_I}[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:{_CONSENT}|agree)[ ](?:to|for){_ABOUT}",
    rf"{_I}[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}{_CONSENT}"
    rf"(?:[ ](?:to|for)[ ]{_THIS}{_ENDS}|[ ]to[ ](?:you|be|have)\b|{_ENDS})",
    rf"{_I}[ ](?:have[ ]not|haven['’]?t)[ ]{_ADVERB}(?:consented|agreed|given[ ](?:my[ ])?(?:consent|permission))[ ]to"
    rf"{_ABOUT}",
    rf"I(?:[ ]am|['’]?m)[ ]not[ ]{_ADVERB}(?:consenting|agreeing|okay|ok|comfortable|happy)[ ](?:to|with){_ABOUT}",
    r"I(?:[ ]am|['’]?m)[ ]not[ ]consenting",
    rf"{_I}[ ](?:hereby[ ])?(?:withdraw|revoke|take[ ]back|refuse)[ ](?:my[ ])?(?:consent|permission)"
    rf"(?![ ](?:for|to|of)\b(?!{_ABOUT}|[ ]{_THIS}))",
    rf"{_I}[ ]{_ADVERB}(?:refuse|decline|object)[ ]to{_ABOUT}",
    rf"I(?:[ ]am|['’]?m)?[ ]{_ADVERB}(?:(?:want|wish|would[ ]like)[ ]to[ ])?opt(?:ing)?[ ]out[ ]of{_ABOUT}",
    rf"I[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:want|wish|like)[ ](?:to[ ]be|this[ ]to[ ]be|you[ ]to|this|{_MY_WORDS})\b"
    rf"{_ABOUT}",
    rf"I(?:['’]d|[ ]would)[ ](?:rather|prefer)[ ](?:not|to[ ]not)[ ](?:to[ ])?be[ ]{_TAKEN}",
    rf"(?:please[ ])?(?:do[ ]not|don['’]?t|never)[ ]{_RECORD}[ ](?:{_MY_WORDS}\b|{_THIS}{_ENDS})",
    rf"(?:please[ ])?stop[ ]{_RECORDING}[ ]{_MY_WORDS}\b",
    rf"please[ ]stop[ ](?:(?:the|this|your)[ ])?{_RECORDING}{_ENDS}",
    rf"stop[ ](?:(?:the|this|your)[ ])?{_RECORDING},?[ ]please\b",
    rf"you[ ](?:do[ ]not|don['’]?t)[ ]have[ ]my[ ](?:permission|consent)[ ]to{_ABOUT}",
    rf"(?:please[ ])?(?:leave|keep)[ ]{_MY_WORDS}[ ]out[ ]of[ ]the[ ](?:recording|summary|transcript|minutes|notes)\b",
)
_OPENS = (
    r"(?:(?:no|nope|hey|hi|sorry|ok|okay|alright|right|well|so|and|but|wait|hold[ ]on|look|listen|again|yes|yeah|yep"
    r"|please|also|actually|honestly|um+|uh+|uhm|er+|erm|h+m+|oh|ah|like|you[ ]know|I[ ]mean|to[ ]be[ ]clear"
    r"|for[ ]the[ ]record|as[ ]I[ ]said|I[ ](?:said|say|repeat|told[ ]you)(?:[ ]that)?"
    r"|(?:I[ ](?:have|want|need|would[ ]like)[ ]to|I[ ]must|I['’]d[ ]like[ ]to|let[ ]me)[ ](?:say|state|repeat)"
    r"(?:[ ]that)?|just[ ]so[ ]you[ ]know)[ ,:–—-]+){0,8}"
)
_BEGINS = r"(?:^|[.!?;:,\n–—]|(?<!\w)(?:and|but|because|since|so|um+|uh+|er+|erm)[ ])"
"""Where a clause begins; recognizers write no comma before it."""
_NO = re.compile(rf"{_BEGINS}[ ]*{_OPENS}(?:{'|'.join(_NOES)})", re.IGNORECASE)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|‘[^‘’\n]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)|^[ ]*>.*$", re.MULTILINE
)
_TAGGED = re.compile(r",[ ]*(?:ok|okay|right|alright|all right|yeah)[ ]?\?\s*$", re.IGNORECASE)
"""A question that asks no more than to be heard."""
_SENTENCE = re.compile(r"[^.!?\n]*[.!?]?")
_TOLD = re.compile(
    r"\b(?:if|whether|unless|suppose|imagine|says?|said|saying|told|tells?|asks?|asked|wrote|writes|writing|answered"
    r"|replied|reads?|meant|means?|phrases?|sentences?|example|words|anyone|anybody|someone|somebody|nobody|people|who"
    r"|when|in[ ]case)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\bI[ ](?:(?:(?:have|want|need|would[ ]like)[ ]to|must)[ ])?(?:said|say|told)\b|\bas[ ]I[ ]said\b"
    r"|\b(?:let[ ]me|I['’]d[ ]like[ ]to)[ ]say\b",
    re.IGNORECASE,
)
_OF_ONESELF = re.compile(r"\b(?:I|me|my|thing|note|point|clear|record|again)\b", re.IGNORECASE)
"""With such a word somebody announces what they say themselves; with others what is read out: ``The form says: …``."""
_ELSEWHERE = re.compile(r"[ ]+(?:as\b|in the (?:books|accounts|ledger|register|system|crm)\b)", re.IGNORECASE)
"""What tells of another record than that of the meeting: ``recorded as absent``."""
_HEARD_BEFORE = 160
"""So many characters before a no are searched for who is reported to say it: recognizers write long sentences."""


def refuses_aloud(*turns: str) -> bool:
    """Whether what one person says in one turn, or in several without anybody between, is that they do not consent.

    Captions cut sentences where a line is full, so that one may go on in the next line and in the next turn.
    """
    own = [_QUOTED.sub(lambda quoted: " " * len(quoted[0]), words) for words in turns]
    joined = " ".join(" ".join(own).split())
    return any(_says_no(words) for words in dict.fromkeys((*own, joined)))


def _says_no(words: str) -> bool:
    return any(_is_no(sentence[0]) for sentence in _SENTENCE.finditer(words) if sentence[0].strip())


def _is_no(sentence: str) -> bool:
    if sentence.rstrip().endswith("?") and _TAGGED.search(sentence) is None:
        return False
    return any(_is_own(sentence, found) for found in _NO.finditer(sentence))


def _is_own(sentence: str, found: re.Match[str]) -> bool:
    """Whether a no is not what somebody else says, or what is read out behind a colon."""
    before = sentence[max(0, found.start() - _HEARD_BEFORE) : found.start()]
    if found[0].startswith(":") and _OF_ONESELF.search(before) is None:
        return False
    if _ELSEWHERE.match(sentence, found.end()):
        return False
    return _TOLD.search(_OWN.sub("", before + re.sub(_MY_WORDS, "", found[0], flags=re.IGNORECASE))) is None
