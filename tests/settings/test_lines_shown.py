"""What people are shown on one line: titles, names and sentences of the configuration and of outside sources."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from proxy.settings.lines import LONGEST_LINE, Line, is_line, one_line


@pytest.mark.parametrize("written", ["Board", "تخطيط", "می\u200cخواهم", "a" * LONGEST_LINE, "<b>"])
def test_what_is_shown_as_it_is_written_is_a_line(written: str) -> None:
    assert is_line(written)
    assert one_line(written) == written
    assert TypeAdapter(Line).validate_python(written) == written


@pytest.mark.parametrize(
    "written", ["", " ", "a\nb", "a\x1b[31mb", "a\u202eb", "a\u2066b", "a\x85b", "a\u2028b", "a" * (LONGEST_LINE + 1)]
)
def test_what_a_terminal_or_a_page_would_obey_is_none(written: str) -> None:
    assert not is_line(written)
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(written)
    mended = one_line(written)
    assert mended is None or is_line(mended)
