"""Compares the files of keys in a log's directory with a key that is known of the log."""

from __future__ import annotations

from typing import NamedTuple

from proxy.audit.findings import Kind, Report, at_file
from proxy.audit.signing import CheckingKey, KeyHistory


class KeyFiles(NamedTuple):
    """The files `public.key` and `keys` of a log; None for one that is not there."""

    public: bytes | None
    handovers: bytes | None


class KeyProblem(NamedTuple):
    """What is wrong with a file of keys."""

    kind: Kind
    file: str
    detail: str

    def note(self, report: Report) -> None:
        """Add it to a report."""
        report.note(self.kind, at_file(self.file), self.detail)


def check_keys(known: CheckingKey, files: KeyFiles) -> tuple[KeyHistory, list[KeyProblem]]:
    """The keys of a log, and what is wrong with its files of them, if `known` is to be one of its keys."""
    history, whole = (None, True) if files.handovers is None else KeyHistory.as_far_as(files.handovers)
    found = history or KeyHistory(((0, known),))
    problems: list[KeyProblem] = []
    if not whole:
        problems.append(
            KeyProblem(Kind.HANDOVER_CHANGED, "keys", "it does not tell how each key handed over to the next")
        )
    if not found.knows(known):
        detail = "the key to check with is not this log's, nor one that handed over to its newest"
        problems.append(KeyProblem(Kind.KEY_CHANGED, "keys", detail))
    elif files.public not in (None, _line(found.newest)):
        earlier = any(files.public == _line(key) for _, key in found.periods)
        kind, what = (Kind.KEY_BEHIND, "an older key than") if earlier else (Kind.KEY_CHANGED, "not")
        problems.append(KeyProblem(kind, "public.key", f"it is {what} the log's newest key"))
    return found, problems


def _line(key: CheckingKey) -> bytes:
    return f"{key.render()}\n".encode()
