"""A provider of subscriptions: consumers, a handful of prices, the same every month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .. import banks, documents, ids, names, people
from ..ledger import Ledger
from ..model import Closed, Item, Partner, Profile, cents
from ..scenarios import adversarial, differences, monthly, nothing, several, single, traps

PRICES = ("19.90", "29.90", "39.90", "49.00", "24.99")
MONTHS = tuple(date(2025, 10 + i, 1) if i < 3 else date(2026, i - 2, 1) for i in range(9))


def customers(ledger: Ledger, count: int) -> None:
    rng = ledger.rng
    while len(ledger.partners) < count:
        language, country = rng.choice((("fr", "FR"), ("fr", "FR"), ("fr", "FR"), ("nl", "BE")))
        first, last = names.person(rng, language)
        number = f"{10000 + len(ledger.partners) * 3}"
        people.company(
            ledger,
            f"{first} {last}",
            country,
            known_iban=0.35,
            language=language,
            customer_number=number,
            terms_days=14,
        )
    people.vendors(ledger, max(5, count // 60), "FR", "fr")


def subscribed(ledger: Ledger, count: int) -> None:
    """One invoice a month for each customer; those that are not open were paid."""
    rng = ledger.rng
    consumers = [p for p in ledger.partners if not p.is_vendor]
    vendors = [p for p in ledger.partners if p.is_vendor]
    bills = count // 20
    pairs = [(month, partner.id) for month in MONTHS for partner in consumers]
    by_month: dict[date, set[int]] = defaultdict(set)
    for month, partner_id in rng.sample(pairs, count - bills):
        by_month[month].add(partner_id)
    plan = {partner.id: Decimal(rng.choice(PRICES)) for partner in consumers}
    for month in MONTHS:
        for partner in sorted(consumers, key=lambda p: p.id % 3):
            written = f"{month:%y%m}-{partner.customer_number}"
            day = month + timedelta(days=partner.id % 3)
            if partner.id in by_month[month]:
                _invoice(ledger, partner, written, day, plan[partner.id])
            else:
                ledger.add_closed(Closed(partner, written, day, plan[partner.id]))
        for running in range(bills // len(MONTHS)):
            vendor = rng.choice(vendors)
            number = f"FOU/{month:%Y/%m}/{running + 1:03d}"
            documents.add(ledger, vendor, "in_invoice", number, month + timedelta(days=4))


def _invoice(ledger: Ledger, partner: Partner, number: str, day: date, total: Decimal) -> None:
    structured = ids.iso11649(partner.customer_number) if partner.id % 4 == 0 else ""
    if partner.country == "BE":
        structured = ids.ogm(int(partner.customer_number) * 1013)
    ledger.add_item(
        Item(
            id=len(ledger.items) + 1,
            partner=partner,
            move_type="out_invoice",
            number=number,
            invoice_date=day,
            due_date=day + timedelta(days=14),
            currency="EUR",
            total=total,
            residual=total,
            left=total,
            structured_ref=structured,
        )
    )


def price(ledger: Ledger, partner: Partner) -> Decimal:
    """What vendors charge; consumers pay by plan."""
    return cents(ledger.rng.lognormvariate(5.5, 0.8) + 20)


def number(ledger: Ledger, move_type: str, day: date, running: int) -> str:
    raise ValueError("subscriptions number their documents by month and customer")


def order(ledger: Ledger, partner: Partner) -> str:
    return f"web {ids.digits(ledger.rng, 6)}"


SUBSCRIPTIONS = Profile(
    name="subscriptions",
    people=customers,
    number=number,
    price=price,
    order=order,
    documents_per_customer=3.5,
    documents=subscribed,
    banks={
        banks.clean: 4,
        banks.upper_narrative_fr: 3,
        banks.clean_original_case: 2,
        banks.cut_at_31_fr: 1.5,
        banks.narrative_be: 0.5,
    },
    scenarios={
        single.reference_exact: 6,
        single.reference_reformatted: 3,
        single.reference_mistyped: 2,
        single.customer_number_only: 8,
        single.name_and_amount: 10,
        single.reference_payer_unnamed: 2,
        single.third_party_with_reference: 2,
        single.supplier_bill: 3,
        single.supplier_bill_without_number: 1.5,
        monthly.month_named: 8,
        monthly.customer_reference: 8,
        monthly.spouse: 5,
        monthly.employer: 3,
        monthly.several_months: 6,
        monthly.months_ahead: 2,
        monthly.ahead_of_everything: 1.5,
        monthly.direct_debit_batch: 3,
        several.few_named: 2,
        several.whole_balance: 2,
        differences.paid_too_much: 1.5,
        differences.rounded: 1.5,
        differences.rounded_unnamed: 0.7,
        adversarial.amount_shared_payer_unnamed: 1.5,
        adversarial.wrong_name_right_number: 1.5,
        traps.dunning_charge_added: 1.5,
        traps.twins_paid_together: 2,
        traps.institution_with_digits_of_a_document: 1,
        nothing.recurring("fr"): 10,
        nothing.paid_twice: 3,
        nothing.direct_debit_returned: 3,
        nothing.paid_before: 4,
        nothing.unknown_credit: 3,
        nothing.refund_without_credit_note: 1.5,
        nothing.vendor_not_booked: 1.5,
    },
)
