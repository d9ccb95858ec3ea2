"""``meeting-proxy detect``: find personal data in texts, as JSON Lines, and list the recognizers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from proxy.cli.shared import LanguageOption, OptionalConfig, known_languages, read_with_words, screen, text_of_file
from proxy.cli.terminal import Table
from proxy.settings import Detection

if TYPE_CHECKING:
    from proxy.detection.engine import Engine
    from proxy.detection.profiles import ProfileEngine
    from proxy.model import Finding
    from proxy.redaction.roster.search import Person

DOCUMENTS_AT_ONCE = 256
CERTAIN = 0.9
"""Score from which a name is searched for in the rest of the text, so that its other mentions are findings too."""


def detect(
    files: Annotated[list[Path] | None, typer.Argument(help="Text files; none reads JSON Lines instead.")] = None,
    config: OptionalConfig = None,
    list_all: Annotated[bool, typer.Option("--list", help="Print the recognizers and exit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: print JSON.")] = False,
    language: LanguageOption = None,
) -> None:
    """Find personal data in text files, or in JSON Lines {"id","text","roster":[…]} from standard input.

    Each text yields a line {"id","findings":[{"start","end","kind","score"}]}. Offsets are in code points; the id of a
    file is its name. A roster entry is a name or {"name","aliases","emails"}. Lines that cannot be read are named on
    standard error, and the exit code is then 1.
    """
    languages = known_languages(language)
    detection = checked(config)
    if list_all:
        _list(detection, as_json)
        return
    bad = run_detect(_lines(files) if files else sys.stdin, sys.stdout, detection, sys.stderr, languages)
    raise typer.Exit(1 if bad else 0)


def checked(config: Path | None) -> Detection:
    """Return the detection settings, by default the shipped ones. Exits and names the problems if they are invalid."""
    from proxy.detection.selection import validate

    detection = read_with_words(config).detection if config is not None else Detection()
    problems = validate(detection, ())
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    return detection


def _lines(files: Iterable[Path]) -> Iterator[str]:
    """Yield for each file the line that standard input would hold for it."""
    for path in files:
        yield json.dumps({"id": str(path), "text": text_of_file(path)})


@dataclass(frozen=True, slots=True)
class Document:
    """A text to search, and the people whose names are searched for in it."""

    id: Any
    text: str
    people: tuple[Person, ...] = field(default=())


def run_detect(
    lines: Iterable[str], out: TextIO, detection: Detection, errors: TextIO, languages: Sequence[str] = ()
) -> int:
    """Answer each line of `lines` on `out`. Returns how many could not be read; these are named on `errors`.

    Also searches for the national numbers of `languages`. Runs the engine in this process and one thread, many
    documents at a time.
    """
    # The matrices are small, so threads of the numeric library would cost more than they gain.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from proxy.detection.profiles import ProfileEngine

    engine = ProfileEngine(detection)
    bad = 0
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, DOCUMENTS_AT_ONCE)):
        documents = []
        for number, line in batch:
            document = _document(line)
            if isinstance(document, Document):
                documents.append(document)
            else:
                bad += 1
                print(f"line {number}: {document}", file=errors)
        for document, found in zip(documents, find(engine, documents, languages), strict=True):
            findings = [{"start": f.start, "end": f.end, "kind": f.kind, "score": f.score} for f in found]
            out.write(json.dumps({"id": document.id, "findings": findings}, ensure_ascii=False) + "\n")
        out.flush()
    return bad


def _document(line: str) -> Document | str:
    """Return the document in a line, or the problem with the line without quoting any of it."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(entry, dict) or "id" not in entry or not isinstance(entry.get("text"), str):
        return 'not an object with "id" and "text"'
    known = people(entry.get("roster") or [])
    if known is None:
        return '"roster" is not a list of names or of {"name","aliases","emails"}'
    return Document(entry["id"], entry["text"], known)


def people(roster: object) -> tuple[Person, ...] | None:
    """Return the people that a document's roster names, or None if it is not such a list."""
    from proxy.redaction.roster.search import Person

    if not isinstance(roster, list):
        return None
    found = []
    for index, entry in enumerate(roster):
        known = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(known, dict) or not isinstance(known.get("name"), str):
            return None
        aliases, emails = known.get("aliases") or [], known.get("emails") or []
        if not all(isinstance(texts, list) and all(isinstance(t, str) for t in texts) for texts in (aliases, emails)):
            return None
        found.append(Person(f"r{index}", (known["name"], *aliases), tuple(emails)))
    return tuple(found)


