"""Fields of a bill from its words, without templates: labels, places and checks.

A value stands to the right of its label or below it. Sums (net + tax = total), check digits (IBAN
mod 97, VAT and SIREN keys) and the order of dates raise or refuse what the labels propose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .arithmetic import money
from .candidates import Found, Page, best_labelled, dates, references, settle_dates
from .confidence import calibrated
from .identities import identities
from .kept import kept_pages
from .layout import PageWords, lines_of, words_of_text
from .mended import mended
from .model import DocumentKind, Field, Origin, ReadDocument
from .party import supplier_name
from .payment_references import checked_reference, payment_references
from .printed import month_comes_first
from .titles import no_bill, title_of

_READERS = {
    "number": ("number", references),
    "issue_date": ("issue_date", dates),
    "due_date": ("due_date", dates),
    "purchase_order": ("purchase_order", references),
    "payment_reference": ("payment_reference", payment_references),
    "delivery_note": ("delivery_note", references),
    "delivery_date": ("delivery_date", dates),
    "mandate": ("mandate", references),
}
_DELIVERY_READERS = {
    "number": ("delivery_note", references),
    "issue_date": ("despatch_date", dates),
    "purchase_order": ("purchase_order", references),
}

_GUESS = 0.5


def read_fields(text: str, origin: Origin) -> ReadDocument:
    """The fields of a bill whose text is ``text``, lines and columns as on the paper."""
    return read_pages([words_of_text(text)], origin)


def read_pages(pages: Sequence[PageWords], origin: Origin) -> ReadDocument:
    """The fields of a bill whose pages hold these words."""
    lines = lines_of(pages)
    if origin is Origin.OCR:
        lines = tuple(replace(line, folded=mended(line.folded)) for line in lines)
    page = Page(lines, month_comes_first("\n".join(line.folded for line in lines)))
    title = title_of(page)
    found = {} if title is None and no_bill(page) else _found(page, title)
    return ReadDocument(
        title or DocumentKind.INVOICE,
        {name: _field(page, f, origin) for name, f in calibrated(found, title).items()},
        "\n".join(line.text for line in lines),
        pages=kept_pages(pages),
    )


def _found(page: Page, kind: DocumentKind | None) -> dict[str, Found]:
    found: dict[str, Found] = {}
    readers = _DELIVERY_READERS if kind is DocumentKind.DELIVERY_NOTE else _READERS
    for name, (labels, finder) in readers.items():
        best = best_labelled(page, labels, finder)
        if best:
            found[name] = best
    settle_dates(page, found)
    if kind is not DocumentKind.DELIVERY_NOTE:
        found |= money(page)
        if checked := checked_reference(page):
            found["payment_reference"] = checked
    found |= identities(page)
    if {"iban", "number"} <= found.keys() and "payment_reference" not in found:
        # who is asked for a transfer and for no reference quotes the number of the bill
        found["payment_reference"] = replace(found["number"], trust=_GUESS)
    if found and (supplier := supplier_name(page)):
        found["supplier_name"] = supplier
    return found


def _field(page: Page, found: Found, origin: Origin) -> Field:
    line = page.lines[found.line]
    box = line.box(found.start, found.end)
    return Field(found.value, round(found.trust, 3), origin, line.page, box)
