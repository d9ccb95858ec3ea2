"""The notice: every sentence that a person is told before they choose, in their language.

The page shows exactly these strings. Their digest goes on the consent record (`ConsentRecord.notice_hash`) and proves
what was said. The page also shows what is on file for the person, but that is not part of the notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from proxy.consent.clauses import Reading, spoken_against
from proxy.consent.invitations import Asks
from proxy.consent.records import Scope
from proxy.desk.controller import controller
from proxy.desk.protection import replaced, special_kept
from proxy.edge.pages import labels
from proxy.edge.pages.reading import Matter, ShownTerms, cut
from proxy.edge.pages.rights import rights
from proxy.edge.pages.translation import Language
from proxy.model import Meeting
from proxy.settings import Recipient, Settings
from proxy.settings.purposes import written_in


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choosable:
    """A purpose as the person reads it. `number` is its position among the offers of the invitation."""

    number: int
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class TermsChanges:
    """What changed in the terms: a heading and lists of sentences, each with its own heading."""

    title: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    remark: str | None


@dataclass(frozen=True, slots=True)
class RecipientNotice:
    """One recipient: facts by name, each in one or more lines, its terms, and what it may be allowed.

    `name` is its key, and `called` what people call it.
    """

    name: str
    called: str
    title: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    terms: str
    terms_remarks: tuple[str, ...]
    changed: TermsChanges | None
    legend: str
    choices: tuple[Choosable, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice as a whole. `first` are the sentences that stand before the choice, `sections` those behind it.

    `rights` stands last, behind the recipients.
    """

    language: str
    title: str
    asks: str
    about: str
    first: tuple[str, ...]
    receiving: tuple[RecipientNotice, ...]
    hint: str
    sections: tuple[Section, ...]
    rights: Section
    privacy_notice: str | None
    """The address of the organization's own notice."""

    @property
    def text(self) -> str:
        """The notice as plain text, one string per line, in the order of the page."""
        return "\n".join(_lines(self))

    @property
    def digest(self) -> str:
        """SHA-256 of the text, as recorded."""
        return "sha256:" + hashlib.sha256(self.text.encode()).hexdigest()


def notice(
    matter: Matter,
    settings: Settings,
    language: Language,
    zone: tzinfo,
    *,
    led_to: bool = False,
    child: str | None = None,
    minor: bool = False,
) -> Notice:
    """Build the notice of what is asked. `led_to`: another page led to this one, so that it asks nothing anew.

    `child` is the name of the minor for whom a parent or guardian is asked. `minor`: it is for a minor's own page, on
    which no yes can be given.
    """
    say = language.say
    asks = matter.asks
    nothing = labels.NOTHING_CHOSEN_ONCE if led_to else labels.NOTHING_CHOSEN  # no answer leaves all as it is
    free = labels.NO_DISADVANTAGE if asks.scope is Scope.MEETING else labels.NO_DISADVANTAGE_OF_MANY
    standing = Section(
        say(labels.STANDING_TITLE),
        (language.say_of(child, labels.STANDING_YES), language.say_of(child, labels.STANDING_NO)),
    )
    sections = (
        *((standing,) if asks.scope is Scope.ORG else ()),
        Section(
            say(labels.NO_DISADVANTAGE_TITLE),
            (
                language.say_of(child, free),
                *_own_no(child, language),
                *([say(labels.NO_OF_MINOR, organization=asking(settings))] if minor else []),
                say(nothing) if led_to else language.say_of(child, nothing),
                language.say_of(child, labels.OTHERS),
            ),
        ),
        Section(
            say(labels.WHAT_TITLE_OF_MINOR if minor else labels.WHAT_TITLE),
            (say(labels.WHAT_OF_MINOR) if minor else language.say_of(child, labels.WHAT),),
        ),
        Section(say(labels.REPLACED_TITLE), tuple(_treated(matter, settings, language, child))),
        *(() if minor else (_when(asks, settings, language, zone, child),)),
    )
    return Notice(
        language=language.code,
        title=title_words(language, child),
        asks=say(labels.ASKS, organization=asking(settings)),
        about=about_words(asks, matter.meeting, matter.series_title, language, zone),
        first=(*_guardian_words(child, language), first_words(asks, language, child)),
        sections=sections,
        receiving=tuple(
            _receiving(name, settings, shown, matter, language, child) for name, shown in matter.terms.items()
        ),
        hint=say(labels.CHOICE_HINT),
        rights=Section(say(labels.RIGHTS_TITLE), tuple(rights(settings, asking(settings), matter.offers, language))),
        privacy_notice=None if settings.consent_pages is None else settings.consent_pages.privacy_notice,
    )


