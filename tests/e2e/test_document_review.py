"""A bill is checked beside its paper; what is put right teaches the next one."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from accessibility import violations
from document_papers import VAT, glassworks
from playwright.sync_api import Locator, expect
from screen import Screen

pytestmark = pytest.mark.e2e

DOCUMENTS = "open_banking_recon.recon_document_action"
ODOOS_OWN = ".o_inner_group"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def supplier(screen: Screen) -> str:
    name = "Verrerie du Gier"
    session = screen.world.session
    if not session.call("res.partner", "search_count", [("vat", "=", VAT)]):
        session.call("res.partner", "create", [{"name": name, "vat": VAT}])
    return name


def hand_in(screen: Screen, number: str, total: str = "132,24") -> int:
    """The id of a bill that was read by the queue."""
    paper = base64.b64encode(glassworks(number, "110,20", "22,04", total)).decode()
    [identity] = screen.world.session.call(
        "recon.document", "create", [{"name": f"{number}.pdf", "file": paper}]
    )
    screen.world.wait_until(
        "SELECT state = 'read' FROM recon_document WHERE id = %s", [int(identity)]
    )
    return int(identity)


def review(screen: Screen, identity: int) -> None:
    screen.page.goto(f"{screen.world.url}/odoo/action-{DOCUMENTS}/{identity}")
    expect(screen.page.locator(".o_recon_page img")).to_be_visible()


def value(screen: Screen, name: str) -> Locator:
    return screen.page.locator(f"#o_recon_value_{name}")


def state(screen: Screen, name: str) -> Locator:
    return screen.page.locator(f".o_recon_value[data-name={name}] .o_recon_state")


def word(screen: Screen, text: str) -> Locator:
    return screen.page.locator(f".o_recon_word[aria-label='{text}']").first


@pytest.fixture
def phone(screen: Screen) -> Iterator[None]:
    screen.page.set_viewport_size(PHONE)
    yield
    screen.page.set_viewport_size(DESK)


def test_a_click_on_the_paper_fills_the_field_and_teaches_the_next_bill(
    screen: Screen, supplier: str
) -> None:
    before = len(screen.errors)
    first, second = hand_in(screen, "VG-771"), hand_in(screen, "VG-772")
    review(screen, first)
    page = screen.page
    expect(state(screen, "number")).to_contain_text("please check")
    expect(page.locator(".o_recon_checks")).to_contain_text("Net and tax add up to the total.")
    assert violations(page, ".o_recon_columns", ODOOS_OWN) == []
    value(screen, "total").focus()
    expect(page.locator(".o_recon_box_current")).to_contain_text("Total")
    screen.shot("60-review")
    value(screen, "number").focus()
    word(screen, "VG-771").click()
    expect(value(screen, "number")).to_have_value("VG-771")
    expect(state(screen, "number")).to_contain_text("put right")
    expect(value(screen, "number")).to_be_focused()
    screen.shot("61-review-put-right")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o_breadcrumb")).to_contain_text("VG-772.pdf")
    screen.world.wait_until(
        "SELECT ref = 'VG-771' FROM account_move WHERE id ="
        " (SELECT move_id FROM recon_document WHERE id = %s)",
        [first],
    )
    third = hand_in(screen, "VG-773")
    review(screen, third)
    expect(value(screen, "number")).to_have_value("VG-773")
    expect(state(screen, "number").get_by_role("img", name="Learned")).to_be_visible()
    screen.shot("62-review-learned")
    assert screen.errors[before:] == []
    screen.world.session.call("recon.document", "unlink", [second, third])


def test_several_words_are_taken_by_dragging_and_one_by_the_keyboard(
    screen: Screen, supplier: str
) -> None:
    before = len(screen.errors)
    review(screen, hand_in(screen, "VG-780"))
    page = screen.page
    value(screen, "supplier_name").focus()
    start, end = word(screen, "Atelier").bounding_box(), word(screen, "SARL").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] - 2, start["y"] + 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] + 2, end["y"] + end["height"] - 2, steps=5)
    expect(page.locator(".o_recon_word_chosen")).to_have_count(3)
    page.mouse.up()
    expect(value(screen, "supplier_name")).to_have_value("Atelier Lumière SARL")
    value(screen, "payment_reference").focus()
    page.locator(".o_recon_layer").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".o_recon_word_chosen")).to_have_attribute("aria-label", "Verrerie")
    page.keyboard.press("Enter")
    expect(value(screen, "payment_reference")).to_have_value("Verrerie")
    assert screen.errors[before:] == []


def test_what_is_typed_is_kept_and_nonsense_is_refused_in_words(
    screen: Screen, supplier: str
) -> None:
    before = len(screen.errors)
    review(screen, hand_in(screen, "VG-785"))
    page = screen.page
    value(screen, "total").fill("133.24")
    value(screen, "total").press("Tab")
    expect(page.locator(".o_recon_checks")).to_contain_text("the total says 133.24")
    expect(state(screen, "total")).to_contain_text("put right")
    value(screen, "iban").fill("FR00 1234")
    value(screen, "iban").press("Tab")
    expect(page.locator(".o_recon_refused")).to_contain_text("check digits are wrong")
    expect(page.locator(".o_recon_refused")).to_be_in_viewport()
    assert violations(page, ".o_recon_columns", ODOOS_OWN) == []
    screen.shot("63-review-refused")
    assert screen.errors[before:] == []


def test_who_sends_a_message_accepts_no_bill(screen: Screen, supplier: str) -> None:
    review(screen, hand_in(screen, "VG-787"))
    page = screen.page
    page.locator(".o-mail-Chatter-logNote").click()
    page.locator(".o-mail-Composer-input").fill("Whose glass is this?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o-mail-Message", has_text="Whose glass")).to_be_visible()
    expect(page.locator(".o_recon_accept")).to_be_visible()
    expect(page.locator(".o_breadcrumb")).to_contain_text("VG-787.pdf")


def test_pages_are_turned_and_enlarged(screen: Screen, supplier: str) -> None:
    review(screen, hand_in(screen, "VG-790"))
    page = screen.page
    page.get_by_label("Page behind").click()
    expect(word(screen, "Conditions")).to_be_visible()
    page.get_by_label("Larger").click()
    expect(page.locator(".o_recon_paper")).to_contain_text("125 %")
    value(screen, "total").focus()
    expect(page.locator(".o_recon_box_current")).to_be_in_viewport()


def test_on_a_phone_the_paper_stands_below_the_values(
    screen: Screen, supplier: str, phone: None
) -> None:
    review(screen, hand_in(screen, "VG-795"))
    page = screen.page
    values = page.locator(".o_recon_values").bounding_box()
    paper = page.locator(".o_recon_paper").bounding_box()
    assert values
    assert paper
    assert paper["y"] >= values["y"] + values["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screen.shot("64-review-phone")
    page.locator(".o_recon_paper").scroll_into_view_if_needed()
    screen.shot("65-review-phone-paper")
