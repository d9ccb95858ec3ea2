"""Whether somebody says of themselves, aloud, that they do not consent. English; the words are lists below.

It is told wherever a clause of theirs says so in the first person and of their own words being recorded or summarized,
whatever runs up to it or follows. What is quoted, reported of others, asked or supposed is nobody's no: whoever repeats
another's words withdraws for nobody.
"""

from __future__ import annotations

import re
from itertools import pairwise

from proxy.consent.fluent import fluent, untagged
from proxy.consent.framed import is_framed, is_inverted, is_read_out
from proxy.consent.taken import MY_WORDS, TAKEN, is_of_others

_ASIDE = r"(?:,[ ][^,.!?;:\n]{1,40},|[ ][–—-][ ][^.!?;:\n]{1,40}[ ][–—-])?"
_ADVERB = r"(?:(?:really|still|also|definitely|absolutely|certainly|personally|just|actually|hereby|do|explicitly)[ ])*"
_NOT = (
    r"(?:do[ ]not|don['’]?t|did[ ]not|didn['’]?t|never|will[ ]not|won['’]?t|no[ ]longer|cannot|can['’]?t|can[ ]not"
    rf"|would[ ]not|wouldn['’]?t){_ASIDE}"
)
_ABOUT = rf"(?:[^.!?;\n]{{0,60}}?\b{TAKEN}\b)"
_RECORDING = r"(?:recording|transcribing|transcription|summari[sz]ing|capturing|taping)"
_TO_WHAT = r"[ ](?:to|for|of),?[ ](?!(?:be[ ](?:clear|honest|frank)|the[ ]record|what|now|today|my[ ]part|me)\b)"
_ENDS = (
    rf"(?=[ ]*(?:[.!;?:–—-]|,(?!{_TO_WHAT})|$"
    r"|(?:at[ ]all|any[ ]?more|either|neither|please|thanks|thank[ ]you|ok|okay|alright|right|now|today|here"
    r"|full[ ]stop|period|anyway|sorry|yes|yeah|no|got[ ]it|is[ ]that|do[ ]you|you[ ]hear|can[ ]you|did[ ]you"
    r"|if|unless|until|and|but|so|because|you[ ]know|I)\b))"
)
"""What follows where a clause is over; recognizers write no signs."""
_THIS = r"(?:this|that|it|any[ ]of[ ](?:this|it))(?:[ ](?:meeting|call|conversation|session|discussion|tool|app))?"
_RECORD = r"(?:record|transcribe|summari[sz]e|capture|tape|minute)"
_DO = r"(?:record|transcribe|summari[sz]e|capture|tape|process|analy[sz]e)"
_I = rf"(?:I|we){_ASIDE}"
_AM = r"(?:I(?:[ ]am|['’]?m)|we(?:[ ]are|['’]re))"
_CONSENT = r"(?:con[ -]?sent(?:ed)?|give[ ](?:my[ ]|you[ ](?:my[ ])?)?(?:consent|permission))"
_MINE = r"(?:my[ ]|our[ ])?(?:consent|permission)"
_BACK = r"(?:withdraw(?:n|ing)?|withdrew|revok(?:ed?|ing)|refus(?:e|ing)|(?:take|took|taking|taken)[ ]back)"
_MACHINE = (
    r"(?:AI|recording|recorder|transcription|bot|note[ -]?taker)"
    r"(?:[ ](?:notes?|bot|note[ -]?taker|assistant|recorder))?"
)
_TURN_OFF = rf"(?:turn|switch)[ ](?:off[ ](?:the|this|your)[ ]{_MACHINE}|(?:the|this|your)[ ]{_MACHINE}[ ]off)\b"
_I_NOT = rf"(?:{_I}[ ]{_ADVERB}{_NOT}|{_AM}[ ]not[ ](?:going|willing|able|prepared|ready)[ ]to)"
_HERE = r"(?:recording|summary|transcript|minutes|notes)"
_NOES = (
    rf"{_I_NOT}[ ]{_ADVERB}(?:{_CONSENT}|agreed?)[ ](?:to|for){_ABOUT}",
    rf"{_I_NOT}[ ]{_ADVERB}{_CONSENT}"
    rf"(?:[ ](?:to|for)[ ]{_THIS}{_ENDS}|[ ]to[ ](?:you|be|have)\b|{_ENDS})",
    rf"{_I}[ ]{_NOT}[ ]think[ ](?:that[ ])?(?:I|we)[ ]{_ADVERB}(?:(?:{_CONSENT}|agreed?)[ ](?:to|for)"
    rf"(?:{_ABOUT}|[ ]{_THIS}{_ENDS})|want[ ]to[ ]be[ ]{TAKEN})",
    rf"{_I}[ ](?:have[ ]not|haven['’]?t|have[ ]never)[ ]{_ADVERB}(?:consented|agreed|given[ ](?:my[ ])?"
    rf"(?:consent|permission))[ ](?:to|for)(?:{_ABOUT}|[ ]{_THIS}{_ENDS})",
    rf"(?:{_AM}[ ]not|{_I}[ ]{_ADVERB}{_NOT}[ ]feel)"
    rf"[ ]{_ADVERB}(?:consenting|agreeing|okay|ok|fine|comfortable|happy)[ ](?:(?:to|with|about){_ABOUT}"
    rf"|being[ ]{TAKEN})",
    rf"{_AM}[ ]not[ ]consenting(?:[ ](?:to|for)[ ]{_THIS}{_ENDS}|{_ENDS})",
    rf"(?:{_I}|{_AM}|I['’]ve|I['’]d)[ ]{_ADVERB}(?:(?:want|wish|need|have|would[ ]like|like|going)[ ]to[ ]|have[ ])?"
    rf"(?:{_BACK}[ ]{_MINE}|tak(?:e|ing)[ ]my[ ](?:yes|consent|permission)[ ]back)"
    rf"(?!,?{_TO_WHAT}(?!{_THIS}\b)(?!{_ABOUT}))",
    rf"(?:{_I}|{_AM}|I['’]d)[ ]{_ADVERB}(?:(?:want|wish|need|have|must|going|would[ ]like|like)[ ](?:to[ ])?){{0,3}}"
    rf"(?:refuse|decline|object|refusing|declining|objecting)[ ]to"
    rf"(?![ ]{_DO}[ ](?!{MY_WORDS}|{_THIS}|the[ ](?:meeting|call))){_ABOUT}",
    rf"(?:{_I}|{_AM}|I['’]d)[ ]{_ADVERB}(?:(?:want|wish|would[ ]like|like)[ ]to[ ])?opt(?:ing)?[ ]out[ ]of{_ABOUT}",
    rf"{_I}[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:want|wish|like)[ ](?:to[ ]be|this[ ]to[ ]be|you[ ]to|this|{MY_WORDS})\b"
    rf"{_ABOUT}",
    rf"{_I}[ ]{_ADVERB}{_NOT}[ ]{_ADVERB}(?:want|wish|like)[ ](?:[\w'’-]{{1,20}}[ ]){{1,7}}?"
    rf"(?:(?:to[ ]be|being)[ ]{_DO}e?d\b|to[ ]{_RECORD}[ ]{MY_WORDS}\b)",
    rf"please[ ](?:do[ ]not|don['’]?t|never)[ ](?:include|put|quote|mention)[ ]"
    rf"{MY_WORDS}[ ]in[ ]the[ ](?:AI[ ])?{_HERE}\b",
    rf"(?:I|we)(?:['’]d|[ ]would)[ ](?:much[ ])?(?:rather|prefer)[ ](?:not|to[ ]not)[ ](?:to[ ])?be[ ]{TAKEN}",
    rf"you[ ](?:do[ ]not|don['’]?t)[ ]have[ ]my[ ](?:permission|consent)[ ](?:to|for){_ABOUT}",
    rf"you[ ](?:(?:may|must|can|should|shall)[ ]?not|(?:must|can|should)n?['’]?t|are[ ]not[ ]allowed[ ]to)[ ]{_RECORD}"
    rf"[ ]{MY_WORDS}\b",
    rf"please[ ](?:do[ ]not|don['’]?t|never)[ ]{_RECORD}[ ](?:{MY_WORDS}\b|{_THIS}{_ENDS})",
    rf"please[ ]stop[ ](?:{_RECORDING}[ ]{MY_WORDS}\b|(?:(?:the|this|your)[ ])?{_RECORDING}{_ENDS})",
    rf"please[ ]{_TURN_OFF}",
    r"please[ ](?:leave|keep)[ ]"
    rf"{MY_WORDS}[ ]out[ ]of[ ]the[ ](?:AI[ ])?{_HERE}\b",
)
"""What says so wherever it stands: it names the speaker, or asks for it."""
_BIDS = (
    rf"(?:do[ ]not|don['’]?t|never)[ ]{_RECORD}[ ](?:{MY_WORDS}\b|{_THIS}{_ENDS})",
    rf"stop[ ]{_RECORDING}[ ]{MY_WORDS}\b",
    rf"stop[ ](?:(?:the|this|your)[ ])?{_RECORDING},?[ ]please\b",
    rf"{_TURN_OFF},?[ ]please\b",
    rf"(?:leave|keep)[ ]{MY_WORDS}[ ]out[ ]of[ ]the[ ](?:AI[ ])?{_HERE}\b",
    rf"no[ ]{_RECORDING}[ ](?:of[ ]{MY_WORDS}\b|please\b)",
)
"""What says so where a clause begins with it: ``Don't record me``, but not ``They don't record me``."""
_OPENS = (
    r"(?:(?:no|nope|hey|hi|sorry|ok|okay|alright|right|well|so|and|but|wait|hold[ ]on|look|listen|again|yes|yeah|yep"
    r"|please|also|actually|honestly|um+|uh+|uhm|er+|erm|h+m+|oh|ah|like|you[ ]know|I[ ]mean|to[ ]be[ ]clear"
    r"|for[ ]the[ ]record|as[ ]I[ ]said|I[ ](?:said|say|repeat|told[ ]you)(?:[ ]that)?"
    r"|(?:I[ ](?:have|want|need|would[ ]like)[ ]to|I[ ]must|I['’]d[ ]like[ ]to|let[ ]me)[ ](?:say|state|repeat)"
    r"(?:[ ]that)?|just[ ]so[ ]you[ ]know)[ ,:–—-]+){0,8}"
)
_BEGINS = r"(?:^|[.!?;:,\n–—-]|(?<!\w)(?:and|but|because|since|so)[ ])"
"""Where a clause begins; recognizers write no comma before it."""
_NO = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_NOES)})|{_BEGINS}[ ]*{_OPENS}(?:{'|'.join(_BIDS)})", re.IGNORECASE)
_ASKS = re.compile(
    rf"\b(?:can|could|will|would)[ ](?:you|we|somebody|someone)[ ](?:(?:please|all|just)[ ]){{0,2}}"
    rf"(?:stop[ ]{_RECORDING}|not[ ]{_RECORD})[ ]{MY_WORDS}\b",
    re.IGNORECASE,
)
"""A question that is a no: ``Can you stop recording me?``."""
_TAIL = re.compile(
    r"[^?]{0,80}?(?:[,;–—-][ ]*(?!(?:and|or|but|then|who|where|why|(?:what|how)(?![ ]about))\b)"
    r"[^?]{1,80}|[ ](?:ok|okay|right|alright|please"
    r"|got[ ]it|is[ ]that[ ](?:clear|ok|okay)|you[ ]hear[ ]me))\?\s*$",
    re.IGNORECASE,
)
"""A question behind what is said, which asks no more than to be heard, or for what follows from it."""
_CONCERNS = re.compile(
    r"con[ -]?sent|permission|record|transcri|summar|captur|\btap(?:e|ing)|process|analy[sz]|minute|\bAI\b|\bbots?\b"
    r"|\bnote|\byes\b",
    re.IGNORECASE,
)
"""One of these is in every no: most of what is said need not be read any closer."""
_SENTENCE = re.compile(r"[^.!?\n]*[.!?]?")
_NEGATED = re.compile(r"n['’]?t\b|\bnot\b|\bnever\b|\bno\b", re.IGNORECASE)
_MINE_SAID = re.compile(rf"{MY_WORDS}|\bthink\b", re.IGNORECASE)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|‘[^‘’\n]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)|^[ ]*>.*$", re.MULTILINE
)


