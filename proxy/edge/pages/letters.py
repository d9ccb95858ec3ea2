"""What is written to people when they are asked by mail: their link, in plain words or by the organization's template.

A mail holds the link of its person and nothing of other people. The meeting may be attached for a calendar; the link is
not in it, since calendars are often shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

import icalendar

from proxy.consent.offers import OfferState, OfferStatus
from proxy.consent.records import Scope
from proxy.edge.pages import labels
from proxy.edge.pages.notice import about_words, asking, first_words, title_words
from proxy.edge.pages.on_file import yeses_in_words
from proxy.edge.pages.reading import Subject
from proxy.edge.pages.translation import Language
from proxy.meetings.calendar import is_of_calendar
from proxy.model import Meeting
from proxy.settings import Mail, Settings

_PLACE = re.compile(r"\{([a-z_]*)\}")
PLACES = ("name", "organization", "about", "on_file", "link", "until", "contact")
MAX_TEMPLATE = 64 << 10


class BadTemplate(Exception):
    """A template that cannot be used: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Template:
    """The organization's own words, with places in braces."""

    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and body with `values` in their places."""
        subject, body = (_PLACE.sub(lambda place: values[place[1]], text) for text in (self.subject, self.body))
        return subject, body


def template_of(text: str) -> Template:
    """Return the template in a text: a line ``Subject: …``, an empty line, and the body. Raises `BadTemplate`."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    if not head.startswith("Subject: ") or "\n" in head or not head[9:].strip() or not body.strip():
        raise BadTemplate("it begins with a line 'Subject: …', an empty line, and then the text")
    unknown = sorted({place[1] for place in _PLACE.finditer(text)} - set(PLACES))
    if unknown:
        raise BadTemplate(f"it has places that are not known; known are: {', '.join(PLACES)}")
    if "{link}" not in body or "{link}" in head:
        raise BadTemplate("its text has the place {link}, and its subject has not")
    return Template(head[9:].strip(), body)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail is about: what its page would show, by which link, and whether it asks again."""

    subject: Subject
    link: str
    again: bool = False
    standing: str | None = None
    """The link to the page of the standing choice, if people are led there."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes the mails of one organization, in one language."""

    mail: Mail
    settings: Settings
    language: Language
    zone: tzinfo
    template: Template | None = None

    def write(self, letter: Letter, now: datetime, message_id: str) -> EmailMessage:
        """Return the mail for one person. Raises `ValueError` for an address that no mail can have."""
        made = EmailMessage(policy=SMTP)
        made["From"] = formataddr((words_alone(self.mail.sender_name or asking(self.settings)), self.mail.sender))
        addressee = letter.subject.addressee
        made["To"] = formataddr((words_alone(addressee.name), addressee.emails[0]))
        if [each.addr_spec for each in made["To"].addresses] != [addressee.emails[0]]:
            raise ValueError("an address that a mail would not go to, or not to it alone")
        if self.mail.reply_to is not None:
            made["Reply-To"] = self.mail.reply_to
        subject, body = self._words(letter)
        made["Subject"] = words_alone(subject)
        made["Date"] = format_datetime(now.astimezone(UTC))
        made["Message-ID"] = f"<{message_id}@{self.mail.sender.rpartition('@')[2]}>"
        # RFC 3834: so that no automatic reply comes back.
        made["Auto-Submitted"] = "auto-generated"
        # What any server takes, also one that knows no bytes above 127.
        made.set_content(body, cte="quoted-printable")
        # Only now: setting the content takes away all that is said about it.
        made["Content-Language"] = self.language.code
        meeting = letter.subject.matter.meeting
        # A meeting of a calendar is in that of its people already, under an id that is not known here.
        attached = meeting is not None and meeting.started_at > now and not is_of_calendar(meeting)
        if self.mail.calendar and meeting is not None and attached:
            content = self._calendar(letter, meeting, now)
            made.add_attachment(content, "text", "calendar", filename="meeting.ics", params={"method": "PUBLISH"})
        return made

    def _words(self, letter: Letter) -> tuple[str, str]:
        say, subject = self.language.say, letter.subject
        invitation, organization = subject.invitation, asking(self.settings)
        until = self.language.date(invitation.expires, self.zone)
        about = about_words(invitation, subject.matter.meeting, subject.matter.series_title, self.language, self.zone)
        contact, on_file = self._contact, self._on_file(subject)
        if self.template is not None:
            values = {"name": subject.addressee.name, "organization": organization, "about": about, "on_file": on_file}
            values |= {"link": letter.link, "until": until, "contact": contact or ""}
            return self.template.filled(values)
        paragraphs = [
            say(labels.MAIL_HELLO, name=subject.addressee.name),
            *([say(labels.MAIL_AGAIN)] if letter.again else []),
            *([] if subject.guardian is None else [say(labels.MAIL_GUARDIAN, name=subject.person.name)]),
            f"{say(labels.ASKS, organization=organization)} {about}. {self._question(subject)}",
            *(say(labels.MAIL_OLDER_TERMS, recipient=each) for each in self._changed(subject)),
            *([f"{say(labels.MAIL_ON_FILE)}\n\n{on_file}"] if on_file else []),
            first_words(invitation, self.language, subject.child),
            say(labels.MAIL_LINK) + f"\n\n{letter.link}",
            *([] if letter.standing is None else [f"{say(labels.MAIL_STANDING)}\n\n{letter.standing}"]),
            say(labels.MAIL_ALONE),
            self.language.say_of(
                subject.child, labels.MAIL_UNTIL_ON_FILE if on_file else labels.MAIL_UNTIL, date=until
            ),
            *([] if contact is None else [say(labels.MAIL_CONTACT, contact=contact.removeprefix("mailto:"))]),
        ]
        return self._subject(subject), "\n\n".join(paragraphs) + "\n"

    def _subject(self, subject: Subject) -> str:
        """The subject of the mail: the question, and about which meeting or series."""
        invitation, meeting = subject.invitation, subject.matter.meeting
        if invitation.scope is Scope.ORG:
            return self._question(subject)
        called = (meeting.shown_title if meeting else subject.matter.series_title) or invitation.scope_id
        return self.language.say(labels.MAIL_SUBJECT).format(question=self._question(subject), meeting=called)

    def _question(self, subject: Subject) -> str:
        return title_words(self.language, subject.child)

    @property
    def _contact(self) -> str | None:
        pages = self.settings.consent_pages
        return None if pages is None else pages.contact

    def _changed(self, subject: Subject) -> list[str]:
        """The recipients to whose older terms the person has said yes, as people call them."""
        older = (each.offer.recipient for each in subject.presents if each.state is OfferState.OLDER_TERMS)
        return [self.settings.called(each) for each in dict.fromkeys(older)]

    def _on_file(self, subject: Subject) -> str:
        """Each yes of the person that counts already, a line each; empty if there is none."""
        told = (each for status in subject.granted for each in self._yeses(status, subject))
        return "\n".join(f"- {each}" for each in told)

    def _yeses(self, status: OfferStatus, subject: Subject) -> Iterator[str]:
        return yeses_in_words(status, subject, self.settings, self.language, self.zone)

    def _calendar(self, letter: Letter, meeting: Meeting, now: datetime) -> bytes:
        """The meeting as a calendar has it (RFC 5545), without the link."""
        event = icalendar.Event()
        event.add("uid", f"{letter.subject.invitation.id}@{self.mail.sender.rpartition('@')[2]}")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", meeting.started_at.astimezone(UTC))
        if meeting.ended_at is not None:
            event.add("dtend", meeting.ended_at.astimezone(UTC))
        event.add("summary", meeting.shown_title or meeting.id)
        event.add("description", self.language.say(labels.MAIL_CALENDAR, organization=asking(self.settings)))
        event.add("class", "PRIVATE")
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//meeting-privacy-proxy//consent//EN")
        calendar.add("method", "PUBLISH")
        calendar.add_component(event)
        return bytes(calendar.to_ical())


def words_alone(text: str) -> str:
    """A text as a mail's head has it word for word: an encoded word in it (RFC 2047) could hold further lines."""
    return text.replace("=?", "= ?")
