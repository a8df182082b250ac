"""Errors as codes. A kernel raises a code; the models turn it into a sentence in the user's words.

``RetryableError`` may succeed when tried again later; ``FinalError`` will not before somebody acts.
``detail`` is for the log: it never holds a credential, a token, a payload or a full IBAN.
"""

from __future__ import annotations


class ReconError(Exception):
    """Base of all kernel errors. ``code`` is stable and lower_snake_case."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class RetryableError(ReconError):
    """``retry_after_s``: seconds the other side asked us to wait, or None."""

    def __init__(self, code: str, detail: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s


class FinalError(ReconError):
    """Trying again changes nothing: a person has to act."""


class ConsentError(FinalError):
    """The consent does not allow the call: consent_expired, consent_revoked, consent_invalid..."""


class FileFormatError(FinalError):
    """A file cannot be read. ``line`` is 1-based where the format has lines, else None."""

    def __init__(self, code: str, detail: str = "", line: int | None = None) -> None:
        super().__init__(code, detail)
        self.line = line
