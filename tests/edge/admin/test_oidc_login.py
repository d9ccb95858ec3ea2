"""Signing in at a provider that runs here: the whole way, and each way in which somebody may try to get in besides."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from harness.identity import CLIENT, SECRET, Identity
from joserfc import jwt
from joserfc.jwk import RSAKey

from proxy.audit.acts import OperatorKind
from proxy.edge.admin.oidc import sessions as oidc_sessions
from proxy.edge.admin.oidc.login import Logins, groups_in, named
from proxy.edge.admin.oidc.provider import Provider
from proxy.edge.admin.oidc.sessions import Session, Sessions
from proxy.errors import ClientFault, UpstreamFault
from proxy.settings import Oidc, Role

BASE = "http://127.0.0.1:8081"
USERS: dict[str, dict[str, Any]] = {
    "ines": {"email": "ines@fjord.example", "email_verified": True, "groups": ["it", "all"]},
    "nemo": {"groups": ["it"]},
    "eve": {"email": "ines@fjord.example", "email_verified": False, "groups": ["it"]},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Identity]:
    with Identity(USERS) as identity:
        identity.application.redirect = f"{BASE}/oidc/callback"
        yield identity


@pytest.fixture
def identity(running: Identity) -> Iterator[Identity]:
    yield running
    running.forge, running.metadata = None, {}


def settings(identity: Identity, **changes: Any) -> Oidc:
    written = {
        "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"env": "X"}, "base_url": BASE,
        "roles": {"it": "operator", "dpo": "auditor"}, **changes,
    }  # fmt: skip
    return Oidc.model_validate(written)


def provider(identity: Identity, secret: str = SECRET, **changes: Any) -> Provider:
    return Provider(settings(identity, **changes), secret)


def now() -> datetime:
    return datetime.now(UTC)


async def signed_in(
    logins: Logins, at: Provider, identity: Identity, user: str = "ines", **changes: str
) -> tuple[Session, str]:
    begun = await logins.begin(at, "/v1/meetings?x=1", now())
    back = dict(parse_qsl(urlsplit(identity.sign_in(begun.address, user)).query))
    return await logins.end(at, begun.cookie, back | changes, now())


async def refused(logins: Logins, at: Provider, identity: Identity, user: str = "ines", **changes: str) -> str:
    with pytest.raises((ClientFault, UpstreamFault)) as caught:
        await signed_in(logins, at, identity, user, **changes)
    return caught.value.reason


async def test_somebody_signs_in_with_their_name_and_groups_and_goes_on(identity: Identity) -> None:
    session, goal = await signed_in(Logins(), provider(identity), identity)
    assert (session.name, session.groups, goal) == (
        "ines@fjord.example", frozenset({"it", "all"}), "/v1/meetings?x=1",
    )  # fmt: skip
    assert "code_verifier" in identity.token_requests[-1]
    assert "client_secret" not in identity.token_requests[-1]


async def test_a_provider_that_takes_the_secret_in_the_form_alone_gets_it_there(identity: Identity) -> None:
    identity.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await signed_in(Logins(), provider(identity), identity)
    assert identity.token_requests[-1]["client_secret"] == SECRET


@pytest.mark.parametrize("keep", [True, False])
async def test_new_keys_of_the_provider_are_asked_for_when_a_signature_needs_them(
    identity: Identity, keep: bool
) -> None:
    logins, at = Logins(), provider(identity)
    await signed_in(logins, at, identity)
    identity.rotate(f"next-{keep}", keep=keep)
    assert (await signed_in(logins, at, identity))[0].name == "ines@fjord.example"


@pytest.mark.parametrize(
    "goal",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "", "/a\r\nlocation: x", "/a b",
     "javascript:alert(1)", "/\t/evil.example", "/" + "a" * 1001],
    ids=["slashes", "backslash", "address", "name", "empty", "lines", "space", "script", "tab", "long"],
)  # fmt: skip
async def test_nobody_is_led_elsewhere(identity: Identity, goal: str) -> None:
    with pytest.raises(ClientFault, match="invalid_query at next"):
        await Logins().begin(provider(identity), goal, now())


async def test_an_answer_counts_once_for_its_own_browser_and_state(identity: Identity) -> None:
    logins, at = Logins(), provider(identity)
    begun, other = [await logins.begin(at, "/", now()) for _ in range(2)]
    back = dict(parse_qsl(urlsplit(identity.sign_in(begun.address, "ines")).query))

    async def ended(cookie: str, query: dict[str, str], when: datetime) -> str:
        with pytest.raises(ClientFault) as caught:
            await logins.end(at, cookie, query, when)
        return caught.value.reason

    assert await ended("", back, now()) == "login_expired"
    assert await ended(begun.cookie[:-2] + "AA", back, now()) == "login_expired"
    assert await ended((await Logins().begin(at, "/", now())).cookie, back, now()) == "login_expired"
    assert await ended(begun.cookie, back, now() + timedelta(seconds=601)) == "login_expired"
    assert await ended(other.cookie, back, now()) == "login_forged"
    assert await ended(begun.cookie, back | {"state": ""}, now()) == "login_forged"
    assert await ended(begun.cookie, {"code": back["code"]}, now()) == "login_forged"
    assert (await logins.end(at, begun.cookie, back, now()))[0].name == "ines@fjord.example"
    assert await ended(begun.cookie, back, now()) == "login_replayed"


async def test_a_code_of_another_sign_in_is_no_use_without_its_verifier(identity: Identity) -> None:
    """Code injection: somebody's code, put into another browser's answer."""
    logins, at = Logins(), provider(identity)
    stolen = await logins.begin(at, "/", now())
    code = dict(parse_qsl(urlsplit(identity.sign_in(stolen.address, "ines")).query))["code"]
    assert await refused(logins, at, identity, "nemo", code=code) == "login_refused"


async def test_the_answer_of_another_provider_is_refused(identity: Identity) -> None:
    logins, at = Logins(), provider(identity)
    assert await refused(logins, at, identity, iss="https://evil.example") == "login_forged"
    await signed_in(logins, at, identity, iss=identity.issuer)
    identity.metadata = {"authorization_response_iss_parameter_supported": True}
    assert await refused(logins, provider(identity), identity) == "login_forged"


async def test_a_no_of_the_provider_and_a_wrong_secret_let_nobody_in(identity: Identity) -> None:
    logins = Logins()
    assert await refused(logins, provider(identity), identity, error="access_denied") == "login_refused"
    assert await refused(logins, provider(identity), identity, code="") == "login_refused"
    assert await refused(logins, provider(identity, "another-secret"), identity) == "login_refused"


def written(header: dict[str, Any], claims: dict[str, Any]) -> bytes:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


def unsigned(claims: dict[str, Any], _key: RSAKey) -> str:
    return f"{written({'alg': 'none'}, claims).decode()}."


def confused(claims: dict[str, Any], key: RSAKey) -> str:
    """Signed by HMAC with the key that everybody can read."""
    body = written({"alg": "HS256", "kid": key.kid}, claims)
    signature = hmac.digest(key.as_pem(private=False), body, "sha256")
    return f"{body.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def by_another_key(claims: dict[str, Any], key: RSAKey) -> str:
    other = RSAKey.generate_key(2048, parameters={"kid": key.kid or ""})
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, other)


@pytest.mark.parametrize("forge", [unsigned, confused, by_another_key])
async def test_a_forged_signature_lets_nobody_in(identity: Identity, forge: Any) -> None:
    identity.forge = forge
    assert await refused(Logins(), provider(identity), identity) == "id_token_invalid"


@pytest.mark.parametrize(
    "changes",
    [{"aud": "other"}, {"iss": "https://evil.example"}, {"exp": int(time.time()) - 3600}, {"nonce": "another"},
     {"nonce": None}, {"azp": "other"}],
    ids=["audience", "issuer", "expired", "nonce", "no-nonce", "party"],
)  # fmt: skip
async def test_a_token_for_somebody_else_or_another_time_lets_nobody_in(
    identity: Identity, changes: dict[str, Any]
) -> None:
    identity.forge = lambda claims, key: identity.signed(claims | changes, key)
    assert await refused(Logins(), provider(identity), identity) == "id_token_invalid"


async def test_whoever_has_no_name_that_can_be_recorded_gets_no_session(identity: Identity) -> None:
    logins = Logins()
    assert await refused(logins, provider(identity), identity, "nemo") == "login_nameless"
    assert await refused(logins, provider(identity), identity, "eve") == "login_nameless"
    by_subject = provider(identity, user_claim="sub")
    assert (await signed_in(logins, by_subject, identity, "eve"))[0].name == "sub-eve"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://login.example/authorize"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": None},
        {"token_endpoint": "https://[broken"},
    ],
    ids=["issuer", "plain", "scheme", "missing", "broken"],
)
async def test_a_provider_that_says_what_cannot_be_is_not_used(identity: Identity, metadata: dict[str, Any]) -> None:
    identity.metadata = metadata
    with pytest.raises(UpstreamFault, match="oidc_unavailable"):
        await Logins().begin(provider(identity), "/", now())


async def test_a_provider_that_does_not_answer_is_told_so(identity: Identity) -> None:
    for issuer in ("http://127.0.0.1:1", f"{identity.issuer}/nowhere"):
        with pytest.raises(UpstreamFault, match="oidc_unavailable"):
            await Logins().begin(provider(identity, issuer=issuer), "/", now())


def test_groups_are_read_from_the_claim_that_is_set(identity: Identity) -> None:
    claims = {"a.b": ["x"], "realm": {"roles": ["it", 7]}, "one": "dpo", "none": 7}
    found = {name: groups_in(claims, settings(identity, roles_claim=name)) for name in ("a.b", "realm.roles", "one")}
    assert found == {"a.b": {"x"}, "realm.roles": {"it"}, "one": {"dpo"}}
    assert groups_in(claims, settings(identity, roles_claim="none")) == frozenset()
    assert groups_in(claims, settings(identity, roles_claim="realm.roles.x")) == frozenset()


@pytest.mark.parametrize("name", ["", "a b", "é", "a" * 255, 7, None, ["x"]])
def test_a_name_that_cannot_be_recorded_is_none(identity: Identity, name: object) -> None:
    with pytest.raises(ClientFault, match="login_nameless"):
        named({"sub": name}, settings(identity, user_claim="sub"))


def test_a_session_ends_with_its_time_its_provider_and_its_group(identity: Identity) -> None:
    sessions, at = Sessions(), datetime(2026, 3, 2, tzinfo=UTC)
    own = settings(identity)
    session = Session("ines@fjord.example", frozenset({"it"}), own.issuer, own.client_id, at)
    shown = sessions.begin(session)
    caller = sessions.caller(shown, own, at + timedelta(hours=7.9))
    assert caller is not None
    assert (caller.operator.kind, caller.operator.name) == (OperatorKind.SSO, "ines@fjord.example")
    assert caller.roles == {Role.OPERATOR}
    assert (sessions.caller(shown, settings(identity, roles={"dpo": "auditor"}), at) or caller).roles == frozenset()
    assert sessions.caller(shown + "x", own, at) is None
    assert sessions.caller(shown, own, at + timedelta(hours=8)) is None
    assert sessions.caller(shown, own, at) is None

    shown, other = sessions.begin(session), sessions.begin(session)
    sessions.end(shown)
    assert sessions.caller(other, own, at) is not None
    assert sessions.caller(shown, own, at) is None
    shown = sessions.begin(session)
    assert sessions.caller(shown, settings(identity, client_id="x"), at) is None
    assert sessions.caller(shown, own, at) is None


def test_sessions_are_bounded_and_the_oldest_ends_first(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_sessions, "MOST", 2)
    sessions, at, own = Sessions(), datetime(2026, 3, 2, tzinfo=UTC), settings(identity)
    session = Session("ines@fjord.example", frozenset({"it"}), own.issuer, own.client_id, at)
    shown = [sessions.begin(session) for _ in range(3)]
    assert [sessions.caller(each, own, at) is not None for each in shown] == [False, True, True]
