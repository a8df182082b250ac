"""Comparisons as levels: how an amount and a partner fit."""

from __future__ import annotations

from enum import IntEnum

CENT = 1000  # in units of matching.units
ROUNDING = 50 * CENT  # paid in whole units of the currency
TINY = 5 * CENT
SMALL_SHARE = 0.035  # early payment discounts end at 3 %, bank fees on usual amounts too
DISCOUNTS = (10, 15, 20, 25, 30)  # thousandths
EXCHANGE_SHARE = 0.03
SHORT_SHARE = 0.10  # up to here it may be a deduction or a part payment: nobody can tell
FEE_CAP = 25 * 100 * CENT  # nor for the fee of a transfer from abroad, however small the document


class AmountLevel(IntEnum):
    """What the line pays of the documents, most exact last."""

    OVER = 0
    PARTIAL = 1
    SHORT = 2
    SMALL = 3  # a fee or another gap of at most 3.5 %
    DISCOUNT = 4  # short by a usual early payment discount, to the cent
    ROUNDED = 5  # cents
    CONVERTED = 6  # in another currency, near what the line is worth in it
    STATED_FEE = 7  # short by exactly the fee that the text states
    EXACT = 8


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
        usual = any([abs(due * percent + 1000 * gap) <= 500 * CENT for percent in DISCOUNTS])
        return AmountLevel.DISCOUNT if usual else AmountLevel.SMALL
    short = -gap <= max(due * SHORT_SHARE, min(FEE_CAP, due * 0.2))
    return AmountLevel.SHORT if short else AmountLevel.PARTIAL


def is_converted(worth: int, due: int) -> bool:
    """Whether a line that is ``worth`` so much in the currency of a document may settle ``due`` of
    it: within what banks take on the exchange."""
    return abs(worth - due) <= due * EXCHANGE_SHARE


def closing_range(amount: int, fee: int | None) -> tuple[int, int]:
    """The smallest and largest sum due that ``amount`` may close: rounding, a discount, a fee."""
    return amount - ROUNDING, max(int(amount / (1 - SMALL_SHARE)) + ROUNDING, amount + (fee or 0))


def closes(level: AmountLevel) -> bool:
    """Whether the documents are settled in full, the gap going to fees, discounts or the account."""
    return level not in (AmountLevel.PARTIAL, AmountLevel.SHORT)
