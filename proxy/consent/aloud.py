"""Whether somebody says of themselves, aloud, that they do not consent. English; the words are lists below.

It is told only where a clause of theirs begins so, in the first person and about being recorded or summarized. What is
quoted, reported of others, asked or supposed is nobody's no: whoever repeats another's words withdraws for nobody.
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
_RECORD = r"(?:record|transcribe|summari[sz]e|capture|tape|minute)"
_NOES = (
    rf"I[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:consent|agree)[ ]to{_ABOUT}",
    rf"I[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:consent|give[ ](?:my[ ]|you[ ](?:my[ ])?)?(?:consent|permission))"
    r"(?=[ ]*(?:[.,!;]|$|to[ ](?:this|that|it|any[ ]of[ ](?:this|it)|you|be|have)\b|for[ ](?:this|that|it)\b"
    r"|at[ ]all|any[ ]?more))",
    rf"I(?:[ ]am|['’]?m)[ ]not[ ]{_ADVERB}(?:consenting|agreeing|okay|ok|comfortable|happy)[ ](?:to|with){_ABOUT}",
    r"I(?:[ ]am|['’]?m)[ ]not[ ]consenting",
    r"I[ ](?:hereby[ ])?(?:withdraw|revoke|take[ ]back|refuse)[ ](?:my[ ])?(?:consent|permission)",
    rf"I[ ]{_ADVERB}(?:refuse|decline|object)[ ]to{_ABOUT}",
    rf"I[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:want|wish|like)[ ](?:to[ ]be|this[ ]to[ ]be|you[ ]to|this|{_MY_WORDS})\b"
    rf"{_ABOUT}",
    rf"I(?:['’]d|[ ]would)[ ](?:rather|prefer)[ ](?:not|to[ ]not)[ ](?:to[ ])?be[ ]{_TAKEN}",
    rf"(?:please[ ])?(?:do[ ]not|don['’]?t|never)[ ]{_RECORD}[ ]{_MY_WORDS}\b",
    rf"(?:please[ ])?stop[ ](?:recording|transcribing|summari[sz]ing|capturing|taping)[ ]{_MY_WORDS}\b",
    rf"(?:please[ ])?(?:leave|keep)[ ]{_MY_WORDS}[ ]out[ ]of[ ]the[ ](?:recording|summary|transcript|minutes|notes)\b",
)
_OPENS = (
    r"(?:(?:no|hey|hi|sorry|ok|okay|well|so|and|but|wait|look|listen|again|yes|please|also|actually|to[ ]be[ ]clear"
    r"|for[ ]the[ ]record|as[ ]I[ ]said|I[ ](?:said|say|repeat|told[ ]you)(?:[ ]that)?"
    r"|just[ ]so[ ]you[ ]know)[ ,:–—-]+)*"
)
_NO = re.compile(rf"(?:^|[.!?;:,\n–—])[ ]*{_OPENS}(?:{'|'.join(_NOES)})", re.IGNORECASE)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|‘[^‘’\n]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)|^[ ]*>.*$", re.MULTILINE
)
_SENTENCE = re.compile(r"[^.!?\n]*[.!?]?")
_TOLD = re.compile(
    r"\b(?:if|whether|unless|suppose|imagine|says?|said|saying|told|tells?|asks?|asked|wrote|writes|writing|answered"
    r"|replied|reads?|meant|means?|phrases?|sentences?|example|words|anyone|anybody|someone|somebody|nobody|people|who"
    r"|when|in[ ]case)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\bI[ ](?:said|say|told)\b|\bas[ ]I[ ]said\b", re.IGNORECASE)


def refuses_aloud(words: str) -> bool:
    """Whether the words of one person, a turn of theirs, say that this person does not consent."""
    own = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), words)
    return any(_is_no(sentence[0]) for sentence in _SENTENCE.finditer(own) if sentence[0].strip())


def _is_no(sentence: str) -> bool:
    found = _NO.search(sentence)
    if found is None or sentence.rstrip().endswith("?"):
        return False
    return _TOLD.search(_OWN.sub("", sentence[: found.end()])) is None
