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
# Months in full as invoices and bank texts write them, folded: French, English, German, Dutch,
# Spanish, Italian, Portuguese. Abbreviations collide with names and are left out.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "JANVIER JANUARY JANUAR JANUARI ENERO GENNAIO JANEIRO",
            "FEVRIER FEBRUARY FEBRUAR FEBRUARI FEBRERO FEBBRAIO FEVEREIRO",
            "MARS MARCH MARZ MAERZ MAART MARZO",
            "AVRIL APRIL ABRIL APRILE",
            "MAI MAY MEI MAYO MAGGIO MAIO",
            "JUIN JUNE JUNI JUNIO GIUGNO JUNHO",
            "JUILLET JULY JULI JULIO LUGLIO JULHO",
            "AOUT AUGUST AUGUSTUS AGOSTO",
            "SEPTEMBRE SEPTEMBER SEPTIEMBRE SETTEMBRE SETEMBRO",
            "OCTOBRE OCTOBER OKTOBER OCTUBRE OTTOBRE OUTUBRO",
            "NOVEMBRE NOVEMBER NOVIEMBRE NOVEMBRO",
            "DECEMBRE DECEMBER DEZEMBER DICIEMBRE DICEMBRE DEZEMBRO",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR_MONTH = re.compile(r"(?<![\w/.-])(0?[1-9]|1[0-2])[/.-](20\d\d)(?![\w/.-])")
_EXCEPT = re.compile(
    r"\b(?:SAUF|EXCEPTE|A L EXCEPTION|HORMIS|EXCEPT|EXCLUDING|WITHOUT|AUSSER|AUSGENOMMEN|OHNE|BEHALVE"
    r"|ZONDER|SALVO|EXCEPTO|ECCETTO|TRANNE)\b(?! ERREUR)"
)
_MONTH = re.compile(r"\b(?:" + "|".join(sorted(_MONTHS)) + r")\b")
_PAYER = re.compile(
    r"(?:/DE |/BEN |\b(?:DE|POUR) ?: |\bVIREMENT (?:DE|POUR) )(.+?)"
    r"\s*(?:/MOTIF|/REF|/BEN|\b(?:MOTIF|REFERENCE|REF) ?:|$)"
)
_FEE = re.compile(
    r"\b(?:FRAIS|FEES?|CHARGES?|CHGS|CHRGS|SPESEN|KOSTEN|COMMISSIONS?)\D{0,6}(\d+)[.,](\d{2})\b"
)
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


def without_dates_and_amounts(folded: str) -> str:
    """``folded`` without the bank's own reference at the end, IBANs, dates and amounts."""
    for pattern in (_BANK_PREFIX, _BANK_REFERENCE, _IBAN, _DATES, _MONEY):
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


def year_months(folded: str) -> frozenset[tuple[int, int]]:
    """The months named with their year in digits: ``01/2026`` -> (2026, 1)."""
    return frozenset((int(m[2]), int(m[1])) for m in _YEAR_MONTH.finditer(folded))


def paid_part(folded: str) -> str:
    """``folded`` up to the words after which a payer lists what is not paid (``SAUF``, ``EXCEPT``)."""
    return _EXCEPT.split(folded, maxsplit=1)[0]


def months(folded: str) -> frozenset[int]:
    """The months, 1 to 12, that the text names in full."""
    return frozenset(_MONTHS[name] for name in _MONTH.findall(folded))


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
