"""Sets of one partner's documents that people pay together: a balance, a month, a stretch of numbers.

Unlike any subset that happens to reach an amount, these are few, so reaching it by accident is rare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from .docs import Doc
from .levels import CENT
from .reading import Reading
from .subsets import MAX_CHANCE, grain

MAX_DOCUMENTS = 400  # of one partner; beyond it only what the line names is looked at


def natural_sets(
    reading: Reading, by_date: Sequence[Doc], named: Sequence[Doc]
) -> Iterator[tuple[tuple[Doc, ...], float]]:
    """(documents, how many such sets would reach the line's amount by accident) of those that reach
    it to the cent and hold all of ``named``. ``by_date`` are one partner's open documents in one
    currency, oldest first.

    Tried are: all; all due by the day of payment; those of a month that the text names; and every
    stretch of them from the oldest on or, around named ones, from anywhere.
    """
    if not 1 < len(by_date) <= MAX_DOCUMENTS:
        return
    amount = reading.amounts[reading.line.currency]
    signed = [d.residual * d.sign * reading.sign for d in by_date]
    must = {d.position for d in named}
    for places in _groups(reading, by_date):
        fits = sum([signed[at] for at in places]) == amount
        if fits and must <= {by_date[at].position for at in places}:
            # beside named documents an equal one outside could be meant as well as one inside
            outside = {value for at, value in enumerate(signed) if at not in places}
            twins = must and any(signed[at] in outside for at in places)
            yield tuple(by_date[at] for at in places), 1.0 if twins else 3 * CENT / amount
    at_named = [at for at, d in enumerate(by_date) if d.position in must] if must else [0]
    first, last = at_named[0], max(at_named[-1], 1)
    chance = (first + 1 if must else 1) * (len(by_date) - last) * CENT / amount
    if chance <= MAX_CHANCE:
        for start, end in _stretches(signed, amount, first if must else 0, last):
            inside, outside = {*signed[start : end + 1]}, {*signed[:start], *signed[end + 1 :]}
            # a document outside could stand in for one inside; two inside may cancel each other
            twins = any(value in outside or -value in inside for value in inside)
            step = grain([value // CENT for value in signed[start : end + 1]])
            yield tuple(by_date[start : end + 1]), 1.0 if twins else chance * step


def _stretches(
    signed: Sequence[int], amount: int, latest_start: int, earliest_end: int
) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches that sum to ``amount``, both ends included."""
    sums = [0, *accumulate(signed)]
    ends: defaultdict[int, list[int]] = defaultdict(list)
    for end in range(earliest_end, len(signed)):
        ends[sums[end + 1]].append(end)
    for start in range(latest_start + 1):
        for end in ends.get(sums[start] + amount, ()):
            if end > start:
                yield start, end


def _groups(reading: Reading, by_date: Sequence[Doc]) -> Iterator[Sequence[int]]:
    """The places of all, of those due by the day of payment, and of those of a named month."""
    yield range(len(by_date))
    day = reading.line.booking_date
    due = [at for at, d in enumerate(by_date) if d.item.due_date <= day]
    groups = [due]
    if reading.months or reading.year_months:
        groups.append(
            [at for at, d in enumerate(by_date) if _is_of_month(d.item.invoice_date, reading)]
        )
    yield from (group for group in groups if 1 < len(group) < len(by_date))


def _is_of_month(day: date, reading: Reading) -> bool:
    return day.month in reading.months or (day.year, day.month) in reading.year_months
