"""Forms: each of one link, one notice, one day."""

from datetime import timedelta

import pytest
from consent.asking import NOW, SECRET

from proxy.consent.invitations import LIFE, BadForm, Form, FormReason, form_of, form_token, seal

FORM = Form("n-1", "inv-1", "sha256:abc", (0, 2), NOW)
TEXT = form_token(FORM, SECRET)


def reason(text: str, *, secret: str = SECRET, invitation: str = "inv-1", now=NOW) -> FormReason:
    with pytest.raises(BadForm) as caught:
        form_of(text, secret, invitation, now)
    return caught.value.reason


def test_a_form_says_what_it_was_made_with():
    assert form_of(TEXT, SECRET, "inv-1", NOW + LIFE - timedelta(seconds=1)) == FORM


def test_a_form_that_this_proxy_did_not_write_is_forged():
    assert reason(TEXT, secret=SECRET + "x") is FormReason.FORGED
    assert reason(TEXT[:-2] + "AA") is FormReason.FORGED
    assert reason("") is FormReason.FORGED
    assert reason(seal(SECRET, "invitation", b"[]")) is FormReason.FORGED
    assert reason(seal(SECRET, "form", b"[]")) is FormReason.FORGED


def test_a_form_of_another_link_changes_nothing():
    assert reason(TEXT, invitation="inv-2") is FormReason.OTHER_LINK


def test_a_page_may_stay_open_for_a_day():
    assert reason(TEXT, now=NOW + LIFE) is FormReason.EXPIRED
