"""A real browser without a window, with an empty profile, that talks to nothing but loopback."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

DRIVER = Path("/usr/bin/chromedriver")
BROWSER = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"

MISSING = None
if BROWSER is None or not DRIVER.exists():
    MISSING = "there is no browser here: install chromium and chromium-driver"

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-prefers-reduced-motion",
)
PHONE, DESKTOP = (320, 700), (1100, 900)


@contextmanager
def browser(*, javascript: bool = True) -> Iterator[webdriver.Chrome]:
    """A browser of its own, gone with its profile at the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = Options()
        options.binary_location = BROWSER or ""
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        if not javascript:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        try:
            yield driver
        finally:
            driver.quit()


def screen(driver: webdriver.Chrome, size: tuple[int, int], *, scheme: str = "light") -> None:
    """Look through a screen of this size in CSS pixels, in light or dark mode."""
    width, height = size
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})


def whole_page(driver: webdriver.Chrome) -> bytes:
    """A picture of all of the page, as PNG."""
    import base64

    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
    return base64.b64decode(shot["data"])


def barriers(driver: webdriver.Chrome) -> list[dict[str, Any]]:
    """What axe-core finds that is serious or critical, as rule, impact and the elements."""
    driver.execute_script(AXE.read_text("utf-8"))
    found = driver.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run().then(r => done(JSON.stringify(r.violations)));"
    )
    return [
        {"rule": each["id"], "impact": each["impact"], "at": [node["html"] for node in each["nodes"]]}
        for each in json.loads(found)
        if each["impact"] in ("serious", "critical")
    ]
