"""Makes the books of a profile and the lines of half a year."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor

from .audit import fair
from .ledger import FIRST_LINE, LAST_LINE, Ledger
from .model import Profile, Scenario, Transfer, Truth

ATTEMPTS = 25  # scenarios tried for one line before the day is left to what always works


def books(profile: Profile, documents: int, lines: int, seed: int) -> Ledger:
    """The same arguments give the same books."""
    ledger = Ledger(profile, seed)
    profile.people(ledger, max(30, round(documents / profile.documents_per_customer)))
    profile.documents(ledger, documents)
    waiting = _plan(ledger, lines)
    for day in _line_days(ledger, lines):
        ordered, truth = _due_story(ledger, day) or _next(ledger, day, waiting)
        shown = _through_a_bank(ledger, ordered, day)
        ledger.record(day, ordered, shown, fair(ledger, ordered, shown, truth, day))
    return ledger


def _plan(ledger: Ledger, lines: int) -> list[Scenario]:
    """Each scenario by its weight, once at least, in random order."""
    weights = ledger.profile.scenarios
    whole = sum(weights.values())
    plan = [
        scenario
        for scenario, weight in weights.items()
        for _ in range(max(1, floor(lines * weight / whole + 0.5)))
    ]
    ledger.rng.shuffle(plan)
    return plan


def _line_days(ledger: Ledger, count: int) -> list[date]:
    span = (LAST_LINE - FIRST_LINE).days
    found: list[date] = []
    while len(found) < count:
        day = FIRST_LINE + timedelta(days=ledger.rng.randint(0, span))
        if day.weekday() < 5:
            found.append(day)
    return sorted(found)


def _due_story(ledger: Ledger, day: date) -> tuple[Transfer, Truth] | None:
    due = [story for story in ledger.stories if story[0] <= day]
    if not due:
        return None
    first = min(due, key=lambda story: story[0])
    ledger.stories.remove(first)
    return first[1], first[2]


def _next(ledger: Ledger, day: date, waiting: list[Scenario]) -> tuple[Transfer, Truth]:
    """What the first scenario makes that can happen on that day; those that cannot wait on."""
    for _ in range(min(ATTEMPTS, len(waiting))):
        scenario = waiting.pop(0)
        made = scenario(ledger, day)
        if made:
            ledger.made[scenario.__name__] += 1
            return made[0]
        waiting.insert(ledger.rng.randrange(len(waiting) + 1), scenario)
    for scenario in ledger.profile.scenarios:
        made = scenario(ledger, day)
        if made:
            return made[0]
    raise ValueError(f"{ledger.profile.name}: nothing can happen on {day}; more documents needed")


def _through_a_bank(ledger: Ledger, ordered: Transfer, day: date) -> Transfer:
    """Each payer's transfers come the same way; a payer without account comes any way."""
    if ordered.raw:
        return ordered
    banks = ledger.profile.banks
    bank = ledger.rng.choices(list(banks), list(banks.values()))[0]
    if ordered.iban:
        bank = ledger.bank_of.setdefault(ordered.iban, bank)
    return bank(ledger, ordered, day)
