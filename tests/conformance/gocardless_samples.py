"""How the samples of GoCardless are laid out: calls of another project's functions and their arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recon_core.normalisers import gocardless as normalise
from recon_core.types import BankAccount, BankTransaction, TransactionStatus

BOOKED, PENDING = TransactionStatus.BOOKED, TransactionStatus.PENDING


def loader(corpora: Path) -> Callable[[str], Any]:
    """Reads a sample by its name; skips the test when there are none."""
    folder = corpora / "payloads" / "gocardless"
    if not folder.is_dir():
        pytest.skip("no GoCardless payloads among the samples of third parties")
    return lambda name: json.loads((folder / f"{name}.json").read_text("utf-8"))


def arguments(sample: dict[str, Any], method: str) -> list[list[Any]]:
    return [call["args"] for call in sample["calls"] if call["method"] == method]


def entries(sample: dict[str, Any]) -> list[dict[str, Any]]:
    return [args[0] for args in arguments(sample, "normalizeTransaction")]


def listed(sample: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of calls that take a list of them."""
    lists = [args[0] for args in arguments(sample, "sortTransactions")]
    lists += [args[0] for args in arguments(sample, "calculateStartingBalance")]
    return [entry for entries in lists for entry in entries or []]


def read(entry: dict[str, Any], status: TransactionStatus = BOOKED) -> BankTransaction:
    found = normalise.transaction(entry, status)
    assert found is not None
    return found


def account_of(sample: dict[str, Any]) -> BankAccount:
    """The samples hold what GoCardless and the bank tell of an account in one object."""
    merged = arguments(sample, "normalizeAccount")[0][0]
    return normalise.account(merged, {"account": merged})
