"""Words around secrets that are said, as data: what names one, what leads to it, how one is spelled out."""

from __future__ import annotations

import re

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
OTHER_CODES = word_set(
    "error status zip area post postal country exit http https response return product discount promo promotion coupon "
    "sku source dress bar qr color colour tax currency airport dialing dialling dial claim billing cost charge project "
    "fault reason machine open legacy penal civil morse stock item job account sort swift bank bic ticket"
)
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

ONES = word_set("zero oh one two three four five six seven eight nine niner nought")
TENS = word_set(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty "
    "sixty seventy eighty ninety"
)
TIMES = word_set("double triple treble")
MARKS = word_set(
    "capital capitals caps uppercase lowercase upper lower dash underscore hyphen exclamation bang dollar hash hashtag "
    "pound asterisk star percent ampersand slash backslash tilde caret dot period comma colon semicolon plus equals"
)
AFTER_MARK = word_set("case sign mark point symbol letter letters number space character")
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
UNITS = word_set(
    "character characters letter letters digit digits number numbers word words symbol symbols figure figures day days "
    "week weeks month months year years hour hours minute minutes second seconds time times line lines percent people "
    "long bit bits byte bytes attempts tries percentage dollars euros pounds factor step steps thing things"
)
STATES = word_set(
    """
    about absent accepted active anything asking asks available bad being better blank blocked boolean box broken
    cached case changing classified coming common complex compliant compromised confidential correct critical dead
    default different due easy empty encrypted enough everywhere expiring exposed failing false field fields fine
    free funny getting gone great hard hardcoded hashed having hers hidden his identical important impossible
    inactive incorrect insecure integer internal invalid key known laughable leaked legacy live locked long lost
    managed manager managers mandatory mine missing n/a na near necessary need needs next none nowhere null obsolete
    obvious off optional ours outdated own page pending per plain policies policy private protected public random
    ready redacted removed required reset resets ridiculous rotated safe same saved says screen secret secure
    sensitive sent separate shared short shown simple something somewhere standard static staying stored str strict
    string strong stuck stupid synced tbd temporary terrible text theirs tied todo tricky trivial true unchanged
    undefined unique unknown unsafe unset up useless valid varchar visible vital weak working worthless wrong xxx
    xxxx yours
    """
)
"""What is said *about* passwords. Also whatever ends as participles and adverbs do."""
PHRASE_WORDS = word_set(
    """
    art dear day days good great kind last little long man morning night noon evening new old part people right time
    week work word year years monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december
    """
)
"""Common words that pass phrases are made of; alone they say something about a password."""
STATE_ENDINGS = ("ed", "able", "ible", "less", "ly", "ive", "ous", "ing")
