"""Renders pages as HTML: templates that escape every value, and one style sheet inside each page.

There is no script, font or cookie, and no image but the organization's own logo; nothing is loaded from elsewhere. The
content security policy enforces this in the browser.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proxy.consent.invitations import Offer
from proxy.consent.no_ends import NoEnds
from proxy.consent.offers import Button, OfferState, OfferStatus
from proxy.consent.rooms import KEPT_DAYS
from proxy.desk.invitations import OnRecord
from proxy.edge.pages import labels
from proxy.edge.pages.logo import Logo
from proxy.edge.pages.notice import Notice, asking, of_kinds
from proxy.edge.pages.on_file import missing_words, no_words, offer_words, record_facts, yes_words
from proxy.edge.pages.past import Left
from proxy.edge.pages.reading import Matter, Subject
from proxy.edge.pages.translation import Language
from proxy.meetings.directory import LONGEST_EMAIL
from proxy.settings import ConsentPages, Settings

_STATES = {
    OfferState.NOTHING: labels.STATE_NOTHING,
    OfferState.NO: labels.STATE_NO,
    OfferState.WITHDRAWN: labels.STATE_WITHDRAWN,
    OfferState.OLDER_TERMS: labels.STATE_OLDER,
    OfferState.ENDED: labels.STATE_ENDED,
    OfferState.NOT_COUNTED: labels.STATE_NOT_COUNTED,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, in the words of a language: a link, or plain text if `link` is None, between two pieces of text."""

    before: str
    shown: str
    after: str
    link: str | None


