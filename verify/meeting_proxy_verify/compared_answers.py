"""Compares the consent records in the report of a person with the acts in a log that put answers of theirs on file."""

from __future__ import annotations

from collections import Counter, defaultdict

from meeting_proxy_verify.claims import Claims
from meeting_proxy_verify.exchanges import Record, listed
from meeting_proxy_verify.findings import Findings
from meeting_proxy_verify.of_person import OfPerson, answering
from meeting_proxy_verify.words import looked_up

_SAID = ("state", "scope", "purpose", "recipient")
"""What an act and a record say alike."""


def compare_answers(claims: Claims, log: OfPerson, findings: Findings) -> None:
    """Say of which answers a report has fewer records than the log has acts.

    It may have more: an act that puts several on file counts once, and records can be older than the log.
    """
    held = [[entry.get(name) for name in _SAID] for _, entry in claims.held("consent_records")]
    told = Counter(tuple(said) for said in held if all(isinstance(each, str) for each in said))
    rooms = {one for _, entry in claims.held("rooms") for one in listed(entry.get("pseudonyms"))}
    acts = defaultdict[tuple[object, ...], list[Record]](list)
    for act in log.answers:
        said = tuple(looked_up(act.event, f"unmapped.ledger.{name}") for name in _SAID)
        own = claims.pseudonyms.intersection(answering(act)) - rooms
        if own and all(isinstance(each, str) and each != "other" and not each.startswith("dig:") for each in said):
            acts[said].append(act)
    for said, put in acts.items():
        if told[said] < len(put):
            answers = f"{told[said]} of {len(put)} answers {' '.join(map(repr, said))}"
            findings.add("report_incomplete", f"{claims.name} has {answers} in 'consent_records'", put[-1].place)
