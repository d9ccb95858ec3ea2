"""Links: what is in them, and that nothing but the true one is followed."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from consent.asking import COMPOSE, INVITATION, NOW, SECRET, SUMMARY
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.invitations import (
    MAX_LENGTH,
    BadLink,
    LinkReason,
    Offer,
    check_addressee,
    invitation_of,
    seal,
    standing_choice,
    terms_mark,
    token_of,
)
from proxy.consent.records import Scope
from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass

OTHER = Offer("qa", "b")
TOKEN = token_of(INVITATION, SECRET)


def refused(token: str, now=NOW, secret: str = SECRET) -> BadLink:
    with pytest.raises(BadLink) as caught:
        invitation_of(token, secret, now)
    return caught.value


def test_a_link_says_what_it_was_made_with():
    assert invitation_of(TOKEN, SECRET, NOW) == INVITATION


def test_a_link_for_a_series_and_two_recipients_too():
    invitation = replace(
        INVITATION,
        scope=Scope.SERIES,
        scope_id="weekly ☂",
        offers=(SUMMARY, COMPOSE, Offer("x-coaching", "other")),
        terms=(("acme", terms_mark("v1")), ("other", terms_mark("2"))),
        covers_earlier=True,
    )
    assert invitation_of(token_of(invitation, SECRET), SECRET, NOW) == invitation


def test_a_link_is_short_and_fit_for_a_path():
    assert len(TOKEN) < 300
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.integers(0, len(TOKEN) - 1), st.characters(max_codepoint=0x2FF))
def test_any_other_character_makes_it_another_link(position, character):
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    if changed != TOKEN:
        assert refused(changed).reason in (LinkReason.FORGED, LinkReason.MALFORMED)


@given(st.text(max_size=400))
def test_no_text_is_a_link_by_chance(text):
    assert refused(text).invitation is None


def test_the_last_character_has_one_spelling():
    """Base64 has spare bits at its end: the same bytes, another text."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [TOKEN[:-1] + each for each in alphabet if each != TOKEN[-1]]
    raw = TOKEN.split(".")[1]
    same = [
        each
        for each in others
        if base64.urlsafe_b64decode(each.split(".")[1] + "=") == base64.urlsafe_b64decode(raw + "=")
    ]
    assert len(same) == 3
    assert {refused(each).reason for each in same} == {LinkReason.MALFORMED}


def test_a_link_signed_with_another_key_is_forged():
    assert refused(TOKEN, secret=SECRET + "x").reason is LinkReason.FORGED


def test_a_form_is_no_link():
    body = base64.urlsafe_b64decode(TOKEN.split(".")[0] + "==")
    assert refused(seal(SECRET, "form", body)).reason is LinkReason.FORGED


def test_a_link_ends_to_the_second():
    assert invitation_of(TOKEN, SECRET, INVITATION.expires - timedelta(microseconds=1)) == INVITATION
    ended = refused(TOKEN, now=INVITATION.expires)
    assert (ended.reason, ended.invitation) == (LinkReason.EXPIRED, "inv-1")


def test_who_forges_a_link_that_has_ended_is_a_forger():
    assert refused(TOKEN[:-4] + "AAAA", now=INVITATION.expires).reason is LinkReason.FORGED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        json.dumps([2, "i", "p", "meeting", "m", [["a", "t", ["summary"]]], 1798000000, 0]).encode(),
        json.dumps([1, "i", "p", "town", "m", [["a", "t", ["summary"]]], 1798000000, 0]).encode(),
        json.dumps([1, "i", "p", "meeting", "m", [], 1798000000, 0]).encode(),
        json.dumps([1, "i", 7, "meeting", "m", [["a", "t", ["summary"]]], 1798000000, 0]).encode(),
        json.dumps([1, "i", "p", "meeting", "m", [["a", "t", ["everything"]]], 1798000000, 0]).encode(),
        json.dumps([1, "i", "p", "meeting", "m", [["a", "t", ["summary"]]], 10**30, 0]).encode(),
        json.dumps([1, "i", "p", "meeting", "m", [["a", "t", ["summary", "summary"]]], 1798000000, 0]).encode(),
        json.dumps([1, "i", "p", "meeting", "m", [["a", "t", ["summary"]]], 1798000000, 2]).encode(),
    ],
)
def test_what_is_signed_and_no_invitation_is_malformed(body):
    assert refused(seal(SECRET, "invitation", body)).reason is LinkReason.MALFORMED


def test_a_text_of_any_length_is_refused_quickly():
    assert refused("A" * (MAX_LENGTH + 1)).reason is LinkReason.MALFORMED
    assert refused("A" * MAX_LENGTH + "." + "A" * 43).reason is LinkReason.MALFORMED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"offers": (), "terms": ()}, "nothing_asked"),
        ({"scope": Scope.ORG, "scope_id": ""}, "invitation_incomplete"),
        ({"participant": ""}, "invitation_incomplete"),
        ({"expires": NOW.replace(tzinfo=None)}, "invitation_incomplete"),
        ({"expires": NOW.replace(microsecond=1)}, "invitation_incomplete"),
        ({"terms": ()}, "invitation_incomplete"),
        ({"offers": (SUMMARY, SUMMARY)}, "invitation_incomplete"),
        ({"offers": (Offer("everything", "acme"),)}, "unknown_purpose"),
        (
            {"offers": (SUMMARY, Offer("qa", "b"), COMPOSE), "terms": (("acme", "1"), ("b", "2"))},
            "invitation_incomplete",
        ),
    ],
)
def test_an_invitation_that_says_too_little_is_not_signed(changes, reason):
    with pytest.raises(ClientFault) as caught:
        token_of(replace(INVITATION, **changes), SECRET)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Participant("ann@fjord.example", "Ann"), "telling_id"),
        (Participant("Ann Solberg", "Ann Solberg"), "telling_id"),
        (Participant("ann", "Ann"), "telling_id"),
        (Participant("ann", "A. S.", aliases=("Ann",)), "telling_id"),
        (Participant("r-1", "Room", members=("p-1",)), "room_not_asked"),
        (Participant("r-1", "Room", participant_class=ParticipantClass.ROOM), "room_not_asked"),
    ],
)
def test_no_link_holds_a_name_or_address_and_none_asks_a_room(person, reason):
    with pytest.raises(ClientFault) as caught:
        check_addressee(person)
    assert caught.value.reason == reason


def test_people_with_opaque_ids_can_be_asked():
    check_addressee(Participant("p-17", "Ann Solberg", emails=("ann@fjord.example",)))


def test_a_standing_choice_is_always_the_same_for_one_invitation():
    """What is given through its link can be taken back through its link, which ends with it."""
    made = standing_choice(replace(INVITATION, covers_earlier=True), "fjord", timedelta(days=365))
    assert made == standing_choice(INVITATION, "fjord", timedelta(days=365))
    assert (made.scope, made.scope_id, made.offers, made.covers_earlier) == (
        Scope.ORG, "fjord", INVITATION.offers, False,
    )  # fmt: skip
    assert made.expires == INVITATION.expires + timedelta(days=365)
    assert made.id != INVITATION.id
    assert invitation_of(token_of(made, SECRET), SECRET, NOW) == made
