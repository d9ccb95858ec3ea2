"""Logs hold nothing but allowed keys with harmless values, whoever logs."""

import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.edge import telemetry

CANARY = "canary 7319"


@pytest.fixture
def lines(capsys):
    """Configures logging; returns a function that reads the lines logged so far."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    telemetry.configure("debug")

    def read() -> list[dict]:
        text = capsys.readouterr().err
        assert "canary" not in text
        return [json.loads(line) for line in text.splitlines()]

    yield read
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    root.handlers[:], root.level, logging.raiseExceptions = before
    logging.captureWarnings(False)
    telemetry._filter_own(logging.WARNING)


class Canary(Exception):
    pass


def test_writes_one_json_object_a_line(lines):
    telemetry.logger().info("serving", host="127.0.0.1", port=8080, version="0.1.0")

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "serving", "level": "info", "host": "127.0.0.1", "port": 8080, "version": "0.1.0"}


def test_unlisted_keys_are_dropped_and_counted(lines):
    telemetry.logger().info("sent", body=CANARY, participant="canary", route="summary")

    (line,) = lines()
    assert line["dropped_keys"] == 2
    assert line["route"] == "summary"


def test_values_that_are_no_codes_are_dropped_and_counted(lines):
    telemetry.logger().info("sent", reason=CANARY, client=["canary"], route={"canary": 1}, host="canäry", status=200)

    (line,) = lines()
    assert line["dropped_values"] == 4
    assert line["status"] == 200


def test_events_are_constants_not_sentences(lines):
    telemetry.logger().warning(f"could not parse {CANARY}")

    (line,) = lines()
    assert line["event"] == "unnamed"


def test_exceptions_show_type_and_our_line_only(lines):
    try:
        telemetry.allow_listed(None, "", {"event": CANARY, None: 1})
        raise Canary(CANARY)
    except Canary as error:
        telemetry.logger().exception("failed")
        telemetry.logger().error("failed", exc_info=error)

    assert [line["error_type"] for line in lines()] == ["Canary", "Canary"]


def test_the_innermost_line_of_ours_is_named(lines):
    class Hostile(dict):
        def keys(self):
            raise Canary(CANARY)

    try:
        telemetry.allow_listed(None, "", Hostile(event="x"))
    except Canary:
        telemetry.logger().exception("failed")

    (line,) = lines()
    assert line["error_at"].startswith("edge/telemetry.py:")


@pytest.mark.parametrize("name", ["aiohttp.server", "asyncio", "sqlalchemy.engine", "presidio-analyzer", "x"])
def test_libraries_are_reduced_to_logger_level_and_type(lines, name, monkeypatch):
    # Detection silences Presidio's logger altogether wherever it was loaded before.
    monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    try:
        raise Canary(CANARY)
    except Canary:
        logging.getLogger(name).exception("failed on %s", CANARY)
    logging.getLogger(name).warning(CANARY)
    logging.getLogger(name).info(CANARY)

    first, second = lines()
    assert (first["logger"], first["level"], first["error_type"]) == (name, "error", "Canary")
    assert (second["event"], second["level"]) == ("library_record", "warning")


def test_a_broken_log_call_of_a_library_shows_nothing(lines):
    logging.getLogger("lib").warning("%d", CANARY)

    assert len(lines()) == 1


def test_warnings_are_reduced_too(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(CANARY, stacklevel=1)

    assert [line["logger"] for line in lines()] == ["py.warnings"]


def test_uncaught_exceptions_are_reduced_too(lines):
    error = Canary(CANARY)
    sys.excepthook(Canary, error, None)

    def fail():
        raise error

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    assert [line["error_type"] for line in lines()] == ["Canary", "Canary"]


def test_the_level_is_kept(lines):
    telemetry.configure("warning")
    telemetry.logger().info("serving")
    telemetry.logger().warning("draining")

    assert [line["event"] for line in lines()] == ["draining"]


def test_what_is_ours_is_filtered_without_configuration_too():
    script = """
import logging
from proxy.edge import telemetry
try:
    raise RuntimeError("canary")
except RuntimeError:
    telemetry.logger().exception("failed", body="canary")
    telemetry.logger().info("canary")
    telemetry.QuietLogger("q").exception("failed on %s", "canary")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == ""
    assert [json.loads(line)["error_type"] for line in done.stderr.splitlines()] == ["RuntimeError", "RuntimeError"]
    assert "canary" not in done.stderr


def test_a_quiet_logger_passes_on_types(lines):
    try:
        raise Canary(CANARY)
    except Canary:
        telemetry.QuietLogger("q").exception("failed on %s", CANARY)

    assert [(line["logger"], line["error_type"]) for line in lines()] == [("q", "Canary")]


@given(
    st.dictionaries(
        st.sampled_from(sorted(telemetry.ALLOWED)) | st.text(max_size=8),
        st.none() | st.integers() | st.text() | st.binary() | st.lists(st.text()),
    )
)
def test_only_names_numbers_and_codes_pass(event):
    kept = telemetry.allow_listed(None, "info", dict(event))

    assert kept.keys() <= telemetry.ALLOWED
    assert all(v is None or isinstance(v, int) or (v.isascii() and " " not in v) for v in kept.values())


def test_a_log_that_cannot_be_written_stops_nothing(lines, monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(28, "no space left")

        def flush(self):
            raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", Full())
        telemetry.logger().warning("part_not_ready", part="ledger")
    telemetry.logger().warning("part_not_ready", part="store")

    assert [line["part"] for line in lines()] == ["store"]