def _when(asks: Asks, settings: Settings, language: Language, zone: tzinfo, child: str | None) -> Section:
    """How long a yes counts that is given on the page, and a no."""
    say = language.say
    return Section(
        say(labels.WHEN_TITLE),
        (
            say(labels.UNTIL, date=language.date(asks.expires, zone)),
            language.say_of(child, labels.EARLIER_TOO if asks.covers_earlier else labels.ONLY_LATER),
            say(labels.TAKE_BACK),
            say(labels.NO_HAS_NO_END, organization=asking(settings)),
        ),
    )


def title_words(language: Language, child: str | None) -> str:
    """The question, of whoever is asked or of their child."""
    return language.say(labels.TITLE) if child is None else language.say(labels.TITLE_OF_CHILD, name=child)


def _guardian_words(child: str | None, language: Language) -> Iterator[str]:
    """Whose words are meant, where a parent or guardian reads the page."""
    if child is not None:
        yield language.say(labels.GUARDIAN_MEANS, name=child)


def _own_no(child: str | None, language: Language) -> Iterator[str]:
    """That a minor's own no counts, whatever a parent or guardian says."""
    if child is not None:
        yield language.say(labels.GUARDIAN_OWN_NO, name=child)


def first_words(asks: Asks, language: Language, child: str | None) -> str:
    """What page and mail say first: that a no keeps nobody out."""
    return language.say_of(child, labels.FIRST if asks.scope is Scope.MEETING else labels.FIRST_OF_MANY)


def asking(settings: Settings) -> str:
    """Who asks, by the name that people know."""
    return controller(settings)["name"] or settings.organization


def _treated(matter: Matter, settings: Settings, language: Language, child: str | None) -> Iterator[str]:
    """What is taken out of words before they leave, and what is not, by the policy of all routes that serve them."""
    groups = replaced(settings, matter.offers)
    if groups is None:
        yield language.say_of(child, labels.REPLACED_SOUND)
        return
    told = [labels.REPLACED_KINDS[each] for each in groups]
    none = language.say_of(child, labels.REPLACED_NOTHING)
    yield of_kinds(labels.REPLACED, told, language, child) if told else none
    kept = special_kept(settings, matter.offers)
    for message, kinds in (
        (labels.SPECIAL_KEPT, [words for kind, words in labels.SPECIAL_KINDS.items() if kind in kept]),
        (labels.SPECIAL_OUT, [words for kind, words in labels.SPECIAL_KINDS.items() if kind not in kept]),
    ):
        if kinds:
            yield of_kinds(message, kinds, language, child)


def of_kinds(message: str, kinds: Sequence[str], language: Language, child: str | None) -> str:
    """A sentence about kinds of what was said, by the reader or by the minor for whom they answer."""
    listed = language.listed(kinds)
    return (
        language.say(message).format(kinds=listed) if child is None else language.say_of(child, message, kinds=listed)
    )


def purpose_words(purpose: str, settings: Settings, language: Language) -> tuple[str, str]:
    """Return a purpose's title and explanation: as configured, else the product's own, else its name."""
    title, explanation = map(language.say, labels.PURPOSES.get(purpose, (purpose, purpose)))
    words = settings.purposes.get(purpose)
    if words is None:
        return title, explanation
    return words.title_in(language.code) or title, words.description_in(language.code) or explanation


def about_words(asks: Asks, meeting: Meeting | None, series_title: str | None, language: Language, zone: tzinfo) -> str:
    """What is asked about, in words: a meeting of a time, or all meetings of a series."""
    return scope_words(asks.scope, asks.scope_id, meeting, series_title, language, zone)


def scope_words(  # noqa: PLR0917 - a scope and what people call it
    scope: Scope, scope_id: str, meeting: Meeting | None, series_title: str | None, language: Language, zone: tzinfo
) -> str:
    """What a scope is, in words. `meeting` is the one of a scope that is a meeting."""
    if scope is Scope.ORG:
        return language.say(labels.ABOUT_ORGANIZATION)
    if scope is Scope.SERIES or meeting is None:
        return language.say(labels.ABOUT_SERIES, series=series_title or scope_id)
    title = meeting.shown_title or meeting.id
    return language.say(labels.ABOUT_MEETING, meeting=title, date=language.date(meeting.started_at, zone))


