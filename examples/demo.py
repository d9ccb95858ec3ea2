"""Run the whole chain once: ``python -m examples.demo`` (or ``make demo``). Exits with 0 only if every check holds.

The demo starts the local summarizer and the proxy, puts a meeting and the consent records of its people on file, sends
the meeting's transcript and a chat thread through the proxy, and compares what came out at each end.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from examples import record, scenario, screen
from examples.evidence import Evidence
from examples.extract import Line, lines_of
from examples.record import Received
from examples.stage import Failed, Reply, Stage, post, running, stop, text_of, wait_until_ready

SUMMARY_PATH = f"/m/{scenario.MEETING}/v1/chat/completions"
COMPOSE_PATH = "/compose/v1/chat/completions"
_PSEUDONYM = re.compile(r"\b[A-Z_]{3,}_\d+(?:_EMAIL)?\b")


@dataclass(frozen=True, slots=True)
class Passed:
    """One request: as the client sent it, as it left the proxy, and what came back."""

    route: str
    path: str
    body: bytes
    left: Received
    reply: Reply

    @property
    def text(self) -> str:
        """The reply's text as the client got it."""
        return text_of(self.reply)


def main() -> int:
    """Run the demo."""
    console = Console(width=min(Console().width, 128) if sys.stdout.isatty() else 120, soft_wrap=False)
    began = time.monotonic()
    try:
        held = _run(console)
    except Failed as failure:
        console.print("[red]✗[/]", Text(str(failure)))
        return 1
    except KeyboardInterrupt:
        return 130
    console.print(f"\n[dim]{time.monotonic() - began:.1f} s")
    return 0 if held else 1


def _run(console: Console) -> bool:
    directory = Path(tempfile.mkdtemp(prefix="meeting-proxy-demo-"))
    stage = Stage.build(directory)
    with ExitStack() as parts, ThreadPoolExecutor(1) as clerk:
        status = parts.enter_context(console.status(""))

        def step(doing: str) -> None:
            status.update(f"{doing} ...")
            if not console.is_terminal:
                console.print(f"{doing} ...")

        step("Starting the summarizer, which is the recipient")
        logs = {name: directory / f"{name}.log" for name in ("summarizer", "proxy")}
        summarizer = parts.enter_context(running("summarizer", stage.summarizer(), logs["summarizer"]))
        step("Putting the meeting and its roster on file")
        started = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        _add_meeting(stage, started)
        step("Starting the proxy, which loads the detection model; recording who said yes and no")
        proxy = parts.enter_context(running("proxy", stage.proxy(), logs["proxy"]))
        recorded = clerk.submit(_record_consent, stage, started)
        wait_until_ready("summarizer", summarizer, logs["summarizer"], stage.summarizer_port, "/v1/models")
        wait_until_ready("proxy", proxy, logs["proxy"], stage.admin_port, "/readyz")
        recorded.result()
        step("Sending the meeting, and a chat thread, through the proxy")
        summary, compose = _send(stage)
        step("Stopping the proxy, checking the ledger")
        stop("proxy", proxy, logs["proxy"])
        checked, newest = stage.run("ledger", "verify"), stage.run("ledger", "tail")
    evidence = Evidence.read(stage)
    _show(console, summary, compose, evidence)
    screen.heading(console, 5, "The ledger, and what this demo checked")
    screen.ledger(console, checked, newest)
    results = _checks(summary, compose, evidence)
    screen.checks(console, results)
    screen.heading(console, 6, "Where to look next")
    screen.where_next(console, str(directory), str(stage.config))
    return not any(found for _, found in results)


def _add_meeting(stage: Stage, started: datetime) -> None:
    named = ["--id", scenario.MEETING, "--start", started.isoformat(), "--series", scenario.SERIES]
    named += ["--recording-start", started.isoformat()]
    stage.run("meeting", "add", *named, "--roster", str(scenario.ROSTER), "--complete")


def _record_consent(stage: Stage, started: datetime) -> None:
    for each in scenario.RECORDS:
        stage.run("consent", *each.arguments(started))


