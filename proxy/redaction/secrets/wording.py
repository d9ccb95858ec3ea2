"""Words around secrets that are said, as data: what names one, what leads to it, how one is spelled out."""

from __future__ import annotations

import re

from proxy.languages import words
from proxy.redaction.wording.common_words import word_set

_CODES = (
    "door|gate|alarm|entry|entrance|access|security|verification|unlock|building|garage|lock|safe|locker|key ?box|"
    "lobby|office|house|confirmation|log[- ]?in|sign[- ]?in|auth|authentication|authori[sz]ation|recovery|backup|sms|"
    "one[- ]time|two[- ]factor|2fa|mfa|host|meeting|conference|dial[- ]in|participant|pass|pairing|activation|voicemail"
)
NAMED = re.compile(
    rf"""(?<![\w-])(?:
      (?P<free>pass[ -]?words?|pass[ -]?phrases?|pass[ -]?codes?|pwd|(?:wi-?fi|network|wireless)\ (?:key|pass|code))
    | (?P<pin>pins?(?:[ -](?:code|number))?|cvv2?|cvc|otps?|combination|(?:{_CODES})[ -](?:codes?|pins?))
    | (?P<code>codes?)
    | (?P<key>(?:api|access|secret|private|master|encryption|signing|auth|product|licen[cs]e)[ -]keys?|
              tokens?|secrets?|keys?)
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
OTHER_CODES = words("secrets", "other_codes")
LINK = re.compile(
    r"""(?:\ {1,2}(?:for|to|of|on|in|at|into|from|that|which|they|he|she|we|i|you)\ (?:[\w'’.-]{1,40}\ ){1,6}?|\ {0,2})
    (?:(?:['’]s|'re)|is|was|are|were|will\ be|should\ be|would\ be|used\ to\ be|has\ been|,?\ ?it['’]s|equals|
    (?:was\ |is\ |were\ )?(?:set|changed|reset|switched)\ to|[:=]{1,2})(?=[\s"'`:=,])[\s:="'`,]{1,4}""",
    re.IGNORECASE | re.VERBOSE,
)
TO = re.compile(r"(?: {1,2}to|,)[\s\"'`]{1,3}", re.IGNORECASE)
"""As in "change the password to …", or "the password, …": what follows must be spelled, for most is no secret."""
FILLERS = re.compile(
    r"(?:(?:um+|uh+|er|like|just|now|still|currently|actually|always|literally|basically|also|spelled|spelt|"
    r"going to be|gonna be|it['’]s|it is|that['’]s|i think|well|so|okay|ok|set to|yeah)[ ,]+){0,4}",
    re.IGNORECASE,
)
TECHNIQUES = re.compile(
    r"(?:sha|md|aes|base|rsa|utf|2fa|mfa|oauth|u2f|argon|ed|1password|s3|k8s|v)-?\d*", re.IGNORECASE
)
"""Names of techniques that have a figure in them and are talked about beside passwords."""

ONES = words("secrets", "ones")
TENS = words("secrets", "tens")
TIMES = words("secrets", "times")
MARKS = words("secrets", "marks")
AFTER_MARK = words("secrets", "after_mark")
PHRASES = {
    "all": word_set("lower upper caps capital capitals lowercase uppercase one small together"),
    "no": word_set("space spaces caps capitals dashes"),
    "in": word_set("lower upper caps capital capitals lowercase uppercase"),
    "with": word_set("a capital an no"),
    "question": word_set("mark"),
    "at": word_set("sign symbol"),
    "one": word_set("word"),
    "the": word_set("letter number digit letters numbers digits word words"),
}
"""Words that are part of spelling before certain others only."""
UNITS = words("secrets", "units")
STATES = words("secrets", "states")
"""What is said *about* passwords. Also whatever ends as participles and adverbs do."""
PHRASE_WORDS = words("secrets", "phrase_words")
"""Common words that pass phrases are made of; alone they say something about a password."""
STATE_ENDINGS = ("ed", "able", "ible", "less", "ly", "ive", "ous", "ing")
