"""One account through a month in which everything goes wrong: nothing lost and nothing twice.

More seeds, transactions and days: ``python -m benchmarks.faults``.
"""

from __future__ import annotations

import pytest

from benchmarks import faults

pytestmark = pytest.mark.e2e

SEED = 1
TRANSACTIONS = 1000
DAYS = 30


def test_each_transaction_is_there_once_whatever_goes_wrong() -> None:
    with faults.world("open_banking_faults_test") as odoo:
        report = faults.run_seed(odoo, SEED, TRANSACTIONS, DAYS)
    print(report.line())  # noqa: T201 - the seed, when it fails
    assert report.faults == []
    assert report.transactions > TRANSACTIONS, "twins are payments of their own"
    assert report.killed and report.renewals and report.errors, "something went wrong"
