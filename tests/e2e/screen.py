"""The accountant's browser window."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tools.demo import Demo
from tools.demo_load import ACCOUNTANT
from tools.paths import ARTIFACTS

SCREENSHOTS = ARTIFACTS / "screenshots"


class Screen:
    """The accountant's browser window; keeps screenshots in the order of the story."""

    def __init__(self, page: Page, world: Demo) -> None:
        self.page = page
        self.world = world
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(60_000)

    def log_in(self) -> None:
        self.page.goto(f"{self.world.url}/web/login")
        self.page.fill("input[name=login]", ACCOUNTANT["login"])
        self.page.fill("input[name=password]", ACCOUNTANT["password"])
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def open(self, action: str, ready: str) -> None:
        self.page.goto(f"{self.world.url}/odoo/action-{action}")
        self.page.wait_for_selector(ready)

    def shot(self, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=str(path))
        return path
