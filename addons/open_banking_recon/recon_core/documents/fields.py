"""Fields of a bill from its words, without templates: labels, places and checks.

A value stands to the right of its label or below it. Sums (net + tax = total), check digits (IBAN
mod 97, VAT and SIREN keys) and the order of dates raise or refuse what the labels propose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .arithmetic import money
from .candidates import Found, Page, dates, labelled, references, settle_dates
from .identities import identities
from .layout import PageWords, lines_of, words_of_text
from .model import DocumentKind, Field, Origin, ReadDocument
from .printed import month_comes_first

_REFUND = re.compile(
    r"\b(?:avoir|credit note|gutschrift|creditnota|nota di credito|factura rectificativa)\b"
)


def read_fields(text: str, origin: Origin) -> ReadDocument:
    """The fields of a bill whose text is ``text``, lines and columns as on the paper."""
    return read_pages([words_of_text(text)], origin)


def read_pages(pages: Sequence[PageWords], origin: Origin) -> ReadDocument:
    """The fields of a bill whose pages hold these words."""
    lines = lines_of(pages)
    page = Page(lines, month_comes_first("\n".join(line.folded for line in lines)))
    found: dict[str, Found] = {}
    for name, finder in (
        ("number", references),
        ("issue_date", dates),
        ("due_date", dates),
        ("purchase_order", references),
        ("payment_reference", references),
        ("delivery_note", references),
    ):
        best = next(iter(labelled(page, name, finder)), None)
        if best:
            found[name] = best
    settle_dates(page, found)
    found |= money(page)
    found |= identities(page)
    return ReadDocument(
        _kind(page),
        {name: _field(page, f, origin) for name, f in found.items()},
        "\n".join(line.text for line in lines),
    )


def _kind(page: Page) -> DocumentKind:
    top = "\n".join(line.folded for line in page.lines[:15])
    return DocumentKind.REFUND if _REFUND.search(top) else DocumentKind.INVOICE


def _field(page: Page, found: Found, origin: Origin) -> Field:
    line = page.lines[found.line]
    box = line.box(found.start, found.end)
    return Field(found.value, round(found.trust, 3), origin, line.page, box)
