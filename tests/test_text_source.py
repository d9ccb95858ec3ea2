"""Bytes that are no text are told apart, with what to do, and nothing of them is told."""

import pytest

from proxy.text_source import text_problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04\x14\x00canary", "it is a document or a workbook"),
        (b"%PDF-1.7 canary", "it is a document or a workbook"),
        ("canary".encode("utf-16"), "it is UTF-16"),
        ("a\nb\nZo\xeb canary".encode("latin-1"), "line 3 is not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_told_apart(content, says):
    told = text_problem(content)
    assert told is not None
    assert told.startswith(says)
    assert "save it as text in UTF-8" in told
    assert "canary" not in told


@pytest.mark.parametrize("content", [b"", b"a", "\ufeffZo\xeb".encode()])
def test_utf8_is_text_with_or_without_a_mark(content):
    assert text_problem(content) is None
