"""A person's report: canaries of everybody else are nowhere in it, whatever is on file of them together."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from audit.ledger_samples import intent, outcome, refusal, stamp
from harness.stores import sqlite_store

from proxy.audit.events import PersonFacts
from proxy.audit.ocsf import Event, intent_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, grant_pseudonym, pseudonym
from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import forgetting, reports
from proxy.desk.ports import Answer
from proxy.edge.pages.translation import languages
from proxy.edge.reports.person import person_page
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import Settings

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "organization": "fjord",
        "recipients": {
            "acme-llm": {
                "base_url": "https://llm.example/v1",
                "terms": {"version": "v1"},
                "retention_days": 30,
                "may_train": False,
            }
        },
        "routes": [
            {"name": "s", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme-llm"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
    }
)
ANN = Participant("p-ann", "Annika", emails=("ann@fjord.example",), minor=True)
BEN = Participant("canary-ben", "Benedikt Canary", ("Canary B",), ("canary@fjord.example",))
ROOM = Participant("r-oslo", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann", "canary-ben"))


def said(number: str, person: str, **changes: object) -> ConsentRecord:
    facts = ConsentRecord(
        number, person, Scope.MEETING, "standup", "summary", "acme-llm", "v1", ConsentState.GRANTED, NOW, None,
        "written", True, person, NOW, notice_hash="sha256:00", notice_language="de",
    )  # fmt: skip
    return facts._replace(**changes)  # type: ignore[arg-type]


RECORDS = (
    said("g-ann", "p-ann", actor="canary-ben", guardian=True, evidence_ref="told by Benedikt Canary"),
    said("canary-grant", "canary-ben"),
)


class Ledger:
    """A ledger of these events."""

    def __init__(self, events: Iterable[Event] | None) -> None:
        self._events = None if events is None else list(events)

    async def carried(self, _: object) -> None:
        raise NotImplementedError

    async def read(self, how: Callable[[Iterable[tuple[int, Event]]], Answer]) -> Answer | None:
        return None if self._events is None else how(enumerate(self._events))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(Meeting("standup", NOW, roster=Roster((ANN, BEN, ROOM), True)))
        await opened.consents.record_all(RECORDS)
        yield opened


async def lived(store: Store) -> Ledger:
    """Exchanges of all kinds, in the ledger of this store's keys."""
    keys = await store.keys.of(["p-ann", "canary-ben", "r-oslo", MEETING_SUBJECT + "standup"])
    people = {one: pseudonym("ptc", keys[one], "2026", "fjord") for one in ("p-ann", "canary-ben", "r-oslo")}
    grants = {r.id: grant_pseudonym(keys[r.participant], "2026", "fjord", r.id) for r in RECORDS}
    names = Pseudonyms(people, pseudonym("mtg", keys[MEETING_SUBJECT + "standup"], "2026", "fjord"), grants)
    both = (
        PersonFacts(
            "p-ann", 3, 120, 1, {"granted": 3, "kind_refused": 1}, ("g-ann",), {"PERSON": 2}, kept={"HEALTH": 1}
        ),
        PersonFacts("canary-ben", 5, 7345, 0, {"granted": 5}, ("canary-grant",), {"EMAIL_ADDRESS": 5}),
        PersonFacts("r-oslo", 2, 40, 0, {"granted": 2}, ("g-ann", "canary-grant")),
    )
    of_ben = replace(refusal("ex-2"), people=both[1:2])
    return Ledger(
        [
            intent_event(stamp(), replace(intent("ex-1"), people=both), names, b"k" * 32),
            outcome_event(stamp(), outcome("ex-1"), names),
            refusal_event(stamp(), of_ben, names),
        ]
    )


