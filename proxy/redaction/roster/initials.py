"""People by their initials: ``J.D.``, ``JD``, ``J Doe``, ``Jane D.``; acronyms that meetings are full of stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.redaction.roster.names import PARTICLES
from proxy.redaction.wording.common_words import word_set

ACRONYMS = word_set(
    """
    ab ac ad ae af ag ah ai aj ak al am an ap ar as at au av ba bb bc bd bi bp br bs bu ca cc cd ce cf ch ci ck
    cl cm cn co cp cr cs ct cv da db dc dd de dj dk dl dm dn dr ds dx ea eb ec ed ee ef eg eh ei el em en eo ep
    eq er es et eu ev ex fa fe ff fi fm fp fr fx fy ga gb gc gd ge gm go gp gr gs gt ha hd he hi hk hl hm ho hp
    hq hr hs ia ic id ie if ii il im in io ip iq ir is it iv ja jp js kb kg km ko kr ks ky la lb lc ld le lg li
    ll lm ln lp ls lt lv ma mb mc md me mi mk ml mm mn mo mp mr ms mt mu mv my na nb nc nd ne nf ng nh nj nl nm
    no np nr ns nt nv ny nz oh ok om on oo op or os ot oz pa pc pd pe pg ph pi pk pl pm po pp pr ps pt qa qc ql
    qr ra rd re rf rh ri rl rm ro rp rs ru rx sa sc sd se sg sh si sk sl sm sn so sp sq ss st sv sw tb tc td te
    th ti tl tn to tp tr ts tv tx ua ui uk ul un up us ut ux va vc vd ve vi vm vp vr vs vt wa wc we wf wi wp wv
    wy xl xp xx yo za zk zz abc abi acl add adr aka aml api app apr art asc ask asp atm aws bar bbc bid big bio
    bit bot bsd btc cad cam can cap cdn ceo cfo cia cio cli cmo cms coo cpa cpu crm csp css csv cto dad dao day
    dba ddl dev dhl did dlp dna dns dod dpa dpi dpo dps dtd due eda eea efs eip end eod eol eow epa esg eta etc
    eth eur eve evm faq far fax fbi fcc fda fed few fix for fps fte ftp fun fyi gas gbp gdp get git gmt gnu got
    gov gpa gps gpt gpu gui had has her him his hit how hub ibm ide iii ing iot ips ira irs isa iso isp ist its
    ivr jan jar job jpg jul jun jwt kpi lab lan law lcd led let lie lip llc llm log lot low ltd mac mar max may
    mba mid min mit mix mob mom mri msa mvp nas nat nba nda net new nfl nfs ngo nhs not now npm nyc oct off okr
    old one ons oom orm our out own pay pdf per pet phd php pin pip plc pmo png poc pod poe pop pos pro psa pto
    put qps ram ran rat raw rds red rfc rfp rga roi rpc rpm rps rss run saw say sdk sec see sem sep set sha sim
    sit sla sms sow sql sre ssd ssh ssl ssn sso svg tax tba tbd tcp tee ten the tls tom top try ttl two udp uid
    uni upi uri url usa usb usd use utc van vat vet via vip vms vpc vpn wag wan war was way web who why wip xml
    yes yet you zip
    """
)
"""Two and three letters that in capitals are an acronym or a word, whoever is on the roster."""

_DOTTED = word_set(
    "ac ad ai am bc cd cv dc eg er et eu hq hr id ie ip it la mc md ml mp ms ny pa pc pm pr ps qa rd sc tv ui uk un us "
    "vp"
)
"""Acronyms that are written with points, too."""

_PRONOUNS = "ai"


def dotted(words: Sequence[str]) -> Iterator[str]:
    """``j.d.``, ``j. d.``, ``jd`` and with a middle name ``jmd``; none that is an acronym."""
    names = [word for word in words if word not in PARTICLES and word[0].isascii() and word[0].isalpha()]
    if len(names) < 2:
        return
    for letters in {names[0][0] + names[-1][0], "".join(word[0] for word in names)}:
        if len(letters) > 4:
            continue
        if letters not in ACRONYMS:
            yield letters
        if letters not in _DOTTED:
            yield "".join(f"{letter}." for letter in letters)
            yield " ".join(f"{letter}." for letter in letters)


def initialed_given(given: str, family: str) -> str | None:
    """``j doe``; None where that would read as ``a rose``."""
    return None if given[0] in _PRONOUNS or not given[0].isalpha() else f"{given[0]} {family}"


def initialed_family(given: str, family: str) -> Iterator[str]:
    """``jane d.`` and ``jane d``, but not ``jane i``."""
    if family[0].isalpha():
        yield f"{given} {family[0]}."
        if family[0] not in _PRONOUNS:
            yield f"{given} {family[0]}"
