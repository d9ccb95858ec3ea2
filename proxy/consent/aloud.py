"""Detects a participant saying aloud that they do not consent to being recorded.

This reads English clauses about being recorded closely; `proxy.consent.aloud_listed` reads what the word lists of each
language put together, and `proxy.consent.aloud_answers` short answers to a question.

A refusal is a clause in the first person about the speaker's own words being recorded or summarized, whatever comes
before or after it. Quotations, reports of what others said, questions and suppositions are not refusals: repeating
another person's words withdraws nobody's consent.

The text is first stripped of what is not the speaker's words: noises in brackets, symbols, fillers, stutters. Word
lists then decide whether the words before a clause frame it (reported, read aloud, supposed, asked) and whether the
clause is about the speaker.

Every pattern has a bounded reach, so reading takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

from proxy.consent.aloud_listed import refuses_by_lists
from proxy.consent.aloud_lists import Read
from proxy.consent.aloud_plain import once

_TAG = re.compile(r"</?\w[^<>\n]{0,60}>|</?\w>|[\u200b-\u200f\u2060\ufeff\u00ad]")
_BRACKETED = re.compile(r"\[([^\[\]()\n]{0,60})\]|\(([^\[\]()\n]{0,60})\)")
_SAYS_SOMETHING = re.compile(
    r"^[ ]*(?:to|for|of|as|about|by|that)\b|\b(?:I|me|my|not|never|\w+n['’]t|if|but|sa(?:y|ys|id|ying)"
    r"|quot(?:e|es|ing)|read(?:s|ing)?)\b",
    re.IGNORECASE,
)
"""Bracketed text that is part of the utterance and not a noise: ``I do (not) consent``, ``(to the price)``."""
_PAUSE = re.compile(r"…|\.{2,}")
_SIGN = re.compile(r"[^\w\s.,!?;:'’\"“„«–—>-]|_")
_SPLIT_NOT = re.compile(r"\b(do|did|does|ca|wo|would|have|is|are)[ ]?n[ ]?['’ ][ ]?t\b", re.IGNORECASE)
"""``do n't`` and ``don t``, as tokenizers and speech recognizers write it."""
_FILLER = re.compile(
    r"(?P<before>,[ ]?)?(?<![\w'’-])"
    r"(?:(?:u+h+(?:[ -]?h+u+h+|m+)?|u+m+|e+r+m*|e+h+m*|a+h+m*|o+h+|m+[ -]?h+m+|h+m+|m{2,})(?![\w'’])"
    r"|(?<=,[ ])(?:like|well|right|so|basically|actually|honestly|really|sort[ ]of|kind[ ]of|I[ ]mean)(?=,)"
    r"|(?<!do[ ])(?<!did[ ])(?<!if[ ])you[ ]know(?![ ](?:that|what|who|why|how|if|whether|it|him|her)\b)(?![\w'’]))"
    r"(?P<after>[ ]?,)?",
    re.IGNORECASE,
)
_TWICE = re.compile(r",[ ](\w{1,20})(?:,[ ]\1)+,", re.IGNORECASE)
"""``I would, like, like, to``: a filler, and the word that was meant."""
_SPACES = re.compile(r"[^\S\n]+")
_COMMAS = re.compile(r"[ ]*,(?:[ ]*,)*[ ]*")


def untagged(words: str) -> str:
    """Return the words without formatting tags and zero-width characters."""
    return _TAG.sub("", words)


def fluent(words: str) -> tuple[str, ...]:
    """Return the words without noises, symbols, fillers, and cut-off or repeated words; line breaks are kept.

    Returns up to six readings: a filler ends a clause (``That is it, uh, I …``), or it does not (``I do not, uh, …``);
    what is said twice is said once, before or after fillers are taken for such (``I would, like, like to …``), or it
    is no filler at all.
    """
    plain = _BRACKETED.sub(_without_noise, words)
    plain = _SPACES.sub(" ", _SIGN.sub(" ", _PAUSE.sub(", uh, ", plain)))
    plain = _SPLIT_NOT.sub(r"\1n't", plain)
    bases = dict.fromkeys((_once(plain), plain, _once(_TWICE.sub(r" \1 ", plain))))
    readings = (_once(read) for said in bases for read in _without_fillers(said))
    return tuple(dict.fromkeys(readings))