def _receiving(  # noqa: PLR0917 - what one recipient is told by
    name: str, settings: Settings, shown: ShownTerms, matter: Matter, language: Language, child: str | None
) -> RecipientNotice:
    say = language.say
    recipient, called = settings.recipients[name], settings.called(name)
    remarks = [say(labels.TERMS_SINCE_INVITED)] if shown.changed_since_invited else []
    if shown.text is None:
        remarks.append(say(labels.TERMS_ABSENT))
    numbers = {offer: number for number, offer in enumerate(matter.asks.offers)}
    return RecipientNotice(
        name=name,
        called=called,
        title=say(labels.RECIPIENT_TITLE, recipient=called),
        facts=recipient_facts(recipient, asking(settings), language, shown.reading),
        terms=say(labels.TERMS_VERSION, version=shown.version),
        terms_remarks=tuple(remarks),
        changed=_changed(shown, language),
        legend=say(labels.CHOICE_LEGEND, recipient=called)
        if child is None
        else say(labels.CHOICE_LEGEND_OF_CHILD).format(recipient=called, name=child),
        choices=tuple(
            Choosable(numbers[offer], *purpose_words(offer.purpose, settings, language))
            for offer in matter.offers
            if offer.recipient == name
        ),
    )


def recipient_facts(
    recipient: Recipient, organization: str, language: Language, reading: Reading | None = None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What people are told of a recipient, by name. `reading` are clauses of its terms, which may speak against it."""
    told = ((labels.ADDRESS, recipient.address), (labels.COUNTRY, recipient.country_in(language.code)))
    return (
        *((language.say(label), (fact,)) for label, fact in told if fact is not None),
        *_stated(recipient, reading, organization, language),
        *_safeguards(recipient, language),
    )


def _stated(
    recipient: Recipient, reading: Reading | None, organization: str, language: Language
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the organization states of a recipient, each with the sentence of its terms that speaks against it.

    What nobody states is not known, and never told as if the terms had it.
    """
    say = language.say
    against = {} if reading is None else spoken_against(recipient.may_train, reading)
    region = recipient.region
    stated = {
        "region": (labels.REGION, say(labels.NOT_KNOWN) if region is None else _region(region, language)),
        "retention_days": (labels.RETENTION, _retention(recipient.retention_days, organization, language)),
        "may_train": (labels.TRAINING, _training(recipient.may_train, organization, language)),
    }
    for setting, (label, fact) in stated.items():
        flag = against.get(setting)
        doubt = () if flag is None else (say(labels.DOUBT, sentence=cut(flag.sentence.text)),)
        yield say(label), (fact, *doubt)


def _safeguards(recipient: Recipient, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What protects data outside the EU: as stated, and as not known where it is kept elsewhere and nobody says."""
    stated, region = written_in(recipient.safeguards, language.code), recipient.region
    if stated is not None or (region is not None and not region.lower().startswith(_EUROPEAN)):
        yield language.say(labels.SAFEGUARDS), (stated or language.say(labels.NOT_KNOWN),)


_EUROPEAN = ("eu", "eea")
"""How the names of regions in the European Economic Area begin (GDPR Chapter V is about all others)."""


def _region(region: str, language: Language) -> str:
    known = labels.REGIONS.get(region.lower())
    if known is not None:
        return language.say(known)
    return region.upper() if len(region) <= 3 else region


def _retention(days: int | None, organization: str, language: Language) -> str:
    if days is None:
        return language.say(labels.NOT_KNOWN)
    if days == 0:
        return language.say(labels.NOT_KEPT, organization=organization)
    return language.say(labels.KEPT_UP_TO, days=language.days(days), organization=organization)


def _training(may_train: bool | None, organization: str, language: Language) -> str:
    if may_train is None:
        return language.say(labels.NOT_KNOWN)
    return language.say(labels.TRAINING_YES if may_train else labels.TRAINING_NO, organization=organization)


def _changed(shown: ShownTerms, language: Language) -> TermsChanges | None:
    found = shown.changes
    if found is None:
        return None
    say = language.say
    lists = ((say(labels.CHANGED_NEW), found.new), (say(labels.CHANGED_GONE), found.gone))
    remark = say(labels.CHANGED_MORE) if found.more else None
    if not found.new and not found.gone:
        remark = say(labels.CHANGED_NOTHING)
    filled = tuple((title, sentences) for title, sentences in lists if sentences)
    return TermsChanges(say(labels.CHANGED_TITLE, version=found.since), filled, remark)


def _lines(notice_: Notice) -> Iterator[str]:
    yield from (notice_.title, notice_.asks, notice_.about, *notice_.first)
    for each in notice_.receiving:
        yield each.title
        for name, (fact, *doubts) in each.facts:
            yield from (f"{name}: {fact}", *doubts)
        yield each.terms
        yield from each.terms_remarks
        if each.changed is not None:
            yield each.changed.title
            for title, sentences in each.changed.lists:
                yield from (title, *sentences)
            yield from (each.changed.remark,) if each.changed.remark else ()
        yield each.legend
        for choice in each.choices:
            yield from (choice.title, choice.explanation)
    yield notice_.hint
    for section in (*notice_.sections, notice_.rights):
        yield section.title
        yield from section.paragraphs
    if notice_.privacy_notice is not None:
        yield notice_.privacy_notice