def refuses_aloud(*turns: str) -> bool:
    """Whether what one person says in one turn, or in several without anybody between, is that they do not consent.

    Captions cut sentences where a line is full, so that one may go on in the next line and in the next turn.
    """
    own = [_QUOTED.sub(lambda quoted: " " * len(quoted[0]), untagged(words)) for words in turns]
    joined = " ".join(" ".join(own).split())
    concerned = [words for words in dict.fromkeys((*own, joined)) if _CONCERNS.search(words)]
    return any(_says_no(read) for words in concerned for read in fluent(words))


def _says_no(words: str) -> bool:
    sentences = [found[0].strip() for found in _SENTENCE.finditer(words) if found[0].strip()]
    return any(_is_no(now) and not is_read_out(after) for now, after in pairwise((*sentences, "")))


def _is_no(sentence: str) -> bool:
    at = 0
    while found := _NO.search(sentence, at):
        if _is_own(sentence, found):
            return True
        at = found.start() + 1
    return any(
        not (is_framed(sentence, asked.start(), "") or is_of_others(sentence, asked.start()))
        for asked in _ASKS.finditer(sentence)
    )


def _is_own(sentence: str, found: re.Match[str]) -> bool:
    """Whether a no is neither asked, nor what somebody else says, nor about others."""
    if sentence.endswith("?") and _TAIL.match(sentence, found.end()) is None:
        return False
    if is_inverted(sentence, found.start()) and _NEGATED.search(found[0]) is None:
        return False
    if is_of_others(sentence, found.start()):
        return False
    begins = found.start() + (found[0].startswith(":"))
    return not is_framed(sentence, begins, _MINE_SAID.sub("", found[0]))
