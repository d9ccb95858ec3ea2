"""Word classes of licence and privacy terms. English, lower case, specific to no vendor.

Every pattern has a bounded reach, so reading takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from re import Pattern


def words(*alternatives: str) -> Pattern[str]:
    """Compile a pattern that matches whole words."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])")


# --- what is taken -------------------------------------------------------------------------------

CONTENT = words(
    r"content", r"contents", r"recordings?", r"transcripts?", r"transcriptions?", r"audio", r"videos?", r"chats?",
    r"messages?", r"conversations?", r"meetings?", r"voice(?:s|prints?)?", r"speech", r"utterances?", r"inputs?",
    r"prompts?", r"outputs?", r"uploads?", r"submissions?", r"files?", r"materials?", r"communications?", r"calls?",
    r"data", r"information", r"documents?", r"words", r"likeness", r"images?", r"notes", r"everything", r"anything",
)  # fmt: skip
TELEMETRY = words(
    r"telemetry", r"(?:service|system|machine|user)[- ]generated data",
    r"usage (?:data|information|statistics|metrics)",
    r"(?:diagnostics?|analytics?|performance|technical|operational|interaction|behaviou?ral|event|log|"
    r"device|product)"
    r"[- ](?:usage )?(?:data|information|metrics|identifiers|logs)",
    r"metadata", r"crash (?:reports|data)", r"product[- ]usage", r"data (?:about|on|regarding|concerning) your use",
)  # fmt: skip
FEEDBACK = words(r"feedback", r"suggestions?", r"ideas", r"comments", r"bug reports?", r"testimonials?", r"logos?")

CUSTOMER_CONTENT = words(r"(?:customer|user|your|meeting) (?:content|data)")
TO_CUSTOMER = words(
    r"(?:grants?|gives?|provides?)(?: to)? (?:you|customers?|the customer|users?|subscribers?|licensees?)",
    r"(?:you|customer|licensee) (?:receives?|obtains?|have|has) (?:a|an|the)",
)  # fmt: skip

# --- what is done --------------------------------------------------------------------------------

