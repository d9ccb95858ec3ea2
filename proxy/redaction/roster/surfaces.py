"""What a person on a roster may be called in a text: from labels and addresses to spellings, and how sure each is.

*Recorded* surfaces are on the roster: labels and display names, the words of the name in order, given and family name,
first and last word of the name, ``J. Doe``, single words of two letters or more, e-mail addresses and their local
parts. *Derived* surfaces are what people make of them: short forms (``Bob``), other spellings of the same sound
(``Steven``), initials (``J.D.``, ``JD``, ``J Doe``, ``Jane D.``), handles, plurals (``the Okafors``), other scripts and
spellings (``Мария``, ``Mueller``). Acronyms that are common in meetings are never initials.

A single word that is also plain English (``Mark``, ``Rose``) needs a capital, unless it is the whole label. Words that
running speech is full of (``will``, ``may``) need one even then, or every sentence would name these people. `meaning`
decides later which of them mean the word where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from proxy import languages
from proxy.redaction.roster.meaning import is_mostly_name
from proxy.redaction.roster.names import (
    GENERIC,
    Case,
    display_name,
    given_words,
    is_generic,
    label_words,
    nicknames,
    stands_alone,
)
from proxy.redaction.roster.near import heard_as
from proxy.redaction.roster.scripts import SYLLABLES, latin_words, written_out
from proxy.wording.diminutives import also_called
from proxy.wording.folded import fold_name
from proxy.wording.particles import PARTICLES
from proxy.wording.plain_words import FUNCTION_WORDS, PLAIN_WORDS, is_common, word_set
from proxy.wording.vocabulary import is_english, is_given_name, is_inflected, is_known_name, is_ordinary

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
"""Words of two and three letters that in capitals are an acronym or a word, whoever is on the roster."""

_DOTTED = word_set(
    "ac ad ai am bc cd cv dc eg er et eu hq hr id ie ip it la mc md ml mp ms ny pa pc pm pr ps qa rd sc tv ui uk un us "
    "vp"
)
"""Acronyms that are also written with points."""

_PRONOUNS = "ai"


def dotted(words: Sequence[str]) -> Iterator[str]:
    """``j.d.``, ``j. d.``, ``jd`` and with a middle name ``jmd``; none that is an acronym."""
    names = [word for word in words if word not in PARTICLES and word[0].upper() != word[0].lower()]
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
    """``j doe``; None if that would read like ``a rose``."""
    return None if given[0] in _PRONOUNS or not given[0].isalpha() else f"{given[0]} {family}"


def initialed_family(given: str, family: str) -> Iterator[str]:
    """``jane d.`` and ``jane d``, but not ``jane i``."""
    if family[0].isalpha():
        yield f"{given} {family[0]}."
        if family[0] not in _PRONOUNS:
            yield f"{given} {family[0]}"


_GENERIC_MAILBOXES = word_set(
    "admin all billing contact events hello help hr info it legal mail me meeting meetings no-reply noreply office "
    "privacy sales security support team the users webmaster"
)
_SHORTEST_HANDLE = 4
_SHORTEST_PLURAL, _SHORTEST_GENITIVE = 4, 3
"""Letters of a name that has one."""
_TITLES_BEHIND = sorted(languages.words("names", "titles_behind"))
"""Titles that stand behind a family name without a space."""
_FAMILIAR = sorted(languages.words("names", "familiar"))
"""What stands before a family name without a space where people know each other: ``老王``."""
_MOST_SYLLABLES, _SHORTEST_COMPOUND = 4, 2
_LONG_ENOUGH = 5
"""A longer family name is in the dictionary only by chance (``andersen``)."""


class Surface(NamedTuple):
    """A folded surface, and how it must be written. `whole`: a full name, label or address, not a part of a name."""

    key: str
    case: Case = Case.ANY
    whole: bool = False
    form: Literal["name", "email"] = "name"


def recorded(labels: Sequence[str], emails: Sequence[str], collective: bool) -> Iterator[Surface]:
    """The surfaces that the roster itself has. For a `collective` (a room, a telephone), only whole labels count."""
    for label in labels:
        yield from filter(_says_something, _of_label(label, collective))
    for address in emails:
        yield from filter(_says_something, _of_address(address))


def derived(labels: Sequence[str], emails: Sequence[str]) -> Iterator[Surface]:
    """The surfaces that people derive from a person's names and addresses."""
    names = list(dict.fromkeys(words for label in labels for words in names_in(label)))
    written = {label_words(label) for label in labels}
    for words in names:
        if words not in written:
            yield from _of_words(words)
        yield from _called(words)
        if len(words) > 1:
            yield from _initialed(words)
            yield from _handles(words[0], words[-1])
        yield from _made_of(words)
    yield from (Surface(titled) for label in labels for titled in _addressed(display_name(label)))
    yield from _named_by_address(names, emails)


