"""The command `meeting-proxy-verify`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cryptography import x509

from meeting_proxy_verify import __version__
from meeting_proxy_verify.claims import claims_of
from meeting_proxy_verify.complete import Completeness
from meeting_proxy_verify.consistency import check_consistency, read_signed
from meeting_proxy_verify.dating import Dated
from meeting_proxy_verify.erasure import ErasureInLog, Statement, check_erasure
from meeting_proxy_verify.findings import IN_ORDER, INCOMPLETE, TAMPERED, UNCONFIRMED, Findings
from meeting_proxy_verify.keys import Keys, keys_of, read_key_file
from meeting_proxy_verify.log import Result, check_log
from meeting_proxy_verify.notes import COSIGNATURE, Key, NoteError, read_checkpoint, read_key
from meeting_proxy_verify.proof import check_proof
from meeting_proxy_verify.report import check_report
from meeting_proxy_verify.words import in_utc, in_words

MEANINGS = {
    IN_ORDER: "in order",
    TAMPERED: "TAMPERED WITH",
    INCOMPLETE: "incomplete",
    UNCONFIRMED: "in order, but nothing outside of the directory confirms it",
}

CUT_SHORT = 141
"""The exit code where the output's reader closed it, as a shell has it of a program that SIGPIPE ends."""

_EPILOG = "Exit codes: 0 in order and confirmed, 1 tampered with, 2 incomplete, 3 in order but not confirmed, 64 usage."


class _Usage(Exception):
    """What was asked for cannot be done; says why."""


class _Parser(argparse.ArgumentParser):
    """Ends with 64 at errors of usage: 2 says that a log is incomplete."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code says what was found."""
    asked = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        code = run(asked)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough, as `head`. The interpreter flushes once more at its end, which must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_SHORT
    except _Usage as error:
        print(f"meeting-proxy-verify: {error}", file=sys.stderr)
        return 64
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="meeting-proxy-verify", description="Checks ledgers of meeting-privacy-proxy.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    log = commands.add_parser("log", help="check a whole log", epilog=_EPILOG)
    log.add_argument("directory", type=Path, metavar="DIRECTORY", help="a copy of the ledger's directory")
    log.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="KEPT", help="an older checkpoint")
    log.add_argument("--authority", action="append", default=[], type=Path, metavar="FILE",
                     help="certificates, PEM, to which those of time stamp authorities have to lead")  # fmt: skip
    log.add_argument("--every-signature", action="store_true", help="check also those that later ones vouch for: slow")
    log.set_defaults(run=_log)

    proof = commands.add_parser("proof", help="check the proof of one record and print its event", epilog=_EPILOG)
    proof.add_argument("file", type=Path, metavar="FILE.tlog-proof")
    proof.add_argument("--event", type=Path, metavar="FILE", help="the event that the proof is to be about")
    proof.set_defaults(run=_proof)

    consistency = commands.add_parser(
        "consistency", help="check that a checkpoint extends an older one", epilog=_EPILOG
    )
    consistency.add_argument("old", type=Path, metavar="OLD")
    consistency.add_argument("new", type=Path, metavar="NEW")
    consistency.add_argument("directory", type=Path, metavar="DIRECTORY", help="a directory with the log's tiles")
    consistency.set_defaults(run=_consistency)

    report = commands.add_parser("report", help="check the proofs in a report", epilog=_EPILOG)
    report.add_argument("file", type=Path, metavar="FILE.json")
    report.add_argument("--directory", type=Path, metavar="DIRECTORY", help="compare with this log, too")
    report.set_defaults(run=_report)

    complete = commands.add_parser("complete", help="check that reports leave nothing out", epilog=_EPILOG)
    complete.add_argument("files", type=Path, nargs="+", metavar="FILE.json", help="reports of meetings or people")
    complete.add_argument("--directory", type=Path, required=True, metavar="DIRECTORY", help="a copy of the whole log")
    complete.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="KEPT",
                          help="an older checkpoint")  # fmt: skip
    complete.set_defaults(run=_complete)

    erasure = commands.add_parser("erasure", help="check a statement of erasure", epilog=_EPILOG)
    erasure.add_argument("file", type=Path, metavar="FILE.json")
    erasure.add_argument("--directory", type=Path, metavar="DIRECTORY", help="look for it in this copy of the log")
    erasure.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="KEPT",
                         help="with --directory: an older checkpoint")  # fmt: skip
    erasure.set_defaults(run=_erasure)

    for command in (log, proof, consistency, report, complete, erasure):
        command.add_argument("--public-key", action="append", default=[], type=Path, metavar="FILE",
                             help="the log's key as it was kept, also from before a rotation")  # fmt: skip
        command.add_argument("--json", action="store_true", help="one JSON object")
    for command in (log, proof, report, complete, erasure):
        command.add_argument("--witness", action="append", default=[], metavar="VKEY", help="key of a known witness")
    for command in (proof, report, erasure):
        command.add_argument("--handovers", type=Path, metavar="FILE", help="the log's file `keys`, after a rotation")
    return parser