def _without_fillers(said: str) -> tuple[str, ...]:
    if _FILLER.search(said) is None:
        return (said,)
    return _FILLER.sub(_comma, said), _FILLER.sub(" ", said)


def _without_noise(bracketed: re.Match[str]) -> str:
    inside = bracketed[1] or bracketed[2] or ""
    return f" {inside} " if _SAYS_SOMETHING.search(inside) else " "


def _comma(filler: re.Match[str]) -> str:
    return ", " if filler["before"] or filler["after"] else " "


def _once(plain: str) -> str:
    return once(_COMMAS.sub(", ", _SPACES.sub(" ", plain)))


_HEARD_BEFORE = 160
"""How many characters before a clause are searched. Speech recognizers write long sentences."""
_TOLD = re.compile(
    r"\b(?:says?|said|saying|told|tells?|telling|asks?|asked|wrote|writes|writing|typed?|typing|answered|replied|reads?"
    r"|reading|meant|means?|claim(?:s|ed)?|thinks?|thought|believe[sd]?|assume[sd]?|pretend(?:s|ed)?|quot(?:e|es|ing)"
    r"|phrases?|sentences?|example|words|according[ ]to)\b",
    re.IGNORECASE,
)
_OWN_REPORT = re.compile(
    r"\bI(?:['’](?:d|ve|m))?[ ](?:(?:would[ ]like|have|want(?:ed)?|need(?:ed)?|must|just|also|already|only|like"
    r"|to)[ ]){0,5}"
    r"(?:said|say|told|tell|think|believe)\b"
    r"(?!['’])|\bas[ ]I[ ](?:said|told)\b|\b(?:let[ ]me|I['’](?:d[ ]like|ve[ ]got)[ ]to)[ ]say\b"
    r"|\bas[ ](?:[\w'’-]{1,20}[ ]){1,3}(?:said|says|told[ ]you)\b(?=[ ]?,)",
    re.IGNORECASE,
)
"""The speaker reports their own words, or agrees with what another person said: ``As Ben said, I …``."""
_ASKED = re.compile(r"\b(?:should|can|could|may|must|do|did|would|shall|why|how|never)[ ]I[ ]\w+", re.I)
_IF = re.compile(
    r"\b(?:if|whether|unless|suppos(?:e|ing)|imagine|in[ ]case|when|whenever|once|until|till|as[ ]soon[ ]as)\b",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(r"\b(?:it|you|we|they|he|she|this|there|everybody|everyone)\b", re.IGNORECASE)
_FINISHED = re.compile(rf"{_OTHER_SUBJECT.pattern}|\bto[ ]\w", re.IGNORECASE)
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
"""A quotation that is not closed by the end of its line."""
_COLON = re.compile(r":(?=\s|$)")
_OF_ONESELF = re.compile(r"\b(?:I|me|my|thing|note|point|clear|record|again)\b", re.IGNORECASE)
"""Before a colon, such a word announces the speaker's own words; without one, they read aloud: ``The form says: …``."""
_AFTERWARDS = re.compile(
    r"\W*(?:but[ ])?(?:that|this|it|so)(?:['’]s|[ ](?:is|was))?[ ](?:just[ ])?(?:(?:what|how|the|a)[ ])?[^.!?\n]{0,60}"
    r"\b(?:say|says|said|reads|wrote|stands|written|worded|wording|quote|quotation|example|sentence|text[ ]of|line)\b",
    re.IGNORECASE,
)
"""``That is what the form says.``"""
_OWN_AFTERWARDS = re.compile(r"\bI(?:['’]ve|[ ]have)?[ ](?:just[ ])?(?:say|said)\b|\bmy\b", re.IGNORECASE)


def is_framed(sentence: str, start: int, inside: str) -> bool:
    """Whether the words before `start` or those in `inside` show that the clause is not the speaker's own."""
    before = sentence[max(0, start - _HEARD_BEFORE) : start]
    last = _last(_COLON, before)
    if last is not None and _OF_ONESELF.search(before[: last.start()]) is None:
        return True
    if _OPEN_QUOTE.search(before) or _DIRECT.search(before) or _DENIED.search(before) or _INTERROGATIVE.search(before):
        return True
    return _TOLD.search(inside) is not None or _is_told(before) or _is_supposed(before)


def is_inverted(sentence: str, start: int) -> bool:
    """Whether the word before `start` makes the clause a question: ``Can I …``."""
    return _INVERTED.search(sentence[max(0, start - 10) : start]) is not None


def is_read_out(following: str) -> bool:
    """Whether the following sentence says that the one before it was read aloud."""
    return _AFTERWARDS.match(following) is not None and _OWN_AFTERWARDS.search(following) is None


def _is_told(before: str) -> bool:
    own = before if _ASKED.search(before) else _OWN_REPORT.sub("", before)
    told = _last(_TOLD, own)
    return told is not None and not _is_left(own[told.end() :])


def _is_left(between: str) -> bool:
    """Whether the speaker has begun a clause of their own since the report: ``He says he is fine, but …``."""
    return _BUT.search(between) is not None and _FINISHED.search(between) is not None


def _is_supposed(before: str) -> bool:
    supposed = _last(_IF, before)
    if supposed is None:
        return False
    between = before[supposed.end() :]
    return _OTHER_SUBJECT.search(between) is None or _JOINED.search(between) is not None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text))), None)


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
"""What speakers in a meeting may call their own: themselves, their words, the meeting."""
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
"""Words that point to a recording other than the meeting's, or to other people who make it."""
_CLAUSE = re.compile(
    r"(?:(?!,?[ ](?:and|but|so|because)[ ](?:I|we|please|he|she|they|it)\b|[;!?\n]|,[ ]not[ ]to\b)[\s\S]){0,160}", re.I
)


