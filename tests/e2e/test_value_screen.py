"""The page of value and treasury: figures, formulas, records, exports, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from accessibility import violations
from playwright.sync_api import expect
from screen import Screen

pytestmark = pytest.mark.e2e

VALUE = "open_banking_recon.recon_dashboard_action"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
TILE = ".o_value_tile[data-figure='{}']"


@pytest.fixture
def phone(screen: Screen) -> Iterator[None]:
    screen.page.set_viewport_size(PHONE)
    yield
    screen.page.set_viewport_size(DESK)


def test_each_figure_stands_with_its_value_and_its_formula_is_one_key_away(screen: Screen) -> None:
    before = len(screen.errors)
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    dso = page.locator(TILE.format("dso"))
    expect(dso.locator(".o_value_amount")).to_contain_text("days")
    expect(dso.locator("canvas")).to_have_attribute("role", "img")
    expect(dso.locator("dl")).to_be_hidden()
    info = dso.locator(".o_value_info")
    info.focus()
    page.keyboard.press("Enter")
    expect(dso.locator("dl")).to_contain_text("Receivables at the end of the period")
    expect(info).to_have_attribute("aria-expanded", "true")
    assert violations(page, ".o_value_dashboard") == []
    screen.shot("22-value")
    assert screen.errors[before:] == []


def test_a_figure_opens_its_records_by_keyboard(screen: Screen) -> None:
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    page.get_by_role("button", name="Records of Days sales outstanding").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    expect(page.locator(".o_breadcrumb")).to_contain_text("Days sales outstanding")


def test_a_row_of_a_figure_opens_as_many_records_as_it_says(screen: Screen) -> None:
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    row = page.locator(TILE.format("consents")).locator("tbody tr").first
    count = int(row.locator("td").inner_text())
    row.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".o_list_view")).to_be_visible()
    expect(page.locator(".o_list_view .o_data_row")).to_have_count(count)


def test_own_dates_are_a_period(screen: Screen) -> None:
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    page.get_by_role("button", name="Own dates").click()
    page.fill("input[name=first]", "2001-01-01")
    page.fill("input[name=last]", "2001-01-31")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(TILE.format("match_rate")).locator(".o_value_amount")).to_have_text("–")
    expect(page.locator(".o_value_dashboard")).to_contain_text("2001")


def test_who_comes_back_from_the_records_finds_the_period_again(screen: Screen) -> None:
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    page.get_by_role("button", name="This month").click()
    expect(page.get_by_role("button", name="This month")).to_have_class(re.compile("active"))
    page.get_by_role("button", name="Records of Days sales outstanding").click()
    page.locator(".o_breadcrumb a", has_text="Value and treasury").click()
    expect(page.get_by_role("button", name="This month")).to_have_class(re.compile("active"))


def test_the_figures_leave_as_a_workbook(screen: Screen) -> None:
    screen.open(VALUE, ".o_value_tile")
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="XLSX").click()
    assert download.value.suggested_filename == "figures.xlsx"


def test_on_a_phone_nothing_scrolls_sideways(screen: Screen, phone: None) -> None:
    screen.open(VALUE, ".o_value_tile")
    page = screen.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".o_value_dashboard > .container-fluid").evaluate(
        "content => content.scrollWidth <= content.clientWidth"
    )
    screen.shot("23-value-phone")
