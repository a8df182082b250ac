"""Samples of third parties, read by a person first: what each one says is written down here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon_core.connectors.webhooks import webhook
from recon_core.connectors.webhooks.base import NOTHING, Announcement
from recon_core.normalisers import ponto as normalise
from recon_core.types import Balance, BankAccount, BankTransaction, TransactionStatus


@pytest.fixture
def sample(corpora: Path) -> Callable[[str], Any]:
    folder = corpora / "payloads" / "ponto"
    if not folder.is_dir():
        pytest.skip("no Ponto payloads among the samples of third parties")

    def load(name: str) -> Any:
        text = (folder / f"ponto-connect__{name}.json").read_text("utf-8")
        return json.loads(text, parse_float=Decimal)["data"]

    return load


def test_an_account(sample):
    assert [normalise.account(resource) for resource in sample("accounts")] == [
        BankAccount(
            resource_ref="8804e34f-12b0-4b70-86bf-265f013ca232",
            iban="BE53586671384412",
            currency="EUR",
            name="Repellat voluptatem aut.",
            owner_name="Malvina Dibbert",
            stable_ref="8804e34f-12b0-4b70-86bf-265f013ca232",
        )
    ]


def test_the_balances_of_an_account(sample):
    day = date(2020, 6, 20)
    assert normalise.balances(sample("account")) == [
        Balance(Decimal("6386.04"), "EUR", "interimBooked", day),
        Balance(Decimal("6386.04"), "EUR", "interimAvailable", day),
    ]


@pytest.mark.parametrize(
    ("name", "status", "booking_date"),
    [
        ("transaction", TransactionStatus.BOOKED, date(2020, 6, 19)),
        ("transactions", TransactionStatus.BOOKED, date(2020, 6, 19)),
        ("updated-transactions", TransactionStatus.BOOKED, date(2020, 6, 19)),
        ("pendingTransaction", TransactionStatus.PENDING, None),
        ("pendingTransactions", TransactionStatus.PENDING, None),
        ("updatedPendingTransactions", TransactionStatus.PENDING, None),
    ],
)
def test_a_transaction(sample, name, status, booking_date):
    told = sample(name)
    resources = told if isinstance(told, list) else [told]
    assert [normalise.transaction(resource, status) for resource in resources] == [
        BankTransaction(
            amount=Decimal("2.76"),
            currency="EUR",
            status=status,
            booking_date=booking_date,
            value_date=date(2020, 6, 19),
            transaction_id="a4a47c21-b606-464f-ae17-f8e3af6772c9",
            entry_reference="ae7976b0-78b7-492f-99d2-8e85ab5ea006",
            end_to_end_id="a965fa0788c241f3b13df3fbda744a07",
            mandate_id="486",
            creditor_id="315",
            counterparty_name="Rice Ltd",
            counterparty_iban="BE62467153327786",
            remittance_unstructured="Tempora animi qui!",
            bank_tx_code="PMNT-IRCT-ESCT",
        )
    ]


def test_an_account_of_the_sandbox(sample):
    told = [sample("financialInstitutionAccount"), *sample("financialInstitutionAccounts")]
    for resource in told:
        found = normalise.account(resource)
        assert (found.iban, found.currency) == ("BE17618075636065", "EUR")
        assert (found.name, found.owner_name) == ("Velit expedita voluptas.", "")
        assert [(b.amount, b.balance_type) for b in normalise.balances(resource)] == [
            (Decimal("567.32"), "interimBooked"),
            (Decimal("567.32"), "interimAvailable"),
        ]


def test_a_transaction_of_the_sandbox(sample):
    told = [sample("financialInstitutionTransaction"), *sample("financialInstitutionTransactions")]
    assert [normalise.transaction(resource, TransactionStatus.BOOKED) for resource in told] == [
        BankTransaction(
            amount=Decimal("84.42"),
            currency="EUR",
            status=TransactionStatus.BOOKED,
            booking_date=date(2020, 5, 25),
            value_date=date(2020, 5, 22),
            transaction_id="f87f120d-1dd7-4226-8b0e-fd83c9ed631a",
            counterparty_name="Otro Bank",
            counterparty_iban="BE9786154282554",
            remittance_unstructured="NEW SHOES",
        )
    ] * len(told)


def test_a_message_about_an_account(corpora: Path):
    folder = corpora / "payloads" / "ponto"
    if not folder.is_dir():
        pytest.skip("no Ponto payloads among the samples of third parties")
    name = "synchronizationSucceededWithoutChange"
    own = (folder / f"webhooks__ponto-connect__{name}.json").read_bytes()
    other = (folder / f"webhooks__xs2a__{name}.json").read_bytes()
    account = "12036924-f070-4832-8321-3fe18ba37480"
    assert webhook("ponto").announcement(own) == Announcement(frozenset({account}))
    assert webhook("ponto").announcement(other) == NOTHING  # of another product
