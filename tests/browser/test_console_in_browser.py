"""The console in a real browser: signing in, on a phone and on a desk, by keyboard, without scripts and barriers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[test]'")

from harness.browser import AXE, MISSING, barriers, browser, screen, whole_page
from harness.consent_page import page_settings
from harness.patience import PATIENCE
from harness.process import Proxy
from harness.recorder import Recorder
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
PHONE, DESK = (390, 844), (1280, 900)
SCREENSHOTS = os.environ.get("SCREENSHOTS")
TOKEN = "admin-token-0123456789-abcdef-XYZ"
SAID = "Annika Solberg: The budget is late, call 020 7946 0958.\nBenedikt Oyelaran: No.\nWanda Quist: Hello.\n"
PAGES = (
    "",
    "inbox",
    "meetings",
    "meetings/m1",
    "meetings/m1/report",
    "people",
    "people/p-ann",
    "people/p-ann/report",
    "playground",
    "recipients",
    "ledger",
    "meetings/none",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("console")
    with Recorder() as recorder:
        document = page_settings(folder, recorder.base_url)
        (folder / "token").write_text(TOKEN)
        document["admin"]["tokens"] = [{"name": "dpo", "token": {"file": str(folder / "token")}}]
        proxy = Proxy(folder, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        soon = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
        proxy.cli("meeting", "add", "--config", str(proxy.config), "--id", "m-soon", "--start", soon,
                  "--participant", "id=p-ann,name=Annika Solberg")  # fmt: skip
        proxy.start()
        proxy.chat(SAID)
        proxy.chat("Nobody says this.", meeting=None)
        yield f"http://127.0.0.1:{document['admin']['port']}/console/"
        proxy.kill()


def there(driver: WebDriver, selector: str) -> WebElement:
    """The first element, once the page that has it is there."""
    return WebDriverWait(driver, PATIENCE).until(lambda browser: browser.find_element(By.CSS_SELECTOR, selector))


@pytest.fixture(scope="module")
def driver(base: str) -> Iterator[WebDriver]:
    """A browser whose user has signed in by the form, with the keyboard alone."""
    with browser() as found:
        screen(found, DESK)
        found.get(f"{base}meetings")
        assert found.current_url == f"{base}sign-in?next=meetings"
        field = found.find_element(By.ID, "token")
        field.send_keys(TOKEN, Keys.ENTER)
        WebDriverWait(found, PATIENCE).until(lambda browser: browser.current_url == f"{base}meetings")
        yield found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", [*PAGES, "sign-in"], ids=lambda path: path.replace("/", "-") or "overview")
def test_a_page_fits_its_screen(driver: WebDriver, base: str, path: str, size: tuple[int, int]) -> None:
    screen(driver, size)
    driver.get(base + path)
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    if SCREENSHOTS:
        name = f"console-{path.replace('/', '-') or 'overview'}-{size[0]}.png"
        (Path(SCREENSHOTS) / name).write_bytes(whole_page(driver))


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, "sign-in"], ids=lambda path: path.replace("/", "-") or "overview")
def test_no_page_has_a_serious_barrier(driver: WebDriver, base: str, path: str, scheme: str) -> None:
    screen(driver, PHONE, scheme=scheme)
    driver.get(base + path)
    assert barriers(driver) == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/browser")
def test_the_playground_shows_what_would_leave_without_a_barrier(driver: WebDriver, base: str) -> None:
    screen(driver, DESK)
    driver.get(f"{base}playground")
    driver.find_element(By.ID, "transcript").send_keys(SAID)
    driver.find_element(By.ID, "meeting").send_keys("m1", Keys.ENTER)
    left = there(driver, "main pre").text
    assert "PHONE_NUMBER_1" in left
    assert "020 7946" not in left
    assert [each.text.splitlines()[0] for each in driver.find_elements(By.CSS_SELECTOR, "ol.said li.stayed")] == [
        "No.",
        "Hello.",
    ]
    assert barriers(driver) == []
    if SCREENSHOTS:
        (Path(SCREENSHOTS) / "console-played.png").write_bytes(whole_page(driver))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_an_exchange_to_its_meeting_and_back(driver: WebDriver, base: str, size: tuple[int, int]) -> None:
    screen(driver, size)
    driver.get(base)
    found = driver.find_elements(By.CSS_SELECTOR, "td a[href*='exchanges/']")
    exchange = found[-1].text
    found[-1].click()
    assert exchange in there(driver, "main dl").text
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    if AXE.exists():
        assert barriers(driver) == []
    assert "Annika" not in driver.find_element(By.TAG_NAME, "main").text
    driver.find_element(By.CSS_SELECTOR, "main dl a[href$='meetings/m1']").click()
    back = there(driver, f"a[href$='exchanges/{exchange}']")
    assert "people whose words left" in driver.find_element(By.TAG_NAME, "main").text.lower()
    back.click()
    there(driver, "main dl a[href$='meetings/m1']")
    assert driver.current_url == f"{base}exchanges/{exchange}"
    if SCREENSHOTS:
        (Path(SCREENSHOTS) / f"console-exchange-{size[0]}.png").write_bytes(whole_page(driver))


def test_an_exchange_that_nobody_knows_is_said(driver: WebDriver, base: str) -> None:
    driver.get(f"{base}exchanges/none")
    assert "unknown_exchange" in driver.find_element(By.TAG_NAME, "main").text


def test_the_inbox_names_who_answered_what(driver: WebDriver, base: str) -> None:
    screen(driver, PHONE)
    driver.get(f"{base}inbox")
    for each in driver.find_elements(By.TAG_NAME, "summary"):
        each.click()
    told = driver.find_element(By.CSS_SELECTOR, "details").text
    assert "Never asked" in told
    assert "Annika Solberg" in told
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    if AXE.exists():
        assert barriers(driver) == []


def test_who_was_heard_is_told_by_name(driver: WebDriver, base: str) -> None:
    driver.get(f"{base}meetings/m1")
    driver.find_element(By.CSS_SELECTOR, "a[href$='meetings/m1/report']").click()
    there(driver, "footer p")
    rows = {row.text.split(chr(10))[0].split(" 1 ")[0].split(" 0 ")[0] for row in
            driver.find_elements(By.CSS_SELECTOR, "section:first-of-type tbody tr")}  # fmt: skip
    assert {"Annika Solberg", "Benedikt Oyelaran"} <= rows


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/browser")
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pl", "nl", "ar"])
def test_a_persons_report_is_told_in_their_language_without_a_barrier(
    driver: WebDriver, base: str, language: str
) -> None:
    screen(driver, PHONE)
    driver.get(f"{base}people/p-ann")
    driver.find_element(By.CSS_SELECTOR, f"main a[href$='report?lang={language}']").click()
    there(driver, f"html[lang={language}] footer p")
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(driver) == []
    if SCREENSHOTS:
        (Path(SCREENSHOTS) / f"report-{language}.png").write_bytes(whole_page(driver))


def test_a_record_is_made_on_the_page_of_a_meeting(driver: WebDriver, base: str) -> None:
    screen(driver, PHONE)
    driver.get(f"{base}meetings/m1")
    for name, value in (("participant", "p-ben"), ("offer", "summary acme-llm"), ("method", "verbal")):
        Select(driver.find_element(By.ID, name)).select_by_value(value)
    driver.find_element(By.CSS_SELECTOR, "input[value=denied]").click()
    driver.find_element(By.XPATH, "//button[.='Record']").click()
    assert there(driver, "[role=status]").text.startswith("Recorded")
    assert "denied" in driver.find_element(By.TAG_NAME, "main").text


def test_nothing_is_loaded_from_anywhere(driver: WebDriver, base: str) -> None:
    for path in PAGES[:-1]:
        driver.get(base + path)
        loaded = driver.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
        assert [each for each in loaded if not each.endswith("/favicon.ico")] == []
    severe = [each["message"] for each in driver.get_log("browser") if "Content Security Policy" in each["message"]]
    assert severe == []
