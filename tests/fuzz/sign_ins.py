"""What identity providers and proxies in front say of those who call: ID tokens, claims, keys, addresses, headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from aiohttp.test_utils import make_mocked_request
from fuzz.taking import NOW, Parser, Take, json_bytes
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from proxy.edge.admin.oidc.id_token import ALGORITHMS, Expected, claims_of, keys_of
from proxy.edge.admin.oidc.login import groups_in, named
from proxy.edge.admin.oidc.provider import endpoints_of
from proxy.edge.admin.trusted_header import named_in
from proxy.errors import Fault
from proxy.settings import Oidc, TrustedHeader

ISSUER = "https://login.example"
_KEY = ECKey.generate_key("P-256", parameters={"kid": "first"})
_KEYS = KeySet([_KEY]).as_dict(private=False)
_PUBLIC = KeySet([_KEY])
_EXPECTED = Expected(ISSUER, "meeting-proxy", "nonce-1", ALGORITHMS)
_SECONDS = int(NOW.timestamp())
_CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": ["meeting-proxy"], "sub": "s-1", "iat": _SECONDS, "exp": _SECONDS + 300, "nonce": "nonce-1",
    "email": "ines@fjord.example", "realm": {"roles": ["it"]},
}  # fmt: skip
_SETTINGS = Oidc.model_validate(
    {
        "issuer": ISSUER, "client_id": "meeting-proxy", "client_secret": {"env": "X"}, "roles": {"it": "viewer"},
        "base_url": "https://admin.example", "roles_claim": "realm.roles",
    }
)  # fmt: skip
_DESCRIPTION = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys", "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}  # fmt: skip
_HEADER = TrustedHeader.model_validate({"from": ["10.0.0.5"], "roles": {"it": "viewer"}})


def _signed(raw: bytes) -> str:
    return jws.serialize_compact({"alg": "ES256", "kid": "first"}, raw, _KEY)


def _told(token: str) -> None:
    claims = claims_of(token, _PUBLIC, _EXPECTED, NOW)
    assert named(claims, _SETTINGS)
    groups_in(claims, _SETTINGS)


def _or_fault(use: Callable[[bytes], object]) -> Take:
    def take(raw: bytes) -> bool:
        try:
            use(raw)
        except Fault as fault:
            str(fault).encode()
            return False
        return True

    return take


def _keys(raw: bytes) -> bool:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    found = keys_of(document)
    if found is not None:
        try:
            claims_of(_signed(json_bytes(_CLAIMS)), found, _EXPECTED, NOW)
        except (Fault, JoseError):
            return False
    return found is not None


def _description(raw: bytes) -> None:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        document = {}
    endpoints_of(document if isinstance(document, dict) else {}, ISSUER)


def _header(raw: bytes) -> None:
    user, _, groups = raw.decode("latin-1").partition("\n")
    request = make_mocked_request("GET", "/v1/people")
    sent = [("X-Forwarded-User", user), ("X-Forwarded-Groups", groups)]
    named_in(_HEADER, request.clone(headers=sent), "10.0.0.5")  # type: ignore[arg-type]


def parsers() -> Iterator[Parser]:
    said: dict[str, tuple[bytes, Take]] = {
        "id token": (_signed(json_bytes(_CLAIMS)).encode(), _or_fault(lambda raw: _told(raw.decode("latin-1")))),
        "id token claims": (json_bytes(_CLAIMS), _or_fault(lambda raw: _told(_signed(raw)))),
        "key set": (json_bytes(_KEYS), _keys),
        "provider": (json_bytes(_DESCRIPTION), _or_fault(_description)),
        "trusted header": (b"ines@fjord.example\nit, dpo", _or_fault(_header)),
    }
    for name, (sample, take) in said.items():
        yield Parser(name, (sample,), take)
