"""Kills the sender of follow-up messages before each of its statements, and counts what arrived.

    python -m benchmarks.dunning_kills [--stride 1]

For each statement a customer with an overdue invoice, a sender that dies there, and ten more runs of
the sending. A real SMTP server counts: one message a customer, under one Message-Id. A sender that
dies between the server's word and its own note sends it again, under the same Message-Id; that is
counted apart. The exit code is 1 when a customer got none, or two.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tools import base_database, database
from tools.odoo_process import free_port

from . import odoo_databases
from .worker_farm import Farm, Job, farm

NAME = "bench_dunning_kills"
MODULES = "open_banking_recon,smart_dunning"
MODULE = "benchmarks.dunning_outbox_world"
MORNING = datetime(2026, 9, 21, 8, 0, tzinfo=timezone.utc)  # a Monday, 10:00 in Paris
RUNS_AFTER = 10
BETWEEN_RUNS = timedelta(minutes=40)


class Catcher(MessageHandler):
    """Keeps {customer: [Message-Id]} of all that arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: defaultdict[str, list[str]] = defaultdict(list)

    def handle_message(self, message: Message) -> None:
        customer = message["X-RcptTo"].split("@")[0]
        self.arrived[customer].append(message["Message-Id"])


@dataclass
class Outbox:
    """Workers on a database, and the mail server they send to."""

    workers: Farm
    arrived: dict[str, list[str]]


@contextmanager
def outbox(server: database.Server, name: str) -> Iterator[Outbox]:
    """A new database ``name`` whose mails a catcher of ours takes."""
    base_database.ensure(server)
    base_database.copy(server, name)
    odoo_databases.install(server, name, "-i", MODULES)
    catcher = Catcher()
    port = free_port()
    controller = Controller(catcher, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with farm(server, name, MODULE) as workers:
            workers.ask(MORNING, "prepare", port)
            yield Outbox(workers, catcher.arrived)
    finally:
        controller.stop()


def kill_at(world: Outbox, statement: int) -> tuple[str, list[str]]:
    """(outcome of the sender that was to die, Message-Ids that arrived) for a new customer."""
    customer = f"customer{statement}"
    world.workers.ask(MORNING, "owe", customer, [7])
    world.workers.ask(MORNING, "plan")
    [result] = world.workers.work(MORNING, Job("send", (), statement))
    for run in range(1, RUNS_AFTER + 1):
        world.workers.ask(MORNING + BETWEEN_RUNS * run, "send")
    return result.outcome, world.arrived[customer]


def kill_all(world: Outbox, stride: int) -> dict[str, Any]:
    """Figures of the kills before each ``stride``-th statement, until one is never reached."""
    found: dict[str, Any] = {"killed": 0, "one": 0, "same id again": 0, "wrong": []}
    statement, outcome = 1, "killed"
    while outcome == "killed":
        outcome, ids = kill_at(world, statement)
        found["killed"] += outcome == "killed"
        if len(set(ids)) != 1:
            found["wrong"].append(f"killed at statement {statement}: {len(set(ids))} messages")
        found["one"] += len(ids) == 1
        found["same id again"] += len(ids) > 1
        statement += stride
    return found


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stride", type=int, default=1, help="kill before each N-th statement")
    options = parser.parse_args(words)
    server = database.server()
    try:
        with outbox(server, NAME) as world:
            found = kill_all(world, options.stride)
    finally:
        odoo_databases.drop(server, [NAME])
    print(", ".join(f"{name}: {value}" for name, value in found.items()))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
