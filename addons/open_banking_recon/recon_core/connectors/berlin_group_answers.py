"""What a Berlin Group answer says: its fields, its links, and refusals as codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..errors import ConsentError, FinalError, RetryableError
from ..types import ConsentStatus
from .transport import Response

_STATUS = {
    "received": ConsentStatus.RECEIVED,
    "partiallyAuthorised": ConsentStatus.RECEIVED,  # waits for a second signatory
    "valid": ConsentStatus.VALID,
    "rejected": ConsentStatus.REJECTED,
    "revokedByPsu": ConsentStatus.REVOKED,
    "expired": ConsentStatus.EXPIRED,
    "terminatedByTpp": ConsentStatus.TERMINATED,
}
ENDED = {
    ConsentStatus.REJECTED: "consent_rejected",
    ConsentStatus.REVOKED: "consent_revoked",
    ConsentStatus.EXPIRED: "consent_expired",
    ConsentStatus.TERMINATED: "consent_terminated",
}
# tppMessages codes of the Implementation Guidelines 1.3, section 14.11
_REFUSALS: dict[str, tuple[type[FinalError], str]] = {
    "CONSENT_EXPIRED": (ConsentError, "consent_expired"),
    "CONSENT_INVALID": (ConsentError, "consent_invalid"),
    "CONSENT_UNKNOWN": (ConsentError, "consent_invalid"),
    "TOKEN_INVALID": (ConsentError, "token_invalid"),
    "TOKEN_EXPIRED": (ConsentError, "token_invalid"),
    "TOKEN_UNKNOWN": (ConsentError, "token_invalid"),
    "PSU_CREDENTIALS_INVALID": (
        FinalError,
        "psu_id_required",
    ),  # of credentials we send a name only
    "PERIOD_INVALID": (FinalError, "period_invalid"),
    "RESOURCE_UNKNOWN": (FinalError, "resource_unknown"),
    "SERVICE_BLOCKED": (FinalError, "service_blocked"),
}


def accepted(response: Response) -> Response:
    """The answer when the bank did what it was asked for.

    Raises ConsentError and FinalError by the bank's own message code, else "request_refused".
    """
    if response.status in (200, 201):
        return response
    code = _message_code(response)
    error, ours = _REFUSALS.get(code, (FinalError, "request_refused"))
    raise error(ours, f"status {response.status} {code}".rstrip())


def consent_facts(answer: Mapping[str, object]) -> tuple[str, ConsentStatus, date | None]:
    """The bank's word for the state of a consent, what it means, and until when it is valid."""
    word = string(answer, "consentStatus")
    if word not in _STATUS:
        raise RetryableError("bad_response", "unknown consentStatus")
    return word, _STATUS[word], _valid_until(answer)


def string(answer: Mapping[str, object], name: str) -> str:
    """The text under ``name``. Raises RetryableError("bad_response") when there is none."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise RetryableError("bad_response", f"{name} missing")
    return value


def entries(
    answer: Mapping[str, object], name: str, required: bool = True
) -> list[Mapping[str, object]]:
    """The objects of the list under ``name``. Raises RetryableError("bad_response") without it."""
    found = answer.get(name, None if required else [])
    if not isinstance(found, list):
        raise RetryableError("bad_response", f"{name} is not a list")
    return [entry for entry in found if isinstance(entry, Mapping)]


def link(answer: Mapping[str, object], name: str) -> str:
    """The address of the link ``name`` as the bank wrote it, empty when there is none."""
    links = answer.get("_links")
    found = links.get(name) if isinstance(links, Mapping) else None
    href = found.get("href") if isinstance(found, Mapping) else None
    return href if isinstance(href, str) else ""


def _valid_until(answer: Mapping[str, object]) -> date | None:
    text = answer.get("validUntil")
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError as error:
        raise RetryableError("bad_response", "validUntil is not a date") from error


def _message_code(response: Response) -> str:
    """The first tppMessages code, empty when the bank sent an error of its own making."""
    try:
        messages = response.json().get("tppMessages")
    except RetryableError:
        return ""
    first = messages[0] if isinstance(messages, list) and messages else None
    code = first.get("code") if isinstance(first, Mapping) else None
    return code if isinstance(code, str) and code.isascii() and len(code) < 40 else ""
