"""Strong customer authentication at the sandbox bank, done as a person would with the forms."""

from __future__ import annotations

import re

import requests

from .console import StepFailed

TIMEOUT_S = 30


def authenticate(redirect_url: str, psu: dict[str, str], accounts: list[str]) -> str:
    """Log in, choose ``accounts``, type the one-time code; returns the address to go back to."""
    http = requests.Session()
    page = http.get(redirect_url, timeout=TIMEOUT_S)
    forms = (
        {"user": psu["user"], "password": psu["password"], "action": "continue"},
        {"accounts": accounts, "action": "continue"},
    )
    for form in forms:
        page = http.post(page.url, data=form, timeout=TIMEOUT_S)
    code = re.search(r"\b(\d{6})\b", page.text)
    if not code:
        raise StepFailed(f"the bank shows no one-time code at {page.url}")
    done = http.post(
        page.url,
        data={"otp": code[1], "action": "continue"},
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )
    return done.headers["Location"]
