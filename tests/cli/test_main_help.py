"""``meeting-proxy --help``: every command has its line, and none of them is loaded for it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module

import pytest
from typer.testing import CliRunner

from proxy.cli.main import COMMANDS, app


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_line_of_its_own_help(name):
    module = import_module(f"proxy.cli.{name}")
    if not hasattr(module, "app"):
        assert inspect.getdoc(getattr(module, name)).partition("\n\n")[0].replace("\n", " ") == COMMANDS[name]
    shown = CliRunner(env={"COLUMNS": "400"}).invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert COMMANDS[name] in shown.output


def test_help_names_every_command_and_loads_none():
    """Operators ask for it often: it takes a tenth of what the commands take to load."""
    program = """
import sys
from typer.testing import CliRunner
from proxy.cli.main import app
shown = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["--help"])
assert shown.exit_code == 0
print(shown.output)
loaded = {each for each in sys.modules if each.startswith("proxy.cli.")} - {"proxy.cli.main"}
assert not loaded and not {"sqlalchemy", "pydantic"} & set(sys.modules), loaded
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert all(f" {name} " in ended.stdout and line in ended.stdout for name, line in COMMANDS.items())


def test_a_command_that_there_is_not_is_wrong_usage_and_the_nearest_is_named():
    shown = CliRunner().invoke(app, ["serv"])
    assert shown.exit_code == 2
    assert "Did you mean 'serve'?" in shown.output


@pytest.mark.parametrize("command", ["people", "meeting", "consent", "subject", "client", "token", "config"])
def test_a_command_that_asks_no_server_loads_no_client_for_http(command: str) -> None:
    """It would take a third of the time in which such a command is done."""
    look = f"import sys; from proxy.cli.main import loaded; loaded({command!r}); print('aiohttp' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
