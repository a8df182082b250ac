"""Nothing lost and nothing twice, with everything that goes wrong between a bank and Odoo.

    python -m benchmarks.faults --seeds 20 --transactions 10000
    python -m benchmarks.faults --seed 7 --transactions 10000      # one of them again

Each seed is an account of a sandbox bank of its own: 90 days with late, changed, renumbered and twin
bookings, refused, cut and late answers, a consent that is withdrawn, messages that are repeated, stale
or forged, and workers of Odoo that are killed before any statement, one or two at a time. Processes,
HTTP and the database are real; only the date is not. At the end each payment must be there once, the
journal must hold the bank's balance, and the queue must be quiet. Exit code 1 when it is not.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from tools import base_database, database, odoo_process
from tools.console import step

from .fault_bank import LATE_DAYS, NUMBER, Clock, FaultyBank, Messenger, faulty_bank
from .worker_farm import Farm, Job, farm

NAME = "open_banking_faults"
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSBmYXVsdCB0ZXN0IQ=="
STEPS_H = (6, 6, 6, 12, 24, 48, 72, 96)
LAST_TRIES = 12


@dataclass
class World(Farm):
    """An Odoo that takes messages, and one that forks workers."""

    url: str


@dataclass
class Report:
    """What happened in the run of one seed. ``faults``: what is not as it must be."""

    seed: int
    transactions: int = 0
    attempts: int = 0
    killed: int = 0
    renewals: int = 0
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        verdict = "passed" if not self.faults else "FAILED: " + "; ".join(self.faults[:6])
        errors = ", ".join(f"{count} {code}" for code, count in sorted(self.errors.items()))
        return (
            f"seed {self.seed:>3}  {self.transactions:>6} transactions  {self.attempts:>3} attempts"
            f"  {self.killed:>3} killed  {self.renewals:>2} renewals  {self.seconds:6.1f} s"
            f"  {verdict}  ({errors})"
        )


@contextmanager
def world(name: str = NAME, fresh: bool = True) -> Iterator[World]:
    """Odoo's processes on a database of their own, made anew unless it is there."""
    server = database.server()
    if fresh:
        base_database.install(server, name, "open_banking_recon")
    with (
        odoo_process.serving(server, name) as url,
        farm(server, name, "benchmarks.fault_worker") as workers,
    ):
        yield World(server, name, workers.line, url)


def run_seed(world: World, seed: int, transactions: int, days: int = 90) -> Report:
    """One account through ``days`` days; deterministic but for real time."""
    started = time.monotonic()
    report = Report(seed)
    today = datetime.now(timezone.utc).replace(hour=3, minute=0, second=0, microsecond=0)
    # Odoo's HTTP server lives in the present: what it stores must be due for the workers
    clock = Clock(today + timedelta(days=1))
    nonce = world.query("SELECT count(*) FROM open_banking_account")[0][0]
    with faulty_bank(seed, transactions, days, clock, nonce) as bank:
        bank.behave()
        ids = world.ask(clock.now, "connect", bank.local.api_url, bank.iban, SECRET)
        attempt = _Attempt(world, bank, clock, ids, report)
        attempt.through(clock.now + timedelta(days=days))
        attempt.to_the_end(LATE_DAYS + 1)
        _check(world, bank, ids, report)
        report.faults += attempt.messenger.wrong
        world.ask(clock.now, "leave", ids["consent"])
    report.seconds = time.monotonic() - started
    return report


