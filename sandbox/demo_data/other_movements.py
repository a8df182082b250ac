"""What the company pays, and what pays no document: charges, taxes, wages, cards, payouts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from . import narratives, vocabulary
from .model import Account, Document, Partner, Truth
from .movement import Movement, Period, booked, pays

_TRANSFERS = 22
_RULE = Truth("no_document")


def vendor_payments(
    rng: random.Random,
    period: Period,
    main: Account,
    vendors: Sequence[Partner],
    bills: Sequence[Document],
    paper_bills: Sequence[Document],
) -> list[Movement]:
    """Transfers for the oldest bills and for those on paper; collections of those who collect."""
    by_ref = {vendor.ref: vendor for vendor in vendors}
    collected = [item for item in bills if by_ref[item.partner_ref].creditor_id]
    by_transfer = [item for item in bills if not by_ref[item.partner_ref].creditor_id]
    found = []
    for index, bill in enumerate([*by_transfer[:_TRANSFERS], *paper_bills], start=1):
        kind = "paper_bill" if bill in paper_bills else "vendor_transfer"
        day = period.bank_day(bill.invoice_date + timedelta(days=rng.randrange(14, 31)))
        found.append(_transfer(main, day, by_ref[bill.partner_ref], bill, index, kind))
    for bill in collected:
        vendor = by_ref[bill.partner_ref]
        if bill.due_date < period.as_of:
            found.append(_collection(main, period.bank_day(bill.due_date), vendor, bill))
    last = by_transfer[_TRANSFERS]
    waiting = _transfer(main, period.as_of, by_ref[last.partner_ref], last, 90, "pending")
    found.append((replace(waiting[0], status="pending", booking_date=None), waiting[1]))
    return found


def other_movements(
    rng: random.Random, period: Period, main: Account, second: Account
) -> list[Movement]:
    """Movements that no document stands behind."""
    return [
        *_monthly(rng, period, main),
        *_cards(rng, period, main),
        *_takings(rng, period, main, second),
        *_between_accounts(period, main, second),
    ]


def _transfer(
    main: Account, day: date, vendor: Partner, bill: Document, index: int, kind: str
) -> Movement:
    end_to_end_id = f"ATL-{bill.invoice_date:%Y%m}-{index:04d}"
    return booked(
        main,
        day,
        pays(kind, bill),
        amount=-bill.total,
        counterparty_name=vendor.name,
        counterparty_iban=vendor.iban,
        remittance=narratives.sent(vendor.name, bill.number, end_to_end_id),
        end_to_end_id=end_to_end_id,
        bank_tx_code="PMNT-ICDT-ESCT",
    )


def _collection(main: Account, day: date, vendor: Partner, bill: Document) -> Movement:
    mandate_id = f"MDT{vendor.siren}"
    return booked(
        main,
        day,
        pays("vendor_direct_debit", bill),
        amount=-bill.total,
        counterparty_name=vendor.name,
        remittance=narratives.collected(vendor.name, bill.number, mandate_id),
        mandate_id=mandate_id,
        creditor_id=vendor.creditor_id,
        end_to_end_id=bill.number,
        bank_tx_code="PMNT-RDDT-ESDD",
    )


def _monthly(rng: random.Random, period: Period, main: Account) -> Iterator[Movement]:
    """What comes every month: day, payee, text, amounts between, bank transaction code."""
    table = (
        (1, "", "FRAIS BANCAIRES ABONNEMENT PRO", 2990, 2990, "ACMT-MDOP-CHRG"),
        (3, "", "COMMISSIONS SUR VIREMENTS INSTANTANES", 250, 1800, "ACMT-MDOP-CHRG"),
        (5, "SCI DU QUAI", "VIR PERM LOYER ATELIER {month}", 285000, 285000, "PMNT-ICDT-STDO"),
        (15, "URSSAF RHONE-ALPES", "PRLV SEPA URSSAF COTISATIONS {month}", 610000, 740000, "PMNT-RDDT-BBDD"),
        (20, "DGFIP", "PRLV SEPA DGFIP TVA CA3 {month}", 380000, 920000, "PMNT-RDDT-BBDD"),
        (28, "", "VIR SALAIRES {month}", 1780000, 1840000, "PMNT-ICDT-SALA"),
    )  # fmt: skip
    for day_of_month, payee, text, least, most, code in table:
        for day in period.month_days(day_of_month):
            yield booked(
                main,
                day,
                _RULE,
                amount=-_cents(rng, least, most),
                counterparty_name=payee,
                remittance=(text.format(month=f"{day:%m/%Y}"),),
                bank_tx_code=code,
            )


def _cards(rng: random.Random, period: Period, main: Account) -> Iterator[Movement]:
    for index, shop in enumerate(vocabulary.SHOPS):
        bought = period.as_of - timedelta(days=5 + 8 * index)
        yield booked(
            main,
            period.bank_day(bought + timedelta(days=2)),
            _RULE,
            amount=-_cents(rng, 890, 18900),
            remittance=(f"CARTE {bought:%d/%m/%y} {shop} CB*7731",),
            bank_tx_code="PMNT-CCRD-POSD",
        )
    waiting, truth = booked(
        main,
        period.as_of,
        Truth("pending"),
        amount=-_cents(rng, 2000, 6000),
        remittance=(f"CARTE {period.as_of:%d/%m/%y} {vocabulary.SHOPS[0]} CB*7731",),
    )
    yield replace(waiting, status="pending", booking_date=None), truth


def _takings(
    rng: random.Random, period: Period, main: Account, second: Account
) -> Iterator[Movement]:
    """Card takings of the shop, and payouts of the web shop, both net of commission."""
    for index in range(4):
        day = period.bank_day(period.as_of - timedelta(days=9 + 15 * index))
        yield booked(
            main,
            day,
            _RULE,
            amount=_cents(rng, 41000, 162000),
            remittance=(f"REMISE CARTE CB {day:%d%m%y} CONTRAT 4471902 NET COM",),
            bank_tx_code="PMNT-MCRD-POSP",
        )
        yield booked(
            second,
            period.bank_day(day + timedelta(days=2)),
            _RULE,
            amount=_cents(rng, 22000, 98000),
            counterparty_name="STRIPE",
            remittance=(
                f"VIR SEPA RECU /DE STRIPE TECHNOLOGY EUROPE /MOTIF STRIPE PAYOUT {day:%y%m%d}",
            ),
            end_to_end_id=f"STRIPE-{rng.randrange(10**6, 10**7)}",
            bank_tx_code="PMNT-RCDT-ESCT",
        )


def _between_accounts(period: Period, main: Account, second: Account) -> Iterator[Movement]:
    """Cash that moves from the second account to the main one, and interest."""
    amount = Decimal("4000.00")
    day = period.bank_day(period.as_of - timedelta(days=25))
    text = "VIR INTERNE APPROVISIONNEMENT"
    for account, other, sign in ((second, main, -1), (main, second, 1)):
        yield booked(
            account,
            day,
            _RULE,
            amount=sign * amount,
            counterparty_name=other.owner_name,
            counterparty_iban=other.iban,
            remittance=(text,),
            bank_tx_code="PMNT-RCDT-BOOK" if sign > 0 else "PMNT-ICDT-BOOK",
        )
    first = period.month_days(2)[-1]
    yield booked(
        second,
        first,
        _RULE,
        amount=Decimal("6.42"),
        remittance=("INTERETS CREDITEURS",),
        bank_tx_code="ACMT-MCOP-INTR",
    )


def _cents(rng: random.Random, least: int, most: int) -> Decimal:
    return Decimal(rng.randint(least, most)) / 100
