"""Fields of a bill from its text, without templates: labels, places and checks.

A value stands to the right of its label or below it. Sums (net + tax = total), check digits (IBAN
mod 97, VAT and SIREN keys) and the order of dates raise or refuse what the labels propose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from stdnum import iban as iban_check
from stdnum.eu import vat as vat_check
from stdnum.fr import siren as siren_check
from stdnum.fr import siret as siret_check
from stdnum.gb import vat as gb_check

from .labels import BUYER, CURRENCIES, PATTERNS, VAT_LABEL
from .model import DocumentKind, Field, Origin, ReadDocument, Value
from .printed import AMOUNT, find_amounts, find_dates, month_comes_first

_TRUST = (0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35)  # of the first, second... label of a field
_BELOW = 0.85  # a value under its label is a little less sure than one beside it
_ROUNDING = Decimal("0.02")
_HIGHEST_TAX = Decimal("0.30")
_MAX_AMOUNTS = 60
_REFERENCE = re.compile(
    r"(?<![\w/.-])#?([A-Za-z]{0,8}[-/_ ]?\d[\w/.-]*|[A-Za-z]{1,8}[\w/-]*\d[\w/-]*)"
)
_IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,9})\b")
_VAT = re.compile(
    r"\b((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|GB)[ .]?(?:[0-9A-Z][ .]?){7,12}[0-9A-Z])\b"
)
_SIRET = re.compile(r"(?<!\d)(\d{3} ?\d{3} ?\d{3}) ?(\d{5})(?!\d)")
_SIREN = re.compile(r"\b(?:siren|rcs)\D{0,25}(\d{3} ?\d{3} ?\d{3})(?!\d)")
_REFUND = re.compile(
    r"\b(?:avoir|credit note|gutschrift|creditnota|nota di credito|factura rectificativa)\b"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines as printed, and folded character by character so that positions agree."""

    lines: tuple[str, ...]
    folded: tuple[str, ...]
    month_first: bool


@dataclass(frozen=True, slots=True)
class _Found:
    value: Value
    trust: float
    line: int


def read_fields(text: str, origin: Origin) -> ReadDocument:
    """The fields of a bill whose text is ``text``, lines and columns as on the paper."""
    lines = tuple(line.rstrip() for line in text.splitlines() if line.strip())
    folded = tuple(_fold(line) for line in lines)
    page = _Page(lines, folded, month_comes_first("\n".join(folded)))
    found: dict[str, _Found] = {}
    for name, finder in (
        ("number", _references),
        ("issue_date", _dates),
        ("due_date", _dates),
        ("purchase_order", _references),
        ("payment_reference", _references),
    ):
        best = next(iter(_labelled(page, name, finder)), None)
        if best:
            found[name] = best
    _settle_dates(page, found)
    found |= _money(page)
    found |= _identities(page)
    kind = DocumentKind.REFUND if _REFUND.search("\n".join(folded[:15])) else DocumentKind.INVOICE
    fields = {n: Field(f.value, round(f.trust, 3), origin) for n, f in found.items()}
    return ReadDocument(kind, fields, text)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKD", c)[:1] for c in text).lower()


_Finder = Callable[[_Page, int], list[tuple[int, int, Value]]]


def _labelled(page: _Page, name: str, finder: _Finder) -> list[_Found]:
    """Values beside or below the labels of ``name``, best first."""
    found: list[_Found] = []
    for rank, pattern in enumerate(PATTERNS[name]):
        for number, line in enumerate(page.folded):
            for label in pattern.finditer(line):
                found += _near(page, number, label, _TRUST[rank], finder)
    return sorted(found, key=lambda f: -f.trust)


def _near(
    page: _Page, number: int, label: re.Match[str], trust: float, finder: _Finder
) -> Iterator[_Found]:
    beside = [v for v in finder(page, number) if v[0] >= label.end()]
    if beside:
        start, _, value = beside[0]
        between = page.folded[number][label.end() : start].strip(" :.#-n°o*")
        yield _Found(value, trust if len(between) < 4 else trust * 0.6, number)
    for below in range(number + 1, min(number + 3, len(page.lines))):
        for start, end, value in finder(page, below):
            if start < label.end() + 8 and end > label.start() - 8:
                shift = min(abs(start - label.start()), abs(end - label.end()), 20)
                farther = 0.95 if below > number + 1 else 1
                yield _Found(value, trust * _BELOW * farther * (1 - shift / 100), below)


