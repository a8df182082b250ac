"""A vendor bill with everything that is printed on it, from the JSON of the data set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Party:
    name: str
    siren: str
    vat: str
    street: str
    zip: str
    city: str
    email: str


@dataclass(frozen=True)
class Item:
    description: str
    quantity: int
    unit_price: Decimal
    tax_rate: Decimal
    untaxed: Decimal


@dataclass(frozen=True)
class Bill:
    number: str
    invoice_date: date
    due_date: date
    seller: Party
    buyer: Party
    iban: str
    bic: str
    items: tuple[Item, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal

    @property
    def tax_rate(self) -> Decimal:
        """The one rate of the bill: vendors of the data set bill all at one."""
        return self.items[0].tax_rate


def bills(data: dict[str, Any]) -> list[Bill]:
    """The bills of the data set that are known from paper only."""
    vendors = {vendor["ref"]: vendor for vendor in data["vendors"]}
    return [
        _bill(document, vendors[document["partner_ref"]], data["company"])
        for document in data["paper_bills"]
    ]


def _bill(document: dict[str, Any], vendor: dict[str, Any], company: dict[str, Any]) -> Bill:
    return Bill(
        number=document["number"],
        invoice_date=date.fromisoformat(document["invoice_date"]),
        due_date=date.fromisoformat(document["due_date"]),
        seller=_party(vendor),
        buyer=_party(company),
        iban=vendor["iban"],
        bic=vendor["bic"],
        items=tuple(_item(line) for line in document["lines"]),
        untaxed=Decimal(document["untaxed"]),
        tax=Decimal(document["tax"]),
        total=Decimal(document["total"]),
    )


def _party(values: dict[str, Any]) -> Party:
    return Party(**{name: values[name] for name in Party.__dataclass_fields__})


def _item(line: dict[str, Any]) -> Item:
    price = Decimal(line["unit_price"])
    return Item(
        description=line["description"],
        quantity=line["quantity"],
        unit_price=price,
        tax_rate=Decimal(line["tax_rate"]),
        untaxed=line["quantity"] * price,
    )
