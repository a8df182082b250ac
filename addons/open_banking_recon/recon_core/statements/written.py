"""Dates and amounts as people write them: ``02/03/26``, ``1.234,56``. They are read when all of a
file leaves one reading; where several are left, a person is asked and nothing is guessed.

Source of the orders and signs: Unicode CLDR, short date and number patterns of the languages below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from ..errors import FileFormatError

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_SIGNS = (".", ",")
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
_PIVOT = 70  # two digits from here on are of the last century, as POSIX has it (69 there)

_NUMBERS = re.compile(
    r"(\d{1,4}) ?[/.\-' ] ?(\d{1,2}) ?(?:[/.\-' ]|' ?) ?(\d{4}|\d{1,2})(?:[t ,].*)?"
)
_COMPACT = re.compile(r"\d{8}")
_DAY_MONTH = re.compile(r"(\d{1,2})[ .\-/]*([a-z]{3,10})[ .\-/,]*(\d{4}|\d{2})(?: .*)?")
_MONTH_DAY = re.compile(r"([a-z]{3,10})[ .\-]*(\d{1,2}),? *(\d{4})(?: .*)?")
# The first letters of the months in English, French, German, Spanish, Italian and Dutch.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan ene gen", "feb fev", "mar maa mae mrz mrt", "apr avr abr", "may mai mei mag"),
            *("jun giu juin", "jul lug juil", "aug aou ago", "sep set", "oct okt ott", "nov"),
            "dec dez dic",
        ),
        1,
    )
    for name in names.split()
}
_GROUPS = {
    ".": re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d{0,5}))?"),
    ",": re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+)?(?:,(\d{0,5}))?"),
}
_SPACES = re.compile(r"[\s\u00a0\u202f'\u2019]")
_MONEY = re.compile(r"^(?:[A-Z]{3}|[€$£¥])|(?:[A-Z]{3}|[€$£¥])$")
_MOST_DIGITS = 15  # of the whole part; more is no bank's amount and would lose cents as a float

_POINTED = re.compile(r"\s*\d{1,2}\.\s?\d")

Written = tuple[int, str]  # the line of a file, 1-based, and what is written there
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file writes: one of ``DATE_ORDERS`` and of ``DECIMAL_SIGNS``; empty is not known."""

    date_order: str = ""
    decimal_sign: str = ""


def simple(text: str) -> str:
    """``text`` in lower case, without accents, with single spaces."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.lower().split())


@lru_cache(maxsize=4096)  # the entries of a file share their days
def read_date(text: str, order: str) -> date | None:
    """The day that ``text`` says when it is written in ``order``; None when it says none.

    A time behind it is left out. A year of two digits stands last: ``ymd`` needs four.
    """
    words = simple(text)
    if _COMPACT.fullmatch(words):
        cut = (4, 6) if order == "ymd" else (2, 4)
        parts = (words[: cut[0]], words[cut[0] : cut[1]], words[cut[1] :])
        return _day(*_in_order(parts, order))
    if found := _NUMBERS.fullmatch(words):
        return _day(*_in_order((found[1], found[2], found[3]), order))
    if found := _DAY_MONTH.fullmatch(words):
        return _day(found[3], _month(found[2]), found[1])
    if found := _MONTH_DAY.fullmatch(words):
        return _day(found[3], _month(found[1]), found[2])
    return None


def _in_order(parts: tuple[str, str, str], order: str) -> tuple[str, str, str]:
    """(year, month, day)."""
    first, second, third = parts
    if order == "ymd":
        return (first if len(first) == 4 else "", second, third)
    return (third, second, first) if order == "dmy" else (third, first, second)


def _month(name: str) -> str:
    number = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
    return str(number or "")


def _day(year: str, month: str, day: str) -> date | None:
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        return None
    number = int(year)
    if len(year) <= 2:
        number += 1900 if number >= _PIVOT else 2000
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def read_amount(text: str, decimal_sign: str) -> Decimal | None:
    """The number that ``text`` says with this decimal sign; None when it says none.

    Taken: thousands in groups of three, a sign before or behind, brackets for a negative amount, a
    currency before or behind. Not taken: an exponent, and more digits than money has.
    """
    bare = _SPACES.sub("", text).replace("\u2212", "-")
    bracketed = bare.startswith("(") and bare.endswith(")")
    bare = _MONEY.sub("", bare[1:-1] if bracketed else bare)
    negative = bracketed
    if bare[:1] in ("-", "+") or bare[-1:] in ("-", "+"):
        negative = negative or "-" in (bare[0], bare[-1])
        bare = bare[1:] if bare[0] in "-+" else bare[:-1]
    bare = _MONEY.sub("", bare)
    found = _GROUPS[decimal_sign].fullmatch(bare)
    if not found or not (found[1] or found[2]) or not bare.isascii():
        return None
    whole = (found[1] or "0").replace(",", "").replace(".", "")
    if len(whole.lstrip("0")) > _MOST_DIGITS:
        return None
    amount = Decimal(f"{whole}.{found[2] or '0'}")
    return -amount if negative else amount


def date_order(texts: Iterable[Written]) -> str:
    """The order in which all ``texts`` are written.

    Raises FileFormatError: ``bad_date`` with the line of the first that no order fits together with
    the others, ``ambiguous_dates`` when several orders fit and give other days. Month first is never
    written with points.
    """
    written = list(texts)
    pointed = any(_POINTED.match(text) for _line, text in written)
    orders = [order for order in DATE_ORDERS if not (pointed and order == "mdy")]
    return _decided(written, orders, read_date, "bad_date", "ambiguous_dates")


def decimal_sign(texts: Iterable[Written]) -> str:
    """The decimal sign with which all ``texts`` are written.

    Raises FileFormatError: ``bad_amount`` with the line of the first that none fits together with the
    others, ``ambiguous_amounts`` when both fit and give other amounts: ``1,234`` and nothing else.
    """
    return _decided(list(texts), DECIMAL_SIGNS, read_amount, "bad_amount", "ambiguous_amounts")


def _decided(
    written: Sequence[Written],
    choices: Iterable[str],
    read: Callable[[str, str], _Value | None],
    impossible: str,
    ambiguous: str,
) -> str:
    readings = {choice: [read(text, choice) for _line, text in written] for choice in choices}
    possible = [choice for choice, values in readings.items() if None not in values]
    if not possible:
        best = min(readings.values(), key=lambda values: values.count(None))
        raise FileFormatError(impossible, line=written[best.index(None)][0])
    if any(readings[choice] != readings[possible[0]] for choice in possible):
        raise FileFormatError(ambiguous)
    return possible[0]
