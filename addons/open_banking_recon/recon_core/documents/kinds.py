"""What kind of value a field holds, and how a person or a paper writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from stdnum import iban as iban_check

from .candidates import Page, dates, references
from .labels import CURRENCIES
from .layout import fold
from .model import Value
from .numbers import ibans, vats
from .printed import AMOUNT, find_dates, read_amount

Span = tuple[int, int, Value]
_DIGITS = re.compile(r"(?<!\d)\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?(?!\d)")
_TYPED_AMOUNT = re.compile(r"(?:\d[\d .,'’\u00a0\u202f]*)?\d")
_CENTS = re.compile(r"[.,](\d{1,2})$")
_MAX_CHARACTERS = 100


class ValueKind(str, Enum):
    AMOUNT = "amount"
    DATE = "date"
    IBAN = "iban"
    VAT = "vat"
    COMPANY = "company"  # SIREN, SIRET
    CURRENCY = "currency"
    REFERENCE = "reference"
    TEXT = "text"


_KINDS = {
    "net": ValueKind.AMOUNT,
    "tax": ValueKind.AMOUNT,
    "total": ValueKind.AMOUNT,
    "amount_due": ValueKind.AMOUNT,
    "iban": ValueKind.IBAN,
    "supplier_vat": ValueKind.VAT,
    "buyer_vat": ValueKind.VAT,
    "supplier_siren": ValueKind.COMPANY,
    "supplier_siret": ValueKind.COMPANY,
    "currency": ValueKind.CURRENCY,
    "supplier_name": ValueKind.TEXT,
}


def kind_of(name: str) -> ValueKind:
    """The kind of a field of :class:`.model.ReadDocument`."""
    if name.endswith("_date"):
        return ValueKind.DATE
    return _KINDS.get(name, ValueKind.REFERENCE)


def values_in(page: Page, number: int, kind: ValueKind) -> list[Span]:
    """(start, end, value) of all values of this kind in the line ``number``, from left to right."""
    return sorted(_FINDERS[kind](page, number), key=lambda span: span[:2])


def typed(kind: ValueKind, text: str) -> Value | None:
    """What a person means who writes ``text`` into a field of this kind; None for no such value,
    and for an IBAN with wrong check digits."""
    text = " ".join(text.split())[:_MAX_CHARACTERS]
    return _TYPED.get(kind, _as_it_is)(text) if text else None


def _amounts(page: Page, number: int) -> list[Span]:
    return [
        (m.start(), m.end(), abs(read_amount(m[0])))
        for m in AMOUNT.finditer(page.lines[number].text)
    ]


def _ibans(page: Page, number: int) -> list[Span]:
    return [(start, end, iban) for start, end, iban, _ in ibans(page.lines[number].text)]


def _vats(page: Page, number: int) -> list[Span]:
    line = page.lines[number]
    return [(start, end, vat) for start, end, vat, _ in vats(line.text, line.folded)]


def _companies(page: Page, number: int) -> list[Span]:
    return [
        (m.start(), m.end(), m[0].replace(" ", ""))
        for m in _DIGITS.finditer(page.lines[number].text)
    ]


def _currencies(page: Page, number: int) -> list[Span]:
    return [
        (m.start(), m.end(), code)
        for sign, code in CURRENCIES
        for m in re.finditer(sign, page.lines[number].folded)
    ]


def _columns(page: Page, number: int) -> list[Span]:
    text = page.lines[number].text
    return [(m.start(), m.end(), m[0]) for m in re.finditer(r"\S+(?: \S+)*", text)]


_FINDERS: Mapping[ValueKind, Callable[[Page, int], list[Span]]] = {
    ValueKind.AMOUNT: _amounts,
    ValueKind.DATE: dates,
    ValueKind.IBAN: _ibans,
    ValueKind.VAT: _vats,
    ValueKind.COMPANY: _companies,
    ValueKind.CURRENCY: _currencies,
    ValueKind.REFERENCE: references,
    ValueKind.TEXT: _columns,
}


def _typed_amount(text: str) -> Decimal | None:
    """One or two digits behind the last point or comma are cents, three are thousands."""
    match = _TYPED_AMOUNT.search(text)
    if not match:
        return None
    cents = _CENTS.search(match[0])
    whole = re.sub(r"\D", "", match[0][: cents.start()] if cents else match[0])
    return Decimal(f"{whole or 0}.{cents[1]:0<2}" if cents else whole)


def _typed_date(text: str) -> date | None:
    found = find_dates(fold(text), month_first=False)
    return found[0][2] if found else None


def _typed_iban(text: str) -> str | None:
    iban = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    return iban if iban_check.is_valid(iban) else None


def _typed_number(text: str) -> str | None:
    return re.sub(r"[^A-Za-z0-9]", "", text).upper() or None


def _typed_currency(text: str) -> str | None:
    if re.fullmatch(r"[A-Za-z]{3}", text):
        return text.upper()
    return next((code for sign, code in CURRENCIES if re.search(sign, fold(text))), None)


def _as_it_is(text: str) -> str | None:
    return text.strip(" .,:;") or None


_TYPED: Mapping[ValueKind, Callable[[str], Value | None]] = {
    ValueKind.AMOUNT: _typed_amount,
    ValueKind.DATE: _typed_date,
    ValueKind.IBAN: _typed_iban,
    ValueKind.VAT: _typed_number,
    ValueKind.COMPANY: _typed_number,
    ValueKind.CURRENCY: _typed_currency,
}
