"""One-time forms: a page hands one out, and it can be sent in once.

A form is signed and knows its invitation, the notice that the person was shown and when. What it cannot know is
whether it was sent before; the store does (`Store.spend`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from proxy.consent.sealed import SealBroken, seal, unseal

KIND = "form"

LIFE = timedelta(hours=24)
"""How long a page may stay open before its form is sent (WCAG 2.2.1: at least 20 hours, or time can be extended)."""


class FormReason(StrEnum):
    """Why a form changes nothing. The last two say that another page has to be read first."""

    FORGED = "form_forged"
    OTHER_LINK = "form_of_other_link"
    REUSED = "form_reused"
    EXPIRED = "form_expired"
    NOTICE_CHANGED = "form_notice_changed"


class BadForm(Exception):
    """A form that changes nothing."""

    def __init__(self, reason: FormReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Form:
    """What a page was when it was handed out.

    `nonce` is random; `notice` is the digest of the notice shown; `boxes` are the positions, among the offers of
    the invitation, of those that had a box to tick.
    """

    nonce: str
    invitation: str
    notice: str
    boxes: tuple[int, ...]
    shown_at: datetime


def form_token(form: Form, secret: str) -> str:
    """The signed text for the page's hidden field."""
    body = [form.nonce, form.invitation, form.notice, form.boxes, int(form.shown_at.timestamp())]
    return seal(secret, KIND, json.dumps(body, separators=(",", ":")).encode())


def form_of(text: str, secret: str, invitation: str, now: datetime) -> Form:
    """The form of this invitation that holds now; raises `BadForm`."""
    try:
        fields: Any = json.loads(unseal(secret, KIND, text))
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
