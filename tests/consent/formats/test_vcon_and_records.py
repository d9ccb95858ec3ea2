"""Files of consent records: nothing is lost on the way, and one bad row takes the whole file back."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from consent.consent_cases import at, no, person, yes
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.consent.formats import records_csv, records_json, vcon
from proxy.consent.formats.vcon import Place, content_hash, on_roster
from proxy.consent.receipts import facts_of
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.errors import ClientFault
from proxy.model import Participant, Roster

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "formats"
NOW = at(90)
HERE = Place(Scope.MEETING, "m1", "acme")
ANN = dataclasses.replace(person("p1"), name="Ann", emails=("Ann@Example.org",))
ROSTER = Roster((ANN, dataclasses.replace(person("p2"), name="Bo")))
FIND = on_roster(ROSTER, {})
UUID = "018f2b1c-7f57-8abc-9def-0123456789ab"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
purposes = st.sampled_from(["summary", "sentiment", "model_training", "x-own_1"])
instants = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))]))  # fmt: skip  # noqa: E501
records = st.builds(
    ConsentRecord,
    id=texts,
    participant=texts,
    scope=st.sampled_from(Scope),
    scope_id=texts,
    purpose=purposes,
    recipient=texts,
    terms_version=texts,
    state=st.sampled_from(ConsentState),
    valid_from=instants,
    valid_until=st.none() | instants,
    method=texts,
    affirmative=st.booleans(),
    actor=texts,
    recorded_at=instants,
    lawful_basis=st.just("consent"),
    evidence_ref=st.none() | texts,
    notice_hash=st.none() | texts,
    covers_earlier=st.booleans(),
    guardian=st.booleans(),
    notice_language=st.none() | texts,
)


@settings(max_examples=invented(150), deadline=None)
@given(st.lists(records, max_size=4))
def test_nothing_is_lost_on_the_way(given_records):
    assert records_csv.read(records_csv.write(given_records), NOW) == given_records
    assert records_json.read(records_json.write(given_records)) == given_records
    if given_records:
        written = vcon.write(given_records, UUID, NOW)
        assert vcon.read(written, HERE, FIND) == given_records
        assert vcon.read(written, HERE, FIND, trust_content=True) == given_records


def refused(read, *rest):
    with pytest.raises(ClientFault) as caught:
        read(*rest)
    assert caught.value.reason == "consent_file_invalid"
    assert "canary" not in str(caught.value)
    return caught.value.where


# --- CSV ------------------------------------------------------------------------------------------

SHORT = "participant,scope,scope_id,purpose,recipient,terms_version,state,valid_from,method,affirmative\r\n"
ROW = "p1,meeting,m1,summary,acme,v1,granted,2026-03-02T09:00:00Z,written,true\r\n"


def test_a_spreadsheet_needs_no_ids_and_may_be_read_twice():
    (first,), (second,) = records_csv.read(SHORT + ROW, NOW), records_csv.read("\ufeff" + SHORT + ROW, at(99))

    assert (first.actor, first.recorded_at, first.valid_until) == ("p1", NOW, None)
    assert first.id == second.id
    assert first.id != records_csv.read(SHORT + ROW.replace("summary", "qa"), NOW)[0].id


@pytest.mark.parametrize(
    ("changed", "into", "where"),
    [
        ("p1,", ",", "row 3, participant"),
        ("meeting", "canary", "row 3, scope"),
        ("granted", "canary", "row 3, state"),
        ("2026-03-02T09:00:00Z", "canary", "row 3, valid_from"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00", "row 3, valid_from"),
        ("true", "canary", "row 3, affirmative"),
        ("true", "", "row 3, affirmative"),
        (",true", "", "row 3"),
        ("true", "true,canary", "row 3"),
        ("p1", '"p1', "line 3"),
    ],
)
def test_a_bad_row_is_named_and_takes_the_file_back(changed, into, where):
    assert refused(records_csv.read, SHORT + ROW + ROW.replace(changed, into, 1), NOW) == where


@pytest.mark.parametrize(
    "header",
    [SHORT.replace("state", "canary"), SHORT.replace("state,", ""), SHORT.replace("method", "state"), "", "canary\n"],
)
def test_a_header_says_what_is_in_the_columns(header):
    assert refused(records_csv.read, header + ROW, NOW) == "row 1"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_spreadsheet_of_another_country_says_the_same(sign):
    table = (SHORT.title() + ROW.replace("true", "WAHR")).replace(",", sign)

    assert records_csv.read(table, NOW) == records_csv.read(SHORT + ROW, NOW)


def test_no_cell_is_a_formula():
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=x"]
    written = records_csv.write([yes(evidence_ref=text) for text in nasty])

    cells = [row["evidence_ref"] for row in csv.DictReader(io.StringIO(written))]
    assert all(cell.startswith("'") for cell in cells)
    assert [g.evidence_ref for g in records_csv.read(written, NOW)] == nasty


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_instant_that_is_no_date_in_utc_is_refused(instant):
    row = ROW.replace("2026-03-02T09:00:00Z", instant)

    assert refused(records_csv.read, SHORT + row, NOW) == "row 2, valid_from"
    assert records_csv.read(SHORT + ROW.replace("2026-03-02T09:00:00Z", "9999-12-31T23:59:59Z"), NOW)


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00\\ud800"])
def test_half_a_surrogate_pair_is_no_character_that_could_be_kept(half):
    written = records_json.write([yes(evidence_ref="canary")])

    assert refused(records_json.read, written.replace("canary", f"canary {half}")) == "file"


# --- JSON -----------------------------------------------------------------------------------------


def test_a_record_is_told_in_the_terms_of_the_vocabulary():
    document = json.loads(records_json.write([yes(notice_hash="sha256:ab", notice_language="de")]))

    assert document["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#consent-record"
    (found,) = document["mpp:records"]
    assert found["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert found["dpv:hasNotice"] == {"mpp:digest": "sha256:ab", "dct:language": "de"}
    assert found["dpv:hasDataSubject"] == "p1"


@pytest.mark.parametrize(
    ("term", "value", "where"),
    [
        ("dpv:hasDataSubject", 7, "records[1].dpv:hasDataSubject"),
        ("dpv:hasDataSubject", "", "records[1].dpv:hasDataSubject"),
        ("dpv:hasConsentStatus", "dpv:ConsentExpired", "records[1].dpv:hasConsentStatus"),
        ("mpp:scope", {"kind": "canary", "id": "m1"}, "records[1].mpp:scope.kind"),
        ("mpp:scope", "m1", "records[1].mpp:scope"),
        ("mpp:validFrom", "canary", "records[1].mpp:validFrom"),
        ("mpp:validUntil", None, "records[1].mpp:validUntil"),
        ("mpp:affirmative", "true", "records[1].mpp:affirmative"),
        ("mpp:canary", True, "records[1]"),
    ],
)
def test_a_bad_record_is_named_and_takes_the_file_back(term, value, where):
    listed = [facts_of(yes()), facts_of(yes()) | {term: value}]

    assert refused(records_json.read, json.dumps(listed)) == where


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": 1, "a": 2}', "[NaN]", "7", "{}", '[{"a": 1}, 7]'])
def test_what_is_no_clear_json_is_refused(text):
    assert refused(records_json.read, text) in ("file", "records[0]", "records[1]")


def test_other_statuses_count_as_what_they_restrict():
    facts = facts_of(yes())
    states = {
        "dpv:RenewedConsentGiven": ConsentState.GRANTED,
        "dpv:ConsentRevoked": ConsentState.WITHDRAWN,
        "dpv:ConsentInvalidated": ConsentState.WITHDRAWN,
        "dpv:ConsentRequestDeferred": ConsentState.PENDING,
    }
    listed = [facts | {"dpv:hasConsentStatus": status} for status in states]

    assert [g.state for g in records_json.read(json.dumps(listed))] == list(states.values())


# --- vCon -----------------------------------------------------------------------------------------


def basis(**changes):
    body = {
        "lawful_basis": "consent",
        "expiration": "2026-06-01T00:00:00Z",
        "purpose_grants": [
            {"purpose": "transcription", "granted": True, "granted_at": "2026-03-01T10:00:00Z"},
            {"purpose": "sentiment_analysis", "granted": False, "granted_at": "2026-03-01T10:00:00Z"},
        ],
        "terms_of_service": "v1",
        "proof_mechanisms": [{"proof_type": "verbal_confirmation", "timestamp": "2026-03-01T10:00:00Z"}],
    } | changes
    return {"purpose": "lawful_basis", "party": 0, "dialog": 0, "encoding": "json", "body": body}


def container(*attachments, **changes):
    parties = [{"name": "Ann"}, {"mailto": "mailto:ann@example.ORG"}, {"name": "Zed"}]
    whole = {"uuid": UUID, "parties": parties, "dialog": [{}], "attachments": list(attachments)}
    return json.dumps(whole | changes)


def test_a_lawful_basis_becomes_records():
    given, denied = vcon.read(container(basis()), HERE, FIND)

    assert (given.participant, given.purpose, given.state) == ("p1", "transcription", ConsentState.GRANTED)
    assert given.valid_from == given.recorded_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert given.valid_until == datetime(2026, 6, 1, tzinfo=UTC)
    assert (given.method, given.affirmative, given.terms_version) == ("verbal", True, "v1")
    assert given.evidence_ref == f"vcon:{UUID}#attachments[0]"
    assert (given.scope, given.scope_id, given.recipient, given.actor) == (Scope.MEETING, "m1", "acme", "p1")
    assert (denied.purpose, denied.state, denied.valid_until) == ("sentiment", ConsentState.DENIED, None)
    assert vcon.read(container(basis()), HERE, FIND) == [given, denied]


def test_parties_are_found_by_what_is_certain():
    by_mail = basis() | {"party": 1}
    unknown = basis() | {"party": 2}

    assert vcon.read(container(by_mail), HERE, FIND)[0].participant == "p1"
    assert refused(vcon.read, container(unknown), HERE, FIND) == "attachments[0].party"
    assert vcon.read(container(unknown), HERE, on_roster(ROSTER, {2: "p9"}))[0].participant == "p9"
    twins = Roster((ANN, dataclasses.replace(ANN, id="p3")))
    assert refused(vcon.read, container(by_mail), HERE, on_roster(twins, {})) == "attachments[0].party"
    assert refused(vcon.read, container(basis()), HERE, on_roster(twins, {})) == "attachments[0].party"


def test_without_any_proof_nothing_was_affirmed():
    assert vcon.read(container(basis(proof_mechanisms=[])), HERE, FIND)[0].affirmative is False


def test_the_interval_of_renewal_ends_a_yes():
    renewed = vcon.read(container(basis(status_interval="30d")), HERE, FIND)[0]
    forever = vcon.read(container(basis(status_interval="2w", expiration=None)), HERE, FIND)[0]

    assert renewed.valid_until == datetime(2026, 3, 31, 10, tzinfo=UTC)
    assert forever.valid_until == datetime(2026, 3, 15, 10, tzinfo=UTC)


def test_of_several_for_one_purpose_the_restrictive_one_wins():
    later = {"purpose": "transcription", "granted": True, "granted_at": "2026-03-01T12:00:00Z"}
    earlier_no = {"purpose": "transcription", "granted": False, "granted_at": "2026-03-01T11:00:00Z"}
    denied, given = vcon.read(container(basis(purpose_grants=[earlier_no]), basis(purpose_grants=[later])), HERE, FIND)

    assert denied.recorded_at == given.recorded_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (denied.state, given.state) == (ConsentState.DENIED, ConsentState.GRANTED)


def test_a_content_hash_has_to_fit():
    body = basis()["body"]
    value = content_hash(body)
    told = {"algorithm": "sha-256", "canonicalization": "jcs", "value": value}

    assert value == __import__("hashlib").sha256(rfc8785.dumps(body)).hexdigest()
    assert vcon.read(container(basis(content_hash=told)), HERE, FIND)
    for wrong in ({"value": "0" * 64}, {"algorithm": "md5"}, {"canonicalization": "none"}):
        broken = container(basis(content_hash=told | wrong))
        assert refused(vcon.read, broken, HERE, FIND) == "attachments[0].body.content_hash"
        assert vcon.read(broken, HERE, FIND, trust_content=True)


@pytest.mark.parametrize(
    ("attachment", "where"),
    [
        (basis(lawful_basis="legitimate_interests"), "body.lawful_basis"),
        (basis(purpose_grants=[]), "body.purpose_grants"),
        (basis(purpose_grants=[{"purpose": "qa", "granted": "yes"}]), "body.purpose_grants[0].granted"),
        (basis(purpose_grants=[{"purpose": "qa", "granted": True}]), "body.purpose_grants[0].granted_at"),
        (
            basis(purpose_grants=[{"purpose": "", "granted": True, "granted_at": "2026-03-01T10:00:00Z"}]),
            "body.purpose_grants[0].purpose",
        ),
        (
            basis(
                purpose_grants=[
                    {"purpose": "qa", "granted": True, "granted_at": "2026-03-01T10:00:00Z", "conditions": ["canary"]}
                ]
            ),
            "body.purpose_grants[0].conditions",
        ),
        (basis(expiration="canary"), "body.expiration"),
        (basis(status_interval="canary"), "body.status_interval"),
        (basis() | {"body": 7}, "body"),
        (basis() | {"party": 3}, "party"),
        (basis() | {"party": True}, "party"),
        (basis() | {"dialog": 1}, "dialog"),
        (basis() | {"dialog": [0, -1]}, "dialog"),
    ],
)
def test_a_bad_attachment_is_named_and_takes_the_file_back(attachment, where):
    assert refused(vcon.read, container(basis(), attachment), HERE, FIND) == f"attachments[1].{where}"


def test_our_own_record_has_to_say_what_the_attachment_says():
    document = json.loads(vcon.write([no()], UUID, NOW))
    document["attachments"][0]["body"]["purpose_grants"][0]["granted"] = True

    where = refused(lambda: vcon.read(json.dumps(document), HERE, FIND, trust_content=True))
    assert where == "attachments[0].body.metadata"
    assert refused(vcon.read, json.dumps(document), HERE, FIND) == "attachments[0].body.content_hash"


def test_an_export_names_nobody():
    document = json.loads(vcon.write([yes(), yes(participant="p2"), no()], UUID, NOW))

    assert document["parties"] == [{"mpp_participant": "p1"}, {"mpp_participant": "p2"}]
    assert [a["party"] for a in document["attachments"]] == [0, 1, 0]
    assert {a["purpose"] for a in document["attachments"]} == {"lawful_basis"}


OLDER = {
    "type": "consent",
    "expiration": "2026-06-01T00:00:00Z",
    "party": 0,
    "consents": [{"purpose": "recording", "status": "granted", "timestamp": "2026-03-01T10:00:00Z"}],
    "proof": [{"type": "verbal_confirmation", "timestamp": "2026-03-01T10:00:00Z"}],
}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"status": "granted"}, ConsentState.GRANTED),
        ({"consent": True}, ConsentState.GRANTED),
        ({"value": "denied"}, ConsentState.DENIED),
        ({"status": "revoked"}, ConsentState.WITHDRAWN),
        ({"consent": "pending"}, ConsentState.PENDING),
    ],
)
def test_the_older_attachment_is_read_in_all_its_forms(said, state):
    entry = {"purpose": "recording", "timestamp": "2026-03-01T10:00:00Z"} | said
    (found,) = vcon.read(container(OLDER | {"consents": [entry]}), HERE, FIND)

    assert (found.state, found.purpose, found.method, found.affirmative) == (state, "recording", "verbal", True)


@pytest.mark.parametrize("said", [{}, {"status": "maybe"}, {"status": 1}, {"status": "granted", "value": False}])
def test_an_older_entry_that_contradicts_itself_is_refused(said):
    entry = {"purpose": "recording", "timestamp": "2026-03-01T10:00:00Z"} | said

    where = refused(vcon.read, container(OLDER | {"consents": [entry]}), HERE, FIND)
    assert where == "attachments[0].consents[0].status"


def test_a_vcon_without_consent_is_no_file_of_consent():
    assert refused(vcon.read, container(), HERE, FIND) == "attachments"
    assert refused(vcon.read, container({"purpose": "notes"}), HERE, FIND) == "attachments"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of the drafts are not here")
def test_the_examples_of_both_drafts_are_read():
    """The lawful basis of the draft shows a made-up hash, which is noticed."""
    told = on_roster(Roster(), {0: "p1"})
    older = (SAMPLES / "vcon_consent_attachment.json").read_text()
    newer = (SAMPLES / "vcon_lawful_basis_attachment.json").read_text()

    assert [(g.purpose, g.state) for g in vcon.read(older, HERE, told)] == [("recording", ConsentState.GRANTED)]
    assert refused(vcon.read, newer, HERE, told) == "attachments[0].body.content_hash"
    found = vcon.read(newer, HERE, told, trust_content=True)
    assert [(g.purpose, g.state.value) for g in found] == [
        ("recording", "granted"),
        ("transcription", "granted"),
        ("sentiment", "denied"),
    ]


KIM, TOR = Participant("p-kim", "Kim Berg", emails=("kim@x.example",)), Participant("p-tor", "Tor Vik")
BOTH = Roster((KIM, TOR))


@pytest.mark.parametrize(
    ("party", "whose"),
    [
        ({"name": "Kim Berg"}, "p-kim"),
        ({"mailto": "mailto:KIM@x.example"}, "p-kim"),
        ({"name": "K. Berg", "mailto": "kim@x.example"}, "p-kim"),
        ({"name": "Kim Berg", "mailto": "zed@z.example"}, None),
        ({"name": "Tor Vik", "mailto": "kim@x.example"}, None),
        ({"name": "Kim Berg", "tel": "Tor Vik"}, None),
        ({"mpp_participant": "p-kim", "mailto": "zed@z.example"}, None),
        ({"mpp_participant": "p-kim", "name": "Tor Vik"}, None),
        ({"mpp_participant": "p-tor", "mailto": "tor@z.example"}, "p-tor"),
        ({"mpp_participant": "p-new"}, "p-new"),
        ({"mpp_participant": "p-new", "mailto": "kim@x.example"}, None),
        ({"name": "Zed"}, None),
        ({}, None),
    ],
)
def test_all_that_a_party_says_is_one_persons(party: dict[str, str], whose: str | None) -> None:
    assert on_roster(BOTH, {})(0, party) == whose
