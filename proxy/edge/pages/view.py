"""Renders pages as HTML: templates that escape every value, and one style sheet inside each page.

There is no script, image, font or cookie, and nothing is loaded from elsewhere. The content security policy enforces
this in the browser.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proxy.consent.offers import OfferState, OfferStatus
from proxy.edge.pages import labels
from proxy.edge.pages.notice import Notice
from proxy.edge.pages.reading import Subject
from proxy.edge.pages.translation import Language

_STATES = {
    OfferState.NOTHING: labels.STATE_NOTHING,
    OfferState.YES: labels.STATE_YES,
    OfferState.NO: labels.STATE_NO,
    OfferState.WITHDRAWN: labels.STATE_WITHDRAWN,
    OfferState.OLDER_TERMS: labels.STATE_OLDER,
    OfferState.ENDED: labels.STATE_ENDED,
    OfferState.NOT_COUNTED: labels.STATE_NOT_COUNTED,
}


class Pages:
    """Renders the HTML of all pages."""

    def __init__(self, languages: Mapping[str, Language], contact: str | None, zone: tzinfo) -> None:
        style = resources.files("proxy.edge.pages").joinpath("templates/page.css").read_text("utf-8").strip()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        self._languages, self._contact, self._zone = languages, contact, zone
        self._environment = Environment(
            loader=PackageLoader("proxy.edge.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # The style sheet is our own and contains no "<". If escaped, it would no longer match its hash.
        self._environment.globals["style"] = Markup(style)  # noqa: S704

    def asking(
        self,
        subject: Subject,
        notice: Notice,
        language: Language,
        *,
        link: str,
        form: str,
        boxes: Collection[int],
        problem: str | None = None,
        saved: bool = False,
    ) -> str:
        """Render the page of a link. `link` is its relative path; `form` is the signed text of the hidden field."""
        return self._render(
            "asking.html",
            language,
            link=link,
            form=form,
            problem=problem and language.say(labels.PROBLEMS[problem]),
            saved=saved,
            name=subject.person.name,
            notice=notice,
            states={
                subject.invitation.offers.index(each.offer): self._state(each, language) for each in subject.presents
            },
            may_say_yes=not subject.person.minor,
            boxes=boxes,
            granted=self._granted(subject, notice, language),
            has_records=any(each.since for each in subject.presents),
            texts={name for name, shown in subject.terms.items() if shown.text is not None},
        )

    def problem(self, reason: str, language: Language) -> str:
        """Render a page that says why there is no other."""
        return self._render("problem.html", language, problem=language.say(labels.PROBLEMS[reason]), link="")

    def terms(  # noqa: PLR0917 - the facts of one page
        self, name: str, called: str, version: str, text: str, language: Language, back: str
    ) -> str:
        """Render the text of a recipient's terms as on file. `back` is the path to the page that links here."""
        return self._render("terms.html", language, recipient=called, version=version, text=text, link=name, back=back)

    def _render(self, template: str, language: Language, **facts: Any) -> str:
        return self._environment.get_template(template).render(
            language=language,
            languages=self._languages,
            contact=self._contact,
            say=language.say,
            labels=labels,
            **facts,
        )

    def _state(self, each: OfferStatus, language: Language) -> str:
        message = _STATES[each.state]
        if each.since is None:
            return language.say(labels.STATE_NOT_COUNTED if "{date}" in message else message)
        if "{date}" not in message:
            return language.say(message)
        return language.say(message, date=language.date(each.since, self._zone))

    def _granted(self, subject: Subject, notice: Notice, language: Language) -> Sequence[dict[str, Any]]:
        """Return what can be withdrawn: position, words and state of each grant."""
        titles = {choice.number: choice.title for each in notice.receiving for choice in each.choices}
        called = {each.name: each.called for each in notice.receiving}
        found = []
        for each in subject.granted:
            number = subject.invitation.offers.index(each.offer)
            words = language.say(labels.OFFER_TO, purpose=titles[number], recipient=called[each.offer.recipient])
            found.append({"number": number, "words": words, "state": self._state(each, language)})
        return found
