"""Faults, by whose fault they are, as data. A fault holds a status, a reason code and places, never text.

`detail` is for both the operator and the client. It may name fields, ids, limits and remedies that the product wrote
itself; it never quotes a body, a label, a header value or another exception.
"""

from __future__ import annotations


class Fault(Exception):
    """Base of all faults that end an exchange. Raise one of the four subclasses; only `as_fault` makes `Cancelled`."""

    status = 500

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        status: int | None = None,
        where: str | None = None,
        retry_after: int | None = None,
    ):
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.where = where
        self.code: str | None = None
        """The recipient's error code, from a fixed list; clients are shown this instead of the reason."""
        self.headers: tuple[tuple[str, str], ...] = ()
        """Headers for the client, such as when to ask again."""
        if retry_after is not None:
            self.headers = (("retry-after", str(retry_after)),)
        if status is not None:
            self.status = status

    @property
    def shown(self) -> str:
        """The code that clients are shown."""
        return self.code or self.reason

    def __reduce__(self) -> tuple[object, ...]:
        # Faults cross process boundaries; the default protocol would lose keyword arguments.
        return (_rebuild, (type(self), self.reason, self.detail, self.status, self.where))

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.reason}{place}: {self.detail}" if self.detail else f"{self.reason}{place}"


class ClientFault(Fault):
    """The request is malformed or asks for what is not listed (4xx)."""

    status = 400


class Refusal(Fault):
    """The request is well formed, but consent or policy refuses it (403, which clients do not retry)."""

    status = 403


class SpokenRefusal(Refusal):
    """A refusal caused by some passages, by slot and start. If one person said them, they can be withheld instead."""

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
    """The client is gone, or the service ends (499). It is recorded like a fault; `cause` is then raised again."""

    status = 499

    def __init__(self, cause: BaseException):
        super().__init__("client_gone")
        self.cause = cause


def as_fault(error: BaseException) -> Fault:
    """Return a fault unchanged, a cancellation as `Cancelled`, and anything else as our own defect, by type only."""
    if isinstance(error, Fault):
        return error
    if not isinstance(error, Exception):
        return Cancelled(error)
    return OwnFault("internal_error", f"unexpected {type(error).__name__}; nothing more was sent", status=500)


def _rebuild(cls: type[Fault], reason: str, detail: str, status: int, where: str | None) -> Fault:
    return cls(reason, detail, status=status, where=where)
