"""The consent page in a real browser: by keyboard, without JavaScript, on a phone, and without barriers.

``SCREENSHOTS=folder`` keeps pictures of every page that is checked for barriers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[test]'")

from harness.browser import AXE, DESKTOP, MISSING, PHONE, barriers, browser, screen, whole_page
from harness.consent_page import invite, page_settings, press
from harness.process import TERMS, Proxy
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import presence_of_element_located, staleness_of
from selenium.webdriver.support.ui import WebDriverWait

from proxy.edge.store.store import Store

pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
LANGUAGES = ("en", "de", "fr", "es", "pl", "nl", "ar")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
PEOPLE = [{"id": f"p-{n}", "name": "Annika Solberg", "class": "employee"} for n in range(90)]
OLD = "1. Storage. We keep what we get for 10 days.\n\n2. Training. We never train on your content.\n"
NEW = "1. Storage. We keep what we get for 30 days.\n\n2. Training. We never train on your content.\n"


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[str]]:
    """Links of people who were not asked before, one after the other."""
    import asyncio

    directory = tmp_path_factory.mktemp("browser")
    proxy = Proxy(directory, page_settings(directory, "http://127.0.0.1:9/v1", time_zone="Europe/Berlin"))
    proxy.document["recipients"]["acme-llm"] |= {"region": "eu", "retention_days": 30, "may_train": True}
    proxy.meeting(PEOPLE, name="board-7")

    async def terms() -> None:
        async with await Store.open(proxy.document["store"]) as store:
            for version, text in (("2025-01-01", OLD), (TERMS, NEW)):
                await store.terms.add("acme-llm", version, text, f"sha256:{version}", datetime.now(UTC))

    asyncio.run(terms())
    proxy.start()
    made = invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting="board-7")
    yield iter(made.values())
    proxy.stop()


@pytest.fixture(scope="module")
def driver() -> Iterator[WebDriver]:
    with browser() as found:
        yield found


def focused(driver: WebDriver) -> str:
    """What has the focus, as a person would tell: its text, or its label."""
    return driver.execute_script(
        "const e = document.activeElement;"
        "const label = e.labels && e.labels.length ? e.labels[0].textContent : '';"
        "return (e.getAttribute('aria-label') || label || e.textContent || e.tagName).trim();"
    )


def focus_comes_to(driver: WebDriver, wanted: str) -> None:
    """Wait for the next page and its focus; a browser gives it only once it has drawn the page."""
    WebDriverWait(driver, 20, ignored_exceptions=(WebDriverException,)).until(
        lambda _: focused(driver).startswith(wanted), f"the focus did not come to {wanted!r}"
    )


def shown_after(driver: WebDriver, page: WebElement, wanted: str) -> None:
    """Wait until another page than that of `page` is here, with an element `wanted`.

    While one page gives way to the next, the driver may answer with an error of no kind: it is asked again.
    """
    waiting = WebDriverWait(driver, 20, ignored_exceptions=(WebDriverException,))
    waiting.until(staleness_of(page))
    waiting.until(presence_of_element_located((By.ID, wanted)))


def tab_to(driver: WebDriver, wanted: str) -> list[str]:
    """Press Tab until `wanted` has the focus; everything passed on the way has a focus that can be seen."""
    passed = []
    for _ in range(60):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        outline = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        passed.append(focused(driver))
        assert outline != "none", f"nothing shows that the focus is on {passed[-1]}"
        if passed[-1] == wanted:
            return passed
    raise AssertionError(f"{wanted} cannot be reached: {passed}")


def test_with_the_keyboard_alone_a_yes_is_given_and_taken_back(links, driver) -> None:
    screen(driver, DESKTOP)
    driver.get(next(links))
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert focused(driver) == "Go to your choice"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    tab_to(driver, "Summary")
    driver.switch_to.active_element.send_keys(Keys.SPACE)
    tab_to(driver, "Save my choice")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    focus_comes_to(driver, "Saved.")
    assert "Summary, to acme-llm" in driver.page_source

    tab_to(driver, "Take back: Summary, to acme-llm")
    saved = driver.find_element(By.ID, "saved")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    shown_after(driver, saved, "saved")
    focus_comes_to(driver, "Saved.")
    assert "On file: taken back on" in driver.page_source


def test_enter_on_a_box_saves_what_is_ticked_and_nothing_else(links, driver) -> None:
    """A browser presses the first button of a form for whoever presses Enter."""
    driver.get(next(links))
    driver.find_element(By.ID, "yes-0").send_keys(Keys.SPACE)
    assert driver.find_element(By.ID, "yes-0").is_selected()
    driver.find_element(By.ID, "yes-0").send_keys(Keys.ENTER)
    focus_comes_to(driver, "Saved.")
    states = [each.text for each in driver.find_elements(By.CSS_SELECTOR, ".state")]
    assert [each.split(",")[0] for each in states] == ["On file: yes", "On file: no", "On file: no"]


def test_a_problem_has_the_focus_and_leads_to_the_choice(links, driver) -> None:
    link = next(links)
    driver.get(link)
    form = driver.find_element(By.NAME, "form").get_attribute("value")
    before = driver.find_element(By.TAG_NAME, "h1")
    driver.find_element(By.CSS_SELECTOR, "button[value=no_to_all]").click()
    shown_after(driver, before, "saved")
    driver.get(link)
    driver.execute_script("document.querySelector('input[name=form]').value = arguments[0]", form)
    driver.find_element(By.CSS_SELECTOR, "button[value=save]").click()
    focus_comes_to(driver, "There is a problem")
    assert driver.switch_to.active_element.get_attribute("role") == "alert"
    tab_to(driver, "This form was sent before. Sending it again changed nothing. What is on file is shown below.")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(driver, 20).until(lambda _: driver.current_url.endswith("#choice"))


def test_everything_works_without_javascript(links) -> None:
    with browser(javascript=False) as plain:
        plain.get("data:text/html,<script>document.title='ran'</script>")
        assert plain.title != "ran"
        plain.get(next(links))
        first = plain.find_element(By.TAG_NAME, "h1")
        plain.find_element(By.CSS_SELECTOR, "label[for=yes-1]").click()
        plain.find_element(By.CSS_SELECTOR, "button[value=save]").click()
        shown_after(plain, first, "saved")
        assert "Writing texts, to acme-llm" in plain.find_element(By.CSS_SELECTOR, ".granted").text
        second = plain.find_element(By.TAG_NAME, "h1")
        plain.find_element(By.CSS_SELECTOR, "button[value=withdraw_all]").click()
        shown_after(plain, second, "saved")
        assert "Nothing at the moment" in plain.find_element(By.TAG_NAME, "main").text


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_buttons_for_yes_and_no_are_alike(links, driver, size) -> None:
    screen(driver, size)
    driver.get(next(links))
    looks = driver.execute_script(
        "return [...document.querySelectorAll('#choice button')].map(b => { const s = getComputedStyle(b);"
        " const r = b.getBoundingClientRect(); return [r.width, r.height, s.color, s.backgroundColor, s.fontWeight,"
        " s.fontSize, s.borderTopWidth, s.borderTopColor, s.opacity, s.textTransform].join(); })"
    )
    assert len(looks) == 2
    assert looks[0] == looks[1]
    assert float(looks[0].split(",")[1]) >= 44


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_narrowest_phone_nothing_is_cut_off(links, driver, language) -> None:
    screen(driver, PHONE)
    link = next(links)
    press(link, "save", "0")
    driver.get(f"{link}?lang={language}")
    assert driver.execute_script("return document.scrollingElement.scrollWidth") <= PHONE[0]
    beyond = driver.execute_script(
        "return [...document.querySelectorAll('main *, nav a, footer *')].filter(e => { "
        "const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 1 || r.left < -1); })"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert beyond == []


def test_the_page_loads_nothing_else_and_its_style_is_taken(links, driver) -> None:
    driver.get_log("browser")
    driver.get(next(links))
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert driver.execute_script("return getComputedStyle(document.body).marginTop") == "0px"
    assert driver.get_cookies() == []
    complaints = [entry["message"] for entry in driver.get_log("browser") if "favicon" not in entry["message"]]
    assert complaints == []


def test_dark_mode_is_dark(links, driver) -> None:
    link = next(links)
    shades = {}
    for scheme in ("light", "dark"):
        screen(driver, DESKTOP, scheme=scheme)
        driver.get(link)
        shades[scheme] = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert shades == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in tests/browser")
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_in_any_language(links, driver, language) -> None:
    """On the empty page, after saving, on the terms, and on a page that says that the link is none."""
    link = next(links)
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        screen(driver, size, scheme=scheme)
        shown = {"asked": f"{link}?lang={language}"}
        for name, url in shown.items():
            driver.get(url)
            check(driver, f"{name}-{language}-{size[0]}-{scheme}")
    press(link, "save", "0", "2")
    answered = {
        "answered": f"{link}?lang={language}",
        "terms": f"{link}/terms/acme-llm?lang={language}",
        "refused": f"{link[:-5]}?lang={language}",
    }
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        screen(driver, size, scheme=scheme)
        for name, url in answered.items():
            driver.get(url)
            check(driver, f"{name}-{language}-{size[0]}-{scheme}")


def check(driver: WebDriver, name: str) -> None:
    if SCREENSHOTS:
        Path(SCREENSHOTS, f"{name}.png").write_bytes(whole_page(driver))
    assert barriers(driver) == [], name


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link of a room."""
    directory = tmp_path_factory.mktemp("room")
    proxy = Proxy(directory, page_settings(directory, "http://127.0.0.1:9/v1", time_zone="Europe/Berlin"))
    proxy.document["recipients"]["acme-llm"] |= {"region": "eu", "retention_days": 30, "may_train": True}
    proxy.meeting(PEOPLE, name="board-7")
    proxy.start()
    yield proxy.cli("consent", "room", "--config", str(proxy.config), "--meeting", "board-7").split()[0]
    proxy.stop()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in tests/browser")
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_on_the_page_of_a_room(room, driver, language) -> None:
    """As it comes, after an address was sent, after one that is none, and for a link that is none."""
    for size, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
        screen(driver, size, scheme=scheme)
        driver.get(f"{room[:-4]}0000?lang={language}")
        check(driver, f"room-refused-{language}-{size[0]}-{scheme}")
        driver.get(f"{room}?lang={language}")
        check(driver, f"room-{language}-{size[0]}-{scheme}")
        assert driver.execute_script("return document.scrollingElement.scrollWidth") <= size[0]
        for address, wanted in (("ann@fjord.example", "saved"), ("ann@fjord.example, x@y.example", "problem")):
            first = driver.find_element(By.TAG_NAME, "h1")
            driver.execute_script("document.querySelector('form').noValidate = true")
            # What a browser would not send: it would ask for an address itself.
            driver.execute_script("document.getElementById('email').type = 'text'")
            driver.find_element(By.ID, "email").send_keys(address, Keys.ENTER)
            shown_after(driver, first, wanted)
            check(driver, f"room-{wanted}-{language}-{size[0]}-{scheme}")


