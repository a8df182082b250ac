"""What one person asks for and another decides on, in two real browser windows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import violations
from approval_books import PAID
from playwright.sync_api import Browser, expect
from workplace import Desk

from tools import base_database, database, in_odoo, odoo_process
from tools.paths import DATA

pytestmark = pytest.mark.e2e

NAME = "open_banking_approvals"
DESKTOP = {"width": 1440, "height": 900}
REQUESTS = "/odoo/action-open_banking_recon.recon_write_off_request_action"
POLICIES = "/odoo/action-open_banking_recon.recon_policy_action"
CHANGES = "/odoo/action-open_banking_recon.recon_change_request_action"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, dict[str, int]]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    out = DATA / NAME / "lines.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    in_odoo.call(server, NAME, "approval_books:fill", str(out), log_name="approval-fill")
    with odoo_process.serving(server, NAME) as url:
        yield url, json.loads(out.read_text("utf-8"))
    patch.undo()


class Window(Desk):
    """One person's browser window, and the ways to the requests."""

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def open_first(self, path: str, text: str) -> None:
        self.go(path)
        self.page.locator(".o_data_row", has_text=text).first.locator("td").nth(2).click()
        self.page.wait_for_selector(".o_form_view")

    def write_off(self, name: str) -> None:
        """Pay the whole document of the line ``name``, what is missing is a fee."""
        self.open(name)
        amount = self.page.locator(".o_recon_document input")
        amount.fill(str(PAID[name][0]))
        amount.blur()
        self.press("f")
        expect(self.page.locator(".o_recon_part")).to_have_count(1)
        expect(self.page.locator(".o_recon_approval")).to_be_visible()

    def ask(self, name: str, why: str) -> None:
        """Ask for the approval of a write-off on the line ``name``."""
        self.write_off(name)
        expect(self.page.locator(".o_recon_approval")).to_contain_text("second person")
        self.press("Enter")  # nothing is asked for without a reason: the key leads there
        expect(self.page.locator("#o_recon_reason")).to_be_focused()
        self.page.keyboard.type(why)
        self.press("Control+Enter")
        expect(self.page.locator(f"#recon_line_{self.lines[name]}")).to_have_count(0)

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()


def window(served: tuple[str, dict[str, int]], browser: Browser, login: str) -> Iterator[Window]:
    url, lines = served
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")  # type: ignore[arg-type]
    person = Window(url, context.new_page(), lines)
    person.log_in(login)
    yield person
    context.close()
    assert person.errors == []


@pytest.fixture
def claire(served: tuple[str, dict[str, int]], browser: Browser) -> Iterator[Window]:
    yield from window(served, browser, "claire")


@pytest.fixture
def paul(served: tuple[str, dict[str, int]], browser: Browser) -> Iterator[Window]:
    yield from window(served, browser, "paul")


@pytest.fixture
def mara(served: tuple[str, dict[str, int]], browser: Browser) -> Iterator[Window]:
    yield from window(served, browser, "mara")


@pytest.fixture
def marc(served: tuple[str, dict[str, int]], browser: Browser) -> Iterator[Window]:
    yield from window(served, browser, "marc")


def test_a_write_off_is_asked_for_and_a_second_person_books_it(
    claire: Window, paul: Window
) -> None:
    claire.write_off("approved")
    assert violations(claire.page, ".o_recon_desk") == []
    claire.shot("approval-needed")
    claire.ask("approved", "The customer went bankrupt.")
    claire.page.get_by_label("To approve").check()
    expect(claire.page.locator(".o_recon_request")).to_contain_text("Claire Accountant asked")
    expect(claire.page.locator(".o_recon_entry")).to_contain_text("627")
    assert violations(claire.page, ".o_recon_desk") == []
    claire.shot("approval-asked")
    claire.open_first(REQUESTS, "bankrupt")
    expect(claire.page.get_by_text("You asked for this")).to_be_visible()
    expect(claire.page.get_by_role("button", name="Approve and book")).to_have_count(0)
    paul.open_first(REQUESTS, "bankrupt")
    expect(paul.page.locator(".o_form_view")).to_contain_text("Would be booked")
    expect(paul.page.locator(".o_form_view table")).to_contain_text("627")
    assert violations(paul.page, ".o_form_sheet") == []
    paul.shot("approval-request")
    paul.button("Approve and book")
    expect(paul.page.locator(".o_form_view")).to_contain_text("Was booked")


def test_a_refusal_says_why_and_the_line_waits_again(claire: Window, paul: Window) -> None:
    claire.ask("refused", "Too little to bother.")
    paul.open_first(REQUESTS, "bother")
    paul.button("Refuse")
    dialog = paul.page.locator(".modal")
    dialog.locator("textarea").fill("A thousand is not little.")
    assert violations(paul.page, ".modal-content") == []
    dialog.get_by_role("button", name="Refuse", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(paul.page.locator(".o_form_view")).to_contain_text("A thousand is not little.")
    claire.open("refused")


def test_a_policy_changes_when_a_second_manager_approves_it(mara: Window, marc: Window) -> None:
    mara.go(POLICIES)
    mara.page.locator(".o_data_row", has_text="careful").locator("td").nth(2).click()
    mara.page.get_by_label("Reconcile what is certain").check()
    mara.page.locator(".o_form_button_save").click()
    warning = mara.page.locator(".modal")
    expect(warning).to_contain_text("a second person approves changes")
    mara.shot("policy-refused")
    warning.get_by_role("button", name="Ask for this change").click()
    form = mara.page.locator(".o_form_view")
    expect(form.locator("table")).to_contain_text("Reconcile what is certain")
    form.locator("div[name=reason] textarea").fill("It was right for a year.")
    mara.shot("policy-ask")
    mara.button("Ask a second person")
    expect(form).to_contain_text("You asked for this")
    assert violations(mara.page, ".o_form_sheet") == []
    marc.open_first(CHANGES, "right for a year")
    expect(marc.page.locator(".o_form_view table")).to_contain_text("Only propose")
    marc.shot("policy-request")
    marc.button("Approve and change")
    expect(marc.page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text(
        "Approved"
    )
    marc.go(POLICIES)
    expect(marc.page.locator(".o_data_row", has_text="careful")).to_contain_text(
        "Reconcile what is certain"
    )