def is_of_others(sentence: str, start: int) -> bool:
    """Whether the clause at `start` is about recording other people, recording by others, or recording elsewhere."""
    found = _CLAUSE.match(sentence, start)
    clause = found[0].replace(",", "") if found else ""
    if _ELSEWHERE.search(clause):
        return True
    whom = _SUBJECT.search(clause)
    if whom and (_OF_OTHERS.search(whom["whom"]) or not (_SELF.search(whom["whom"]) or _ENDS_OWN.search(whom["whom"]))):
        return True
    what = _OBJECT.search(clause)
    return what is not None and (_OF_OTHERS.match(what["what"]) is not None or _HOLDS_OWN.search(what["what"]) is None)


_ASIDE = r"(?:,[ ](?![^,]{0,40}\b(?:withdraw|revoke|take)\b)[^,.!?;:\n]{1,40},|[ ][–—-][ ][^.!?;:\n]{1,40}[ ][–—-])?"
_NEGATION = (
    r"(?:do[ ]not|don['’]?t|did[ ]not|didn['’]?t|never|will[ ]not|won['’]?t|no[ ]longer|cannot|can['’]?t|can[ ]not"
    r"|would[ ]not|wouldn['’]?t)"
)
_ADVERB = r"(?:(?:really|still|also|definitely|absolutely|certainly|personally|just|actually|hereby|do|explicitly)[ ])*"
_NOT = rf"{_NEGATION}{_ASIDE}"
_ABOUT = rf"(?:[^.!?;\n]{{0,60}}?\b{TAKEN}\b)"
_RECORDING = r"(?:recording|transcribing|transcription|summari[sz]ing|capturing|taping)"
_TO_WHAT = r"[ ](?:to|for|of),?[ ](?!(?:be[ ](?:clear|honest|frank)|the[ ]record|what|now|today|my[ ]part|me)\b)"
_ENDS = (
    rf"(?=[ ]*(?:[.!;?:–—-]|,(?!{_TO_WHAT})|$"
    r"|(?:at[ ]all|any[ ]?more|either|neither|please|thanks|thank[ ]you|ok|okay|alright|right|now|today|here"
    r"|full[ ]stop|period|anyway|sorry|yes|yeah|no|got[ ]it|is[ ]that|do[ ]you|you[ ]hear|can[ ]you|did[ ]you"
    r"|if|unless|until|and|but|so|because|you[ ]know|I)\b))"
)
"""What may follow the end of a clause. Speech recognizers write no punctuation."""
_THIS = r"(?:this|that|it|any[ ]of[ ](?:this|it))(?:[ ](?:meeting|call|conversation|session|discussion|tool|app))?"
_RECORD = r"(?:record|transcribe|summari[sz]e|capture|tape|minute)"
_DO = r"(?:record|transcribe|summari[sz]e|capture|tape|process|analy[sz]e)"
_I = rf"(?:I|we)(?!,[ ](?:\w{{1,20}}[ ]){{0,3}}{_NEGATION},){_ASIDE}"
"""Set off by pauses, a negation is no aside: ``I, um, do not, um, object``, ``I, like, would never, uh, refuse``."""
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
"""Clauses that refuse wherever they stand, because they name the speaker or ask for it."""
_BIDS = (
    rf"(?:do[ ]not|don['’]?t|never)[ ]{_RECORD}[ ](?:{MY_WORDS}\b|{_THIS}{_ENDS})",
    rf"stop[ ]{_RECORDING}[ ]{MY_WORDS}\b",
    rf"stop[ ](?:(?:the|this|your)[ ])?{_RECORDING},?[ ]please\b",
    rf"{_TURN_OFF},?[ ]please\b",
    rf"(?:leave|keep)[ ]{MY_WORDS}[ ]out[ ]of[ ]the[ ](?:AI[ ])?{_HERE}\b",
    rf"no[ ]{_RECORDING}[ ](?:of[ ]{MY_WORDS}\b|please\b)",
)
"""Clauses that refuse only at the beginning: ``Don't record me``, but not ``They don't record me``."""
_OPENS = (
    r"(?:(?:no|nope|hey|hi|sorry|ok|okay|alright|right|well|so|and|but|wait|hold[ ]on|look|listen|again|yes|yeah|yep"
    r"|please|also|actually|honestly|um+|uh+|uhm|er+|erm|h+m+|oh|ah|like|you[ ]know|I[ ]mean|to[ ]be[ ]clear"
    r"|for[ ]the[ ]record|as[ ]I[ ]said|I[ ](?:said|say|repeat|told[ ]you)(?:[ ]that)?"
    r"|(?:I[ ](?:have|want|need|would[ ]like)[ ]to|I[ ]must|I['’]d[ ]like[ ]to|let[ ]me)[ ](?:say|state|repeat)"
    r"(?:[ ]that)?|just[ ]so[ ]you[ ]know)[ ,:–—-]+){0,8}"
)
_BEGINS = r"(?:^|[.!?;:,\n–—-]|(?<!\w)(?:and|but|because|since|so)[ ])"
"""Where a clause begins. Speech recognizers write no comma before it."""
_NO = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_NOES)})|{_BEGINS}[ ]*{_OPENS}(?:{'|'.join(_BIDS)})", re.IGNORECASE)
_ASKS = re.compile(
    rf"\b(?:can|could|will|would)[ ](?:you|we|somebody|someone)[ ](?:(?:please|all|just)[ ]){{0,2}}"
    rf"(?:stop[ ]{_RECORDING}|not[ ]{_RECORD})[ ]{MY_WORDS}\b",
    re.IGNORECASE,
)
"""A question that refuses: ``Can you stop recording me?``."""
_TAIL = re.compile(
    r"[^?]{0,80}?(?:[,;–—-][ ]*(?!(?:and|or|but|then|who|where|why|(?:what|how)(?![ ]about))\b)"
    r"[^?]{1,80}|[ ](?:ok|okay|right|alright|please"
    r"|got[ ]it|is[ ]that[ ](?:clear|ok|okay)|you[ ]hear[ ]me))\?\s*$",
    re.IGNORECASE,
)
"""A question after the statement that only asks for confirmation, or for what follows from it."""
_CONCERNS = re.compile(
    r"con[ -]?sent|permission|record|transcri|summar|captur|t(?<!\wt)ap(?:e|ing)|process|analy[sz]|minute|a(?<!\wa)i\b"
    r"|b(?<!\wb)ots?\b|n(?<!\wn)ote|y(?<!\wy)es\b"
)
"""Every refusal contains one of these, so most utterances need no closer reading.

For lower case, and each beginning with a letter: so written, it is searched for ten times as fast.
"""
_SENTENCE = re.compile(r"[^.!?\n]*[.!?]?")
_NEGATED = re.compile(r"n['’]?t\b|\bnot\b|\bnever\b|\bno\b", re.IGNORECASE)
_MINE_SAID = re.compile(rf"{MY_WORDS}|\bthink\b", re.IGNORECASE)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|‘[^‘’\n]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)|^[ ]*>.*$", re.MULTILINE
)


