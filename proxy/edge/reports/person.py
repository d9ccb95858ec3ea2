"""The report of a person as a page in their language (`desk.reports.plain`), and the mail that brings it to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from proxy.consent.invitations import Offer
from proxy.consent.records import ANY_RECIPIENT
from proxy.edge.pages import labels, report_words
from proxy.edge.pages.letters import words_alone
from proxy.edge.pages.notice import asking, purpose_words, recipient_facts
from proxy.edge.pages.rights import rights
from proxy.edge.pages.translation import Language, languages
from proxy.edge.reports.html import rendered
from proxy.settings import Mail, Settings


def person_page(
    report: Mapping[str, Any], settings: Settings, language: Language | None = None, zone: tzinfo = UTC
) -> str:
    """Return the report of one person as a page, in English unless a language is given.

    Recipients, purposes and rights are told as the notice of the consent pages tells them.
    """
    spoken = language or languages(["en"])["en"]
    say = spoken.say
    organization = asking(settings)

    def words(key: str, **values: object) -> str:
        return say(report_words.WORDS[key], **values)

    return rendered(
        "person.html",
        report=dict(report) | {"organization": organization},
        language=spoken,
        w=words,
        w_note=say(report["note"]),
        when=lambda at: words("not_known") if at is None else spoken.date(datetime.fromisoformat(at), zone),
        purpose=lambda name: purpose_words(name, settings, spoken)[0],
        known_as=lambda name: say(_called(name, report_words.CLASSES)),
        delivered=lambda name: say(_called(name, report_words.DELIVERED)),
        state=lambda name: say(_called(name, report_words.STATES)),
        whom=lambda name: say(_called(name, report_words.WHO)),
        titled=lambda each: say(report_words.TITLED, title=each["title"], id=each["scope_id"]),
        scoped=lambda scope, called: say(report_words.SCOPES[scope]).format(called=called),
        offer=lambda each: _offered(each, settings, spoken),
        method=lambda each: _method(each["method"], organization, spoken),
        basis=lambda name: say(_called(name, report_words.BASES)),
        refusal=lambda code: say(_called(code, report_words.REFUSALS)),
        kinds=lambda counts: _counted(counts, report_words.KINDS, say) or words("none"),
        reasons=lambda counts: _counted(counts, report_words.REASONS, say) or words("none"),
        recipients=_recipients(report, settings, spoken),
        sources=[say(report_words.SOURCES[each]).format(organization=organization) for each in report["sources"]],
        rights_title=say(labels.RIGHTS_TITLE),
        rights=tuple(rights(settings, organization, _offers(report), spoken)),
        privacy_notice=say(labels.PRIVACY_NOTICE, organization=organization),
        not_covered=[say(each) for each in report["not_covered"]],
    )


def _offers(report: Mapping[str, Any]) -> tuple[Offer, ...]:
    """What was, or may be, sent of the person's words: each purpose with its recipient, by what left and by answers."""
    left = [
        (each["purpose"], each["recipient"]["name"])
        for each in (*report["exchanges"], *report["repeated"])
        if each["recipient"] and each["purpose"]
    ]
    allowed = [(each["purpose"], each["recipient"]) for each in report["consent_records"] if each["state"] == "granted"]
    return tuple(dict.fromkeys(Offer(*each) for each in (*left, *allowed)))


def _recipients(report: Mapping[str, Any], settings: Settings, language: Language) -> list[dict[str, Any]]:
    """Each recipient that is still configured, with what people are told of it."""
    named = dict.fromkeys(each.recipient for each in _offers(report))
    wanted = settings.recipients if ANY_RECIPIENT in named else named
    return [
        {
            "title": language.say(labels.RECIPIENT_TITLE, recipient=settings.called(name)),
            "facts": recipient_facts(settings.recipients[name], asking(settings), language),
        }
        for name in dict.fromkeys((*named, *wanted))
        if name in settings.recipients
    ]


def _offered(each: Mapping[str, Any], settings: Settings, language: Language) -> str:
    """A purpose and its recipient, by what people call them."""
    purpose = purpose_words(each["purpose"], settings, language)[0]
    if each["recipient"] == ANY_RECIPIENT:
        return language.say(report_words.WORDS["said_of_any"], purpose=purpose)
    return language.say(report_words.WORDS["said_of"], purpose=purpose, recipient=settings.called(each["recipient"]))


def _method(method: str, organization: str, language: Language) -> str:
    """How an answer was given, and that it was entered for whoever gave it, unless they answered by a way of ours."""
    how = language.say(_called(method, report_words.METHODS)).format(organization=organization)
    if method in report_words.OWN_WAYS or method == "admin_import":
        return how
    entered = language.say(report_words.ENTERED, organization=organization)
    return language.say(labels.AND).format(first=how, second=entered)


def _called(name: str, called: Mapping[str, str]) -> str:
    return called.get(name, name)


def _counted(counts: Mapping[str, int], called: Mapping[str, str], say: Callable[[str], str]) -> str:
    """Counts by what they are called, in the language; what has no words is shown by its code."""
    return ", ".join(f"{number} × {say(_called(name, called))}" for name, number in counts.items())


def mailed(  # noqa: PLR0917 - a mail and what it is made of
    page: str, address: str, name: str, settings: Settings, mail: Mail, language: Language, now: datetime, number: str
) -> EmailMessage:
    """Return the mail that brings a person their report. Raises `ValueError` for an address that no mail can have."""
    organization = asking(settings)
    contact = settings.consent_pages.contact if settings.consent_pages is not None else None
    made = EmailMessage(policy=SMTP)
    made["From"] = formataddr((words_alone(mail.sender_name or organization), mail.sender))
    made["To"] = formataddr((words_alone(name), address))
    if [each.addr_spec for each in made["To"].addresses] != [address]:
        raise ValueError("an address that a mail would not go to, or not to it alone")
    if mail.reply_to is not None:
        made["Reply-To"] = mail.reply_to
    made["Subject"] = words_alone(language.say(report_words.MAIL_SUBJECT, organization=organization))
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{number}@{mail.sender.rpartition('@')[2]}>"
    paragraphs = [
        language.say(labels.MAIL_HELLO, name=name),
        language.say(report_words.MAIL_ASKED, organization=organization),
        language.say(report_words.MAIL_OPEN),
        *([] if contact is None else [language.say(report_words.MAIL_RIGHTS, contact=contact.removeprefix("mailto:"))]),
    ]
    made.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    made.add_attachment(page, subtype="html", filename="report.html", cte="base64")
    # Only now: attaching moves what is said about the content to its part.
    made["Content-Language"] = language.code
    return made
