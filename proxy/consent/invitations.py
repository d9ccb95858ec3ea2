"""Invitations: what one person is asked, in a signed link that expires.

A link holds ids, purposes, recipients and a time, but no name and no address. Whoever has the link can answer in the
person's place, so it is sent to that person alone, and it expires. A grant given through a link ends with the link, so
it can be withdrawn through the same link for as long as it counts (GDPR Art. 7(3): as easy as giving it).

Links and forms are sealed texts of the form ``BODY.MAC``: a body in base64url without padding, signed by itsdangerous.
Only the canonical base64url spelling is accepted, so a text has exactly one form (itsdangerous accepts several for one
signature). The kind of text is the salt of the MAC key, so a form is never taken for an invitation. The MAC is
HMAC-SHA256 (RFC 2104) with one secret: the same program writes and reads the texts, there is no public key to hand out,
and links stay short.

A page hands out a form that can be sent once. The form is signed and holds its invitation, the notice shown and the
time. Whether it was sent before only the store knows (`Store.spend`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

from proxy.consent.records import Scope
from proxy.errors import ClientFault
from proxy.model import KNOWN_PURPOSES, Participant, ParticipantClass, is_purpose

MIN_SECRET = 32
"""Shortest secret accepted, in characters (RFC 2104 §3: no shorter than the hash, 32 bytes)."""

MAX_LENGTH = 3000
"""Longest text that is read; proxies and mail programs cut longer links."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")


class SealBroken(Exception):
    """A text that cannot be trusted; `reason` is ``malformed`` or ``forged``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def seal(secret: str, kind: str, body: bytes) -> str:
    """Return the signed text of `body`; the same body gives the same text."""
    return _signer(secret, kind).sign(base64_encode(body)).decode("ascii")


def unseal(secret: str, kind: str, text: str) -> bytes:
    """Return the body of a text sealed with this secret and kind, in this or the first version; raises `SealBroken`."""
    if len(text) > MAX_LENGTH or not _SHAPE.fullmatch(text):
        raise SealBroken("malformed")
    written, mac = text.encode("ascii").split(b".")
    try:
        body, given = base64_decode(written), base64_decode(mac)
    except BadData:
        raise SealBroken("malformed") from None
    if base64_encode(body) != written or base64_encode(given) != mac:
        raise SealBroken("malformed")
    if not any(signer.validate(text) for signer in (_signer(secret, kind), _first(secret, kind))):
        raise SealBroken("forged")
    return body


def _signer(secret: str, kind: str) -> Signer:
    salt = f"meeting-proxy {kind} 2"
    return Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


class _OverBody(SigningAlgorithm):
    """The MAC of the first version: over the kind and the body, keyed with the secret itself."""

    def __init__(self, kind: str) -> None:
        self._before = f"meeting-proxy {kind} 1\n".encode()

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, self._before + base64_decode(value), hashlib.sha256)


def _first(secret: str, kind: str) -> Signer:
    """Reads what the first version sealed, so that a grant given through an old link can still be withdrawn."""
    return Signer(secret, key_derivation="none", algorithm=_OverBody(kind))


INVITATION_KIND = "invitation"
_FORM = 1
"""Layout version of the body; its first element."""


class LinkReason(StrEnum):
    """Why a link is not followed."""

    MALFORMED = "link_malformed"
    FORGED = "link_forged"
    EXPIRED = "link_expired"


class BadLink(Exception):
    """A link that has no effect. `invitation` is set only if the signature was valid."""

    def __init__(self, reason: LinkReason, invitation: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.invitation = reason, invitation


class Offer(NamedTuple):
    """One purpose and recipient to grant or refuse."""

    purpose: str
    recipient: str


class Asks(Protocol):
    """What is asked, whoever is asked: as `Invitation` has it."""

    @property
    def scope(self) -> Scope:
        """How wide an answer reaches."""

    @property
    def scope_id(self) -> str:
        """The meeting, the series or the organization."""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What can be granted or refused."""

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """The mark of each recipient's terms at the time of asking."""

    @property
    def expires(self) -> datetime:
        """When a grant ends."""

    @property
    def covers_earlier(self) -> bool:
        """Whether a grant counts for words spoken before it as well."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one person is asked: offers within a meeting, a series or the organization, until `expires` (whole seconds).

    `terms` maps each recipient to the mark of its terms at the time of asking. `covers_earlier` says that a grant also
    counts for words spoken before it; the page then says so.
    """

    id: str
    participant: str
    scope: Scope
    scope_id: str
    offers: tuple[Offer, ...]
    terms: tuple[tuple[str, str], ...]
    expires: datetime
    covers_earlier: bool = False
    guardian: str | None = None
    """Who answers for the participant, a minor, as their parent or guardian: the link is theirs."""

    @property
    def answered_by(self) -> str:
        """The id of whoever has the link, and acts through it."""
        return self.guardian or self.participant

    @property
    def recipients(self) -> tuple[str, ...]:
        """The recipients, in the order of the offers."""
        return tuple(dict.fromkeys(offer.recipient for offer in self.offers))


