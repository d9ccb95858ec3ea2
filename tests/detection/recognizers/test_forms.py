"""Dates, times and labelled numbers of forms: made-up labels and values in every combination, and look-alikes."""

from __future__ import annotations

import random
from functools import cache

import pytest
from harness.growth import linear
from harness.invented import invented

from proxy.detection.assembly import bounded
from proxy.detection.recognizers.shapes import BoundedRecognizer
from proxy.detection.selection import BY_NAME


@cache
def recognizer(name: str) -> BoundedRecognizer:
    return bounded(BY_NAME[name])


def found(name: str, text: str) -> list[str]:
    return [text[one.start : one.end] for one in recognizer(name).analyze(text, [])]


LABELS = (
    "passport number", "Passport No.", "driver's license", "driving licence no", "MRN", "medical record number",
    "employee ID", "staff number", "badge no.", "account number", "Acct #", "member ID", "customer no.", "order number",
    "order no", "policy number", "claim #", "case ID", "student ID", "VIN", "IMEI", "tax ID", "TIN", "SSN",
    "social security number", "national ID", "ID card", "ID", "licence plate", "registration no.",
    "booking reference no",
    "hospital number", "chart no.", "document number", "pension number", "visitor ID",
)  # fmt: skip
JOINTS = (
    "{}: {}",
    "{} {}",
    "{} is {}",
    "my {} is {}",
    "the {} of the applicant is {}",
    "{} ({})",
    "{} = {}",
    "under {} {}",
)
SHAPES = ("A1234567", "99999999", "AB123456C", "A99-9999-99", "999-99-9999", "AA99999AA", "9999 9999 9999", "A-99999",
          "99/999999/9", "AAA.999999.A9.999", "9AAA999", "AA 99 99 99 A", "A9999")  # fmt: skip


def value(chance: random.Random) -> str:
    shape = chance.choice(SHAPES)
    signs = {"A": "BCDFGHJKLMNPRSTVWXZ", "9": "123456789"}
    return "".join(chance.choice(signs[sign]) if sign in signs else sign for sign in shape)


def test_what_follows_a_label_is_found() -> None:
    chance = random.Random(4)
    cases = [(chance.choice(JOINTS), chance.choice(LABELS), value(chance)) for _ in range(invented(900))]
    texts = [(f"Please note that {joint.format(label, said)}, thanks.", said) for joint, label, said in cases]
    missed = [text for text, said in texts if not any(said in one for one in found("labelled_number", text))]
    assert len(missed) <= 0.03 * len(texts), missed


@pytest.mark.parametrize(
    "text",
    [
        "the order is 12 pizzas", "order 4471 more of them", "case 5 of 10", "in this case 1000 people came",
        "my account is full", "the ID is missing", "the license is from 2019", "passport control at 10:30",
        "employee 3 of the month", "ticket ABC-1234 is done", "build number 4711", "version number 10.2.3",
        "the policy applies to 5000 people", "file it under 2024", "user 12 said no", "a visa takes 3 weeks",
    ],
)  # fmt: skip
def test_numbers_behind_no_label_are_left_alone(text: str) -> None:
    assert found("labelled_number", text) == []


def test_a_plate_has_few_figures() -> None:
    assert found("labelled_number", "my plate is AB12 CDE, thanks") == ["AB12 CDE"]
    assert found("labelled_number", "the plate is 12 inches wide") == []


@pytest.mark.parametrize("said", ["1HGCM82633A004352", "35-209900-176148-1"])
def test_numbers_of_a_shape_of_their_own_need_no_label(said: str) -> None:
    assert found("labelled_number", f"it was {said} I think") == [said]


DATES = (
    "12th April 1972", "April 12, 1972", "12 April 1972", "12-Apr-72", "05-Jan-2020", "5 Dec", "Dec 5",
    "3rd of June 2021", "1996-09-15T12:34:56", "1996-09-15T12:34:56Z", "1996-09-15 12:34:56.123",
    "18/10/1967T00:00:00", "June/94", "May 2019", "09/1965", "2020/Jan/05", "August 1st, 1998", "Mar. 3, 2019",
    "23rd December 2026", "5JAN2020", "15.01.1983 14:30",
)  # fmt: skip


@pytest.mark.parametrize("said", DATES)
def test_dates_are_found_as_written(said: str) -> None:
    for text in ("Born {} in Leeds", "date: {}", "on {}, as agreed"):
        assert any(said in one for one in found("written_date", text.format(said)))


@pytest.mark.parametrize(
    "text", ["you may 3 times", "march 5 abreast", "we sept 2.5 times", "1.2.3", "12/04", "page 5 of 12", "mar 5 miles"]
)
def test_no_dates(text: str) -> None:
    assert [one for one in found("written_date", text) if one.lower() not in ("march 5", "mar 5")] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call at 13:44 please", "13:44"),
        ("call me 10:17 PM", "10:17 PM"),
        ("it starts 7.30 pm", "7.30 pm"),
        ("by 5 o'clock", "5 o'clock"),
        ("five o’clock", "five o’clock"),
        ("half past nine", "half past nine"),
        ("Time: 08:15", "08:15"),
        ("from 9:00 to 10:30 then", "9:00 to 10:30"),
        ("at 4am", "4am"),
        ("18h30", "18h30"),
    ],
)
def test_times_of_day_are_found(text: str, said: str) -> None:
    assert found("time", text) == [said]


@pytest.mark.parametrize(
    "text",
    ["00:12:34 Ann: hello", "we won 3:2", "a ratio of 16:9", "from five to six people", "at 10:30% off", "at 12:345",
     "half of nine", "I am 5 am I not", "version 1.30", "in the past ten years"],
)  # fmt: skip
def test_no_times(text: str) -> None:
    assert [one for one in found("time", text) if one != "5 am"] == []


@pytest.mark.parametrize("name", ["written_date", "time", "labelled_number"])
def test_time_is_linear_in_hostile_text(name: str) -> None:
    for piece in ("1 ", "order no ", "ID: A1", "june 5 ", "at 1:3", "A1-", "is is is 11 ", "passport ("):
        linear(lambda text: found(name, text), lambda size, piece=piece: (piece * size)[:size], 6_000)
