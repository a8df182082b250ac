"""Net, tax, total and amount due: labels propose, the sum decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import product

from .candidates import Found, Page, labelled
from .labels import CURRENCIES
from .model import Value
from .printed import AMOUNT, read_amount

_ROUNDING = Decimal("0.02")
_HIGHEST_TAX = Decimal("0.30")
_MAX_AMOUNTS = 60
_CHECKED = 0.97  # three amounts with their labels that add up
_LESS_THAN_NET = 0.6
# a bill that says nothing else is due as a whole: surer when its total is checked
_OWED, _OWED_IF_CHECKED = 0.8, 0.89
_BY_RATE = 0.85  # two amounts with their labels that fit a rate, without a total
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?) ?%")
_Span = tuple[int, int, Value]


def money(page: Page) -> dict[str, Found]:
    """Net, tax, total, amount due and currency; the three first checked against each other."""
    candidates = {name: _candidates(page, name) for name in ("net", "tax", "total")}
    found = {name: some[0] for name, some in candidates.items() if some}
    agreeing = (
        _agreeing(candidates)
        or _agreeing_with_any(page, candidates)
        or _agreeing_with_rate(page, candidates)
    )
    if agreeing:
        found = dict(zip(("net", "tax", "total"), agreeing, strict=True))
    elif "total" not in found and (largest := _largest(page)):
        found["total"] = largest
    elif {"net", "total"} <= found.keys() and _decimal(found["total"]) < _decimal(found["net"]):
        found["total"] = _sure(found["total"], found["total"].trust * _LESS_THAN_NET)
    due = _candidates(page, "amount_due")
    if due:
        found["amount_due"] = due[0]
    elif "total" in found:
        total = found["total"]
        share = _OWED_IF_CHECKED if total.trust >= _CHECKED else _OWED
        found["amount_due"] = Found(
            total.value, total.trust * share, total.line, total.start, total.end
        )
    currency = _currency(page)
    return found | ({"currency": currency} if currency else {})


def _amounts(page: Page, number: int) -> list[_Span]:
    return [
        (m.start(), m.end(), abs(read_amount(m[0])))
        for m in AMOUNT.finditer(page.lines[number].text)
    ]


def _last_amount(page: Page, number: int) -> list[_Span]:
    """The last amount of the line counts: the ones before it are parts of it."""
    return _amounts(page, number)[-1:]


def _candidates(page: Page, name: str) -> list[Found]:
    seen: dict[Value, Found] = {}
    for f in [*labelled(page, name, _last_amount), *labelled(page, name, _amounts)]:
        if f.value not in seen or seen[f.value].trust < f.trust:
            seen[f.value] = f
    ordered = sorted(seen.values(), key=lambda f: (-f.trust, -f.line))
    if name != "total":
        return ordered
    return sorted(ordered, key=lambda f: (-round(f.trust, 1), -_decimal(f)))


def _agreeing(candidates: dict[str, list[Found]]) -> list[Found] | None:
    """The most trusted net, tax and total that add up."""
    sums = [
        combination
        for combination in product(*(candidates[n][:6] for n in ("net", "tax", "total")))
        if _adds_up(*(_decimal(f) for f in combination))
    ]
    if not sums:
        return None
    best = max(sums, key=lambda c: sum(f.trust for f in c))
    sure = _CHECKED if _decimal(best[1]) else min(0.9, best[2].trust + 0.1)
    return [_sure(f, sure) for f in best]


def _agreeing_with_any(page: Page, candidates: dict[str, list[Found]]) -> list[Found] | None:
    """A sum of two amounts on the page of which at least one part carries the right label."""
    amounts = {f.value: f for f in _all_amounts(page)}
    trust = {name: {f.value: f.trust for f in found} for name, found in candidates.items()}
    best: tuple[float, Decimal, Decimal] | None = None
    largest = sorted(_decimal(f) for f in amounts.values())[-_MAX_AMOUNTS:]
    for total, net in product(largest, repeat=2):
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
    return [_sure(amounts[v], sure) for v in (net, total - net, total)]


def _agreeing_with_rate(page: Page, candidates: dict[str, list[Found]]) -> list[Found] | None:
    """Net and tax that fit a rate printed on the page; their sum stands where a label of the total
    is, or nowhere."""
    rates = {
        Decimal(rate.replace(",", "."))
        for line in page.lines
        for rate in _RATE.findall(line.folded)
    }
    for net, tax in product(candidates["net"][:3], candidates["tax"][:3]):
        exact = (_decimal(net) * rate / 100 for rate in rates if rate)
        if any(abs(tax_by_rate - _decimal(tax)) <= _ROUNDING for tax_by_rate in exact):
            place = (candidates["total"] or [tax])[0]
            total = replace(place, value=_decimal(net) + _decimal(tax))
            return [_sure(found, _BY_RATE) for found in (net, tax, total)]
    return None


def _all_amounts(page: Page) -> Iterable[Found]:
    for number in range(len(page.lines)):
        for start, end, value in _amounts(page, number):
            yield Found(value, 0.0, number, start, end)


def _adds_up(net: Decimal, tax: Decimal, total: Decimal) -> bool:
    return total > 0 and tax <= net * _HIGHEST_TAX and abs(net + tax - total) <= _ROUNDING


def _decimal(found: Found) -> Decimal:
    return found.value if isinstance(found.value, Decimal) else Decimal(0)


def _sure(found: Found, trust: float) -> Found:
    return Found(found.value, trust, found.line, found.start, found.end)


def _largest(page: Page) -> Found | None:
    best = max(_all_amounts(page), key=_decimal, default=None)
    return _sure(best, 0.4) if best and _decimal(best) > 0 else None


def _currency(page: Page) -> Found | None:
    text = "\n".join(line.folded for line in page.lines)
    counts = [(len(re.findall(sign, text)), code) for sign, code in CURRENCIES]
    count, code = max(counts, key=lambda c: c[0])
    return Found(code, 0.9 if count > 1 else 0.7, 0) if count else None
