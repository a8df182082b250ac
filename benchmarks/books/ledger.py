"""The books while they are being made: who is there, what is open on a day, what lines paid."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from . import ids, names
from .model import ZERO, Bank, Closed, Item, Line, Partner, Profile, Transfer, Truth
from .text import last_digits

FIRST_DOCUMENT = date(2025, 10, 1)
FIRST_LINE = date(2026, 1, 5)
LAST_LINE = date(2026, 6, 30)
MEMORY = 150  # days back in which a payer still finds a document
TRIES = 60


class Ledger:
    """Partners, documents and lines of one company, in the order of time."""

    def __init__(self, profile: Profile, seed: int) -> None:
        self.profile = profile
        self.rng = Random(f"{profile.name}/{seed}")
        self.partners: list[Partner] = []
        self.items: list[Item] = []
        self.lines: list[Line] = []
        self.closed: list[Closed] = []
        self.by_partner: dict[int, list[Item]] = defaultdict(list)
        self.by_amount: dict[Decimal, list[Item]] = defaultdict(list)
        self.numbers: dict[str, Item] = {}
        self.by_running: dict[str, list[Item]] = defaultdict(list)
        self.groups: dict[str, list[Partner]] = defaultdict(list)
        self.closed_of: dict[int, list[Closed]] = defaultdict(list)
        self.stories: list[tuple[date, Transfer, Truth]] = []  # what is ordered for later
        self.ordered: dict[int, Transfer] = {}  # by line, before its bank shaped it
        self.made: Counter[str] = Counter()  # how often each scenario happened
        self.bank_of: dict[str, Bank] = {}  # by the payer's account
        self.company = "ATELIERS DU LEVANT SAS"
        self._standing: dict[str, str] = {}
        self._dates: dict[str, list[date]] = {}
        self._typed: dict[str, list[Item]] = {}

    def add_partner(self, partner: Partner) -> Partner:
        self.partners.append(partner)
        if partner.group:
            self.groups[partner.group].append(partner)
        return partner

    def add_item(self, item: Item) -> Item:
        """Documents are added in the order of their dates."""
        self.items.append(item)
        self.by_partner[item.partner.id].append(item)
        self.by_amount[item.residual].append(item)
        self.numbers.setdefault(item.number, item)
        self.by_running[last_digits(item.number)].append(item)
        self._typed.setdefault(item.move_type, []).append(item)
        self._dates.setdefault(item.move_type, []).append(item.invoice_date)
        return item

    def open_of(self, partner: Partner, on: date, move_type: str = "out_invoice") -> list[Item]:
        """The partner's documents that are open and nobody's yet on that day, oldest first."""
        return [
            item
            for item in self.by_partner[partner.id]
            if item.move_type == move_type
            and not item.taken
            and item.left > ZERO
            and item.invoice_date <= on
        ]

    def pick(
        self,
        on: date,
        wanted: Callable[[Item], bool] = lambda item: True,
        move_type: str = "out_invoice",
        memory: int = MEMORY,
    ) -> Item | None:
        """Any free document that a payer could mean on that day; None if none was found."""
        days = self._dates.get(move_type, [])
        low = bisect_left(days, on - timedelta(days=memory))
        high = bisect_right(days, on)
        if low == high:
            return None
        for _ in range(TRIES):
            item = self._typed[move_type][self.rng.randrange(low, high)]
            if not item.taken and item.left > ZERO and wanted(item):
                return item
        return None

    def same_amount(self, item: Item, on: date) -> list[Item]:
        """Other documents open on that day, of anybody, with the same residual and type."""
        return [
            other
            for other in self.by_amount[item.left]
            if other is not item
            and other.move_type == item.move_type
            and other.left == item.left
            and not other.taken
            and other.invoice_date <= on
        ]

    def oldest_twin(self, item: Item, on: date) -> tuple[Item, list[Item]]:
        """The oldest of the partner's documents that nothing but a number tells apart; the rest."""
        twins = [item, *(o for o in self.same_amount(item, on) if o.partner is item.partner)]
        twins.sort(key=lambda twin: (twin.invoice_date, twin.id))
        return twins[0], twins[1:]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def record(self, on: date, ordered: Transfer, transfer: Transfer, truth: Truth) -> None:
        """A line of that day, as ordered and as the bank shows it; consumes what it pays."""
        for item, amount in truth.parts:
            if not ZERO < amount <= item.left:
                raise ValueError(f"{truth.class_name}: {amount} of {item.number}, {item.left} left")
            item.left -= amount
            item.taken = item.taken or item.left == ZERO
        value_date = on + timedelta(days=self.rng.choice((0, 0, 0, -1, 1)))
        self.ordered[len(self.lines) + 1] = ordered
        self.lines.append(Line(len(self.lines) + 1, on, value_date, transfer, truth))

    def stranger(self, language: str) -> tuple[str, str]:
        """Name and account of somebody whom the books do not know, nor anybody of that name."""
        country = {"fr": "FR", "de": "DE", "nl": "BE", "en": "GB"}[language]
        company = names.with_form(self.rng, f"{names.brand(self.rng)} Holding", language)
        name = names.as_bank_writes(self.rng, company)
        first, last = names.person(self.rng, language)
        if self.chance(0.5) and not self._is_known(first, last):
            name = names.person_as_bank_writes(self.rng, first, last)
        return name, ids.iban(self.rng, country)

    def _is_known(self, first: str, last: str) -> bool:
        """A partner bears one of the first and one of the last names."""
        given, family = re.split(r"[- ]", first), re.split(r"[- ]", last)
        return any(
            any(name in words for name in given) and any(name in words for name in family)
            for words in (re.split(r"[- ]", partner.name) for partner in self.partners)
        )

    def standing_iban(self, name: str) -> str:
        """The account of somebody who is no partner and pays again and again."""
        if name not in self._standing:
            self._standing[name] = ids.iban(self.rng, "DE" if name.endswith("AG") else "FR")
        return self._standing[name]

    def with_last_digits(self, digits: str, move_type: str = "out_invoice") -> list[Item]:
        """Documents of that type whose running number is ``digits``."""
        found = self.by_running.get(digits.lstrip("0"), [])
        return [item for item in found if item.move_type == move_type]

    def add_closed(self, document: Closed) -> None:
        self.closed.append(document)
        self.closed_of[document.partner.id].append(document)

    def same_residual(self, item: Item, on: date) -> list[Item]:
        """Other documents that were open on that day with the amount ``item`` came with."""
        return [
            other
            for other in self.by_amount[item.residual]
            if other is not item
            and other.move_type == item.move_type
            and other.left == other.residual
            and not other.taken
            and other.invoice_date <= on
        ]
