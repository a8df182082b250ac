"""Refusals in the bank's own words."""

from __future__ import annotations


class TppError(Exception):
    """A refusal of the XS2A interface: HTTP ``status`` and a tppMessages ``code``."""

    def __init__(self, status: int, code: str, text: str, retry_after_s: int | None = None) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status = status
        self.code = code
        self.text = text
        self.retry_after_s = retry_after_s


class OAuthError(Exception):
    """A refusal of the token endpoint (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


class PageError(Exception):
    """A refusal shown to a person in the browser."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class ControlError(Exception):
    """A refusal of the control interface."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
