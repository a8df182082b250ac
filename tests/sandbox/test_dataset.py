"""The demo data set is plausible, consistent and the same at every build."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum import iban, iso11649
from stdnum.fr import siren, siret, tva
from stdnum.iso7064 import mod_97_10

from sandbox import dataset
from sandbox.dataset import build, to_json
from sandbox.demo_data.model import DemoData

# an ordinary day, the turn of a year, a leap day, a Monday, a Saturday
DAYS = [
    date(2026, 11, 23),
    date(2027, 1, 15),
    date(2028, 2, 29),
    date(2026, 6, 1),
    date(2026, 8, 15),
]
GOOD = {
    "one_invoice", "structured_reference", "several_invoices", "third_party_payer", "direct_debit",
    "vendor_transfer", "vendor_direct_debit", "paper_bill", "credit_note_netted",
}  # fmt: skip


@pytest.fixture(scope="module", params=[(day, seed) for day in DAYS for seed in (1, 7)], ids=str)
def data(request) -> DemoData:
    return build(*request.param)


def booked(data: DemoData):
    return [item for item in data.transactions if item.status == "booked"]


def test_there_is_as_much_as_a_demo_needs(data):
    assert len(data.customers) >= 60
    assert len(data.vendors) >= 20
    assert len(data.invoices) >= 215
    assert len(data.credit_notes) == 10
    assert len(data.bills) >= 34
    assert len(data.paper_bills) == 4
    assert len(booked(data)) >= 155
    assert 5 <= len(data.transactions) - len(booked(data)) <= 6


def test_the_same_day_and_seed_give_the_same_bytes(data):
    again = build(data.as_of, data.seed)

    assert json.dumps(to_json(again)) == json.dumps(to_json(data))


def test_another_seed_gives_other_data():
    assert build(DAYS[0], 1).transactions != build(DAYS[0], 2).transactions


def test_any_day_and_seed_can_be_built():
    for number in range(40):
        built = build(date(2026, 1, 1) + timedelta(days=11 * number), number)
        assert len(booked(built)) >= 155


def test_every_identifier_has_its_check_digits(data):
    company = data.company
    partners = (*data.customers, *data.vendors)
    assert siret.is_valid(company.siret)
    assert all(
        siren.is_valid(item.siren) and tva.is_valid(item.vat) for item in (*partners, company)
    )
    ibans = [item.iban for item in (*partners, *data.bank_accounts)]
    ibans += [item.counterparty_iban for item in data.transactions if item.counterparty_iban]
    assert all(iban.is_valid(number) for number in ibans)
    assert len({item.iban for item in partners}) == len(partners)
    references = [item.structured_ref for item in data.invoices if item.structured_ref]
    assert len(references) >= 20
    assert all(iso11649.is_valid(reference) for reference in references)
    collecting = [item.creditor_id for item in data.vendors if item.creditor_id]
    assert all(mod_97_10.is_valid(f"{code[7:]}{code[:4]}") for code in collecting)


def test_french_ibans_have_their_inner_key_too(data):
    for partner in data.customers:
        bank, branch, number, key = (
            int(partner.iban[start:end]) for start, end in ((4, 9), (9, 14), (14, 25), (25, 27))
        )
        assert (89 * bank + 15 * branch + 3 * number + key) % 97 == 0


def test_names_and_addresses_are_told_apart(data):
    partners = (*data.customers, *data.vendors)

    assert len({item.name for item in partners}) == len(partners)
    assert len({item.email for item in partners}) == len(partners)
    assert all(item.email.endswith(".example") for item in partners)


def test_invoices_are_numbered_by_date_within_their_year(data):
    for prefix, documents in (("FAC", data.invoices), ("RFAC", data.credit_notes)):
        ordered = sorted(documents, key=lambda item: (item.invoice_date.year, item.number))
        dates = [item.invoice_date for item in ordered]
        assert dates == sorted(dates)
        count: Counter[int] = Counter()
        for item in ordered:
            count[item.invoice_date.year] += 1
            year = item.invoice_date.year
            assert item.number == f"{prefix}/{year}/{count[year]:05d}"


def test_documents_lie_in_the_past_five_months_and_are_due_later(data):
    for item in (*data.invoices, *data.credit_notes, *data.bills, *data.paper_bills):
        assert data.as_of - timedelta(days=155) <= item.invoice_date < data.as_of
        assert item.due_date >= item.invoice_date


def test_taxes_are_exact_to_the_cent_whatever_the_rounding(data):
    for item in (*data.invoices, *data.credit_notes, *data.bills, *data.paper_bills):
        by_rate: Counter[Decimal] = Counter()
        for line in item.lines:
            assert line.tax == line.untaxed * line.tax_rate / 100
            by_rate[line.tax_rate] += line.untaxed
        assert item.total == item.untaxed + sum(b * r / 100 for r, b in by_rate.items())
        assert item.total > 0


def test_vendor_numbers_are_told_apart_and_paper_bills_are_not_entered(data):
    entered = {item.number for item in data.bills}
    paper = {item.number for item in data.paper_bills}

    assert len(entered) == len(data.bills)
    assert len(paper) == len(data.paper_bills)
    assert not entered & paper


def test_movements_are_booked_on_weekdays_of_the_last_weeks(data):
    for item in booked(data):
        assert data.as_of - timedelta(days=75) <= item.booking_date < data.as_of
        assert item.booking_date.weekday() < 5


def test_transactions_have_ids_of_their_own_and_belong_to_an_account(data):
    ids = [item.id for item in data.transactions]

    assert len(set(ids)) == len(ids)
    assert set(data.truth) == set(ids)
    accounts = Counter(item.account_iban for item in data.transactions)
    assert set(accounts) == {item.iban for item in data.bank_accounts}
    assert accounts[data.bank_accounts[0].iban] > 3 * accounts[data.bank_accounts[1].iban] > 0


def test_the_truth_explains_every_amount_to_the_cent(data):
    for item in data.transactions:
        truth = data.truth[item.id]
        if not truth.documents and truth.kind != "paid_twice":
            assert truth.kind in ("no_document", "pending")
            continue
        explained = sum((part.amount for part in truth.documents), truth.difference)
        assert abs(item.amount) == abs(explained), truth


def test_no_document_is_paid_beyond_its_total(data):
    documents = (*data.invoices, *data.credit_notes, *data.bills, *data.paper_bills)
    totals = {item.number: item.total for item in documents}
    paid: Counter[str] = Counter()
    for truth in data.truth.values():
        for part in truth.documents:
            paid[part.number] += part.amount
    assert set(paid) <= set(totals)
    assert all(abs(amount) <= totals[number] for number, amount in paid.items())


def test_money_comes_in_for_invoices_and_goes_out_for_bills(data):
    bills = {item.number for item in (*data.bills, *data.paper_bills)}
    for item in booked(data):
        truth = data.truth[item.id]
        if truth.documents:
            outgoing = truth.documents[0].number in bills or truth.kind == "direct_debit_return"
            assert (item.amount < 0) == outgoing


def test_most_lines_pay_a_document_with_a_good_reference(data):
    kinds = Counter(data.truth[item.id].kind for item in booked(data))
    good = sum(count for kind, count in kinds.items() if kind in GOOD)
    lines = len(booked(data))
    one = sum(len(data.truth[item.id].documents) == 1 for item in booked(data))

    assert 0.66 <= good / lines <= 0.78
    assert one / lines >= 0.6


def test_every_kind_of_trouble_is_there(data):
    kinds = {truth.kind for truth in data.truth.values()}

    assert kinds >= GOOD | {
        "partial_payment", "bank_fee_deducted", "discount_taken", "paid_twice", "overpaid",
        "wrong_reference", "no_reference", "anonymous", "unexplained_shortfall", "one_of_several", "direct_debit_return", "no_document", "pending",
    }  # fmt: skip


def test_a_return_names_its_reason(data):
    returned = next(i for i in data.transactions if data.truth[i.id].kind == "direct_debit_return")

    assert "/RTRN/AM04/" in returned.additional_information
    assert returned.amount < 0


def test_enough_stays_unpaid_to_remind_customers_of(data):
    settled = {part.number for truth in data.truth.values() for part in truth.documents}
    overdue = [
        item for item in data.invoices if item.number not in settled and item.due_date < data.as_of
    ]

    assert len(overdue) >= 15


def test_texts_fit_the_fields_of_a_bank(data):
    for item in data.transactions:
        assert all(0 < len(line) <= 140 for line in item.remittance)
        assert len(item.counterparty_name) <= 70
        assert len(item.end_to_end_id) <= 35


def test_the_command_writes_the_file_the_bank_reads(tmp_path, capsys):
    file = tmp_path / "demo.json"

    assert dataset.main(["--as-of", "2026-11-23", "--seed", "3", "--out", str(file)]) == 0
    assert json.loads(file.read_text("utf-8")) == to_json(build(date(2026, 11, 23), 3))
    assert "66 customers" in capsys.readouterr().out
