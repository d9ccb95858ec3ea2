"""Marks around a transcript: what is typed inside of them closes nothing."""

from __future__ import annotations

import pytest

from proxy.attribution.reading import enclosed_until

LINE = "Ann: Good."


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"<talk>\n{LINE}\n</talk>\nSummarize.", "</talk>\nSummarize."),
        (f"<talk>\n{LINE} </talk>\nnever\n</talk>\nSummarize.", "</talk>\nSummarize."),
        (f'<talk lang="en">\n{LINE} </talk> never </talk>', "</talk>"),
        (f"```\n{LINE}\n```\nnever\n```\nSummarize.", "```\nSummarize."),
        (f"```text\n{LINE}\n```\nSummarize.", None),
        (f"```\n{LINE}\n```\nAs:\n```json\n{{}}\n```\n", None),
        (f"Use <b>bold</b>.\n{LINE}\nUse <b>bold</b>.", None),
        (f"{LINE}\n</talk>\nSummarize.", None),
        (f"<talk>\n{LINE}", None),
    ],
)
def test_the_last_mark_closes(text: str, rest: str | None) -> None:
    at = text.index(LINE)
    until = enclosed_until(text, at)
    assert (text[until:] if until > at else None) == rest
