"""What customers bought and paid before the bank was connected: the past their risk is judged by."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from .model import Partner, PastInvoice

_A_CUSTOMER = 3
_OLDEST_DAYS, _NEWEST_DAYS = 420, 260  # before as_of: older than every open document
_AROUND = (-6, -3, -2, -1, 0, 0, 1, 3)  # days around a customer's habit
_NOT_OPEN_YET = 120


def history(
    rng: random.Random, as_of: date, customers: tuple[Partner, ...]
) -> tuple[PastInvoice, ...]:
    """Three settled invoices a customer; most customers pay by the due date or days before."""
    past = []
    for customer in customers:
        for _ in range(_A_CUSTOMER):
            invoice_date = as_of - timedelta(days=rng.randint(_NEWEST_DAYS, _OLDEST_DAYS))
            due_date = invoice_date + timedelta(days=customer.payment_days)
            late = customer.delay_days - 3 + rng.choice(_AROUND)
            paid_date = max(invoice_date, due_date + timedelta(days=late))
            past.append(
                PastInvoice(
                    partner_ref=customer.ref,
                    invoice_date=invoice_date,
                    due_date=due_date,
                    paid_date=min(paid_date, as_of - timedelta(days=_NOT_OPEN_YET)),
                    amount=Decimal(rng.randint(800, 36000)) / 10,
                )
            )
    return tuple(sorted(past, key=lambda row: (row.invoice_date, row.partner_ref)))
