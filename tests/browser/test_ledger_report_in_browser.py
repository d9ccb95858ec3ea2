"""The report of the ledger in a real browser: on a phone, on a desk, on paper, and without barriers."""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[test]'")

from audit.ledger_samples import intent, outcome, refusal
from edge.ledger_stand import opened
from harness import pdf
from harness.browser import AXE, MISSING, barriers, browser, screen, whole_page
from selenium.webdriver.chrome.webdriver import WebDriver
from typer.testing import CliRunner

from proxy.cli.ledger import app

pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
PHONE, DESK = (390, 844), (1280, 900)
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report over some exchanges with many kinds and reasons."""
    directory = tmp_path_factory.mktemp("report")

    async def fill() -> None:
        ledger = await opened(directory)
        for n in range(12):
            kinds = {f"KIND_NUMBER_{k}": 1000 * k + n for k in range(1, 40)}
            await ledger.begin(intent(f"ex-{n}", removed=kinds, kept={"A_KIND_WITH_A_RATHER_LONG_NAME_INDEED": 7 + n}))
            await ledger.finish(outcome(f"ex-{n}"))
            await ledger.refuse(refusal(f"r-{n}", reason=f"reason_code_that_is_quite_long_{n % 5}"))
        await ledger.begin(intent("ex-open"))
        await ledger.close()

    asyncio.run(fill())
    file = directory / "report.html"
    words = ["report", "--month", "2026-03", "-d", str(directory / "ledger"), "--html", str(file)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return file.as_uri()


@pytest.fixture(scope="module")
def driver() -> Iterator[WebDriver]:
    with browser() as found:
        yield found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_or_loaded_from_elsewhere(page, driver, size, scheme) -> None:
    screen(driver, size, scheme=scheme)
    driver.get_log("browser")
    driver.get(page)
    if SCREENSHOTS:
        Path(SCREENSHOTS, f"report-{size[0]}-{scheme}.png").write_bytes(whole_page(driver))
    assert driver.execute_script("return document.scrollingElement.scrollWidth") <= size[0]
    beyond = driver.execute_script(
        "return [...document.querySelectorAll('main *, footer *')].filter(e => { const r = e.getBoundingClientRect();"
        " return r.width && (r.right > innerWidth + 1 || r.left < -1); }).map(e => e.outerHTML.slice(0, 80))"
    )
    assert beyond == []
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert driver.execute_script("return document.querySelectorAll('script, link, img, iframe').length") == 0
    assert driver.get_log("browser") == []


def test_printed_it_has_all_numbers_of_all_tables(page, driver) -> None:
    screen(driver, DESK, scheme="dark")
    driver.get(page)
    rows = driver.execute_script(
        "return [...document.querySelectorAll('table tr, .tiles dd, h1, h2')].map(e => e.textContent)"
    )
    shot = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    file = base64.b64decode(shot["data"])
    printed = pdf.text(file)
    assert pdf.pages(file) > 1
    missing = [row for row in rows if re.sub(r"\s+", "", row) not in printed]
    assert missing == []
    heads = driver.execute_script("return [...document.querySelectorAll('thead')].map(e => e.textContent)")
    kinds = next(head for head in heads if head.strip().startswith("Kind"))
    assert printed.count(re.sub(r"\s+", "", kinds)) > 1, "the head of a table that goes on is not repeated"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in tests/browser")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, driver, size, scheme) -> None:
    screen(driver, size, scheme=scheme)
    driver.get(page)
    assert barriers(driver) == []
