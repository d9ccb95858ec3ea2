"""The console over HTTP: who comes in and how far, what its pages show and do, and what they never do."""

from __future__ import annotations

import html
import http.client
import json
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from harness.consent_page import page_settings
from harness.patience import PATIENCE
from harness.process import PEOPLE, Proxy
from harness.recorder import Recorder

TOKENS = {role: f"{role}-token-0123456789-abcdef-XYZ" for role in ("viewer", "auditor", "operator", "admin")}
HOSTILE = '<script src="https://evil.example/x.js"></script>"\'{{7*7}}'
SAID = "Annika Solberg: The budget is late, call 020 7946 0958.\nBenedikt Oyelaran: canary-no.\n"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Browser:
    """Keeps a cookie and nothing else."""

    port: int
    cookie: str = ""
    sent: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = None if form is None else urllib.parse.urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookie:
            headers["Cookie"] = self.cookie
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        text = reply.read().decode()
        told = {name.lower(): value for name, value in reply.getheaders()}
        if "set-cookie" in told:
            self.cookie = told["set-cookie"].split(";")[0]
        connection.close()
        return Answer(reply.status, told, text)

    def page(self, path: str) -> str:
        found = self.ask("GET", path)
        assert found.status == 200, (path, found.status, found.headers)
        return found.text

    def csrf(self, path: str = "/console/") -> str:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.page(path))
        assert found is not None
        return found[1]

    def send(self, path: str, **form: str) -> Answer:
        return self.ask("POST", path, {"csrf_token": self.csrf(), **form})


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as made:
        yield made


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, recorder: Recorder) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("console")
    document = page_settings(folder, recorder.base_url)
    document["admin"]["tokens"] = []
    document["admin"]["trusted_header"] = {"from": ["127.0.0.1"], "roles": {"it": "viewer"}}
    for role, token in TOKENS.items():
        (folder / role).write_text(token)
        document["admin"]["tokens"].append({"name": role, "role": role, "token": {"file": str(folder / role)}})
    made = Proxy(folder, document)
    made.meeting()
    made.consent("grant", "p-ann")
    made.start()
    assert made.chat(SAID).status == 200
    yield made
    made.kill()