def unquoted(words: str) -> str:
    """Return the words with spaces for what is quoted, without formatting tags."""
    return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), untagged(words))


@dataclass(frozen=True)
class Heard:
    """What one person says in one turn or in consecutive turns, quotations aside.

    Captions break sentences where a line is full, so a sentence may continue in the next line or the next turn.
    """

    own: tuple[str, ...]

    @classmethod
    def of(cls, *turns: str) -> Self:
        """Hear turns."""
        return cls(tuple(unquoted(words) for words in turns))

    @cached_property
    def joined(self) -> str:
        """All turns in one line."""
        return " ".join(" ".join(self.own).split())

    @cached_property
    def read(self) -> Read:
        """All turns as word lists read them."""
        return Read.of(self.joined)

    def refuses(self) -> bool:
        """Whether the person says that they do not consent."""
        # What one of the turns holds, all of them joined hold.
        apart = [words for words in dict.fromkeys(self.own) if words != self.joined]
        concerned = [words for words in (*apart, self.joined) if _concerns(words)] if _concerns(self.joined) else []
        if any(_says_no(read) for words in concerned for read in fluent(words)):
            return True
        if not self.read.tongues:
            return False
        return refuses_by_lists(self.read) or any(refuses_by_lists(Read.of(words)) for words in apart)


def refuses_aloud(*turns: str) -> bool:
    """Whether one person says that they do not consent, in one turn or in consecutive turns."""
    return Heard.of(*turns).refuses()


def _concerns(words: str) -> bool:
    # As an expression would compare without case.
    lower = words.lower().replace("ı", "i").replace("ſ", "s").replace("i\u0307", "i")
    return _CONCERNS.search(lower) is not None


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
    """Whether a refusal is the speaker's own: not a question, not reported, and not about others."""
    if sentence.endswith("?") and _TAIL.match(sentence, found.end()) is None:
        return False
    if is_inverted(sentence, found.start()) and _NEGATED.search(found[0]) is None:
        return False
    if is_of_others(sentence, found.start()):
        return False
    begins = found.start() + (found[0].startswith(":"))
    return not is_framed(sentence, begins, _MINE_SAID.sub("", found[0]))
