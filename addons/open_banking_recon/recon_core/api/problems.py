"""Why a call was refused: a stable code, its HTTP status, and what it says (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"
# code -> (HTTP status, title). Codes are never renamed: programs compare them.
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "bad_request": (400, "The body is no JSON object."),
    "unauthorized": (401, "The API key is missing, unknown or expired."),
    "forbidden": (403, "The user of this key may not do that."),
    "scope_missing": (403, "This key was not made for that."),
    "not_found": (404, "There is no such method or record, or it is not yours to see."),
    "conflict": (409, "Somebody else changed the same records: read them again."),
    "idempotency_key_reused": (409, "This idempotency key was used for another call."),
    "too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "The body has to be application/json."),
    "invalid_argument": (422, "An argument is unknown, missing or of the wrong form."),
    "refused": (422, "The books or their rules do not allow it."),
    "internal_error": (500, "Something went wrong that nobody foresaw."),
}
_BY_STATUS = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found"} | {
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_argument",
}


class CallRefused(Exception):
    """A call that is not carried out. ``detail`` is for the developer of the caller and repeats
    nothing of what was sent but names of arguments."""

    def __init__(self, code: str, detail: str = "", argument: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.argument = argument


def status_of(code: str) -> int:
    """The HTTP status of a code of ours."""
    return PROBLEMS[code][0]


def code_of(status: int) -> str:
    """Our code for an HTTP status that the server itself gave."""
    return _BY_STATUS.get(status, "bad_request" if status < 500 else "internal_error")


def problem(code: str, detail: str = "", argument: str = "") -> dict[str, object]:
    """The body of a refusal: {type, title, status, code, detail, argument}, the last two where there
    is something to say."""
    status, title = PROBLEMS[code]
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if argument:
        body["argument"] = argument
    return body
