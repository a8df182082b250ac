"""A year of follow-up with a frozen clock: everything customers do, and workers that are killed.

    python -m benchmarks.dunning_year [--customers 2000] [--invoices 30000] [--days 365] [--seed 1]

Each day invoices are issued, payments come, are announced, taken back, promised and disputed; the
planning runs twice, the sending on two workers at once; some of them are killed before any statement.
A book-keeping of its own (``benchmarks.dunning_judge``) judges each e-mail that left and looks for
steps that were not taken; at each month end the cases are compared with the ledger. The exit code is
1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools import base_database, database

from . import odoo_databases
from .dunning_judge import GRACE_DAYS, Invoice, Judge, Promise, business_days_from, is_open
from .worker_farm import Farm, Job, farm

NAME = "bench_dunning_year"
MODULES = "open_banking_recon,smart_dunning"
START = date(2026, 1, 5)
TERM = timedelta(days=30)
KILLED = 0.12  # share of runs that do not live to their end
LONGEST_LIFE = 250  # statements
_DAY = timedelta(days=1)

# How customers pay: (share, name).
HABITS = (
    (0.34, "early"),
    (0.24, "on time"),
    (0.16, "days late"),
    (0.13, "when reminded"),
    (0.03, "never"),
    (0.04, "in parts"),
    (0.03, "returned"),
    (0.03, "promises"),
)


@dataclass
class Year:
    """The driver: what happens when, in Odoo and in the judge's books."""

    workers: Farm
    log: Path
    dice: random.Random
    customers: list[int]
    per_day: float
    judge: Judge = field(default_factory=Judge)
    habits: dict[int, str] = field(default_factory=dict)
    payments: dict[date, list[tuple[str, Decimal]]] = field(default_factory=dict)
    returns: dict[date, list[str]] = field(default_factory=dict)
    paid: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    settled: dict[date, list[int]] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    read_bytes: int = 0

    def __post_init__(self) -> None:
        weights = [share for share, _name in HABITS]
        names = [name for _share, name in HABITS]
        for customer in self.customers:
            [self.habits[customer]] = self.dice.choices(names, weights)

    # -- one day ------------------------------------------------------------------------------

    def live(self, today: date) -> None:
        told = self._issue(today) | self._returned(today)
        told |= self._settled(today)
        self._tell(today, 4, told)
        self._tell(today, 4, self._pay(today, 0.6))
        self._run(today, 5, "plan", "plan")
        if not is_open(today):
            self._run(today, 9, "send")
            return
        self._run(today, 6, "send")  # before the hours
        self._tell(today, 7, self._pay(today, 1.0))
        self._tell(today, 7, self._say(today))
        self._work(today, 8, Job("plan"))  # facts ask for a planning of their cases
        self.workers.ask(self._at(today, 8), "decide")
        self._run(today, 9, "send", "send")
        self._work(today, 10, Job("plan"))  # what the sending found out of date
        self.workers.ask(self._at(today, 10), "decide")  # and what a kill left behind
        self._work(today, 11, Job("send", (str(self.log),)))
        self.judge.close_day(today)

    def _at(self, today: date, hour: int) -> datetime:
        return datetime.combine(today, clock_time(hour), timezone.utc)

    def _tell(self, today: date, hour: int, told: dict[str, list[Any]]) -> None:
        if any(told.values()):
            self.workers.ask(self._at(today, hour), "facts", told)

    def _run(self, today: date, hour: int, *names: str) -> None:
        """Run crons side by side; now and then one is killed, and runs again later."""
        jobs = []
        for name in names:
            dies = self.dice.random() < KILLED
            life = self.dice.randrange(1, LONGEST_LIFE) if dies else None
            arguments = (str(self.log),) if name == "send" else ()
            jobs.append(Job(name, arguments, life))
        self._work(today, hour, *jobs)
        if "plan" in names:
            self._work(today, hour, Job("plan"))

    def _work(self, today: date, hour: int, *jobs: Job) -> None:
        for job, result in zip(jobs, self.workers.work(self._at(today, hour), *jobs), strict=True):
            self.seen[f"{job.function} {result.outcome}"] += 1
            if result.outcome == "failed":
                self.judge.wrong.append(f"{today} {job.function}: {result.value}")
        self._read(today)

    def _read(self, today: date) -> None:
        """Judge what left since the last look."""
        if not self.log.exists():
            return
        with self.log.open(encoding="utf-8") as file:
            file.seek(self.read_bytes)
            for line in file:
                mail = json.loads(line)
                number = int(mail["to"].rpartition("<")[2].split("@")[0].removeprefix("c"))
                self._answer(today, self.customers[number], mail)
            self.read_bytes = file.tell()

    def _answer(self, today: date, customer: int, mail: dict[str, Any]) -> None:
        self.judge.read(customer, mail)
        names = [name for name in mail["names"] if self.judge.invoices[name].open > 0]
        if self.habits[customer] == "when reminded":
            for name in names:
                self._will_pay(today + _DAY * self.dice.randrange(1, 7), name)

    # -- facts: told to Odoo and to the judge ----------------------------------------------------

    def _number(self, prefix: str) -> int:
        self.numbers[prefix] += 1
        return self.numbers[prefix]

    def _issue(self, today: date) -> dict[str, list[Any]]:
        told: dict[str, list[Any]] = {"YR/": [], "CN/": []}
        if not is_open(today):
            return told
        for customer in self.dice.sample(self.customers, k=self._how_many()):
            number, amount = self._number("YR/"), Decimal(self.dice.randrange(20, 2000))
            told["YR/"].append((number, customer, today, today + TERM, amount))
            name = f"YR/{number:05d}"
            self.judge.add(Invoice(name, customer, today, today + TERM, amount))
            self._plan_payments(today + TERM, name, customer)
            if self.dice.random() < 0.01:
                credit = amount if self.dice.random() < 0.5 else Decimal(10)
                told["CN/"].append((self._number("CN/"), customer, today, today, credit))
                self.judge.customers[customer].credit += credit
                self.seen["credit notes"] += 1
        return told

    def _how_many(self) -> int:
        whole = int(self.per_day)
        return min(whole + (self.dice.random() < self.per_day - whole), len(self.customers))

    def _plan_payments(self, due: date, name: str, customer: int) -> None:
        habit, days = self.habits[customer], self.dice.randrange(1, 20)
        if habit in ("early", "promises"):
            self._will_pay(due - _DAY * (days % 6), name)
        elif habit in ("on time", "returned"):
            self._will_pay(due, name)
        elif habit == "days late":
            self._will_pay(due + _DAY * days, name)
        elif habit == "in parts":
            half = self.judge.invoices[name].open / 2
            self.payments.setdefault(due, []).append((name, half.quantize(Decimal("0.01"))))
            self._will_pay(due + _DAY * 2 * days, name)
        elif habit == "when reminded":
            self._will_pay(due + _DAY * 60, name)
        if habit == "promises":
            self.payments[due - _DAY * (days % 6)].pop()
            self._will_pay(due + _DAY * (20 + days), name)

    def _will_pay(self, day: date, name: str) -> None:
        """All that is open then; 0 stands for that."""
        self.payments.setdefault(day, []).append((name, Decimal(0)))

    def _pay(self, today: date, share: float) -> dict[str, list[Any]]:
        """A part of today's payments; some were announced by the bank and come tomorrow."""
        told: dict[str, list[Any]] = {"PAY/": [], "allocate": [], "announce": [], "withdraw": []}
        due_now = self.payments.get(today, [])
        count = round(len(due_now) * share)
        now, self.payments[today] = due_now[:count], due_now[count:]
        for name, wanted in now:
            invoice = self.judge.invoices[name]
            customer = self.judge.customers[invoice.customer]
            amount = min(wanted or invoice.open, invoice.open)
            if amount <= 0 or invoice.is_disputed:
                continue
            if customer.announced is None and self.dice.random() < 0.3:
                told["announce"].append((invoice.customer, str(amount)))
                customer.announced = today
                self.payments.setdefault(today + _DAY, []).append((name, wanted))
                self.seen["announced"] += 1
                continue
            if customer.announced:
                told["withdraw"].append(invoice.customer)
                customer.announced = None
            number = self._number("PAY/")
            told["PAY/"].append((number, invoice.customer, today, today, amount))
            told["allocate"].append((f"PAY/{number:05d}", name))
            invoice.open -= amount
            self.seen["payments"] += 1
            if self.habits[invoice.customer] == "returned" and self.dice.random() < 0.5:
                self.paid[f"PAY/{number:05d}"] = (name, amount)
                day = today + _DAY * self.dice.randrange(2, 9)
                self.returns.setdefault(day, []).append(f"PAY/{number:05d}")
        # what the customer ends this moment with: announced or not
        told["announce"] = [
            row for row in told["announce"] if self.judge.customers[row[0]].announced == today
        ]
        return told

    def _returned(self, today: date) -> dict[str, list[Any]]:
        names = self.returns.pop(today, [])
        for payment in names:
            name, amount = self.paid.pop(payment)
            invoice = self.judge.invoices[name]
            was_paid = invoice.open == 0
            invoice.open += amount
            if was_paid:
                invoice.step_back()
            self._will_pay(today + _DAY * self.dice.randrange(5, 25), name)
            self.seen["taken back"] += 1
        return {"take_back": names}

    def _settled(self, today: date) -> dict[str, list[Any]]:
        customers = self.settled.pop(today, [])
        for customer in customers:
            for invoice in self.judge.customers[customer].invoices:
                if invoice.is_disputed:
                    invoice.is_disputed = False
                    self._will_pay(today + _DAY * 20, invoice.name)
        return {"settle": customers}

    def _say(self, today: date) -> dict[str, list[Any]]:
        """Promises, disputes and pauses, after the planning and before the sending."""
        told: dict[str, list[Any]] = {"promise": [], "dispute": [], "hold": []}
        for number, customer in self.judge.customers.items():
            late = [i for i in customer.open_invoices() if i.due < today and not i.is_disputed]
            if not late or customer.owed() <= 0 or self.dice.random() > 0.08:
                continue
            disputed = any(i.is_disputed for i in customer.invoices)
            if self.habits[number] == "promises" and customer.promise is None:
                day = today + _DAY * self.dice.randrange(2, 15)
                told["promise"].append((number, day.isoformat()))
                last = business_days_from(day, GRACE_DAYS)
                customer.promise = Promise(customer.owed(), last)
                self.seen["promises"] += 1
            elif not disputed and self.habits[number] == "never" and self.dice.random() < 0.2:
                told["dispute"].append((number, late[0].name))
                late[0].is_disputed = True
                self.settled.setdefault(today + _DAY * 25, []).append(number)
                self.seen["disputes"] += 1
            elif self.dice.random() < 0.1:
                end = today + _DAY * self.dice.randrange(1, 20)
                told["hold"].append((number, "manual", end.isoformat()))
                customer.holds.append((today, end))
                self.seen["pauses"] += 1
        return told

    def compare(self, today: date) -> None:
        """The cases against the ledger, and our own books against both, at a month end."""
        found: list[str] = self.workers.ask(self._at(today, 12), "disagreements")
        self.judge.wrong += [f"{today} {text}" for text in found]
        self.seen["month ends"] += 1


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--invoices", type=int, default=30_000, help="in a whole year")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args(words)
    server = database.server()
    try:
        year = simulate(
            server, NAME, options.customers, options.invoices, options.days, options.seed
        )
    finally:
        if not options.keep:
            odoo_databases.drop(server, [NAME])
    show(year)
    return 1 if year.judge.wrong else 0


