"""Comparisons as levels: how an amount and a partner fit."""

from __future__ import annotations

from enum import IntEnum

CENT = 100  # in units of matching.units
ROUNDING = 50 * CENT  # paid in whole units of the currency
TINY = 5 * CENT
SMALL_SHARE = 0.035  # early payment discounts end at 3 %, bank fees on usual amounts too
SHORT_SHARE = 0.10  # between the two it may be a deduction or a part payment: nobody can tell


class AmountLevel(IntEnum):
    """What the line pays of the documents, most exact last."""

    OVER = 0
    PARTIAL = 1
    SHORT = 2
    SMALL = 3  # a discount or a fee of at most 3.5 %
    ROUNDED = 4  # cents
    STATED_FEE = 5  # short by exactly the fee that the text states
    EXACT = 6


class PartnerLevel(IntEnum):
    """What the line says about the partner of the documents."""

    CONFLICT = 0  # it names somebody else
    UNKNOWN = 1
    LIKELY = 2
    SURE = 3
    IBAN = 4


def amount_level(amount: int, due: int, fee: int | None) -> AmountLevel:
    """How ``amount`` pays ``due`` (both > 0, in units); ``fee`` is the one stated in the text."""
    gap = amount - due
    if gap == 0:
        return AmountLevel.EXACT
    if fee is not None and gap == -fee and fee < due:
        return AmountLevel.STATED_FEE
    whole = amount % (100 * CENT) == 0
    if abs(gap) <= TINY or (whole and abs(gap) < ROUNDING and abs(gap) <= due * SMALL_SHARE):
        return AmountLevel.ROUNDED
    if gap > 0:
        return AmountLevel.OVER
    if -gap <= due * SMALL_SHARE:
        return AmountLevel.SMALL
    return AmountLevel.SHORT if -gap <= due * SHORT_SHARE else AmountLevel.PARTIAL


def closes(level: AmountLevel) -> bool:
    """Whether the documents are settled in full, the gap going to fees, discounts or the account."""
    return level not in (AmountLevel.PARTIAL, AmountLevel.SHORT)
