"""Bookings that a bank changed after they were stored: the same payment, told in other words.

Banks rewrite texts the day after, fill in the counterparty, correct a booking date, and give new ids
at the same time. Such an entry looks new while a stored line of its window is not told any more.
Ids are evidence here and never enough: some banks number the entries of a day anew when a late one
arrives, so the amount has to be the same as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from ..normalisers.identity import NOT_PROVIDED, compact, real_ids, words
from ..types import BankTransaction

NEAR = timedelta(days=5)  # how far a bank moves a booking date
ENOUGH_TEXT = 0.5  # share of words in common that makes two texts the same without other evidence
_MOST_COMPARED = 250_000  # pairs of one amount

_Keys = Callable[[BankTransaction], Iterable[str]]
_Test = Callable[[BankTransaction, BankTransaction], bool]


def changed(
    untold: Mapping[int, BankTransaction], fresh: Sequence[BankTransaction]
) -> dict[int, int]:
    """{index of an entry in ``fresh``: the stored line that it is now}.

    ``untold``: stored lines of the window that the bank does not tell any more. What pairs with
    nothing is missing. Strongest evidence first: the bank's id; then, on the same booking or value
    date, the end-to-end id, the counterparty, or enough of the text when only one entry and one line
    come into question.
    """
    pairing = _Pairing(dict(untold), dict(enumerate(fresh)))
    pairing.by(real_ids, _near)
    pairing.by(_end_to_end, _same_day)
    pairing.by(_counterparty, _same_day)
    pairing.by_text()
    return pairing.pairs


class _Pairing:
    def __init__(
        self, lines: dict[int, BankTransaction], entries: dict[int, BankTransaction]
    ) -> None:
        self.lines, self.entries = lines, entries
        self.pairs: dict[int, int] = {}

    def by(self, keys: _Keys, test: _Test) -> None:
        """Pair those that share amount and a key and pass ``test``, the likest texts first.

        Where several share all of it, which is which does not matter for the books: the bank told
        so many before and tells so many now.
        """
        lines, entries = _grouped(self.lines, keys), _grouped(self.entries, keys)
        for key in [key for key in entries if key in lines]:
            self._take_all(lines[key], entries[key], test)

    def _take_all(self, lines: Sequence[int], entries: Sequence[int], test: _Test) -> None:
        if len(lines) * len(entries) > _MOST_COMPARED:
            for line, entry in zip(lines, entries, strict=False):
                self._take(line, entry, test)
            return
        ranked = sorted(
            (-_likeness(self.lines[line], self.entries[entry]), line, entry)
            for line in lines
            if line in self.lines
            for entry in entries
            if entry in self.entries
        )
        for _rank, line, entry in ranked:
            self._take(line, entry, test)

    def _take(self, line: int, entry: int, test: _Test) -> None:
        if line not in self.lines or entry not in self.entries:
            return
        if test(self.lines[line], self.entries[entry]):
            self.pairs[entry] = line
            del self.lines[line], self.entries[entry]

    def by_text(self) -> None:
        """Pair by the text alone what has no second possibility on either side.

        Equal lines are one possibility, and so are equal entries: which is which does not matter.
        """
        lines, entries = _alike(self.lines), _alike(self.entries)
        lines_of: dict[_Content, set[_Content]] = defaultdict(set)
        entries_of: dict[_Content, set[_Content]] = defaultdict(set)
        for line, entry in _candidates(lines, entries):
            if _same_text(self.lines[lines[line][0]], self.entries[entries[entry][0]]):
                lines_of[entry].add(line)
                entries_of[line].add(entry)
        for line, found in entries_of.items():
            for entry in found:
                if len(found) == len(lines_of[entry]) == 1:
                    for pair in zip(lines[line], entries[entry], strict=False):
                        self._take(*pair, _same_day)


@dataclass(frozen=True, slots=True)
class _Content:
    """What is compared of a booking by its text alone."""

    amount: Decimal
    currency: str
    booking_date: date | None
    value_date: date | None
    tokens: frozenset[str]


def _alike(rows: Mapping[int, BankTransaction]) -> dict[_Content, list[int]]:
    found: dict[_Content, list[int]] = defaultdict(list)
    for row, one in rows.items():
        dates = (one.booking_date, one.value_date)
        content = _Content(one.amount, one.currency.upper(), *dates, frozenset(_tokens(one)))
        found[content].append(row)
    return found


def _candidates(
    lines: Iterable[_Content], entries: Iterable[_Content]
) -> Iterator[tuple[_Content, _Content]]:
    """Those of the same amount and currency, unless they are so many that none could be certain."""
    lines_by: dict[tuple[Decimal, str], list[_Content]] = defaultdict(list)
    entries_by: dict[tuple[Decimal, str], list[_Content]] = defaultdict(list)
    for line in lines:
        lines_by[line.amount, line.currency].append(line)
    for entry in entries:
        entries_by[entry.amount, entry.currency].append(entry)
    for key, found in entries_by.items():
        if len(found) * len(lines_by[key]) <= _MOST_COMPARED:
            yield from product(lines_by[key], found)


def _grouped(
    rows: Mapping[int, BankTransaction], keys: _Keys
) -> dict[tuple[str, str, str], list[int]]:
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row, transaction in rows.items():
        amount = format(transaction.amount.normalize() + 0, "f")
        for key in sorted(keys(transaction)):
            groups[amount, transaction.currency.upper(), key].append(row)
    return groups


def _end_to_end(transaction: BankTransaction) -> list[str]:
    found = compact(transaction.end_to_end_id)
    return [] if found in NOT_PROVIDED else [found]


def _counterparty(transaction: BankTransaction) -> list[str]:
    """IBAN and name: banks add the one or the other later."""
    found = {
        compact(transaction.counterparty_iban),
        words(transaction.counterparty_name),
    }
    return [name for name in found if name]


def _day(transaction: BankTransaction) -> list[str]:
    days = {"booked": transaction.booking_date, "valued": transaction.value_date}
    return [f"{kind} {day}" for kind, day in days.items() if day]


def _same_day(line: BankTransaction, entry: BankTransaction) -> bool:
    same_day = bool(set(_day(line)) & set(_day(entry)))
    other_end = len({*_end_to_end(line), *_end_to_end(entry)}) == 2
    return same_day and not other_end and not _contradict(line, entry)


def _near(line: BankTransaction, entry: BankTransaction) -> bool:
    if line.booking_date is None or entry.booking_date is None:
        return False
    return abs(line.booking_date - entry.booking_date) <= NEAR and not _contradict(line, entry)


def _contradict(line: BankTransaction, entry: BankTransaction) -> bool:
    """Whether both name an account and not the same one: then it is another payment."""
    ibans = {compact(line.counterparty_iban), compact(entry.counterparty_iban)} - {""}
    return len(ibans) == 2


def _same_text(line: BankTransaction, entry: BankTransaction) -> bool:
    """Enough words in common on the same day, and no number in each that the other lacks: invoices that differ in
    their number alone are two payments."""
    if not set(_day(line)) & set(_day(entry)):
        return False
    old, new = _tokens(line), _tokens(entry)
    only_old, only_new = _numbers(old - new), _numbers(new - old)
    return not (only_old and only_new) and _likeness(line, entry) >= ENOUGH_TEXT


def _likeness(line: BankTransaction, entry: BankTransaction) -> float:
    old, new = _tokens(line), _tokens(entry)
    return len(old & new) / len(old | new) if old | new else 0.0


def _tokens(transaction: BankTransaction) -> set[str]:
    return set(words(transaction.remittance_unstructured).split())


def _numbers(tokens: set[str]) -> set[str]:
    return {token for token in tokens if any(char.isdigit() for char in token)}