def _log(asked: argparse.Namespace) -> int:
    if not asked.directory.is_dir():
        raise _Usage(f"{asked.directory} is not a directory")
    kept = [(str(path), _checkpoint(path)) for path in asked.checkpoint]
    trusted = [each for path in asked.authority for each in _certificates(path)]
    result = check_log(
        asked.directory, _keys(asked), kept, _witnesses(asked), asked.every_signature, authorities=trusted
    )
    facts = {
        "origin": result.origin,
        "records": result.records,
        "first_record_with_a_line": result.first,
        "covered_by_checkpoint": result.size,
        "covered_by_signed_lines": result.signed,
        "confirmed": result.confirmed,
        "confirmed_by": result.confirmed_by,
        "dated": [dataclasses.asdict(each) for each in result.dated],
        "time_stamps_not_checked": result.not_dated,
    }
    return _answer(asked.json, result.exit_code, result.findings, facts, _log_in_words(result))


def _log_in_words(result: Result) -> list[str]:
    if not result.origin:
        return []
    lines = [f"{result.origin}: {result.records} records, {result.size} of them under the checkpoint"]
    if result.first:
        lines.append(f"The lines of records 0 to {result.first - 1} were deleted; their commitments are in the tree.")
    if result.confirmed_by:
        lines.append(f"The first {result.confirmed} are confirmed from outside: {', '.join(result.confirmed_by)}.")
    if result.records > result.confirmed:
        lines.append(
            f"Nothing outside of the directory confirms records {result.confirmed} to {result.records - 1}: who has "
            "the signing key can have rewritten them, and who has the disk can have cut more off behind them."
        )
    lines += [_dated_in_words(each) for each in result.dated]
    if result.not_dated:
        lines.append(f"{result.not_dated} time stamps were not checked. Give certificates to trust, with --authority.")
    if not result.key_given:
        lines.append("The key was taken from the directory itself. Give the one that you kept, with --public-key.")
    return lines


def _dated_in_words(dated: Dated) -> str:
    told = f"{dated.authority} dates the first {dated.records} records: they were there at {in_utc(dated.at)}"
    told += f" ({dated.stamps} stamps)."
    if dated.slowest is not None:
        told += f" None from record {dated.since} on waited longer than {dated.slowest} s for its stamp."
    if dated.ahead:
        told += f" Records say to be up to {dated.ahead} s younger than their stamps: the proxy's clock was wrong."
    return told


def _proof(asked: argparse.Namespace) -> int:
    findings = Findings()
    keys = _keys_alone(asked, findings)
    if keys is None:
        raise _Usage("give the log's key with --public-key")
    event = _read(asked.event) if asked.event else None
    result = check_proof(_read(asked.file), keys, _witnesses(asked), event)
    result.findings.take_all(findings)
    facts: dict[str, object] = {"origin": result.origin, "record": result.index, "size": result.size}
    facts |= {"event": result.event, "witnesses": dict(result.cosigned)}
    words = []
    if result.event is not None:
        words = [f"Record {result.index} of {result.origin}, proven in the tree of {result.size} records."]
        words += [f"Cosigned by {name} at {in_utc(time)}." for name, time in result.cosigned]
        words += in_words(result.event)
    return _answer(asked.json, result.exit_code, result.findings, facts, words)


def _consistency(asked: argparse.Namespace) -> int:
    findings = Findings()
    keys = keys_of(asked.directory, _keys(asked), findings)
    if keys is None:
        return _answer(asked.json, findings.exit_code, findings, {}, [])
    old = read_signed(str(asked.old), _read(asked.old), keys, findings)
    new = read_signed(str(asked.new), _read(asked.new), keys, findings)
    words = []
    if old is not None and new is not None:
        check_consistency(old, new, asked.directory, findings)
        words = [f"{old.size} and {new.size} records of {keys.origin}"]
    facts: dict[str, object] = {"origin": keys.origin}
    facts |= {name: None if one is None else one.size for name, one in (("old", old), ("new", new))}
    return _answer(asked.json, findings.exit_code, findings, facts, words)


def _report(asked: argparse.Namespace) -> int:
    findings = Findings()
    keys = keys_of(asked.directory, _keys(asked), findings) if asked.directory else _keys_alone(asked, findings)
    if keys is None:
        raise _Usage("give the log's key with --public-key, or its directory with --directory")
    result = check_report(_read(asked.file), str(asked.file), keys, asked.directory, _witnesses(asked))
    result.findings.take_all(findings)
    facts: dict[str, object] = {
        "origin": keys.origin,
        "exchanges": result.exchanges,
        "proven": result.proven,
        "proofs": result.proofs,
    }
    words = [f"{result.proven} of {result.exchanges} exchanges are proven, by {result.proofs} proofs."]
    return _answer(asked.json, result.exit_code, result.findings, facts, words)


