"""Writes the turns of a meeting in each layout of a text that `docs/formats.md` lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

Turns = Sequence[tuple[str, str]]
"""Names and what they say."""
Layout = Callable[[Turns], str]


def _each(line: str, join: str = "\n") -> Layout:
    """A layout with one block for each turn: {n}, {w}, and the number of the turn as {at}, {s} and {next}."""

    def written(turns: Turns) -> str:
        blocks = (
            line.format(n=n, w=w, at=at + 1, s=f"{at * 5:02}", next=f"{at * 5 + 4:02}")
            for at, (n, w) in enumerate(turns)
        )
        return join.join(blocks)

    return written


def _under(head: str, layout: Layout) -> Layout:
    return lambda turns: head + layout(turns)


def _json(indent: int | None) -> Layout:
    return lambda turns: json.dumps(
        {"segments": [{"speaker": n, "text": w, "start": 2.5 * at} for at, (n, w) in enumerate(turns)]}, indent=indent
    )


def _graph(turns: Turns) -> str:
    cues = []
    for at, (name, words) in enumerate(turns):
        said = {
            "startDateTime": f"2026-03-02T10:00:{at * 5:02}.0000000+00:00",
            "endDateTime": f"2026-03-02T10:00:{at * 5 + 4:02}.0000000+00:00",
            "speakerName": name, "spokenText": words, "spokenLanguage": "en-us",
        }  # fmt: skip
        cues.append(f"00:00:{at * 5:02}.000 --> 00:00:{at * 5 + 4:02}.000\n{json.dumps(said)}")
    return "WEBVTT\n\n" + "\n\n".join(cues)


LAYOUTS: dict[str, Layout] = {
    "lines": _each("{n}: {w}"),
    "paragraphs": _each("{n}: {w}", "\n\n"),
    "bold": _each("**{n}:** {w}", "\n\n"),
    "list": _each("- {n}: {w}"),
    "brackets": _each("[{n}]: {w}"),
    "times before": _each("[00:00:{s}] {n}: {w}"),
    "times behind": _each("{n} (00:{s}): {w}"),
    "mattermost": _each("00:{s} to 00:{next} - ({n}) {w}"),
    "otter": _each("{n}  0:{s}\n{w}", "\n\n"),
    "fathom": _each("0:{s} - {n} (Fjord)\n{w}", "\n\n"),
    "gong": _each("0:{s} | {n}\n{w}", "\n\n"),
    "tldv": _each("{n}: [0:{s}] {w}"),
    "slack": _each("{n}  [10:{s} AM]\n{w}", "\n\n"),
    "telegram": _each("{n}, [03.05.2026 10:{s}]\n{w}", "\n\n"),
    "whatsapp": _each("[02/03/2026, 10:00:{s}] {n}: {w}"),
    "zoom chat": _each("00:00:{s}\t{n}:\t{w}"),
    "zoom chat to all": _each("00:00:{s} From {n} to Everyone:\n\t{w}"),
    "jigasi": _each("<10:00:{s} AM> {n}: {w}", "\n\n"),
    "vexa": _each("[pass 1/3 id={at} speaker={n}] {w}"),
    "webvtt": _under("WEBVTT\n\n", _each("00:00:{s}.000 --> 00:00:{next}.000\n{n}: {w}", "\n\n")),
    "voices": _under("WEBVTT\n\n", _each("00:00:{s}.000 --> 00:00:{next}.000\n<v {n}>{w}</v>", "\n\n")),
    "webex": _under("WEBVTT\n\n", _each('{at} "{n}" (3246797312)\n00:00:{s}.000 --> 00:00:{next}.000\n{w}', "\n\n")),
    "graph": _graph,
    "subrip": _each("{at}\n00:00:{s},000 --> 00:00:{next},000\n{n}: {w}", "\n\n"),
    "sbv": _each("0:00:{s}.000,0:00:{next}.000\n{n}: {w}", "\n\n"),
    "csv": _under("time,speaker,text\n", _each('00:00:{s},{n},"{w}"')),
    "table": _under("| Speaker | Text |\n|---|---|\n", _each("| {n} | {w} |")),
    "json": _json(None),
    "indented json": _json(2),
    "tags": lambda turns: f"<transcript>\n{LAYOUTS['lines'](turns)}\n</transcript>",
    "fence": lambda turns: f"```\n{LAYOUTS['lines'](turns)}\n```",
}  # fmt: skip
"""By what writes it."""
