"""The page of a room's link: what everybody in a meeting is asked, and a field for whoever wants a link of their own.

The page is the same for everybody. What comes of an address that is typed depends neither on the roster nor on what is
on file: it is put on file as it is, and looked up by the command that sends links.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from urllib.parse import parse_qs

from proxy.consent.invitations import BadForm, SealBroken, seal, unseal
from proxy.consent.rooms import RoomLink, code_of
from proxy.edge import telemetry
from proxy.edge.pages import labels
from proxy.edge.pages.notice import Notice, notice
from proxy.edge.pages.reading import Matter, matter
from proxy.edge.pages.translation import Language
from proxy.edge.pages.view import Pages
from proxy.edge.pages.visit import ALL_FACTOR, BadLinks, RefusedVisit, fields_of, the_one
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.meetings.directory import LONGEST_EMAIL, email_of
from proxy.meetings.display_names import names_somebody
from proxy.model import Meeting
from proxy.redaction.roster.titles import may_name_somebody
from proxy.settings import ConsentPages, Settings

PATH = re.compile(r"/r/([^/]+)(?:/terms/([A-Za-z0-9._-]+))?")
TAKEN_FOR = timedelta(minutes=10)
"""How long the address to which a sent form redirects says that it was taken."""

log = telemetry.logger()


@dataclass(frozen=True, slots=True)
class RoomVisit:
    """One request to the link of a room; `name` is that of a recipient whose terms are asked for."""

    code: str
    name: str | None
    query: str
    language: Language
    came_from: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A form that was taken: the path that says so, below ``/r/``."""

    location: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A form that was not taken: the page that says what to correct."""

    html: str
    status: int


class RoomPages:
    """Serves the pages of rooms' links of one proxy."""

    def __init__(  # noqa: PLR0917 - the parts of one proxy's pages
        self,
        settings: Settings,
        pages: ConsentPages,
        store: Store,
        html: Pages,
        secret: str,
        zone: tzinfo,
        texts: Mapping[str, str],
        bad: BadLinks,
        now: Callable[[], datetime],
    ) -> None:
        self._settings, self._store, self._html = settings, store, html
        self._secret, self._zone, self._texts, self._bad, self._now = secret, zone, texts, bad, now
        # A room full of people follows one link at once.
        self._visits = Rate(ALL_FACTOR * pages.requests_per_minute)
        self._forms, self._senders = Rate(pages.requests_per_minute), Rate(pages.requests_per_minute)

    async def show(self, visit: RoomVisit) -> str:
        """Return the page of a link, or the text of terms. Raises `RefusedVisit`."""
        link, about = await self._asked(visit)
        if visit.name is None:
            return self._page(link, about, visit)
        shown = about.terms.get(visit.name)
        if shown is None or shown.text is None:
            raise RefusedVisit("page_not_found", 404)
        called, back = self._settings.called(visit.name), f"../../{link.code}"
        return self._html.terms(visit.name, called, shown.version, shown.text, visit.language, back)

    async def take(self, visit: RoomVisit, body: bytes) -> Taken | NotTaken:
        """Put a typed address on file. Raises `RefusedVisit`."""
        link, about = await self._asked(visit)
        clock = time.monotonic()
        if not self._forms.allows(link.code, clock) or not self._senders.allows(visit.came_from, clock):
            raise RefusedVisit("too_many_requests", 429)
        address = _address(body)
        if address is None:
            return NotTaken(self._page(link, about, visit, problem="address_invalid"), 400)
        if not await self._store.rooms.ask(link.code, address, self._now()):
            log.warning("page_refused", reason="room_requests_full", status=409)
            return NotTaken(self._page(link, about, visit, problem="room_requests_full"), 409)
        log.info("link_requested")
        done = seal(self._secret, "requested", f"{link.code} {int(self._now().timestamp())}".encode())
        return Taken(f"{link.code}?lang={visit.language.code}&taken={done}")

    async def _asked(self, visit: RoomVisit) -> tuple[RoomLink, Matter]:
        """Return an open link and what it asks. One that is unknown, has ended or was revoked is answered alike."""
        # Before the code is looked up: else a right guess among too many would still be told from a wrong one.
        if self._bad.used_up(visit.came_from):
            raise RefusedVisit("too_many_requests", 429)
        code = code_of(visit.code)
        link = None if code is None else await self._store.rooms.by_code(code)
        if link is None or not link.is_open(self._now()):
            await self._bad.came("room_link_unknown", visit.came_from)
            raise RefusedVisit("room_link_unknown", 404)
        if not self._visits.allows(link.code, time.monotonic()):
            log.warning("page_refused", reason="too_many_requests", status=429)
            raise RefusedVisit("too_many_requests", 429)
        about = await matter(link, self._settings, self._store, self._texts)
        if about is None:
            raise RefusedVisit("link_without_subject", 410)
        return link, about

    def _page(self, link: RoomLink, about: Matter, visit: RoomVisit, *, problem: str | None = None) -> str:
        return self._html.room(
            link.code,
            about,
            self._notice(about, visit.language),
            visit.language,
            problem=problem,
            taken=problem is None and self._was_taken(link, visit.query),
        )

    def _notice(self, about: Matter, language: Language) -> Notice:
        """The notice as everybody in the room may read it: the meeting is not called by what names somebody."""
        shown = notice(about, self._settings, language, self._zone)
        meeting = about.meeting
        if meeting is None or not _names(meeting):
            return shown
        date = language.date(meeting.started_at, self._zone)
        return replace(shown, about=language.say(labels.ABOUT_MEETING_ALONE, date=date))

    def _was_taken(self, link: RoomLink, query: str) -> bool:
        try:
            body = unseal(self._secret, "requested", parse_qs(query, max_num_fields=16).get("taken", [""])[0])
            code, at = body.decode().rsplit(" ", 1)
            return code == link.code and self._now().timestamp() - int(at) < TAKEN_FOR.total_seconds()
        except (SealBroken, ValueError):
            return False


def _names(meeting: Meeting) -> bool:
    """Whether what a meeting is called may name somebody on its roster, also by an id or an address."""
    called = meeting.shown_title or meeting.id
    return names_somebody(called, meeting.roster.participants) or may_name_somebody(called, meeting.roster)


def _address(body: bytes) -> str | None:
    """The address in a form, in lower case; None for what is none."""
    try:
        fields = fields_of(body)
        written = the_one(fields, "email")
    except BadForm:
        return None
    return email_of(written) if len(fields) == 1 and len(written) <= LONGEST_EMAIL else None
