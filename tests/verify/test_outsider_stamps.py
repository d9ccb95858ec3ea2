"""The outsider's checker reads time stamps with `cryptography` alone, and agrees with the product about real ones."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID
from edge.anchor_stand import WitnessStand, configured, filled, public_key, serving, target
from harness.time_authority import KINDS, TimeAuthority
from hypothesis import given
from hypothesis import strategies as st
from meeting_proxy_verify import der
from meeting_proxy_verify.certificates import dates, leads
from meeting_proxy_verify.log import check_log
from meeting_proxy_verify.main import main
from meeting_proxy_verify.notes import read_key
from meeting_proxy_verify.stamps import StampError, check_stamp
from outsider_logs import MadeLog, Signer

from proxy.audit.dating import question
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.time_stamps import authority_of
from proxy.edge.ledger.reader import check
from proxy.edge.ledger.reader import public_key as key_in
from proxy.edge.store.store import Store

TEXT = "fjord/egress\n7\nAAAA\n"


@pytest.fixture(scope="module", params=KINDS)
def authority(request, tmp_path_factory) -> TimeAuthority:
    return TimeAuthority.made(tmp_path_factory.mktemp("tsa") / request.param, request.param)


@pytest.fixture(scope="module")
def answer(authority) -> bytes:
    return authority.stamped(question(TEXT).body)


def roots(authority: TimeAuthority) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(authority.ca.read_bytes())


# --- single answers ------------------------------------------------------------------------------


def test_an_answer_says_what_was_stamped_and_when(authority, answer):
    stamp = check_stamp(answer, roots(authority))
    assert (stamp.kind, stamp.digest) == ("sha256", sha256(TEXT.encode()).digest())
    assert int(stamp.at.timestamp()) == authority_of("tsa", authority.ca).dated(answer, TEXT)


def test_an_answer_that_openssl_gave_is_read_as_the_product_reads_it():
    """To a request for `TEXT`, by OpenSSL 3.0 (`openssl ts -reply`) with a key on P-256."""
    file = Path(__file__).with_name("answer_of_openssl.tsr")
    stamp = check_stamp(file.read_bytes(), x509.load_pem_x509_certificates(file.with_suffix(".pem").read_bytes()))
    assert (stamp.kind, stamp.digest) == ("sha256", sha256(TEXT.encode()).digest())
    dated = authority_of("tsa", file.with_suffix(".pem")).dated(file.read_bytes(), TEXT)
    assert stamp.at.timestamp() == dated == 1_796_035_947


def test_no_changed_answer_says_anything_else(authority, answer):
    """Where an answer was changed so that it still is one, as in what nobody signs, it says the same."""
    said, trusted = check_stamp(answer, roots(authority)), roots(authority)
    for at in range(len(answer)):
        for other in (answer[at] ^ 1, answer[at] ^ 0x80):
            changed = answer[:at] + bytes([other]) + answer[at + 1 :]
            try:
                assert check_stamp(changed, trusted) == said
            except StampError:
                continue


def test_an_answer_of_another_authority_or_a_refusal_is_refused(authority, answer, tmp_path):
    other = TimeAuthority.made(tmp_path / "other")
    for trusted in (roots(other), []):
        with pytest.raises(StampError, match="leads to a trusted one"):
            check_stamp(answer, trusted)
    rejected = bytes.fromhex("30053003020102")
    for wrong in (rejected, answer[:-1], answer + b"\0", b""):
        with pytest.raises(StampError):
            check_stamp(wrong, roots(authority))


@given(st.binary(max_size=300))
def test_whatever_is_no_answer_is_refused(data):
    with pytest.raises(StampError):
        check_stamp(data, [])


@pytest.mark.parametrize(
    "data",
    ["", "30", "3080", "308000", "30810100", "3082000100", "3001", "1f0100", "0500ff", "30850000000001"],
)
def test_what_der_does_not_allow_is_not_read(data):
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(data))


@pytest.mark.parametrize(("data", "number"), [("020100", 0), ("0201ff", -1), ("02020080", 128), ("02020100", 256)])
def test_numbers_are_read_in_their_one_form(data, number):
    assert der.read(bytes.fromhex(data)).number() == number


@pytest.mark.parametrize("data", ["0200", "02020001", "0202ffff", "040100"])
def test_numbers_of_another_form_are_none(data):
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(data)).number()


def test_object_identifiers_are_read_in_their_one_form():
    assert der.read(bytes.fromhex("06092a864886f70d010702")).oid() == "1.2.840.113549.1.7.2"
    assert der.read(bytes.fromhex("0603883703")).oid() == "2.999.3"
    for wrong in ("0600", "060180", "06022a80", "0603808001"):
        with pytest.raises(der.DerError):
            der.read(bytes.fromhex(wrong)).oid()


# --- certificates --------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAMPING = x509.ExtendedKeyUsage([Usage.TIME_STAMPING])


@dataclass
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def made(name: str, by: Made | None = None, *, ca: bool = True, length: int | None = None, until=NOON + timedelta(9),
         usage: x509.ExtendedKeyUsage | None = None, critical: bool = True, more: x509.ExtensionType | None = None,
         signs: bool = True) -> Made:  # fmt: skip
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(NOON - timedelta(9)).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca, length), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=signs, key_cert_sign=ca, content_commitment=False,
                                     key_encipherment=False, data_encipherment=False, key_agreement=False,
                                     crl_sign=False, encipher_only=False, decipher_only=False), critical=True)
    )  # fmt: skip
    if usage is not None:
        builder = builder.add_extension(usage, critical=critical)
    if more is not None:
        builder = builder.add_extension(more, critical=True)
    return Made(builder.sign((by or Made(None, key)).key, hashes.SHA256()), key)  # type: ignore[arg-type]


ROOT = made("root")
BETWEEN = made("between", ROOT, length=0)
LEAF = made("leaf", BETWEEN, ca=False, usage=STAMPING)


def follow(leaf: Made, *others: Made, root: Made = ROOT, at: datetime = NOON) -> bool:
    return leads(leaf.certificate, [each.certificate for each in others], [root.certificate], at)


def test_a_certificate_leads_to_a_root_through_others():
    assert follow(LEAF, BETWEEN)
    assert follow(LEAF, LEAF, made("stranger"), BETWEEN)
    assert follow(LEAF, root=LEAF)
    assert not follow(LEAF)
    assert not follow(LEAF, BETWEEN, root=made("root"))
    assert not follow(LEAF, made("between", ROOT))


def test_all_certificates_have_to_be_valid_then():
    assert follow(LEAF, BETWEEN, at=NOON + timedelta(9))
    assert not follow(LEAF, BETWEEN, at=NOON + timedelta(9, seconds=1))
    assert not follow(LEAF, BETWEEN, at=NOON - timedelta(9, seconds=1))
    old = made("old", ROOT, until=NOON - timedelta(1))
    assert not follow(made("leaf", old, ca=False, usage=STAMPING), old)


def test_only_authorities_issue_certificates_and_no_further_than_they_may():
    no_authority = made("no authority", ROOT, ca=False)
    assert not follow(made("leaf", no_authority, ca=False, usage=STAMPING), no_authority)
    further = made("further", BETWEEN)
    assert not follow(made("leaf", further, ca=False, usage=STAMPING), further, BETWEEN)


def test_a_chain_with_what_is_not_understood_is_refused():
    names = x509.NameConstraints([x509.DNSName("fjord.example")], None)
    narrow = made("narrow", ROOT, more=names)
    assert not follow(made("leaf", narrow, ca=False, usage=STAMPING), narrow)


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({"usage": STAMPING}, True),
        ({}, False),
        ({"usage": STAMPING, "critical": False}, False),
        ({"usage": STAMPING, "signs": False}, False),
        ({"usage": STAMPING, "until": NOON - timedelta(1)}, False),
        ({"usage": x509.ExtendedKeyUsage([Usage.TIME_STAMPING, Usage.SERVER_AUTH])}, False),
        ({"usage": x509.ExtendedKeyUsage([Usage.SERVER_AUTH])}, False),
        ({"usage": STAMPING, "more": x509.NameConstraints([x509.DNSName("a.example")], None)}, False),
    ],
)
def test_only_a_certificate_for_time_stamps_alone_dates(given, may):
    assert dates(made("leaf", ROOT, ca=False, **given).certificate, NOON) is may


# --- logs ----------------------------------------------------------------------------------------


def stamped(authority: TimeAuthority, log: MadeLog, directory: Path, *sizes: int) -> None:
    folder = directory / "timestamps" / "tsa"
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        text = log.checkpoint(size).rpartition(b"\n\n")[0].decode() + "\n"
        (folder / f"{size:020}.tsr").write_bytes(authority.stamped(question(text).body))


@pytest.fixture(scope="module")
def rsa(tmp_path_factory) -> TimeAuthority:
    return TimeAuthority.made(tmp_path_factory.mktemp("tsa") / "rsa")


def test_a_log_is_dated_up_to_its_newest_stamp(tmp_path, rsa):
    log = MadeLog().group(300).group(200)
    directory = log.write(tmp_path / "log", 400)
    stamped(rsa, log, directory, 0, 5, 256, 400)
    result = check_log(directory, authorities=roots(rsa))
    [dated] = result.dated
    assert (dict(result.findings.counts), result.exit_code, result.not_dated) == ({}, 3, 0)
    assert (dated.authority, dated.stamps, dated.records, dated.since) == ("tsa", 4, 400, 0)
    assert check_log(directory).not_dated == 4


def test_stamps_tell_of_a_log_that_was_written_anew_or_cut(tmp_path, rsa):
    log, other = MadeLog(seed=1).group(20), MadeLog(seed=1)
    other.random.seed(5)
    directory = other.group(20).write(tmp_path / "log")
    stamped(rsa, log, directory, 7)
    result = check_log(directory, authorities=roots(rsa))
    assert (dict(result.findings.counts), result.exit_code) == ({"stamp_mismatch": 1}, 1)
    assert result.findings.kept[0].place.file == f"timestamps/tsa/{7:020}.tsr"

    cut = log.write(tmp_path / "cut", 20)
    shutil.rmtree(cut / "timestamps", ignore_errors=True)
    stamped(rsa, log, cut, 20)
    for segment in (cut / "segments").iterdir():
        segment.write_bytes(b"".join(record.line for record in log.records[:10]))
    counts = check_log(cut, authorities=roots(rsa)).findings.counts
    assert counts["behind_checkpoint"] == 2


def test_a_stamp_that_is_none_is_incomplete(tmp_path, rsa, capsys):
    log = MadeLog().group(5)
    directory = log.write(tmp_path / "log")
    stamped(rsa, log, directory, 3, 5)
    path = directory / "timestamps" / "tsa" / f"{3:020}.tsr"
    path.write_bytes(path.read_bytes()[:-40])
    words = ["log", str(directory), "--authority", str(rsa.ca)]
    assert main(words) == 2
    said = capsys.readouterr().out
    assert "stamp_unreadable" in said
    assert "tsa dates the first 5 records" in said
    assert main([*words, "--json"]) == 2
    assert [each["records"] for each in json.loads(capsys.readouterr().out)["dated"]] == [5]
    assert main(["log", str(directory)]) == 3
    assert "2 time stamps were not checked" in capsys.readouterr().out
    assert main([*words[:-1], str(directory / "public.key")]) == 64


def test_both_checkers_say_the_same_of_a_ledger(tmp_path, rsa):
    async def fill() -> None:
        await filled(tmp_path)
        stand = WitnessStand(tmp_path, [public_key(tmp_path)])
        async with serving(rsa.application()) as url, stand.serving() as witness:
            settings = configured(
                tmp_path, target(timestamp={"url": url, "authorities": str(rsa.ca)}),
                target(name="seen", witness={"url": witness, "key": stand.vkey}),
            )  # fmt: skip
            for _ in range(2):
                await filled(tmp_path, anchors=anchors_of(settings, Store(None), lambda: None)[2:])  # type: ignore[arg-type, return-value]
        await filled(tmp_path)
        (tmp_path / "witness.vkey").write_text(stand.vkey)

    asyncio.run(fill())
    ledger = tmp_path / "ledger"
    witness = read_key((tmp_path / "witness.vkey").read_text())
    outside = check_log(ledger, witnesses=[witness], authorities=roots(rsa))
    own = check(ledger, key_in(ledger / "public.key"), authority=lambda name: authority_of(name, rsa.ca))
    assert outside.dated
    assert [vars(each) for each in outside.dated] == [
        {name: getattr(each, name) for name in vars(outside.dated[0])} for each in own.dated
    ]
    assert (dict(outside.findings.counts), outside.exit_code) == ({}, 0)
    assert outside.confirmed_by == [f"witness {witness.name} ({outside.confirmed} records, at 1700000000)"]


def test_what_lies_in_cosigned_counts_only_for_its_witness_and_only_with_its_own_history(tmp_path):
    """A file of cosigned/ is no checkpoint that was kept elsewhere."""
    log = MadeLog().group(4)
    directory = log.write(tmp_path / "log")
    (directory / "cosigned").mkdir()
    file, witness = directory / "cosigned" / "w", Signer("witness.example/w1", 7, kind=4)
    file.write_bytes(log.checkpoint(2))
    assert check_log(directory, witnesses=[read_key(witness.vkey)]).exit_code == 3
    file.write_bytes(witness.cosigned(log.checkpoint(2), 1_700_000_000))
    result = check_log(directory, witnesses=[read_key(witness.vkey)])
    assert (result.exit_code, result.confirmed) == (0, 2)
    assert check_log(directory).exit_code == 3
    (directory / "cosigned" / "w.new").write_bytes(b"half")
    other = MadeLog().group(3, service="other").checkpoint(2)
    file.write_bytes(witness.cosigned(other, 1_700_000_000))
    result = check_log(directory, witnesses=[read_key(witness.vkey)])
    assert (dict(result.findings.counts), result.confirmed) == ({"checkpoint_mismatch": 1}, 0)
