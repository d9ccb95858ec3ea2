"""Who calls, and for which meeting: client key, route and binding, checked before the body is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from proxy.audit.events import ExchangeFacts
from proxy.errors import ClientFault, Refusal
from proxy.formats.times import instant
from proxy.model import Inbound, Meeting
from proxy.settings import FETCHING, JOB, Client, Recipient, Route, Settings

MEETING_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@=+~-]{0,199}")
_KEY_HEADERS = ("x-api-key", "api-key")
SHOWN_PATHS = 8
"""How many paths a client is told that called none of them."""


@dataclass(frozen=True, slots=True)
class Call:
    """A caller that may use a route."""

    client: Client
    route: Route
    recipient: Recipient
    job: str | None = None
    """The job whose reply is asked for, if the path names one."""


def presented_key(inbound: Inbound) -> str | None:
    """Return the client's key: from ``Authorization: Bearer``, else ``x-api-key``, else ``api-key``."""
    authorization = inbound.header("authorization")
    if authorization is not None:
        scheme, _, key = authorization.partition(" ")
        return key.strip() if scheme.lower() == "bearer" and key.strip() else None
    return next((key for key in map(inbound.header, _KEY_HEADERS) if key), None)


def known_facts(settings: Settings, settings_digest: str, inbound: Inbound, exchange: str) -> ExchangeFacts:
    """Return what is known of a call before it is judged; a refusal is recorded with these facts."""
    client = settings.caller(presented_key(inbound), inbound.certified)
    route = settings.route_at(inbound.path)
    if route is None:
        return ExchangeFacts(exchange=exchange, client=client.name if client else None, settings_digest=settings_digest)
    recipient = settings.recipients[route.recipient]
    url = urlsplit(recipient.base_url)
    return ExchangeFacts(
        exchange=exchange,
        client=client.name if client else None,
        route=route.name,
        purpose=route.purpose,
        recipient=route.recipient,
        recipient_host=url.hostname,
        recipient_port=url.port or (443 if url.scheme == "https" else 80),
        region=recipient.region,
        terms_version=recipient.terms.version,
        operation=_operation(inbound, route),
        settings_digest=settings_digest,
    )


def _operation(inbound: Inbound, route: Route) -> str:
    """Method and path as the route lists them. The id of a job is left out."""
    path = inbound.path if inbound.path in route.paths else route.path
    return f"{inbound.method if inbound.method in route.accepted else route.accepted[0]} {path}"


def admit_call(settings: Settings, inbound: Inbound) -> Call:
    """Return the call if client, route and method fit; raises `ClientFault` or `Refusal`.

    The client is checked first, so that nobody without a key learns which routes exist.
    """
    client = settings.caller(presented_key(inbound), inbound.certified)
    if client is None:
        raise ClientFault("unauthenticated", _without_client(inbound), status=401)
    route = settings.route_at(inbound.path)
    if route is None:
        raise ClientFault("unknown_route", f"no route has this path{_open_to(settings, client)}", status=404)
    if inbound.method not in route.accepted:
        accepted = " or ".join(route.accepted)
        raise ClientFault("method_not_allowed", f"this route takes {accepted} only", status=405)
    if route.name not in client.routes:
        raise Refusal("route_not_allowed", f"client {client.name!r} may not use route {route.name!r}")
    if not route.enabled:
        raise Refusal("route_disabled", f"route {route.name!r} is switched off in the configuration")
    job = (route.parameters_at(inbound.path) or {}).get(JOB) if route.dialect in FETCHING else None
    return Call(client, route, settings.recipients[route.recipient], job)


def _without_client(inbound: Inbound) -> str:
    """Why a call is nobody's, and what to do."""
    if presented_key(inbound) is not None:
        return (
            "no client has this key: present the one that 'meeting-proxy client add' printed, and not the recipient's; "
            "a new one counts after 'meeting-proxy reload'"
        )
    return "present a client key as 'Authorization: Bearer KEY'"


def _open_to(settings: Settings, client: Client) -> str:
    """Where a client may call, for one that has gone astray: often its base URL has ``/v1`` twice, or not at all."""
    paths = [route.path for route in settings.routes if route.enabled and route.name in client.routes]
    if not paths:
        return ""
    more = ", …" if len(paths) > SHOWN_PATHS else ""
    return f"; this client may call {', '.join(paths[:SHOWN_PATHS])}{more}, each also below /m/MEETING"


def named_meeting(inbound: Inbound, from_prefix: str | None) -> str | None:
    """Return the meeting named by path prefix or header ``X-Meeting-Id``; None if the request names none."""
    from_header = inbound.header("x-meeting-id")
    if from_header is not None and from_prefix is not None and from_header != from_prefix:
        raise ClientFault("meeting_ambiguous", "path prefix and X-Meeting-Id name different meetings; send one")
    meeting = from_prefix if from_prefix is not None else from_header
    if meeting is not None and not MEETING_ID.fullmatch(meeting):
        raise ClientFault("meeting_id_malformed", "meeting ids are letters, digits and . _ : @ = + ~ -, up to 200")
    return meeting


def recording_start(inbound: Inbound) -> datetime | None:
    """When the transcribed recording began, by header ``X-Recording-Start``; None: not given."""
    said = inbound.header("x-recording-start")
    if said is None:
        return None
    at = instant(said.strip())
    if at is None:
        detail = "X-Recording-Start is an RFC 3339 instant with an offset from UTC, such as 2026-03-02T10:04:30Z"
        raise ClientFault("recording_start_invalid", detail)
    return at


def admit_meeting(client: Client, meeting: Meeting | None) -> Meeting:
    """Return the named meeting if it is on file and the client's key is valid for it.

    A client with a series may name only meetings of that series. Otherwise it could have the words of one meeting
    judged by consent given for another. It is not told whether any other id is that of a meeting.
    """
    if client.series is not None and (meeting is None or meeting.series != client.series):
        detail = "no meeting of this client's series (clients[].series) has this id; see 'meeting-proxy meeting list'"
        raise Refusal("meeting_outside_series", detail)
    if meeting is None:
        raise Refusal("unknown_meeting", "no such meeting is on file; add it with 'meeting-proxy meeting add'")
    return meeting


def author_of(call: Call, inbound: Inbound) -> str | None:
    """Participant id of the one person for whom this client acts, if any."""
    named = inbound.header("x-acts-for")
    if named is None:
        return call.client.acts_for
    if not call.client.acts_for_header:
        raise Refusal("acts_for_not_allowed", "this client may not set X-Acts-For; see clients[].acts_for_header")
    return named


def known_author(author: str | None, meeting: Meeting | None) -> str | None:
    """The author if they are on the meeting's roster; otherwise None, and the words have no author."""
    return author if author and meeting and meeting.roster.by_id(author) else None