def _references(page: _Page, number: int) -> list[tuple[int, int, Value]]:
    line = page.lines[number]
    taken = [(s, e) for s, e, _ in find_dates(page.folded[number], page.month_first)]
    taken += [m.span() for m in AMOUNT.finditer(line)]
    return [
        (m.start(1), m.end(1), m[1].strip(".,-/ "))
        for m in _REFERENCE.finditer(line)
        if not any(s < m.end(1) and m.start(1) < e for s, e in taken) and len(m[1]) < 31
    ]


def _dates(page: _Page, number: int) -> list[tuple[int, int, Value]]:
    return [*find_dates(page.folded[number], page.month_first)]


def _settle_dates(page: _Page, found: dict[str, _Found]) -> None:
    """Without a label the first date of the page is the date of the bill; one that falls due before
    it was written, or is the very date that was taken for the other, was misread."""
    if "issue_date" not in found:
        for number in range(len(page.lines)):
            dates = find_dates(page.folded[number], page.month_first)
            if dates:
                found["issue_date"] = _Found(dates[0][2], 0.5, number)
                break
    issue, due = found.get("issue_date"), found.get("due_date")
    if issue and due and isinstance(issue.value, date) and isinstance(due.value, date):
        if due.value < issue.value:
            weaker = "due_date" if due.trust <= issue.trust else "issue_date"
            found[weaker] = _Found(
                found[weaker].value, found[weaker].trust * 0.5, found[weaker].line
            )
        elif issue.trust >= 0.7:
            found["issue_date"] = _Found(issue.value, min(0.95, issue.trust + 0.1), issue.line)


def _amounts(page: _Page, number: int) -> list[tuple[int, int, Value]]:
    """The last amount of the line counts: the ones before it are parts of it."""
    amounts = find_amounts(page.lines[number])
    return [(end - 1, end, abs(value)) for end, value in amounts[-1:]]


def _all_amounts(page: _Page, number: int) -> list[tuple[int, int, Value]]:
    return [(end - 6, end, abs(value)) for end, value in find_amounts(page.lines[number])]


def _money(page: _Page) -> dict[str, _Found]:
    """Net, tax, total, amount due and currency; the three first checked against each other."""
    candidates = {n: _candidates(page, n) for n in ("net", "tax", "total")}
    found = {n: c[0] for n, c in candidates.items() if c}
    agreeing = _agreeing(candidates) or _agreeing_with_any(page, candidates)
    if agreeing:
        found = dict(zip(("net", "tax", "total"), agreeing, strict=True))
    elif "total" not in found:
        found |= _largest(page)
    due = _candidates(page, "amount_due")
    if due:
        found["amount_due"] = due[0]
    elif "total" in found:
        found["amount_due"] = _Found(found["total"].value, found["total"].trust * 0.8, 0)
    currency = _currency(page)
    return found | ({"currency": currency} if currency else {})


def _agreeing(candidates: dict[str, list[_Found]]) -> list[_Found] | None:
    """The most trusted net, tax and total that add up."""
    sums = [
        combination
        for combination in product(*(candidates[n][:6] for n in ("net", "tax", "total")))
        if _adds_up(*(_decimal(f) for f in combination))
    ]
    if not sums:
        return None
    best = max(sums, key=lambda c: sum(f.trust for f in c))
    sure = 0.97 if _decimal(best[1]) else min(0.9, best[2].trust + 0.1)
    return [_Found(f.value, sure, f.line) for f in best]


def _agreeing_with_any(page: _Page, candidates: dict[str, list[_Found]]) -> list[_Found] | None:
    """A sum of two amounts on the page of which at least one part carries the right label."""
    amounts = {
        abs(value): number
        for number, line in enumerate(page.lines)
        for _, value in find_amounts(line)
    }
    trust = {n: {f.value: f.trust for f in found} for n, found in candidates.items()}
    best: tuple[float, Decimal, Decimal] | None = None
    for total, net in product(sorted(amounts)[-_MAX_AMOUNTS:], repeat=2):
        tax = total - net
        if tax <= 0 or tax > net * _HIGHEST_TAX or tax not in amounts:
            continue
        parts = (trust["net"].get(net), trust["tax"].get(tax), trust["total"].get(total))
        told = sum(p or 0.0 for p in parts)
        if any(parts) and (best is None or (told, total) > best[:2]):
            best = (told, total, net)
    if best is None:
        return None
    told, total, net = best
    sure = 0.9 if told > 1 else 0.7
    return [_Found(v, sure, amounts[v]) for v in (net, total - net, total)]


