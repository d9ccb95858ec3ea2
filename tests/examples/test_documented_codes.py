"""Every reason code that the program can give is explained in docs/operations.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

from proxy.consent.verdicts import Reason

REPOSITORY = Path(__file__).parents[2]
OPERATIONS = (REPOSITORY / "docs/operations.md").read_text()
FAULTS = {"ClientFault", "Refusal", "OwnFault", "UpstreamFault"}


def codes() -> Iterator[tuple[str, str]]:
    """Reason codes given as constants to a fault, with the file that gives them."""
    for file in sorted((REPOSITORY / "proxy").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAULTS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, file.name


def test_every_reason_code_of_a_fault_is_explained_to_operators() -> None:
    found = dict(codes())
    assert len(found) > 60
    assert {code: file for code, file in found.items() if f"`{code}`" not in OPERATIONS} == {}


def test_every_reason_for_withholding_has_a_remedy() -> None:
    told_elsewhere = {"granted", "class_default", "too_little_retained", "purpose_not_allowed", "route_disabled"}
    assert {reason for reason in Reason if f"`{reason}`" not in OPERATIONS} <= told_elsewhere