def names_in(label: str) -> Iterator[tuple[str, ...]]:
    """The folded words of a label's name, and of its other spellings: umlauts written out, Latin letters."""
    if is_generic(label):
        return
    words = label_words(label)
    yield words
    if (out := written_out(label)) != label:
        yield label_words(out)
    if not all(map(str.isascii, words)):
        yield from latin_words(words)


def _of_label(label: str, collective: bool) -> Iterator[Surface]:
    display = display_name(label)
    if is_generic(label):
        if len(display.split()) > 1:
            yield _spelled(label, whole=True)
        return
    for whole in (label, display, *nicknames(label)):
        yield _spelled(whole, whole=True)
    if collective:
        return
    words = label_words(label)
    yield from _of_words(words)
    if len(words) > 1:
        yield _spelled(f"{words[0][0]}. {words[-1]}")


def _of_words(words: Sequence[str]) -> Iterator[Surface]:
    if len(words) > 1:
        given, family = words[0], words[-1]
        for spelled in (" ".join(words), f"{given} {family}", f"{family}, {given}"):
            yield _spelled(spelled, whole=True)
        yield _spelled(" ".join(_compound_family(words)))
    for word in words:
        if stands_alone(word):
            yield _spelled(word)
    for word in given_words(tuple(words)):
        yield Surface(fold_name(word), Case.CAPITAL)


def _of_address(address: str) -> Iterator[Surface]:
    yield _spelled(address, whole=True)._replace(form="email")
    local = address.partition("@")[0].partition("+")[0]
    if len(local) >= 3 and not local.isdecimal() and local.lower() not in _GENERIC_MAILBOXES:
        yield _spelled(local)


def _spelled(spelled: str, *, whole: bool = False) -> Surface:
    key = fold_name(spelled)
    any_case = key not in FUNCTION_WORDS and (whole or not is_common(key) or is_mostly_name(key))
    return Surface(key, Case.ANY if any_case else Case.CAPITAL, whole)


def _says_something(spelled: Surface) -> bool:
    return len(spelled.key) > 1 and any(c.isalnum() for c in spelled.key)


def _compound_family(words: Sequence[str]) -> Sequence[str]:
    """The family name with the particles before it: ``del fante``."""
    at = len(words) - 1
    while at > 1 and words[at - 1] in PARTICLES:
        at -= 1
    return words[at:]


def _case_of(word: str) -> Case:
    """How a derived word must be written: the more it is an English word, the stricter."""
    is_word = is_ordinary(word) or (is_english(word) and not is_given_name(word))
    if is_word and not is_mostly_name(word):
        return Case.CONTEXT
    return Case.ANY if len(word) > 3 or (len(word) == 3 and is_given_name(word)) else Case.CAPITAL


def _called(words: Sequence[str]) -> Iterator[Surface]:
    """Short and full forms of the given name, and names that sound the same, alone and with the family name."""
    given, family = words[0], words[-1]
    other = also_called(given) | heard_as(given)
    for name in sorted(other):
        yield Surface(name, _case_of(name))
        if len(words) > 1:
            yield Surface(f"{name} {family}", Case.ANY if name not in FUNCTION_WORDS else Case.CAPITALS, whole=True)
    if len(words) > 1:
        for name in sorted(heard_as(family)):
            yield Surface(name, Case.ANY if is_known_name(name) and len(name) > _LONG_ENOUGH else _case_of(name))
            yield Surface(f"{given} {name}", Case.CAPITALS if is_ordinary(name) else Case.ANY, whole=True)


