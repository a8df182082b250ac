"""Whether a webhook comes from Qonto: HMAC-SHA256 over the time of signing and the raw body.

Source: Qonto webhooks overview, header ``X-Qonto-Signature: t=<seconds>,v1=<hex>``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta, timezone

from ...errors import FinalError

_TOLERANCE = timedelta(minutes=5)
_TIME = re.compile(r"t=([0-9]{1,11})")
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")


def verify(body: bytes, signature: str, secret: str, now: datetime) -> datetime:
    """When the webhook was signed (UTC). ``body`` is the request's, byte by byte.

    Raises FinalError("webhook_refused") when it is unsigned, signed with another secret, or signed
    more than five minutes from ``now``. A repeat within five minutes is the receiver's to notice.
    """
    parts = [part.strip() for part in signature.split(",")]
    times = [found.group(1) for part in parts if (found := _TIME.fullmatch(part))]
    given = [found.group(1) for part in parts if (found := _SIGNATURE.fullmatch(part))]
    if not secret or len(times) != 1 or not given:
        raise FinalError("webhook_refused", "no signature that could be checked")
    signed = times[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    # a list, not a generator: as long for the first signature as for the last
    if not any([hmac.compare_digest(expected, one) for one in given]):
        raise FinalError("webhook_refused", "the signature is another one")
    signed_at = datetime.fromtimestamp(int(times[0]), timezone.utc)
    if abs(now - signed_at) > _TOLERANCE:
        raise FinalError("webhook_refused", "signed too long ago, or in the future")
    return signed_at
