"""An administrator lets other programs in: a key that is shown once, and a receiver of events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from accessibility import violations
from playwright.sync_api import Browser, Page, expect

from tools import base_database, database, odoo_process

pytestmark = pytest.mark.e2e

NAME = "open_banking_api_screens"
RECEIVERS = "open_banking_recon.recon_webhook_action"
# how Odoo draws selections, the button of its clipboard, tabs and heads of lists
ODOOS_OWN = ".o_select_menu, .o_clipboard_button, .o_notebook_headers, .o_list_table thead"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = database.server()
    base_database.install(server, NAME)
    with odoo_process.serving(server, NAME) as url:
        yield url


@pytest.fixture
def page(url: str, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    page.goto(f"{url}/odoo/action-{RECEIVERS}")
    page.wait_for_selector(".o_list_view")
    yield page
    assert errors == []
    context.close()


def test_a_key_is_made_after_the_password_shown_once_and_works(url: str, page: Page) -> None:
    page.get_by_role("button", name="Configuration").click()
    page.get_by_role("menuitem", name="New API key").click()
    page.locator(".modal-content [name=name] input").fill("Monitor")
    assert violations(page, ".modal-content", ODOOS_OWN) == []
    page.get_by_role("button", name="Make the key").click()
    page.locator(".modal-content input[type=password]").fill("admin")
    page.get_by_role("button", name="Confirm Password").click()
    secret = page.locator(".modal-content [name=secret]")
    expect(secret).to_be_visible()
    assert violations(page, ".modal-content", ODOOS_OWN) == []
    key = secret.inner_text().split()[0]
    page.get_by_role("button", name="Done").click()
    expect(secret).to_be_hidden()
    answer = requests.post(
        f"{url}/json/2/recon.api/health",
        json={},
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    )
    assert (answer.status_code, "checks" in answer.json()) == (200, True)
    answer = requests.post(
        f"{url}/json/2/res.users/search",
        json={"domain": []},
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    )
    assert answer.status_code == 401


def test_a_receiver_is_set_up_given_a_secret_and_tried(url: str, page: Page) -> None:
    page.get_by_role("button", name="New", exact=True).click()
    page.locator("[name=name] input").fill("ERP")
    page.locator("[name=url] input").fill("https://erp.example/events")
    page.get_by_label("A bank line was reconciled").click()
    page.locator(".o_form_button_save").click()
    page.get_by_role("button", name="New secret").click()
    page.get_by_role("button", name="Ok").click()
    secret = page.locator(".modal-content [name=secret]")
    expect(secret).to_contain_text("whsec_")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator(".o_notification")).to_contain_text("on its way")
    page.reload()
    row = page.locator("[name=delivery_ids] .o_data_row")
    expect(row).to_contain_text("Waiting")
    assert "whsec_" not in page.content()
    assert violations(page, ".o_form_sheet", ODOOS_OWN) == []
