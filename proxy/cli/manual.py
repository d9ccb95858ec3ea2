"""The manual page ``meeting-proxy(1)``, generated from the commands themselves.

``python -m proxy.cli.manual > docs/man/meeting-proxy.1`` makes it anew. The format is roff with the macros of man(7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from proxy import __version__
from proxy.cli.main import COMMANDS, app, loaded

NAME = "meeting-proxy"
_FILES = (("config/proxy.yaml", "The configuration, unless --config or MEETING_PROXY_CONFIG names another."),)
_ENVIRONMENT = (("MEETING_PROXY_CONFIG", "The configuration file."),)
_EXIT_CODES = (
    ("0", "Done."),
    ("1", "Refused, invalid or not found."),
    ("2", "Wrong usage."),
    ("3", "A store, ledger or detector is unavailable."),
)


def page() -> str:
    """Return the page. The same version gives the same page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH MEETING-PROXY 1 "" "meeting-proxy {__version__}" "User Commands"'
    yield from (".SH NAME", f"{_plain(NAME)} \\- {_plain(_first(app.info.help or ''))}")
    yield from (".SH SYNOPSIS", f".B {_plain(NAME)}", "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(app.info.help or ""))
    yield ".SH COMMANDS"
    for name in COMMANDS:
        yield from _command(name, loaded(name), COMMANDS[name])
    for title, rows in (("EXIT STATUS", _EXIT_CODES), ("ENVIRONMENT", _ENVIRONMENT), ("FILES", _FILES)):
        yield f".SH {title}"
        for term, meaning in rows:
            yield from (".TP", f".B {_plain(term)}", _plain(meaning))


def _command(name: str, command: Any, line: str | None = None) -> Iterator[str]:
    """A command with its options, or each command of a group."""
    inner = getattr(command, "commands", None)
    yield f'.SS "{_plain(name)}"'
    if inner is None:
        yield from _paragraphs(command.help or line or "")
        yield from _parameters(command.params)
        return
    yield from _paragraphs(line or command.help or "")
    for each, nested in inner.items():
        yield from _command(f"{name} {each}", nested)


def _parameters(params: Any) -> Iterator[str]:
    for param in params:
        if param.hidden or param.name == "help":
            continue
        yield ".TP"
        if param.param_type_name == "argument":
            yield f"\\fI{_plain(param.name.upper())}\\fR" + (" ..." if param.nargs == -1 else "")
        else:
            yield ", ".join(f"\\fB{_plain(each)}\\fR" for each in [*param.opts, *param.secondary_opts])
        yield _plain(f"{param.help or ''}{' (required)' if param.required else ''}") or "\\&"


def _paragraphs(text: str) -> Iterator[str]:
    """Text as paragraphs; the marks of Markdown are left out."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield from (".PP", _plain(" ".join(paragraph.replace("**", "").replace("``", "").replace("`", "").split())))


def _first(text: str) -> str:
    """The first sentence, without its full stop, as mandb indexes it."""
    return text.split(". ", 1)[0].rstrip(".")


def _plain(text: str) -> str:
    """Text in which nothing is a request or an escape of roff."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


if __name__ == "__main__":
    print(page(), end="")