async def test_everything_of_the_person_and_nothing_of_others(store: Store) -> None:
    found = await reports.gather(store, await lived(store), "fjord", "ann@fjord.example", now=NOW)
    told = reports.plain(found, SETTINGS, lambda sequence: f"proof {sequence}")

    assert told["log"] == {"first": 0, "records": 3}
    assert len(told["pseudonyms"]) == 2
    assert "pseudonyms" not in reports.plain(found, SETTINGS)
    (one,) = told["exchanges"]
    assert (one["exchange"], one["utterances"], one["characters"], one["rooms"]) == ("ex-1", 5, 160, ["r-oslo"])
    assert (one["consent_records"], one["removed"], one["proof"]) == (["g-ann"], {"PERSON": 2}, "proof 0")
    assert one["kept"] == {"HEALTH": 1}
    assert one["meeting"]["id"] == "standup"
    assert one["recipient"] | {"region": None} == {
        "name": "acme-llm", "display_name": None, "postal_address": None, "country": None,
        "address": "llm.example:443", "region": None, "retention_days": 30, "may_train": False,
        "safeguards": None,
    }  # fmt: skip
    assert [each["reasons"] for each in told["withheld"]] == [{"kind_refused": 1}]
    (record,) = told["consent_records"]
    assert (record["given_by"], record["receipt"]["dpv:isIndicatedBy"]) == ("a guardian", "a guardian")
    assert [each["language"] for each in told["told"]] == ["de"]
    for shown in (json.dumps(told), person_page(told, SETTINGS)):
        assert "canary" not in shown.lower()
        assert "7345" not in shown
        assert "proof 0" in shown


async def test_what_a_person_answered_for_somebody_else_is_theirs_with_the_others_name_alone(store: Store) -> None:
    told = reports.plain(await reports.gather(store, Ledger(None), "fjord", "canary-ben", now=NOW), SETTINGS)

    (given,) = told["answered_for"]
    assert (given["name"], given["as_guardian"], given["state"]) == ("Annika", True, "granted")
    assert (given["purpose"], given["recipient"], given["scope_id"]) == ("summary", "acme-llm", "standup")
    assert given["recorded_at"] == "2026-03-03T10:00:00Z"
    assert [each["id"] for each in told["consent_records"]] == ["canary-grant"]
    for shown in (json.dumps(told), person_page(told, SETTINGS)):
        assert "Annika" in shown
        assert "p-ann" not in shown
        assert "ann@fjord" not in shown


ASKING = Settings.model_validate(
    SETTINGS.model_dump(mode="json", exclude_defaults=True)
    | {
        "consent_pages": {
            "base_url": "https://consent.fjord.example",
            "signing_key": {"env": "LINKS"},
            "organization": "Fjord Works",
            "contact": "privacy@fjord.example",
            "data_protection_officer": "dpo@fjord.example",
            "privacy_notice": "https://fjord.example/privacy",
        },
        "purposes": {"summary": {"title": {"en": "Minutes", "de": "Protokoll"}}},
    }
)


async def test_a_report_says_what_art_15_asks_for_as_the_notice_does(store: Store) -> None:
    settings = ASKING.model_copy(
        update={
            "recipients": {
                "acme-llm": ASKING.recipients["acme-llm"].model_copy(
                    update={
                        "display_name": "Acme Ltd",
                        "region": "us",
                        "safeguards": {"en": "Clauses", "de": "Klauseln"},
                    }
                )
            }
        }
    )
    told = reports.plain(await reports.gather(store, await lived(store), "fjord", "p-ann", now=NOW), settings)

    assert told["controller"]["data_protection_officer"] == "dpo@fjord.example"
    assert told["sources"] == ["rosters", "a guardian", "requests"]
    assert told["exchanges"][0]["recipient"]["safeguards"] == "Clauses"
    page = person_page(told, settings, languages(["de"])["de"])
    for fact in ("30 Tage", "Klauseln", "Fjord Works", "privacy@fjord.example", "dpo@fjord.example", "Acme Ltd",
                 "https://fjord.example/privacy", "beschweren", "widersprechen", "Protokoll"):  # fmt: skip
        assert fact in page
    assert "Zusammenfassung" not in page


async def test_a_report_has_words_for_codes_in_its_language_and_says_what_was_entered(store: Store) -> None:
    await store.meetings.put(Meeting("m-board", NOW, title="Vorstand"))
    taken = said("g-no", "p-ann", scope_id="m-board", recipient="*", state=ConsentState.WITHDRAWN, method="unspecified")
    await store.consents.record(taken)
    told = reports.plain(await reports.gather(store, await lived(store), "fjord", "p-ann", now=NOW), ASKING)
    told["exchanges"][0] |= {"utterances": 1, "removed": {"ORGANIZATION": 2}}
    told["withheld"][0]["whole_request_refused"] = "consent_denied"
    page = person_page(told, ASKING, languages(["de"])["de"])

    for words in ("Protokoll, an jeden Empfänger", "1 Redebeitrag,", "„Vorstand“ (m-board)", "2 × Organisation",
                  "wie, ist nicht festgehalten, eingetragen von Fjord Works", "zu wenig zum Senden"):  # fmt: skip
        assert words in page
    read_by_people = re.sub("<pre.*?</pre>", "", page, flags=re.DOTALL)
    for code in ("ORGANIZATION", "consent_denied", "unspecified", "written", "jeder Empfänger", "1 Redebeiträge"):
        assert code not in read_by_people


