"""A circuit breaker: a provider that does not answer is left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

THRESHOLD = 5
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
PROBE = timedelta(minutes=5)
# what says something about the provider and not about one account
OUTAGES = frozenset({"timeout", "unavailable"})


@dataclass(frozen=True, slots=True)
class Circuit:
    """Closed below THRESHOLD failures in a row; then open until ``open_until``, when one attempt
    may show whether the provider is back. Datetimes all aware or all naive UTC."""

    failures: int = 0
    open_until: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Whether the provider may be asked."""
        return self.open_until is None or self.open_until <= now

    def asked(self, now: datetime) -> Circuit:
        """After an attempt began: while it is the probe of an open circuit, no second one may."""
        if self.failures < THRESHOLD:
            return self
        return replace(self, open_until=now + PROBE)

    def failed(self, now: datetime) -> Circuit:
        """After an outage: from the threshold on, pauses that double up to an hour."""
        failures = self.failures + 1
        if failures < THRESHOLD:
            return Circuit(failures)
        pause = min(FIRST_PAUSE * 2 ** min(failures - THRESHOLD, 10), LONGEST_PAUSE)
        return Circuit(failures, now + pause)

    def succeeded(self) -> Circuit:
        """After any answer of the provider."""
        return Circuit()
