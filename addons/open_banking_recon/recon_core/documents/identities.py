"""Who sent the bill and to which account: IBAN, VAT numbers, SIREN, each with its check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.fr import siren as siren_check
from stdnum.fr import siret as siret_check

from .candidates import Found, Page
from .labels import BUYER, BUYER_BLOCK, COMPANY
from .numbers import ibans, vats

_SIRET = re.compile(r"(?<!\d)(\d{3} ?\d{3} ?\d{3}) ?(\d{5})(?!\d)")
_SIREN = re.compile(r"\b(?:siren|rcs|siret)\D{0,25}(\d{3} ?\d{3} ?\d{3})(?!\d)")
_BLOCK = 7  # lines an address takes below its heading


def identities(page: Page) -> dict[str, Found]:
    """IBAN, VAT numbers of both sides, SIREN and SIRET of the supplier."""
    found: dict[str, Found] = {}
    numbers: list[tuple[Found, bool]] = []
    for number, line in enumerate(page.lines):
        for start, end, iban, trust in ibans(line.text):
            found.setdefault("iban", Found(iban, trust, number, start, end))
        for start, end, vat, trust in vats(line.text, _around(page, number)):
            buyer = _of_buyer(page, number, start)
            numbers.append((Found(vat, trust, number, start, end), buyer))
        for name, value in _french(page, number):
            if not _of_buyer(page, number, 0):
                found.setdefault(name, Found(value, 0.95, number))
    numbers.sort(key=lambda n: not _by_company(page, n[0].line))
    return found | _sides(numbers)


def _sides(numbers: list[tuple[Found, bool]]) -> dict[str, Found]:
    """The supplier's number is the first that is not beside or below words for the customer; one
    with a right key goes before one without. ``numbers`` are in the order of preference."""
    ordered = sorted(numbers, key=lambda v: (v[1], -v[0].trust))
    if not ordered:
        return {}
    supplier, of_buyer = ordered[0]
    others = [f for f, buyer in numbers if f.value != supplier.value]
    if of_buyer:
        return {"buyer_vat": supplier}
    found = {"supplier_vat": supplier}
    marked = [f for f, buyer in numbers if buyer and f.value != supplier.value]
    if marked or others:
        found["buyer_vat"] = (marked or others)[0]
    return found


def _by_company(page: Page, number: int) -> bool:
    """Whether the lines around are those in which a company writes about itself."""
    around = page.lines[max(0, number - 3) : number + 4]
    return any(COMPANY.search(line.folded) for line in around)


def _of_buyer(page: Page, number: int, start: int) -> bool:
    """Whether the words before ``start``, or a heading over this place, speak of the customer."""
    line = page.lines[number]
    before = line.folded[:start] if start else line.folded
    if BUYER.search(re.split(r"\s{3,}", before.rstrip(" :"))[-1]) or BUYER.search(before[-40:]):
        return True
    place = line.span(start, start + 1)[0]
    for above in range(max(0, number - _BLOCK), number):
        for heading in BUYER_BLOCK.finditer(page.lines[above].folded):
            left, right = page.lines[above].span(heading.start(), heading.end())
            if left - 6 <= place <= right + 25:
                return True
    return False


def _around(page: Page, number: int) -> str:
    """The line with the two above: a label may stand there."""
    return "\n".join(line.folded for line in page.lines[max(0, number - 2) : number + 1])


def _french(page: Page, number: int) -> Iterator[tuple[str, str]]:
    """SIRET and SIREN on a line, a SIRET giving both."""
    for match in _SIRET.finditer(page.lines[number].text):
        siret = (match[1] + match[2]).replace(" ", "")
        if siret_check.is_valid(siret):
            yield "supplier_siret", siret
            yield "supplier_siren", siret[:9]
    for match in _SIREN.finditer(page.lines[number].folded):
        if siren_check.is_valid(match[1]):
            yield "supplier_siren", match[1].replace(" ", "")
