"""Where a page ended, as a text that the caller gives back and does not look into."""

from __future__ import annotations

import base64
import binascii

from .kinds import LARGEST_ID
from .problems import CallRefused


def write(operation: str, last_id: int) -> str:
    """The cursor behind the record ``last_id`` of a list of ``operation``."""
    return base64.urlsafe_b64encode(f"{operation}:{last_id}".encode()).decode().rstrip("=")


def read(operation: str, cursor: str) -> int:
    """The id behind which the next page begins.

    Raises CallRefused("invalid_argument") for what ``write`` did not give for this operation.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, _, last = (
            base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        name, last = "", ""
    if name != operation or not (last.isascii() and last.isdigit()) or int(last) > LARGEST_ID:
        raise CallRefused("invalid_argument", "this is no cursor of this method", "after")
    return int(last)