METHOD = "explicit_click"
"""How whoever has a link answers, as records say it."""

STANDING = "~"
"""Ends the id of an invitation to a standing choice that a page about a meeting led to."""


def standing_choice(invitation: Invitation, organization: str, life: timedelta) -> Invitation:
    """The invitation to answer the same once for all meetings of the organization, for `life` longer.

    It is always the same for one invitation: what is given through it can be taken back through it.
    """
    return replace(
        invitation,
        id=f"{invitation.id}{STANDING}",
        scope=Scope.ORG,
        scope_id=organization,
        expires=invitation.expires + life,
        covers_earlier=False,
    )


def terms_mark(version: str) -> str:
    """The mark of a terms version that an invitation keeps: the first 64 bits of its SHA-256, in hex."""
    return hashlib.sha256(version.encode()).hexdigest()[:16]


def token_of(invitation: Invitation, secret: str) -> str:
    """Return the signed text of an invitation, safe in a URL path. Raises `ClientFault` for an invalid invitation."""
    _check(invitation)
    asked = [
        [recipient, mark, [offer.purpose for offer in invitation.offers if offer.recipient == recipient]]
        for recipient, mark in invitation.terms
    ]
    body = [
        _FORM,
        invitation.id,
        invitation.participant,
        invitation.scope.value,
        invitation.scope_id,
        asked,
        int(invitation.expires.timestamp()),
        int(invitation.covers_earlier),
        *([] if invitation.guardian is None else [invitation.guardian]),
    ]
    return seal(secret, INVITATION_KIND, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def link_of(invitation: Invitation, base_url: str, secret: str) -> str:
    """Return the address of an invitation's page, below that of all pages."""
    return f"{base_url.rstrip('/')}/c/{token_of(invitation, secret)}"


def invitation_of(token: str, secret: str, now: datetime) -> Invitation:
    """Return the invitation of a link that is valid now; raises `BadLink`."""
    try:
        body = unseal(secret, INVITATION_KIND, token)
    except SealBroken as broken:
        raise BadLink(LinkReason.FORGED if broken.reason == "forged" else LinkReason.MALFORMED) from None
    try:
        invitation = _read(json.loads(body))
        _check(invitation)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError, ClientFault):
        # The signature is valid but the body is not readable: another version wrote it.
        raise BadLink(LinkReason.MALFORMED) from None
    if now >= invitation.expires:
        raise BadLink(LinkReason.EXPIRED, invitation.id)
    return invitation


def check_addressee(person: Participant) -> None:
    """Raise `ClientFault` for a participant whom a link cannot ask, or whose id reveals who they are.

    Reasons: ``room_not_asked`` (a room stands for the people in it), ``bot_not_asked``, ``telling_id`` (the link would
    hold a name or address).
    """
    if person.members or person.participant_class is ParticipantClass.ROOM:
        raise ClientFault("room_not_asked", "a room cannot say yes; invite the people in it", where="participant")
    if person.participant_class is ParticipantClass.BOT:
        raise ClientFault("bot_not_asked", "a bot cannot say yes; invite the people", where="participant")
    telling = {label.casefold() for label in (*person.labels, *person.emails)}
    if "@" in person.id or person.id.casefold() in telling:
        detail = "the id is a name or address, which a link must not hold; give the person an opaque id"
        raise ClientFault("telling_id", detail, where="participant")


