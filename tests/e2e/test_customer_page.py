"""A customer opens the link of a message on a telephone, and answers in French."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tools import base_database, database, in_odoo, odoo_process
from tools.paths import ARTIFACTS, DATA

pytestmark = pytest.mark.e2e

NAME = "open_banking_customer"
PHONE = {"width": 390, "height": 844}


class World:
    """Odoo with two customers who owe, and the browser of one of them."""

    def __init__(self, server: database.Server, url: str, page: Page) -> None:
        self.server, self.url, self.page = server, url, page
        self.paths: dict[str, str] = {}
        self.errors: list[str] = []
        self.log = Path()
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def call(self, function: str, *arguments: str) -> None:
        function = f"customer_page:{function}"
        in_odoo.call(self.server, NAME, function, *arguments, log_name="customer-call")

    def read(self, function: str) -> Any:
        """What a function writes into a file."""
        out = DATA / NAME / f"{function}.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        self.call(function, str(out))
        return json.loads(out.read_text("utf-8"))

    def open(self, path: str) -> int:
        response = self.page.goto(self.url + path)
        assert response
        return response.status

    def unfold(self, name: str) -> None:
        self.page.locator(f"details[name={name}] > summary").click()

    def shot(self, name: str) -> None:
        folder = ARTIFACTS / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def customer(browser: Browser) -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    patch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    server = database.server()
    base_database.install(server, NAME, *odoo_process.modules(), "payment_demo")
    port = odoo_process.free_port()
    url = f"http://localhost:{port}"
    context = browser.new_context(viewport=PHONE, locale="fr-FR", is_mobile=True)
    world = World(server, url, context.new_page())
    world.paths = world.read("fill")
    words = odoo_process.command(server, NAME, [f"--http-port={port}", "--max-cron-threads=0"])
    odoo = odoo_process.Background("customer-odoo", words, odoo_process.environment(server))
    world.log = odoo.log
    odoo.wait_until(odoo_process.answers(f"{url}/web/health"), 120)
    yield world
    context.close()
    odoo.stop()
    patch.undo()


def test_the_page_fits_a_telephone_and_speaks_french(customer: World) -> None:
    assert customer.open(customer.paths["mine"]) == 200
    page = customer.page
    expect(page.locator("html")).to_have_attribute("lang", "fr-FR")
    expect(page.locator("[name=item]")).to_have_count(3)
    expect(page.locator("div[name=total]")).to_contain_text("850,40")
    expect(page.locator("[name=pay_transfer] img")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("4711")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    customer.shot("60-customer-page")


def test_an_invoice_is_disputed_with_a_document(customer: World) -> None:
    page = customer.page
    customer.open(customer.paths["mine"])
    customer.unfold("dispute")
    page.fill("#dispute_text", "La livraison du 3 <b>manque</b>.")
    page.set_input_files(
        "#dispute_files",
        {"name": "bon.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"},
    )
    customer.shot("61-customer-dispute")
    page.click("details[name=dispute] button[type=submit]")
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator("[name=item] .badge")).to_have_count(1)
    expect(page.locator("div[name=total]")).to_contain_text("729,90")
    customer.shot("62-customer-disputed")


def test_a_form_that_is_sent_five_times_at_once_is_noted_once(customer: World) -> None:
    session = requests.Session()
    page = session.get(customer.url + customer.paths["other"], timeout=60).text
    token = re.search(r'name="csrf_token" value="(\w+)"', page)
    move = re.search(r'<option value="(\d+)"', page)
    assert token and move
    form = {"csrf_token": token[1], "move_id": move[1], "reason": "price", "text": "too dear"}
    url = f"{customer.url}{customer.paths['other']}/dispute"

    def send(_number: int) -> str:
        answer = session.post(url, data=form, timeout=60, allow_redirects=False)
        return answer.headers.get("Location", str(answer.status_code)).partition("?")[2]

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(send, range(5)))
    assert answers == ["done=dispute", *["problem=disputed_before"] * 4]


def test_a_date_is_promised(customer: World) -> None:
    page = customer.page
    customer.open(customer.paths["mine"])
    customer.unfold("promise")
    day = datetime.now(timezone.utc).date() + timedelta(days=10)
    page.fill("#promise_day", day.isoformat())
    customer.shot("63-customer-promise")
    page.click("details[name=promise] button[type=submit]")
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator("details[name=promise]")).to_have_count(0)
    customer.shot("64-customer-promised")


def test_a_plan_that_was_offered_is_accepted(customer: World) -> None:
    page = customer.page
    customer.call("offer")
    customer.open(customer.paths["mine"])
    customer.shot("65-customer-plan")
    page.click("details[name=plan] button[type=submit]")
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator("[name=pay_transfer]")).to_contain_text("RF")
    customer.shot("66-customer-plan-agreed")
    assert customer.read("noted") == {
        "promises": ["cancelled"],
        "plans": ["active"],
        "instalments": 3,
        "disputes": ["price"],
        "files": ["bon.pdf"],
    }


def test_the_next_instalment_is_paid_online(customer: World) -> None:
    page = customer.page
    customer.open(customer.paths["mine"])
    page.locator("[name=pay_online] [name=o_payment_radio]").first.check()
    page.fill("#customer_input", "4242424242424242")
    customer.shot("67-customer-online")
    page.click("[name=pay_online] button[name=o_payment_submit_button]")
    page.wait_for_url("**/follow-up/**done=payment")
    expect(page.locator(".alert-success")).to_be_visible()
    customer.shot("68-customer-paid")


def test_staff_sees_what_was_agreed(customer: World, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{customer.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    page.goto(f"{customer.url}/odoo/follow-up")
    page.locator(".o_data_row", has_text="Menuiserie Petit").first.click()
    page.click("button[name=action_payment_plan]")
    page.wait_for_selector(".modal [name=line_ids] .o_data_row")
    page.screenshot(path=str(ARTIFACTS / "screenshots" / "70-staff-plan.png"))
    page.click(".modal button[name=action_agree]")
    page.click(".nav-link[name=plans]")
    expect(page.locator("[name=plan_ids] .o_data_row")).to_have_count(1)
    page.screenshot(path=str(ARTIFACTS / "screenshots" / "71-staff-case.png"))
    page.click("button[name=action_promise]")
    page.wait_for_selector(".modal [name=date] input")
    page.screenshot(path=str(ARTIFACTS / "screenshots" / "72-staff-promise.png"))
    context.close()


def test_the_page_of_another_customer_is_another_page(customer: World) -> None:
    assert customer.open(customer.paths["other"]) == 200
    expect(customer.page.locator("html")).to_have_attribute("lang", "en-US")
    expect(customer.page.locator("body")).to_contain_text("Garage Dupont")
    expect(customer.page.locator("body")).not_to_contain_text("Boulangerie Martin")
    mine, other = customer.paths["mine"], customer.paths["other"]
    half = len(mine) // 2
    assert customer.open(mine[:half] + other[half:]) == 404
    customer.shot("69-customer-forged")


def test_an_old_link_shows_nothing(customer: World) -> None:
    customer.call("revoke")
    assert customer.open(customer.paths["mine"]) == 404
    expect(customer.page.locator("body")).not_to_contain_text("Boulangerie Martin")
    assert customer.errors == []


def test_no_link_stands_in_the_log_of_the_server(customer: World) -> None:
    log = customer.log.read_text("utf-8")
    assert "/follow-up/.../dispute" in log
    assert [name for name, path in customer.paths.items() if path in log] == []
