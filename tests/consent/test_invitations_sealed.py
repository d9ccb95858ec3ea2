"""Signed texts: one spelling, one kind, one secret; and those that the first version wrote."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from consent.asking import INVITATION, NOW, SECRET
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import Signer

from proxy.consent.invitations import MAX_LENGTH, SealBroken, invitation_of, seal, unseal

SENT = (
    "WzEsImludi0xIiwicC0xIiwibWVldGluZyIsIm0xIixbWyJhY21lIiwiM2JmYzI2OTU5NGVmNjQ5MiIsWyJzdW1tYXJ5IiwiY29tcG9zZSJdXV0s"
    "MTc3NTAzNDAwMCwwXQ.r7wItbGt0mOQDVQiT_hpPozRyiE1kc1qb1bB-ndw5B4"
)
"""A link as the first version sent it."""
EXAMPLES = settings(max_examples=invented(100), deadline=None)


def plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def first(secret: str, kind: str, body: bytes) -> str:
    """A text as the first version sealed it."""
    mac = hmac.digest(secret.encode(), f"meeting-proxy {kind} 1\n".encode() + body, hashlib.sha256)
    return f"{plain(body)}.{plain(mac)}"


def reason(secret: str, kind: str, text: str) -> str:
    with pytest.raises(SealBroken) as caught:
        unseal(secret, kind, text)
    return caught.value.reason


@EXAMPLES
@given(st.binary(min_size=1, max_size=200), st.sampled_from([seal, first]))
def test_what_was_sealed_is_read_by_the_same_secret_and_kind_alone(body: bytes, how) -> None:
    text = how(SECRET, "invitation", body)
    assert unseal(SECRET, "invitation", text) == body
    assert reason(SECRET, "form", text) == "forged"
    assert reason(SECRET + "x", "invitation", text) == "forged"


@EXAMPLES
@given(st.binary(min_size=1, max_size=60), st.sampled_from([seal, first]), st.data())
def test_a_text_has_one_spelling(body: bytes, how, data: st.DataObject) -> None:
    """Signs that base64 passes over, padding, spare bits and other alphabets give no second text."""
    text = how(SECRET, "invitation", body)
    place = data.draw(st.integers(0, len(text)))
    changed = data.draw(
        st.one_of(
            st.characters(max_codepoint=0x2FF).map(lambda c: text[:place] + c + text[place:]),
            st.characters(max_codepoint=0x2FF).map(lambda c: text[:place] + c + text[place + 1 :]),
            st.sampled_from([text + "=", text + "\n", text.replace(".", "=."), text.replace("-", "+"), text[:place]]),
        )
    )
    if changed != text:
        assert reason(SECRET, "invitation", changed) in ("malformed", "forged")


def test_itsdangerous_alone_would_take_another_spelling() -> None:
    """Why the spelling is looked at before."""
    signer = Signer(SECRET, salt="meeting-proxy x 2", key_derivation="hmac", digest_method=hashlib.sha256)
    text = seal(SECRET, "x", b"body")
    assert signer.validate(text)
    assert signer.validate(text + "!!!!")
    assert reason(SECRET, "x", text + "!!!!") == "malformed"


def test_a_link_that_the_first_version_sent_is_followed_until_it_ends() -> None:
    """By it a yes can be taken back, for as long as it counts."""
    assert invitation_of(SENT, SECRET, NOW) == INVITATION
    assert invitation_of(SENT, SECRET, INVITATION.expires - timedelta(seconds=1)) == INVITATION


def test_length_and_secret_matter_before_anything_else() -> None:
    assert reason(SECRET, "x", "A" * (MAX_LENGTH + 1)) == "malformed"
    assert reason(SECRET, "x", "") == "malformed"
    assert reason(SECRET, "x", "A." + "A" * 43) == "malformed"
    assert reason(SECRET, "x", "AA." + "A" * 43) == "forged"