def _initialed(words: Sequence[str]) -> Iterator[Surface]:
    given, family = words[0], words[-1]
    for initials in dotted(words):
        yield Surface(initials, Case.INITIALS)
    if len(family) > 1 and (spelled := initialed_given(given, family)):
        yield Surface(spelled, Case.CAPITALS if is_common(family) or family in PLAIN_WORDS else Case.ANY)
    if len(given) > 1:
        for spelled in initialed_family(given, family):
            yield Surface(spelled, Case.CAPITALS)


def _handles(given: str, family: str) -> Iterator[Surface]:
    """``jane.doe``, ``doe_jane``, ``jdoe``, ``janed`` and the like; without a separator only those that are no word."""
    first, last = given.replace("-", ""), family.replace("-", "")
    if not (first.isalpha() and last.isalpha()):
        return
    for sign in "._-":
        for one, two in ((first, last), (last, first), (first[0], last)):
            if len(one) + len(two) >= _SHORTEST_HANDLE:
                yield Surface(f"{one}{sign}{two}", whole=True)
    for handle in (first + last, last + first, first[0] + last, first + last[0], last + first[0]):
        if len(handle) >= _SHORTEST_HANDLE and is_no_word(handle):
            yield Surface(handle, whole=True)


def _made_of(words: Sequence[str]) -> Iterator[Surface]:
    """Adjacent words joined, the parts of hyphenated words, and names with an s."""
    for one, two in pairwise(words):
        if is_no_word(one + two):
            yield Surface(one + two, whole=len(words) == 2)
    for word in words:
        parts = word.split("-")
        if len(parts) > 1:
            yield Surface(" ".join(parts))
            yield Surface("".join(parts))
            yield from (Surface(part, max(Case.CAPITAL, _case_of(part))) for part in parts if len(part) > 2)
    yield from _with_s(words)


def _with_s(words: Sequence[str]) -> Iterator[Surface]:
    """The plural of the family name, and the given name in the genitive of many languages: ``Bens Einwand``."""
    given, family = words[0], words[-1]
    if len(words) > 1 and len(family) >= _SHORTEST_PLURAL and not is_ordinary(family) and is_no_word(f"{family}s"):
        yield Surface(f"{family}s")
    if len(given) >= _SHORTEST_GENITIVE and not is_ordinary(given):
        yield Surface(f"{given}s", Case.CAPITAL)


def _addressed(name: str) -> Iterator[str]:
    """The family name of a name in characters of one syllable each, with what such a name is said with: ``王总``.

    A family name of two characters is rarer than one of one, and nothing tells which of them opens a longer name.
    """
    if SYLLABLES.fullmatch(name) and 1 < len(name) <= _MOST_SYLLABLES:
        for family in (name[:1], *([name[:2]] if len(name) > _SHORTEST_COMPOUND else [])):
            yield from (family + title for title in _TITLES_BEHIND)
            yield from (before + family for before in _FAMILIAR)


def _named_by_address(names: Sequence[tuple[str, ...]], emails: Sequence[str]) -> Iterator[Surface]:
    """The full name in ``jane.doe@…`` where the label has only one of its words."""
    known = {word for words in names for word in words}
    for address in emails:
        words = fold_name(address.partition("@")[0].partition("+")[0]).replace("_", ".").replace("-", ".").split(".")
        if len(words) > 1 and all(len(word) > 2 and word.isalpha() and word not in GENERIC for word in words):
            fresh = [word for word in words if word not in known]
            if len(fresh) < len(words) or not known:
                yield Surface(" ".join(words), whole=True)
                yield from (Surface(word, max(Case.CAPITAL, _case_of(word))) for word in fresh)


def is_no_word(made: str) -> bool:
    """Whether joined letters are neither an English word nor another name."""
    return not (is_english(made) or is_known_name(made) or is_inflected(made))