def _adds_up(net: Decimal, tax: Decimal, total: Decimal) -> bool:
    return total > 0 and abs(net + tax - total) <= _ROUNDING


def _candidates(page: _Page, name: str) -> list[_Found]:
    seen: dict[Value, _Found] = {}
    for f in [*_labelled(page, name, _amounts), *_labelled(page, name, _all_amounts)]:
        if f.value not in seen or seen[f.value].trust < f.trust:
            seen[f.value] = f
    ordered = sorted(seen.values(), key=lambda f: (-f.trust, -f.line))
    if name != "total":
        return ordered
    return sorted(ordered, key=lambda f: (-round(f.trust, 1), -_decimal(f)))


def _decimal(found: _Found) -> Decimal:
    return found.value if isinstance(found.value, Decimal) else Decimal(0)


def _largest(page: _Page) -> dict[str, _Found]:
    amounts = [
        (value, number)
        for number, line in enumerate(page.lines)
        for _, value in find_amounts(line)
        if value > 0
    ]
    if not amounts:
        return {}
    value, number = max(amounts)
    return {"total": _Found(value, 0.4, number)}


def _currency(page: _Page) -> _Found | None:
    text = "\n".join(page.folded)
    counts = [(len(re.findall(sign, text)), code) for sign, code in CURRENCIES]
    count, code = max(counts, key=lambda c: c[0])
    return _Found(code, 0.9 if count > 1 else 0.7, 0) if count else None


def _identities(page: _Page) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for number, line in enumerate(page.lines):
        for iban in _ibans(line):
            found.setdefault("iban", _Found(iban, 0.99, number))
        buyer = bool(BUYER.search(page.folded[number]))
        for vat, valid in _vats(line, page.folded[number]):
            _note_vat(found, _Found(vat, 0.92 if valid else 0.55, number), buyer)
        siren = _siren(page, number)
        if siren and not buyer:
            found.setdefault("supplier_siren", _Found(siren, 0.95, number))
    return found


def _note_vat(found: dict[str, _Found], vat: _Found, buyer: bool) -> None:
    """The first number is the supplier's, unless its line speaks of the customer; one with a right
    key takes the place of one without."""
    known = found.get("supplier_vat")
    if any(f.value == vat.value for f in found.values()):
        return
    if buyer or (known and known.trust >= vat.trust):
        found.setdefault("buyer_vat", vat)
    else:
        found["supplier_vat"] = vat


def _ibans(line: str) -> Iterator[str]:
    for match in _IBAN.finditer(line):
        pieces = match[1].split(" ")
        for size in range(len(pieces), 0, -1):  # words may follow the number on its line
            candidate = "".join(pieces[:size])
            if iban_check.is_valid(candidate):
                yield candidate
                break


def _vats(line: str, folded: str) -> Iterator[tuple[str, bool]]:
    """(number, whether its key is right); a wrong key is only believed beside a label."""
    for match in _VAT.finditer(line):
        pieces = re.split(r"[ .]", match[1])
        joined = ["".join(pieces[:size]) for size in range(len(pieces), 0, -1)]
        valid = next((c for c in joined if vat_check.is_valid(c) or gb_check.is_valid(c)), "")
        if valid:
            yield valid, True
        elif VAT_LABEL.search(folded) and sum(c.isdigit() for c in joined[0]) >= 7:
            yield joined[0], False


def _siren(page: _Page, number: int) -> str:
    for match in _SIRET.finditer(page.lines[number]):
        if siret_check.is_valid(match[1] + match[2]):
            return match[1].replace(" ", "")
    for match in _SIREN.finditer(page.folded[number]):
        if siren_check.is_valid(match[1]):
            return match[1].replace(" ", "")
    return ""
