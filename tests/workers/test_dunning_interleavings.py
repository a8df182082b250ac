"""Random orders of facts on a real database: no message leaves that is wrong at that moment.

The whole run is ``python -m benchmarks.dunning_interleavings`` (1,000 sequences).
"""

from __future__ import annotations

import re

import pytest

from benchmarks import dunning_interleavings, odoo_databases
from tools import base_database, database

pytestmark = pytest.mark.e2e

NAME = "open_banking_dunning_interleavings"
EXAMPLES = 60


def test_no_random_sequence_of_facts_sends_a_message_that_is_wrong() -> None:
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    odoo_databases.install(server, NAME, "-i", dunning_interleavings.MODULES)
    played = dunning_interleavings.play(server, NAME, examples=EXAMPLES, steps=14, seed=7)
    messages = re.search(r"(\d+) messages", played)
    assert messages and int(messages[1]) > 0, played
    odoo_databases.drop(server, [NAME])
