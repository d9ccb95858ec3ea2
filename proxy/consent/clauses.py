"""Reads terms for clauses that take more than the service needs, and shows the sentence of each.

It reads English by the classes of words within a clause; it is not a lawyer. What it shows is written in the text; what
it does not show may still be there. `Reading.english` is False where it cannot read the text at all.

`doubts` reports where the configuration claims something of a recipient's terms that their text does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from proxy.consent.clause_stance import CONDITION, ITEM, Stance, clauses, conditional, negates, softened, stance, words
from proxy.consent.terms import Sentence, TermsVersion, digest_of, sentences
from proxy.settings import Recipient


class Code(StrEnum):
    """What a clause is about."""

    TRAINING_LICENCE = "training_licence"
    BROAD_LICENCE = "broad_licence"
    TELEMETRY_TAKEN = "telemetry_taken"
    ENDLESS_RETENTION = "endless_retention"
    THIRD_PARTIES = "third_parties"
    DEEMED_CONSENT = "deemed_consent"
    UNILATERAL_CHANGE = "unilateral_change"


@dataclass(frozen=True, slots=True)
class Flag:
    """A clause: its subject, its stance, and its sentence.

    A `serious` clause takes something that a person would have to be asked for; the others are worth reading. A promise
    is never serious. `terms` are the words that matched.
    """

    code: Code
    stance: Stance
    serious: bool
    sentence: Sentence
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The flags of a text, in its order."""

    flags: tuple[Flag, ...]
    english: bool
    sentences: int

    @property
    def serious(self) -> tuple[Flag, ...]:
        """The flags that nobody should accept unread."""
        return tuple(flag for flag in self.flags if flag.serious)

    def has(self, code: Code) -> bool:
        """Whether a clause takes what `code` stands for."""
        return any(flag.code is code and flag.stance is Stance.TAKES for flag in self.flags)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A clause is about `code` if it has `about` and a verb of `acts`, and each of `needs` is within reach.

    These are classes of words (`clause_stance.words`).
    """

    code: Code
    about: str
    acts: str
    needs: tuple[str, ...] = ()
    giving: bool = False


_RULES = (
    _Rule(Code.TRAINING_LICENCE, "training", "using", ("content",)),
    _Rule(Code.TRAINING_LICENCE, "training", "giving", ("content", "right"), giving=True),
    _Rule(Code.BROAD_LICENCE, "breadth", "giving", ("right", "content"), giving=True),
    _Rule(Code.TELEMETRY_TAKEN, "telemetry", "gathering"),
    _Rule(Code.ENDLESS_RETENTION, "endless", "keeping", ("content",)),
    _Rule(Code.ENDLESS_RETENTION, "beyond_the_end", "keeping", ("content",)),
    _Rule(Code.THIRD_PARTIES, "third_parties", "sharing", ("content",)),
    _Rule(Code.DEEMED_CONSENT, "deemed", "deemed", giving=True),
    _Rule(Code.UNILATERAL_CHANGE, "at_will", "changing", ("own_terms",)),
)
_ENGLISH = frozenset("the of and to in or you we your our is are be by for with that this may will not as any".split())


def read(text: str) -> Reading:
    """Return all clauses that the rules match, one for each sentence and code, in the order of the text."""
    cut = sentences(text)
    flags = tuple(flag for sentence in cut for flag in read_sentence(sentence))
    heard = re.findall(r"[^\W\d_]+", text.lower())
    english = not heard or sum(word in _ENGLISH for word in heard) / len(heard) >= 0.15
    return Reading(flags, english, len(cut))


def read_sentence(sentence: Sentence) -> tuple[Flag, ...]:
    """Return the flags of one sentence, at most one for each code.

    Taking outweighs asking, and asking outweighs a promise.
    """
    found: dict[Code, tuple[Stance, tuple[str, ...]]] = {}
    line = sentence.read_with_lead.lower().replace("’", "'")
    for rule in _RULES:
        for judged, terms in _judged(rule, line):
            held = found.get(rule.code)
            if held is None or _WEIGHT[judged] > _WEIGHT[held[0]]:
                found[rule.code] = (judged, terms)
    return tuple(
        Flag(code, judged, judged is Stance.TAKES and _serious(code, line), sentence, terms)
        for code, (judged, terms) in found.items()
        if judged is not Stance.CUSTOMERS
    )


_WEIGHT = {Stance.CUSTOMERS: 0, Stance.PROMISES: 1, Stance.ASKS: 2, Stance.TAKES: 3}


def _judged(rule: _Rule, line: str) -> Iterator[tuple[Stance, tuple[str, ...]]]:
    """Yield the stance of each clause that the rule matches. A clause may depend on the words before it."""
    cut = clauses(line)
    lead, before = "", ""
    for at, clause in enumerate(cut):
        if not lead and ITEM.match(clause) and not clause.startswith(";"):
            lead = before
        said = lead + clause if lead and ITEM.match(clause) else clause
        about = words(rule.about).search(clause)
        if about is not None:
            reach = said if all(_has(need, said) for need in rule.needs) else before + clause
            if all(_has(need, reach) for need in rule.needs) and not _harmless(rule.code, reach, line):
                asked = conditional(said) or any(_mere_condition(rule, near) for near in cut[max(at - 1, 0) : at + 2])
                yield _at(rule, said, reach, about[0], asked)
        before += clause


def _at(rule: _Rule, said: str, reach: str, about: str, asked: bool) -> tuple[Stance, tuple[str, ...]]:
    scope = said if _has(rule.acts, said) else reach
    spot = scope.rindex(about)
    acts = list(words(rule.acts).finditer(scope))
    act = next((a for a in reversed(acts) if a.start() <= spot), acts[0] if acts else None)
    terms = tuple(dict.fromkeys((act[0] if act else about, about)))
    judged = stance(softened(scope), act.start() if act else spot, spot, giving=rule.giving)
    if rule.code is Code.DEEMED_CONSENT and negates(about):
        judged = Stance.PROMISES
    if rule.code is Code.THIRD_PARTIES and act is not None and act.start() > spot and judged is Stance.PROMISES:
        # Prohibitions on third parties promise nothing about who receives the data.
        judged = Stance.CUSTOMERS
    if judged is Stance.TAKES and rule.code in _ASKABLE and asked:
        judged = Stance.ASKS
    return judged, terms


def _mere_condition(rule: _Rule, clause: str) -> bool:
    """Whether a clause states only the condition of the adjacent clause."""
    return not _has(rule.about, clause) and CONDITION.match(clause) is not None and conditional(clause)


_ASKABLE = (Code.TRAINING_LICENCE, Code.TELEMETRY_TAKEN, Code.THIRD_PARTIES, Code.ENDLESS_RETENTION)


def _has(section: str, text: str) -> bool:
    return words(section).search(text) is not None


def _harmless(code: Code, reach: str, line: str) -> bool:
    """Whether a clause has the words of a rule but takes nothing."""
    harmless = False
    match code:
        case Code.TRAINING_LICENCE:
            harmless = _has("people_trained", reach) and "model" not in reach and "learning" not in reach
        case Code.BROAD_LICENCE:
            of_feedback = _has("feedback", reach) and not _has("customer_content", reach)
            harmless = of_feedback or _has("to_customer", reach)
        case Code.TELEMETRY_TAKEN:
            harmless = _has("only_to_provide", reach)
        case Code.ENDLESS_RETENTION:
            harmless = _has("period", reach) and not _has("endless", reach)
        case Code.THIRD_PARTIES:
            harmless = _has("by_law", line) and not _has("for_any_end", line)
        case Code.UNILATERAL_CHANGE:
            harmless = _has("notice", line) and not _has("without_notice", line)
    return harmless


def _serious(code: Code, line: str) -> bool:
    match code:
        case Code.TRAINING_LICENCE | Code.ENDLESS_RETENTION:
            return True
        case Code.BROAD_LICENCE:
            return _has("lasting", line)
        case Code.TELEMETRY_TAKEN:
            return _has("for_any_end", line) or _has("training", line)
        case Code.THIRD_PARTIES:
            return _has("for_any_end", line)
        case Code.DEEMED_CONSENT:
            return _has("content", line) or _has("telemetry", line) or "record" in line
        case Code.UNILATERAL_CHANGE:
            return _has("without_notice", line)


_SHOWN = 160


def doubts(name: str, recipient: Recipient, versions: Sequence[TermsVersion], file: str | None = None) -> Iterator[str]:
    """Yield one line for each mismatch: what it is, the sentence that shows it, and the remedy.

    `versions` are those on file; `file` is the text of ``terms.file``. Yields nothing where no text is known.
    """
    place = f"recipients.{name}"
    held = next((each for each in versions if each.version == recipient.terms.version), None)
    if versions and held is None:
        yield (
            f"{place}.terms.version: the text of {recipient.terms.version} is not on file, that of others is; "
            f"remedy: meeting-proxy terms add {name} FILE --version {recipient.terms.version}"
        )
    if held is not None and held.accepted_at is None:
        yield (
            f"{place}.terms.version: nobody accepted {held.version} for the organization; "
            f"remedy: meeting-proxy terms accept {name} {held.version} --by WHO"
        )
    if held is not None and file is not None and digest_of(file) != held.digest:
        yield (
            f"{place}.terms.file: is another text than version {held.version} on file; remedy: give the text that "
            "applies a version of its own, and name it here"
        )
    text = held.text if held is not None else file
    if text is not None:
        yield from _against(place, recipient, read(text))


_SPEAKS_AGAINST = {"may_train": Code.TRAINING_LICENCE, "retention_days": Code.ENDLESS_RETENTION}


def spoken_against(may_train: bool | None, reading: Reading) -> dict[str, Flag]:
    """The clauses of terms that a statement of theirs has to reckon with, by the setting that states it.

    A clause that takes content for training speaks against all but ``may_train: true``; one that keeps without limit
    speaks against any end, and tells what was left open where none is stated.
    """
    found = {
        setting: next(flag for flag in reading.serious if flag.code is code)
        for setting, code in _SPEAKS_AGAINST.items()
        if reading.english and reading.has(code)
    }
    return {setting: flag for setting, flag in found.items() if setting != "may_train" or may_train is not True}


def _against(place: str, recipient: Recipient, reading: Reading) -> Iterator[str]:
    if not reading.english:
        yield f"{place}.terms: the text is not English, so it was not compared; remedy: have it read by a person"
        return
    against = spoken_against(recipient.may_train, reading)
    if "may_train" in against:
        stated = "is not stated" if recipient.may_train is None else "is false"
        yield (
            f"{place}.may_train: {stated}, but the terms take content for training"
            f"{_where(against['may_train'])}; remedy: set it to true, so that a grant for model_training is "
            "needed too, or agree on other terms"
        )
    if recipient.retention_days is not None and "retention_days" in against:
        yield (
            f"{place}.retention_days: is {recipient.retention_days}, but the terms keep without limit"
            f"{_where(against['retention_days'])}; remedy: leave it out, or agree on other terms"
        )


def _where(flag: Flag) -> str:
    """The section and sentence that a doubt rests on. Terms are not a client's text, so they may be shown."""
    words = flag.sentence.text
    shown = words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + " …"
    section = f" in section {flag.sentence.section}" if flag.sentence.section else ""
    return f'{section} ("{shown}")'