def find(
    engine: Engine | ProfileEngine, documents: Sequence[Document], languages: Sequence[str] = ()
) -> Iterator[list[Finding]]:
    """Yield the disjoint findings of each document: the engine's, block by block, and the names of its people."""
    from proxy.detection.blocks import join
    from proxy.detection.profiles import ProfileEngine
    from proxy.model import Passage
    from proxy.redaction.passages import locate

    cut = [join([Passage(0, 0, document.text)]) for document in documents]
    asked = [block.excerpt for blocks in cut for block in blocks]
    found = iter(engine.find(asked, languages) if isinstance(engine, ProfileEngine) else engine.find(asked))
    for document, blocks in zip(documents, cut, strict=True):
        located = locate(blocks, list(islice(found, len(blocks))))
        yield _settled(document, located[0] if located else [])


def _settled(document: Document, findings: Sequence[Finding]) -> list[Finding]:
    from proxy.detection.precedence import PERSON
    from proxy.model import Finding, Passage
    from proxy.redaction.claims import mentioned
    from proxy.redaction.decision.decide import decide
    from proxy.redaction.decision.things import Request
    from proxy.redaction.identities import Naming
    from proxy.redaction.originals import Originals, is_slight
    from proxy.redaction.replace import sweep
    from proxy.redaction.roster.search import search_for
    from proxy.redaction.spans import Claim, prepare, resolve

    text = document.text
    people = document.people
    naming = Naming.of(people, search_for(people))
    whole = Request([Passage(0, 0, text, "document")], naming.may_name)
    said = [Claim(f.start, f.end, f.kind, f.score) for f in decide(whole, [findings]).findings[0]]
    mentions = mentioned(naming.find(text)) if people else []
    resolved = resolve(text, [], prepare(text, mentions), prepare(text, said))
    # Redaction replaces a name that was found once wherever it stands. So if a name is certain, all its places are
    # findings.
    names = {
        text[claim.start : claim.end]: claim
        for claim in reversed(resolved)
        if claim.kind == PERSON and claim.score >= CERTAIN and not is_slight(text[claim.start : claim.end])
    }
    claims = sweep({0: text}, [Passage(0, 0, text)], [resolved], names, Originals(names))[0]
    return [Finding(claim.start, claim.end, claim.kind, claim.score) for claim in claims]


def _list(detection: Detection, as_json: bool) -> None:
    from proxy.detection.languages.table import COVERED, NATIONAL
    from proxy.detection.recognizers.table import BUILTINS
    from proxy.detection.selection import from_file, runs

    listed = [("any", b) for b in BUILTINS] + [(code, b) for code, numbers in NATIONAL.items() for b in numbers]
    file = detection.presidio_recognizers
    of_file = [
        # A recognizer for a fully covered language runs on all text, as the engine does.
        (
            row.name,
            row.kinds,
            "any" if row.language in COVERED else row.language,
            f"detection.presidio_recognizers, {file.file}",
        )
        for row in from_file(detection)
        if file is not None
    ]
    if as_json:
        rows = [
            {"name": b.name, "kinds": b.kinds, "language": code, "on": runs(detection, b), "why": b.why}
            for code, b in listed
        ]
        rows += [
            {"name": name, "kinds": kinds, "language": code, "on": True, "why": why}
            for name, kinds, code, why in of_file
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("recognizer", "kinds", "in", "on", "why", title="Recognizers")
    for code, b in listed:
        table.add_row(b.name, ", ".join(b.kinds), code, "yes" if runs(detection, b) else "no", b.why)
    for own in detection.patterns:
        table.add_row(own.name, own.kind, "any", "yes", "detection.patterns")
    for name, kinds, code, why in of_file:
        table.add_row(name, ", ".join(kinds), code, "yes", why)
    for deny in detection.deny:
        table.add_row("deny", deny.kind, "any", "yes", f"detection.deny, {len(deny.words)} words")
    for index, words in enumerate(detection.dictionaries):
        why = f"detection.dictionaries[{index}], {len(words.words or ()):,} words"
        table.add_row("dictionary", words.kind, "any", "yes", why)
    screen().print(table)
