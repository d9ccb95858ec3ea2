"""The listener of the pages: serves links, accepts each form once, and refuses all else with a reason.

Viewing a page changes nothing, since mail scanners and previews follow links too. Only a form that a page handed out
changes anything: `answer` records once what the person chose in it. `receipts` is what people can keep: all that they
said through a link, and the notice in their language.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from aiohttp import web

from proxy.audit.acts import Operator, OperatorKind
from proxy.consent.invitations import (
    STANDING,
    BadForm,
    BadLink,
    Form,
    FormReason,
    Invitation,
    Offer,
    SealBroken,
    form_of,
    form_token,
    invitation_of,
    seal,
    token_of,
    unseal,
)
from proxy.consent.offers import Button, Choice, asked
from proxy.desk import invitations
from proxy.desk.invitations import Answer
from proxy.desk.ports import PastExchanges
from proxy.edge import telemetry
from proxy.edge.http.client_address import client_address
from proxy.edge.http.inbound import check_head, head_of, read_body
from proxy.edge.http.server import SERVICE, HttpService, require_strict_parser
from proxy.edge.pages import opening, past, room
from proxy.edge.pages.logo import Logo
from proxy.edge.pages.notice import Notice, notice
from proxy.edge.pages.reading import Subject, subject
from proxy.edge.pages.room import NotTaken, RoomPages, RoomVisit
from proxy.edge.pages.translation import Language, choose, languages
from proxy.edge.pages.view import Pages
from proxy.edge.pages.visit import BadLinks, RefusedVisit, fields_of, headers, the_one
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, Fault, OwnFault
from proxy.model import Inbound
from proxy.ports import ClientGone
from proxy.settings import ConsentPages, ConsentSettings, Limits, Settings


async def answer(
    body: bytes,
    *,
    secret: str,
    subject: Subject,
    notices: Sequence[Notice],
    policy: ConsentSettings,
    store: Store,
    now: datetime,
) -> None:
    """Record the choice in a form's body. Raises `BadForm`, or `ClientFault` if the policy accepts no such grant.

    `notices` are the notice in each offered language. To allow something, the form has to carry the digest of one of
    them. A refusal needs no notice, so a changed text never keeps anybody from refusing.
    """
    fields = fields_of(body)
    form = form_of(the_one(fields, "form"), secret, subject.invitation.id, now)
    choice = _choice(fields, form, subject)
    read = next((each for each in notices if each.digest == form.notice), None)
    if choice.button is Button.SAVE and choice.chosen and read is None:
        raise BadForm(FormReason.NOTICE_CHANGED)
    given = Answer(
        choice=choice,
        presents=subject.presents,
        versions={name: shown.version for name, shown in subject.terms.items()},
        nonce=form.nonce,
        notice_hash=form.notice,
        notice_language=read.language if read else None,
    )
    # Whoever has the link acts for themselves.
    own = store.acting(Operator(OperatorKind.PERSON, subject.addressee.id))
    await invitations.answer(own, subject.invitation, given, policy=policy, now=now, new_id=lambda: uuid.uuid4().hex)


def _choice(fields: Sequence[tuple[str, str]], form: Form, subject: Subject) -> Choice:
    """Return the pressed button and its options. Raises `BadForm` for anything that is not on the page."""
    pressed, _, number = the_one(fields, "button").partition(" ")
    allowed = {"form", "button", "yes"}
    if any(name not in allowed for name, _ in fields) or pressed not in set(Button):
        raise BadForm(FormReason.FORGED)
    button = Button(pressed)
    offers = subject.invitation.offers
    boxes = frozenset(_offer(str(box), offers) for box in form.boxes)
    ticked = frozenset(_offer(value, offers) for name, value in fields if name == "yes")
    if button in (Button.WITHDRAW, Button.WITHDRAW_WIDE):
        return Choice(button, frozenset({_offer(number, offers)}), boxes)
    if number or not ticked <= boxes:
        raise BadForm(FormReason.FORGED)
    return Choice(button, ticked if button is Button.SAVE else frozenset(), boxes)


def _offer(number: str, offers: Sequence[Offer]) -> Offer:
    if not (number.isascii() and number.isdigit() and len(number) <= 3 and int(number) < len(offers)):
        raise BadForm(FormReason.FORGED)
    return offers[int(number)]


async def receipts(about: Subject, shown: Notice, settings: Settings, store: Store) -> str:
    """Return as JSON the notice and the receipt of each record about these offers in this scope, oldest first.

    The notice is the current one. The receipt of a record holds the digest of the notice that was shown for it.
    """
    mine = await invitations.receipts(store, about.invitation, about.offers, settings)
    notice = {"language": shown.language, "digest": shown.digest, "text": shown.text}
    return json.dumps({"receipts": mine, "notice": notice}, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Visit:
    """One request to a link: what it points to, and the language of the answer."""

    inbound: Inbound
    token: str
    part: str
    name: str
    language: Language
    came_from: str

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's fields."""
        return parse_qs(self.inbound.query, max_num_fields=16)


