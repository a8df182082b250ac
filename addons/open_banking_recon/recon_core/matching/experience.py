"""What a company has taught the matching: payers, how often each kind of match was right, habits.

Nothing in it comes from another company. Everything is counted, so that it can be shown, corrected
and forgotten: an observation that is taken back is subtracted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import sqrt

_Z = 1.96  # two-sided 95 %


class AliasKind(str, Enum):
    NAME = "name"  # what the bank calls the payer
    IBAN = "iban"
    WORD = "word"  # a customer number, a mandate or a contract that the text quotes


@dataclass(frozen=True, slots=True)
class Alias:
    """``partner_id`` was paid for ``count`` times under ``value`` (folded; IBANs and words compact).
    Several partners may share a value: an accountant or a factor pays for many."""

    kind: AliasKind
    value: str
    partner_id: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """``right`` of ``made`` matches of one category were right, as people decided."""

    right: int = 0
    made: int = 0

    def lower_bound(self) -> float:
        """The lower end of the Wilson score interval (1927) of the share that is right, at 95 %."""
        return self._interval()[0]

    def upper_bound(self) -> float:
        """The upper end of the same interval."""
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        if not self.made:
            return 0.0, 1.0
        share, z2 = self.right / self.made, _Z * _Z / self.made
        spread = _Z * sqrt(share * (1 - share) / self.made + z2 / (4 * self.made))
        return (share + z2 / 2 - spread) / (1 + z2), (share + z2 / 2 + spread) / (1 + z2)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.made + other.made)


@dataclass(frozen=True, slots=True)
class Experience:
    """``categories`` counts decisions of people by category (matching.calibration). ``right_signs``
    and ``wrong_signs`` count the evidence codes of proposals that people accepted and rejected.
    Categories in ``paused`` only propose until a person allows them again."""

    version: int = 0
    aliases: tuple[Alias, ...] = ()
    categories: Mapping[str, Tally] = field(default_factory=dict)
    right_signs: Mapping[str, int] = field(default_factory=dict)
    wrong_signs: Mapping[str, int] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
