"""A bank chosen from a provider's list, connected, booked in a new journal, and renewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Route, expect
from provider_fakes import base, enable_banking
from provider_fakes.base import Clock
from screen import Screen
from served_fake import served

from tools import rpc

pytestmark = pytest.mark.e2e

BANK_PAGE = "https://bank.example/**"


@pytest.fixture(scope="module")
def bank(screen: Screen) -> Iterator[enable_banking.EnableBankingFake]:
    """A provider with one bank whose books are of these weeks, and its record in Odoo."""
    clock = Clock()
    late = datetime.now(timezone.utc) - clock.now
    books = tuple(replace(row, day=row.day + timedelta(days=late.days)) for row in base.BOOKS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", None)
        patch.setattr(Clock, "__call__", lambda _clock: datetime.now(timezone.utc))
        patch.setattr(base, "BOOKS", books)
        callback = f"{screen.world.url}/open_banking/callback"
        patch.setattr(enable_banking, "REDIRECT_URI", callback)
        fake = enable_banking.EnableBankingFake(clock)
        with served(fake) as address:
            admin = rpc.Session(screen.world.url, screen.world.database, "admin", "admin")
            values = {
                "name": "Enable Banking",
                "code": "enable_banking",
                "base_url": address,
                "client_id": enable_banking.APPLICATION,
                # what a field of one line makes of a key
                "client_secret": enable_banking.key_pair()[0].replace("\n", " "),
            }
            admin.call("open.banking.provider", "create", [values])
            yield fake


@pytest.fixture
def bank_says_yes(screen: Screen, bank: enable_banking.EnableBankingFake) -> Iterator[None]:
    def go_back(route: Route) -> None:
        state = parse_qs(urlsplit(route.request.url).query)["state"][0]
        back = urlencode({"code": bank.issue("code"), "state": state})
        target = f"{screen.world.url}/open_banking/callback?{back}"
        route.fulfill(content_type="text/html", body=f'<a id="yes" href="{target}">I agree</a>')

    screen.page.route(BANK_PAGE, go_back)
    yield
    screen.page.unroute(BANK_PAGE)


def lines(screen: Screen) -> int:
    [(found,)] = screen.world.query(
        "SELECT count(*) FROM account_bank_statement_line line"
        "  JOIN open_banking_account account ON account.journal_id = line.journal_id"
        " WHERE account.iban = %s",
        [base.OWN_IBAN],
    )
    return int(found)


def test_she_finds_her_bank_by_its_name_and_agrees_there(
    screen: Screen, bank: object, bank_says_yes: None
) -> None:
    page = screen.page
    screen.open("open_banking_recon.open_banking_connect_action", ".modal .o_form_view")
    provider = page.locator(".modal [name=provider_id] input")
    provider.fill("Enable")
    page.locator(".o-autocomplete--dropdown-item", has_text="Enable Banking").first.click()
    expect(page.locator(".modal [name=country_id] input")).to_have_value("France")
    screen.shot("30-choose-the-provider")
    page.click(".modal button[name=action_choose_bank]")
    page.fill(".o_searchview_input", "essai")
    page.keyboard.press("Enter")
    card = page.locator(".o_kanban_record", has_text="Banque d'Essai")
    expect(card).to_be_visible()
    screen.shot("31-choose-the-bank")
    card.click()
    page.click("#yes")
    page.wait_for_selector(".o_form_view .o_field_x2many .o_data_row")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("Valid")
    expect(page.locator(".oe_title")).to_contain_text("Banque d'Essai")
    screen.shot("32-connected")


def test_the_account_gets_a_journal_and_its_transactions(screen: Screen) -> None:
    page = screen.page
    page.locator(".o_data_row button[name=action_create_journal]").click()
    screen.world.wait_until(
        "SELECT count(*) = 1 FROM open_banking_account"
        " WHERE iban = %s AND last_sync_at IS NOT NULL AND journal_id IS NOT NULL",
        [base.OWN_IBAN],
    )
    assert lines(screen) == len(base.BOOKS)
    screen.open("account.open_account_journal_dashboard_kanban", ".o_kanban_record")
    card = page.locator(".o_kanban_record", has_text="Banque d'Essai").first
    expect(card.locator("[name=open_banking_last]")).to_be_visible()
    expect(card.locator("[name=open_banking_consent]")).to_contain_text("days left")
    screen.shot("33-the-journal-says-how-the-feed-is")


def test_a_consent_that_was_withdrawn_at_the_bank_is_renewed_from_the_card(
    screen: Screen, bank: enable_banking.EnableBankingFake, bank_says_yes: None
) -> None:
    page, world = screen.page, screen.world
    bank.end_consent()
    accounts = world.session.call("open.banking.account", "search", [("iban", "=", base.OWN_IBAN)])
    world.session.call("open.banking.account", "action_sync_now", accounts)
    world.wait_until(
        "SELECT count(*) = 1 FROM open_banking_account account"
        "  JOIN open_banking_consent consent ON consent.id = account.consent_id"
        " WHERE account.iban = %s AND consent.state = 'revoked'",
        [base.OWN_IBAN],
    )
    screen.open("account.open_account_journal_dashboard_kanban", ".o_kanban_record")
    card = page.locator(".o_kanban_record", has_text="Banque d'Essai").first
    expect(card.locator("[role=alert]")).to_contain_text("withdrawn")
    screen.shot("34-withdrawn-at-the-bank")
    bank.ended = ""
    card.locator("button[name=action_open_banking_renew]").click()
    page.click("#yes")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("Valid")
    world.wait_until(
        "SELECT count(*) = 2 FROM open_banking_sync sync"
        "  JOIN open_banking_account account ON account.id = sync.account_id"
        " WHERE account.iban = %s AND sync.state = 'done'",
        [base.OWN_IBAN],
    )
    assert lines(screen) == len(base.BOOKS)
    assert screen.errors == []
