"""Statement files dropped onto the dialog: a good one, a broken one, and a sheet of a new layout."""

from __future__ import annotations

import base64

import pytest
from accessibility import violations
from playwright.sync_api import expect
from screen import Screen

from tools import rpc

pytestmark = pytest.mark.e2e

SHEET = """Date;Libellé;Montant;Solde
03/03/2026;VIR SEPA BOULANGERIE MARTIN FAC/2026/0099;205,50;1 185,50
02/03/2026;<b>PRLV</b> LOYER MARS;-20,00;980,00
01/03/2026;FRAIS;-5,00;1 000,00
"""
QIF = "!Type:Bank\nD13/02/2026\nT12.50\nPCorner shop\n^\n"
DROP = """async ([selector, files]) => {
    const transfer = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
    }
    const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
    document.querySelector(selector).dispatchEvent(new DragEvent("dragenter", options));
    await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
    document.querySelector(".o-Dropzone").dispatchEvent(new DragEvent("drop", options));
}"""


@pytest.fixture(scope="module")
def journal(screen: Screen) -> int:
    admin = rpc.Session(screen.world.url, screen.world.database, "admin", "admin")
    values = {"name": "Paper Bank", "type": "bank", "code": "PAPER"}
    [identity] = admin.call("account.journal", "create", [values])
    return int(identity)


def drop(screen: Screen, files: dict[str, str]) -> None:
    encoded = [
        [name, base64.b64encode(content.encode()).decode()] for name, content in files.items()
    ]
    screen.page.evaluate(DROP, [".modal [name=attachment_ids] .oe_fileupload", encoded])
    for name in files:
        expect(screen.page.locator(".modal .o_attachment", has_text=name)).to_be_visible()


def open_from_the_card(screen: Screen) -> None:
    screen.open("account.open_account_journal_dashboard_kanban", ".o_kanban_record")
    card = screen.page.locator(".o_kanban_record", has_text="Paper Bank").first
    card.locator("[name=action_open_banking_import]").click()
    screen.page.wait_for_selector(".modal .o_form_view")


def test_files_are_dropped_a_new_layout_is_confirmed_and_all_are_reported(
    screen: Screen, journal: int
) -> None:
    page = screen.page
    open_from_the_card(screen)
    drop(screen, {"march.csv": SHEET, "february.qif": QIF, "cut.qif": QIF[:-2]})
    assert violations(page, ".modal-content", odoos_own=".o_attachment") == []
    screen.shot("40-statement-files")
    page.click(".modal button[name=action_import]")
    page.wait_for_selector(".modal [name=column_ids] .o_data_row")
    expect(page.locator(".modal [name=column_ids] .o_data_row")).to_have_count(4)
    expect(page.locator(".modal [name=preview]")).to_contain_text("begin with the day or the month")
    page.locator(".modal [name=date_order] input").click()
    page.locator(
        ".o_select_menu_item, .o-autocomplete--dropdown-item", has_text="Day, month"
    ).click()
    expect(page.locator(".modal [name=preview]")).to_contain_text("2026-03-03")
    expect(page.locator(".modal [name=preview]")).to_contain_text("<b>PRLV</b> LOYER MARS")
    screen.shot("41-what-the-columns-mean")
    page.click(".modal button[name=action_answer]")
    report = page.locator(".modal [name=booked_ids] .o_data_row")
    expect(report).to_have_count(2)
    expect(page.locator(".modal [name=summary]")).to_contain_text("4 new bank lines")
    refused = page.locator(".modal [name=refused_ids] .o_data_row")
    expect(refused).to_contain_text("it may be cut off. Line 2. Nothing was imported.")
    screen.shot("42-what-the-files-gave")
    assert screen.errors == []
    report.filter(has_text="march.csv").locator("button[name=action_open_lines]").click()
    expect(page.locator(".o_list_view .o_data_row")).to_have_count(3)


def test_the_next_sheet_of_the_layout_is_booked_without_a_question(
    screen: Screen, journal: int
) -> None:
    open_from_the_card(screen)
    drop(screen, {"march.csv": SHEET})
    screen.page.click(".modal button[name=action_import]")
    expect(screen.page.locator(".modal [name=summary]")).to_contain_text("3 already there")
    assert screen.errors == []
