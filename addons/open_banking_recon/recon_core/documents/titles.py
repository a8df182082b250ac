"""What kind of document a page is, from its title."""

from __future__ import annotations

import re

from .candidates import Page
from .model import DocumentKind

_TOP = 30  # lines in which a title stands
_LONGEST = 60  # characters of a title with its number
_OTHERWISE = r"(?![ -]?(?:adress|address|to\b|a\b|au\b|empf|fur\b|for\b|an\b))"
_TITLES = (
    (
        DocumentKind.REMINDER,
        r"(?:\d\w*\.? )?(?:mahnung|zahlungserinnerung|payment reminder|overdue reminder|reminder\b|rappel\b"
        r"|relance\b|lettre de relance|mise en demeure|betalingsherinnering|aanmaning|sollecito|final notice)",
    ),
    (
        DocumentKind.REFUND,
        r"(?:facture d'?avoir|avoir\b|credit ?note|credit memo|gutschrift|stornorechnung|rechnungskorrektur"
        r"|creditnota|creditfactuur|nota di credito|nota de credito|factura rectificativa)",
    ),
    (
        DocumentKind.INVOICE,
        r"(?:kopie |copy |tax |proforma |sales |votre |ihre )?(?:factures?\b|invoice|rechnung|factuur|factura|fattura)"
        r"|honorarnote|note d'honoraires",
    ),
    (
        DocumentKind.DELIVERY_NOTE,
        r"(?:delivery ?note|delivery docket|lieferschein|bon de livraison|bordereau de livraison|packing (?:slip|list)"
        r"|despatch (?:note|advice)|dispatch (?:note|advice)|pakbon|leverbon|albaran|documento di trasporto)",
    ),
)
# Papers with numbers and totals that nobody has to pay by them.
_NO_BILL = re.compile(
    r"[^a-z0-9]*(?:devis|quotation|quote|estimate|angebot|kostenvoranschlag|auftragsbestatigung|bestellung|offerte"
    r"|order (?:confirmation|acknowledge?ment)|purchase order|confirmation de commande|bon de commande|accuse de reception de commande"
    r"|presupuesto|preventivo|kontoauszug|releve de compte|releve bancaire|bank statement|account statement|bankafschrift)"
    r"s?(?: ?(?:n[o°º]|nr|no|number|#)\.?)?[ #:]*(?:[a-z]{0,4}[-/ ]?\d[\w/.-]*)?(?: (?:du|vom|of|dated) .*)?$"
)
_BILL_WORD = re.compile(
    r"\b(?:(?:invoice|rechnungs?)(?! ?(?:ad?dress|empf|to\b))|facture|factuur|factura|fattura|avoir|credit ?note|gutschrift|receipt|ticket|quittung)"
)
_PATTERNS = tuple(
    (kind, re.compile(rf"[^a-z0-9]*(?:{words}){_OTHERWISE}")) for kind, words in _TITLES
)


def title_of(page: Page) -> DocumentKind | None:
    """The kind whose title is found first in this order: reminder, credit note, invoice, delivery
    note; None without a title. A bill names the delivery notes it is for, and a reminder the bills;
    never the contrary."""
    pieces = _pieces(page)
    for kind, pattern in _PATTERNS:
        if any(pattern.match(piece) for piece in pieces):
            return kind
    return None


def no_bill(page: Page) -> bool:
    """Whether the page is titled as an offer, an order or a statement, and no word calls it a bill."""
    titled = any(_NO_BILL.match(piece) for piece in _pieces(page))
    return titled and not any(_BILL_WORD.search(line.folded) for line in page.lines)


def _pieces(page: Page) -> list[str]:
    return [
        piece.strip()
        for line in page.lines[:_TOP]
        for piece in re.split(r"\s{2,}|[|]", line.folded)
        if 0 < len(piece.strip()) <= _LONGEST
    ]


def kind_words(folded: str) -> bool:
    """Whether a piece of a line is a title, not a name."""
    return any(pattern.match(folded) for _, pattern in _PATTERNS)
