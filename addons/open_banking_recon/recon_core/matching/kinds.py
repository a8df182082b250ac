"""Lines that pay no document, or take a payment back, told by their codes and their words."""

from __future__ import annotations

import re
from enum import Enum

from ..references import fold
from .model import StatementLine


class LineKind(str, Enum):
    PAYMENT = "payment"
    ADVANCE = "advance"  # money before any invoice: a deposit on a quotation or an order
    RETURNED = "returned"
    NO_DOCUMENT = "no_document"  # card takings, payouts, charges, salaries, transfers of one's own


# ISO 20022 bank transaction codes (external code set), by their beginning or their end.
_NO_DOCUMENT_CODES = ("PMNT-CCRD", "PMNT-MCRD", "ACMT", "LDAS", "PMNT-CNTR", "CAMT", "SECU")
_CARD_CODES = ("PMNT-CCRD", "PMNT-MCRD")
_CODES_WITHOUT_BILL = ("CHRG", "COMM", "FEES", "INTR", "SALA", "TAXE", "CWDL", "CDPT")
_RETURN_CODES = ("UPDD", "UPCT", "UPCQ", "RRTN", "RPCR")
_RETURN_WORDS = re.compile(
    r"\b(?:IMPAYE|IMPAYES|REJET|REJETE|REJETEE|RETOUR (?:PRLV|PRELEVEMENT|SEPA|VIR)|RETURNED|UNPAID"
    r"|REVERSAL|RUECKLASTSCHRIFT|RUCKLASTSCHRIFT|CHARGEBACK|STORNO|INSOLUTO|DEVOLUCION)\b"
)
_RETURN_CODE = re.compile(
    r"\b(?:AC0[1346]|AC13|AG0[12]|AM04|BE05|FF01|MD0[1678]|MS0[23]|RR0[1-4]|SL01)\b"
)
_DEBIT_WORDS = re.compile(
    r"\b(?:PRLV|PRELEVEMENT|SDD|DIRECT DEBIT|LASTSCHRIFT|RUM|DOMICILIATION)\b"
)
_NO_DOCUMENT_WORDS = re.compile(
    r"\b(?:REM(?:ISE)? (?:CB|CARTES?|CHEQUES?)|REMISE(?: DE)? CARTES|TPE|TELECOLLECTE|PAIEMENT CB|ACHAT CB"
    r"|FACTURE CARTE|CARTE (?:DU )?\d\d|RETRAIT (?:DAB|GAB)|SALAIRES?|PAIE|PAYROLL|SALARY|LOYER"
    r"|VIR(?:EMENT)? INTERNE|(?:REMBT?|REMBOURSEMENT) (?:PRET|EMPRUNT)|PRELEVEMENT CREDIT|ECHEANCE (?:PRET|CREDIT)"
    r"|INTERETS (?:DEBITEURS|CREDITEURS)|AGIOS|COMMISSION (?:DE |REMISE|D INTERVENTION|MOUVEMENT)"
    r"|COTISATION (?:COMPTE|CARTE)|FRAIS (?:SUR|DE TENUE|BANCAIRES)|BANK CHARGES"
    r"|URSSAF|DGFIP|PAYOUT|SETTLEMENT|VERSEMENT PSP)\b"
)
_CARD_PURCHASE_WORDS = re.compile(
    r"\b(?:PAIEMENT CB|ACHAT CB|FACTURE CARTE|CARTE (?:DU )?\d\d|CARD PAYMENT|KARTENZAHLUNG)\b"
)
_PAYMENT_PROVIDERS = re.compile(
    r"\b(?:STRIPE|PAYPAL|MOLLIE|ADYEN|SUMUP|ZETTLE|GOCARDLESS|WORLDLINE|PAYPLUG|ALMA|KLARNA|SHOPIFY"
    r"|AMAZON PAYMENTS?|HIPAY|LYRA|STANCER|CHECKOUT COM|SQUARE)\b"
)
_ADVANCE_WORDS = re.compile(
    r"\b(?:ACOMPTE|ARRHES|AVANCE|DEVIS|PROFORMA|DEPOSIT|ANZAHLUNG|VOORSCHOT|ANTICIPO|ACCONTO|VORKASSE"
    r"|ANGEBOT|OFFERTE|PREVENTIVO|PRESUPUESTO|CONSIGNES?|CAUTION|KAUTION|PFAND)\b"
)


def kind_of(line: StatementLine, folded: str) -> LineKind:
    """What sort of line it is, before any document is looked at. ``folded``: its folded text."""
    if _is_return(line, folded):
        return LineKind.RETURNED
    code = line.bank_tx_code.upper()
    name = fold(line.counterparty_name)
    if code.startswith(_NO_DOCUMENT_CODES) or code.endswith("SALA"):
        return LineKind.NO_DOCUMENT
    if _NO_DOCUMENT_WORDS.search(folded) or (
        line.amount > 0 and _PAYMENT_PROVIDERS.search(f"{name} {folded}")
    ):
        return LineKind.NO_DOCUMENT
    return LineKind.ADVANCE if _ADVANCE_WORDS.search(folded) else LineKind.PAYMENT


def comes_with_a_bill(line: StatementLine, folded: str, kind: LineKind) -> bool:
    """Whether somebody was paid who sends a bill or hands out a receipt: not the staff, the State, a
    lender, the bank itself, a cash machine or another account of one's own."""
    code = line.bank_tx_code.upper()
    if line.amount >= 0 or line.is_own_transfer or code.endswith(_CODES_WITHOUT_BILL):
        return False
    if kind is LineKind.NO_DOCUMENT:
        return is_card_purchase(line, folded)
    return kind is not LineKind.RETURNED


def is_card_purchase(line: StatementLine, folded: str) -> bool:
    """Whether something was bought with a card: its bill may be written after the payment."""
    code = line.bank_tx_code.upper()
    if line.amount >= 0 or code.endswith(_CODES_WITHOUT_BILL):
        return False
    return code.startswith(_CARD_CODES) or bool(_CARD_PURCHASE_WORDS.search(folded))


def _is_return(line: StatementLine, folded: str) -> bool:
    if line.return_reason or line.bank_tx_code.upper().endswith(_RETURN_CODES):
        return True
    if _RETURN_WORDS.search(folded):
        return True
    return line.amount < 0 and bool(_RETURN_CODE.search(folded) and _DEBIT_WORDS.search(folded))
