"""Logs: one JSON object per line on standard error, built from an allow-list of keys.

Keys that are not on the list are dropped and counted, so a careless log call shows as ``dropped_keys`` and not as
somebody's words. Libraries log through the same filter: of their records only logger, level and exception type remain.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import structlog

ALLOWED = frozenset(
    {
        "allowed",
        "anchor",
        "attempt",
        "bytes_received",
        "bytes_sent",
        "client",
        "count",
        "delivered",
        "dropped_keys",
        "dropped_values",
        "duration_ms",
        "error_at",
        "error_type",
        "event",
        "exchange",
        "fault",
        "field",
        "host",
        "level",
        "logger",
        "needed",
        "part",
        "pid",
        "port",
        "purpose",
        "reason",
        "recipient",
        "records",
        "requests",
        "route",
        "signal",
        "status",
        "stopped",
        "timestamp",
        "version",
        "worker",
        "workers",
    }
)
"""The keys that may be logged. None holds text of a request, and no label, name or id of a person or meeting."""

_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VALUE = re.compile(r"[A-Za-z0-9_.:/+\[\]-]{0,200}")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

EventDict = MutableMapping[str, Any]


def configure(level: str = "info") -> None:
    """Send everything that logs in this process (ours, libraries, uncaught exceptions) through the filter."""
    number = _LEVELS[level]
    _filter_own(number)
    root = logging.getLogger()
    root.handlers[:] = [LibraryRecords()]
    # Library records below warnings say nothing once their text is gone.
    root.setLevel(max(number, logging.WARNING))
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def logger() -> structlog.typing.FilteringBoundLogger:
    """Return the logger of the product. Events are constant identifiers; facts go into allowed keys."""
    return cast(structlog.typing.FilteringBoundLogger, structlog.get_logger())


class StandardError:
    """Writes lines to the current standard error."""

    def msg(self, line: str) -> None:
        """Write one line. It is lost if there is no room for it: what is logged goes on without its log.

        It goes out in one piece, since several processes may write there.
        """
        with contextlib.suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _filter_own(level: int) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            type_of_exception,
            allow_listed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: StandardError(),
        cache_logger_on_first_use=False,
    )


def allow_listed(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep allowed keys with harmless values: numbers, flags, and short strings shaped like names or codes."""
    kept: dict[str, Any] = {}
    unsafe = 0
    for key in ALLOWED & event.keys():
        if _harmless(event[key]):
            kept[key] = event[key]
        else:
            unsafe += 1
    if not isinstance(event.get("event"), str) or not _EVENT.fullmatch(event["event"]):
        kept["event"] = "unnamed"
    dropped = len(event.keys() - ALLOWED)
    if dropped:
        kept["dropped_keys"] = dropped
    if unsafe:
        kept["dropped_values"] = unsafe
    return kept


def type_of_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the last line of our code that it passed; never its message or locals."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error_type"] = type(error).__name__
        place = _place(error.__traceback__)
        if place:
            event["error_at"] = place
    return event


class LibraryRecords(logging.Handler):
    """Handles records of the standard library's logging, and drops their text."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log that a library reported something, and of which kind."""
        method = "error" if record.levelno >= logging.ERROR else "warning"
        getattr(logger(), method)("library_record", logger=record.name, exc_info=record.exc_info)


class QuietLogger(logging.Logger):
    """Replaces the logger of a library that would print clients' raw bytes, with or without `configure`."""

    def handle(self, record: logging.LogRecord) -> None:
        """As `LibraryRecords`, for warnings and errors only."""
        if record.levelno >= logging.WARNING:
            LibraryRecords().emit(record)


def _harmless(value: object) -> bool:
    if isinstance(value, str):
        return _VALUE.fullmatch(value) is not None
    return value is None or isinstance(value, (bool, int, float))


def _place(trace: TracebackType | None) -> str:
    """Return the innermost line of this package in a traceback, such as ``exchange.py:120``."""
    place = ""
    package = Path(__file__).parents[1]
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if package in file.parents:
            place = f"{file.relative_to(package)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _uncaught(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger().error("uncaught_exception", exc_info=error, error_type=kind.__name__)


# Our own logs are filtered from the first line, even in commands that never call `configure`.
_filter_own(logging.WARNING)
