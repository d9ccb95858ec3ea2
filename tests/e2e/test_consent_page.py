"""Asking, whole: a link from the command line, a page over real HTTP, and the next request through the proxy."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.consent_page import LINK_KEY, Page, invite, look, page_settings, press, send, visit
from harness.process import PEOPLE, STARTED, TERMS, Proxy
from harness.recorder import Recorder

from proxy.consent.invitations import Form, form_token, invitation_of, token_of
from proxy.consent.records import Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

LANGUAGES = ("en", "de", "fr", "es", "pl", "nl", "ar")
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;"
OLD = "1. We keep what we get for 10 days.\n\n2. We never train on your content.\n"
NEW = "1. We keep what we get for 30 days.\n\n2. We never train on your content.\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Recorder]]:
    directory = tmp_path_factory.mktemp("asking")
    with Recorder() as recorder:
        proxy = Proxy(directory, page_settings(directory, recorder.base_url))
        proxy.document["recipients"]["acme-llm"] |= {"region": "eu", "retention_days": 30}
        proxy.start()
        yield proxy, recorder
        proxy.stop()


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, str]]:
    """A proxy whose recipient, purpose, meeting and series have names that people know."""
    directory = tmp_path_factory.mktemp("named")
    with Recorder() as recorder:
        proxy = Proxy(directory, page_settings(directory, recorder.base_url))
        company = {"display_name": "Acme AI AS", "address": "Quay 1, Oslo", "country": "Norwegen"}
        proxy.document["recipients"]["acme-llm"] |= company
        proxy.document["purposes"] = {"summary": {"title": "Protokoll", "description": "Eine KI schreibt Protokoll."}}
        proxy.meeting(PEOPLE, name="m-9f3c")
        made = stored(proxy, lambda store: store.meetings.by_id("m-9f3c"))
        called = replace(made, title="Vorstand", series="cal-1", series_title="Vorstände")
        stored(proxy, lambda store: store.meetings.put(called))
        proxy.start()
        yield proxy, "m-9f3c"
        proxy.stop()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Recorder]]:
    """A proxy whose pages lead to a choice for all meetings."""
    directory = tmp_path_factory.mktemp("standing")
    with Recorder() as recorder:
        proxy = Proxy(directory, page_settings(directory, recorder.base_url, standing_days=365))
        proxy.start()
        yield proxy, recorder
        proxy.stop()


@pytest.fixture
def meeting(running: tuple[Proxy, Recorder], request: pytest.FixtureRequest) -> str:
    """A meeting of this test's own."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    people = [Participant(each["id"], each["name"], emails=tuple(each.get("emails", ()))) for each in PEOPLE]
    held = Meeting(name, datetime.fromisoformat(STARTED), roster=Roster(tuple(people), complete=True))
    stored(running[0], lambda store: store.meetings.put(held))
    return name


