"""Which policy follows up a customer: the first whose conditions they meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer. ``segments``: their tags; ``amount``: net open debt in the
    currency of the company."""

    country: str
    language: str
    is_business: bool
    segments: frozenset[int]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Conditions:
    """Of one policy, ``ref``. An empty set and None allow everything; several must all be met."""

    ref: int
    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    segments: frozenset[int] = frozenset()
    is_business: bool | None = None
    amount_from: Decimal | None = None
    amount_below: Decimal | None = None

    def are_met(self, profile: Profile) -> bool:
        """Whether ``profile`` meets all of them; one segment in common is enough."""
        return (
            (not self.countries or profile.country in self.countries)
            and (not self.languages or profile.language in self.languages)
            and (not self.segments or bool(self.segments & profile.segments))
            and self.is_business in (None, profile.is_business)
            and (self.amount_from is None or profile.amount >= self.amount_from)
            and (self.amount_below is None or profile.amount < self.amount_below)
        )


def choose(conditions: Iterable[Conditions], profile: Profile) -> int | None:
    """``ref`` of the first of ``conditions``, in their order, that ``profile`` meets; else None."""
    return next((each.ref for each in conditions if each.are_met(profile)), None)
