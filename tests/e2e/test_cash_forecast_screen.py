"""The cash forecast on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessibility import violations
from playwright.sync_api import expect
from screen import Screen

pytestmark = pytest.mark.e2e

FORECAST = "open_banking_recon.recon_cash_forecast_action"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def phone(screen: Screen) -> Iterator[None]:
    screen.page.set_viewport_size(PHONE)
    yield
    screen.page.set_viewport_size(DESK)


def test_the_forecast_shows_a_chart_and_thirteen_weeks(screen: Screen) -> None:
    before = len(screen.errors)
    screen.open(FORECAST, ".o_cash_table")
    page = screen.page
    expect(page.locator(".o_cash_table thead th")).to_have_count(14)
    expect(page.locator(".o_cash_chart canvas")).to_have_attribute("role", "img")
    expect(page.locator(".o_cash_table")).to_contain_text("Customer invoices")
    assert violations(page, ".o_cash_forecast") == []
    screen.shot("20-cash-forecast")
    assert screen.errors[before:] == []


def test_a_cell_opens_its_documents_by_keyboard(screen: Screen) -> None:
    screen.open(FORECAST, ".o_cash_table")
    page = screen.page
    cell = page.locator(".o_cash_table tr", has_text="Customer invoices").locator("button").first
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    expect(page.locator(".o_breadcrumb")).to_contain_text("Customer invoices")


def test_on_a_phone_only_the_table_scrolls_sideways(screen: Screen, phone: None) -> None:
    screen.open(FORECAST, ".o_cash_table")
    page = screen.page
    expect(page.locator(".o_cash_chart canvas")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".o_cash_forecast > .container-fluid").evaluate(
        "content => content.scrollWidth <= content.clientWidth"
    )
    screen.shot("21-cash-forecast-phone")
