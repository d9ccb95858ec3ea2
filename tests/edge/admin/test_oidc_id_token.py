"""ID tokens: what must hold, and each way in which one was ever forged."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from proxy.edge.admin.oidc.id_token import ALGORITHMS, Expected, KeyUnknown, claims_of, keys_of
from proxy.errors import ClientFault

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER, CLIENT = "https://login.example", "meeting-proxy"
EXPECTED = Expected(ISSUER, CLIENT, "nonce-1", ALGORITHMS)
KEY = RSAKey.generate_key(2048, parameters={"kid": "first"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "first"})
CURVE = ECKey.generate_key("P-256", parameters={"kid": "curve"})
PUBLIC = KeySet([KEY, CURVE]).as_dict(private=False)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": CLIENT, "sub": "s-1", "iat": SECONDS, "exp": SECONDS + 300, "nonce": "nonce-1",
}  # fmt: skip


def signed(header: dict[str, Any] | None = None, key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not ...}
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    whole = {"alg": alg, "kid": key.kid, **(header or {})}
    return jwt.encode({name: each for name, each in whole.items() if each is not None}, claims, key, registry=registry)


def written(header: dict[str, Any], signature: bytes = b"") -> str:
    """A token whose parts are as they are given."""
    parts = (json.dumps(header).encode(), json.dumps(CLAIMS).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def read(token: object, keys: object = PUBLIC, expected: Expected = EXPECTED) -> Any:
    found = keys_of(keys)
    assert found is not None
    return claims_of(token, found, expected, NOW)


@pytest.mark.parametrize(
    "token",
    [
        signed(),
        signed(alg="PS384"),
        signed(key=CURVE, alg="ES256"),
        signed(aud=[CLIENT]),
        signed(aud=["other", CLIENT], azp=CLIENT),
        signed(exp=SECONDS - 59, iat=SECONDS + 59),
        signed({"typ": "JWT", "x-own": "1"}),
    ],
    ids=["rsa", "pss", "curve", "list", "party", "clock", "header"],
)
def test_what_holds_is_taken(token: str) -> None:
    assert read(token)["sub"] == "s-1"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"iss": "https://login.example/"}, "iss"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": ...}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": ["other"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": ...}, "aud"),
        ({"aud": {"meeting-proxy": 1}}, "aud"),
        ({"aud": ["other", CLIENT]}, "azp"),
        ({"aud": ["other", CLIENT], "azp": "other"}, "azp"),
        ({"azp": "other"}, "azp"),
        ({"exp": SECONDS - 60}, "exp"),
        ({"exp": ...}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"nbf": SECONDS + 61}, "nbf"),
        ({"iat": SECONDS + 61}, "iat"),
        ({"iat": ...}, "iat"),
        ({"nonce": "nonce-2"}, "nonce"),
        ({"nonce": ...}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": ["nonce-1"]}, "nonce"),
        ({"sub": ...}, "sub"),
        ({"sub": 7}, "sub"),
    ],
    ids=[
        "iss-slash", "iss-other", "iss-missing", "aud-other", "aud-others", "aud-empty", "aud-missing", "aud-mapping",
        "azp-missing", "azp-other", "azp-alone", "exp-over", "exp-missing", "exp-word", "nbf-later", "iat-later",
        "iat-missing", "nonce-other", "nonce-missing", "nonce-empty", "nonce-list", "sub-missing",
        "sub-number",
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientFault, match=f"id_token_invalid: .*{named}"):
        read(signed(**changes))


def test_a_nonce_that_is_half_a_letter_is_another() -> None:
    claims = json.dumps(CLAIMS | {"nonce": "\ud800"}).encode()
    with pytest.raises(ClientFault, match=r"id_token_invalid: .*nonce"):
        read(jws.serialize_compact({"alg": "RS256", "kid": "first"}, claims, KEY))


def test_a_token_without_a_signature_is_none() -> None:
    for header in ({"alg": "none"}, {"alg": "None"}, {"alg": ""}, {}, {"alg": "none", "kid": "first"}):
        for token in (written(header), written(header, b"x")):
            with pytest.raises(ClientFault, match="id_token_invalid"):
                read(token)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_no_secret_to_sign_with(alg: str) -> None:
    """Key confusion: the key that everybody can read, used as the secret of an HMAC."""
    pem, curve = KEY.as_pem(private=False), CURVE.as_pem(private=False)
    for material in (pem, pem.strip(), KEY.as_der(private=False), curve, json.dumps(PUBLIC["keys"][0]).encode(), b""):
        for header in ({"alg": alg, "kid": "first"}, {"alg": alg}):
            signed_part = written(header).rpartition(".")[0].encode()
            signature = hmac.digest(material, signed_part, f"sha{alg[2:]}")
            with pytest.raises(ClientFault, match="id_token_invalid"):
                read(written(header, signature))


def test_a_symmetric_key_among_the_public_ones_is_left_out() -> None:
    secret = OctKey.import_key({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "s"})
    token = jwt.encode({"alg": "HS256", "kid": "s"}, CLAIMS, secret, algorithms=["HS256"])
    with pytest.raises(ClientFault, match="id_token_invalid"):
        read(token, {"keys": [*PUBLIC["keys"], secret.as_dict(private=True)]})
    assert keys_of({"keys": [secret.as_dict(private=True)]}) is None


def test_a_key_that_the_token_brings_along_is_not_asked() -> None:
    own = {"jwk": OTHER.as_dict(private=False)}
    for header in (own, own | {"kid": "brought"}, {"jku": "https://evil.example/keys", "kid": "brought"}):
        with pytest.raises((KeyUnknown, ClientFault)):
            read(signed(header, key=OTHER))


@pytest.mark.parametrize(
    "token",
    [signed(key=OTHER), signed({"kid": "second"}), signed({"kid": None})[:-4] + "AAAA", signed()[:-4] + "AAAA"],
    ids=["other-key", "unknown-kid", "no-kid", "damaged"],
)
def test_a_signature_by_no_known_key_asks_for_new_keys_first(token: str) -> None:
    with pytest.raises(ClientFault, match="id_token_invalid"):
        read(token)


def test_which_key_is_told_by_its_id_and_new_keys_are_asked_for() -> None:
    for token in (signed(key=OTHER), signed({"kid": "second"})):
        with pytest.raises(KeyUnknown):
            read(token)


def test_only_algorithms_that_the_provider_names_are_taken() -> None:
    with pytest.raises(ClientFault, match="id_token_invalid"):
        read(signed(alg="PS256"), expected=Expected(ISSUER, CLIENT, "nonce-1", {"RS256", "HS256", "none"}))


@pytest.mark.parametrize("token", [None, 7, "", "a.b", "a.b.c", "." * 4, "x" * (40 << 10), signed() + "." + signed()])
def test_what_is_no_token_is_refused(token: object) -> None:
    with pytest.raises(ClientFault, match="id_token_invalid"):
        read(token)


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"keys": {}}, {"keys": []}, {"keys": [1, {}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-999"}]},
     {"keys": [{**PUBLIC["keys"][0], "use": "enc"}]}],
    ids=["nothing", "list", "empty", "mapping", "none", "unusable", "encryption"],
)  # fmt: skip
def test_a_set_without_a_key_that_can_be_used_is_none(document: object) -> None:
    assert keys_of(document) is None
