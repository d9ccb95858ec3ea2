"""The whole way, once: ``python -m examples.demo`` (or ``make demo``). Ends with 0 only if everything held.

It starts the local summarizer and the proxy, puts a meeting and what its people said about AI on file, sends the
meeting's transcript and a chat thread through the proxy, and compares what came out at each end.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from examples import record, scenario, screen
from examples.extract import Line, lines_of
from examples.record import Received
from examples.stage import Failed, Reply, Stage, post, running, stop, text_of, wait_until_ready

SUMMARY_PATH = f"/m/{scenario.MEETING}/v1/chat/completions"
COMPOSE_PATH = "/compose/v1/chat/completions"
_PSEUDONYM = re.compile(r"\b[A-Z_]{3,}_\d+(?:_EMAIL)?\b")


@dataclass(frozen=True, slots=True)
class Passed:
    """One request on its way: as the client sent it, as it left, what came back, and who was heard."""

    route: str
    path: str
    body: bytes
    left: Received
    reply: Reply
    people: list[dict[str, Any]]

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
        console.print(f"[red]✗[/] {failure}", markup=True, highlight=False)
        return 1
    console.print(f"\n[dim]{time.monotonic() - began:.1f} s")
    return 0 if held else 1


def _run(console: Console) -> bool:
    directory = Path(tempfile.mkdtemp(prefix="meeting-proxy-demo-"))
    stage = Stage.build(directory)
    with ExitStack() as parts, ThreadPoolExecutor(1) as clerk:
        progress = parts.enter_context(console.status("starting the summarizer (the recipient) ..."))
        logs = {name: directory / f"{name}.log" for name in ("summarizer", "proxy")}
        summarizer = parts.enter_context(running("summarizer", stage.summarizer(), logs["summarizer"]))
        progress.update("putting the meeting and its roster on file ...")
        started = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        _add_meeting(stage, started)
        proxy = parts.enter_context(running("proxy", stage.proxy(), logs["proxy"]))
        recorded: Future[None] = clerk.submit(_record_consent, stage, started)
        progress.update("starting the proxy; it loads the detection model ...")
        wait_until_ready("summarizer", summarizer, logs["summarizer"], stage.summarizer_port, "/v1/models")
        wait_until_ready("proxy", proxy, logs["proxy"], stage.admin_port, "/readyz")
        progress.update("recording what people said about AI ...")
        recorded.result()
        progress.update("sending the meeting, and a chat thread, through the proxy ...")
        summary, compose = _send(stage)
        progress.update("stopping the proxy, checking the ledger ...")
        stop("proxy", proxy, logs["proxy"])
        verified = stage.run("ledger", "verify")
    _show(console, summary, compose, stage, verified)
    results = _checks(summary, compose)
    screen.checks(console, results)
    screen.heading(console, 6, "Where to look next")
    screen.where_next(console, str(directory), str(stage.config))
    return not any(found for _, found in results)


def _add_meeting(stage: Stage, started: datetime) -> None:
    named = ["--id", scenario.MEETING, "--start", started.isoformat(), "--series", scenario.SERIES]
    stage.run("meeting", "add", *named, "--roster", str(scenario.ROSTER), "--complete")


def _record_consent(stage: Stage, started: datetime) -> None:
    for each in scenario.RECORDS:
        stage.run("consent", *each.arguments(started))


def _send(stage: Stage) -> tuple[Passed, Passed]:
    summary = json.dumps(scenario.summary_request(), ensure_ascii=False).encode()
    compose = json.dumps(scenario.compose_request(), ensure_ascii=False).encode()
    with ThreadPoolExecutor(2) as explaining:
        bodies = {"summary": summary, "compose": compose}
        asked = [explaining.submit(_explain, stage, route, body) for route, body in bodies.items()]
        replies = [
            _post(stage, SUMMARY_PATH, summary),
            _post(stage, COMPOSE_PATH, compose, X_Meeting_Id=scenario.MEETING),
        ]
        left = record.read(stage.record)
        if len(left) != 2:
            raise Failed(f"the summarizer received {len(left)} requests instead of 2")
        return (
            Passed("summary", SUMMARY_PATH, summary, left[0], replies[0], asked[0].result()),
            Passed("compose", COMPOSE_PATH, compose, left[1], replies[1], asked[1].result()),
        )


def _post(stage: Stage, path: str, body: bytes, **headers: str) -> Reply:
    reply = post(stage.port, path, body, Authorization=f"Bearer {scenario.CLIENT_KEY}", **headers)
    if reply.status != 200:
        raise Failed(f"POST {path} was answered with {reply.status}: {reply.body.decode(errors='replace')}")
    return reply


def _explain(stage: Stage, route: str, body: bytes) -> list[dict[str, Any]]:
    path = stage.directory / f"{route}.json"
    path.write_bytes(body)
    told = json.loads(stage.run("explain", str(path), "--route", route, "--meeting", scenario.MEETING, "--json"))
    people: list[dict[str, Any]] = told["people"]
    return people


def _show(console: Console, summary: Passed, compose: Passed, stage: Stage, verified: str) -> None:
    said = scenario.lines()
    names = {person["id"]: person["name"] for person in scenario.people()}
    screen.heading(console, 1, "What the client sent: a Zoom transcript to summarize, and a chat thread to answer")
    screen.sent(console, "summary", summary.path, summary.body, said)
    screen.sent(console, "compose", compose.path, compose.body, _thread(compose.body))
    screen.heading(console, 2, "Who was withheld, and why")
    asked = {"summary": summary.people, "compose": compose.people}
    screen.decisions(console, asked, names, "Guest 4021 (dial-in)")
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
    screen.heading(console, 5, "The ledger, and what this demo checked")
    screen.ledger(console, verified, _records(stage, (summary, compose)))


def _lines(body: bytes) -> list[Line]:
    """The transcript's lines in a summary request."""
    return lines_of(json.loads(body)["messages"][1]["content"])


