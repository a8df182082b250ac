"""Amounts and dates as they are printed in French, English, German, Dutch, Spanish and Italian."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

AMOUNT = re.compile(
    r"(?<![\w.,/-])-?(?:\d{1,3}(?:[ .,'\"`\u2018\u2019\u00a0\u202f]\d{3})+|\d+)[.,]\d{2}(?![\d/])(?![.,]\d)"
    r"|(?:(?<=[$€£₹])|(?<=[$€£₹] )|(?<=\bRs )|(?<=\bRs\.)|(?<=\b(?:EUR|USD|GBP|CHF|INR) ))"
    r"(?:\d{1,3}(?:[,. ]\d{3})+|\d+)(?![\d.,]\d|\d)"
    r"|(?<![\w.,/-])(?:\d{1,3}(?:[,. ]\d{3})+|\d+)(?= ?€)"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv janvier january januar januari enero gennaio",
            "feb fev fevr fevrier february februar februari febrero febbraio",
            "mar mars march marz maerz maart marzo",
            "apr avr avril april abril aprile",
            "may mai mei mayo maggio",
            "jun juin june juni junio giugno",
            "jul juil juillet july juli julio luglio",
            "aug aou aout august augustus agosto",
            "sep sept septembre september septiembre settembre",
            "oct okt octobre october oktober octubre ottobre",
            "nov novembre november noviembre",
            "dec dez decembre december dezember diciembre dicembre",
        ),
        1,
    )
    for name in names.split()
}
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?![\d/])")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{2})[-/.](\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th|\.)?[ .-]{1,3}(?:de )?([a-z]{3,10})\.?,?[ .-]{1,3}(?:de )?(\d{4}|\d{2})(?!\d| ?, ?\d{4})"
)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)? ?,? ?(\d{4})(?!\d)")


def read_amount(text: str) -> Decimal:
    """The amount of a match of :data:`AMOUNT`: two digits after the last sign are cents."""
    digits = Decimal(re.sub(r"\D", "", text))
    cents = len(text) > 3 and text[-3] in ".,"
    return digits.scaleb(-2 if cents else 0) * (-1 if text.startswith("-") else 1)


def find_amounts(text: str) -> list[tuple[int, Decimal]]:
    """(position of its end, amount) for every printed amount."""
    return [(m.end(), read_amount(m[0])) for m in AMOUNT.finditer(text)]


def month_comes_first(text: str) -> bool:
    """Whether dates like 02/11/2019 are to be read the American way: some date of the document can
    only be, or the document is in dollars and none says the contrary."""
    pairs = [(int(m[1]), int(m[2])) for m in _NUMERIC.finditer(text) if "/" in m[0]]
    if any(a > 12 for a, _ in pairs):
        return False
    return any(b > 12 for _, b in pairs) or bool(re.search(r"\$ ?\d|\bUSD\b", text))


def find_dates(folded: str, month_first: bool) -> list[tuple[int, int, date]]:
    """(start, end, date) of every date in a text folded to lower case without accents."""
    found: list[tuple[int, int, date]] = []
    for match in _ISO.finditer(folded):
        _add(found, match, match[1], match[2], match[3])
    for match in _NUMERIC.finditer(folded):
        month_at = 1 if month_first and "/" in match[0] and int(match[1]) <= 12 else 2
        _add(found, match, match[3], match[month_at], match[3 - month_at])
    for match in _DAY_MONTH.finditer(folded):
        _add(found, match, match[3], str(_MONTHS.get(match[2], 0)), match[1])
    for match in _MONTH_DAY.finditer(folded):
        _add(found, match, match[3], str(_MONTHS.get(match[1], 0)), match[2])
    return sorted(found)


def _add(
    found: list[tuple[int, int, date]], match: re.Match[str], year: str, month: str, day: str
) -> None:
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if any(s <= match.start() < e for s, e, _ in found) or not 1990 <= full_year <= 2100:
        return
    with suppress(ValueError):
        found.append((match.start(), match.end(), date(full_year, int(month), int(day))))
