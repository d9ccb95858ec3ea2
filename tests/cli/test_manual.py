"""The manual page names every command and option, and is the one that is committed."""

import re
from pathlib import Path

from proxy.cli import manual
from proxy.cli.main import COMMANDS, loaded

PAGE = Path(__file__).parents[2] / "docs/man/meeting-proxy.1"


def test_the_committed_page_is_this_one():
    """Make it anew with ``python -m proxy.cli.manual > docs/man/meeting-proxy.1``."""
    assert PAGE.read_text() == manual.page()


def test_every_command_and_option_is_on_it():
    page = manual.page().replace("\\-", "-")

    for name in COMMANDS:
        command = loaded(name)
        for each in getattr(command, "commands", {name: command}).values():
            for param in each.params:
                for option in param.opts if param.param_type_name == "option" else ():
                    assert param.hidden or option == "--help" or f"\\fB{option}\\fR" in page, (name, option)


def test_only_known_requests_begin_a_line():
    requests = {line.split()[0] for line in manual.page().splitlines() if line.startswith((".", "'"))}

    assert requests <= {".TH", ".SH", ".SS", ".PP", ".TP", ".B"}
    assert not re.search(r"(?m)^\.TP\n\.TP", manual.page())
