"""What the values of a bill say about each other, and their check digits about themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stdnum import iban as iban_check
from stdnum.eu.vat import MEMBER_STATES
from stdnum.fr import siren as siren_check

from .model import Value
from .numbers import valid_vat

_ROUNDING = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Check:
    """``name``: sum (net + tax = total), dates (issue <= due), iban, supplier_vat, supplier_siren
    (check digits). ``fields`` are those it is about."""

    name: str
    right: bool
    fields: tuple[str, ...]


def checks(values: Mapping[str, Value]) -> list[Check]:
    """The checks for which all values are there."""
    made = (
        (name, rule(*(values[field] for field in fields)), fields)
        for name, fields, rule in _RULES
        if all(field in values for field in fields)
    )
    return [Check(name, right, fields) for name, right, fields in made if right is not None]


def _adds_up(net: Value, tax: Value, total: Value) -> bool:
    amounts = [amount for amount in (net, tax, total) if isinstance(amount, Decimal)]
    return len(amounts) == 3 and abs(amounts[0] + amounts[1] - amounts[2]) <= _ROUNDING


def _in_order(issue: Value, due: Value) -> bool:
    return isinstance(issue, date) and isinstance(due, date) and issue <= due


def _vat_key(vat: Value) -> bool | None:
    """None outside the countries whose keys are known."""
    known = str(vat)[:2].lower() in (*MEMBER_STATES, "el", "gb")
    return valid_vat(str(vat)) if known else None


_RULES: tuple[tuple[str, tuple[str, ...], Callable[..., bool | None]], ...] = (
    ("sum", ("net", "tax", "total"), _adds_up),
    ("dates", ("issue_date", "due_date"), _in_order),
    ("iban", ("iban",), lambda value: bool(iban_check.is_valid(value))),
    ("supplier_vat", ("supplier_vat",), _vat_key),
    ("supplier_siren", ("supplier_siren",), lambda value: bool(siren_check.is_valid(value))),
)