def stored(proxy: Proxy, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with await Store.open(proxy.document["store"]) as store:
            return await work(store)

    return asyncio.run(run())


def on_file(proxy: Proxy, person: str, meeting: str) -> list[tuple[str, str]]:
    grants = stored(proxy, lambda store: store.consents.grants([person]))
    return [(each.purpose, each.state.value) for each in grants if each.scope_id == meeting]


def incidents(proxy: Proxy) -> list[tuple[str, str | None]]:
    """Newest first."""
    return [(each.reason, each.invitation) for each in stored(proxy, lambda store: store.links.incidents(1000))]


def left(running: tuple[Proxy, Recorder], meeting: str, line: str = "The launch moves to June.") -> str:
    """What leaves of one line that Annika says."""
    proxy, recorder = running
    mark = len(recorder.received)
    reply = proxy.chat(f"Annika Solberg: {line}\n", meeting=meeting)
    assert reply.status in (200, 403), reply.body
    return "".join(each.json["messages"][0]["content"] for each in recorder.received[mark:])


# --- a yes and its end ---------------------------------------------------------------------------


def test_a_yes_on_the_page_admits_in_the_next_request_and_a_withdrawal_withholds_in_the_next(running, meeting):
    proxy, _ = running
    words = ["--meeting", meeting, "--participant", "p-ann", "--purpose", "summary", "--covers-earlier"]
    out = proxy.cli("consent", "invite", "--config", str(proxy.config), *words, "--expires", "30d", "--json")
    link = json.loads(out)["link"]
    assert "launch" not in left(running, meeting)

    page = look(link)
    assert [box.get("checked", "absent") for box in page.boxes] == ["absent"]
    press(link, "save", page.values[0])
    assert "launch" in left(running, meeting)

    assert "withdraw 0" in look(link).buttons
    press(link, "withdraw 0")
    assert "launch" not in left(running, meeting)
    assert on_file(proxy, "p-ann", meeting) == [("summary", "granted"), ("summary", "withdrawn")]


def test_a_no_keeps_the_words_in_and_can_become_a_yes(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--covers-earlier", meeting=meeting)["p-ann"]
    press(link, "no_to_all")
    assert "launch" not in left(running, meeting)
    press(link, "save", "0")
    assert "launch" in left(running, meeting)


def test_no_default_of_a_class_hears_whoever_was_asked(tmp_path: Path):
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, page_settings(tmp_path, recorder.base_url))
        proxy.document["consent"] = {"min_retained_ratio": 0.0, "defaults": {"employee": "admit"}}
        proxy.meeting(PEOPLE, name="board")
        proxy.start()
        both = (proxy, recorder)
        assert "launch" in left(both, "board")
        link = invite(proxy, "--purpose", "summary", "--covers-earlier", "--participant", "p-ann", meeting="board")
        assert "Without your yes, your words stay out" in look(link["p-ann"]).text
        assert "launch" not in left(both, "board")
        press(link["p-ann"], "save", "0")
        assert "launch" in left(both, "board")
        proxy.stop()


def test_a_yes_counts_only_for_the_purpose_that_was_ticked(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", "--covers-earlier", meeting=meeting)["p-ann"]
    assert len(look(link).boxes) == 2
    press(link, "save", "1")
    assert on_file(proxy, "p-ann", meeting) == [("summary", "denied"), ("compose", "granted")]
    assert "launch" not in left(running, meeting)


def test_a_yes_does_not_reach_back_unless_the_page_said_so(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    assert "What you said before stays out" in look(link).text
    press(link, "save", "0")
    assert "launch" not in left(running, meeting)
    earlier = invite(proxy, "--purpose", "summary", "--covers-earlier", meeting=meeting)["p-ann"]
    assert "also counts for what you said earlier" in look(earlier).text


def test_a_yes_to_a_series_reaches_its_meetings(running, meeting):
    proxy, _ = running
    roster = proxy.directory / "roster-series.json"
    roster.write_text(json.dumps(PEOPLE))
    common = ["--config", str(proxy.config), "--start", "2026-03-02T10:00:00Z", "--roster", str(roster)]
    for name in ("s-1", "s-2"):
        proxy.cli("meeting", "add", *common, "--id", name, "--series", "weekly", "--complete")
    link = invite(proxy, "--series", "weekly", "--purpose", "summary", "--covers-earlier")["p-ann"]
    assert "all meetings of the series “weekly”" in look(link).text
    press(link, "save", "0")
    assert "launch" in left(running, "s-1")
    assert "launch" in left(running, "s-2")
    press(link, "withdraw_all")
    assert "launch" not in left(running, "s-1")
    assert "launch" not in left(running, "s-2")


def test_a_record_holds_the_notice_that_was_read_and_the_way_it_was_given(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    german = look(f"{link}?lang=de")
    send(link, [("form", german.form), ("yes", "0"), ("button", "save")])
    kept = visit(f"{link}/receipt.json?lang=de")
    document = kept.json

    (record,) = [each for each in stored(proxy, lambda s: s.consents.grants(["p-ann"])) if each.scope_id == meeting]
    invitation = invitation_of(link.rsplit("/", 1)[1], LINK_KEY, datetime.now(UTC))
    assert (record.method, record.affirmative, record.actor) == ("explicit_click", True, "p-ann")
    assert (record.evidence_ref, record.valid_until) == (invitation.id, invitation.expires)
    assert (record.notice_hash, record.notice_language) == (document["notice"]["digest"], "de")
    assert document["notice"]["language"] == "de"
    for sentence in document["notice"]["text"].split("\n"):
        assert sentence.split(": ")[-1] in german.text
    assert len(document["receipts"]) == 1
    assert kept.headers["content-disposition"].startswith("attachment")
    assert "Annika" not in kept.body.decode()


# --- links and forms that change nothing ---------------------------------------------------------


def test_forged_links_change_nothing_and_are_recorded(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    form = look(link).form
    head, token = link.rsplit("/", 1)
    body, mac = token.split(".")
    raw = base64.urlsafe_b64decode(body + "==")
    other = base64.urlsafe_b64encode(raw.replace(b"p-ann", b"p-ben")).rstrip(b"=").decode()
    invitation = invitation_of(token, LINK_KEY, datetime.now(UTC))
    elsewhere = token_of(replace(invitation, participant="p-ben"), "another key of at least 32 characters ")
    for forged in (f"{other}.{mac}", elsewhere):
        before = incidents(proxy)
        for reply in (visit(f"{head}/{forged}"), send(f"{head}/{forged}", [("form", form), ("button", "no_to_all")])):
            assert reply.status == 404
            assert "not valid" in reply.body.decode()
        after = incidents(proxy)
        assert after[: len(after) - len(before)] == [("link_forged", None)] * 2
    assert on_file(proxy, "p-ben", meeting) == on_file(proxy, "p-ann", meeting) == []


def test_a_link_that_was_cut_is_malformed_and_recorded(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    reply = visit(link[:-20])
    assert reply.status == 404
    assert "copy all of it" in reply.body.decode()
    assert incidents(proxy)[0] == ("link_malformed", None)


def test_an_expired_link_changes_nothing_and_is_recorded(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    form = look(link).form
    head, token = link.rsplit("/", 1)
    invitation = invitation_of(token, LINK_KEY, datetime.now(UTC))
    ended = replace(invitation, expires=datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=1))
    expired = f"{head}/{token_of(ended, LINK_KEY)}"
    for reply in (visit(expired), send(expired, [("form", form), ("yes", "0"), ("button", "save")])):
        assert reply.status == 410
        assert "has ended" in reply.body.decode()
        assert "privacy@fjord.example" in reply.body.decode()
    assert incidents(proxy)[:2] == [("link_expired", invitation.id)] * 2
    assert on_file(proxy, "p-ann", meeting) == []


def test_a_form_that_is_sent_again_changes_nothing_and_is_recorded(running, meeting):
    """Somebody who saw a yes go by cannot undo the no that followed it."""
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--covers-earlier", meeting=meeting)["p-ann"]
    fields = [("form", look(link).form), ("yes", "0"), ("button", "save")]
    assert send(link, fields).status == 303
    press(link, "withdraw_all")
    replayed = send(link, fields)
    assert replayed.status == 409
    page = Page(replayed.body.decode())
    assert "Sending it again changed nothing" in page.text
    assert "taken back" in page.text
    assert incidents(proxy)[0][0] == "form_reused"
    assert on_file(proxy, "p-ann", meeting) == [("summary", "granted"), ("summary", "withdrawn")]
    assert "launch" not in left(running, meeting)


def test_a_form_counts_once_among_many_that_arrive_together(running, meeting):
    import concurrent.futures

    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    fields = [("form", look(link).form), ("yes", "0"), ("button", "save")]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(link, fields).status, range(8)))
    assert sorted(answers) == [303] + [409] * 7
    assert on_file(proxy, "p-ann", meeting) == [("summary", "granted")]


def test_a_form_of_somebody_elses_link_changes_nothing(running, meeting):
    proxy, _ = running
    links = invite(proxy, "--purpose", "summary", meeting=meeting)
    form = look(links["p-ben"]).form
    assert send(links["p-ann"], [("form", form), ("yes", "0"), ("button", "save")]).status == 400
    assert incidents(proxy)[0][0] == "form_of_other_link"
    assert on_file(proxy, "p-ann", meeting) == on_file(proxy, "p-ben", meeting) == []


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("button", "save"), ("yes", "0")],
        [("form", "FORM")],
        [("form", "FORM"), ("button", "yes_to_all")],
        [("form", "FORM"), ("button", "save"), ("button", "no_to_all")],
        [("form", "FORM"), ("form", "FORM"), ("button", "no_to_all")],
        [("form", "FORM"), ("button", "save"), ("yes", "1")],
        [("form", "FORM"), ("button", "save"), ("yes", "-1")],
        [("form", "FORM"), ("button", "save"), ("yes", "٠")],
        [("form", "FORM"), ("button", "save"), ("affirmative", "true")],
        [("form", "FORM"), ("button", "save 0"), ("yes", "0")],
        [("form", "FORM"), ("button", "withdraw 9")],
    ],
)
def test_what_the_page_does_not_hold_is_no_choice(running, meeting, fields):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--participant", "p-ann", meeting=meeting)["p-ann"]
    form = look(link).form
    reply = send(link, [(name, form if value == "FORM" else value) for name, value in fields])
    assert reply.status == 400
    assert incidents(proxy)[0][0] == "form_forged"
    assert on_file(proxy, "p-ann", meeting) == []
    # And the form is not used up by it.
    assert send(link, [("form", form), ("button", "no_to_all")]).status == 303


def test_a_page_that_was_open_for_more_than_a_day_has_to_be_read_again(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    invitation = invitation_of(link.rsplit("/", 1)[1], LINK_KEY, datetime.now(UTC))
    old = Form("nonce", invitation.id, "sha256:0", (0,), datetime.now(UTC) - timedelta(hours=25))
    assert send(link, [("form", form_token(old, LINK_KEY)), ("yes", "0"), ("button", "save")]).status == 409
    assert incidents(proxy)[0] == ("form_expired", invitation.id)
    assert on_file(proxy, "p-ann", meeting) == []


def test_a_yes_to_a_notice_that_changed_is_asked_again_and_a_no_counts(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    invitation = invitation_of(link.rsplit("/", 1)[1], LINK_KEY, datetime.now(UTC))

    def form(nonce: str) -> str:
        return form_token(Form(nonce + meeting, invitation.id, "sha256:another", (0,), datetime.now(UTC)), LINK_KEY)

    reply = send(link, [("form", form("a")), ("yes", "0"), ("button", "save")])
    assert (reply.status, "changed after you opened it" in reply.body.decode()) == (409, True)
    assert on_file(proxy, "p-ann", meeting) == []
    assert send(link, [("form", form("b")), ("button", "no_to_all")]).status == 303
    assert on_file(proxy, "p-ann", meeting) == [("summary", "denied")]


def test_looking_changes_nothing(running, meeting):
    """Mail scanners follow links."""
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    before = incidents(proxy)
    for _ in range(3):
        look(link)
    assert on_file(proxy, "p-ann", meeting) == []
    assert incidents(proxy) == before


def test_incidents_are_logged_by_reason_and_without_ids(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    visit(link[:-3] + "AAA")
    log = proxy.log.read_text()
    assert '"reason": "link_forged"' in log or '"reason": "link_malformed"' in log
    for secret in ("p-ann", "Annika", link.rsplit("/", 1)[1][:20], meeting):
        assert secret not in log


# --- what the page shows -------------------------------------------------------------------------


def test_no_box_is_ticked_beforehand_whatever_is_on_file(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting=meeting)["p-ann"]
    seen: set[tuple[str, ...]] = set()
    steps: list[Callable[[], Any]] = [
        lambda: None,
        lambda: press(link, "save", "0"),
        lambda: press(link, "withdraw 0"),
        lambda: press(link, "no_to_all"),
        lambda: press(link, "save", "0", "1"),
        lambda: press(link, "withdraw_all"),
        lambda: proxy.consent("grant", "p-ann", "--terms", "older", meeting=meeting),
        lambda: proxy.consent("grant", "p-ann", "--until", "2026-03-02T12:00:00Z", meeting=meeting),
    ]
    for step in steps:
        step()
        for language in LANGUAGES:
            page = look(f"{link}?lang={language}")
            assert not any("checked" in box for box in page.boxes)
            assert " checked" not in page.html
        seen.add(tuple(page.values))
    assert seen == {("0", "1"), ("1",), ()}


def test_the_page_says_what_for_to_whom_under_which_terms_and_for_how_long(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--expires", "10d", meeting=meeting)["p-ann"]
    text = look(link).text
    ends = datetime.now(UTC) + timedelta(days=10)
    for told in (
        "Annika Solberg", meeting, "2 March 2026, 10:00 (UTC)", "Skerry Works", "acme-llm", "EU",
        "at most 30 days, Skerry Works states", "May it train AI with it", "not known", f"version {TERMS}",
        "An AI writes a short version", f"{ends:%B %Y}",
        "Saying no has no disadvantage", "You stay in the meeting", "take it back", "no answer from you yet",
    ):  # fmt: skip
        assert told in text, told
    for other in ("Benedikt", "Chiara", "p-ben", "@fjord.example, "):
        assert other not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_it_all(running, meeting, language):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--participant", "p-ann", meeting=meeting)["p-ann"]
    chosen, accepted = look(f"{link}?lang={language}"), look(link, accept_language=f"xx, {language}-XX;q=0.8, en;q=0.1")
    for page in (chosen, accepted):
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.html
        assert "Annika Solberg" in page.text
        assert "acme-llm" in page.text
    if language != "en":
        assert "Save my choice" not in chosen.text
    reply = press(f"{link}?lang={language}", "save", "0")
    assert f"lang={language}" in reply.headers["location"]


def test_after_saving_the_page_says_so_once_and_offers_the_receipt(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    assert not any("receipt.json" in each for each in look(link).links)
    where = press(link, "save", "0").headers["location"]
    page = look(link.rsplit("/", 1)[0] + "/" + where)
    assert "Saved." in page.text
    assert any("receipt.json" in each for each in page.links)
    assert "Saved." not in look(link + "?saved=" + where.rsplit("=", 1)[1][:-3] + "AAA").text


def test_a_receipt_is_a_page_to_read_in_the_persons_language_and_with_names(named):
    proxy, meeting = named
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting=meeting)["p-ben"]
    press(link, "save", "0")
    page = look(f"{link}/receipt?lang=de")
    for told in ("Benedikt Oyelaran", "Skerry Works", "Protokoll, an Acme AI AS", "Ja, am ", "Nein, am ", "Vorstand"):
        assert told in page.text, told
    assert "Es hat kein Ende: Es gilt, bis Sie Ja sagen." in page.text
    for id_ in ("acme-llm", meeting, "p-ben"):
        assert id_ not in page.text
    assert page.links[-1] != "" and "receipt.json?lang=de" in page.links
    assert f"../{link.rsplit('/', 1)[1]}?lang=de" in page.links


def test_names_are_text_wherever_they_stand(running, meeting):
    """The id is as stores of earlier versions may have it; no command takes it now."""
    proxy, _ = running
    proxy.meeting([{"id": "p-x", "name": EVIL, "class": "guest"}], name="m-evil")
    made = stored(proxy, lambda store: store.meetings.by_id("m-evil"))
    titles = {"title": f"T {EVIL}", "series": "m-evil", "series_title": f"S {EVIL}"}
    stored(proxy, lambda store: store.meetings.put(replace(made, id="m-<b>'\"&", **titles)))
    link = invite(proxy, "--purpose", "summary", meeting="m-<b>'\"&")["p-x"]
    for query in ("", "?lang=ar", '?lang="><script>', "?saved=<script>"):
        page = look(link + query)
        assert "script" not in page.tags
        assert "img" not in page.tags
        assert "b" not in page.tags
        assert EVIL in page.text
        assert f"T {EVIL}" in page.text
    series = invite(proxy, "--purpose", "summary", "--series", "m-evil")["p-x"]
    assert f"S {EVIL}" in look(series).text


def test_people_read_names_and_no_ids(named):
    """Of the meeting, the series, the recipient and the purpose; on the page and on the receipt."""
    proxy, meeting = named
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting=meeting)["p-ann"]
    page = look(f"{link}?lang=de")
    shown = ("Vorstand", "Acme AI AS", "Quay 1, Oslo", "Norwegen", "Protokoll", "Eine KI schreibt Protokoll.")
    assert [each for each in shown if each not in page.text] == []
    assert [each for each in (meeting, "acme-llm") if each in page.text] == []
    assert "Writing texts" in look(link).text
    press(link, "save", "0")
    assert "Protokoll, to Acme AI AS" in look(link).text

    receipts = visit(f"{link}/receipt.json?lang=de").json["receipts"]
    (receipt,) = [each for each in receipts if each["dpv:hasPurpose"] == "summary"]
    assert receipt["mpp:scope"] == {"kind": "meeting", "id": meeting, "dct:title": "Vorstand"}
    assert receipt["dpv:hasRecipient"][0]["dct:title"] == "Acme AI AS"
    assert receipt["mpp:purposeDescription"] == "Eine KI schreibt Protokoll."

    series = invite(proxy, "--purpose", "summary", "--series", "cal-1")["p-ann"]
    assert "all meetings of the series “Vorstände”" in look(series).text


@pytest.mark.parametrize("where", ["log", "metrics", "ledger"])
def test_titles_and_names_of_companies_stay_out_of_what_is_written(named, where):
    proxy, meeting = named
    proxy.chat("Annika Solberg: Hello.\n", meeting=meeting)
    written = {
        "log": proxy.log.read_bytes,
        "metrics": lambda: proxy.admin("/metrics").body,
        "ledger": lambda: proxy.ledger_bytes,
    }[where]()
    assert written
    assert [each for each in ("Vorst", "Quay 1") if each.encode() in written] == []


def test_answers_carry_a_strict_policy_and_no_cookie(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    for reply in (visit(link), visit(link[:-3]), visit(f"{link}/receipt.json"), press(link, "no_to_all")):
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script" not in policy
        assert "unsafe" not in policy
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["cache-control"] == "no-store"
        assert "set-cookie" not in reply.headers
    page = look(link)
    assert "script" not in page.tags
    assert not any("//" in each for each in page.links)


def test_terms_can_be_read_and_what_changed_is_told(running, meeting):
    proxy, _ = running
    now = datetime.now(UTC)

    async def add(store: Store) -> None:
        await store.terms.add("acme-llm", "2025-01-01", OLD, "sha256:a", now)
        await store.terms.add("acme-llm", TERMS, NEW, "sha256:b", now)

    stored(proxy, add)
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    page = look(link)
    assert "What changed since version 2025-01-01" in page.text
    assert "We keep what we get for 30 days." in page.text
    assert "We keep what we get for 10 days." in page.text
    assert "We never train" not in page.text
    (path,) = [each for each in page.links if "/terms/" in each]
    terms = look(link.rsplit("/", 1)[0] + "/" + path)
    assert "We never train on your content." in terms.text
    assert visit(f"{link}/terms/nobody").status == 404


def test_a_minor_can_say_no_and_is_given_no_box(running, meeting):
    proxy, _ = running
    proxy.meeting([{"id": "p-kid", "name": "Kim Young", "class": "guest", "minor": True}], name="m-minor")
    link = invite(proxy, "--purpose", "summary", meeting="m-minor")["p-kid"]
    page = look(link)
    assert (page.boxes, page.buttons) == ([], ["no_to_all"])
    assert "a parent or guardian has to say yes" in page.text
    assert send(link, [("form", page.form), ("yes", "0"), ("button", "save")]).status == 400
    press(link, "no_to_all")
    assert on_file(proxy, "p-kid", "m-minor") == [("summary", "denied")]


def test_a_minors_own_no_is_told_to_count_until_the_minor_takes_it_back(running, meeting):
    proxy, _ = running
    for person in (Participant("p-nora", "Nora Lund", minor=True), Participant("p-ulf", "Ulf Lund")):
        stored(proxy, lambda store, each=person: store.people.put(each))
    proxy.meeting([{"id": "p-nora"}], name="m-own-no")
    own = invite(proxy, "--purpose", "summary", meeting="m-own-no")["p-nora"]
    words = ("--purpose", "summary", "--participant", "p-nora", "--guardian", "p-ulf")
    (of_ulf,) = invite(proxy, *words, meeting="m-own-no").values()
    press(own, "no_to_all")
    assert "it counts until you take it back by telling" in look(own).text
    untrue = "It has no end: it counts until you say yes"
    told = "it counts until Nora Lund takes it back, whatever you allow"
    assert told in look(of_ulf).text
    press(of_ulf, "save", look(of_ulf).values[0])
    assert told in look(of_ulf).text
    for page in (look(of_ulf), look(own), look(f"{of_ulf}/receipt"), look(f"{own}/receipt")):
        assert untrue not in page.text
        assert "It has no end: " in page.text


def test_paths_and_methods_that_are_none_are_refused(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    base = link.split("/c/")[0]
    for path in ("/", "/c/", "/metrics", "/v1/chat/completions", "/c/a/b/c"):
        assert visit(base + path).status == 404
    assert send(f"{link}/receipt.json", [("button", "no_to_all")]).status == 405
    assert send(link, [("form", "x" * 20000), ("button", "no_to_all")]).status == 413


# --- who asks too often, and configurations that are refused -------------------------------------


def test_asking_too_often_is_refused_for_a_while(tmp_path: Path):
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, page_settings(tmp_path, recorder.base_url, requests_per_minute=3))
        proxy.meeting()
        proxy.start()
        try:
            links = invite(proxy, "--purpose", "summary")
            assert [visit(links["p-ann"]).status for _ in range(4)] == [200, 200, 200, 429]
            assert visit(links["p-ben"]).status == 200
            assert [visit(links["p-ben"][:-9]).status for _ in range(5)] == [404, 404, 404, 429, 429]
            assert len(incidents(proxy)) == 3
        finally:
            proxy.stop()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_url": "http://consent.example"}, "must begin with https://"),
        ({"base_url": "http://192.168.1.5:8082"}, "must begin with https://"),
        ({"base_url": "consent.example"}, "must be a URL"),
        ({"signing_key": {"file": "absent.key"}}, "cannot be read"),
        ({"signing_key": {"file": "short.key"}}, "fewer than 32"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"languages": ["tlh"]}, "languages"),
    ],
)
def test_the_proxy_does_not_start_with_pages_that_are_not_safe(tmp_path: Path, changes, says):
    (tmp_path / "short.key").write_text("short")
    proxy = Proxy(tmp_path, page_settings(tmp_path, "http://127.0.0.1:9/v1", **changes))
    with pytest.raises(AssertionError, match="ended with 1") as caught:
        proxy.start()
    assert says in str(caught.value)


@pytest.mark.parametrize("base_url", ["https://consent.example/ask", "http://localhost:1", "http://[::1]:2"])
def test_links_begin_with_the_address_that_people_reach(tmp_path: Path, base_url):
    proxy = Proxy(tmp_path, page_settings(tmp_path, "http://127.0.0.1:9/v1", base_url=base_url))
    proxy.meeting()
    assert all(link.startswith(f"{base_url}/c/") for link in invite(proxy, "--purpose", "summary").values())


def test_while_a_yes_goes_on_the_page_tells_what_has_left(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--covers-earlier", "--participant", "p-ann", meeting=meeting)["p-ann"]
    assert "What has left so far" not in look(link).text
    press(link, "save", "0")
    assert "None of your words have left" in look(link).text
    assert "launch" in left(running, meeting)
    assert "Summary, to acme-llm: 1 time, last on " in look(link).text


def test_the_page_tells_which_special_categories_have_left_as_they_were_said(running, meeting):
    proxy, _ = running
    link = invite(proxy, "--purpose", "summary", "--covers-earlier", "--participant", "p-ann", meeting=meeting)["p-ann"]
    press(link, "save", "0")
    assert left(running, meeting)
    assert "left as you said it:" not in look(link).text.partition("You can say no")[0]
    proxy.chat("Annika Solberg: I was diagnosed with diabetes, and I joined the trade union.\n", meeting=meeting)
    press(link, "withdraw 0")
    told = look(link).text.partition("What has left so far")[2].partition("You can say no")[0]
    assert "was found, and left as you said it: health, trade unions." in told
    shown = proxy.cli(
        "ledger", "carried", "--config", str(proxy.config), "--participant", "p-ann", "--meeting", meeting
    )
    assert "sent as said: 1 HEALTH, 1 TRADE_UNION" in shown


def test_after_a_withdrawal_the_page_tells_what_has_left(running, meeting):
    proxy, _ = running
    for person in ("p-ben", "p-cho"):
        proxy.consent("grant", person, meeting=meeting)
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting=meeting)["p-ann"]
    assert "What has left so far" not in look(link).text
    press(link, "save", "0")
    proxy.consent("grant", "p-ann", "--covers-earlier", meeting=meeting)
    for _ in range(2):
        assert left((proxy, running[1]), meeting)
    press(link, "withdraw 0")

    told = look(link).text.partition("What has left so far")[2]
    assert "Summary, to acme-llm: 2 times, last on " in told
    assert "Writing texts, to" not in told.partition("You can say no")[0]
    assert "cannot be called back" in told
    others = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ben"]
    press(others, "no_to_all")
    assert "None of your words have left" in look(others).text


def test_what_left_in_other_meetings_is_not_told(running, meeting):
    """Whoever has the link sees what it is about, and nothing else."""
    proxy, _ = running
    other = f"{meeting}-other"
    proxy.meeting(PEOPLE, name=other)
    proxy.consent("grant", "p-ann", "--covers-earlier", meeting=other)
    assert left(running, other)
    link = invite(proxy, "--purpose", "summary", meeting=meeting)["p-ann"]
    press(link, "no_to_all")
    assert "None of your words have left" in look(link).text


def test_an_invitation_is_noted_as_opened_and_answered(running, meeting):
    """By the one who opens it and by the one who answers; a head, a forged link and a receipt open nothing."""
    proxy, _ = running

    def noted(who: str) -> tuple[bool, bool]:
        asked = stored(proxy, lambda store: store.invitations.of([(Scope.MEETING, meeting)]))
        (one,) = [each for each in asked if each.invitation.participant == who]
        return one.opened_at is not None, one.answered_at is not None

    links = invite(proxy, "--purpose", "summary", meeting=meeting)
    visit(f"{links['p-ann']}/receipt.json")
    visit(links["p-ann"][:-3])
    assert noted("p-ann") == (False, False)
    look(links["p-ann"])
    assert noted("p-ann") == (True, False)
    press(links["p-ann"], "no_to_all")
    assert noted("p-ann") == (True, True)
    assert noted("p-ben") == (False, False)


def standing_link(link: str) -> str:
    """Where a page about a meeting leads for an answer to all meetings."""
    token = link.rpartition("/")[2]
    tokens = {each.partition("?")[0] for each in look(link).links}
    (path,) = {each for each in tokens if re.fullmatch(r"[\w-]+\.[\w-]{43}", each)} - {token}
    return link.replace(token, path)


def test_a_person_answers_once_for_all_meetings(standing):
    """For exactly what was ticked: another purpose and other terms are asked anew, and a no counts everywhere."""
    proxy, _ = standing
    proxy.meeting(PEOPLE, name="m-standing")
    proxy.meeting(PEOPLE, name="m-other")
    link = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting="m-standing")["p-ann"]
    once = standing_link(link)
    page = look(once)
    assert "all your meetings" in page.text
    assert "Once for all meetings" in page.text
    assert "Without an answer here, nothing changes in any meeting." in page.text
    assert not any("checked" in box for box in page.boxes)
    assert page.links.count(once) == 0

    press(once, "save", "0")

    kept = stored(proxy, lambda store: store.consents.grants(["p-ann"]))
    assert {(each.scope, each.scope_id, each.purpose, each.recipient, each.terms_version, each.state.value)
            for each in kept} == {
        (Scope.ORG, "fjord", "summary", "acme-llm", TERMS, "granted"),
        (Scope.ORG, "fjord", "compose", "acme-llm", TERMS, "denied"),
    }  # fmt: skip
    assert all(each.valid_until is None or each.valid_until > datetime.now(UTC) + timedelta(days=360) for each in kept)
    other = look(invite(proxy, "--purpose", "summary", meeting="m-other")["p-ann"])
    assert "On file: yes" in other.text
    assert standing_link(link) == once
    press(once, "withdraw_all")
    assert "On file: taken back" in look(link).text


def test_the_page_of_a_meeting_names_a_standing_yes_and_takes_it_back(standing):
    proxy, _ = standing
    for name in ("m-first", "m-second", "m-third"):
        proxy.meeting(PEOPLE, name=name)
    first = invite(proxy, "--purpose", "summary", meeting="m-first")["p-ben"]
    press(standing_link(first), "save", "0")
    second = invite(proxy, "--purpose", "summary", "--covers-earlier", meeting="m-second")["p-ben"]
    page = look(second)
    assert "On file: yes, for all your meetings, since" in page.text
    assert "It does not count for what you said before" in page.text
    assert page.buttons == ["withdraw 0", "withdraw_wide 0", "withdraw_all", "no_to_all"]

    press(second, "withdraw 0")
    page = look(second)
    assert ("On file: taken back on" in page.text, page.values) == (True, ["0"])
    assert "On file: yes, for all your meetings, since" in page.text
    assert page.buttons[:2] == ["withdraw_wide 0", "withdraw_all"]
    press(second, "save", "0")
    assert "On file: yes, for this meeting, since" in look(second).text
    assert "It also counts for what you said before." in look(second).text

    press(second, "withdraw_all")
    assert not any(each.startswith("withdraw") for each in look(second).buttons)
    third = look(invite(proxy, "--purpose", "summary", meeting="m-third")["p-ben"])
    assert "On file: taken back on" in third.text
    assert "all your meetings" in look(f"{second}/receipt").text
    kept = json.loads(visit(f"{second}/receipt.json").body)["receipts"]
    assert kept[0]["mpp:scope"]["kind"] == "org"
    assert [each["mpp:scope"]["kind"] for each in kept][-2:] == ["meeting", "org"]


def test_a_standing_yes_does_not_outlive_a_change_of_terms(standing):
    proxy, _ = standing
    proxy.meeting([{"id": "p-new", "name": "Nils Holm", "class": "guest"}], name="m-terms")
    link = standing_link(invite(proxy, "--purpose", "summary", meeting="m-terms")["p-new"])
    press(link, "save", "0")
    before = proxy.document["recipients"]["acme-llm"]["terms"]
    proxy.document["recipients"]["acme-llm"]["terms"] = {"version": "2027-01-01"}
    try:
        command = ["meeting", "show", "m-terms", "--config", str(proxy.config), "--json"]
        shown = json.loads(proxy.cli(*command))
    finally:
        proxy.document["recipients"]["acme-llm"]["terms"] = before
    assert {each["reason"] for each in shown["consent"] if each["purpose"] == "summary"} == {"stale_terms"}


def test_the_organization_asks_once_by_a_link_of_its_own(running, meeting):
    proxy, _ = running
    words = ["--organization", "--purpose", "summary", "--participant", "p-cho", "--expires", "365d"]
    out = proxy.cli("consent", "invite", "--config", str(proxy.config), *words, "--json")
    link = json.loads(out)["link"]
    assert "all your meetings" in look(link).text
    press(link, "no_to_all")
    kept = stored(proxy, lambda store: store.consents.grants(["p-cho"]))
    assert [(each.scope, each.state.value) for each in kept if each.scope is Scope.ORG] == [(Scope.ORG, "denied")]
    asked = invite(proxy, "--purpose", "summary", meeting=meeting)["p-cho"]
    assert "On file: no" in look(asked).text
    # Unless the organization says so, no page about a meeting leads to a choice for all of them.
    assert "Answer once" not in look(asked).text


def links_of_parents(proxy: Proxy, child: Participant, meeting: str, *parents: Participant) -> list[str]:
    """The links of a minor's guardians, all put on file, to their pages about one meeting."""
    for person in (child, *parents):
        stored(proxy, lambda store, each=person: store.people.put(each))
    proxy.meeting([{"id": child.id}], name=meeting)
    words = ("--purpose", "summary", "--participant", child.id)
    return [invite(proxy, *words, "--guardian", each.id, meeting=meeting)[child.id] for each in parents]


def test_a_guardian_who_never_said_yes_takes_nothing_back_and_reads_whose_answer_each_is(running, meeting):
    proxy, _ = running
    child = Participant("p-kim", "Kim Lund", minor=True)
    of_ulf, of_eva = links_of_parents(
        proxy, child, "m-whose", Participant("p-ulf", "Ulf Lund"), Participant("p-eva", "Eva Lund")
    )
    early = look(of_eva)
    press(of_ulf, "save", look(of_ulf).values[0])
    shown, receipt = look(of_eva).text, look(f"{of_eva}/receipt").text
    assert "What is allowed for Kim Lund" in shown
    assert "This yes was given by Ulf Lund." in shown
    assert "This yes was given by" not in look(of_ulf).text
    assert receipt.index("no answer from you yet") < receipt.index("What others answered for Kim Lund")
    assert "Ulf Lund" in receipt[receipt.index("What others answered") :]

    assert send(of_eva, [("form", early.form), ("button", "save")]).status == 303
    assert on_file(proxy, "p-kim", "m-whose") == [("summary", "granted"), ("summary", "denied")]
    assert "taken back" not in look(of_eva).text
    receipt = look(f"{of_eva}/receipt").text
    own, of_others = receipt.split("What others answered for Kim Lund")
    assert "Eva Lund" in own and "no, on" in own and "Ulf Lund" not in own
    assert "Ulf Lund" in of_others and "yes, on" in of_others
    press(of_eva, "save", look(of_eva).values[0])
    press(of_eva, "withdraw_all")
    assert on_file(proxy, "p-kim", "m-whose")[-1] == ("summary", "withdrawn")


def test_a_guardian_reads_of_the_childs_words_and_that_a_yes_against_anothers_no_is_in_vain(running, meeting):
    proxy, _ = running
    child = Participant("p-ida", "Ida Lund", minor=True)
    of_ulf, of_evi = links_of_parents(
        proxy, child, "m-vain", Participant("p-ulf", "Ulf Lund"), Participant("p-evi", "Evi Lund")
    )
    shown = look(of_ulf).text
    for own in ("your words", "you stay in the meeting", "What you say", "stay in the meeting: only"):
        assert own.lower() not in shown.lower().replace("what is done with your words", ""), own
    assert "Ida Lund stays in the meeting" in shown
    press(of_evi, "no_to_all")
    assert "A yes from you does not count while this no stands." in look(of_ulf).text
    assert "A yes from you does not count" not in look(of_evi).text
    done = send(of_ulf, [("form", look(of_ulf).form), ("yes", "0"), ("button", "save")])
    told = look(f"{of_ulf.rsplit('/', 1)[0]}/{done.headers['location']}").text
    assert "Saved, but your yes does not count now: a no stands against it." in told
    assert "until whoever said it takes it back" in told
    proxy.cli("subject", "forget", "p-evi", "--yes", "--config", str(proxy.config))
    told = look(of_ulf).text
    assert "whoever said it is no longer on file, so it counts until Ida Lund is of age and says yes" in told
    assert "takes it back" not in told
    assert "somebody who is no longer on file" in look(f"{of_ulf}/receipt").text
