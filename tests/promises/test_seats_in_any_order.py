"""Promise 2: who sits in a seat does not hang on whether the roster comes first or the call of the meeting service."""

from __future__ import annotations

from typing import Any

import pytest
from harness.process import PEOPLE
from promises.conftest import Stand
from promises.test_who_is_who import AS_BEN, EARLY, FIRST, LATE, NUMBERS, Call, hall, left_in, tell

__all__ = ["hall"]
BO = {"id": "p-bo", "name": "Ben O", "class": "guest", "emails": ["bo@partner.example"]}
DEV = {"id": "p-dev", "name": "Dev Rao", "class": "guest"}
AS_OTHER = {"participant_user_id": "u-x", "email": "Other@home.example"}
ANNIKA, BENEDIKT = PEOPLE[:2]
CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[Call, ...], set[str]]] = {
    "somebody else of the name": ([ANNIKA], [BO], (("joined", FIRST, "G", "Ben O", AS_OTHER),), set()),
    "the name of one, the address of another on file": ([ANNIKA], [BO], (("joined", FIRST, "G", "Ben O", AS_BEN),),
                                                        set()),
    "whose name comes later, and who goes": (
        [ANNIKA, BENEDIKT], [BO], (("joined", FIRST, "G", "Ben O", AS_BEN), ("left", EARLY, "G", "Ben O", AS_BEN)),
        set()),
    "a name without an address, the address of another": (
        [ANNIKA, DEV], [BENEDIKT], (("joined", FIRST, "G", "Dev Rao", AS_BEN), ("left", EARLY, "G", "Dev Rao", AS_BEN)),
        set()),
    "their own address, under another name": ([ANNIKA], [BENEDIKT], (("joined", LATE, "G", "Benny", AS_BEN),),
                                              {"unclaimed early", "joint early"}),
}  # fmt: skip


@pytest.mark.parametrize("first", ["roster", "call"])
@pytest.mark.parametrize("case", CASES)
def test_whoever_is_signed_in_is_whose_address_it_is_in_any_order(hall: Stand, case: str, first: str) -> None:
    before, more, calls, left = CASES[case]
    number = next(NUMBERS)
    hall.proxy.meeting(before if first == "call" else [*before, *more], number)
    for call in calls:
        tell(hall, number, call)
    if first == "call":
        hall.proxy.meeting([*before, *more], number)
    assert left_in(hall, number) == left
