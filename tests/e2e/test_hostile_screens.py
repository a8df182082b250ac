"""What anybody may write into a payment, on the screens of those who read it."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Request, expect
from screen import Screen

pytestmark = pytest.mark.e2e

EVIL = "https://evil.example/beacon.png"
NAME = f'<img src="{EVIL}" onerror="window.pwned=1">'
TEXT = f'{{{{ 7*7 }}}} ${{1+1}} <script>window.pwned=1</script> <a href="{EVIL}">pay here</a>'
LINES = ["NUL \x00 AND ESC \x1b[2J", "=HYPERLINK(1)"]


@pytest.fixture(scope="module")
def asked(screen: Screen) -> list[str]:
    """Where the browser goes while the hostile payments are on its screens."""
    world = screen.world
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url)

    screen.page.on("request", note)
    own = [("provider_id.code", "=", "berlin_group")]
    if not world.session.call("open.banking.account", "search_count", own):
        world.connect_bank()
        world.wait_until("SELECT count(*) > 0 FROM open_banking_sync WHERE state = 'done'")
    for status in ("booked", "pending"):
        payment = {
            "amount": "4711.42",
            "status": status,
            "counterparty_name": NAME,
            "remittance": [TEXT, *LINES],
        }
        answer = requests.post(f"{world.bank_url}/control/transactions", json=payment, timeout=30)
        answer.raise_for_status()
    accounts = world.session.call(
        "open.banking.account", "search", [*own, ("journal_id", "!=", False)]
    )
    world.session.call("open.banking.account", "action_sync_now", accounts)
    world.wait_until(
        "SELECT (SELECT count(*) FROM account_bank_statement_line WHERE amount = 4711.42) = 1"
        " AND (SELECT count(*) FROM open_banking_pending WHERE amount = 4711.42) = 1"
        " AND (SELECT count(*) FROM recon_exception exception"
        "  JOIN account_bank_statement_line line ON line.id = exception.st_line_id"
        " WHERE line.amount = 4711.42) = 1"
    )
    return seen


@pytest.mark.parametrize(
    "action",
    ["recon_exception_action", "account_bank_statement_line_action", "open_banking_pending_action"],
)
def test_a_list_shows_it_as_it_was_written(screen: Screen, asked: list[str], action: str) -> None:
    page = screen.page
    screen.open(f"open_banking_recon.{action}", ".o_list_view .o_data_row")
    page.fill(".o_searchview_input", "window.pwned")
    page.keyboard.press("Enter")
    row = page.locator(".o_data_row", has_text="{{ 7*7 }}").first
    expect(row).to_contain_text("<script>")
    screen.shot(f"40-hostile-{action.removesuffix('_action')}")
    harmless(screen, asked)


def test_the_match_dialog_shows_it_as_it_was_written(screen: Screen, asked: list[str]) -> None:
    page = screen.page
    screen.open("open_banking_recon.recon_exception_action", ".o_list_view .o_data_row")
    page.fill(".o_searchview_input", "window.pwned")
    page.keyboard.press("Enter")
    row = page.locator(".o_data_row", has_text="{{ 7*7 }}").first
    row.locator("button[name=action_open_match_wizard]").click()
    expect(page.locator(".modal [name=payment_ref]")).to_contain_text("<script>")
    screen.shot("41-hostile-match")
    harmless(screen, asked)


def harmless(screen: Screen, asked: list[str]) -> None:
    assert screen.page.evaluate("window.pwned") is None
    assert screen.page.locator(f"img[src='{EVIL}'], a[href='{EVIL}']").count() == 0
    assert [url for url in asked if "evil.example" in url] == []
    assert screen.errors == []
