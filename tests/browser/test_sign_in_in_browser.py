"""Signing in to the admin listener with a real browser: what it keeps and sends, and what pages of others can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[test]'")

from harness.browser import MISSING, browser
from harness.identity import CLIENT, SECRET, Identity
from harness.process import Proxy, settings
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import url_contains
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
SECONDS = 60


@pytest.fixture
def identity() -> Iterator[Identity]:
    with Identity({"ines": {"email": "ines@fjord.example", "groups": ["it"]}}) as running:
        yield running


@pytest.fixture
def base(tmp_path: Path, identity: Identity) -> Iterator[str]:
    """Where the admin listener of a running proxy is."""
    made = Proxy(tmp_path, settings(tmp_path, "http://127.0.0.1:9/v1"), {"OIDC_SECRET": SECRET})
    address = f"http://127.0.0.1:{made.document['admin']['port']}"
    made.document["admin"]["oidc"] = {
        "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"env": "OIDC_SECRET"}, "base_url": address,
        "roles": {"it": "operator"},
    }  # fmt: skip
    identity.application.redirect = f"{address}/oidc/callback"
    made.start()
    yield address
    made.stop()


def shown(driver: WebDriver) -> Any:
    return json.loads(driver.find_element(By.TAG_NAME, "body").text)


def asked(driver: WebDriver, script: str) -> Any:
    return driver.execute_async_script(f"const done = arguments[arguments.length - 1]; {script}")


def sign_in(driver: WebDriver, base: str) -> None:
    driver.get(f"{base}/login?next=/v1/session")
    driver.find_element(By.NAME, "user").send_keys("ines")
    driver.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(driver, SECONDS).until(url_contains("/v1/session"))


def test_a_browser_signs_in_keeps_a_cookie_that_no_script_reads_and_signs_out(base: str) -> None:
    with browser() as driver:
        sign_in(driver, base)
        session = shown(driver)
        assert (session["name"], session["roles"]) == ("ines@fjord.example", ["operator"])
        (cookie,) = (each for each in driver.get_cookies() if each["name"].startswith("__Host-"))
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
        assert driver.execute_script("return document.cookie") == ""

        change = "fetch('/v1/people/p-new', {method: 'PUT', headers: %s, body: '{\"name\": \"Nora Berg\"}'})"
        headers = {"content-type": "application/json"}
        for token, status in (({}, 403), ({"x-csrf-token": session["csrf_token"]}, 200)):
            assert asked(driver, f"{change % json.dumps(headers | token)}.then(r => done(r.status))") == status
        leave = f"fetch('/logout', {{method: 'POST', headers: {{'x-csrf-token': '{session['csrf_token']}'}}}})"
        assert asked(driver, f"{leave}.then(r => done(r.status))") == 204
        driver.get(f"{base}/v1/session")
        assert shown(driver)["error"]["code"] == "admin_unauthorized"


def test_a_page_of_somebody_else_changes_and_reads_nothing(base: str, identity: Identity) -> None:
    """The provider's own page stands for it: another origin on the same site, which gets even Lax cookies."""
    with browser() as driver:
        sign_in(driver, base)
        driver.get(f"{identity.issuer}/authorize")
        send = "fetch('%s%s', {method: '%s', credentials: 'include', mode: '%s'})"
        ends = ".then(r => r.text()).then(done, e => done('blocked'))"
        assert asked(driver, send % (base, "/v1/people", "GET", "cors") + ends) == "blocked"
        assert asked(driver, send % (base, "/v1/people/p-new", "DELETE", "cors") + ends) == "blocked"
        assert asked(driver, send % (base, "/logout", "POST", "no-cors") + ends) == ""
        driver.execute_script(
            f"const f = document.createElement('form'); f.method = 'post'; f.action = '{base}/logout';"
            "document.body.append(f); f.submit();"
        )
        WebDriverWait(driver, SECONDS).until(url_contains("/logout"))
        assert shown(driver)["error"]["code"] == "csrf_token_missing"
        driver.get(f"{base}/v1/session")
        assert shown(driver)["name"] == "ines@fjord.example"
