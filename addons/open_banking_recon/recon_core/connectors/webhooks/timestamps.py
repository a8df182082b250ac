"""When a message was signed, in the ways in which senders write it."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ...errors import RetryableError
from ...normalisers.values import instant
from .base import refused


def unix_seconds(written: str) -> datetime:
    """Seconds since 1970 in ASCII digits, as a point in time (UTC). Raises FinalError
    ``webhook_refused`` when it is none."""
    if not (written.isascii() and written.isdigit() and len(written) <= 11):
        raise refused("no timestamp")
    return datetime.fromtimestamp(int(written), timezone.utc)


def iso_or_http_date(written: str) -> datetime:
    """A time of ISO 8601 or of RFC 9110 5.6.7, UTC where no zone is written. Raises FinalError
    ``webhook_refused`` when it is neither."""
    try:
        if written[:1].isdigit():
            return instant({"date": written}, "date")
        found = parsedate_to_datetime(written)
    except (RetryableError, TypeError, ValueError, IndexError) as error:
        raise refused("no timestamp") from error
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