USING = words(
    r"us(?:e|es|ed|ing|age)", r"re-?us(?:e|es|ed|ing)", r"process(?:es|ed|ing)?", r"analy[sz](?:e|es|ed|ing)",
    r"access(?:es|ed|ing)?", r"utili[sz](?:e|es|ed|ing|ation)", r"exploit(?:s|ed|ing)?", r"leverag(?:e|es|ed|ing)",
    r"cop(?:y|ies|ied|ying)", r"reproduc(?:e|es|ed|ing)", r"modif(?:y|ies|ied|ying)", r"collect(?:s|ed|ing|ion)?",
    r"appl(?:y|ies|ied|ying)", r"feed(?:s|ing)?", r"fed", r"mined?", r"mining", r"includ(?:e|es|ed|ing)",
    r"incorporat(?:e|es|ed|ing)", r"permit(?:s|ted)?", r"allow(?:s|ed)?", r"authori[sz](?:e|es|ed)",
    r"consent(?:s|ed)?", r"agrees? that", r"serv(?:e|es)", r"submit(?:s|ted)?", r"review(?:s|ed|ing)?",
    r"sampl(?:e|es|ed|ing)",
)  # fmt: skip
GIVING = words(
    r"grant(?:s|ed|ing)?", r"licen[cs](?:e|es|ed|ing)", r"sub-?licen[cs](?:e|es|ed|ing)", r"assign(?:s|ed|ing)?",
    r"transfer(?:s|red|ring)?", r"waiv(?:e|es|ed|ing)", r"giv(?:e|es|en|ing)", r"convey(?:s|ed|ing)?",
    r"retain(?:s|ed|ing)?", r"reserv(?:e|es|ed|ing)", r"obtain(?:s|ed|ing)?", r"receiv(?:e|es|ed|ing)",
    r"acquir(?:e|es|ed|ing)", r"claim(?:s|ed|ing)?", r"(?:shall|will|may|to) have", r"has", r"have", r"owns?",
    r"tak(?:e|es|en|ing)", r"vests?", r"hold(?:s|ing)?", r"request(?:s|ed|ing)?", r"seek(?:s|ing)?",
)  # fmt: skip
GATHERING = words(
    r"collect(?:s|ed|ing|ion)?", r"gather(?:s|ed|ing)?", r"receiv(?:e|es|ed|ing)", r"transmit(?:s|ted|ting)?",
    r"record(?:s|ed|ing)?", r"monitor(?:s|ed|ing)?", r"track(?:s|ed|ing)?", r"log(?:s|ged|ging)",
    r"stor(?:e|es|ed|ing)", r"obtain(?:s|ed|ing)?", r"compil(?:e|es|ed|ing)", r"us(?:e|es|ed|ing)",
    r"access(?:es|ed|ing)?", r"owns?", r"process(?:es|ed|ing)?", r"shar(?:e|es|ed|ing)", r"sen[dt](?:s|ing)?",
    r"modif(?:y|ies|ied)", r"distribut(?:e|es|ed|ing)", r"reports?", r"captur(?:e|es|ed|ing)",
    r"measur(?:e|es|ed|ing)", r"generat(?:e|es|ing)", r"retain(?:s|ed|ing)?", r"analy[sz](?:e|es|ed|ing)",
    r"exploit(?:s|ed|ing)?", r"consents?", r"agrees?", r"belongs?", r"sell(?:s|ing)?", r"sold",
)  # fmt: skip
KEEPING = words(
    r"retain(?:s|ed|ing)?", r"retention", r"stor(?:e|es|ed|ing|age)", r"keep(?:s|ing)?", r"kept",
    r"preserv(?:e|es|ed|ing)", r"maintain(?:s|ed|ing)?", r"archiv(?:e|es|ed|ing)", r"h[eo]ld(?:s|ing)?",
    r"sav(?:e|es|ed|ing)", r"remain(?:s|ing)?",
    r"(?:obliged|obligated|required|obligation|duty) to (?:delete|erase|destroy|return|remove|purge)",
)  # fmt: skip
SHARING = words(
    r"shar(?:e|es|ed|ing)", r"disclos(?:e|es|ed|ing|ure)", r"sell(?:s|ing)?", r"sold", r"transfer(?:s|red|ring)?",
    r"provid(?:e|es|ed|ing)", r"rent(?:s|ed|ing)?", r"mak(?:e|es|ing) (?:\w+ ){0,4}available", r"made available",
    r"giv(?:e|es|en|ing)", r"sen[dt](?:s|ing)?", r"transmit(?:s|ted|ting)?", r"distribut(?:e|es|ed|ing)",
    r"releas(?:e|es|ed)", r"pass(?:es|ed|ing)?", r"licen[cs](?:e|es|ed|ing)", r"process(?:ed)? by",
    r"access(?:ed|ible)? (?:by|to)", r"engag(?:e|es|ed)", r"us(?:e|es|ing)", r"permit(?:s|ted)?", r"allow(?:s|ed)?",
    r"forward(?:s|ed|ing)?", r"trad(?:e|es|ed|ing)",
)  # fmt: skip
CHANGING = words(
    r"modif(?:y|ies|ied|ying|ications?)", r"chang(?:e|es|ed|ing)", r"amend(?:s|ed|ing|ments?)?",
    r"updat(?:e|es|ed|ing)", r"revis(?:e|es|ed|ing|ions?)", r"alter(?:s|ed|ing)?", r"replac(?:e|es|ed|ing)",
    r"vary", r"varied", r"supplement(?:s|ed)?",
)  # fmt: skip

# --- what for, how far, how long, to whom --------------------------------------------------------

