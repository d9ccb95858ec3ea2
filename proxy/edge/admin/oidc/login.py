"""Signing in: from a browser that nobody knows to somebody whom the identity provider vouches for.

What the browser was sent away with (state, nonce, PKCE verifier, where it wanted to go) is in a signed cookie, so that
a flood of visitors fills nothing here. It counts once, for ten minutes, and only together with the same state.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from proxy.audit.acts import SUBJECT
from proxy.consent.invitations import SealBroken, seal, unseal
from proxy.edge.admin.callers import same
from proxy.edge.admin.oidc.id_token import Claims, Expected, KeyUnknown, claims_of
from proxy.edge.admin.oidc.provider import Endpoints, Provider
from proxy.edge.admin.oidc.sessions import Session
from proxy.errors import ClientFault
from proxy.settings import Oidc

CALLBACK = "/oidc/callback"
HOME = "/v1/session"
"""Where somebody goes who wanted to go nowhere else."""
LOGIN_SECONDS = 600
"""How long somebody may take to sign in."""
MOST_SPENT = 10_000
_KIND = "admin-login"
_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/._~%!$&'()*+,;=:@?-]{0,1000}")
"""A path of this listener: with two slashes it would be another host."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun. `issuer` and `until` (seconds since 1970) bound it."""

    state: str
    nonce: str
    verifier: str
    goal: str
    issuer: str
    until: float


class Begun(NamedTuple):
    """Where the browser goes, and what it keeps meanwhile."""

    address: str
    cookie: str


class Logins:
    """Begins sign-ins, and ends each once."""

    def __init__(self) -> None:
        self._secret = secrets.token_hex(32)
        self._spent: OrderedDict[str, None] = OrderedDict()

    async def begin(self, provider: Provider, goal: str, now: datetime) -> Begun:
        """Begin a sign-in that leads to `goal`, a path of this listener. Raises `ClientFault` or `UpstreamFault`."""
        if not _LOCAL.fullmatch(goal):
            raise ClientFault("invalid_query", "a path of this listener, such as /v1/session", where="next")
        endpoints, settings = await provider.endpoints(), provider.settings
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, goal, settings.issuer, now.timestamp() + LOGIN_SECONDS)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": redirect_of(settings),
            "scope": " ".join(settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(endpoints.authorization).query else "?"
        cookie = seal(self._secret, _KIND, json.dumps(asdict(attempt)).encode())
        return Begun(f"{endpoints.authorization}{joint}{urlencode(query)}", cookie)

    async def end(
        self, provider: Provider, cookie: str, query: Mapping[str, str], now: datetime
    ) -> tuple[Session, str]:
        """Return who has signed in, and where they wanted to go. Raises `ClientFault` or `UpstreamFault`."""
        attempt = self._attempt(provider.settings, cookie, query, now)
        endpoints = await provider.endpoints()
        _check_answer(query, provider.settings, endpoints)
        token = await provider.id_token(query["code"], attempt.verifier, redirect_of(provider.settings))
        settings = provider.settings
        expected = Expected(settings.issuer, settings.client_id, attempt.nonce, endpoints.algorithms)
        try:
            claims = claims_of(token, await provider.keys(), expected, now)
        except KeyUnknown:
            claims = claims_of(token, await provider.keys(anew=True), expected, now)
        name, groups = named(claims, settings), groups_in(claims, settings)
        return Session(name, groups, settings.issuer, settings.client_id, now), attempt.goal

    def _attempt(self, settings: Oidc, cookie: str, query: Mapping[str, str], now: datetime) -> Attempt:
        """Return the sign-in that ends here, for the only time."""
        attempt = None
        with contextlib.suppress(SealBroken):
            attempt = Attempt(**json.loads(unseal(self._secret, _KIND, cookie)))
        if attempt is None or attempt.issuer != settings.issuer or now.timestamp() >= attempt.until:
            raise ClientFault("login_expired", "no sign-in is under way here; begin at /login", status=401)
        if not same(query.get("state", ""), attempt.state):
            raise ClientFault("login_forged", "this is the end of another sign-in; begin at /login", status=401)
        if attempt.state in self._spent:
            raise ClientFault("login_replayed", "this sign-in has ended already; begin at /login", status=401)
        self._spent[attempt.state] = None
        if len(self._spent) > MOST_SPENT:
            self._spent.popitem(last=False)
        return attempt


def redirect_of(settings: Oidc) -> str:
    """Where the provider sends the browser back to; the provider has to know it."""
    return settings.base_url.rstrip("/") + CALLBACK


def _check_answer(query: Mapping[str, str], settings: Oidc, endpoints: Endpoints) -> None:
    """Raise `ClientFault` if a provider's answer is another's (RFC 9207), or a no."""
    if ("iss" in query or endpoints.names_itself) and query.get("iss") != settings.issuer:
        raise ClientFault("login_forged", "this is the answer of another provider; begin at /login", status=401)
    if "error" in query or not query.get("code"):
        raise ClientFault("login_refused", "the identity provider did not let you in", status=401)


def named(claims: Claims, settings: Oidc) -> str:
    """Return the name by which the ledger tells who did what. Raises `ClientFault` if the token has none."""
    found = claims.get(settings.user_claim)
    if not isinstance(found, str) or not SUBJECT.fullmatch(found):
        detail = f"the ID token has no claim '{settings.user_claim}' with a name; set admin.oidc.user_claim or scopes"
        raise ClientFault("login_nameless", detail, status=403)
    if settings.user_claim == "email" and claims.get("email_verified") is False:
        detail = "the identity provider has not verified the e-mail address; set admin.oidc.user_claim to sub"
        raise ClientFault("login_nameless", detail, status=403)
    return found


def groups_in(claims: Claims, settings: Oidc) -> frozenset[str]:
    """Return the groups in the claim that is set; ``a.b`` is b in a, unless a claim is called that."""
    found: Any = claims.get(settings.roles_claim)
    if found is None:
        found = claims
        for part in settings.roles_claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(each for each in listed if isinstance(each, str))