class Pages:
    """Renders the HTML of all pages."""

    def __init__(
        self,
        languages: Mapping[str, Language],
        settings: Settings,
        pages: ConsentPages,
        zone: tzinfo,
        logo: Logo | None,
    ) -> None:
        style = resources.files("proxy.edge.pages").joinpath("templates/page.css").read_text("utf-8").strip()
        style += _colors(pages)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        images = "" if logo is None else "img-src 'self'; "
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; {images}form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        self._languages, self._pages, self._zone, self._logo = languages, pages, zone, logo
        self._settings, self._organization = settings, asking(settings)
        self._environment = Environment(
            loader=PackageLoader("proxy.edge.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # The style sheet is our own, with checked colours, and has no "<". Escaped, it would not match its hash.
        self._environment.globals["style"] = Markup(style)  # noqa: S704

    def asking(
        self,
        subject: Subject,
        notice: Notice,
        language: Language,
        *,
        root: str,
        link: str,
        form: str,
        boxes: Collection[int],
        standing: str | None = None,
        left: Sequence[Left] | None = None,
        tells_left: bool = False,
        problem: str | None = None,
        saved: bool = False,
    ) -> str:
        """Render the page of a link. `link` is its relative path; `form` is the signed text of the hidden field.

        `root` is the relative path to the root of the pages. `left` is what has left, if the page `tells_left`; None
        where that cannot be told. `standing` is the relative path to the page of the standing choice, if there is one.
        """
        return self._render(
            "asking.html",
            language,
            root=root,
            link=link,
            form=form,
            problem=problem and language.say(labels.PROBLEMS[problem]),
            saved=language.say(_saved(subject)) if saved else None,
            details=language.say_of(subject.child, labels.DETAILS),
            on_file_none=language.say_of(subject.child, labels.ON_FILE_NONE),
            left_nothing=language.say_of(subject.child, labels.LEFT_NOTHING),
            shown_for=self._shown_for(subject, language),
            notice=notice,
            states={
                subject.invitation.offers.index(each.offer): self._state(each, subject, language)
                for each in subject.presents
            },
            may_say_yes=subject.guardian is not None or not subject.person.minor,
            boxes=boxes,
            granted=self._granted(subject, language),
            on_file_title=language.say(labels.ON_FILE_TITLE)
            if subject.guardian is None
            else language.say(labels.ON_FILE_TITLE_OF_CHILD).format(name=subject.person.name),
            takes_back_wider=any(each.wider_than(subject.invitation.scope) for each in subject.granted),
            standing=standing,
            tells_left=tells_left,
            left=None if left is None else self._left(left, language),
            left_kept=_kept(left or (), subject, language),
            has_records=any(each.since for each in subject.presents),
            texts={name for name, shown in subject.terms.items() if shown.text is not None},
        )

    def room(
        self, code: str, about: Matter, notice: Notice, language: Language, *, problem: str | None, taken: bool
    ) -> str:
        """Render the page of a room's link. `taken` says that what was typed is on file."""
        return self._render(
            "room.html",
            language,
            root="../",
            link=code,
            notice=notice,
            problem=problem and language.say(labels.PROBLEMS[problem]),
            taken=taken,
            longest=LONGEST_EMAIL,
            kept=language.say(labels.ROOM_KEPT).format(days=language.days(KEPT_DAYS)),
            texts={name for name, shown in about.terms.items() if shown.text is not None},
        )

    def problem(self, reason: str, language: Language, root: str) -> str:
        """Render a page that says why there is no other. `root` is the relative path to the root of the pages."""
        told = language.say(labels.PROBLEMS[reason])
        return self._render("problem.html", language, problem=told, link="", root=root)

    def terms(  # noqa: PLR0917 - the facts of one page
        self, name: str, called: str, version: str, text: str, language: Language, back: str
    ) -> str:
        """Render the text of a recipient's terms as on file. `back` is the path to the page that links here."""
        return self._render(
            "terms.html",
            language,
            recipient=called,
            version=version,
            text=text,
            link=name,
            back=back,
            root="../../../",
        )

    def receipt(
        self, subject: Subject, kept: Sequence[OnRecord], language: Language, *, back: str, standing: str | None
    ) -> str:
        """Render what was answered for a person, to read and print: what whoever has the link answered, then the rest.

        `back` is the path to the page that links here.
        """
        told = [
            {
                "offer": offer_words(Offer(each.record.purpose, each.record.recipient), self._settings, language),
                "facts": tuple(record_facts(each, subject, self._settings, language, self._zone)),
                "own": subject.guardian is None or each.record.actor == subject.guardian.id,
            }
            for each in kept
        ]
        others = [each for each in told if not each["own"]]
        return self._render(
            "receipt.html",
            language,
            name=subject.person.name,
            records=[each for each in told if each["own"]],
            others=others,
            others_title=language.say(labels.RECEIPT_OF_OTHERS, name=subject.person.name) if others else None,
            link="receipt",
            back=back,
            standing=None if standing is None else f"../{standing}",
            root="../../",
        )

    def _render(self, template: str, language: Language, **facts: Any) -> str:
        return self._environment.get_template(template).render(
            language=language,
            languages=self._languages,
            contact=self._contact(language),
            organization=self._organization,
            logo=self._logo,
            say=language.say,
            labels=labels,
            **facts,
        )

    def _contact(self, language: Language) -> Contact | None:
        written = self._pages.contact
        if written is None:
            return None
        shown = written.removeprefix("mailto:")
        before, _, after = language.say(labels.CONTACT, contact=shown).partition(shown)
        return Contact(before, shown, after, self._pages.contact_link)

    def _shown_for(self, subject: Subject, language: Language) -> str:
        name = subject.person.name
        if subject.guardian is None:
            return language.say(labels.FOR_PERSON, name=name)
        return language.say(labels.FOR_GUARDIAN).format(guardian=subject.guardian.name, name=name)

    def _state(self, each: OfferStatus, subject: Subject, language: Language) -> str:
        missing = missing_words(each, subject, language)
        if each.given:
            return " ".join([*(yes_words(one, subject, language, self._zone) for one in each.yeses), *missing])
        return " ".join([self._no_yes(each, subject, language), *missing])

    def _no_yes(self, each: OfferStatus, subject: Subject, language: Language) -> str:
        message = _STATES[each.state]
        if each.since is None:
            return language.say(labels.STATE_NOT_COUNTED if "{date}" in message else message)
        told = language.say(message, date=language.date(each.since, self._zone)) if "{date}" in message else None
        if each.ends is not None:
            ends = no_words(each.ends, subject, self._settings, language, of_forgotten=each.of_forgotten)
            vain = subject.may_say_yes and each.ends is not NoEnds.BY_READER
            return f"{told} {ends} {language.say(labels.NO_AGAINST)}" if vain else f"{told} {ends}"
        return told or language.say(message)

    def _granted(self, subject: Subject, language: Language) -> Sequence[dict[str, Any]]:
        """Return what can be withdrawn: words and yeses of each offer, and the buttons, each with its label."""
        found = []
        for each in subject.granted:
            words = offer_words(each.offer, self._settings, language)
            yeses = [yes_words(one, subject, language, self._zone) for one in each.yeses]
            yeses += missing_words(each, subject, language)
            found.append({"words": words, "yeses": yeses, "buttons": _withdrawals(each, words, subject, language)})
        return found

    def _left(self, left: Sequence[Left], language: Language) -> Sequence[str]:
        """Return how often what was asked about has left, and when last, a line for each offer."""
        return [
            language.say(labels.LEFT).format(
                offer=offer_words(each.offer, self._settings, language),
                times=language.times(each.times),
                date=language.date(each.last, self._zone),
            )
            for each in left
        ]


def _kept(left: Sequence[Left], subject: Subject, language: Language) -> str | None:
    """Return which special categories were found in what has left, and were sent as they were said; None: none."""
    found = {kind for each in left for kind in each.kept}
    kinds = [words for kind, words in labels.SPECIAL_KINDS.items() if kind in found]
    return of_kinds(labels.LEFT_KEPT, kinds, language, subject.child) if kinds else None


def _in_vain(subject: Subject) -> bool:
    """Whether the last that a guardian said to something is a yes against which a no stands that is not theirs."""
    return subject.guardian is not None and any(
        each.takes_back and each.ends not in (None, NoEnds.BY_READER) for each in subject.presents
    )


def _saved(subject: Subject) -> str:
    """What is said once a choice was saved."""
    if _in_vain(subject):
        return labels.SAVED_NOT_COUNTED
    waits = any(each.state is OfferState.AWAITS_GUARDIAN for each in subject.presents)
    return labels.SAVED_AWAITS_GUARDIAN if waits else labels.SAVED


def _withdrawals(each: OfferStatus, words: str, subject: Subject, language: Language) -> Sequence[tuple[str, str, str]]:
    """Return the buttons that take back yeses of an offer: value, label, and the label that names the offer."""
    say, number = language.say, subject.invitation.offers.index(each.offer)
    wider = each.wider_than(subject.invitation.scope)
    labelled = []
    if each.given:
        label = labels.WITHDRAW_HERE[subject.invitation.scope] if wider else labels.WITHDRAW
        labelled.append((Button.WITHDRAW, say(label)))
    if wider:
        labelled.append((Button.WITHDRAW_WIDE, say(labels.WITHDRAW_WIDE[wider[-1].scope])))
    return [
        (f"{button.value} {number}", label, say(labels.WITHDRAW_WHAT).format(button=label, offer=words))
        for button, label in labelled
    ]


def _colors(pages: ConsentPages) -> str:
    """Return the organization's colours as style, behind that of the page."""
    light, dark = pages.colors.accent, pages.colors.accent_dark
    style = "" if light is None else f"\n:root {{ --link: {light}; --focus: {light}; }}"
    # On a dark page, the light one would be hard to see.
    if light is not None or dark is not None:
        link = "#8cc0ff" if dark is None else dark
        focus = "#ffd75e" if dark is None else dark
        style += f"\n@media (prefers-color-scheme: dark) {{ :root {{ --link: {link}; --focus: {focus}; }} }}"
    return style
