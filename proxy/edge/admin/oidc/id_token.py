"""What an ID token says of somebody, if all of it holds: signature, issuer, audience, time and nonce.

OpenID Connect Core 1.0, section 3.1.3.7. The signature is checked by joserfc, with an algorithm of public keys alone: a
token that says ``none``, or that is signed with a secret which anybody may know, is none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from proxy.edge.admin.callers import same
from proxy.errors import ClientFault

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Algorithms with a private key, which the provider alone has."""
LEEWAY_SECONDS = 60
"""How far the provider's clock may be from ours."""
MAX_CHARACTERS = 32 << 10

Claims = Mapping[str, Any]


class _Registry(JWSRegistry):
    max_header_length = 8 << 10  # some providers put their certificates into it


@dataclass(frozen=True, slots=True)
class Expected:
    """What the ID token of a sign-in has to say."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: Collection[str]


class KeyUnknown(ClientFault):
    """No known key fits the signature: the provider may have new ones."""


def keys_of(document: object) -> jwk.KeySet | None:
    """Return the public keys for signatures in a JSON Web Key Set; None if it has none that can be used."""
    listed = document.get("keys") if isinstance(document, Mapping) else None
    found: list[jwk.Key] = []
    for each in listed if isinstance(listed, list) else ():
        # A symmetric key is no public one: whoever reads the set could sign.
        if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            found.append(jwk.import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # of a kind or size that is not known here
    return jwk.KeySet(found) if found else None


def claims_of(token: object, keys: jwk.KeySet, expected: Expected, now: datetime) -> Claims:
    """Return what a token says. Raises `ClientFault` that names what does not hold; `KeyUnknown` for its signature."""
    if not isinstance(token, str) or len(token) > MAX_CHARACTERS:
        raise _invalid("it is missing or too long")
    allowed = sorted(ALGORITHMS.intersection(expected.algorithms))
    try:
        registry = _Registry(algorithms=allowed, strict_check_header=False)
        claims = jwt.decode(token, keys, algorithms=allowed, registry=registry).claims
    except (BadSignatureError, InvalidKeyIdError):
        raise KeyUnknown("id_token_invalid", "no key of the provider fits its signature", status=401) from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise _invalid("it is not signed as it has to be") from None
    _check(claims, expected, now)
    return claims


def _check(claims: Claims, expected: Expected, now: datetime) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "values": [expected.client_id]},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except ClaimError as error:
        named = error.claim if error.claim in registry.options else "nbf"
        raise _invalid(f"its claim '{named}' does not hold") from None
    except (JoseError, ValueError, TypeError):
        raise _invalid("one of its claims does not hold") from None
    nonce, audience = claims["nonce"], claims["aud"]
    if not isinstance(nonce, str) or not same(nonce, expected.nonce):
        raise _invalid("its claim 'nonce' is that of another sign-in")
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise _invalid("it is for another application (azp)")


def _invalid(what: str) -> ClientFault:
    return ClientFault("id_token_invalid", f"the provider's ID token cannot be trusted: {what}", status=401)