_MODEL = (
    r"(?:models?|algorithms?|machine[- ]learning|artificial intelligence|neural networks?|"
    r"classifiers?|llms?|ml|"
    r"ai(?![- ](?:generated|powered|assisted|based|driven|features?|functions?|functionality|"
    r"assistants?|companions?|"
    r"summar\w+|notes?|outputs?|answers?|responses?|transcri\w+))|deep learning|"
    r"recognition (?:technolog\w+|systems?|engines?)"
    r"|generative \w+|chatbots?)"
)  # fmt: skip
TRAINING = words(
    rf"(?:re-?)?train(?:s|ed|ing)?(?: \S+){{0,8}} {_MODEL}",
    rf"{_MODEL},?(?: \S+){{0,5}} (?:train(?:ed|ing)?|learns?|learn(?:ed|t|ing)) (?:on|from|with|by|"
    rf"using|upon)",
    rf"(?:improv|develop|enhanc|build|creat|refin|optimi[sz]|test|evaluat|advanc|tun|fine-?tun|teach|"
    rf"calibrat|perfect|validat)"
    rf"\w*(?: \S+){{0,7}} {_MODEL}",
    rf"{_MODEL}(?: \S+){{0,3}} (?:development|improvement|training|research|purposes)",
    r"(?:artificial intelligence|machine[- ]learning|ai|ml|model) (?:training|and training|"
    r"or training)",
    r"for(?: \S+){0,40}? (?:machine[- ]learning|artificial intelligence)(?=[,;.)]| and| or|$)",
    r"training (?:data|sets?|datasets?|corpus|corpora|material|purposes)", r"(?:in|for|to) (?:the )?training",
    r"data ?sets? (?:to|for|used)(?: \S+){0,3} (?:train|training)", r"fine-?tun\w+",
    r"(?:train|trained|learn) (?:on|from)",
    r"improv\w+(?: \S+){0,4} accuracy of(?: \S+){0,3} (?:speech|transcription|recognition)",
)  # fmt: skip
PEOPLE_TRAINED = words(
    r"staff", r"employees?", r"personnel", r"agents", r"representatives", r"team members", r"webinars?"
)
BREADTH = words(
    r"perpetual(?:ly)?", r"in perpetuity", r"forever", r"irrevocabl[ey]", r"world-?wide",
    r"throughout the (?:world|universe)", r"sub-?licen[cs]e?able", r"(?:right|ability|power) to sub-?licen[cs]e",
    r"(?<!non )transferable", r"assignable", r"unlimited", r"unrestricted", r"for all time",
    r"in any (?:and all )?(?:media|form|manner)",
)  # fmt: skip
LASTING = words(
    r"perpetual(?:ly)?", r"in perpetuity", r"forever", r"irrevocabl[ey]", r"sub-?licen[cs]e?able", r"for all time",
    r"(?:right|ability|power) to sub-?licen[cs]e", r"(?<!non )transferable", r"assignable", r"unlimited",
    r"unrestricted",
)  # fmt: skip
RIGHT = words(
    r"(?:sub)?licen[cs]es?", r"rights?", r"ownership", r"title", r"permission", r"(?:may|to) use", r"assign(?:s|ed)?"
)
ENDLESS = words(
    r"indefinite(?:ly)?", r"in perpetuity", r"perpetually", r"forever",
    r"without (?:any )?(?:time )?limit(?:ation)?s?",
    r"(?:unlimited|any|indeterminate|undefined) (?:period|length|amount|duration|time)(?: of time)?",
    r"permanent(?:ly)?", r"no (?:time )?limits?",
    r"(?:as|so) long as (?:we|it|the company|the provider|\w+) (?:deems?|considers?|chooses?|"
    r"wish(?:es)?|"
    r"likes?|sees? fit|needs?|wants?|finds?|believes?|desires?)",
    r"at (?:our|its|their) (?:sole |own )?discretion",
    r"(?:not|no|never|without)(?: \w+){0,3} (?:obliged|obligated|required|obligation|duty) to "
    r"(?:delete|erase|destroy|return|remove|purge)",
)  # fmt: skip
BEYOND_THE_END = words(
    r"(?:even )?(?:after|following|beyond|survives?|upon)(?: \w+){0,4} (?:terminat\w+|expir\w+|clos\w+|delet\w+)"
)
PERIOD = words(
    r"(?:\d+|one|two|three|six|seven|ten|twelve|fourteen|thirty|sixty|"
    r"ninety)[ -](?:\(\d+\) )?(?:business |calendar )?"
    r"(?:hour|day|week|month|year)s?"
)  # fmt: skip
THIRD_PARTIES = words(
    r"third[- ]parties", r"(?:a|any|another|each|every|no|selected|other) third[- ]party", r"sub-?processors?",
    r"affiliates?", r"(?:business |marketing |commercial )?partners?", r"advertisers?", r"vendors",
    r"service providers?", r"(?:data )?brokers?", r"resellers?", r"contractors?", r"buyers",
    r"other (?:companies|organi[sz]ations|customers)", r"group companies", r"subsidiaries",
)  # fmt: skip
BY_LAW = words(
    r"(?:required|compelled|ordered|obliged|mandated) by(?: \w+){0,3} (?:law|court|regulation|"
    r"authorit\w+)",
    r"subpoenas?", r"court orders?", r"legal process", r"to comply with(?: \w+){0,2} laws?", r"law enforcement",
)  # fmt: skip
OWN_TERMS = words(
    r"(?:these|this|the|our|its|their|any)(?: \w+){0,4} (?:terms?|agreements?|polic(?:y|ies)|"
    r"conditions|notices?|addend\w+|"
    r"schedules?|documentation|statements?)"
)  # fmt: skip
AT_WILL = words(
    r"at any time", r"(?:in|at) (?:our|its|their) (?:sole |own |absolute )*discretion", r"from time to time",
    r"for any reason", r"without (?:\w+ ){0,3}notice", r"with or without (?:\w+ ){0,2}notice", r"unilateral(?:ly)?",
    r"effective (?:immediately|upon|when|as of|on)", r"by (?:posting|publishing)",
    r"(?:when|once|after) (?:posted|published|we post)", r"whenever",
)  # fmt: skip
WITHOUT_NOTICE = words(
    r"without (?:\w+ ){0,3}notice", r"with or without (?:\w+ ){0,2}notice", r"effective immediately",
    r"unilateral(?:ly)?", r"(?:no|not)(?: \w+){0,3} (?:notice|notify|inform)",
    r"(?:in|at) (?:our|its|their) (?:sole |own |absolute )*discretion",
)  # fmt: skip
NOTICE = words(
    r"(?:notify|inform|tell|e-?mail|alert) (?:you|customers?|users?|the customer)",
    r"(?:prior|advance|written|reasonable|days'?|days’) "
    r"(?:\w+ )?notice",
    r"by e-?mail", r"(?:give|giving|provide|providing|with) (?:you )?(?:\w+ ){0,4}notice", r"mutual(?:ly)?",
    r"both parties", r"signed by", r"in writing",
)  # fmt: skip

