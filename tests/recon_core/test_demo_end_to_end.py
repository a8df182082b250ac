"""The demo company through the kernel: bank JSON or file, identity, matching, checked by truth."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from recon_core.matching import match
from recon_core.matching.model import (
    Decision,
    LineResult,
    MatchPolicy,
    MoveType,
    OpenItem,
    Partner,
    Reason,
    StatementLine,
)
from recon_core.normalisers import berlin_group as normalise
from recon_core.normalisers.identity import keyed
from recon_core.statements import read_statement
from recon_core.types import BankTransaction, TransactionStatus
from sandbox import camt, wire
from sandbox.dataset import build, to_json
from sandbox.demo_data.model import DemoData, Document

AS_OF = date(2026, 11, 23)


def told_by_api(entries: list[dict[str, Any]], iban: str) -> list[BankTransaction]:
    found = (
        normalise.transaction(wire.transaction(entry), TransactionStatus.BOOKED, iban)
        for entry in entries
        if entry["account_iban"] == iban and entry["status"] == "booked"
    )
    return [item for item in found if item is not None]


@pytest.mark.parametrize("index", [0, 1])
def test_a_statement_file_and_the_bank_feed_give_the_same_keys(index):
    data = to_json(build(AS_OF, 1))
    account = data["bank_accounts"][index]
    (statement,) = read_statement(camt.statement(data, account), "statement.xml")

    from_feed = Counter(key for key, _ in keyed(told_by_api(data["transactions"], account["iban"])))
    from_file = Counter(key for key, _ in keyed(statement.transactions))
    assert len(from_feed) >= 10
    assert from_file == from_feed


def open_item(number: int, document: Document, partner_id: int) -> OpenItem:
    is_bill = document.kind == "in_invoice"
    return OpenItem(
        id=number,
        partner_id=partner_id,
        move_type=MoveType(document.kind),
        number=f"FACTU/{number:05d}" if is_bill else document.number,
        currency="EUR",
        amount_residual=document.total,
        amount_total=document.total,
        invoice_date=document.invoice_date,
        due_date=document.due_date,
        partner_ref=document.number if is_bill else document.purchase_order,
        structured_ref=document.structured_ref,
    )


def line(number: int, item: BankTransaction) -> StatementLine:
    assert item.booking_date is not None
    return StatementLine(
        id=number,
        booking_date=item.booking_date,
        amount=item.amount,
        currency=item.currency,
        remittance_unstructured=item.remittance_unstructured,
        remittance_structured=item.creditor_reference,
        counterparty_name=item.counterparty_name,
        counterparty_iban=item.counterparty_iban,
        end_to_end_id=item.end_to_end_id,
        bank_tx_code=item.bank_tx_code,
        return_reason=item.return_reason,
    )


class Outcome:
    """What the matching decided for every booked line of a data set."""

    def __init__(self, data: DemoData) -> None:
        people = [*data.customers, *data.vendors]
        ids = {person.ref: index for index, person in enumerate(people, start=1)}
        partners = [Partner(ids[p.ref], p.name, (), (p.iban,), p.country) for p in people]
        documents = [*data.invoices, *data.credit_notes, *data.bills, *data.paper_bills]
        self.numbers = {index: item.number for index, item in enumerate(documents, start=1)}
        items = [open_item(i, d, ids[d.partner_ref]) for i, d in enumerate(documents, start=1)]
        entries = to_json(data)["transactions"]
        transactions = [t for a in data.bank_accounts for t in told_by_api(entries, a.iban)]
        self.truth = {i: data.truth[t.transaction_id] for i, t in enumerate(transactions, start=1)}
        lines = [line(index, item) for index, item in enumerate(transactions, start=1)]
        self.results: list[LineResult] = match(lines, items, partners, MatchPolicy())

    def automatic(self) -> list[LineResult]:
        return [item for item in self.results if item.decision is Decision.AUTO]

    def is_right(self, result: LineResult) -> bool:
        chosen = {self.numbers[part.item_id] for part in result.proposals[0].allocations}
        return chosen == {part.number for part in self.truth[result.line_id].documents}


@pytest.fixture(scope="module", params=[1, 2, 3])
def outcome(request) -> Outcome:
    return Outcome(build(AS_OF, request.param))


def test_well_over_sixty_percent_are_matched_without_a_person(outcome):
    assert len(outcome.automatic()) / len(outcome.results) > 0.65


def test_nothing_is_matched_wrongly_without_a_person(outcome):
    wrong = [item for item in outcome.automatic() if not outcome.is_right(item)]

    assert wrong == []


def test_exceptions_of_the_usual_kinds_are_left_for_a_person(outcome):
    reasons = {item.reason for item in outcome.results if item.decision is not Decision.AUTO}

    assert reasons >= {Reason.NO_CANDIDATE, Reason.AMBIGUOUS, Reason.RETURNED, Reason.DUPLICATE}


def test_a_returned_direct_debit_is_never_a_payment(outcome):
    returned = [
        item
        for item in outcome.results
        if outcome.truth[item.line_id].kind == "direct_debit_return"
    ]

    assert [item.reason for item in returned] == [Reason.RETURNED]
