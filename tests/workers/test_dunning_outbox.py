"""The outbox with a real SMTP server: senders that are killed, and a week without any.

A kill before each statement: ``python -m benchmarks.dunning_kills``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from benchmarks import dunning_kills
from benchmarks.dunning_kills import MORNING, Outbox
from tools import database

pytestmark = pytest.mark.e2e

NAME = "open_banking_dunning_outbox"
STRIDE = 12
CUSTOMERS = 24


@pytest.fixture(scope="module")
def world() -> Iterator[Outbox]:
    with dunning_kills.outbox(database.server(), NAME) as found:
        yield found


def test_a_killed_sender_and_ten_more_runs_send_exactly_one_message(world: Outbox) -> None:
    found = dunning_kills.kill_all(world, STRIDE)
    assert found["wrong"] == []
    assert found["killed"] > 3
    assert found["one"] > found["same id again"]


def test_after_a_week_of_outage_a_customer_gets_one_message(world: Outbox) -> None:
    """Reminders were planned, nothing left for a week, other steps have come due meanwhile."""
    names = [f"outage{number}" for number in range(CUSTOMERS)]
    for number, name in enumerate(names):
        world.workers.ask(MORNING, "owe", name, [number, number + 7][: 1 + number % 2])
    world.workers.ask(MORNING, "plan")
    back = MORNING + timedelta(days=7)
    for hour in range(4):
        world.workers.ask(back + timedelta(hours=hour), "plan")
        world.workers.ask(back + timedelta(hours=hour), "send")
    counts = [len(world.arrived[name]) for name in names]
    assert set(counts) == {1}, counts