def until(holds: Callable[[], bool]) -> None:
    """Wait for what reaches the ledger beside what is answered."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.05)


def acted(proxy: Proxy, code: str, operator: str) -> bool:
    """Whether the ledger has that this operator did this."""
    return any(each["metadata"]["event_code"] == code and operator in str(each) for each in proxy.acts)


def signed_in(proxy: Proxy, role: str) -> Browser:
    browser = Browser(proxy.document["admin"]["port"])
    assert browser.ask("POST", "/console/sign-in", {"token": TOKENS[role]}).status == 303
    return browser


@pytest.fixture
def admin(proxy: Proxy) -> Browser:
    return signed_in(proxy, "admin")


PAGES = (
    "/console/",
    "/console/inbox",
    "/console/meetings",
    "/console/meetings/m1",
    "/console/people",
    "/console/people/p-ann",
    "/console/playground",
    "/console/recipients",
    "/console/ledger",
)


# --- coming in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/console", "/console/people/p-ann/report"])
def test_who_is_not_known_is_sent_to_sign_in_and_sees_nothing(proxy: Proxy, path: str) -> None:
    stranger = Browser(proxy.document["admin"]["port"])
    found = stranger.ask("GET", path)
    assert (found.status, found.text) == (303, "")
    goal = urllib.parse.urljoin(path, found.headers["location"])
    assert goal.partition("?")[0] == "/console/sign-in"
    assert stranger.ask("GET", goal).status == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKENS["admin"] + "x", TOKENS["admin"][:-1]])
def test_a_token_that_nobody_has_lets_nobody_in(proxy: Proxy, token: str) -> None:
    stranger = Browser(proxy.document["admin"]["port"])
    found = stranger.ask("POST", "/console/sign-in", {"token": token})
    assert found.status == 401
    assert "set-cookie" not in found.headers
    assert token not in found.text or not token


@pytest.mark.parametrize(
    "goal", ["//evil.example", "https://evil.example", "/\\evil", "..//evil.example", "a\nb", "javascript:1"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(proxy: Proxy, goal: str) -> None:
    browser = Browser(proxy.document["admin"]["port"])
    found = browser.ask("POST", "/console/sign-in", {"token": TOKENS["viewer"], "next": goal})
    assert found.status == 303
    reached = urllib.parse.urlsplit(
        urllib.parse.urljoin("http://here.example/console/sign-in", found.headers["location"])
    )
    assert (reached.netloc, reached.path.startswith("/console/")) == ("here.example", True)


def test_signing_in_leads_to_the_page_that_was_asked_for(proxy: Proxy) -> None:
    browser = Browser(proxy.document["admin"]["port"])
    asked = browser.ask("GET", "/console/meetings/m1").headers["location"]
    assert asked == "../sign-in?next=meetings/m1"
    found = browser.ask("POST", "/console/sign-in", {"token": TOKENS["viewer"], "next": "meetings/m1"})
    assert found.headers["location"] == "./meetings/m1"
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "__Host-"):
        assert part in found.headers["set-cookie"]


def test_signing_out_ends_the_session(proxy: Proxy) -> None:
    browser = signed_in(proxy, "viewer")
    kept = browser.cookie
    assert browser.send("/console/sign-out").status == 303
    browser.cookie = kept
    assert browser.ask("GET", "/console/").status == 303


def test_whom_a_proxy_in_front_names_signs_out_there_and_not_here(proxy: Proxy) -> None:
    named = {"X-Forwarded-User": "ines", "X-Forwarded-Groups": "it"}
    page = Browser(proxy.document["admin"]["port"]).ask("GET", "/console/", **named)
    assert (page.status, "ines" in page.text, "Sign out" in page.text) == (200, True, False)
    assert "Sign out" in signed_in(proxy, "viewer").page("/console/")


def test_a_token_that_is_taken_away_ends_its_sessions(proxy: Proxy) -> None:
    browser, tokens = signed_in(proxy, "viewer"), proxy.document["admin"]["tokens"]
    proxy.document["admin"]["tokens"] = [each for each in tokens if each["name"] != "viewer"]
    try:
        assert proxy.reload() == []
        assert browser.ask("GET", "/console/").status == 303
    finally:
        proxy.document["admin"]["tokens"] = tokens
        assert proxy.reload() == []


def test_the_ledger_has_who_signed_in(proxy: Proxy) -> None:
    signed_in(proxy, "auditor")
    until(lambda: acted(proxy, "operator.signed_in", "auditor"))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nobodys_page_signs_a_browser_in(proxy: Proxy, site: str) -> None:
    browser, form = Browser(proxy.document["admin"]["port"]), {"token": TOKENS["viewer"]}
    found = browser.ask("POST", "/console/sign-in", form, **{"Sec-Fetch-Site": site})
    assert (found.status, browser.cookie) == (403, "")
    assert "other_page" in found.text
    assert browser.ask("POST", "/console/sign-in", form, **{"Sec-Fetch-Site": "same-origin"}).status == 303


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/sign-out"])
def test_little_is_read_of_who_is_not_known(proxy: Proxy, path: str) -> None:
    found = Browser(proxy.document["admin"]["port"]).ask("POST", path, {"token": "x" * 20_000})
    assert (found.status, "body_too_large" in found.text) == (413, True)


# --- what pages show ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", list(TOKENS))
def test_everybody_who_is_known_sees_the_pages_and_nothing_is_loaded(proxy: Proxy, role: str, path: str) -> None:
    found = signed_in(proxy, role).ask("GET", path)
    assert found.status == 200
    policy = found.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in found.text.lower()
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', found.text)
    assert "canary" not in found.text
    assert found.headers["cache-control"] == "no-store"


def test_the_overview_shows_exchanges_and_the_ledger(admin: Browser) -> None:
    page = admin.page("/console/")
    assert "takes records" in page
    assert "200 delivered full" in page
    assert "PHONE_NUMBER" in page


def test_a_meeting_shows_who_may_be_heard_and_why(admin: Browser) -> None:
    page = admin.page("/console/meetings/m1")
    assert "Annika Solberg" in page and "heard" in page and "no grant" in page
    assert "stay in" in page


def test_names_and_ids_of_others_are_text_and_nothing_else(proxy: Proxy, admin: Browser) -> None:
    for path in (
        f"/console/meetings?q={urllib.parse.quote(HOSTILE)}",
        f"/console/people?q={urllib.parse.quote(HOSTILE)}",
    ):
        page = admin.page(path)
        assert "<script" not in page
        assert "{{7*7}}" in page
    found = admin.send("/console/playground", transcript=f"{HOSTILE}: {HOSTILE}\n", route="summary", meeting="m1")
    assert "<script" not in found.text


def test_a_meeting_that_is_not_there_is_a_page_too(admin: Browser) -> None:
    found = admin.ask("GET", "/console/meetings/none")
    assert (found.status, found.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "unknown_meeting" in found.text


# --- what pages do ------------------------------------------------------------------------------------------


def test_the_playground_shows_what_would_leave_and_sends_nothing(
    proxy: Proxy, recorder: Recorder, admin: Browser
) -> None:
    before, records = len(recorder.received), len(proxy.events)
    form = {"transcript": SAID.replace("\n", "\r\n"), "route": "summary", "meeting": "m1"}
    found = admin.send("/console/playground", **form)
    assert found.status == 200
    shown, _, left = found.text.partition("What would leave</h3>")
    assert "would leave" in shown and "p-ben: stays" in shown
    assert "At most 300,000 characters" in shown
    assert '<option value="m1">m1, 2026-03-02 10:00</option>' in shown
    assert "PHONE_NUMBER_1" in left and "020 7946" not in left and "canary-no" not in left
    assert len(recorder.received) == before
    assert len(proxy.events) == records


def test_the_playground_tries_a_changed_policy_and_leaves_the_one_in_force(admin: Browser) -> None:
    form = {"transcript": SAID, "route": "summary", "meeting": "m1", "change": "redaction: {PHONE_NUMBER: keep}"}
    found = admin.send("/console/playground", **form)
    now, then = found.text.split("Under the changed policy</h2>")
    assert "020 7946 0958" in then.partition("What would leave</h3>")[2]
    assert "020 7946 0958" not in now.partition("What would leave</h3>")[2]
    again = admin.send("/console/playground", **(form | {"change": ""}))
    assert "PHONE_NUMBER_1" in again.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"transcript": " "}, "paste a transcript"),
        ({"meeting": "none"}, "unknown_meeting"),
        ({"route": "none"}, "unknown_route"),
        ({"change": "ledger: {directory: /tmp}"}, "consent or redaction"),
        ({"change": "redaction: {PERSON: {operator: os.system}}"}, "without parameters"),
        ({"change": "consent: {min_retained_ratio: 7}"}, "min_retained_ratio"),
        ({"change": "a: ["}, "no YAML"),
        ({"change": "redaction:\n\tLOCATION: keep"}, "line 2; indent with spaces"),
        ({"transcript": "x" * 300_001}, "paste at most 300,000 characters"),
        ({"change": "!!python/object/apply:os.system [id]"}, "no YAML"),
        ({"change": "redaction: {DATE_TIME: 2001-99-99}"}, "no YAML"),
        ({"change": "consent: " + "[" * 3000}, "no YAML"),
        ({"change": "redaction: {LOCATION: keep, LOCATION: mask}"}, "no YAML"),
        ({"change": "redaction: {LOCATION: keep} #" + "x" * 20_000}, "20,000 characters"),
    ],
    ids=[
        "empty",
        "meeting",
        "route",
        "section",
        "class",
        "value",
        "yaml",
        "tab",
        "whole",
        "object",
        "date",
        "deep",
        "double",
        "long",
    ],
)
def test_what_cannot_be_tried_is_said_and_what_was_pasted_stays(
    admin: Browser, changed: dict[str, str], told: str
) -> None:
    form = {"transcript": "Annika Solberg: kept-in-the-form", "route": "summary", "meeting": "m1"} | changed
    found = admin.send("/console/playground", **form)
    assert told in found.text
    if "transcript" not in changed:
        assert "kept-in-the-form" in found.text


def test_an_operator_records_what_somebody_said(proxy: Proxy) -> None:
    operator = signed_in(proxy, "operator")
    form = {"participant": "p-ben", "offer": "summary acme-llm", "method": "verbal", "state": "granted"}
    found = operator.send("/console/meetings/m1", **form)
    assert (found.status, found.headers["location"]) == (303, "./m1?recorded")
    page = operator.page("/console/people/p-ben")
    assert "granted" in page and "verbal" in page
    assert operator.send("/console/meetings/m1", **(form | {"state": "withdrawn"})).status == 303
    assert "withdrawn" in operator.page("/console/people/p-ben")


def test_a_yes_covers_earlier_words_where_the_operator_says_so(proxy: Proxy) -> None:
    operator = signed_in(proxy, "operator")
    form = {"participant": "p-ben", "offer": "summary acme-llm", "method": "verbal", "state": "granted"}
    operator.send("/console/meetings/m1", **form)
    operator.send("/console/meetings/m1", **form, covers_earlier="yes")
    listed = proxy.cli("consent", "list", "--participant", "p-ben", "--config", str(proxy.config), "--json")
    assert [json.loads(line)["covers_earlier"] for line in listed.splitlines()][-2:] == [False, True]
    page = operator.page("/console/meetings/m1?recorded")
    assert "a yes for words from now on" in page and 'name="covers_earlier"' in page


@pytest.mark.parametrize("left_out", ["participant", "offer", "method", "state"])
def test_nothing_is_chosen_beforehand(proxy: Proxy, left_out: str) -> None:
    operator = signed_in(proxy, "operator")
    page = operator.page("/console/meetings/m1")
    assert "checked" not in page and "selected" not in page
    form = {"participant": "p-ben", "offer": "summary acme-llm", "method": "verbal", "state": "granted"}
    del form[left_out]
    found = operator.send("/console/meetings/m1", **form)
    assert found.status == 400
    assert left_out in found.text


@pytest.mark.parametrize(
    ("field", "given"),
    [("participant", "p-nobody"), ("offer", "summary *"), ("method", "explicit_click"), ("state", "given")],
)
def test_nothing_is_recorded_that_the_page_does_not_offer(proxy: Proxy, field: str, given: str) -> None:
    operator, records = (
        signed_in(proxy, "operator"),
        len(proxy.cli("consent", "list", "--config", str(proxy.config)).splitlines()),
    )
    form = {"participant": "p-ben", "offer": "summary acme-llm", "method": "verbal", "state": "granted"}
    found = operator.send("/console/meetings/m1", **(form | {field: given}))
    assert found.status == 400
    assert "incomplete_record" in found.text and f"<code>{field}</code>" in found.text
    assert len(proxy.cli("consent", "list", "--config", str(proxy.config)).splitlines()) == records


def test_after_recording_the_page_of_a_meeting_whose_id_looks_like_an_address_is_shown(proxy: Proxy) -> None:
    proxy.meeting(name="https:evil.example")
    operator, path = signed_in(proxy, "operator"), "/console/meetings/https:evil.example"
    form = {"participant": "p-ben", "offer": "summary acme-llm", "method": "verbal", "state": "denied"}
    found = operator.send(path, **form)
    assert found.status == 303
    reached = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://here.example{path}", found.headers["location"]))
    assert (reached.scheme, reached.netloc, reached.path) == ("http", "here.example", path)


def test_a_meeting_to_come_is_counted_as_the_command_counts_it(proxy: Proxy) -> None:
    start = datetime.now(UTC) + timedelta(days=3)
    roster = proxy.directory / "roster-coming.json"
    roster.write_text(json.dumps([*PEOPLE[:2], {"id": "b-notes", "name": "Notes", "class": "bot"}]))
    words = ["--start", start.isoformat(), "--roster", str(roster), "--complete"]
    proxy.cli("meeting", "add", "--config", str(proxy.config), "--id", "coming", *words)
    until, later = ((start + timedelta(days=each)).isoformat() for each in (-1, 1))
    since = ("--from", datetime.now(UTC).isoformat())
    proxy.consent("grant", "p-ann", *since, "--until", until, meeting="coming")
    proxy.consent("grant", "p-ben", *since, "--until", later, meeting="coming")
    page = signed_in(proxy, "viewer").page("/console/meetings/coming")
    told = json.loads(
        proxy.cli("consent", "coverage", "--config", str(proxy.config), "--next", "7d", "--json").splitlines()[-1]
    )
    (summary,) = (each for each in told["covered"] if each["purpose"] == "summary")
    assert {each["participant"]: each["answer"] for each in summary["people"]} == {"p-ann": "lapsed", "p-ben": "heard"}
    row = re.sub("<[^>]+>", " ", page.partition('<th scope="row">summary</th>')[2].partition("</tr>")[0]).split()
    assert row[:6] == ["acme-llm", "1", "0", "0", "0", "1"]
    assert "stay in" in " ".join(row)
    assert "expired" in page


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("viewer", "POST", "/console/meetings/m1"),
        ("auditor", "POST", "/console/meetings/m1"),
        ("viewer", "GET", "/console/people/p-ann/report"),
        ("operator", "GET", "/console/people/p-ann/report"),
        ("operator", "POST", "/console/people/p-ann/forget"),
        ("auditor", "POST", "/console/people/p-ann/forget"),
    ],
)
def test_a_role_that_may_not_is_told_so(proxy: Proxy, role: str, method: str, path: str) -> None:
    browser = signed_in(proxy, role)
    form = {"csrf_token": browser.csrf(), "confirm": "p-ann"} if method == "POST" else None
    found = browser.ask(method, path, form)
    assert found.status == 403
    assert "role_not_allowed" in found.text


@pytest.mark.parametrize("given", [None, "", "0" * 64])
@pytest.mark.parametrize("path", ["/console/meetings/m1", "/console/people/p-ann/forget", "/console/playground"])
def test_a_form_of_somebody_elses_page_does_nothing(proxy: Proxy, path: str, given: str | None) -> None:
    browser = signed_in(proxy, "admin")
    form = {"confirm": "p-ann"} | ({} if given is None else {"csrf_token": given})
    found = browser.ask("POST", path, form)
    assert found.status == 403
    assert "csrf_token_missing" in found.text
    assert "Annika" in browser.page("/console/people/p-ann")


def test_an_auditor_opens_a_report_and_that_is_recorded(proxy: Proxy) -> None:
    auditor = signed_in(proxy, "auditor")
    page = auditor.page("/console/people/p-ann/report")
    assert "Annika Solberg" in page and "canary" not in page
    until(lambda: acted(proxy, "person.reported", "auditor"))


def test_after_forgetting_the_page_says_whom_to_tell(proxy: Proxy, admin: Browser) -> None:
    proxy.meeting([{"id": "p-dag", "name": "Dagny Ravnkilde", "class": "guest"}], "gone")
    proxy.consent("grant", "p-dag", meeting="gone")
    left = proxy.chat("Dagny Ravnkilde: The budget is late.\n", meeting="gone").headers["x-exchange-id"]
    proxy.settled()
    found = admin.send("/console/people/p-dag/forget", confirm="p-dag", accept_admission="yes")
    assert (found.status, "is forgotten" in found.text) == (200, True)
    told = found.text.partition("Whom to tell")[2]
    assert "acme-llm" in told and "for summary" in told and left in told
    statement = json.loads(html.unescape(told.partition("<pre>")[2].partition("</pre>")[0]))["statement"]
    assert (statement["ids"], statement["name"]) == (["p-dag"], "Dagny Ravnkilde")


def test_forgetting_takes_the_id_and_forgets(proxy: Proxy, admin: Browser) -> None:
    assert "not_confirmed" in admin.send("/console/people/p-cho/forget", confirm="yes").text
    assert "Chiara" in admin.page("/console/people/p-cho")
    found = admin.send("/console/people/p-cho/forget", confirm="p-cho", accept_admission="yes")
    assert "is forgotten" in found.text
    assert admin.ask("GET", "/console/people/p-cho").status == 404
