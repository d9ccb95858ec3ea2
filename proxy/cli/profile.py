"""``meeting-proxy profile``: learn where people speak in a client's requests, and try a profile on a request."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read_with_words, screen

if TYPE_CHECKING:
    from proxy.model import Meeting, Slot

app = typer.Typer(no_args_is_help=True)
DialectOption = Annotated[str, typer.Option(help="The dialect of the requests; see docs/dialects.md.")]


@app.command("learn")
def learn_command(
    samples: Annotated[list[Path], typer.Argument(help="Bodies of two or more different requests of one client.")],
    name: Annotated[str, typer.Option(help="Name of the profile.")] = "our-client",
    dialect: DialectOption = "openai-chat",
    system: Annotated[
        bool, typer.Option("--system", help="People speak in the system messages as well: learn from these too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find what is constant in a client's requests, and print it as a profile for proxy.yaml.

    The profile holds markers and digests of the client's own lines, in messages (texts) and in system messages, tools
    and schemas (instructions), and no words of the meetings. Take requests of different meetings, two or more of each
    kind (a summary, a title).

    Exit code 0: learned; 1: the requests do not differ, or have nothing in common; 2: a request cannot be read.
    """
    import yaml

    from proxy.attribution.profile_learning import learn, learn_instructions

    requests = [_parse(path, dialect) for path in samples]
    try:
        found = learn(["\n".join(_messages(slots, system=system)) for slots in requests])
    except ValueError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    for number in found.alone:
        typer.echo(f"{samples[number]}: no other request begins or ends like it; nothing was learned from it", err=True)
    markers = {key: list(value) for key in ("lines", "tags", "sections") if (value := getattr(found, key))}
    instructions = learn_instructions([_instructions(slots, system=system) for slots in requests])
    if not (markers or found.texts or instructions):
        typer.echo("The requests have no line in common: there is nothing of the client's own in them.", err=True)
        raise typer.Exit(1)
    digests = {"texts": list(found.texts), "instructions": list(instructions)}
    profile = markers | {key: value for key, value in digests.items() if value}
    document = {"profiles": {name: profile | ({"system": "transcript"} if system else {})}}
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).rstrip())
    if not markers:
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
    """Show the origin of each stretch of a request under a profile. Nothing is sent or recorded.

    Exit code 0; 1 if there is no such profile or meeting; 2 if the request cannot be read.
    """
    from proxy.cli.explain import show_origins
    from proxy.errors import Fault
    from proxy.explanation import origins
    from proxy.model import Roster
    from proxy.settings.profiles import SHIPPED
    from proxy.steps.hearing import hear

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
    slots = _parse(sample, dialect)
    try:
        listed = settings.consent.instructions == "listed"
        heard = hear(slots, roster, None, opaque_is_instruction=False, profile=known[profile], listed=listed)
        rows = origins(heard)
    except Fault as fault:
        typer.echo(f"{sample}: {fault}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        show_origins(rows, {}, screen())


def _parse(path: Path, dialect: str) -> tuple[Slot, ...]:
    """Return the slots of a recorded request."""
    from proxy.dialects import DIALECTS
    from proxy.dialects.base import ParsePolicy
    from proxy.errors import Fault
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
    try:
        return chosen.parse(inbound, ParsePolicy(64, None)).slots
    except Fault as fault:
        typer.echo(f"{path}: {fault}", err=True)
        raise typer.Exit(2) from None


def _messages(slots: tuple[Slot, ...], *, system: bool) -> list[str]:
    """Return the texts in which people may speak."""
    from proxy.model import SlotKind
    from proxy.steps.layouts import in_system_message

    return [slot.text for slot in slots if slot.kind is SlotKind.SPEECH or (system and in_system_message(slot))]


def _instructions(slots: tuple[Slot, ...], *, system: bool) -> list[str]:
    """Return the texts that only the client writes."""
    from proxy.model import SlotKind
    from proxy.steps.layouts import in_system_message

    return [s.text for s in slots if s.kind is SlotKind.INSTRUCTIONS and not (system and in_system_message(s))]


async def _meeting(store_url: str, meeting: str) -> Meeting | None:
    from proxy.edge.store.store import Store

    async with await Store.open(store_url) as store:
        return await store.meetings.by_id(meeting)
