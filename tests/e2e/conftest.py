"""A whole demo world for the browser: Odoo, the sandbox bank and a mail catcher, all real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from screen import Screen

from tools.demo import Demo, running
from tools.odoo_process import free_port

# Headless, and no traffic of the browser's own.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A machine with other work to do is slow, not wrong.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def world() -> Iterator[Demo]:
    with running(Demo(port=free_port(), name="open_banking_e2e")) as demo:
        yield demo


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if not path:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def screen(world: Demo, browser: Browser) -> Iterator[Screen]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    screen = Screen(context.new_page(), world)
    screen.log_in()
    yield screen
    context.close()
