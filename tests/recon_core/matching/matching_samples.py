"""Small books for the tests of the matching."""

from datetime import date
from decimal import Decimal
from typing import Any

from recon_core.matching import MoveType, OpenItem, Partner, StatementLine

ACME = Partner(1, "Acme Plomberie SARL", ibans=("FR76 3000 6000 0112 3456 7890 189",))
BORIS = Partner(2, "Boris Lefèvre", aliases=("Lefèvre Conseil",))
CHLOE = Partner(3, "Chloé Vannier")
PARTNERS = [ACME, BORIS, CHLOE]


def item(id: int, partner: Partner, amount: str, number: str = "", **fields: Any) -> OpenItem:
    values: dict[str, Any] = {
        "move_type": MoveType.OUT_INVOICE,
        "currency": "EUR",
        "amount_total": Decimal(amount),
        "invoice_date": date(2026, 1, 1),
        "due_date": date(2026, 1, 31),
    }
    values.update(fields)
    return OpenItem(
        id=id,
        partner_id=partner.id,
        number=number or f"FAC/2026/{id:05d}",
        amount_residual=Decimal(amount),
        **values,
    )


def line(id: int, amount: str, text: str = "", name: str = "", **fields: Any) -> StatementLine:
    values: dict[str, Any] = {"booking_date": date(2026, 2, 10), "currency": "EUR"}
    values.update(fields)
    return StatementLine(
        id=id,
        amount=Decimal(amount),
        remittance_unstructured=text,
        counterparty_name=name,
        **values,
    )