async def test_what_the_person_was_asked_is_told_and_nobody_elses(store: Store) -> None:
    await lived(store)
    await store.meetings.put(Meeting("m-board", NOW, title="Board <b>"))
    offers = (Offer("summary", "acme-llm"),)
    for number, person in enumerate(("p-ann", "p-canary")):
        asks = Invitation(f"i-{number}", person, Scope.MEETING, "m-board", offers, (("acme-llm", "00"),), NOW)
        await store.invitations.put_all([Asked(asks, Channel.MAIL, NOW)])
    await store.invitations.opened("i-0", NOW)
    told = reports.plain(await reports.gather(store, Ledger(None), "fjord", "p-ann", now=NOW), SETTINGS)

    (asked,) = told["asked"]
    assert (asked["invitation"], asked["title"], asked["channel"]) == ("i-0", "Board <b>", "mail")
    assert (asked["opened_at"] is not None, asked["answered_at"]) == (True, None)
    assert "“Board &lt;b&gt;” (m-board)" in person_page(told, SETTINGS)


async def test_without_a_ledger_nothing_is_said_of_what_left(store: Store) -> None:
    told = reports.plain(await reports.gather(store, Ledger(None), "fjord", "p-ann", now=NOW), SETTINGS)

    assert (told["ledger_read"], told["exchanges"]) == (False, [])
    assert "is not known" in told["note"]
    assert "is not known" in person_page(told, SETTINGS)


@pytest.mark.parametrize("subject", [MEETING_SUBJECT + "standup", "derived-texts:"])
async def test_what_is_no_person_cannot_be_forgotten_as_one(store: Store, subject: str) -> None:
    """Their keys are in the register too."""
    await store.keys.of([subject])
    with pytest.raises(ClientFault, match="nobody on file"):
        await forgetting.prepare(store, Ledger([]), SETTINGS, subject, now=NOW)


async def test_whom_to_tell_is_known_before_and_lost_without_a_ledger(store: Store) -> None:
    prepared = await forgetting.prepare(store, await lived(store), SETTINGS, "Annika", now=NOW)
    (told,) = prepared.recipients or ()
    assert (told.recipient, told.address, told.retention_days) == ("acme-llm", "llm.example:443", 30)
    assert (told.exchanges, told.purposes) == (("ex-1",), ("summary",))

    with pytest.raises(ClientFault, match="ledger_unread"):
        await forgetting.prepare(store, Ledger(None), SETTINGS, "p-ann", now=NOW)
    prepared = await forgetting.prepare(store, Ledger(None), SETTINGS, "p-ann", now=NOW, accept_unknown=True)
    assert prepared.recipients is None


@pytest.mark.parametrize(
    ("default", "state", "minor", "refused"),
    [
        ("admit", ConsentState.DENIED, False, True),
        ("admit", ConsentState.WITHDRAWN, False, True),
        ("admit", ConsentState.GRANTED, False, False),
        ("admit", ConsentState.GRANTED, True, True),
        ("withhold", ConsentState.DENIED, True, False),
    ],
)
async def test_a_refuser_is_not_forgotten_into_a_yes(
    store: Store, default: str, state: ConsentState, minor: bool, refused: bool
) -> None:
    settings = SETTINGS.model_copy(
        update={"consent": SETTINGS.consent.model_copy(update={"defaults": {ParticipantClass.UNIDENTIFIED: default}})}
    )
    await store.people.put(Participant("p-ida", "Ida", participant_class=ParticipantClass.GUEST, minor=minor))
    await store.consents.record(said("g-ida", "p-ida", state=state))
    if refused:
        with pytest.raises(ClientFault, match="would_be_admitted"):
            await forgetting.prepare(store, Ledger([]), settings, "p-ida", now=NOW)
        with pytest.raises(ClientFault, match="would_be_admitted"):
            await forgetting.forget(store, settings, ["p-ida"], lambda: "1", now=NOW)
    done = await forgetting.forget(store, settings, ["p-ida"], lambda: "1", now=NOW, accept_admission=refused)
    assert (done.traces.consent_records, done.purged) == (1, True)
    with pytest.raises(ClientFault, match="nobody on file"):
        await reports.gather(store, Ledger([]), "fjord", "p-ida", now=NOW)