def _send(stage: Stage) -> tuple[Passed, Passed]:
    bodies = [
        json.dumps(request, ensure_ascii=False).encode()
        for request in (scenario.summary_request(), scenario.compose_request())
    ]
    replies = [
        _post(stage, SUMMARY_PATH, bodies[0]),
        _post(stage, COMPOSE_PATH, bodies[1], X_Meeting_Id=scenario.MEETING),
    ]
    left = record.read(stage.record)
    if len(left) != len(bodies):
        raise Failed(f"the summarizer received {len(left)} requests instead of {len(bodies)}")
    return (
        Passed("summary", SUMMARY_PATH, bodies[0], left[0], replies[0]),
        Passed("compose", COMPOSE_PATH, bodies[1], left[1], replies[1]),
    )


def _post(stage: Stage, path: str, body: bytes, **headers: str) -> Reply:
    reply = post(stage.port, path, body, Authorization=f"Bearer {scenario.CLIENT_KEY}", **headers)
    if reply.status != 200:
        raise Failed(f"POST {path} was answered with {reply.status}: {reply.body.decode(errors='replace')}")
    return reply


def _show(console: Console, summary: Passed, compose: Passed, evidence: Evidence) -> None:
    said = scenario.lines()
    screen.heading(console, 1, "What the client sent: a Zoom transcript to summarize, and a chat thread to answer")
    screen.sent(console, "summary", summary.path, summary.body, said)
    screen.sent(console, "compose", compose.path, compose.body, _thread(compose.body))
    screen.heading(console, 2, "Who was withheld, and why")
    screen.decisions(console, {each.route: evidence.people(each.reply.exchange) for each in (summary, compose)})
    screen.heading(console, 3, "What left the organization")
    screen.side_by_side(
        console,
        (said, _lines(summary.left.body), screen.CUES_SHOWN),
        (_thread(compose.body), _thread(compose.left.body), screen.MESSAGES_SHOWN),
    )
    screen.wire(console, summary.left, 900)
    screen.heading(console, 4, "What the client got: names restored")
    pieces = len(summary.reply.pieces)
    screen.reply(console, f"summary (streamed: {pieces} pieces, with pseudonyms cut apart on purpose)", summary.text)
    screen.reply(console, "draft reply", compose.text)


def _lines(body: bytes) -> list[Line]:
    """Return the transcript's lines in a summary request."""
    return lines_of(json.loads(body)["messages"][1]["content"])


def _thread(body: bytes) -> list[Line]:
    """Return the messages of a compose request that have an author."""
    return [Line(m["name"], m["content"]) for m in json.loads(body)["messages"] if "name" in m]


def _checks(summary: Passed, compose: Passed, evidence: Evidence) -> list[tuple[str, list[str]]]:
    """Return the claims that must hold, each with the counter-examples found."""
    results: list[tuple[str, list[str]]] = []
    for passed, said in ((summary, scenario.lines()), (compose, _thread(compose.body))):
        heard = {name for label in scenario.HEARD for name in (label, label.replace(" ", "_"))}
        admitted = [line.text for line in said if line.speaker in heard]
        withheld = [line.text for line in said if line.speaker not in heard]
        found = scenario.leaks(passed.left.wire, passed.left.body, withheld=withheld, admitted=admitted)
        results.append((f"{passed.route}: no withheld word and no original is in what left", found))
        still = _PSEUDONYM.findall(passed.text)
        results.append((f"{passed.route}: every pseudonym in the reply was restored", still))
        named = [] if any(label in passed.text for label in heard) else ["no name"]
        results.append((f"{passed.route}: the reply names the people who were heard", named))
        found = evidence.missing(passed.reply.exchange, len(passed.left.body))
        results.append((f"{passed.route}: the ledger has intent (of exactly this size) and outcome", found))
    lengths = {(len(_lines(summary.body)), len(_lines(summary.left.body)))}
    moved = [f"{before} lines became {after}" for before, after in lengths if before != after]
    results.append(("summary: every cue kept its place", moved))
    return results


if __name__ == "__main__":
    sys.exit(main())