FORM_BYTES = 16 << 10
SAVED_FOR = timedelta(minutes=10)
"""How long the address to which a saved form redirects says that it was saved."""

RETRY_SECONDS = "60"

_PATH = re.compile(r"/c/([^/]+)(?:/(terms)/([A-Za-z0-9._-]+)|/(receipt(?:\.json)?))?")
_STATUS = {"link_expired": 410, "link_without_subject": 410, "form_forged": 400, "form_of_other_link": 400}

log = telemetry.logger()


def build(in_force: Callable[[], PageService], limits: Limits) -> web.Application:
    """Build the application behind the listener of the pages. `limits` bound connections.

    Each request is served by what is `in_force` when it comes.
    """
    require_strict_parser()

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        return await in_force().serve(request)

    async def serve_malformed(fault: ClientFault, request: web.BaseRequest) -> web.StreamResponse:
        return await in_force().serve_malformed(fault, request)

    app = web.Application()
    app[SERVICE] = HttpService(serve, serve_malformed, limits.header_seconds, limits.connections)
    return app


class PageService:
    """Serves the pages of one proxy."""

    def __init__(
        self, settings: Settings, pages: ConsentPages, store: Store, ledger: PastExchanges, now: Callable[[], datetime]
    ) -> None:
        self._settings, self._pages, self._store, self._ledger, self._now = settings, pages, store, ledger, now
        self._limits = settings.limits.model_copy(update={"body_bytes": FORM_BYTES})
        self._secret, self._zone = opening.link_key(pages), opening.zone_of(pages)
        self._texts = opening.terms_files(settings)
        self._languages = languages(pages.languages)
        self._logo = opening.logo_of(pages)
        self._html = Pages(self._languages, settings, pages, self._zone, self._logo)
        self._links, self._bad = Rate(pages.requests_per_minute), BadLinks(store, pages.requests_per_minute, now)
        self._rooms = RoomPages(
            settings, pages, store, self._html, self._secret, self._zone, self._texts, self._bad, now
        )
        self._under_way = 0

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        inbound, _ = head_of(request)
        language = self._language(inbound)
        self._under_way += 1
        try:
            check_head(request, inbound)
            return await self._answer(request, inbound, language)
        except RefusedVisit as refused:
            return self._problem(refused.reason, refused.status, language, inbound.path)
        except ClientGone:
            raise ConnectionError from None
        except ClientFault as fault:
            log.info("page_refused", reason=fault.reason, status=fault.status)
            return self._problem("form_forged", fault.status, language, inbound.path, close=True)
        except Fault as fault:
            log.error("page_failed", reason=fault.reason, status=fault.status)
            return self._problem("page_unavailable", fault.status, language, inbound.path)
        finally:
            self._under_way -= 1

    async def serve_malformed(self, fault: ClientFault, _request: web.BaseRequest) -> web.StreamResponse:
        """Answer bytes that are not a request."""
        return self._problem("page_not_found", fault.status, next(iter(self._languages.values())), close=True)

    async def _answer(self, request: web.BaseRequest, inbound: Inbound, language: Language) -> web.StreamResponse:
        if inbound.path == "/logo" and self._logo is not None and inbound.method in ("GET", "HEAD"):
            return self._picture(self._logo)
        in_room = room.PATH.fullmatch(inbound.path)
        place = in_room or _PATH.fullmatch(inbound.path)
        if place is None:
            raise RefusedVisit("page_not_found", 404)
        if self._under_way > self._limits.concurrent_requests:
            raise RefusedVisit("too_many_requests", 503)
        if in_room is not None:
            return await self._in_room(request, inbound, language, in_room)
        return await self._at_link(request, inbound, language, place)

    async def _at_link(
        self, request: web.BaseRequest, inbound: Inbound, language: Language, place: re.Match[str]
    ) -> web.StreamResponse:
        """Answer a request to the link of a person."""
        part = place[2] or place[4] or ""
        if inbound.method not in ("GET", "HEAD") and not (inbound.method == "POST" and not part):
            raise RefusedVisit("page_not_found", 405)
        visit = Visit(
            inbound, place[1], part, place[3] or "", language, client_address(request, self._pages.front_proxies)
        )
        invitation = await self._invitation(visit)
        if inbound.method == "POST":
            body = await read_body(request, inbound, self._limits)
            # Once begun it completes: somebody who closes the page has still answered.
            return await asyncio.shield(self._take(visit, invitation, body))
        about = await self._subject(invitation)
        if inbound.method == "GET" and not part:
            await self._opened(invitation)
        if part == "terms":
            return self._terms(visit, about)
        if part == "receipt":
            return await self._receipt_page(visit, about)
        if part:
            return await self._receipt(visit, about)
        return await self._page(visit, about, saved=self._was_saved(visit, invitation))

    async def _in_room(
        self, request: web.BaseRequest, inbound: Inbound, language: Language, place: re.Match[str]
    ) -> web.StreamResponse:
        """Answer a request to the link of a room."""
        if inbound.method not in ("GET", "HEAD") and not (inbound.method == "POST" and place[2] is None):
            raise RefusedVisit("page_not_found", 405)
        came_from = client_address(request, self._pages.front_proxies)
        visit = RoomVisit(place[1], place[2], inbound.query, language, came_from)
        if inbound.method != "POST":
            return self._response(await self._rooms.show(visit), language)
        done = await self._rooms.take(visit, await read_body(request, inbound, self._limits))
        if isinstance(done, NotTaken):
            return self._response(done.html, language, done.status)
        response = self._response("", language, 303)
        response.headers["location"] = done.location
        return response

    async def _invitation(self, visit: Visit) -> Invitation:
        """Return the invitation of a link. An invalid link is recorded as an incident."""
        clock = time.monotonic()
        try:
            invitation = invitation_of(visit.token, self._secret, self._now())
        except BadLink as bad:
            await self._bad.came(bad.reason, visit.came_from, bad.invitation)
            raise RefusedVisit(bad.reason, _STATUS.get(bad.reason, 404)) from None
        if not self._links.allows(invitation.id, clock):
            log.warning("page_refused", reason="too_many_requests", status=429)
            raise RefusedVisit("too_many_requests", 429)
        return invitation

    async def _subject(self, invitation: Invitation) -> Subject:
        about = await subject(invitation, self._settings, self._store, self._texts, self._now())
        if about is None:
            raise RefusedVisit("link_without_subject", 410)
        return about

    async def _take(self, visit: Visit, invitation: Invitation, body: bytes) -> web.StreamResponse:
        about = await self._subject(invitation)
        notices = [self._notice(about, language) for language in self._languages.values()]
        try:
            await answer(
                body,
                secret=self._secret,
                subject=about,
                notices=notices,
                policy=self._settings.consent,
                store=self._store,
                now=self._now(),
            )
        except BadForm as bad:
            await self._bad.note(bad.reason, invitation.id)
            shown = FormReason.FORGED if bad.reason is FormReason.OTHER_LINK else bad.reason
            fresh = await self._subject(invitation)
            return await self._page(visit, fresh, problem=shown, status=_STATUS.get(bad.reason, 409))
        except ClientFault as fault:
            log.warning("page_refused", reason=fault.reason, status=fault.status)
            return await self._page(visit, about, problem="not_recordable", status=409)
        log.info("consent_answered")
        done = seal(self._secret, "saved", f"{invitation.id} {int(self._now().timestamp())}".encode())
        # After a redirect, reloading the page does not resend the form.
        response = self._response("", visit.language, 303)
        response.headers["location"] = f"{visit.token}?lang={visit.language.code}&saved={done}"
        return response

    async def _page(
        self, visit: Visit, about: Subject, *, problem: str | None = None, saved: bool = False, status: int = 200
    ) -> web.Response:
        shown = self._notice(about, visit.language)
        numbers = {offer: number for number, offer in enumerate(about.invitation.offers)}
        boxes = tuple(numbers[each.offer] for each in asked(about.presents)) if about.may_say_yes else ()
        form = Form(secrets.token_urlsafe(16), about.invitation.id, shown.digest, boxes, self._now())
        told = past.is_told(about)
        left = await past.left(about, self._store, self._ledger, self._settings.organization) if told else None
        html = self._html.asking(
            about,
            shown,
            visit.language,
            root="../",
            link=visit.token,
            standing=self._standing(about.invitation),
            left=left,
            tells_left=told,
            form=form_token(form, self._secret),
            boxes=boxes,
            problem=problem,
            saved=saved,
        )
        return self._response(html, visit.language, status)

    def _standing(self, invitation: Invitation) -> str | None:
        """Return the path to the page on which a person answers once for all meetings, if people are led there."""
        asks = invitations.standing(invitation, self._settings)
        return None if asks is None else token_of(asks, self._secret)

    def _terms(self, visit: Visit, about: Subject) -> web.Response:
        shown = about.terms.get(visit.name)
        if shown is None or shown.text is None:
            raise RefusedVisit("page_not_found", 404)
        back = f"../../{visit.token}"
        called = self._settings.called(visit.name)
        html = self._html.terms(visit.name, called, shown.version, shown.text, visit.language, back)
        return self._response(html, visit.language)

    async def _receipt_page(self, visit: Visit, about: Subject) -> web.Response:
        """The receipt as people read and print it."""
        kept = await invitations.on_record(self._store, about.invitation, about.offers, self._settings)
        standing = self._standing(about.invitation)
        html = self._html.receipt(about, kept, visit.language, back=f"../{visit.token}", standing=standing)
        return self._response(html, visit.language)

    async def _receipt(self, visit: Visit, about: Subject) -> web.Response:
        shown = self._notice(about, visit.language)
        response = self._response(await receipts(about, shown, self._settings, self._store), visit.language)
        response.content_type = "application/json"
        response.headers["content-disposition"] = 'attachment; filename="consent-receipt.json"'
        return response

    def _notice(self, about: Subject, language: Language) -> Notice:
        led_to = about.invitation.id.endswith(STANDING)
        minor = about.guardian is None and about.person.minor
        return notice(about.matter, self._settings, language, self._zone, led_to=led_to, child=about.child, minor=minor)

    def _was_saved(self, visit: Visit, invitation: Invitation) -> bool:
        try:
            body = unseal(self._secret, "saved", visit.query.get("saved", [""])[0])
            owner, at = body.decode().rsplit(" ", 1)
            return owner == invitation.id and self._now().timestamp() - int(at) < SAVED_FOR.total_seconds()
        except (SealBroken, ValueError):
            return False

    def _language(self, inbound: Inbound) -> Language:
        try:
            wanted = parse_qs(inbound.query, max_num_fields=16).get("lang", [None])[0]
        except ValueError:
            wanted = None
        return choose(self._languages, wanted, inbound.header("accept-language"))

    async def _opened(self, invitation: Invitation) -> None:
        """Note that a page was shown. Whoever opens it sees it all the same if that cannot be noted."""
        try:
            await self._store.invitations.opened(invitation.id, self._now())
        except OwnFault as fault:
            log.warning("opening_not_noted", reason=fault.reason)

    def _problem(
        self, reason: str, status: int, language: Language, path: str = "/", *, close: bool = False
    ) -> web.Response:
        root = "../" * (path.count("/") - 1)
        response = self._response(self._html.problem(reason, language, root), language, status)
        if status in (429, 503):
            response.headers["retry-after"] = RETRY_SECONDS
        if close:
            response.force_close()
        return response

    def _picture(self, logo: Logo) -> web.Response:
        response = web.Response(body=logo.content, content_type=logo.media_type)
        # Opened by itself, a picture is a page of its own, which may show what it draws and nothing else.
        policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
        response.headers.update(headers(policy, self._pages.languages[0]))
        return response

    def _response(self, html: str, language: Language, status: int = 200) -> web.Response:
        response = web.Response(text=html, content_type="text/html", charset="utf-8", status=status)
        response.headers.update(headers(self._html.policy, language.code))
        return response
