"""What became of the lines that a rule would have taken: right, waiting, or a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(str, Enum):
    WAITING = "waiting"  # nobody has booked it yet
    SAME = "same"  # on the accounts of the rule
    OTHER = "other"  # on other accounts
    DOCUMENT = "document"  # reconciled with a document

    @property
    def is_conflict(self) -> bool:
        """Whether the rule would have done something else than was done."""
        return self in (Outcome.OTHER, Outcome.DOCUMENT)


@dataclass(frozen=True, slots=True)
class Booking:
    """How a line stands in the books: the accounts beside the bank's, and whether one of its items
    is reconciled with a document."""

    account_ids: frozenset[int]
    has_document: bool = False


def outcome(account_ids: frozenset[int], booking: Booking | None) -> Outcome:
    """What a rule that books on ``account_ids`` says of a line with ``booking``; None waits."""
    if booking is None:
        return Outcome.WAITING
    if booking.has_document:
        return Outcome.DOCUMENT
    return Outcome.SAME if booking.account_ids == account_ids else Outcome.OTHER