def test_on_a_phone_with_the_keyboard_alone_somebody_asks_for_their_link(room, driver) -> None:
    screen(driver, UPRIGHT)
    driver.get(room)
    field = driver.find_element(By.ID, "email")
    assert driver.execute_script("return arguments[0].getBoundingClientRect().bottom < innerHeight", field)
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert focused(driver) == "Go to the field for your address"
    tab_to(driver, "Your e-mail address")
    first = driver.find_element(By.TAG_NAME, "h1")
    driver.switch_to.active_element.send_keys("annika@fjord.example")
    tab_to(driver, "Send me my link")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    shown_after(driver, first, "saved")
    focus_comes_to(driver, "Thank you.")
    assert "annika" not in driver.page_source


def test_the_page_of_a_room_works_without_javascript(room) -> None:
    with browser(javascript=False) as plain:
        plain.get(room)
        first = plain.find_element(By.TAG_NAME, "h1")
        plain.find_element(By.ID, "email").send_keys("annika@fjord.example", Keys.ENTER)
        shown_after(plain, first, "saved")
        assert "your words stay out of the AI" in plain.find_element(By.ID, "saved").text


UPRIGHT = (390, 844)
"""A common phone, in CSS pixels."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_the_choice_is_seen_without_scrolling(choices, driver, language) -> None:
    screen(driver, UPRIGHT)
    driver.get(f"{next(choices)}?lang={language}")
    outside = driver.execute_script(
        "return [...document.querySelectorAll('#choice legend, #choice input, #choice .about, #choice button')]"
        ".filter(e => { const r = e.getBoundingClientRect();"
        " return r.height && (r.top < 0 || r.bottom > innerHeight); })"
        ".map(e => e.outerHTML)"
    )
    assert outside == []
    assert driver.execute_script("return scrollY") == 0


@pytest.mark.parametrize("size", [PHONE, UPRIGHT, DESKTOP], ids=["narrow", "upright", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_stands_inside_its_frame(links, driver, language, size) -> None:
    screen(driver, size)
    driver.get(f"{next(links)}?lang={language}")
    beyond = driver.execute_script(
        "return [...document.querySelectorAll('fieldset')].map(f => [f, f.querySelector('legend')])"
        ".filter(([f, l]) => {"
        " const a = f.getBoundingClientRect(), b = l.getBoundingClientRect();"
        " return !(a.top < b.top && b.bottom < a.bottom && a.left < b.left && b.right < a.right); }).length"
    )
    assert beyond == 0


def test_the_buttons_hide_nothing_that_has_the_focus(links, driver) -> None:
    screen(driver, UPRIGHT)
    driver.get(next(links))
    for number in range(3):
        tab_to(driver, driver.find_element(By.CSS_SELECTOR, f"label[for=yes-{number}]").text)
        hidden = driver.execute_script(
            "const box = document.activeElement.getBoundingClientRect();"
            "const buttons = document.querySelector('#choice .buttons').getBoundingClientRect();"
            "return box.bottom > buttons.top"
        )
        assert not hidden


def test_the_language_is_changed_with_the_keyboard(links, driver) -> None:
    screen(driver, UPRIGHT)
    driver.get(next(links))
    first = driver.find_element(By.TAG_NAME, "h1")
    tab_to(driver, "English")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    tab_to(driver, "Deutsch")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    shown_after(driver, first, "choice")
    assert driver.execute_script("return document.documentElement.lang") == "de"


@pytest.fixture(scope="module")
def choices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[str]]:
    """Links of an organization with a logo and colours of its own, which asks for two purposes."""
    directory = tmp_path_factory.mktemp("colours")
    (directory / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><rect width="120" height="30"/></svg>'
    )
    looks = {"logo": str(directory / "logo.svg"), "colors": {"accent": "#00663a", "accent_dark": "#7ad9a8"}}
    proxy = Proxy(directory, page_settings(directory, "http://127.0.0.1:9/v1", **looks))
    proxy.document["recipients"]["acme-llm"] |= {"display_name": "Acme Language Models AS"}
    proxy.meeting(PEOPLE, name="board-7")
    proxy.start()
    yield iter(invite(proxy, "--purpose", "summary", "--purpose", "compose", meeting="board-7").values())
    proxy.stop()


def test_the_logo_and_the_colours_of_the_organization_are_shown(choices, driver) -> None:
    link = next(choices)
    driver.get_log("browser")
    shades = {}
    for scheme in ("light", "dark"):
        screen(driver, DESKTOP, scheme=scheme)
        driver.get(link)
        shades[scheme] = driver.execute_script("return getComputedStyle(document.querySelector('#choice a')).color")
        assert driver.execute_script("return document.querySelector('img').naturalWidth") == 120
    assert shades == {"light": "rgb(0, 102, 58)", "dark": "rgb(122, 217, 168)"}
    loaded = driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded == [link.rpartition("/c/")[0] + "/logo"]
    driver.get(f"{link[:-5]}/terms/none")
    assert driver.execute_script("return document.querySelector('img').naturalWidth") == 120
    complaints = [each["message"] for each in driver.get_log("browser") if "favicon" not in each["message"]]
    assert [each for each in complaints if "404" not in each] == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in tests/browser")
def test_axe_finds_nothing_serious_in_the_colours_of_the_organization(choices, driver) -> None:
    link = next(choices)
    for scheme in ("light", "dark"):
        screen(driver, UPRIGHT, scheme=scheme)
        driver.get(link)
        check(driver, f"colours-{scheme}")
