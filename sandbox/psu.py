"""A person at the bank who says yes: goes through the pages of the bank as a browser would."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from lxml import html

_MAX_STEPS = 8


def authorise(
    redirect_url: str,
    redirect_uri: str,
    accounts: Collection[str] = (),
    timeout_s: float = 10,
) -> dict[str, str]:
    """What the bank sends back to ``redirect_uri``: ``code`` and ``state``.

    Logs in with the credentials that the pages of the sandbox show, keeps ``accounts`` ticked (all
    when empty) and types the one-time code. ``redirect_uri`` itself is not visited.
    """
    session = requests.Session()
    answer = session.get(redirect_url, allow_redirects=False, timeout=timeout_s)
    for _ in range(_MAX_STEPS):
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(redirect_uri):
                return dict(parse_qsl(urlsplit(target).query))
            answer = session.get(target, allow_redirects=False, timeout=timeout_s)
        answer.raise_for_status()
        page = html.document_fromstring(answer.content)
        answer = session.post(
            urljoin(answer.url, page.forms[0].action),
            data=[*_filled(page, accounts), ("action", "continue")],
            allow_redirects=False,
            timeout=timeout_s,
        )
    raise RuntimeError("the bank's pages do not lead back to the application")


def answer_in_app(bank_url: str, *, agrees: bool = True, timeout_s: float = 10) -> None:
    """Opens the app of the bank at ``bank_url`` and says yes, or no, to the first request there."""
    shown = requests.get(f"{bank_url}/app", timeout=timeout_s)
    shown.raise_for_status()
    form = html.document_fromstring(shown.content).forms[0]
    action = "continue" if agrees else "cancel"
    requests.post(
        urljoin(shown.url, form.action),
        data=[*form.form_values(), ("action", action)],
        timeout=timeout_s,
    ).raise_for_status()


def _filled(page: html.HtmlElement, accounts: Collection[str]) -> list[tuple[str, str]]:
    shown = {element.get("id"): element.text for element in page.iter("b")}
    typed = {
        "user": shown.get("demo-user"),
        "password": shown.get("demo-password"),
        "otp": shown.get("demo-otp"),
    }
    kept = [
        (name, value)
        for name, value in page.forms[0].form_values()
        if name not in typed and not (name == "accounts" and accounts and value not in accounts)
    ]
    names = page.forms[0].fields.keys()
    return kept + [(name, value or "") for name, value in typed.items() if name in names]
