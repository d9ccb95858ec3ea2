"""Takes a submitted form and records what the person chose, once.

Also gives the person what they can keep: receipts of all that they said through a link, and the notice in their
language.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from proxy.audit.acts import Operator, OperatorKind
from proxy.consent.invitations import BadForm, Form, FormReason, Offer, form_of
from proxy.consent.offers import Button, Choice
from proxy.desk import invitations
from proxy.desk.invitations import Answer
from proxy.edge.pages.notice import Notice
from proxy.edge.pages.reading import Subject
from proxy.edge.store.store import Store
from proxy.settings import ConsentSettings, Settings

MAX_FIELDS = 64


async def answer(
    body: bytes,
    *,
    secret: str,
    subject: Subject,
    notices: Sequence[Notice],
    policy: ConsentSettings,
    store: Store,
    now: datetime,
) -> None:
    """Record the choice in a form's body. Raises `BadForm`, or `ClientFault` if the policy accepts no such grant.

    `notices` are the notice in each offered language. To allow something, the form has to carry the digest of one of
    them. A refusal needs no notice, so a changed text never keeps anybody from refusing.
    """
    fields = _fields(body)
    form = form_of(_one(fields, "form"), secret, subject.invitation.id, now)
    choice = _choice(fields, form, subject)
    read = next((each for each in notices if each.digest == form.notice), None)
    if choice.button is Button.SAVE and choice.chosen and read is None:
        raise BadForm(FormReason.NOTICE_CHANGED)
    given = Answer(
        choice=choice,
        presents=subject.presents,
        versions={name: shown.version for name, shown in subject.terms.items()},
        nonce=form.nonce,
        notice_hash=form.notice,
        notice_language=read.language if read else None,
    )
    # Whoever has the link acts for themselves.
    own = store.acting(Operator(OperatorKind.PERSON, subject.invitation.participant))
    await invitations.answer(own, subject.invitation, given, policy=policy, now=now, new_id=lambda: uuid.uuid4().hex)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadForm(FormReason.FORGED) from None


def _one(fields: Sequence[tuple[str, str]], name: str) -> str:
    values = [value for field, value in fields if field == name]
    if len(values) != 1:
        raise BadForm(FormReason.FORGED)
    return values[0]


def _choice(fields: Sequence[tuple[str, str]], form: Form, subject: Subject) -> Choice:
    """Return the pressed button and its options. Raises `BadForm` for anything that is not on the page."""
    pressed, _, number = _one(fields, "button").partition(" ")
    allowed = {"form", "button", "yes"}
    if any(name not in allowed for name, _ in fields) or pressed not in set(Button):
        raise BadForm(FormReason.FORGED)
    button = Button(pressed)
    offers = subject.invitation.offers
    boxes = frozenset(_offer(str(box), offers) for box in form.boxes)
    ticked = frozenset(_offer(value, offers) for name, value in fields if name == "yes")
    if button is Button.WITHDRAW:
        return Choice(button, frozenset({_offer(number, offers)}), boxes)
    if number or not ticked <= boxes:
        raise BadForm(FormReason.FORGED)
    return Choice(button, ticked if button is Button.SAVE else frozenset(), boxes)


def _offer(number: str, offers: Sequence[Offer]) -> Offer:
    if not (number.isascii() and number.isdigit() and len(number) <= 3 and int(number) < len(offers)):
        raise BadForm(FormReason.FORGED)
    return offers[int(number)]


async def receipts(about: Subject, shown: Notice, settings: Settings, store: Store) -> str:
    """Return as JSON the notice and the receipt of each record about these offers in this scope, oldest first.

    The notice is the current one. The receipt of a record holds the digest of the notice that was shown for it.
    """
    mine = await invitations.receipts(store, about.invitation, about.offers, settings)
    notice = {"language": shown.language, "digest": shown.digest, "text": shown.text}
    return json.dumps({"receipts": mine, "notice": notice}, ensure_ascii=False, indent=2)
