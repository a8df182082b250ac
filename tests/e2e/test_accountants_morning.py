"""The accountant's way through the product in a real browser. The tests tell one story in order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from screen import Screen

pytestmark = pytest.mark.e2e

TO_MATCH = "open_banking_recon.recon_exception_action"


def accepted(screen: Screen) -> int:
    """How many lines a person has settled."""
    [(settled,)] = screen.world.query(
        "SELECT count(*) FROM account_bank_statement_line"
        " WHERE match_state = 'accepted' AND is_reconciled"
    )
    return int(settled)


def test_she_connects_the_bank_with_strong_authentication(screen: Screen) -> None:
    page = screen.page
    screen.open("open_banking_recon.open_banking_connect_action", ".modal .o_form_view")
    screen.shot("01-connect-a-bank")
    page.click(".modal button[name=action_connect]")
    page.wait_for_url(re.compile(re.escape(screen.world.bank_url)))
    psu = screen.world.data["psu"]
    page.fill("input[name=user]", psu["user"])
    page.fill("input[name=password]", psu["password"])
    screen.shot("02-bank-login")
    page.click("button[value=continue]")
    page.wait_for_selector("input[name=accounts]")
    page.locator("input[name=accounts]").nth(1).uncheck()
    screen.shot("03-bank-accounts")
    page.click("button[value=continue]")
    page.wait_for_selector("input[name=otp]")
    code = re.search(r"\b\d{6}\b", page.inner_text("body"))
    assert code, "the bank shows the code it would send to the telephone"
    page.fill("input[name=otp]", code[0])
    screen.shot("04-bank-code")
    page.click("button[value=continue]")
    page.wait_for_selector(".o_form_view .o_field_x2many .o_data_row")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("Valid")
    expect(page.locator(".o_data_row").first).to_contain_text("Compte courant")
    screen.shot("05-consent")


def test_the_transactions_come_in_and_most_are_reconciled(screen: Screen) -> None:
    screen.world.wait_for_transactions()
    screen.world.wait_for_matching()
    [(lines, auto)] = screen.world.query(
        "SELECT count(*), count(*) FILTER (WHERE match_state = 'auto')"
        "  FROM account_bank_statement_line"
    )
    assert lines >= 150
    assert auto / lines > 0.6
    screen.open("open_banking_recon.account_bank_statement_line_action", ".o_list_view .o_data_row")
    screen.shot("06-bank-lines")


def test_she_sees_what_is_left_with_reasons(screen: Screen) -> None:
    screen.open(TO_MATCH, ".o_list_view .o_data_row")
    expect(screen.page.locator(".o_data_row").first).to_be_visible()
    [(todo,)] = screen.world.query("SELECT count(*) FROM recon_exception WHERE state = 'open'")
    expect(screen.page.locator(".o_pager_limit")).to_have_text(str(todo))
    screen.shot("07-to-match")


def test_she_books_a_card_payment_in_the_wizard_and_the_next_line_opens(screen: Screen) -> None:
    page = screen.page
    screen.open(TO_MATCH, ".o_list_view .o_data_row")
    page.locator(".o_data_row", has_text="LEROY MERLIN").first.locator(
        "button[name=action_open_match_wizard]"
    ).click()
    page.wait_for_selector(".modal .o_form_view")
    page.locator(".modal [name=rest_action]").get_by_label("Book it on an account").check()
    account = page.locator(".modal [name=write_off_account_id] input")
    account.fill("6063")
    page.locator(".o-autocomplete--dropdown-item", has_text="6063").first.click()
    screen.shot("08-match-a-bank-line")
    before = page.locator(".modal .o_field_widget[name=payment_ref]").inner_text()
    page.click(".modal button[name=action_reconcile_next]")
    expect(page.locator(".modal .o_field_widget[name=payment_ref]")).not_to_have_text(before)
    assert accepted(screen) == 1


def test_she_accepts_a_proposal(screen: Screen) -> None:
    page = screen.page
    waiting = screen.world.query(
        "SELECT line.payment_ref FROM recon_exception exception"
        "  JOIN account_bank_statement_line line ON line.id = exception.st_line_id"
        "  JOIN recon_proposal proposal ON proposal.id = exception.best_proposal_id"
        " WHERE exception.state = 'open' AND exception.reason = 'unsure'"
        "   AND abs(proposal.difference) < 0.005"
        " ORDER BY proposal.probability DESC LIMIT 1"
    )
    text = waiting[0][0].split("\n")[0]
    screen.open(TO_MATCH, ".o_list_view .o_data_row")
    page.locator(".o_data_row", has_text=text).first.locator(
        "button[name=action_open_match_wizard]"
    ).click()
    page.wait_for_selector(".modal .o_form_view")
    expect(page.locator(".modal [name=item_ids] .o_data_row").first).to_be_visible()
    screen.shot("09-a-proposal-with-its-reasons")
    page.click(".modal button[name=action_reconcile]")
    expect(page.locator(".modal")).to_have_count(0)
    assert accepted(screen) == 2


def test_an_invoice_paid_at_the_bank_comes_in_and_is_reconciled(screen: Screen) -> None:
    page = screen.page
    [(number, amount, name)] = screen.world.query(
        "SELECT move.name, move.amount_residual, partner.name FROM account_move move"
        "  JOIN res_partner partner ON partner.id = move.partner_id"
        " WHERE move.move_type = 'out_invoice' AND move.payment_state = 'not_paid'"
        " ORDER BY move.name DESC LIMIT 1"
    )
    page.goto(f"{screen.world.bank_url}/pay")
    page.fill("input[name=name]", name)
    page.fill("input[name=amount]", f"{amount:.2f}")
    page.fill("input[name=reference]", number)
    screen.shot("10-pay-at-the-bank")
    page.locator("form button").first.click()
    screen.open("open_banking_recon.open_banking_account_action", ".o_list_view .o_data_row")
    page.locator(".o_data_row td[name=name]").first.click()
    page.click("button[name=action_sync_now]")
    screen.world.wait_until(
        "SELECT payment_state = 'paid' FROM account_move WHERE name = %s", [number]
    )
    assert screen.errors == []


def test_reminders_reach_those_who_owe_and_spare_the_one_who_just_paid(screen: Screen) -> None:
    world = screen.world
    world.plan_follow_up()
    [(planned,)] = world.query("SELECT count(*) FROM dunning_action WHERE state = 'approved'")
    world.customer_pays()
    world.send_follow_up()
    [(sent, spared)] = world.query(
        "SELECT count(*) FILTER (WHERE state = 'sent'),"
        "       count(*) FILTER (WHERE state = 'cancelled' AND cancel_reason = 'paid')"
        "  FROM dunning_action"
    )
    assert (sent, spared) == (planned - 1, 1)
    caught = [path.read_bytes() for path in (world.mail_folder / "new").iterdir()]
    mails = [mail for mail in caught if b"-dunning.action@" in mail]  # Odoo's own digest is none
    assert len(mails) == sent
    assert all(b"Auto-Submitted: auto-generated" in mail for mail in mails)
    screen.open("smart_dunning.dunning_case_action", ".o_list_view .o_data_row")
    screen.page.locator(".o_data_row", has_text="Escalated").first.locator("td").nth(1).click()
    screen.page.wait_for_selector(".o-mail-Message")
    screen.shot("11-follow-up-case")


def test_odoo_logged_no_warning_of_ours(screen: Screen) -> None:
    log = screen.world.odoo.log.read_text("utf-8", errors="replace")
    trouble = [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
    # Odoo's own presence and chat rows collide now and then, and are tried again
    assert [line for line in trouble if not re.search(r'UPDATE "(discuss|mail|bus)_', line)] == []
