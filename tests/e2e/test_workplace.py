"""The accountant clears what the matching left: every way through the workplace, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import violations
from playwright.sync_api import Browser, expect
from workplace import NAME, Books, Desk
from workplace_books import CLEAR

from tools import base_database, database, in_odoo, odoo_process
from tools.paths import DATA

pytestmark = pytest.mark.e2e

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    patch = pytest.MonkeyPatch()
    patch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    out = DATA / NAME / "lines.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    in_odoo.call(server, NAME, "workplace_books:fill", str(out), log_name="workplace-fill")
    with odoo_process.serving(server, NAME) as url:
        yield Books(server, url, json.loads(out.read_text("utf-8")))
    patch.undo()


@pytest.fixture(scope="module")
def claire(books: Books, browser: Browser) -> Iterator[Desk]:
    yield from window(books, browser, "claire")


@pytest.fixture
def paul(books: Books, browser: Browser) -> Iterator[Desk]:
    yield from window(books, browser, "paul")


@pytest.fixture
def rita(books: Books, browser: Browser) -> Iterator[Desk]:
    yield from window(books, browser, "rita")


def window(books: Books, browser: Browser, login: str) -> Iterator[Desk]:
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")  # type: ignore[arg-type]
    desk = Desk(books.url, context.new_page(), books.lines)
    desk.log_in(login)
    yield desk
    context.close()
    assert desk.errors == []


def test_she_sees_what_waits_and_why(claire: Desk) -> None:
    claire.open("clear 0")
    panel = claire.page.locator(".o_recon_panel")
    expect(panel).to_contain_text("Reference FAC/2026/00001 found in the text")
    expect(panel).to_contain_text("Amount equal to the cent")
    expect(panel.locator(".o_recon_entry tbody tr")).to_have_count(2)
    claire.shot("line")


def test_it_can_be_used_without_seeing_or_pointing(claire: Desk) -> None:
    claire.open("split")
    claire.press("f")
    expect(claire.page.locator(".o_recon_part")).to_have_count(1)
    assert violations(claire.page, ".o_recon_desk") == []
    claire.press("o")
    expect(claire.page.locator(".o_recon_found").first).to_be_visible()
    assert violations(claire.page, ".modal-content") == []
    claire.close_dialog()
    claire.press("b")
    expect(claire.page.locator(".modal tbody tr").first).to_be_visible()
    assert violations(claire.page, ".modal-content") == []
    claire.close_dialog()


def test_fifty_clear_lines_take_fifty_keys(claire: Desk, books: Books) -> None:
    claire.open("clear 49")  # the largest of them: the others follow in the order of amounts
    for number in reversed(range(CLEAR)):
        claire.wait_for(f"clear {number}")
        claire.accept()
    assert all(books.settled(f"clear {number}") for number in range(CLEAR))


def test_a_part_payment(claire: Desk, books: Books) -> None:
    claire.open("part")
    if claire.page.locator(".o_recon_document input").input_value() != "800.00":
        claire.press("p")
    expect(claire.page.locator(".o_recon_document input")).to_have_value("800.00")
    claire.shot("part")
    claire.accept()
    assert books.settled("part")


def test_a_fee_is_written_off_with_one_key(claire: Desk, books: Books) -> None:
    claire.open("fee")
    claire.page.locator(".o_recon_document input").fill("3000")
    claire.page.locator(".o_recon_document input").press("Tab")
    claire.page.locator(".o_recon_text").click()
    claire.press("f")
    expect(claire.page.locator(".o_recon_part input").first).to_have_value(re.compile("^627"))
    claire.shot("fee")
    claire.accept()
    assert 10.0 in books.entry("fee").values()


def test_a_rest_is_split_over_two_accounts(claire: Desk, books: Books) -> None:
    claire.open("split")
    claire.page.locator(".o_recon_document input").fill("4000")
    claire.page.locator(".o_recon_document input").press("Tab")
    claire.page.locator(".o_recon_text").click()
    claire.press("s")
    parts = claire.page.locator(".o_recon_part")
    expect(parts).to_have_count(2)
    for position, (kind, code) in enumerate((("fee", "6278"), ("discount", "7091"))):
        parts.nth(position).locator("select").select_option(kind)
        account = parts.nth(position).locator(".o_recon_account input")
        account.fill(code)
        claire.page.locator(".o-autocomplete--dropdown-item", has_text=code).first.click()
    parts.first.get_by_label("Amount").fill("-30")
    parts.first.get_by_label("Amount").press("Tab")
    claire.shot("split")
    claire.page.locator(".o_recon_text").click()
    claire.accept()
    assert {30.0, 70.0} <= set(books.entry("split").values())


def test_another_document_is_found_by_its_amount(claire: Desk, books: Books) -> None:
    claire.open("other")
    claire.press("o")
    claire.page.get_by_label("Number, reference, name, amount or date").fill("5000")
    expect(claire.page.locator(".o_recon_found")).to_have_count(1)
    claire.press("Enter")
    expect(claire.page.locator(".o_recon_found.o_recon_chosen")).to_have_count(1)
    claire.shot("other-documents")
    claire.press("Control+Enter")
    expect(claire.page.locator(".modal")).to_have_count(0)
    expect(claire.page.locator(".o_recon_document")).to_have_count(1)
    claire.press("p")
    expect(claire.page.locator(".o_recon_document input")).to_have_value("4,950.00")
    claire.accept()
    assert books.settled("other")


def test_a_bank_charge_is_booked_on_an_account(claire: Desk, books: Books) -> None:
    claire.open("charge")
    claire.press("f")
    expect(claire.page.locator(".o_recon_part")).to_have_count(1)
    claire.accept()
    assert 12.5 in books.entry("charge").values()


def test_a_rule_that_fits_is_proposed_and_another_one_is_applied(
    claire: Desk, books: Books
) -> None:
    claire.open("rule")
    expect(claire.page.locator(".o_recon_panel")).to_contain_text("Rule: Telephone")
    claire.shot("rule")
    claire.accept()
    assert 45.0 in books.entry("rule").values()
    claire.open("other rule")
    claire.press("l")
    claire.page.locator(".modal input").fill("Papers")
    claire.page.locator(".o-autocomplete--dropdown-item", has_text="Papers").first.click()
    expect(claire.page.locator(".o_recon_panel")).to_contain_text("Rule: Papers")
    claire.accept()
    assert 46.0 in books.entry("other rule").values()


def test_undo_brings_the_line_back(claire: Desk, books: Books) -> None:
    claire.open("undo")
    claire.accept()
    assert books.settled("undo")
    claire.press("u")
    claire.wait_for("undo")
    expect(claire.page.get_by_role("alert")).to_contain_text("Undone")
    assert not books.settled("undo")
    claire.shot("undone")
    claire.accept()
    assert books.settled("undo")


def test_a_line_is_postponed(claire: Desk, books: Books) -> None:
    claire.open("later")
    claire.press("z")
    claire.page.get_by_role("button", name="Tomorrow").click()
    expect(claire.page.locator(f"#recon_line_{books.lines['later']}")).to_have_count(0)
    claire.page.get_by_label("Postponed").check()
    expect(claire.page.locator(f"#recon_line_{books.lines['later']}")).to_be_visible()


def test_a_line_is_given_to_a_colleague_and_discussed(claire: Desk) -> None:
    claire.open("conflict")
    claire.page.get_by_role("button", name="Give to").click()  # the mouse works as well
    claire.page.locator(".modal input").fill("Paul")
    claire.page.locator(".o-autocomplete--dropdown-item", has_text="Paul").first.click()
    expect(claire.page.locator(".o_recon_panel")).to_contain_text("Paul Colleague")
    claire.press("h")
    expect(claire.page.locator(".modal .o-mail-Chatter")).to_be_visible()
    claire.shot("discussion")
    claire.close_dialog()


def test_two_people_do_not_tread_on_each_other(claire: Desk, paul: Desk, books: Books) -> None:
    claire.open("conflict")
    paul.open("conflict")
    expect(paul.page.locator(".o_recon_panel")).to_contain_text("Claire Accountant is working")
    paul.press("Enter")
    expect(paul.page.get_by_role("alert")).to_contain_text("your choice is kept")
    paul.shot("conflict")
    assert not books.settled("conflict")
    claire.accept()
    paul.press("Enter")
    expect(paul.page.get_by_role("alert")).to_contain_text("done already")
    assert books.settled("conflict")


def test_what_a_colleague_settles_leaves_the_list(claire: Desk, paul: Desk, books: Books) -> None:
    paul.page.clock.install()
    paul.open("stale")
    row = paul.page.locator(f"#recon_line_{books.lines['pulse']}")
    expect(row).to_be_visible()
    claire.open("pulse")
    claire.accept()
    paul.page.clock.fast_forward("01:05")
    expect(row).to_have_count(0)


def test_the_card_of_the_bank_leads_to_its_lines(claire: Desk) -> None:
    page = claire.page
    page.goto(f"{claire.url}/odoo/action-account.open_account_journal_dashboard_kanban")
    page.get_by_role("button", name="to match").click()
    expect(page.locator("select[aria-label=Journal]")).not_to_have_value("")
    expect(page.locator(".o_recon_panel")).to_be_visible()


def test_a_stale_save_is_refused_and_the_choice_is_kept(claire: Desk, books: Books) -> None:
    claire.open("stale")
    books.call("touch", str(books.lines["stale"]))
    claire.press("Enter")
    expect(claire.page.get_by_role("alert")).to_contain_text("changed this line meanwhile")
    expect(claire.page.locator(".o_recon_document")).to_have_count(1)
    claire.shot("stale")
    claire.page.get_by_role("button", name="Look again").click()
    expect(claire.page.get_by_role("alert")).to_have_count(0)
    expect(claire.page.locator(".o_recon_document")).to_have_count(1)
    claire.accept()
    assert books.settled("stale")


def test_likely_lines_are_accepted_together_after_a_look(claire: Desk, books: Books) -> None:
    claire.open()
    claire.press("b")
    modal = claire.page.locator(".modal")
    expect(modal).to_contain_text("5 lines over")
    expect(modal.locator("tbody tr")).to_have_count(5)
    claire.shot("bulk")
    modal.get_by_role("button", name="Post these lines").click()
    expect(modal).to_have_count(0)
    assert all(books.settled(f"bulk {number}") for number in range(5))


def test_an_auditor_sees_and_cannot_change(rita: Desk) -> None:
    rita.page.goto(f"{rita.url}/odoo/reconcile")
    rita.page.wait_for_selector(".o_recon_desk")
    rita.page.get_by_label("Postponed").check()
    rita.page.wait_for_selector(".o_recon_panel")
    expect(rita.page.locator(".o_recon_footer")).to_have_count(0)
    rita.press("f")
    expect(rita.page.locator(".o_recon_part")).to_have_count(0)
    rita.shot("auditor")


def test_the_list_is_empty_when_all_is_done(claire: Desk) -> None:
    claire.page.goto(f"{claire.url}/odoo/reconcile")
    expect(claire.page.locator(".o_nocontent_help")).to_contain_text("Everything is reconciled")
    claire.shot("done")


def test_it_works_on_a_telephone(claire: Desk, books: Books) -> None:
    claire.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    claire.page.goto(f"{claire.url}/odoo/reconcile")
    claire.page.get_by_label("Postponed").check()
    claire.page.locator(f"#recon_line_{books.lines['later']}").click()
    expect(claire.page.locator(".o_recon_panel")).to_be_visible()
    claire.shot("phone")
    claire.page.get_by_role("button", name="To the list").click()
    expect(claire.page.locator(".o_recon_list")).to_be_visible()
    width = claire.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