def simulate(
    server: database.Server, name: str, customers: int, invoices: int, days: int, seed: int
) -> Year:
    """Play ``days`` days on a new database ``name``."""
    base_database.ensure(server)
    base_database.copy(server, name)
    odoo_databases.install(server, name, "-i", MODULES)
    started = time.monotonic()
    with (
        farm(server, name, "benchmarks.dunning_year_world") as workers,
        tempfile.TemporaryDirectory() as folder,
    ):
        morning = datetime.combine(START, clock_time(3), timezone.utc)
        ids: list[int] = workers.ask(morning, "prepare", customers)
        business_days = sum(is_open(START + _DAY * n) for n in range(365))
        log = Path(folder) / "mails.jsonl"
        year = Year(workers, log, random.Random(seed), ids, invoices / business_days)
        for number in range(days):
            today = START + _DAY * number
            year.live(today)
            if (today + _DAY).day == 1:
                year.compare(today)
                print(f"{today} {year.judge.messages} messages", flush=True)
            if number % 30 == 0:
                odoo_databases.analyse(server, name)
        year.seen["seconds"] = round(time.monotonic() - started)
        return year


def show(year: Year) -> None:
    again = sum(count - 1 for count in year.judge.ids.values())
    print(f"{year.numbers['YR/']} invoices, {year.judge.messages} messages, {again} of them again")
    print(", ".join(f"{count} {name}" for name, count in sorted(year.seen.items())))
    print(f"wrong: {len(year.judge.wrong)}")
    for text in year.judge.wrong[:20]:
        print(f"  {text}")


if __name__ == "__main__":
    raise SystemExit(main())