def _erasure(asked: argparse.Namespace) -> int:
    findings = Findings()
    statement = Statement(_read(asked.file), str(asked.file), findings)
    if findings:
        return _answer(asked.json, findings.exit_code, findings, {}, [])
    if asked.directory is not None:
        return _erasure_in_log(asked, statement)
    keys = _keys_alone(asked, findings)
    if keys is None:
        raise _Usage("give the log's key with --public-key, or a copy of the log with --directory")
    result = check_erasure(statement, keys, _witnesses(asked))
    result.findings.take_all(findings)
    facts: dict[str, object] = {"origin": result.origin, "record": result.index, "witnesses": dict(result.cosigned)}
    words = _erasure_in_words(result.origin, result.index, result.event, result.exit_code)
    return _answer(asked.json, result.exit_code, result.findings, facts, words)


def _erasure_in_log(asked: argparse.Namespace, statement: Statement) -> int:
    if not asked.directory.is_dir():
        raise _Usage(f"{asked.directory} is not a directory")
    looking = ErasureInLog(statement)
    kept = [(str(path), _checkpoint(path)) for path in asked.checkpoint]
    result = check_log(asked.directory, _keys(asked), kept, _witnesses(asked), also=looking.take)
    if result.origin:  # Without a key, no record was read.
        looking.finish(result.findings)
    facts: dict[str, object] = {"origin": result.origin, "record": looking.index, "confirmed": result.confirmed}
    facts |= {"confirmed_by": result.confirmed_by, "named_later": looking.named_later}
    words = _erasure_in_words(result.origin, looking.index, looking.event, result.exit_code)
    if words and statement.said.get("of") == "person":
        words.append(f"Requests after it that name its pseudonyms: {looking.named_later}.")
    return _answer(asked.json, result.exit_code, result.findings, facts, [*_log_in_words(result), *words])


def _erasure_in_words(origin: str, index: int | None, event: Mapping[str, object] | None, code: int) -> list[str]:
    if event is None or code == TAMPERED:
        return []
    return [f"Record {index} of {origin} has the digest of this statement.", *in_words(event)]


def _complete(asked: argparse.Namespace) -> int:
    if not asked.directory.is_dir():
        raise _Usage(f"{asked.directory} is not a directory")
    findings = Findings()
    told = [claims_of(_read(path), str(path), findings) for path in asked.files]
    checking = Completeness([each for each in told if each is not None], findings)
    kept = [(str(path), _checkpoint(path)) for path in asked.checkpoint]
    result = check_log(asked.directory, _keys(asked), kept, _witnesses(asked), also=checking.take)
    if result.origin:  # Without a key, no record was read.
        checking.finish(result.first, result.confirmed)
    result.findings.take_all(findings)
    facts = {"origin": result.origin, "records": result.records, "first_record_with_a_line": result.first}
    facts |= {"confirmed": result.confirmed, "confirmed_by": result.confirmed_by} | checking.facts
    words = [*_log_in_words(result), *checking.in_words(result.first)]
    return _answer(asked.json, result.exit_code, result.findings, facts, words)


def _answer(as_json: bool, code: int, findings: Findings, facts: dict[str, object], words: Sequence[str]) -> int:
    if as_json:
        problems = [finding.plain() for finding in findings.kept]
        more = len(findings) - len(problems)
        print(json.dumps({"exit": code, "result": MEANINGS[code], "problems": problems, "not_listed": more, **facts}))
        return code
    for finding in findings.kept:
        print(_printable(finding.line()))
    if len(findings) > len(findings.kept):
        print(f"... and {len(findings) - len(findings.kept)} more")
    for line in words:
        print(_printable(line))
    print(f"Result: {MEANINGS[code]} (exit code {code})")
    return code


def _printable(text: str) -> str:
    """Without control characters, which names of files and keys may hold."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _keys(asked: argparse.Namespace) -> list[Key]:
    try:
        return [key for path in asked.public_key for key in read_key_file(path)]
    except NoteError as error:
        raise _Usage(f"--public-key: {error}") from None


def _keys_alone(asked: argparse.Namespace, findings: Findings) -> Keys | None:
    """The keys where there is no directory: those that were given, and the file of handovers."""
    given = _keys(asked)
    return keys_of(None, given, findings, asked.handovers) if given else None


def _witnesses(asked: argparse.Namespace) -> list[Key]:
    try:
        keys = [read_key(text) for text in asked.witness]
    except NoteError as error:
        raise _Usage(f"--witness: {error}") from None
    if any(key.kind != COSIGNATURE for key in keys):
        raise _Usage("--witness: the key is none of a witness (type 4, Ed25519)")
    return keys


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError:
        raise _Usage(f"--authority: {path} holds no certificates in PEM") from None


def _checkpoint(path: Path) -> bytes:
    """The file of a checkpoint that was kept, whoever signed it."""
    data = _read(path)
    try:
        read_checkpoint(data)
    except NoteError as error:
        raise _Usage(f"--checkpoint: {path}: {error}") from None
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _Usage(f"{path}: {error.strerror}") from None
