"""``meeting-proxy vocabulary``: propose an organization's own words from its transcripts, for a person to review."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import OptionalConfig, text_of_file
from proxy.cli.terminal import verbatim

if TYPE_CHECKING:
    from proxy.model import Finding, Passage
    from proxy.redaction.decision.proposals import Proposal
    from proxy.redaction.decision.things import Request

app = typer.Typer(no_args_is_help=True)


class Use(StrEnum):
    """What the file is for."""

    ALLOW = "allow"
    DICTIONARY = "dictionary"


HEADING = {
    Use.ALLOW: (
        "For detection.allow_files: what is listed leaves as it is. Take out every name that must not leave,",
        "and the names of people. Perhaps people's names begin with #: take the sign away from those that are things.",
    ),
    Use.DICTIONARY: (
        "For detection.dictionaries, as {kind: PROJECT, file: ...}: what is listed is found wherever it is said.",
        "Take out what may leave, and plain words, which belong in a file of their own with case: exact.",
    ),
}


@app.callback()
def vocabulary() -> None:
    """Keep `learn` a subcommand."""


@app.command("learn")
def learn_command(
    files: Annotated[list[Path], typer.Argument(help="Transcripts of the organization, in any format.")],
    use: Annotated[Use, typer.Option(help="What the file is for.")] = Use.ALLOW,
    config: OptionalConfig = None,
    roster: Annotated[list[str] | None, typer.Option(help="A name that is never proposed; may be repeated.")] = None,
    least: Annotated[int, typer.Option(min=1, help="Propose what is mentioned so many times.")] = 3,
    context: Annotated[
        bool, typer.Option("--context", help="Also write an example of each, WITH ITS TEXT, into the file.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Propose names of products and projects that detection takes for people, places and organizations.

    Prints a file as detection.allow_files and detection.dictionaries read it, with how many times each name is said, in
    which forms, and as what it was found. Review it before it is used. Words on a list of names, names of speakers and
    of --roster, and what --config lists already are not proposed. Detects as --config says, in this process; nothing is
    sent, and nothing is kept but what is printed.

    Exit code 0: something is proposed; 1: nothing is, or a file cannot be read.
    """
    from proxy.redaction.decision.proposals import proposals

    request, findings = _read(files, config, roster or [])
    found = proposals(request, findings, least)
    if not found:
        typer.echo(f"No name that is on no list is mentioned {least} times; --least asks for fewer.", err=True)
        raise typer.Exit(1)
    if as_json:
        rows = [asdict(each) for each in found]
        typer.echo(
            json.dumps([row if context else {**row, "example": None} for row in rows], ensure_ascii=False, indent=2)
        )
        return
    words = sum(len(passage.text.split()) for passage in request.passages)
    typer.echo("\n".join(written(found, use, len(files), words, context=context)), file=verbatim())


def written(found: Sequence[Proposal], use: Use, files: int, words: int, *, context: bool) -> Iterator[str]:
    """Yield the lines of the file."""
    yield f"# Proposed by meeting-proxy vocabulary learn from {_count(files, 'file')} of {_count(words, 'word')}."
    yield from (f"# {line}" for line in HEADING[use])
    for each in found:
        kinds = ", ".join(f"{kind} {count}" for kind, count in each.kinds.items())
        doubt = "; perhaps a person" if each.person else ""
        yield ""
        yield f"# {_count(each.mentions, 'mention')} in {_count(each.files, 'file')}; found as {kinds}{doubt}"
        if len(each.forms) > 1:
            yield "# forms: " + ", ".join(f"{form} {count}" for form, count in each.forms.items())
        if context:
            yield f"# example: {each.example}"
        yield f"#{each.name}" if each.person and use is Use.ALLOW else each.name


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _read(files: Sequence[Path], config: Path | None, names: Sequence[str]) -> tuple[Request, list[list[Finding]]]:
    """Return all passages of the files, with the number of the file for a slot, and what detection finds in them."""
    from proxy.cli.detect import checked
    from proxy.cli.redact import parts
    from proxy.detection.blocks import join
    from proxy.detection.profiles import ProfileEngine
    from proxy.redaction.decision.things import Request
    from proxy.redaction.identities import Naming
    from proxy.redaction.passages import locate
    from proxy.redaction.roster.search import Person, search_for

    texts = [text_of_file(file) for file in files]
    engine = ProfileEngine(checked(config))
    passages: list[Passage] = []
    findings: list[list[Finding]] = []
    labels = dict.fromkeys(names)
    for number, text in enumerate(texts):
        _, said, spots = parts(text, names, slot=number)
        blocks = join(said)
        found = locate(blocks, engine.find([block.excerpt for block in blocks], ()))
        passages += said
        findings += [*found, *([] for _ in said[len(found) :])]
        labels |= dict.fromkeys(spot.text.strip() for spot in spots)
    people = tuple(Person(f"p{number}", (label,)) for number, label in enumerate(labels))
    return Request(passages, Naming.of(people, search_for(people)).may_name), findings
