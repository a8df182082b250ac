"""What a document says, field by field, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum


class Origin(str, Enum):
    """Where a value was read, surest first."""

    XML = "xml"
    TEXT = "text"
    OCR = "ocr"


class DocumentKind(str, Enum):
    INVOICE = "invoice"
    REFUND = "refund"
    DELIVERY_NOTE = "delivery_note"
    REMINDER = "reminder"


Box = tuple[float, float, float, float]
Value = str | Decimal | date


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its confidence, 0 to 1: from 0.9 on it may be filled in without a question.

    ``page`` counts from 1 among the pages that were looked at; ``box`` is (left, top, right, bottom)
    in parts of that page, 0 to 1, from its left upper corner. Both None where there is no paper."""

    value: Value
    confidence: float
    origin: Origin
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word on the paper; ``box`` as in :class:`Field`, ``confidence`` that of its recognition."""

    text: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was looked at. ``number`` is what :attr:`Field.page` says, ``index`` counts the
    pages of the file from 0. Places are those on the picture of the page after it was turned by
    ``angle`` degrees counter-clockwise; ``ratio`` is its width by its height. ``column_gap`` is that
    of :class:`.layout.PageWords`. ``picture`` is a JPEG, empty where none was made."""

    number: int
    index: int
    words: tuple[ReadWord, ...]
    ratio: float
    angle: float = 0.0
    column_gap: float = 0.6
    picture: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """What is taxed with ``rate`` percent, and how much that is."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The fields that were found. Names: number, issue_date, due_date, currency, net, tax, total,
    amount_due, supplier_name, supplier_vat, supplier_siren, supplier_siret, buyer_vat, iban,
    payment_reference, mandate (of a direct debit), purchase_order, delivery_note, delivery_date.
    Dates are dates, amounts Decimal > 0, all else text. ``pages`` are some of those that were looked
    at, none where there is no paper. ``taxes``, where they are told by rate, come to net and tax."""

    kind: DocumentKind = DocumentKind.INVOICE
    fields: Mapping[str, Field] = field(default_factory=dict)
    text: str = ""
    problems: tuple[str, ...] = ()
    pages: tuple[ReadPage, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
