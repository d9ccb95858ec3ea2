"""What is done with a kind of finding that the configuration does not list."""

from __future__ import annotations

import pytest

from proxy.model import SPECIAL_CATEGORIES, Action
from proxy.settings import actions


@pytest.mark.parametrize("default", [None, Action.PSEUDONYM, Action.KEEP])
def test_special_categories_are_kept_under_a_mild_default(default: Action | None) -> None:
    made = actions({} if default is None else {"default": default})
    assert {made[kind] for kind in SPECIAL_CATEGORIES} == {Action.KEEP}
    assert made["default"] is (default or Action.PSEUDONYM)


@pytest.mark.parametrize("default", [Action.REMOVE, Action.MASK, Action.REFUSE, Action.GENERALIZE])
def test_a_strict_default_is_meant_for_special_categories_too(default: Action) -> None:
    assert actions({"default": default}) == {"default": default}


def test_what_is_written_holds() -> None:
    made = actions({"HEALTH": Action.REFUSE, "PERSON": Action.MASK})
    assert (made["HEALTH"], made["PERSON"], made["RELIGION"]) == (Action.REFUSE, Action.MASK, Action.KEEP)
