"""Strong authentication at the sandbox bank, as a person meets it in the browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from lxml import html


class Browser:
    """Follows the pages of the bank and stops at the door of the application."""

    def __init__(self, url: str, language: str = "fr") -> None:
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = language
        self.answer = self.session.get(url, timeout=10)

    @property
    def page(self) -> html.HtmlElement:
        return html.fromstring(self.answer.content)

    def shown(self, element_id: str) -> str:
        return self.page.get_element_by_id(element_id).text

    def alert(self) -> str:
        return "".join(self.page.xpath("//*[@role='alert']//text()"))

    def submit(self, **fields: str | list[str]) -> dict[str, str]:
        """Sends the form; returns what the application gets when the bank leads back to it."""
        url = urljoin(self.answer.url, self.page.forms[0].action)
        self.answer = self.session.post(url, data=fields, timeout=10, allow_redirects=False)
        location = self.answer.headers.get("Location", "")
        if location.startswith("http://localhost:8069/"):
            return dict(parse_qsl(urlsplit(location).query))
        if location:
            self.answer = self.session.get(urljoin(url, location), timeout=10)
        return {}


@pytest.fixture
def browser(tpp):
    tpp.consent_id = tpp.ask_consent().json()["consentId"]
    return Browser(tpp.authorize_url(tpp.consent_id))


def log_in(browser: Browser) -> None:
    browser.submit(user=browser.shown("demo-user"), password=browser.shown("demo-password"))


def test_the_person_chooses_which_accounts_are_read(browser, tpp):
    log_in(browser)
    browser.submit(accounts=["acc-second"])
    back = browser.submit(otp=browser.shown("demo-otp"))

    token = tpp.exchange(back["code"]).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Consent-ID": tpp.consent_id}
    accounts = tpp.api("GET", "/accounts", headers=headers).json()["accounts"]
    hidden = tpp.api("GET", "/accounts/acc-main/balances", headers=headers)
    assert [account["resourceId"] for account in accounts] == ["acc-second"]
    assert hidden.status_code == 404


def test_a_wrong_password_is_told_and_does_not_let_in(browser):
    browser.submit(user="demo", password="guess")

    assert "incorrect" in browser.alert()
    assert set(browser.page.forms[0].fields.keys()) == {"user", "password"}


def test_no_account_chosen_is_told(browser):
    log_in(browser)
    browser.submit(action="continue")

    assert browser.alert() == "Choisissez au moins un compte."


def test_three_wrong_codes_lock_and_reject_the_consent(browser, tpp):
    log_in(browser)
    browser.submit(accounts=["acc-main"])
    right = browser.shown("demo-otp")
    for _ in range(3):
        browser.submit(otp="000000" if right != "000000" else "111111")
    back = browser.submit(otp=right)

    status = tpp.api("GET", f"/consents/{tpp.consent_id}/status").json()
    assert back == {"error": "access_denied", "state": "s-1"}
    assert status == {"consentStatus": "rejected"}


def test_the_message_after_a_wrong_code_says_how_many_tries_are_left(browser):
    log_in(browser)
    browser.submit(accounts=["acc-main"])
    browser.submit(otp="wrong")

    assert browser.alert() == "Code incorrect. Essais restants : 2."


@pytest.mark.parametrize("step", ["login", "accounts", "otp"])
def test_refusing_at_any_step_rejects_the_consent(browser, tpp, step):
    if step != "login":
        log_in(browser)
    if step == "otp":
        browser.submit(accounts=["acc-main"])
    back = browser.submit(action="cancel")

    status = tpp.api("GET", f"/consents/{tpp.consent_id}/status").json()
    assert back == {"error": "access_denied", "state": "s-1"}
    assert status == {"consentStatus": "rejected"}


def test_the_pages_speak_the_language_of_the_browser(tpp):
    consent_id = tpp.ask_consent().json()["consentId"]

    english = Browser(tpp.authorize_url(consent_id), "en-GB,en;q=0.9")
    asked = Browser(tpp.authorize_url(consent_id, lang="en"), "fr")
    french = Browser(tpp.authorize_url(consent_id), "de")
    assert [browser.page.xpath("//h1")[0].text for browser in (english, asked, french)] == [
        "Log in",
        "Log in",
        "Connexion",
    ]


def test_what_others_wrote_is_shown_and_never_run(tpp):
    tpp.control("POST", "/transactions", {"amount": "1", "counterparty_name": "<script>x</script>"})

    page = requests.get(tpp.local.url, timeout=10)
    assert "&lt;script&gt;x" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_session_is_gone_after_the_way_back(browser):
    browser.submit(action="cancel")

    assert browser.session.get(browser.answer.url, timeout=10).status_code == 404
