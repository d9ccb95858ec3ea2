"""What the operating system says of running processes (``/proc``)."""

from __future__ import annotations

import os
import re
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, by process id."""
    parents = {}
    for entry in Path("/proc").iterdir():
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # no process, or one that has just ended
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {pid})


def detection_workers(pid: int) -> list[int]:
    """The workers below a proxy: the processes that its nursery forked."""
    programs = {each: _program(each) for each in descendants(pid)}
    nurseries = [each for each, program in programs.items() if b"proxy.edge.detection.worker" in program]
    return [each for each in nurseries if set(descendants(each)) & set(nurseries) == set()]


def _program(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # it has just ended


def used(pid: int) -> int:
    """The time that a process has computed, in hundredths of a second; of one that has ended, 0."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:13])) * 100 // os.sysconf("SC_CLK_TCK")


def status(pid: int, field: str) -> int:
    """A number of ``/proc/PID/status``: ``Threads``, or ``VmHWM``, the most memory so far, in KiB."""
    found = re.search(rf"^{field}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found, field
    return int(found[1])


def open_files(pid: int) -> int:
    """How many files and sockets a process holds open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
