"""Faults by whose fault they are, as data. A fault holds a status, a reason code and places, never text.

`detail` is for the operator and the client alike: it may name fields, ids, limits and remedies that the
product wrote itself; it never quotes a body, a label, a header value or another exception.
"""

from __future__ import annotations


class Fault(Exception):
    """Base of all faults that end an exchange. Raise one of the four subclasses; `Cancelled` is raised by nobody."""

    status = 500

    def __init__(self, reason: str, detail: str = "", *, status: int | None = None, where: str | None = None):
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.where = where
        self.code: str | None = None
        """What a recipient called its error, from a fixed list; clients are told this in place of the reason."""
        self.headers: tuple[tuple[str, str], ...] = ()
        """Headers for the client, such as when to ask again."""
        if status is not None:
            self.status = status

    @property
    def shown(self) -> str:
        """The code that clients are told."""
        return self.code or self.reason

    def __reduce__(self) -> tuple[object, ...]:
        # Faults cross process borders; keyword arguments would be lost by the default protocol.
        return (_rebuild, (type(self), self.reason, self.detail, self.status, self.where))

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.reason}{place}: {self.detail}" if self.detail else f"{self.reason}{place}"


class ClientFault(Fault):
    """The request is malformed or asks for what is not listed (4xx)."""

    status = 400


class Refusal(Fault):
    """The request is well formed, and consent or policy says no (403, which clients do not retry)."""

    status = 403


class SpokenRefusal(Refusal):
    """A refusal for what stands in some passages, by slot and start: where one person said them, they may stay in."""

    def __init__(
        self, reason: str, detail: str, passages: frozenset[tuple[int, int]] = frozenset(), *, where: str | None = None
    ):
        super().__init__(reason, detail, where=where)
        self.passages = passages


class OwnFault(Fault):
    """A part of the proxy failed (detector, store, ledger); nothing leaves (503)."""

    status = 503


class UpstreamFault(Fault):
    """The recipient failed or broke the protocol (502, 504)."""

    status = 502


class Cancelled(Fault):
    """The client is gone, or the service ends (499). It tells what happened in a record; `cause` is raised again."""

    status = 499

    def __init__(self, cause: BaseException):
        super().__init__("client_gone")
        self.cause = cause


def as_fault(error: BaseException) -> Fault:
    """The fault itself; what cancels as `Cancelled`; anything else is a defect of ours, named by its type alone."""
    if isinstance(error, Fault):
        return error
    if not isinstance(error, Exception):
        return Cancelled(error)
    return OwnFault("internal_error", f"unexpected {type(error).__name__}; nothing more was sent", status=500)


def _rebuild(cls: type[Fault], reason: str, detail: str, status: int, where: str | None) -> Fault:
    return cls(reason, detail, status=status, where=where)
