"""The identity provider: what it says of itself, its keys, and what it gives for a code.

Asked over HTTPS with certificates checked; no redirects, cookies or proxies of the environment.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
from joserfc import jwk
from yarl import URL

from proxy.edge.admin.oidc.id_token import ALGORITHMS, keys_of
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.errors import ClientFault, UpstreamFault
from proxy.settings import Oidc, is_loopback

ANSWER_BYTES = 256 << 10
TIMEOUT_SECONDS = 10.0
FAILED_SECONDS = 5.0
"""How long a provider that failed is not asked again, so that visitors do not wait in line for it."""
KNOWN_SECONDS = 3600.0
"""How long what the provider says of itself counts, and its keys, unless a signature needs new ones."""
WELL_KNOWN = "/.well-known/openid-configuration"
_VISIBLE = re.compile(r"[\x21-\x7e]{1,2000}")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider says of itself, as far as it is used."""

    authorization: str
    token: str
    keys: str
    algorithms: frozenset[str]
    by_post: bool
    """Whether it takes the client's secret in the form alone."""
    names_itself: bool
    """Whether its answers say whose they are (RFC 9207)."""


class Provider:
    """One identity provider. What it says is remembered for an hour."""

    def __init__(self, settings: Oidc, secret: str):
        self.settings, self._secret = settings, secret
        self._tls = _context(settings.ca_file)
        self._asking = asyncio.Lock()
        self._endpoints: tuple[float, Endpoints] | None = None
        self._keys: tuple[float, jwk.KeySet] | None = None
        self._failed: tuple[float, UpstreamFault] | None = None

    async def endpoints(self) -> Endpoints:
        """Return what the provider says of itself. Raises `UpstreamFault`."""
        async with self._asking:
            if self._endpoints is None or self._endpoints[0] < time.monotonic():
                if self._failed is not None and time.monotonic() < self._failed[0]:
                    raise self._failed[1]
                try:
                    said = await self._json("GET", self.settings.issuer.rstrip("/") + WELL_KNOWN)
                    self._endpoints = (time.monotonic() + KNOWN_SECONDS, endpoints_of(said, self.settings.issuer))
                except UpstreamFault as fault:
                    self._failed = (time.monotonic() + FAILED_SECONDS, fault)
                    raise
            return self._endpoints[1]

    async def keys(self, *, anew: bool = False) -> jwk.KeySet:
        """Return the provider's keys for signatures; `anew`: as it has them now. Raises `UpstreamFault`."""
        address = (await self.endpoints()).keys
        async with self._asking:
            if anew or self._keys is None or self._keys[0] < time.monotonic():
                found = keys_of(await self._json("GET", address))
                if found is None:
                    raise _unusable("it has no keys for signatures")
                self._keys = (time.monotonic() + KNOWN_SECONDS, found)
            return self._keys[1]

    async def id_token(self, code: str, verifier: str, redirect: str) -> object:
        """Return what the provider gives for a code. Raises `ClientFault` if it gives nothing, or `UpstreamFault`."""
        endpoints, client = await self.endpoints(), self.settings.client_id
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if endpoints.by_post:
            form |= {"client_id": client, "client_secret": self._secret}
        else:  # RFC 6749, section 2.3.1: each part is encoded as in a form.
            pair = f"{quote_plus(client)}:{quote_plus(self._secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = await self._json("POST", endpoints.token, urlencode(form).encode(), headers)
        return answer.get("id_token")

    async def _json(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        try:
            status, told = await self._ask(method, url, body, headers)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise UpstreamFault("oidc_unavailable", "the identity provider does not answer", status=502) from None
        if method == "POST" and 400 <= status < 500:
            detail = "the identity provider gave nothing for this sign-in; begin again at /login"
            raise ClientFault("login_refused", detail, status=401)
        if status != 200:
            raise _unusable(f"it answers {status}")
        try:
            said = json.loads(told)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise _unusable("it answers no JSON object")
        return said

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> tuple[int, bytes]:
        connector = aiohttp.TCPConnector(ssl=self._tls, force_close=True)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        sent = {"accept": "application/json", **(headers or {})}
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            ) as session,
            session.request(method, URL(url, encoded=True), data=body, headers=sent, allow_redirects=False) as answer,
        ):
            told = bytearray()
            async for piece in answer.content.iter_any():
                told += piece
                if len(told) > ANSWER_BYTES:
                    raise ValueError("too long")
            return answer.status, bytes(told)


def endpoints_of(said: Mapping[str, Any], issuer: str) -> Endpoints:
    """Return what a provider says of itself. Raises `UpstreamFault` if it is another, or cannot be."""
    if said.get("issuer") != issuer:
        raise _unusable("it calls itself otherwise than admin.oidc.issuer")
    methods = said.get("token_endpoint_auth_methods_supported")
    post_alone = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    return Endpoints(
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        keys=_address(said, "jwks_uri"),
        algorithms=_algorithms(said.get("id_token_signing_alg_values_supported")),
        by_post=post_alone,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _algorithms(said: object) -> frozenset[str]:
    """The algorithms of a provider that are taken here. Every provider has RS256."""
    named = [each for each in said if isinstance(each, str)] if isinstance(said, list) else ["RS256"]
    return ALGORITHMS.intersection(named)


def _address(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    try:
        parts = urlsplit(found if isinstance(found, str) and _VISIBLE.fullmatch(found) else "")
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if safe and parts.hostname and not parts.fragment:
            return str(found)
    except ValueError:
        pass
    raise _unusable(f"its {name} is no https address")


def _unusable(what: str) -> UpstreamFault:
    return UpstreamFault("oidc_unavailable", f"the identity provider cannot be used: {what}", status=502)


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError):
        what, remedy = "no certificates in this file", "name a readable file in PEM"
        raise ConfigProblem([Problem("configuration", 0, 0, "admin.oidc.ca_file", what, remedy)]) from None
