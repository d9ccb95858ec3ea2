"""A parent or guardian answers for a minor on a page of their own: on a phone, in every language, without barriers."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[test]'")

from harness.browser import AXE, MISSING, PHONE, barriers, browser, screen, whole_page
from harness.consent_page import invite, page_settings
from harness.patience import PATIENCE
from harness.process import Proxy
from harness.recorder import Recorder
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.consent.records import ConsentRecord, ConsentState
from proxy.edge.store.store import Store

pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
LANGUAGES = ("en", "de", "fr", "es", "pl", "nl", "ar")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
PEOPLE = [
    {"id": "p-kid", "name": "Nora Lund", "minor": True, "emails": ["nora@home.example"]},
    {"id": "p-dad", "name": "Ulf Lund", "emails": ["ulf@home.example"]},
]
SAID = "Nora Lund: I have baked a cake for all of us today.\n"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("guardian")
    with Recorder() as recorder:
        made = Proxy(folder, page_settings(folder, recorder.base_url))
        made.meeting(PEOPLE)
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def driver() -> Iterator[WebDriver]:
    with browser() as found:
        yield found


@pytest.fixture
def link(proxy: Proxy) -> str:
    words = ("--purpose", "summary", "--participant", "p-kid", "--guardian", "p-dad", "--covers-earlier")
    return invite(proxy, *words)["p-kid"]


def leaves(proxy: Proxy) -> bool:
    """Whether the minor's words reach the recipient, which sends back what it got."""
    return "baked a cake" in proxy.chat(SAID).text


def records(proxy: Proxy) -> list[ConsentRecord]:
    async def read() -> list[ConsentRecord]:
        async with await Store.open(proxy.document["store"]) as store:
            return list(await store.consents.listed(participant="p-kid"))

    return asyncio.run(read())


def pressed(driver: WebDriver, name: str) -> None:
    driver.find_element(By.CSS_SELECTOR, f"button[value={name}]").click()
    WebDriverWait(driver, PATIENCE).until(lambda browser: browser.find_elements(By.ID, "saved"))


def test_a_guardians_yes_lets_the_minors_words_leave_and_is_taken_back_by_the_same_link(
    proxy: Proxy, driver: WebDriver, link: str
) -> None:
    assert not leaves(proxy)
    screen(driver, PHONE)
    driver.get(f"{link}?lang=en")
    told = driver.find_element(By.TAG_NAME, "main").text
    assert told.startswith("May an AI use what Nora Lund says?")
    assert "This page is for Ulf Lund, as a parent or guardian of Nora Lund." in told
    assert "The yes or the no is yours" in told
    driver.find_element(By.ID, "yes-0").send_keys(Keys.SPACE)
    pressed(driver, "save")
    (yes,) = records(proxy)
    assert (yes.state, yes.actor, yes.guardian, yes.method) == (ConsentState.GRANTED, "p-dad", True, "explicit_click")
    assert leaves(proxy)
    pressed(driver, "withdraw_all")
    assert records(proxy)[-1].state is ConsentState.WITHDRAWN
    assert not leaves(proxy)


def test_the_minors_own_no_outlives_the_guardians_yes(proxy: Proxy, driver: WebDriver, link: str) -> None:
    own = invite(proxy, "--purpose", "summary", "--participant", "p-kid")["p-kid"]
    driver.get(f"{own}?lang=en")
    assert driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]") == []
    told = driver.find_element(By.TAG_NAME, "main").text
    assert "by a link of their own" in told
    assert "What happens if a parent or guardian says yes" in told
    assert "Your yes counts" not in told
    pressed(driver, "no_to_all")
    driver.get(f"{link}?lang=en")
    driver.find_element(By.ID, "yes-0").send_keys(Keys.SPACE)
    pressed(driver, "save")
    assert not leaves(proxy)
    assert "On file: no" in driver.find_element(By.TAG_NAME, "main").text


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/browser")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_guardian_fits_a_phone_and_has_no_serious_barrier(
    driver: WebDriver, link: str, language: str
) -> None:
    screen(driver, PHONE)
    driver.get(f"{link}?lang={language}")
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(driver) == []
    assert driver.find_element(By.TAG_NAME, "h1").text.count("Nora Lund") == 1
    if SCREENSHOTS:
        (Path(SCREENSHOTS) / f"guardian-{language}.png").write_bytes(whole_page(driver))


def test_a_guardian_is_pending_until_they_answer_and_an_adult_has_none(proxy: Proxy) -> None:
    kid = {"id": "p-kid-2", "name": "Ida Lund", "minor": True}
    proxy.meeting([kid, PEOPLE[1]], name="m-two")
    words = ("consent", "coverage", "--config", str(proxy.config), "--meeting", "m-two", "--json")
    for answer in ("other", "pending"):
        (found,) = map(json.loads, proxy.cli(*words).splitlines())
        summary = next(each for each in found["covered"] if each["purpose"] == "summary")
        assert {each["participant"]: each["answer"] for each in summary["people"]}["p-kid-2"] == answer
        invite(proxy, "--purpose", "summary", "--participant", "p-kid-2", "--guardian", "p-dad", meeting="m-two")
    words = ["consent", "invite", "--config", str(proxy.config), "--meeting", "m-two", "--purpose", "summary"]
    refused = CliRunner().invoke(app, [*words, "--participant", "p-dad", "--guardian", "p-kid-2"])
    assert refused.exit_code == 1
    assert "they are no minor" in f"{refused.output}{refused.exception}"