def _check(invitation: Invitation) -> None:
    if not invitation.offers:
        raise ClientFault("nothing_asked", "name at least one purpose that a recipient may serve")
    if not all((invitation.id, invitation.participant, invitation.scope_id)):
        raise ClientFault("invitation_incomplete", "a person and a meeting, a series or the organization are needed")
    if invitation.guardian in ("", invitation.participant):
        raise ClientFault("guardian_is_participant", "nobody is their own guardian", where="guardian")
    if invitation.expires.tzinfo is None or invitation.expires.microsecond:
        raise ClientFault("invitation_incomplete", "the end is an instant with a time zone, in whole seconds")
    if not all(is_purpose(offer.purpose) for offer in invitation.offers):
        raise ClientFault("unknown_purpose", KNOWN_PURPOSES, where="purpose")
    if [name for name, _ in invitation.terms] != list(_grouped(invitation.offers)):
        raise ClientFault("invitation_incomplete", "offers are grouped by recipient, each with its terms")
    if len(set(invitation.offers)) < len(invitation.offers):
        raise ClientFault("invitation_incomplete", "each purpose is asked once a recipient")


def _grouped(offers: Collection[Offer]) -> Iterator[str]:
    """Yield each recipient where it differs from the one before; a recipient that comes again is yielded again."""
    last = None
    for offer in offers:
        if offer.recipient != last:
            yield offer.recipient
        last = offer.recipient


def _read(body: Any) -> Invitation:
    version, invitation_id, participant, scope, scope_id, asked, expires, earlier, *guardian = body
    texts = [invitation_id, participant, scope_id, *(text for name, mark, purposes in asked for text in (name, mark))]
    texts += [purpose for _, _, purposes in asked for purpose in purposes]
    texts += guardian
    if (
        len(guardian) > 1
        or version != _FORM
        or not all(isinstance(text, str) for text in texts)
        or earlier not in (0, 1)
    ):
        raise ValueError
    return Invitation(
        id=invitation_id,
        participant=participant,
        scope=Scope(scope),
        scope_id=scope_id,
        offers=tuple(Offer(purpose, name) for name, _, purposes in asked for purpose in purposes),
        terms=tuple((name, mark) for name, mark, _ in asked),
        expires=datetime.fromtimestamp(int(expires), UTC),
        covers_earlier=bool(earlier),
        guardian=guardian[0] if guardian else None,
    )


FORM_KIND = "form"

LIFE = timedelta(hours=24)
"""How long a page may stay open before its form is sent (WCAG 2.2.1: at least 20 hours, or time can be extended)."""


class FormReason(StrEnum):
    """Why a form has no effect. After the last two, the person has to read a new page first."""

    FORGED = "form_forged"
    OTHER_LINK = "form_of_other_link"
    REUSED = "form_reused"
    EXPIRED = "form_expired"
    NOTICE_CHANGED = "form_notice_changed"


class BadForm(Exception):
    """A form that has no effect."""

    def __init__(self, reason: FormReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Form:
    """The state of a page when it was handed out.

    `nonce` is random. `notice` is the digest of the notice shown. `boxes` are the positions of the offers that had a
    box to tick, among the offers of the invitation.
    """

    nonce: str
    invitation: str
    notice: str
    boxes: tuple[int, ...]
    shown_at: datetime


def form_token(form: Form, secret: str) -> str:
    """Return the signed text for the page's hidden field."""
    body = [form.nonce, form.invitation, form.notice, form.boxes, int(form.shown_at.timestamp())]
    return seal(secret, FORM_KIND, json.dumps(body, separators=(",", ":")).encode())


def form_of(text: str, secret: str, invitation: str, now: datetime) -> Form:
    """Return the form of this invitation that is valid now; raises `BadForm`."""
    try:
        fields: Any = json.loads(unseal(secret, FORM_KIND, text))
        nonce, owner, notice, boxes, shown = fields
        shown_at = datetime.fromtimestamp(int(shown), UTC)
        form = Form(str(nonce), str(owner), str(notice), tuple(int(box) for box in boxes), shown_at)
    except (SealBroken, ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise BadForm(FormReason.FORGED) from None
    if form.invitation != invitation:
        raise BadForm(FormReason.OTHER_LINK)
    if now >= form.shown_at + LIFE:
        raise BadForm(FormReason.EXPIRED)
    return form
