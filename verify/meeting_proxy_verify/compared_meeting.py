"""Compares what the report of a meeting says beside its exchanges: of acts, records and people."""

from __future__ import annotations

from meeting_proxy_verify.claims import Claims
from meeting_proxy_verify.compared import agrees, differing
from meeting_proxy_verify.exchanges import listed, mappings
from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.of_meeting import OfMeeting, Words, act_facts, line_of, speakers_in
from meeting_proxy_verify.words import looked_up


def compare_meeting(claims: Claims, log: OfMeeting, findings: Findings) -> None:
    """Say what is left out beside exchanges, or told otherwise than the log and the entries of the report have it."""
    _names(claims, log, findings)
    _acts(claims, log, findings)
    _numbers(claims, log, findings)
    _people(claims, _told_words(claims, log) if claims.cut else log.words, findings)


def _told_words(claims: Claims, log: OfMeeting) -> Words:
    """What the entries of the report count: where records were deleted since, the log does not have all of it."""
    told = [(part == log.LISTS[0], entry) for part in log.LISTS for _, entry in claims.held(part)]
    return [(left, one) for left, entry in told for one in mappings(entry.get("people"))]


def _names(claims: Claims, log: OfMeeting, findings: Findings) -> None:
    """The log has no names. But one pseudonym is one person, whom a report calls the same in each place."""
    called: dict[str, tuple[object, object]] = {}
    lines = [(place, line, each) for place, line in claims.held("people") for each in listed(line.get("pseudonyms"))]
    said = [
        (place, each, str(each.get("pseudonym")))
        for part in (*log.LISTS, "acts")
        for place, entry in claims.held(part)
        for each in mappings(entry.get("people"))
    ]
    for place, each, pseudonym in (*lines, *said):
        name = each.get("id"), each.get("name")
        if called.setdefault(pseudonym, name) != name:
            text = f"the report calls {pseudonym!r} {name!r} here, and {called[pseudonym]!r} elsewhere"
            findings.add("report_differs", text, place)


def _acts(claims: Claims, log: OfMeeting, findings: Findings) -> None:
    told = set[int]()
    for place, entry in claims.held("acts"):
        sequence = entry.get("sequence")
        act = log.acts.get(sequence) if type(sequence) is int else None
        if isinstance(sequence, int) and claims.is_beyond(sequence):
            findings.add("report_differs", claims.beyond(sequence), place)
        elif type(sequence) is int and sequence in told:
            findings.add("report_differs", f"act {sequence} stands here a second time", place)
        elif act is None and not claims.was_deleted(sequence):
            findings.add("report_differs", f"the log has no such act {sequence!r} of the meeting", place)
        told |= {sequence} if type(sequence) is int else set()
        if act is None:
            continue
        for text in differing(entry, act_facts(act)):
            findings.add("report_differs", text, place)
    for number, act in log.acts.items():
        if number not in told:
            text = f"{claims.name} does not tell of this {act.code} in 'acts'"
            findings.add("report_incomplete", text, act.place)


def _numbers(claims: Claims, log: OfMeeting, findings: Findings) -> None:
    """The numbers of the records on which a report and each entry rest, and of all exchanges that left."""
    held, place = claims.report.get("records"), Place(f"{claims.name}, records")
    told = held if isinstance(held, list) else []
    for sequence in told:
        if claims.is_beyond(sequence):
            findings.add("report_differs", claims.beyond(sequence), place)
    left = [each for each in told if not claims.was_deleted(each)]
    if isinstance(held, list) and not agrees(left, log.records):
        findings.add("report_differs", f"the report says {left!r}, the log {log.records!r}", place)
    number = looked_up(claims.report, "log.exchanges_that_left")
    counted, least = claims.exchanges_that_left, "at least " if claims.cut else ""
    if type(number) is not int or number < counted or (number > counted and not claims.cut):
        text = f"the report says exchanges_that_left {number!r}, the log {least}{counted}"
        findings.add("report_differs", text, Place(f"{claims.name}, log"))
    if claims.cut:
        _within_the_report(claims, log, told, findings)


def _within_the_report(claims: Claims, log: OfMeeting, records: list[object], findings: Findings) -> None:
    """Where the log does not have all records any more: whether the report agrees with itself about them."""
    rest = [entry.get("sequence") for _, entry in claims.held("acts")]
    for part in log.LISTS:
        for place, entry in claims.held(part):
            numbers, there = entry.get("records"), part == log.LISTS[0]
            held: list[object] = numbers if isinstance(numbers, list) else []
            rest += held
            if entry.get("sequence") not in held or entry.get("left") is not there:
                text = f"the entry is of records {numbers!r}, and says sequence {entry.get('sequence')!r}"
                findings.add("report_differs", f"{text}, left {entry.get('left')!r}", place)
    if sorted(map(str, rest)) != sorted(map(str, records)):
        text = "these are not the numbers that its exchanges and acts have"
        findings.add("report_differs", text, Place(f"{claims.name}, records"))


def _people(claims: Claims, words: Words, findings: Findings) -> None:
    """The lines of people: each pseudonym of a speaker in one of them, with what exchanges count in all."""
    told, speakers = set[str](), speakers_in(words)
    for place, entry in claims.held("people"):
        held = entry.get("pseudonyms")
        named = listed(held)
        if not isinstance(held, list) or len(named) < len(held) or len({*named, *told}) < len(named) + len(told):
            findings.add("report_differs", f"pseudonyms {held!r} are none, or stand here a second time", place)
        if not {*speakers} >= {*named}:
            findings.add("report_differs", f"the log has no words under all of {named!r}", place)
        told |= {*named}
        for text in differing(entry, line_of(named, words)):
            findings.add("report_differs", text, place)
    for uid in speakers:
        if uid not in told and isinstance(claims.report.get("people"), list):
            findings.add("report_incomplete", f"it has no line of {uid!r}", Place(f"{claims.name}, people"))
