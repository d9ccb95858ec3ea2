"""Words that name nobody: what prompts, minutes and running speech begin sentences with.

A small language model takes a capital at the start of a sentence for a name ("Summarize this meeting", "Item 4").
A finding of the model that consists of such words alone is dropped. Words that are anybody's name as well are in
`common_words.NAME_WORDS` and never here; patterns, rosters and deny lists are not touched by this list.
"""

from __future__ import annotations

import re

from proxy.redaction.wording.common_words import FUNCTION_WORDS, NAME_WORDS, PROTOCOL_WORDS, word_set

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_IMPERATIVES = word_set(
    """
    accept act adapt add adjust agree analyse analyze answer append apply approve arrange assess assign assume attach
    avoid begin book bring build buy calculate cancel capture categorize check choose clarify classify clean click
    collect combine compare compile complete compose compress conclude condense confirm consider contact continue
    convert copy correct count create cut decide define delete deliver describe design detail detect determine discuss
    divide download draft edit elaborate eliminate emphasize ensure enumerate estimate evaluate examine exclude execute
    expand explain explore export express extract fill filter finalize finish fix focus follow format formulate gather
    generate group guess handle highlight identify ignore illustrate imagine implement import improve include indicate
    infer inform insert inspect interpret introduce investigate invite join judge leave limit link list listen locate
    maintain manage mention merge modify monitor move name notice notify observe offer omit open organise organize
    outline paraphrase parse perform pick plan prepare present preserve prioritise prioritize produce proofread propose
    provide publish quote rank read recap recommend record rectify reduce refer refine reformat refuse reject relate
    release remember remind remove rename reorder repeat rephrase replace reply report represent request rescan
    research resend reset resolve respond restate restructure retain return review revise rewrite save scan schedule
    search select send separate share shorten simplify skip solve sort specify split spot state stay stick stop
    strip structure study submit suggest summarise summarize supply support switch tag tell test think track transcribe
    transform translate treat trim turn type understand update upload use verify visualize wait warn watch watching wrap
    write
    """
)
_MEETING = word_set(
    """
    absent action actions agenda agendas agreement announcement annual appendix approval assignment attendance attendee
    attendees backlog baseline blocker blockers budget budgets bug bugs bullet bullets campaign challenge change changes
    channel chapter chat checklist client clients colleague comment comments company component concern concerns
    conclusion conclusions constraint contact contacts context contract cost costs customer customers dashboard deadline
    deadlines decision decisions deliverable deliverables demo department dependency deployment design detail details
    discussion discussions document documents draft duration email engineering estimate example examples expense
    feature features feedback finance folder followup forecast format goal goals guest guests heading headings highlight
    highlights host hypothesis impact incident introduction invoice issue issues item items kickoff key label launch
    lesson lessons line link links list lists manager marketing meeting meetings member members memo metric metrics
    milestone milestones minute minutes mission moderator name names narrator news note notes objective objectives
    observation office open operations opinion option options order organization organizer outcome outcomes outline
    overview owner owners page paragraph participant participants partner partners people phase plan plans point points
    policy position presentation priority problem problems product products progress project projects proposal proposals
    prototype purpose quality quarter quarterly question questions quote recap recommendation recommendations recording
    reference references release remark reminder report reports request requirement requirements research resource
    resources response responsibility result results retrospective review revenue risk risks roadmap sales scenario
    schedule scope section sections security session sessions slide slides solution solutions speaker speakers sprint
    stakeholder stakeholders standup statement status step steps story strategy subject suggestion suggestions summary
    summaries supplier suppliers support survey table tables target targets task tasks team teams template templates
    term terms test testing tests theme ticket tickets timeline title titles todo todos topic topics training transcript
    transcripts trend update updates user users vendor vendors version vote votes workshop workstream
    """
)
_FORMS = word_set(
    """
    bold bulleted capital capitals csv english heading html italic json keyword keywords lowercase markdown numbered
    pdf plain prose sentence sentences srt syntax tone uppercase vtt word words xml yaml
    """
) - {"english"}
_ACRONYMS = word_set(
    "ai apis cfo cio coo ceo ciso cto dpo eta eod faq faqs hr kpi kpis ml okr okrs pm pr qa rfc roi sla tbd tldr ux ui"
)
_SPEECH = word_set(
    """
    absolutely actually ah aha alright although anybody anyhow anyone anything anyway apparently aside awesome awkward
    basically beautiful better bye certainly cheers clearly congrats congratulations cool correct currently dear
    definitely different easy either else especially eventually everybody everyone everything exactly excellent
    excuse fair fantastic finally fine folks fortunately frankly fun funny further furthermore generally goodbye
    gosh guys ha haha hang happy hardly hence hiya hm hmm hopefully however huh hurray ideally imagine immediately
    important impressive indeed initially instead interesting interestingly lastly lately later likewise literally
    lol lovely luckily maybe meanwhile mhm mm mmhmm mostly namely naturally neither nevertheless nice nobody
    nonetheless nope normally nothing nowadays obviously occasionally oops ooh originally otherwise ouch
    overall particularly perfect perfectly perhaps personally possibly precisely presumably previously primarily
    probably quick quickly ready really recently regarding regardless seriously shall should similarly simply
    sincerely slightly somebody somehow someone something sometimes somewhat soon sorry specifically super supposedly
    surely suddenly technically therefore though thus today totally typically uh uhhuh uhm um unfortunately unless
    unlike usually various versus welcome whatever whenever whereas whether whichever whoever whose wonderful wow yay
    yeah yep yikes yup
    """
)

_ASKING = word_set("answer do don't give keep make now please put return say tell use using what which who")

PLAIN_WORDS = (_IMPERATIVES | _MEETING | _FORMS | _ACRONYMS | _SPEECH | FUNCTION_WORDS | PROTOCOL_WORDS) - NAME_WORDS
"""Words that are nobody's name, in lower case."""


def is_imperative(word: str) -> bool:
    """Whether a word in lower case opens instructions: ``summarize``, ``please``."""
    return word in _IMPERATIVES or word in _ASKING


def is_plain(words: str) -> bool:
    """Whether a stretch of text holds nothing but plain words, and figures beside them."""
    found = _WORD.findall(words.casefold())
    return not all(map(str.isdecimal, found)) and all(word.isdecimal() or word in PLAIN_WORDS for word in found)
