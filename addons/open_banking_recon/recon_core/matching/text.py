"""What a bank line says, taken apart: prefixes off, dates, amounts and noise told from references."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

from ..references import fold

# What French banks write before the payer's own words; the labels stay as separators.
_BANK_PREFIX = re.compile(
    r"^(?:VIR(?:EMENT)?(?: SEPA)?(?: INST(?:ANTANE)?)?(?: RECU| EMIS)?(?: EN VOTRE FAVEUR)?(?: \d{6,})?"
    r"(?: (?:DE|POUR)\b)?|PRLV(?: SEPA)?|PRELEVEMENT(?: SEPA)?)\s+"
)
_BANK_LABELS = re.compile(
    r"/(?:DE|MOTIF|REFDO|REF|BEN|EREF|MREF|REMI|INV|RFB|ROC)\b"
    r"|\b(?:DE|MOTIF|REF|REFERENCE|BEN)\s*:|\bNOTPROVIDED\b"
)
_DATES = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b|\bECH[ /]*\d{2}[ /]?\d{2,4}\b"
)
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")
_MONEY = re.compile(r"(?<![\w/.-])(\d{1,3}(?:[ .]\d{3})+|\d+)[.,](\d{2})(?![\w/])")
_MONEY_WITH_CURRENCY = re.compile(
    r"(?<![\w/.-])(\d{1,3}(?:[ .]\d{3})+|\d+)[.,](\d{2})\s*([A-Z]{3})\b"
)
_PAYER = re.compile(
    r"(?:/DE |/BEN |\b(?:DE|POUR) ?: |\bVIREMENT (?:DE|POUR) )(.+?)"
    r"\s*(?:/MOTIF|/REF|/BEN|\b(?:MOTIF|REFERENCE|REF) ?:|$)"
)
_FEE = re.compile(r"\b(?:FRAIS|FEES?|CHARGES?|SPESEN|KOSTEN|COMMISSIONS?)\D{0,6}(\d+)[.,](\d{2})\b")
# Numbers that identify something else than a document.
_FOREIGN_NUMBERS = re.compile(
    r"\b(?:SIRET|SIREN|TEL|TELEPHONE|MANDAT|RUM|CTR|CONTRAT|DOSSIER|CLIENT|COURS|TVA|ICS)\W{0,3}[\w-]+"
)
_BANK_REFERENCE = re.compile(r"(?:/REF(?:DO)?|\bREF ?:)\s*\S+\s*$")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_ON_BEHALF = re.compile(
    r"\b(?:POUR LE COMPTE DE|POUR CPTE DE|ON BEHALF OF|IM AUFTRAG VON|IN OPDRACHT VAN|NAMENS"
    r"|PER CONTO DI|POR CUENTA DE)\s+(.+)$"
)


def plain(text: str) -> str:
    """``text`` folded, without the bank's own prefix and labels."""
    folded = fold(text)
    return _BANK_LABELS.sub(" ", _BANK_PREFIX.sub("", folded)).strip()


def without_noise(folded: str) -> str:
    """``folded`` without the bank's prefix and its own reference at the end, dates, amounts, IBANs and
    numbers that name something else than a document."""
    for pattern in (_BANK_PREFIX, _BANK_REFERENCE, _IBAN, _DATES, _FOREIGN_NUMBERS, _MONEY):
        folded = pattern.sub(" ; ", folded)
    return folded


def foreign_amounts(folded: str) -> list[tuple[Decimal, str]]:
    """The amounts that stand before a currency code: ``782,10 USD`` -> (Decimal('782.10'), 'USD')."""
    return [(_decimal(m[1], m[2]), m[3]) for m in _MONEY_WITH_CURRENCY.finditer(folded)]


def dates(folded: str) -> frozenset[date]:
    """The calendar dates that the text names, day first or ISO; impossible ones are left out."""
    found = set()
    for match in _DATE.finditer(folded):
        year, month, day = (
            (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        )
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        with suppress(ValueError):
            found.add(date(full_year, int(month), int(day)))
    return frozenset(found)


def stated_fee(folded: str) -> Decimal | None:
    """The fee that the text says was taken (``FRAIS 5,00``), or None."""
    found = _FEE.search(folded)
    return _decimal(found[1], found[2]) if found else None


def on_behalf_of(folded: str) -> str:
    """The name after ``POUR LE COMPTE DE`` and its like; empty when the payer pays for itself."""
    found = _ON_BEHALF.search(folded)
    return found[1] if found else ""


def payer_in(folded: str) -> str:
    """The name between the bank's labels (``/DE ... /MOTIF``, ``DE: ... MOTIF:``, ``VIREMENT DE ...
    REFERENCE``); empty where the bank writes no labels."""
    found = _PAYER.search(folded)
    return found[1].strip() if found else ""


def _decimal(whole: str, cents: str) -> Decimal:
    return Decimal(re.sub(r"[ .]", "", whole) + "." + cents)
