"""A person's browser window on the workplace, and the books behind it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from workplace_books import PASSWORD

from tools import database, in_odoo
from tools.paths import ARTIFACTS

NAME = "open_banking_workplace"
READY = """id => {
    const panel = document.querySelector(".o_recon_panel");
    return panel && panel.dataset.line === String(id) && panel.dataset.busy === "0";
}"""


class Desk:
    """One person's browser window on the workplace."""

    def __init__(self, url: str, page: Page, lines: dict[str, int]) -> None:
        self.url, self.page, self.lines = url, page, lines
        self.errors: list[str] = []
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def log_in(self, login: str) -> None:
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def open(self, name: str | None = None) -> None:
        """Open the workplace; with ``name``, find its line in the list and choose it."""
        self.page.goto(f"{self.url}/odoo/reconcile")
        self.page.wait_for_selector(".o_recon_desk")
        if name:
            row = self.page.locator(f"#recon_line_{self.lines[name]}")
            with self.page.expect_response(lambda answer: "recon.desk/board" in answer.url):
                self.page.locator("select[aria-label=Order]").select_option("amount")
            self.page.wait_for_selector(".o_recon_list[aria-busy=false] .o_recon_row")
            while not row.count():
                box = self.page.locator(".o_recon_list")
                box.evaluate("box => box.scrollBy(0, 600)")
                box.evaluate("() => new Promise(requestAnimationFrame)")
            row.click()
            self.wait_for(name)

    def wait_for(self, name: str) -> None:
        self.page.wait_for_function(READY, arg=self.lines[name])

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def close_dialog(self) -> None:
        self.press("Escape")
        expect(self.page.locator(".modal")).to_have_count(0)

    def accept(self) -> None:
        """One key; ready when another line is shown."""
        panel = self.page.locator(".o_recon_panel")
        before = panel.get_attribute("data-line") or ""
        self.press("Enter")
        expect(panel).not_to_have_attribute("data-line", before)
        expect(panel).to_have_attribute("data-busy", "0")

    def shot(self, name: str) -> None:
        folder = ARTIFACTS / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"workplace-{name}.png"))


class Books:
    """The server's side of the story."""

    def __init__(self, server: database.Server, url: str, lines: dict[str, int]) -> None:
        self.server, self.url, self.lines = server, url, lines

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = self.server.connect(NAME)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def entry(self, name: str) -> dict[str, float]:
        """{account code: balance} of the entry of the line ``name``."""
        rows = self.query(
            """SELECT account.code_store->>'1', sum(item.balance)
                 FROM recon_exception exception
                 JOIN account_bank_statement_line line ON line.id = exception.st_line_id
                 JOIN account_move_line item ON item.move_id = line.move_id
                 JOIN account_account account ON account.id = item.account_id
                WHERE exception.id = %s GROUP BY 1""",
            self.lines[name],
        )
        return {code: float(balance) for code, balance in rows}

    def settled(self, name: str) -> bool:
        [(state,)] = self.query("SELECT state FROM recon_exception WHERE id = %s", self.lines[name])
        return bool(state == "resolved")

    def call(self, function: str, *arguments: str) -> None:
        in_odoo.call(
            self.server, NAME, f"workplace_books:{function}", *arguments, log_name="workplace-call"
        )
