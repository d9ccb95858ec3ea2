"""Shows the report of a meeting on a terminal: who was heard, who was not, and what left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from proxy.desk.titles import with_title


def summary(told: Mapping[str, Any], html: Path | None) -> Iterator[str]:
    """The report (`desk.meeting_reports.plain`) in a few lines."""
    meeting = told["meeting"]
    yield with_title(meeting["id"], meeting.get("title")) + ("" if meeting["on_file"] else ", not on file any more")
    if told["log"] is None:
        yield told["note"]
    else:
        yield f"Exchanges that left: {len(told['exchanges'])}; refused: {len(told['refused'])}"
        for each in told["exchanges"]:
            heard = sum(bool(said["utterances"]) for said in each["people"])
            yield (
                f"  {each['at']}  {_called(each['recipient'])} for {each['purpose_called']}: words of {heard} people; "
                f"records {', '.join(map(str, each['records']))}  [{each['exchange']}]"
            )
    for each in told["people"]:
        why = ", ".join(f"{count} {reason}" for reason, count in each["reasons"].items())
        stayed = f", {each['withheld_utterances']} stayed in{f' ({why})' if why else ''}"
        roster = "" if each["on_roster"] else ", not on the roster"
        yield f"{each['name']}{roster}: {each['utterances']} utterances left in {each['exchanges']} exchanges{stayed}"
    yield f"The whole report is in {html}." if html else "--html FILE and --json give the whole report."


def _called(recipient: Mapping[str, Any] | None) -> str:
    return "nobody" if recipient is None else recipient["display_name"] or recipient["name"]
