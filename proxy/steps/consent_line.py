"""The line of consent below an answer: whose words went into it under which receipts, and whose stayed out.

It is written for whoever has the request, and with nothing of anybody who does not speak in it. Why somebody was not
heard is theirs to tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from proxy.errors import ClientFault, Refusal
from proxy.model import Inbound
from proxy.settings import Route
from proxy.steps.consultation import ConsentAnswer

HEADER = "x-consent-line"
_BEGINS = "\n\n"
_UNCLAIMED_IN = "Words that nobody is known to have said went in, as everybody present may be heard."
_UNCLAIMED_OUT = "Words that nobody is known to have said are left out."


def asks_for_line(route: Route, inbound: Inbound) -> bool:
    """Whether a request asks for the line. Raises where the route adds none, or the header is no truth value."""
    asked = inbound.header(HEADER)
    if asked is None or asked.strip().lower() == "false":
        return False
    if asked.strip().lower() != "true":
        raise ClientFault("consent_line_invalid", "X-Consent-Line is true or false", where=f"header {HEADER}")
    if not route.consent_line:
        detail = f"route {route.name!r} adds no line of consent; set routes[].consent_line, or leave X-Consent-Line out"
        raise Refusal("consent_line_not_allowed", detail)
    return True


def consent_line(consulted: ConsentAnswer, exchange: str) -> str:
    """The line, with the space above it; empty if nobody spoke."""
    heard: dict[str, list[str]] = {}
    silent: dict[str, None] = {}
    unclaimed: set[bool] = set()  # words that nobody is known to have said: whether they went in
    for said, verdict in zip(consulted.hearing.said, consulted.decision.verdicts, strict=True):
        if said.participant is None:
            unclaimed.add(verdict.admitted)
        elif verdict.admitted:
            heard.setdefault(said.participant, []).extend(verdict.grants)
        else:
            silent[said.participant] = None
    if not heard and not silent and not unclaimed:
        return ""
    names = {person.id: person.name for person in consulted.roster.participants}
    named = _all(_heard(heard, names)) or ("nobody by name" if True in unclaimed else "nobody")
    told = [f"Heard with consent: {named}."]
    left_out = [names.get(each, each) for each in silent if each not in heard]
    in_part = [names.get(each, each) for each in silent if each in heard]
    told += [f"Heard in part: {_all(in_part)}."] if in_part else []
    told += [f"Not heard: {_all(left_out)}."] if left_out else []
    told += [_UNCLAIMED_IN] if True in unclaimed else []
    told += [_UNCLAIMED_OUT] if False in unclaimed else []
    return f"{_BEGINS}{' '.join(told)} Exchange {exchange}."


def _heard(heard: dict[str, list[str]], names: dict[str, str]) -> Iterable[str]:
    for person, grants in heard.items():
        receipts = _all(f"receipt:{each}" for each in dict.fromkeys(grants))
        yield f"{names.get(person, person)} ({receipts or 'by the default of their class'})"


def _all(several: Iterable[str]) -> str:
    return ", ".join(several)
