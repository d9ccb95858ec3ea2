"""What several commands share: reading the configuration, using the store, common options and recorded requests.

A configuration problem is printed as one line on standard error, with exit code 1. Recorded requests are named on the
command line as MEETING=FILE, or as a directory of files named after their meetings.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import typer

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import load
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Settings
from proxy.text_source import text_problem

if TYPE_CHECKING:
    from rich.console import Console

    from proxy.edge.store.store import Store


ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar="MEETING_PROXY_CONFIG")
]
OptionalConfig = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="A configuration for policy and detection; without it, what is shipped."),
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option(
        "--language", "-l", help="Search for the names and numbers of this language too (de, fr, …); may be repeated."
    ),
]
UNCUT = 100_000
"""Columns of an output that nobody looks at in a window."""
DEFAULT_CONFIG = Path("config/proxy.yaml")


def read(path: Path) -> Settings:
    """Read the settings in `path`. On a problem, exits and prints what is wrong, where, and the remedy."""
    try:
        return load(path)
    except ConfigProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def read_with_words(path: Path) -> Settings:
    """Read the settings, including the words of the files that detection names; for commands that detect."""
    from proxy.edge.configuration.detection_files import filled

    try:
        return filled(read(path))
    except ConfigProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def known_languages(named: list[str] | None) -> tuple[str, ...]:
    """Return the named languages. Raises `BadParameter`, which lists the known ones, if one is unknown."""
    from proxy.detection.languages.table import LANGUAGES

    if unknown := [code for code in named or () if code not in LANGUAGES]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of: {', '.join(LANGUAGES)}", param_hint="--language")
    return tuple(named or ())


Result = TypeVar("Result")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def with_store(settings: Settings, work: Callable[[Store], Awaitable[Result]]) -> Result:
    """Run `work` on the configured store and return its result. Raises `OwnFault` (exit code 3) if the store fails.

    What it does goes on file as an act of whoever runs the command.
    """
    from proxy.edge.store.store import Store

    async def run() -> Result:
        async with await Store.open(settings.store) as store:
            return await work(store.acting(operator()))

    return asyncio.run(run())


def operator() -> Operator:
    """Return who runs the command: the account, and with sudo the user who changed to it, as sudo tells."""
    number = os.getuid()
    try:
        account = pwd.getpwuid(number).pw_name
    except KeyError:  # In a container, an account may have no name.
        account = f"uid-{number}"
    login = os.environ.get("SUDO_USER") or None
    return Operator(OperatorKind.ACCOUNT, account, login if login != account else None)


def new_id() -> str:
    """Return the id of a new record or person: random, so that it reveals nothing about them."""
    return uuid.uuid4().hex


def instant(written: str) -> datetime:
    """Parse the instant of an option: ISO 8601 with its time zone."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("write an instant as 2026-03-02T10:00:00Z") from None
    if found.tzinfo is None:
        raise typer.BadParameter("add the time zone, as in 2026-03-02T10:00:00Z or 2026-03-02T11:00:00+01:00")
    return found


def day(option: str, text: str | None) -> datetime | None:
    """Parse the day or instant of an option that bounds a period: ISO 8601, in UTC unless it says otherwise."""
    from proxy.desk.shapes import LAST_YEAR_OF_MEETINGS, check_instant

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        # What follows a period is looked for, too, and has to be a date as well.
        check_instant(found, "invalid_period", option, last_year=LAST_YEAR_OF_MEETINGS)
    except (ValueError, ClientFault):
        detail = "write an instant such as 2026-03-02 or 2026-03-02T10:00:00+01:00"
        raise typer.BadParameter(detail, param_hint=option) from None
    return found


def end_as_unread(fault: OwnFault | None) -> None:
    """End with exit code 3 if a ledger could not be read, after what can be told without it."""
    if fault is not None:
        note(str(fault))
        raise typer.Exit(3)


def iso(at: datetime | None) -> str | None:
    """Format an instant in UTC, for people and scripts."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone can read. Exits if it cannot be written."""
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"meeting-proxy: {file}: {error.strerror}", err=True)
        raise typer.Exit(1) from None


def screen() -> Console:
    """Return a console for standard output. Where that is no terminal, nothing is wrapped or cut at a width."""
    from proxy.cli.terminal import SafeConsole

    found = SafeConsole()
    return found if found.is_terminal else SafeConsole(width=UNCUT)


@contextlib.contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes how much is done, and of how much; shows it on standard error, if a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=(shown := Console(stderr=True)), transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def note(text: str) -> None:
    """Print a remark on standard error. Changes neither the output nor the exit code."""
    typer.echo(f"note: {text}", err=True)


DIALECT_OF = {".json": "openai-chat", ".vtt": "transcript", ".srt": "transcript", ".txt": "transcript"}


class RequestFile(NamedTuple):
    """A recorded request: the meeting it belongs to, and the file with its body."""

    meeting: str
    file: Path


def named(requests: list[str]) -> Iterator[RequestFile]:
    """Yield the requests that are written as MEETING=FILE."""
    for request in requests:
        meeting, separator, file = request.partition("=")
        if not separator or not meeting or not file:
            raise typer.BadParameter("write each request as MEETING=FILE")
        yield RequestFile(meeting, Path(file))


def in_directory(directory: Path | None) -> Iterator[RequestFile]:
    """Yield the requests in a directory, each file named after its meeting; none without a directory."""
    if directory is None:
        return
    if not directory.is_dir():
        raise typer.BadParameter("name an existing directory", param_hint="--requests")
    for file in sorted(directory.iterdir()):
        if file.suffix in DIALECT_OF and file.is_file():
            yield RequestFile(file.stem, file)


def text_of_file(file: Path) -> str:
    """Return the text of a file, without a byte order mark. Exits if it cannot be read as UTF-8."""
    try:
        content = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: cannot be read ({error.strerror})", err=True)
        raise typer.Exit(1) from None
    if problem := text_problem(content):
        typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(1)
    return content.decode("utf-8-sig")


def body_of(file: Path) -> bytes:
    """Return the bytes of a recorded body. Exits if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