# --- consent -------------------------------------------------------------------------------------

_ASSENT = (
    r"(?:consent(?:s|ed|ing)?|agree(?:s|d|ment|ing)?|accept(?:s|ed|ance|ing)?|"
    r"authori[sz](?:e|es|ed|ation)|permission|approv(?:e|al))"
)
_USER = r"(?:you|your|participants?|attendees?|users?|customers?|members?|guests?|anyone|everyone|all)"
DEEMED = words(
    rf"by (?:\w+ )?(?:using|accessing|joining|continuing|attending|participating|remaining|installing|"
    rf"entering|staying|visiting|"
    rf"signing in|logging|speaking|downloading)[^.;]{{0,140}}? {_USER}(?: \S+){{0,3}} {_ASSENT}",
    rf"(?:use|usage|access|participation|attendance|presence|joining|remaining|silence|inaction|"
    rf"failure|staying|continuing)"
    rf"[^.;]{{0,100}}? (?:constitut\w+|signif\w+|indicat\w+|means|impl(?:y|ies)|amounts? to|confirms?|"
    rf"(?:is|are|be) (?:deemed|treated|taken|considered|regarded|understood))[^.;]{{0,60}}? {_ASSENT}",
    rf"(?:deemed|considered|presumed|taken|treated|assumed|"
    rf"understood)(?: as)?(?: to)?(?: have)?(?: \w+){{0,3}} {_ASSENT}",
    r"(?:implied|implicit|tacit|presumed|deemed|passive) (?:consent|agreement|acceptance)",
    rf"{_USER}(?: \w+){{0,2}} {_ASSENT}[^.;]{{0,80}}? (?:by|through|simply by|"
    rf"merely by) (?:\w+ )?(?:using|accessing|joining|continuing|"
    rf"attending|participating|remaining|staying)",
)  # fmt: skip
ASKED = words(
    r"(?:with|upon|after|given|subject to|based on|only on|obtain\w*|receiv\w*|request\w*|requires?|"
    r"seek\w*) (?:\w+ ){0,5}?"
    r"(?:consent|permission|opt-?in|authori[sz]ation|approval|agreement from you)",
    r"(?:if|when|where|once|provided|unless|until) (?:that )?(?:you|the customer|customer|a customer|"
    r"the participant|participants|users?|"
    r"each participant|everyone|the user|the person) (?:\w+ ){0,3}?(?:consents?|consented|agrees?|"
    r"agreed|opt(?:s|ed)?[- ]in|chooses?|"
    r"chosen|choose|elects?|enables?|enabled|asks?|instructs?|instructed|allows?|authori[sz]es?|"
    r"permits?|permitted|requests?|turn(?:s|ed)? on)",
    r"opt(?:s|ed|ing)?[- ]in",
    r"(?:at|on|under) (?:your|the customer's|customer's) (?:\w+ )?(?:request|direction|instructions?)",
)  # fmt: skip
WITHOUT_CONSENT = words(r"without (?:\w+ ){0,5}?(?:consent|permission|authori[sz]ation|approval|opt-?in)")
ONLY_TO_PROVIDE = words(
    r"(?:solely|only|exclusively|strictly|just)(?: \w+){0,3}? (?:to|as|for|"
    r"in)(?: \w+){0,6}? (?:provid\w+|provision|necessary|"
    r"bill\w*|secur\w+|maintain\w*|operat\w+|deliver\w*|troubleshoot\w*|support\w*|perform\w*)"
)  # fmt: skip
FOR_ANY_END = words(
    r"any (?:lawful |legal |business )?(?:purposes?|reason|use|manner)", r"all rights?", r"owns?", r"marketing",
    r"sell", r"advertis\w+", r"without (?:\w+ ){0,5}(?:consent|notice|permission)", r"belongs?",
    r"exclusive property", r"consents? to", r"agrees? (?:that|to)",
)  # fmt: skip
