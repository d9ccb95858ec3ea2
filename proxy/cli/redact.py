"""``meeting-proxy redact``: remove personal data from a text, with no meeting, consent or recipient involved."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proxy.cli.shared import LanguageOption, OptionalConfig, known_languages, read_with_words, text_of_file
from proxy.cli.terminal import verbatim
from proxy.errors import ClientFault
from proxy.formats import Transcript
from proxy.formats import read as read_transcript
from proxy.model import Participant, Passage, Roster, Slot, SlotKind, apply_edits
from proxy.settings import Detection

if TYPE_CHECKING:
    from proxy.detection.profiles import ProfileEngine
    from proxy.redaction.anonymizer import Act
    from proxy.redaction.redact import LabelSpot

_WITHOUT_STRUCTURE = frozenset({"lines", "opaque"})
"""Formats in which all of the text may be words. All others also hold times, numbers and markup."""


def redact(
    files: Annotated[list[str] | None, typer.Argument(help="Text files; none or - reads standard input.")] = None,
    config: OptionalConfig = None,
    roster: Annotated[list[str] | None, typer.Option(help="A name that is always found; may be repeated.")] = None,
    lines: Annotated[bool, typer.Option("--jsonl", help='Input is JSON Lines {"id","text","roster":[…]}.')] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print text and counts as JSON.")] = False,
    language: LanguageOption = None,
) -> None:
    """Print texts with personal data replaced, as they would leave. Pseudonyms are numbered afresh for each text.

    In cue files, chats and JSON transcripts, only the words and speakers are searched; times, numbers and markup stay.

    With --jsonl, each input line yields an output line {"id","text","removed"}.
    """
    from proxy.detection.profiles import ProfileEngine
    from proxy.edge.configuration import action_operators

    languages = known_languages(language)
    settings = read_with_words(config) if config is not None else None
    policy = action_operators.policy(settings.redaction if settings else {})
    engine = ProfileEngine(settings.detection if settings else Detection())
    for document in _documents(files or ["-"], roster or [], lines):
        text, removed = _redacted(engine, languages, document["text"], document["roster"], policy)
        if lines or as_json:
            typer.echo(json.dumps({"id": document["id"], "text": text, "removed": removed}, ensure_ascii=False))
        else:
            typer.echo(text, file=verbatim(), nl=not text.endswith("\n"))


def _documents(files: list[str], roster: list[str], lines: bool) -> list[dict[str, Any]]:
    documents = []
    for name in files:
        text = sys.stdin.read() if name == "-" else text_of_file(Path(name))
        if not lines:
            documents.append({"id": name, "text": text, "roster": roster})
            continue
        for number, line in enumerate(text.splitlines(), 1):
            try:
                entry = json.loads(line)
                documents.append({"id": entry["id"], "text": str(entry["text"]), "roster": entry.get("roster", roster)})
            except (ValueError, KeyError, TypeError):
                typer.echo(f'{name}:{number}: not a JSON object with "id" and "text"', err=True)
                raise typer.Exit(1) from None
    return documents


def _redacted(
    engine: ProfileEngine, languages: tuple[str, ...], text: str, names: list[str], policy: Mapping[str, Act]
) -> tuple[str, dict[str, int]]:
    from proxy.detection.blocks import join
    from proxy.redaction.passages import locate
    from proxy.redaction.redact import WithheldSpeech
    from proxy.redaction.redact import redact as redact_slots

    read, passages, labels = parts(text, names)
    people = Roster(tuple(Participant(f"r{i}", str(name)) for i, name in enumerate(names)))
    blocks = join(passages)
    findings = locate(blocks, engine.find([block.excerpt for block in blocks], languages))
    nobody = WithheldSpeech(frozenset(), (), ())
    slot = Slot(0, "text", read.text if read is not None else text, SlotKind.SPEECH)
    redacted = redact_slots((slot,), passages, findings, labels, people, nobody, policy)
    edits = redacted.edits.get(0, ())
    return apply_edits(text, edits if read is None else read.source_edits(edits)), dict(redacted.total_removed)


def parts(
    text: str, names: Sequence[str], slot: int = 0
) -> tuple[Transcript | None, tuple[Passage, ...], tuple[LabelSpot, ...]]:
    """Return the transcript, the passages to search, and the speakers' labels beside them, as parts of a slot.

    If the transcript's grammar is certain, only its words and labels are searched: times, cue numbers and markup hold
    no personal data but look like telephone numbers. Otherwise the whole text is searched.
    """
    from proxy.redaction.redact import LabelSpot
    from proxy.wording.voices import is_voice

    try:
        read = read_transcript(text, [str(name) for name in names], whole=True)
    except ClientFault:
        read = None
    if read is None or read.segmented.format in _WITHOUT_STRUCTURE:
        return None, (Passage(slot, 0, text),), ()
    said = read.segmented.utterances
    words = sorted((span, utterance.speaker) for utterance in said for span in utterance.words)
    spoken = [(utterance, span) for utterance in said for span in (utterance.label, *utterance.more_labels) if span]
    spots = [span for utterance, span in spoken if not is_voice(utterance.speaker or "")]
    spots += [span for span in read.segmented.names if not is_voice(read.text[slice(*span)])]
    passages = tuple(Passage(slot, span.start, read.text[slice(*span)], speaker) for span, speaker in words)
    labels = (LabelSpot(slot, *span, read.text[slice(*span)], None, False) for span in sorted(spots))
    return read, passages, tuple(labels)
