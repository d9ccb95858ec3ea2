"""Passwords, PINs and codes that are said aloud, and what is said about them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.secrets.said import secrets_said


def said(text: str) -> list[str]:
    return [text[span.start : span.end] for span in secrets_said(text)]


SECRETS = [
    ("and the password is sunny day nineteen eighty four", "sunny day nineteen eighty four"),
    ("it's admin and the password is, um, tango seven niner", "tango seven niner"),
    ("the password is also admin", "admin"),
    ("the code for the front door is nine nine two one", "nine nine two one"),
    ("the password it's capital T tango dollar sign nine", "capital T tango dollar sign nine"),
    ("password, capital M as in Mary, o, o, n", "capital M as in Mary, o, o, n"),
    ("the two factor code they texted me is 883 104", "883 104"),
    ("password is spelled q w e r t y", "q w e r t y"),
    ("the password is hunter two all lower case", "hunter two all lower case"),
    ("password is capital B l u e dash forty two", "capital B l u e dash forty two"),
    ("the pin is four four one nine", "four four one nine"),
    ("wifi password's correct horse battery staple", "correct horse battery staple"),
    ("the wifi password is correct horse battery staple, okay?", "correct horse battery staple"),
    ("The door code is 4419.", "4419"),
    ("the door code is four four one nine pound", "four four one nine pound"),
    ("Passcode: 482913", "482913"),
    ("password: Sommer2024!", "Sommer2024!"),
    ("The password is hunter2!x by the way.", "hunter2!x"),
    ("your code is 482913", "482913"),
    ("the code is four eight two nine one three thanks", "four eight two nine one three"),
    ("my password is just swordfish, don't tell", "swordfish"),
    ("the password for the staging server is purple monkey dishwasher", "purple monkey dishwasher"),
    ("password is S as in Sam, n, o, w, seven seven", "S as in Sam, n, o, w, seven seven"),
    ("use password Tr0ub4dor&3 please", "Tr0ub4dor&3"),
    ("we changed the password to winter dash 2026", "winter dash 2026"),
    (
        "it was set, passphrase is um blue whale seventy seven exclamation mark",
        "blue whale seventy seven exclamation mark",
    ),
    ("my PIN is 4419", "4419"),
    ("PIN 4419", "4419"),
    ("the api key is abc123def456ghi", "abc123def456ghi"),
    ("the password's banana", "banana"),
    ("the password is h u n t e r 2", "h u n t e r 2"),
    ("security code is 9 3 1 0", "9 3 1 0"),
    ("the one-time code is 391-204", "391-204"),
    ("password is with a capital B blue heron", "with a capital B blue heron"),
    ('the password is "open sesame" I think', "open sesame"),
    ("the passcode for the meeting is double four one nine", "double four one nine"),
]
STATEMENTS = [
    "the password is John's",
    "the password is longer than eight characters now",
    "the passcode is optional for guests",
    "the password is good",
    "the code is 80 percent covered by tests",
    "the password is on a sticky note",
    "code 2024 of the building act",
    "the Construction Code 2014",
    "its secret http://fjord.example/a1b2c3d4",
    "the password is wrong",
    "the password is wrong again",
    "reset your password",
    "the password policy is strict",
    "the password is twelve characters",
    "the password is 12 characters long",
    "the password is case sensitive",
    "the password is all lower case",
    "the pin is four digits",
    "the PIN is mandatory",
    "the password is required",
    "the password is the same as yesterday",
    "the password is in the vault",
    "passwords are stored hashed with sha256",
    "the password was changed yesterday",
    "the password is one of the problems",
    "the password is too short",
    "is the password correct",
    "the key is communication",
    "the key is 3 things",
    "the secret is consistency",
    "the code is broken",
    "the code is 2000 lines long",
    "the error code is 5003",
    "the zip code is 90210",
    "the status code is 404",
    "source code is 48291 lines",
    "password is expired",
    "the password has been reset",
    "our password manager is Bitwarden",
    "the token is valid for 3600 seconds",
    "code is ready and reviewed",
    "the password is about to expire in three days",
    "passwords will be rotated every ninety days",
    "the key is to ship by 2026",
    "the password should be changed",
    "the password should be strong and unique",
    "the password is being rotated",
    "Password: required",
    "the pin is on the board",
    "password 2fa is enabled",
    "the password is incorrect, please try again",
    "the password is not working",
    "the password is encrypted at rest with aes256",
    "I forgot the password, is that okay?",
    "tokens are cheaper now",
    "the code is clean",
    "the combination is good",
    "the code is in the main branch",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_the_secret_is_found_without_what_names_it(text: str, secret: str) -> None:
    assert said(text) == [secret]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_about_secrets_are_none(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("the pin is 4419 and the door code is 7 7 0 2", ["4419", "7 7 0 2"]),
        ("the password is hunter2\nis that fine", ["hunter2"]),
        ("try hunter3, the password is hunter2 or hunter3", ["hunter2 or hunter3"]),
        ("my cvv is 913", ["913"]),
        ("so the password is\nhunter two", ["hunter two"]),
    ],
)
def test_several_and_line_ends(text: str, secrets: list[str]) -> None:
    assert said(text) == secrets


WORDS = "the password passcode pin code key is 's to : capital b u dash two 4419 hunter2 a . , ! \n as in".split(" ")


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_give_ordered_spans_inside_of_the_text(text: str) -> None:
    spans = list(secrets_said(text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