def _thread(body: bytes) -> list[Line]:
    """The messages of a compose request that have an author."""
    return [Line(m["name"], m["content"]) for m in json.loads(body)["messages"] if "name" in m]


def _checks(summary: Passed, compose: Passed) -> list[tuple[str, list[str]]]:
    """What must hold, each with what was found against it."""
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
    lengths = {(len(_lines(summary.body)), len(_lines(summary.left.body)))}
    moved = [f"{before} lines became {after}" for before, after in lengths if before != after]
    results.append(("summary: every cue kept its place", moved))
    return results


def _records(stage: Stage, requests: tuple[Passed, ...]) -> list[dict[str, Any]]:
    """The ledger's records of these requests, in short."""
    told = [stage.run("ledger", "query", "--exchange", passed.reply.exchange, "--json") for passed in requests]
    return [_short(json.loads(line)) for line in "".join(told).splitlines() if line]


def _short(event: dict[str, Any]) -> dict[str, Any]:
    ledger = event["unmapped"]["ledger"]
    at = datetime.fromtimestamp(event["time"] / 1000, UTC)
    sent = sum(person["data"]["utterances"] for person in event.get("resources", []))
    withheld = sum(person["data"]["withheld_utterances"] for person in event.get("resources", []))
    intent = "raw_data_hash" in event
    said = f"{event['http_request']['body_length']:,} bytes; {sent} utterances sent, {withheld} withheld"
    came = f"delivered: {ledger.get('delivered')}; {ledger.get('restored', 0)} names and values restored"
    return {
        "time": at.strftime("%H:%M:%S.%f")[:-3],
        "record": event["metadata"]["event_code"],
        "purpose": ledger["purpose"],
        "recipient": event["api"]["service"]["name"],
        "what": said if intent else came,
    }
