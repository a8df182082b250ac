"""A statement file and a feed tell one payment in different words: it is booked once.

The one may know the counterparty where the other has one long text, so that texts prove little. But
a file that tells whole days tells each payment of these days: a line of the same day and amount that
the file does not tell in the line's own words is one of those that it tells in others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ..normalisers.identity import compact, words
from ..types import BankTransaction
from .changed import changed

_Day = tuple[date | None, Decimal, str]
_MOST_COMPARED = 10_000  # pairs of one day and amount
_SHORTEST_NUMBER = 3  # characters; shorter ones are days, counts, parts of a time


def told_elsewhere(
    untold: Mapping[int, BankTransaction], fresh: Sequence[BankTransaction], is_proved: bool
) -> dict[int, int]:
    """{index of an entry in ``fresh``: the line that it is}.

    ``untold``: lines of whole days that the file does not tell in their own words. ``is_proved``: the
    balances of the file prove that it lacks no entry. Without them two texts with numbers that have
    none in common are two payments.
    """
    pairs = changed(untold, fresh)
    taken = set(pairs.values())
    lines: defaultdict[_Day, list[int]] = defaultdict(list)
    for line, told in untold.items():
        if line not in taken:
            lines[_day(told)].append(line)
    entries: defaultdict[_Day, list[int]] = defaultdict(list)
    for index, entry in enumerate(fresh):
        if index not in pairs and _day(entry) in lines:
            entries[_day(entry)].append(index)
    for day, found in entries.items():
        pairs.update(_likest(lines[day], found, untold, fresh, is_proved))
    return pairs


def _likest(
    lines: Sequence[int],
    entries: Sequence[int],
    untold: Mapping[int, BankTransaction],
    fresh: Sequence[BankTransaction],
    is_proved: bool,
) -> dict[int, int]:
    """The pairs of one day and amount, those with most words in common first. So many that they
    could not be compared are left as they are: new."""
    if len(lines) * len(entries) > _MOST_COMPARED:
        return {}
    ranked = sorted(
        (-len(_words(untold[line]) & _words(fresh[entry])), line, entry)
        for line in lines
        for entry in entries
        if _may_be_one(untold[line], fresh[entry], is_proved)
    )
    pairs: dict[int, int] = {}
    for _rank, line, entry in ranked:
        if entry not in pairs and line not in pairs.values():
            pairs[entry] = line
    return pairs


def _day(transaction: BankTransaction) -> _Day:
    return (transaction.booking_date, transaction.amount, transaction.currency.upper())


def _may_be_one(line: BankTransaction, entry: BankTransaction, is_proved: bool) -> bool:
    """Whether nothing speaks against it: another account, another end-to-end id, other numbers."""
    for field in ("counterparty_iban", "end_to_end_id", "creditor_reference"):
        if len({compact(getattr(line, field)), compact(getattr(entry, field))} - {""}) == 2:
            return False
    if is_proved:
        return True
    old, new = _numbers(line), _numbers(entry)
    return not old or not new or bool(old & new)


def _words(transaction: BankTransaction) -> set[str]:
    told = (transaction.counterparty_name, transaction.remittance_unstructured)
    return set(words(" ".join(told)).split())


def _numbers(transaction: BankTransaction) -> set[str]:
    return {
        word
        for word in _words(transaction)
        if len(word) >= _SHORTEST_NUMBER and any(char.isdigit() for char in word)
    }