class _Attempt:
    """The days of one account, from attempt to attempt."""

    def __init__(
        self, world: World, bank: FaultyBank, clock: Clock, ids: dict[str, int], report: Report
    ) -> None:
        self.world, self.bank, self.clock, self.ids = world, bank, clock, ids
        self.report = report
        self.rng = random.Random(f"{report.seed} days")
        url = f"{world.url}/open_banking/webhook/berlin_group/{ids['provider']}"
        self.messenger = Messenger(url, SECRET, random.Random(f"{report.seed} messages"))

    def through(self, end: datetime) -> None:
        """Attempts until ``end``, each with faults of its own; the consent is withdrawn once."""
        withdrawn = self.clock.now + (end - self.clock.now) * self.rng.uniform(0.3, 0.7)
        while self.clock.now < end:
            if withdrawn and self.clock.now >= withdrawn:
                self.bank.withdraw_consents()
                withdrawn = None
            self.bank.draw()
            self.messenger.send_some(datetime.now(timezone.utc))
            self._work([self._life() for _worker in range(self.rng.choice((1, 1, 1, 2)))])
            self._renew()
            self.clock.now += timedelta(hours=self.rng.choice(STEPS_H))

    def to_the_end(self, days: int) -> None:
        """Without faults until all that came late is there, and once more."""
        self.bank.behave()
        self.clock.now += timedelta(days=days)
        fetched = 0
        for _try in range(LAST_TRIES):
            self._renew()
            before = self._count_done()
            self._work([None])
            fetched += self._count_done() > before
            if fetched == 2:
                return
            self.clock.now += timedelta(hours=6)
        self.report.faults.append("the last fetches did not succeed")

    def _life(self) -> int | None:
        """The statement that a worker dies at: early or late, or never."""
        return int(10 ** self.rng.uniform(1, 3.6)) if self.rng.random() < 0.4 else None

    def _work(self, lives: Sequence[int | None]) -> None:
        jobs = [Job("work", (number == 0,), life) for number, life in enumerate(lives)]
        results = self.world.work(self.clock.now, *jobs)
        self.report.attempts += len(results)
        for result in results:
            if result.outcome == "killed":
                self.report.killed += 1
            elif result.outcome == "failed":
                self.report.errors[str(result.value).partition(":")[0]] += 1

    def _renew(self) -> None:
        """A consent that has ended is given again: the person is reminded and does it."""
        if self.world.ask(self.clock.now, "consent_state", self.ids["consent"]) != "valid":
            self.bank.behave()
            self.world.ask(self.clock.now, "renew", self.ids["consent"])
            self.report.renewals += 1

    def _count_done(self) -> int:
        [(count,)] = self.world.query(
            "SELECT count(*) FROM open_banking_sync WHERE state = 'done' AND account_id = %s",
            self.ids["account"],
        )
        return int(count)


def _check(world: World, bank: FaultyBank, ids: dict[str, int], report: Report) -> None:
    """Write down what is not as it must be."""
    told = bank.numbers()
    rows = world.query(
        "SELECT payment_ref, amount::text, move_id FROM account_bank_statement_line"
        " WHERE journal_id = %s",
        ids["journal"],
    )
    stored = Counter(NUMBER.findall(text)[0] for text, _amount, _move in rows)
    report.transactions = sum(told.values())
    report.faults += _differences(told, stored)
    [(account, gap, anchor)] = world.query(
        "SELECT (SELECT coalesce(sum(line.balance), 0)::text FROM account_move_line line"
        "         JOIN account_journal journal ON journal.default_account_id = line.account_id"
        "        WHERE journal.id = %s AND line.parent_state = 'posted'),"
        "       balance_gap_since, balance_anchor::text FROM open_banking_account WHERE id = %s",
        *(ids["journal"], ids["account"]),
    )
    opening = bank.balance() - sum(Decimal(amount) for _text, amount, _move in rows)
    if Decimal(anchor) != opening or Decimal(account) + opening != bank.balance():
        report.faults.append(f"journal {account}, anchor {anchor}, bank {bank.balance()}")
    if gap:
        report.faults.append(f"a gap of the balance since {gap}")
    if len({move for _text, _amount, move in rows}) != len(rows):
        report.faults.append("lines that share an entry")
    states = world.query(
        "SELECT state, count(*) FROM open_banking_event WHERE provider_id = %s AND state != 'done'"
        " GROUP BY state",
        ids["provider"],
    )
    report.faults += [f"{count} events are {state}" for state, count in states]
    most = world.ask(bank.local.bank.now(), "most_reads_a_day", ids["account"])
    if most > 4:
        report.faults.append(f"{most} unattended reads in 24 hours")
    codes = world.query(
        "SELECT error_code, count(*) FROM open_banking_sync WHERE account_id = %s"
        " AND error_code IS NOT NULL GROUP BY error_code",
        ids["account"],
    )
    report.errors.update(dict(codes))


def _differences(told: Counter[str], stored: Counter[str]) -> list[str]:
    lost, doubled = told - stored, stored - told
    found = [f"lost {number} ({count})" for number, count in sorted(lost.items())]
    found += [f"twice {number} ({count})" for number, count in sorted(doubled.items())]
    return [f"{lost.total()} lost, {doubled.total()} too many", *found] if found else []


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many, from 1 (default: 20)")
    parser.add_argument("--seed", type=int, nargs="+", metavar="N", help="these alone")
    parser.add_argument("--transactions", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--database", default=NAME, help="runs side by side need one each")
    parser.add_argument("--keep", action="store_true", help="go on with the database that is there")
    options = parser.parse_args(words)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for every request
    seeds = options.seed or range(1, options.seeds + 1)
    failed = 0
    with step("Odoo with our add-on"):
        context = world(options.database, fresh=not options.keep)
        odoo = context.__enter__()
    try:
        for seed in seeds:
            report = run_seed(odoo, seed, options.transactions, options.days)
            failed += bool(report.faults)
            print(report.line(), flush=True)
    finally:
        context.__exit__(None, None, None)
    print(f"{len(seeds) - failed} of {len(seeds)} seeds passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
