"""``meeting-proxy profile``: learn where people speak in a client's requests, and show what a profile makes of one."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read_with_words

if TYPE_CHECKING:
    from proxy.model import Meeting, Slot

app = typer.Typer(no_args_is_help=True)
DialectOption = Annotated[str, typer.Option(help="The dialect of the requests; see docs/dialects.md.")]


@app.command("learn")
def learn_command(
    samples: Annotated[list[Path], typer.Argument(help="Bodies of two or more different requests of one client.")],
    name: Annotated[str, typer.Option(help="Name of the profile.")] = "our-client",
    dialect: DialectOption = "openai-chat",
) -> None:
    """Find what is constant in a client's requests, and print it as a profile for proxy.yaml.

    The profile holds markers and digests of the client's own lines, and no words of the meetings. Take requests of
    different meetings. Exit code 0: learned; 1: there is nothing in which the requests differ.
    """
    import yaml

    from proxy.attribution.learning import learn

    messages = ["\n".join(slot.text for slot in _speech(_parse(path, dialect))) for path in samples]
    try:
        found = learn(messages)
    except ValueError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    profile = {key: list(value) for key in ("lines", "tags", "sections", "texts") if (value := getattr(found, key))}
    typer.echo(yaml.safe_dump({"profiles": {name: profile}}, sort_keys=False, allow_unicode=True).rstrip())
    if not (found.lines or found.tags or found.sections):
        typer.echo(
            "Nothing stands around the speech in all of them: it is told by its own layout (docs/formats.md). "
            "Tags around it, such as <talk> and </talk>, would make it certain.",
            err=True,
        )


@app.command("test")
def test_command(
    sample: Annotated[Path, typer.Argument(help="Body of a request.")],
    profile: Annotated[str, typer.Option(help="Name of a profile, shipped or of the configuration.")],
    config: ConfigOption = DEFAULT_CONFIG,
    meeting: Annotated[
        str | None, typer.Option(help="Id of a meeting on file, whose roster tells who is known.")
    ] = None,
    dialect: DialectOption = "openai-chat",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with whole texts.")] = False,
) -> None:
    """Show whose each stretch of a request is under a profile. Nothing is sent or recorded.

    Exit code 0; 1 where there is no such profile or meeting.
    """
    from proxy.cli.origins import origins, show_origins
    from proxy.model import Roster
    from proxy.settings.profiles import SHIPPED
    from proxy.steps.speaking import hear

    settings = read_with_words(config)
    known = {**SHIPPED, **settings.profiles}
    if profile not in known:
        typer.echo(f"no profile {profile!r}; there are: {', '.join(sorted(known))}", err=True)
        raise typer.Exit(1)
    found = asyncio.run(_meeting(settings.store, meeting)) if meeting is not None else None
    if meeting is not None and found is None:
        typer.echo(f"no meeting {meeting!r} is on file", err=True)
        raise typer.Exit(1)
    roster = found.roster if found is not None else Roster()
    rows = origins(hear(_parse(sample, dialect), roster, None, opaque_is_instruction=False, profile=known[profile]))
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        show_origins(rows, Console())


def _parse(path: Path, dialect: str) -> tuple[Slot, ...]:
    """The slots of a recorded request."""
    from proxy.dialects import DIALECTS
    from proxy.dialects.base import ParsePolicy
    from proxy.model import Inbound

    if dialect not in DIALECTS:
        typer.echo(f"no dialect {dialect!r}; there are: {', '.join(DIALECTS)}", err=True)
        raise typer.Exit(2)
    try:
        body = path.read_bytes()
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
    chosen = DIALECTS[dialect]
    inbound = Inbound("POST", "/", "", (("content-type", chosen.media_type),), body)
    return chosen.parse(inbound, ParsePolicy(64, None)).slots


def _speech(slots: tuple[Slot, ...]) -> list[Slot]:
    from proxy.model import SlotKind

    return [slot for slot in slots if slot.kind is SlotKind.SPEECH]


async def _meeting(store_url: str, meeting: str) -> Meeting | None:
    from proxy.edge.store.store import Store

    async with await Store.open(store_url) as store:
        return await store.meeting(meeting)
