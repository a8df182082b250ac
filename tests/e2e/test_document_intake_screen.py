"""Bills dropped on the list of documents and handed in at the workplace, in a real browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accessibility import violations
from intake_books import PASSWORD, bill
from playwright.sync_api import Browser, Page, expect

from tools import base_database, database, in_odoo, odoo_process
from tools.paths import ARTIFACTS, DATA

pytestmark = pytest.mark.e2e

NAME = "open_banking_intake"
DROP = """async (files) => {
    const transfer = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
    }
    const send = (selector, kind) => document.querySelector(selector).dispatchEvent(
        new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer })
    );
    send(".o_list_renderer", "dragenter");
    await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
    send(".o_drop_area", "drop");
}"""


class World:
    """A running Odoo without crons: the queue works when the test says so."""

    def __init__(self, url: str, ids: dict[str, int], work: Callable[[], object]) -> None:
        self.url, self.ids, self.work = url, ids, work


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    patch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    out = DATA / NAME / "ids.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    in_odoo.call(server, NAME, "intake_books:fill", str(out), log_name="intake-fill")
    with odoo_process.serving(server, NAME) as url:
        yield World(
            url,
            json.loads(out.read_text("utf-8")),
            lambda: in_odoo.call(server, NAME, "intake_books:work", log_name="intake-work"),
        )
    patch.undo()


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(30_000)
    page.goto(f"{world.url}/web/login")
    page.fill("input[name=login]", "claire")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    yield page
    context.close()
    assert errors == []


def drop(page: Page, files: dict[str, bytes]) -> None:
    page.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in files.items()])


def shot(page: Page, name: str) -> None:
    folder = ARTIFACTS / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / f"documents-{name}.png"))


def test_dropped_files_are_read_one_by_one_while_she_looks(world: World, page: Page) -> None:
    page.goto(f"{world.url}/odoo/action-open_banking_recon.recon_document_action")
    page.wait_for_selector(".o_list_renderer")
    drop(page, {"one.pdf": bill("F-1"), "two.pdf": bill("F-2"), "noise.pdf": b"%PDF-noise"})
    rows = page.locator(".o_data_row")
    expect(rows).to_have_count(3)
    progress = page.locator(".o_recon_reading")
    expect(progress).to_contain_text("0 of 3 read")
    assert violations(page, ".o_recon_reading") == []
    shot(page, "waiting")
    world.work()
    expect(page.locator(".o_data_row", has_text="F-1")).to_contain_text("Verrerie du Gier")
    expect(page.locator(".o_data_row", has_text="noise.pdf")).to_contain_text("Not readable")
    expect(progress).to_have_text("")
    shot(page, "read")


def test_a_file_that_is_there_is_not_taken_again_and_she_is_told(world: World, page: Page) -> None:
    page.goto(f"{world.url}/odoo/action-open_banking_recon.recon_document_action")
    page.wait_for_selector(".o_list_renderer")
    before = page.locator(".o_data_row").count()
    drop(page, {"again.pdf": bill("F-1")})
    expect(page.locator(".o_notification")).to_contain_text("handed in already: one.pdf")
    assert page.locator(".o_data_row").count() == before


def test_what_cannot_be_read_is_entered_by_hand_beside_its_file(world: World, page: Page) -> None:
    page.goto(f"{world.url}/odoo/action-open_banking_recon.recon_document_action")
    page.locator(".o_data_row", has_text="noise.pdf").locator("td[name=name]").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    shot(page, "failed")
    page.click("button[name=action_enter_by_hand]")
    page.wait_for_selector(".o_form_view [name=invoice_line_ids]")
    expect(page.locator(".breadcrumb, .o_breadcrumb").first).to_be_visible()
    shot(page, "by-hand")


def test_the_bill_of_a_payment_is_handed_in_at_the_workplace(world: World, page: Page) -> None:
    page.goto(f"{world.url}/odoo/reconcile")
    page.locator(f"#recon_line_{world.ids['exception']}").click()
    panel = page.locator(".o_recon_panel")
    expect(panel).to_contain_text("CARTE 01/03")
    chosen = {"name": "card.pdf", "mimeType": "application/pdf", "buffer": bill("F-3")}
    panel.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    expect(panel).to_contain_text("card.pdf")
    expect(panel).to_contain_text("To be read")
    assert violations(page, ".o_recon_panel") == []
    shot(page, "workplace")


def test_the_bank_line_shows_its_bill_and_takes_another(world: World, page: Page) -> None:
    action = "action-open_banking_recon.account_bank_statement_line_action"
    page.goto(f"{world.url}/odoo/{action}/{world.ids['line']}")
    shown = page.locator("[name=document_ids] .o_data_row")
    expect(shown).to_have_count(1)
    chosen = {"name": "more.pdf", "mimeType": "application/pdf", "buffer": bill("F-4")}
    page.locator(".o_widget_recon_bill_upload input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    expect(shown).to_have_count(2)
    shot(page, "bank-line")
