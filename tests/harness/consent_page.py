"""The consent page as a person meets it: a link from the command line, a page over HTTP, a form sent in."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bench.ports import free_port
from harness.patience import PATIENCE
from harness.process import Proxy, Response, settings
from proxy.cli.main import app

LINK_KEY = "a key for links of at least 32 characters"


def page_settings(directory: Path, recipient_url: str, **changes: Any) -> dict[str, Any]:
    """The harness's configuration with consent pages."""
    (directory / "links.key").write_text(LINK_KEY)
    port = free_port()
    pages = {
        "port": port,
        "base_url": f"http://127.0.0.1:{port}",
        "signing_key": {"file": str(directory / "links.key")},
        "organization": "Skerry Works",
        "contact": "privacy@fjord.example",
        "requests_per_minute": 600,
        **changes,
    }
    return settings(directory, recipient_url, consent_pages=pages)


def invite(proxy: Proxy, *words: str, meeting: str = "m1") -> dict[str, str]:
    """One link for each person, by participant id; by the command, inside this process."""
    scope = [] if "--series" in words else ["--meeting", meeting]
    command = ["consent", "invite", "--config", str(proxy.config), *scope, *words, "--json"]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return {entry["participant"]: entry["link"] for entry in map(json.loads, done.stdout.splitlines())}


@dataclass
class Page(HTMLParser):
    """What a browser would make of a page: text, links, boxes, buttons, and the form's hidden field."""

    html: str
    boxes: list[dict[str, str | None]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    form: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "input" and given.get("type") == "hidden":
            self.form = given["value"] or ""
        elif tag == "input":
            self.boxes.append(given)
        elif tag == "button":
            self.buttons.append(given.get("value") or "")
        elif tag == "a":
            self.links.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        if not data.strip().startswith(":root"):
            self.text += data

    @property
    def values(self) -> list[str]:
        return [box["value"] or "" for box in self.boxes]


def visit(link: str, **headers: str) -> Response:
    """Look at a link; redirects are not followed."""
    return _ask("GET", link, None, headers)


def look(link: str, **headers: str) -> Page:
    """The page behind a link."""
    reply = visit(link, **headers)
    assert reply.status == 200, reply.body.decode()
    return Page(reply.body.decode())


def send(link: str, fields: list[tuple[str, str]]) -> Response:
    """Send a form in."""
    body = urllib.parse.urlencode(fields).encode()
    return _ask("POST", link, body, {"content-type": "application/x-www-form-urlencoded"})


def press(link: str, button: str, *ticked: str) -> Response:
    """Open the page, tick, and press; the answer is the redirect that says it was taken."""
    page = look(link)
    reply = send(link, [("form", page.form), *(("yes", value) for value in ticked), ("button", button)])
    assert reply.status == 303, reply.body.decode()
    return reply


def _ask(method: str, link: str, body: bytes | None, headers: dict[str, str]) -> Response:
    parts = urllib.parse.urlsplit(link)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return Response(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    finally:
        connection.close()
