"""A column with a name in another language is answered with the name that is meant."""

from __future__ import annotations

import pytest

from proxy.csv_source import header_problem


@pytest.mark.parametrize(("written", "meant"), [("e-mail", "email"), ("klasse", "class"), ("emial", "email")])
def test_the_column_meant_is_named(written: str, meant: str) -> None:
    told = header_problem(["name", written], ("name", "email", "class"))
    assert told is not None
    assert told.endswith(f"column 2: did you mean {meant}?")
